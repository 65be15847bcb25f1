"""Many indicators of a visit marked at once: a row each, nothing chosen beforehand, one save for all that were chosen."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.visits.frame import Opened, open_visit
from services.portal.web.context import call_service
from shared.contracts.calls.inspection import FindingView, InspectionView, OpinionView
from shared.contracts.calls.teams import Opinion, RecordOpinions
from shared.problems import BadRequest, Problem
from shared.rulebook.model import Standard
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, InspectionId

PAGE = "nhieu-chi-bao"
_OFFERED = frozenset({Result.MET, Result.NOT_MET, Result.NOT_APPLICABLE})
Place = tuple[CriterionCode, int, str]


class MarkedRow(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator with what the reader has said of it, and what the visit found; None while nothing."""

    criterion: CriterionCode
    level: int
    indicator: str
    text: str
    optional: bool
    own: OpinionView | None
    found: FindingView | None

    @property
    def key(self) -> str:
        """What the form calls it."""
        return f"{self.criterion}_{self.level}_{self.indicator}"


@blueprint.get("/xa/<commune>/kiem-tra/<inspection>/nhieu-chi-bao")
def commune_indicators(commune: CommuneCode, inspection: InspectionId) -> str:
    """Show indicators of a commune's visit, a standard at a time."""
    return _page(commune_office(commune), inspection)


@blueprint.post("/xa/<commune>/kiem-tra/<inspection>/nhieu-chi-bao")
def mark_commune_indicators(commune: CommuneCode, inspection: InspectionId) -> str | Response:
    """Record what was chosen."""
    return _mark(commune_office(commune), inspection)


@blueprint.get("/so/ho-so/<inspection>/nhieu-chi-bao")
def department_indicators(inspection: InspectionId) -> str:
    """Show indicators of a visit of the department, a standard at a time."""
    return _page(department_office(), inspection)


@blueprint.post("/so/ho-so/<inspection>/nhieu-chi-bao")
def mark_department_indicators(inspection: InspectionId) -> str | Response:
    """Record what was chosen."""
    return _mark(department_office(), inspection)


def _page(office: OfficeView, inspection: InspectionId, problem: Problem | None = None) -> str:
    found = open_visit(office, inspection)
    standards = found.book.standards if found.book else ()
    wanted = query_params.text_or_field("tieu-chuan", 10)
    standard = next((one for one in standards if str(one.number) == wanted), standards[0] if standards else None)
    return render(
        "nhieu-chi-bao.html",
        active=office.active,
        found=found,
        view=found.view,
        here=f"{office.base}/{quote(found.view.inspection)}/{PAGE}",
        standards=standards,
        standard=standard,
        rows=_rows(found, standard) if standard else [],
        marked=query_params.number("da-ghi"),
        problem=problem,
    )


def _own(found: Opened) -> dict[Place, OpinionView]:
    """Return what the reader has said of each indicator."""
    return {
        (one.criterion, one.level, one.indicator): opinion
        for one in found.view.opinions
        for opinion in one.opinions
        if opinion.person == found.seat.person
    }


def _rows(found: Opened, standard: Standard) -> list[MarkedRow]:
    own = _own(found)
    agreed = {(one.criterion, one.level, one.indicator): one for one in found.view.findings}
    return [
        MarkedRow(
            criterion=criterion.code,
            level=number,
            indicator=indicator.code,
            text=indicator.text,
            optional=indicator.optional,
            own=own.get((criterion.code, number, indicator.code)),
            found=agreed.get((criterion.code, number, indicator.code)),
        )
        for criterion in standard.criteria
        for number, level in criterion.levels.items()
        for indicator in level.indicators
    ]


def _mark(office: OfficeView, inspection: InspectionId) -> str | Response:
    try:
        found = open_visit(office, inspection)
        chosen = _chosen()
        if not chosen:
            raise BadRequest("Chưa chọn kết quả nào. Chưa ghi gì.")
        done = _record(found, chosen)
    except Problem as problem:
        return _page(office, inspection, problem)
    page = f"{office.base}/{quote(inspection)}/{PAGE}"
    address = keep(page, truong=found.view.school, tieu_chuan=forms.text("tieu-chuan"), da_ghi=len(chosen))
    return forms.go(address, done.position)


def _record(found: Opened, chosen: dict[Place, Result]) -> InspectionView:
    """Record opinions of the reader on what was seen; what was noted before stays noted."""
    own = _own(found)
    opinions = []
    for (criterion, level, indicator), result in chosen.items():
        was = own.get((criterion, level, indicator))
        opinions.append(
            Opinion(
                criterion=criterion,
                level=level,
                indicator=indicator,
                result=result,
                note=was.note if was else "",
                documents=was.documents if was else [],
                seen=was.position if was else BEGINNING,
            )
        )
    record = RecordOpinions(school=found.view.school, inspection=found.view.inspection, opinions=opinions)
    return call_service("inspection", "record_opinions", record, InspectionView)


def _chosen() -> dict[Place, Result]:
    """Return what the form says, by indicator; raises BadRequest for a result that is not offered."""
    found: dict[Place, Result] = {}
    for name in forms.names():
        criterion, _, rest = name.removeprefix("kq-").partition("_")
        level, _, indicator = rest.partition("_")
        if not name.startswith("kq-") or not level.isdecimal():
            continue
        result = forms.text(name)
        if result not in _OFFERED:
            raise BadRequest("Kết quả không có trong danh sách. Chưa ghi gì.", path=name)
        found[CriterionCode(criterion), int(level), indicator] = Result(result)
    return found
