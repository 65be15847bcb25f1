"""Many indicators of a visit marked at once: a row each, nothing chosen beforehand, one save for all that were chosen."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import call_service, caller, directory, may
from shared.contracts.calls.assessment import CyclesAnswer, SchoolRequest
from shared.contracts.calls.inspection import (
    Finding,
    FindingView,
    InspectionRequest,
    InspectionView,
    OpinionView,
    RecordFindings,
)
from shared.contracts.calls.teams import Opinion, RecordOpinions
from shared.problems import BadRequest, Problem
from shared.rulebook.loader import load_library
from shared.rulebook.model import Rulebook, Standard
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, InspectionId, SchoolCode

_OFFERED = frozenset({Result.MET, Result.NOT_MET, Result.NOT_APPLICABLE})
Place = tuple[CriterionCode, int, str]


class MarkedRow(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator with what the reader, or the team without one, has said of it; None while nothing."""

    criterion: CriterionCode
    title: str
    level: int
    indicator: str
    text: str
    optional: bool
    was: OpinionView | FindingView | None

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


def _told(inspection: InspectionId) -> InspectionView:
    school = SchoolCode(query_params.text_or_field("truong"))
    if not school:
        raise BadRequest("Thiếu mã trường trong địa chỉ. Mở từ danh sách.")
    return call_service("inspection", "inspection", InspectionRequest(school=school, inspection=inspection), InspectionView)


def _rulebook(view: InspectionView) -> Rulebook | None:
    cycles = call_service("assessment", "cycles", SchoolRequest(school=view.school), CyclesAnswer).cycles
    cycle = next((one for one in cycles if one.cycle == view.cycle), None)
    return load_library().by_digest(cycle.digest) if cycle else None


def _page(office: OfficeView, inspection: InspectionId, problem: Problem | None = None) -> str:
    view = _told(inspection)
    book = _rulebook(view)
    standards = book.standards if book else ()
    wanted = query_params.text_or_field("tieu-chuan", 10)
    standard = next((one for one in standards if str(one.number) == wanted), standards[0] if standards else None)
    entry = directory().school(view.school)
    return render(
        "nhieu-chi-bao.html",
        active=office.active,
        office=office,
        view=view,
        visit=keep(f"{office.base}/{quote(view.inspection)}", truong=view.school),
        here=f"{office.base}/{quote(view.inspection)}/nhieu-chi-bao",
        standards=standards,
        standard=standard,
        rows=_rows(view, standard) if standard else [],
        marking=not view.concluded and view.layer is office.layer and may(_operation(view), school=view.school),
        school_name=entry.name if entry else view.school,
        marked=query_params.number("da-ghi"),
        problem=problem,
    )


def _operation(view: InspectionView) -> str:
    """Return what marks an indicator: each member of a team its opinion; without a team, the visit its finding."""
    return "inspection.record_opinions" if view.team is not None else "inspection.record_findings"


def _said(view: InspectionView) -> dict[Place, OpinionView | FindingView]:
    if view.team is None:
        return {(one.criterion, one.level, one.indicator): one for one in view.findings}
    own = caller().actor
    return {
        (one.criterion, one.level, one.indicator): opinion
        for one in view.opinions
        for opinion in one.opinions
        if opinion.person == own
    }


def _rows(view: InspectionView, standard: Standard) -> list[MarkedRow]:
    said = _said(view)
    return [
        MarkedRow(
            criterion=criterion.code,
            title=criterion.title,
            level=number,
            indicator=indicator.code,
            text=indicator.text,
            optional=indicator.optional,
            was=said.get((criterion.code, number, indicator.code)),
        )
        for criterion in standard.criteria
        for number, level in criterion.levels.items()
        for indicator in level.indicators
    ]


def _mark(office: OfficeView, inspection: InspectionId) -> str | Response:
    try:
        view = _told(inspection)
        chosen = _chosen()
        if not chosen:
            raise BadRequest("Chưa chọn kết quả nào. Chưa ghi gì.")
        said = _said(view)
        done = _record_opinions(view, chosen, said) if view.team is not None else _record_findings(view, chosen, said)
    except Problem as problem:
        return _page(office, inspection, problem)
    page = f"{office.base}/{quote(inspection)}/nhieu-chi-bao"
    address = keep(page, truong=view.school, tieu_chuan=forms.text("tieu-chuan"), da_ghi=len(chosen))
    return forms.go(address, done.position or BEGINNING)


def _record_opinions(
    view: InspectionView, chosen: dict[Place, Result], said: dict[Place, OpinionView | FindingView]
) -> InspectionView:
    """Record opinions of the reader; what was noted before stays noted."""
    opinions = []
    for (criterion, level, indicator), result in chosen.items():
        was = said.get((criterion, level, indicator))
        opinions.append(
            Opinion(
                criterion=criterion,
                level=level,
                indicator=indicator,
                result=result,
                note=was.note if was else "",
                documents=was.documents if isinstance(was, OpinionView) else [],
                seen=was.position if was else BEGINNING,
            )
        )
    record = RecordOpinions(school=view.school, inspection=view.inspection, opinions=opinions)
    return call_service("inspection", "record_opinions", record, InspectionView)


def _record_findings(
    view: InspectionView, chosen: dict[Place, Result], said: dict[Place, OpinionView | FindingView]
) -> InspectionView:
    """Record findings of the visit; what was noted before, and the day to answer by, stay."""
    findings = []
    for (criterion, level, indicator), result in chosen.items():
        was = said.get((criterion, level, indicator))
        findings.append(
            Finding(
                criterion=criterion,
                level=level,
                indicator=indicator,
                result=result,
                note=was.note if was else "",
                answer_by=was.answer_by if isinstance(was, FindingView) else None,
            )
        )
    record = RecordFindings(school=view.school, inspection=view.inspection, findings=findings)
    return call_service("inspection", "record_findings", record, InspectionView)


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
