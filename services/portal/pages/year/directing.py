"""The register of a commune's directives, and its steering committee."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.form_refill import VERSION_SEEN
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.year.frame import YearTabs, chosen_year
from services.portal.pages.year.tasks import task_tabs
from services.portal.web.context import call_service, may
from shared.contracts.calls.identity import (
    CommunePeopleRequest,
    PeopleOnPapersAnswer,
    PeopleRecorded,
    PersonEntry,
    PersonOnPapers,
    RecordCommunePeople,
)
from shared.contracts.calls.year.directing import (
    CommitteeAnswer,
    CommitteeMemberEntry,
    CommitteeView,
    CommuneYearRequest,
    DirectivesAnswer,
    DirectivesRequest,
    DirectiveView,
    IssueDirective,
    SetCommittee,
)
from shared.problems import BadRequest, NotAllowed, Problem
from shared.vocabulary.commune_year import CommitteeRole
from shared.vocabulary.ids import CommuneCode, PersonId, Position
from shared.vocabulary.year_labels import COMMITTEE_ROLE_LABELS

LINES_A_PAGE = 25
ROOM_FOR_NEW = 5
"""Empty rows under the members of a committee that is written anew; saving brings as many again."""
_FIELDS = ("ten", "chuc-vu", "vai-tro", "nhiem-vu")


@blueprint.get("/xa/<commune>/van-ban")
def commune_directives(commune: CommuneCode) -> str:
    """Show the register of directives of a year."""
    return _register(commune)


@blueprint.post("/xa/<commune>/van-ban")
def issue_commune_directive(commune: CommuneCode) -> str | Response:
    """Enter a directive in the register."""
    try:
        done = _issue(commune)
    except Problem as problem:
        return _register(commune, problem)
    return forms.go(keep(f"/xa/{quote(commune)}/van-ban", None, nam=chosen_year()), done)


@blueprint.get("/xa/<commune>/ban-chi-dao")
def commune_committee(commune: CommuneCode) -> str:
    """Show who sits on the steering committee, as what, and with which duty."""
    return _committee(commune)


@blueprint.post("/xa/<commune>/ban-chi-dao")
def set_commune_committee(commune: CommuneCode) -> str | Response:
    """Record a decision on the steering committee."""
    try:
        done = _set(commune)
    except Problem as problem:
        return _committee(commune, problem)
    return forms.go(keep(f"/xa/{quote(commune)}/ban-chi-dao", None, nam=chosen_year()), done)


def _tabs(commune: CommuneCode) -> YearTabs:
    if not may("inspection.directives", commune=commune):
        raise NotAllowed("Trang này dành cho các đơn vị của xã. Xin quyền ở người quản trị.")
    return task_tabs(commune)


def _year(commune: CommuneCode) -> CommuneYearRequest:
    return CommuneYearRequest(commune=commune, year=chosen_year())


# --- directives


def _register(commune: CommuneCode, problem: Problem | None = None) -> str:
    tabs, number = _tabs(commune), query_params.number("trang", 1, low=1)
    asked = DirectivesRequest(
        commune=commune, year=chosen_year(), after=(number - 1) * LINES_A_PAGE, limit=LINES_A_PAGE
    )  # fmt: skip
    found = call_service("inspection", "directives", asked, DirectivesAnswer)
    return render(
        "van-ban-chi-dao.html",
        active="ke-hoach",
        tabs=tabs,
        base=f"/xa/{quote(commune)}",
        found=found,
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        issuing=may("inspection.issue_directive", commune=commune),
        problem=problem,
    )


def _issue(commune: CommuneCode) -> Position:
    on = forms.date("ngay")
    if on is None:
        raise BadRequest("Thiếu ngày ban hành. Chưa ghi gì.", path="ngay")
    issued = IssueDirective(
        commune=commune,
        year=chosen_year(),
        number=forms.required("so", "số văn bản"),
        issued_on=on,
        abstract=forms.required("trich-yeu", "trích yếu"),
        section=forms.text("muc"),
    )
    return call_service("inspection", "issue_directive", issued, DirectiveView).position


# --- the committee


def _committee(commune: CommuneCode, problem: Problem | None = None) -> str:
    tabs = _tabs(commune)
    committees = call_service("inspection", "committee", _year(commune), CommitteeAnswer).committees
    holds = committees[0] if committees else None
    return render(
        "ban-chi-dao.html",
        active="ke-hoach",
        tabs=tabs,
        base=f"/xa/{quote(commune)}",
        holds=holds,
        earlier=committees[1:],
        people=_people(commune, holds),
        setting=may("inspection.set_committee", commune=commune) and may("identity.record_commune_people", commune=commune),
        rows=len(holds.members if holds else ()) + ROOM_FOR_NEW,
        problem=problem,
        ROLES=COMMITTEE_ROLE_LABELS,
    )


def _people(commune: CommuneCode, holds: CommitteeView | None) -> dict[PersonId, PersonOnPapers]:
    """Return the names of the members, which lie beside the log; nobody where they may not be asked for."""
    if holds is None or not may("identity.commune_people", commune=commune):
        return {}
    asked = CommunePeopleRequest(commune=commune, persons=[member.person for member in holds.members])
    return {one.person: one for one in call_service("identity", "commune_people", asked, PeopleOnPapersAnswer).people}


def _set(commune: CommuneCode) -> Position:
    on = forms.date("ngay")
    if on is None:
        raise BadRequest("Thiếu ngày quyết định. Chưa ghi gì.", path="ngay")
    rows = _rows()
    entries = [PersonEntry(name=name, office=office, person=PersonId(person)) for person, name, office, _, _ in rows]
    recorded = RecordCommunePeople(commune=commune, people=entries)
    persons = call_service("identity", "record_commune_people", recorded, PeopleRecorded).persons
    decided = SetCommittee(
        commune=commune,
        year=chosen_year(),
        number=forms.required("so", "số quyết định"),
        decided_on=on,
        members=[
            CommitteeMemberEntry(person=person, role=_role(role), duty=duty)
            for person, (_, _, _, role, duty) in zip(persons, rows, strict=True)
        ],
        seen=forms.whole(VERSION_SEEN),
    )
    return call_service("inspection", "set_committee", decided, CommitteeView).position


def _rows() -> list[tuple[str, str, str, str, str]]:
    """Return the members as they were typed: who is known already, name, office, role and duty; empty rows are none."""
    found = []
    for number in range(1, 1 + forms.whole("hang")):
        name, office, role, duty = (forms.text(f"{field}-{number}") for field in _FIELDS)
        if name and not office:
            raise BadRequest(f"Hàng {number} chưa có chức vụ. Chưa ghi gì.", path=f"chuc-vu-{number}")
        if name:
            found.append((forms.text(f"nguoi-{number}"), name, office, role, duty))
        elif office or duty:
            raise BadRequest(f"Hàng {number} chưa có tên. Chưa ghi gì.", path=f"ten-{number}")
    if not found:
        raise BadRequest("Chưa nhập người nào. Chưa ghi gì.", path="ten-1")
    return found


def _role(value: str) -> CommitteeRole:
    try:
        return CommitteeRole(value)
    except ValueError as error:
        raise BadRequest("Vai trò này không có trong danh sách. Chưa ghi gì.") from error
