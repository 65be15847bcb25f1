"""What may be wrong with a rulebook, a question to it or a case file, said in Vietnamese with the path of the fault."""

from __future__ import annotations

from shared.problems import BadRequest, NotFound, Problem


class BadInput(BadRequest):
    """A case or figure file is not as asked for. `path` names the place, for instance ``results.5.2.2.b``."""

    type = "du-lieu-sai"
    title = "Dữ liệu vào không đúng"

    def __init__(self, path: str, what: str) -> None:
        self.path = path
        self.what = what
        super().__init__(f"{path or '$'}: {what}", path=path)

    def under(self, prefix: str) -> BadInput:
        """Return the same fault seen from further out."""
        joined = f"{prefix}{self.path}" if self.path.startswith("[") else f"{prefix}.{self.path}" if self.path else prefix
        return BadInput(joined, self.what)


class UnknownRulebook(NotFound):
    """No rulebook has this id or digest, or none is in force for the kind of school on the day."""

    type = "khong-co-bo-quy-dinh"
    title = "Không có bộ quy định này"


class UnknownCriterion(NotFound):
    """The rulebook has no such criterion, level or indicator."""

    type = "khong-co-tieu-chi"
    title = "Bộ quy định không có mục này"


class BrokenRulebook(Problem):
    """A rulebook did not load whole; nothing may be computed with it (DESIGN: an incomplete list must never pass)."""

    type = "bo-quy-dinh-hong"
    title = "Bộ quy định không nạp được trọn vẹn, nên không tính gì"
