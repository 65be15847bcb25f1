"""The page on which the team of a visit is set up: the decision, who goes, what makes each eligible; and the visit's day."""

from __future__ import annotations

import re

import msgspec
from flask import request
from werkzeug.wrappers import Response

from services.portal.api.visits import set_up_team
from services.portal.pages import forms
from services.portal.pages.offices import OfficeView, commune_office, department_office
from services.portal.pages.site import blueprint, render
from services.portal.pages.visits.frame import Opened, open_visit
from services.portal.pages.visits.visit import reschedule
from services.portal.web.context import may
from shared.contracts.calls.teams import TeamGiven, TeamMemberGiven
from shared.problems import BadRequest, Problem
from shared.text import format_date
from shared.vocabulary.ids import CommuneCode, CriterionCode, InspectionId, PersonId
from shared.vocabulary.inspection import TeamRole
from shared.vocabulary.labels import TEAM_ROLE_LABELS, VISIT_KIND_LABELS

FIRST_ROWS, BLANK_ROWS, MOST_ROWS = 5, 3, 60
_DECLARED = {"co": True, "khong": False}


class TeamRow(msgspec.Struct, frozen=True, kw_only=True):
    """One member as the form shows it, every field as text: an `account` of the office, or a `name` (and its `person`).

    `worked` and `trained` are co, khong or '' (not known).
    """

    account: str = ""
    name: str = ""
    person: str = ""
    role: str = TeamRole.MEMBER.value
    criteria: str = ""
    worked: str = ""
    years: str = ""
    trained: str = ""
    source: str = ""


@blueprint.get("/xa/<commune>/kiem-tra/<inspection>/doan")
def commune_team(commune: CommuneCode, inspection: InspectionId) -> str:
    """Show the team of a commune's visit, or the form that sets it up."""
    return _team(open_visit(commune_office(commune), inspection))


@blueprint.post("/xa/<commune>/kiem-tra/<inspection>/doan")
def set_up_commune_team(commune: CommuneCode, inspection: InspectionId) -> str | Response:
    """Set the team up, look whether it may be set up so, or move the day."""
    return _act(commune_office(commune), inspection)


@blueprint.get("/so/ho-so/<inspection>/doan")
def department_team(inspection: InspectionId) -> str:
    """Show the team of a department's visit, or the form that sets it up."""
    return _team(open_visit(department_office(), inspection))


@blueprint.post("/so/ho-so/<inspection>/doan")
def set_up_department_team(inspection: InspectionId) -> str | Response:
    """Set the team up, look whether it may be set up so, or move the day."""
    return _act(department_office(), inspection)


def _team(
    found: Opened, rows: list[TeamRow] | None = None, problem: Problem | None = None, *, checked: list[str] | None = None
) -> str:
    view, school = found.view, found.view.school
    team = view.team
    setting = found.changing and may("inspection.set_up_team", school=school)
    typed = request.method == "POST"
    return render(
        "doan.html",
        active=found.office.active,
        found=found,
        view=view,
        team=team,
        setting=setting,
        moving=found.changing and may("inspection.reschedule", school=school),
        rows=rows if rows is not None else _rows(found),
        roles=TEAM_ROLE_LABELS,
        kinds=VISIT_KIND_LABELS,
        decision=forms.text("so") if typed else team.decision if team else "",
        decided=forms.text("ngay-qd") if typed else format_date(team.decided_on) if team else "",
        checked=checked,
        problem=problem,
    )


def _rows(found: Opened) -> list[TeamRow]:
    team = found.view.team
    if team is None:
        named = [_known(found, person) for person in found.view.members]
        rows = named or [TeamRow(role=TeamRole.HEAD.value), TeamRow(role=TeamRole.SECRETARY.value)]
        return rows + [TeamRow()] * max(FIRST_ROWS - len(rows), BLANK_ROWS if named else 0)
    words = {True: "co", False: "khong", None: ""}
    rows = [
        msgspec.structs.replace(
            _known(found, one.person),
            role=one.role.value,
            criteria=", ".join(one.criteria),
            worked=words[one.worked_here],
            years="" if one.years_in_sector is None else str(one.years_in_sector),
            trained=words[one.trained],
            source=one.source,
        )
        for one in team.members
    ]
    return [*rows, *[TeamRow()] * BLANK_ROWS]


def _known(found: Opened, person: str) -> TeamRow:
    return TeamRow(account=person) if person in found.accounts else TeamRow(name=found.name(person), person=person)


def _typed_rows() -> list[TeamRow]:
    number = min(forms.whole("so-hang"), MOST_ROWS)
    names = {
        "account": "tai-khoan",
        "name": "ten",
        "person": "nguoi",
        "role": "vai",
        "criteria": "tieu-chi",
        "worked": "tung-lam",
        "years": "so-nam",
        "trained": "tap-huan",
        "source": "nguon",
    }
    return [
        TeamRow(**{field: forms.text(f"{name}-{n}") for field, name in names.items()})
        for n in range(1, number + 1)  # a row without a name is left out when the team is set up
    ]


def _act(office: OfficeView, inspection: InspectionId) -> str | Response:
    found = open_visit(office, inspection)
    if forms.text("viec") == "doi-ngay":
        try:
            return reschedule(found)
        except Problem as problem:
            return _team(found, problem=problem)
    rows = _typed_rows()
    if forms.text("viec") == "them-hang":
        return _team(found, rows + [TeamRow()] * BLANK_ROWS)
    only_check = forms.text("viec") == "xem-thu"
    try:
        view = set_up_team(_given(found, rows, only_check=only_check))
    except Problem as problem:
        return _team(found, rows, problem)
    if only_check:
        return _team(found, rows, checked=view.team.warnings if view.team else [])
    return forms.go(found.href("doan"), view.team.position if view.team else view.position)


def _given(found: Opened, rows: list[TeamRow], *, only_check: bool) -> TeamGiven:
    day = forms.date("ngay-qd")
    if day is None:
        raise BadRequest("Thiếu ngày quyết định. Chưa lập đoàn.", path="ngay-qd")
    return TeamGiven(
        school=found.view.school,
        inspection=found.view.inspection,
        decision=forms.text("so"),
        decided_on=day,
        members=[_member(found, row, n) for n, row in enumerate(rows, 1) if row.account or row.name],
        only_check=only_check,
    )


def _member(found: Opened, row: TeamRow, number: int) -> TeamMemberGiven:
    if row.years and not (row.years.isdecimal() and len(row.years) < 3):
        raise BadRequest(f"Số năm trong ngành ở dòng {number} phải là số. Chưa lập đoàn.", path=f"so-nam-{number}")
    # Somebody without an account keeps the id under which the name is known; another name is somebody else.
    known = PersonId(row.person if row.person and row.name == found.names.get(row.person) else "")
    person = PersonId(row.account) if row.account else known
    return TeamMemberGiven(
        role=TeamRole(row.role) if row.role in set(TeamRole) else TeamRole.MEMBER,
        name="" if person else row.name,
        person=person,
        criteria=[CriterionCode(code) for code in re.split(r"[\s,;]+", row.criteria) if code],
        worked_here=_DECLARED.get(row.worked),
        years_in_sector=int(row.years) if row.years else None,
        trained=_DECLARED.get(row.trained),
        source=row.source,
    )
