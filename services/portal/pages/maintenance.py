"""The years after a recognition: whether a school keeps its standard, checked every year; what comes when it does not."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.former_years import history_tabs
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.site import blueprint, render
from services.portal.web.context import call_service, directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import AwardView, RegisterAnswer, RegisterRequest, Status, StatusRequest
from shared.contracts.calls.inspection import InspectionsAnswer, InspectionsRequest, InspectionView
from shared.contracts.calls.maintenance import (
    CheckMaintenance,
    MaintenanceCheckView,
    MaintenanceListAnswer,
    MaintenanceListRequest,
    MaintenanceRequest,
    MaintenanceView,
)
from shared.problems import BadRequest, Problem
from shared.rulebook.document import Revocation
from shared.rulebook.loader import load_library
from shared.text import is_school_year, school_year_of, years_until
from shared.vocabulary.ids import CommuneCode, InspectionId, SchoolCode
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.labels import MAINTENANCE_RESULT_LABELS

YEARS_OFFERED = 5
MOST_LISTED = 2000
_VALID = "con_hieu_luc"


class KeptLine(msgspec.Struct, frozen=True, kw_only=True):
    """A school that holds a valid award, with its check of the year, None while nobody checked."""

    school: SchoolCode
    name: str
    award: AwardView
    check: MaintenanceCheckView | None


@blueprint.get("/truong/<school>/duy-tri")
def school_maintenance(school: SchoolCode) -> str:
    """Show what was checked of a school, year by year; record a check; say what comes when it does not keep its standard."""
    return _school_page(school)


@blueprint.post("/truong/<school>/duy-tri")
def check_school(school: SchoolCode) -> str | Response:
    """Record a yearly check."""
    try:
        checked = CheckMaintenance(
            school=school,
            year=forms.required("nam", "năm học"),
            result=_result(),
            note=forms.text("ghi-chu"),
            inspection=InspectionId(forms.text("dot")),
            on=forms.date("ngay"),
        )
        done = call_service("inspection", "check_maintenance", checked, MaintenanceCheckView)
    except Problem as problem:
        return _school_page(school, problem)
    return forms.go(f"/truong/{quote(school)}/duy-tri", done.position)


def _result() -> MaintenanceResult:
    try:
        return MaintenanceResult(forms.required("ket-qua", "kết quả"))
    except ValueError as error:
        raise BadRequest("Chọn một kết quả trên trang. Chưa ghi gì.", path="ket-qua") from error


def _school_page(school: SchoolCode, problem: Problem | None = None) -> str:
    checks = call_service("inspection", "maintenance", MaintenanceRequest(school=school), MaintenanceView).checks
    visits = _concluded(school)
    day = today(SystemClock())
    return render(
        "duy-tri.html",
        active="lich-su",
        school=school,
        checks=checks,
        newest=checks[0] if checks else None,
        results=MAINTENANCE_RESULT_LABELS,
        status=_status(school),
        visits=visits,
        titles={visit.inspection: visit.title for visit in visits},
        years=_years(day),
        checking=may("inspection.check_maintenance", school=school),
        remedying=may("assessment.request_remedy", school=school),
        rule=_revocation(school, day),
        tabs_of_years=history_tabs(school),
        problem=problem,
    )


def _status(school: SchoolCode) -> Status | None:
    """Return what the school holds; None for those who may not ask."""
    if not may("assessment.status", school=school):
        return None
    return call_service("assessment", "status", StatusRequest(school=school), Status)


def _concluded(school: SchoolCode) -> list[InspectionView]:
    found = call_service("inspection", "inspections", InspectionsRequest(school=school), InspectionsAnswer).inspections
    return [visit for visit in found if visit.concluded]


def _revocation(school: SchoolCode, day: dt.date) -> Revocation | None:
    """Return the rule of today's circular on taking a recognition back; None while the school is not known here."""
    entry = directory().school(school)
    return load_library().choose(entry.kind, day).rulebook.rules.revocation if entry else None


def _years(day: dt.date) -> list[str]:
    """Return the school years that are offered, the present first."""
    return years_until(school_year_of(day), YEARS_OFFERED)[::-1]


# --- across schools


@blueprint.get("/xa/<commune>/duy-tri")
def commune_maintenance(commune: CommuneCode) -> str:
    """List the recognised schools of a commune with their check of a year."""
    return _office_page(commune_office(commune), f"/xa/{quote(commune)}")


@blueprint.get("/so/duy-tri")
def department_maintenance() -> str:
    """List the recognised schools of the province with their check of a year."""
    return _office_page(department_office(), "/so")


def _office_page(office: OfficeView, base: str) -> str:
    day = today(SystemClock())
    year = query_params.text("nam", 20) or school_year_of(day)
    if not is_school_year(year):
        raise BadRequest("Năm học không đúng. Chọn trong danh sách.")
    lines = _lines(office, year)
    return render(
        "duy-tri-co-quan.html",
        active="duy-tri",
        office=office,
        base=base,
        year=year,
        years=list(dict.fromkeys([*_years(day), year])),
        lines=lines,
        unchecked=sum(line.check is None for line in lines),
        results=MAINTENANCE_RESULT_LABELS,
    )


def _lines(office: OfficeView, year: str) -> list[KeptLine]:
    """Return the schools of an office that hold a valid award, by name: a recognition counts before a certificate."""
    wanted = MaintenanceListRequest(year=year, commune=office.commune, limit=MOST_LISTED)
    checks = call_service("inspection", "maintenance_list", wanted, MaintenanceListAnswer).checks
    checked = {line.school: line.check for line in checks}
    register = call_service("assessment", "register", RegisterRequest(commune=office.commune), RegisterAnswer)
    held: dict[SchoolCode, AwardView] = {}
    for award in (*register.recognitions, *register.certificates):
        if award.state == _VALID:
            held.setdefault(award.school, award)
    return [
        KeptLine(school=school.code, name=school.name, award=held[school.code], check=checked.get(school.code))
        for school in office.schools()
        if school.code in held
    ]
