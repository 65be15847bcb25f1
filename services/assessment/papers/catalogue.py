"""Which papers there are: what composes each, in which formats, by which form of the rulebook or by one of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from services.assessment.errors import NoSuchForm
from services.assessment.papers.criterion_sheet import criterion_sheet
from services.assessment.papers.material import Material
from shared.papers.model import Paper
from shared.rulebook import Rulebook
from shared.rulebook.document import Form
from shared.vocabulary.self_assessment import PaperKind

WORD, SHEET, PDF = "docx", "xlsx", "pdf"


class PaperType(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of paper. `form` is its id among the rulebook's forms, '' for a form of our own that every regime prints."""

    kind: PaperKind
    title: str
    compose: Callable[[Material], Paper]
    form: str = ""
    formats: tuple[str, ...] = (WORD, PDF)

    def form_in(self, rulebook: Rulebook) -> Form | None:
        """Return the form of this paper in a rulebook, None for one of our own.

        Raises NoSuchForm where the rulebook has none.
        """
        if not self.form:
            return None
        for form in rulebook.forms:
            if form.id == self.form:
                return form
        raise NoSuchForm(
            f"{rulebook.circular} không có mẫu “{self.title}”, nên không in giấy này cho đợt này. "
            "Xem trang Giấy tờ: các giấy bộ tiêu chí có mẫu đứng ở đó.",
            kind=self.kind.value,
        )


PAPERS: Mapping[PaperKind, PaperType] = {
    paper.kind: paper
    for paper in (
        PaperType(
            kind=PaperKind.CRITERION_SHEET,
            title="Phiếu đánh giá tiêu chí",
            compose=criterion_sheet,
            form="phieu_danh_gia_tieu_chi",
        ),
    )
}
"""The papers in the order of a year's work."""
