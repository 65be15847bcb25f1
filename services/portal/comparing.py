"""Papers that come back filled in or edited in Word or Excel: read here, compared by the archive, shown and no more."""

from __future__ import annotations

from services.portal.web.context import call_service
from shared.contracts.calls import Call
from shared.contracts.calls.evidence import CompareFilled, FilledCompared
from shared.papers.reading import read_office
from shared.vocabulary.ids import PaperId, SchoolCode


class FileToCompare(Call, frozen=True, kw_only=True):
    """Compare a .docx or .xlsx that was printed here with its print. `paper` names the print where its foot does not."""

    school: SchoolCode
    content: bytes
    paper: PaperId = PaperId("")


def compare_file(asked: FileToCompare) -> FilledCompared:
    """Return where a file differs from its print.

    Reading it holds one thread of the gateway, up to seconds. Raises UnreadableOfficeFile, OfficeFileTooLarge, and what the
    archive refuses: NoPaperCode, NoSuchPaper, PrintedTextErased.
    """
    filled = read_office(asked.content)
    request = CompareFilled(school=asked.school, paper=PaperId(asked.paper.strip().upper()), filled=filled)
    return call_service("evidence", "compare_filled", request, FilledCompared)
