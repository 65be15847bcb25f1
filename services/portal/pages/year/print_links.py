"""Prints a paper of a commune's year as the file that a page's address asks for."""

from __future__ import annotations

from werkzeug.wrappers import Response

from services.portal.pages import query_params
from services.portal.pages.year.frame import chosen_year
from services.portal.printing_response import file_response
from services.portal.printing_year import YearPrintQuestion, print_year_paper
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.ids import CommuneCode
from shared.vocabulary.self_assessment import PaperFormat

FORMAT_NAMES = {PaperFormat.WORD: "Word", PaperFormat.SHEET: "Excel", PaperFormat.PDF: "PDF"}


def year_paper(commune: CommuneCode, kind: YearPaperKind, subject: str = "") -> Response:
    """Return the file of a paper in the format that ``?dang=`` names, Word by default; raises what printing raises."""
    wanted = query_params.text("dang", 10)
    form = PaperFormat(wanted) if wanted in set(PaperFormat) else PaperFormat.WORD
    return file_response(
        print_year_paper(YearPrintQuestion(commune=commune, year=chosen_year(), kind=kind, subject=subject, format=form))
    )
