"""Use case about papers that come back filled in or edited in Word or Excel: shown where they differ, and nothing else."""

from __future__ import annotations

from services.evidence.domain.filled_comparison import Compared, TooManyLines, compare_filled
from services.evidence.errors import NoPaperCode, PrintedTextErased
from services.evidence.use_cases.prints import MOST_LETTERS, Prints
from shared.contracts.calls.evidence import CompareFilled, FilledCompared, FilledDifferenceView, FilledPartView
from shared.papers.filled import FilledPaper, FilledParagraph
from shared.problems import BadRequest
from shared.vocabulary.ids import CriterionCode, PaperId
from shared.vocabulary.self_assessment import PaperKind


class FilledPapers:
    """Says where a file that came back differs from the print that it was made of."""

    def __init__(self, prints: Prints) -> None:
        self._prints = prints

    def compare_filled(self, request: CompareFilled) -> FilledCompared:
        """Compare a file with its print; see `CompareFilled`.

        Raises NoPaperCode when neither the file nor the caller names a print, NoSuchPaper when the school printed none
        under that id, PrintedTextErased, BadRequest for more than any paper holds.
        """
        if _letters(request.filled) > MOST_LETTERS:
            raise _too_long()
        paper = request.paper or PaperId(request.filled.paper)
        if not paper:
            raise NoPaperCode(
                "Không thấy mã giấy ở chân trang của tệp nên chưa biết so với bản in nào. Chưa đổi gì. "
                "Nêu mã giấy (in cạnh mã QR trên bản in), hoặc sửa trên đúng tệp hệ thống đã in.",
            )
        printed, text = self._prints.printed(paper, request.school)
        if text is None:
            raise PrintedTextErased(
                "Chữ của bản in này đã xóa theo yêu cầu nên không so được. Chưa đổi gì. In lại rồi sửa trên bản mới.",
                paper=paper,
            )
        try:
            compared = compare_filled(text, request.filled, printed.kind)
        except TooManyLines as error:
            raise _too_long() from error
        criterion = printed.subject.rpartition("/")[2] if printed.kind == PaperKind.CRITERION_SHEET.value else ""
        return FilledCompared(
            paper=paper,
            kind=printed.kind,
            subject=printed.subject,
            cycle=printed.cycle,
            known_at=printed.known_at,
            criterion=CriterionCode(criterion),
            differences=_differences(compared),
            parts=[FilledPartView(part=one.part, level=one.level, filled=one.filled) for one in compared.parts],
        )


def _differences(compared: Compared) -> list[FilledDifferenceView]:
    return [
        FilledDifferenceView(printed=one.printed, filled=one.filled, place=one.place, part=one.part, level=one.level)
        for one in compared.differences
    ]


def _letters(filled: FilledPaper) -> int:
    return sum(
        len(block.text)
        if isinstance(block, FilledParagraph)
        else sum(len(cell.text) for row in block.rows for cell in row.cells)
        for block in filled.blocks
    )


def _too_long() -> BadRequest:
    return BadRequest("Tệp dài quá mọi giấy hệ thống in ra. Gửi đúng tệp đã in.", path="$.filled")
