"""What schools of a commune need: money by school, source and year, what has none, what waits for an appraisal, works."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import query_params
from services.portal.pages.site import blueprint, render
from services.portal.pages.year.frame import YearTabs, chosen_year, year_tabs
from services.portal.pages.year.need_marks import NEED_MARKS
from services.portal.pages.year.need_table import SHORT_SOURCES, NeedTable, millions, need_table
from services.portal.printing_response import file_response
from services.portal.printing_year import YearPrintQuestion, print_year_paper
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.year.need_views import NeedsAnswer, NeedsRequest, NeedSumsAnswer, NeedSumsRequest
from shared.problems import BadRequest
from shared.vocabulary.commune_year import FundingSource, NeedState, YearPaperKind
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.self_assessment import PaperFormat
from shared.vocabulary.year_labels import FUNDING_SOURCE_LABELS

NEEDS_A_PAGE = 50


class NeedFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which needs a person asks for under the table: '' and 0 are any."""

    school: str = ""
    source: str = ""
    money_year: int = 0
    state: str = ""
    unfunded: bool = False

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.school or self.source or self.money_year or self.state or self.unfunded)

    @property
    def query(self) -> dict[str, str | int]:
        """What the address carries."""
        return {
            "truong": self.school,
            "nguon": self.source,
            "nam_von": self.money_year or "",
            "trang_thai": self.state,
            "thieu": 1 if self.unfunded else "",
        }


@blueprint.get("/xa/<commune>/nhu-cau")
def commune_needs(commune: CommuneCode) -> str:
    """Show the money for needs of a year and the next, what lacks it, and the needs behind every number."""
    year = chosen_year()
    wanted = _wanted()
    waiting = _asked(commune, year, NeedFilter(state=NeedState.RAISED))
    works = _asked(commune, year, NeedFilter(state=NeedState.UNDER_WAY))
    number = query_params.number("trang", 1, low=1)
    listed = _asked(commune, year, wanted, number) if wanted.any else None
    names = {school.code: school.name for school in directory().schools(commune)}
    tabs = year_tabs(commune, "nhu-cau", counts={"nhu-cau": waiting.total})
    return render(
        "nhu-cau.html",
        active="ke-hoach",
        tabs=tabs,
        table=_table(commune, year, names),
        first_year=year,
        waiting=waiting,
        works=works,
        listed=listed,
        wanted=wanted,
        everything=sum(waiting.counts.values()),
        number=number,
        pages=-(-listed.total // NEEDS_A_PAGE) if listed else 0,
        names=names,
        base=f"/xa/{quote(commune)}/nhu-cau",
        link=_links(tabs),
        appraising=may("inspection.appraise_need", commune=commune),
        printing=may("inspection.compose_year_paper", commune=commune),
        millions=millions,
        SHORT=SHORT_SOURCES,
        SOURCES=FUNDING_SOURCE_LABELS,
        MARKS=NEED_MARKS,
    )


@blueprint.get("/xa/<commune>/nhu-cau/in")
def print_needs(commune: CommuneCode) -> Response:
    """Print the table as the file that the address asks for."""
    try:
        file_format = PaperFormat(query_params.text("dang", 10))
    except ValueError as error:
        raise BadRequest("Không có dạng tệp này. Chọn trên trang nhu cầu.") from error
    question = YearPrintQuestion(commune=commune, year=chosen_year(), kind=YearPaperKind.NEEDS, format=file_format)
    return file_response(print_year_paper(question))


def _wanted() -> NeedFilter:
    wanted = NeedFilter(
        school=query_params.text("truong", 40),
        source=query_params.text("nguon", 20),
        money_year=query_params.number("nam-von"),
        state=query_params.text("trang-thai", 20),
        unfunded=bool(query_params.text("thieu", 1)),
    )
    if wanted.source not in {"", *FundingSource} or wanted.state not in {"", *NeedState}:
        raise BadRequest("Không có nguồn vốn hoặc trạng thái này. Bấm vào một ô của bảng.")
    return wanted


def _asked(commune: CommuneCode, year: int, wanted: NeedFilter, number: int = 1) -> NeedsAnswer:
    """Return needs for the year and the next."""
    asked = NeedsRequest(
        commune=commune,
        year=year,
        until=year + 1,
        school=SchoolCode(wanted.school) if wanted.school else None,
        source=FundingSource(wanted.source) if wanted.source else None,
        money_year=wanted.money_year,
        state=NeedState(wanted.state) if wanted.state else None,
        unfunded=wanted.unfunded,
        after=(number - 1) * NEEDS_A_PAGE,
        limit=NEEDS_A_PAGE,
    )
    return call_service("inspection", "needs", asked, NeedsAnswer)


def _table(commune: CommuneCode, year: int, names: dict[SchoolCode, str]) -> NeedTable:
    asked = NeedSumsRequest(commune=commune, wanted_from=year, wanted_until=year + 1)
    sums = call_service("inspection", "need_sums", asked, NeedSumsAnswer)
    return need_table(sums, names, (year, year + 1))


def _links(tabs: YearTabs) -> Callable[..., str]:
    """Return what makes the address of the needs behind a number."""
    return lambda **query: f"{tabs.address('nhu-cau', **query)}#ds"
