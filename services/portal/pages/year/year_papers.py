"""Printing a paper of a commune's year from its pages."""

from __future__ import annotations

from werkzeug.wrappers import Response

from services.portal.pages import query_params
from services.portal.pages.site import blueprint
from services.portal.pages.year.frame import chosen_year
from services.portal.printing_response import file_response
from services.portal.printing_year import YearPrintQuestion, print_year_paper
from shared.problems import BadRequest
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.ids import CommuneCode
from shared.vocabulary.self_assessment import PaperFormat


@blueprint.get("/xa/<commune>/giay/in")
def print_paper_of_year(commune: CommuneCode) -> Response:
    """Print a paper as it stands now, as the file that the address asks for."""
    try:
        question = YearPrintQuestion(
            commune=commune,
            year=chosen_year(),
            kind=YearPaperKind(query_params.text("loai", 40)),
            subject=query_params.text("cua", 80),
            format=PaperFormat(query_params.text("dang", 10) or PaperFormat.WORD),
        )
    except ValueError:
        raise BadRequest("Không in được giấy này. Chọn giấy ở trang của nó.") from None
    return file_response(print_year_paper(question))
