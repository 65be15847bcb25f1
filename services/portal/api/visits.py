"""REST routes about visits: people come in by name or login and go on by id, and come out with their names."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from services.portal.visit_members import require_on_visit
from services.portal.visit_names import visit_with_names, visits_with_names
from services.portal.visit_planning import note_evaluations
from services.portal.web.context import call_service
from shared.contracts.calls import Call
from shared.contracts.calls import teams as t
from shared.contracts.calls.identity import PeopleRecorded, PersonEntry, RecordPeople
from shared.contracts.calls.inspection import InspectionsAnswer, InspectionsRequest, InspectionView
from shared.problems import BadRequest
from shared.text import words
from shared.vocabulary.ids import PersonId, SchoolCode
from shared.vocabulary.labels import TEAM_ROLE_LABELS

Person = t.TeamMemberGiven | t.ParticipantGiven


def named_visit(operation: str) -> Callable[[Any], InspectionView]:
    """Return what answers an operation of the inspection service with the names of the people of the visit."""

    def serve(request: Call) -> InspectionView:
        return visit_with_names(call_service("inspection", operation, request, InspectionView))

    return serve


def inspections(request: InspectionsRequest) -> InspectionsAnswer:
    """Return a school's visits with names."""
    found = call_service("inspection", "inspections", request, InspectionsAnswer)
    return InspectionsAnswer(inspections=visits_with_names(found.inspections))


def plan_programme(request: t.PlanProgramme) -> t.ProgrammeAnswer:
    """Plan many visits; the department's are written through to the directory, as their events will."""
    planned = call_service("inspection", "plan_programme", request, t.ProgrammeAnswer)
    note_evaluations(planned.visits)
    return planned


def set_up_team(request: t.TeamGiven) -> InspectionView:
    """Set up a team whose members are told by name or login, or look at it.

    A team of the department reads the school from the next request on.
    """
    team = team_by_ids(request)
    view = call_service("inspection", "set_up_team", team, InspectionView)
    if team.only_check:
        return _as_told(visit_with_names(view), request.members)
    note_evaluations([view])
    return visit_with_names(view)


def hold_visit(request: t.VisitHeldGiven) -> InspectionView:
    """Write down the minutes of a visit, with who took part told by name or login."""
    return visit_with_names(call_service("inspection", "hold_visit", minutes_by_ids(request), InspectionView))


def team_by_ids(request: t.TeamGiven) -> t.SetUpTeam:
    """Have identity keep the names of members, and return the team by their ids.

    The team is looked at first: what breaks a rule is refused before anybody's name is kept.
    Raises BadRequest and whatever the services refuse.
    """
    _require_told(request.members, "members", "Thành viên")
    looked_at = _team(request, _placeholders(request.members), only_check=True)
    if request.only_check:
        return looked_at
    call_service("inspection", "set_up_team", looked_at, InspectionView)
    return _team(request, _kept(request.school, request.members), only_check=False)


def minutes_by_ids(request: t.VisitHeldGiven) -> t.HoldVisit:
    """Have identity keep the names of who took part, and return the minutes by their ids.

    Whose visit it is not is refused before anybody's name is kept. Raises BadRequest, NoSuchInspection, NotAllowed and
    whatever identity refuses.
    """
    _require_told(request.participants, "participants", "Người dự")
    require_on_visit(request.school, request.inspection, planners=True)
    persons = _kept(request.school, request.participants)
    people = [
        t.Participant(person=person, office=one.office) for person, one in zip(persons, request.participants, strict=True)
    ]
    return t.HoldVisit(
        school=request.school,
        inspection=request.inspection,
        held_on=request.held_on,
        participants=people,
        sites=request.sites,
        school_opinion=request.school_opinion,
    )


def _team(request: t.TeamGiven, persons: list[PersonId], *, only_check: bool) -> t.SetUpTeam:
    members = [
        t.TeamMemberById(
            person=person,
            role=member.role,
            criteria=member.criteria,
            worked_here=member.worked_here,
            years_in_sector=member.years_in_sector,
            trained=member.trained,
            source=member.source,
        )
        for person, member in zip(persons, request.members, strict=True)
    ]
    return t.SetUpTeam(
        school=request.school,
        inspection=request.inspection,
        decided_on=request.decided_on,
        members=members,
        decision=request.decision,
        only_check=only_check,
    )


def _as_told(view: InspectionView, members: Sequence[t.TeamMemberGiven]) -> InspectionView:
    """Return a team that was only looked at with the names that it was told with: nobody keeps them yet."""
    team = view.team
    assert team is not None
    named = [
        msgspec.structs.replace(one, name=one.name or told.name, login=one.login or told.login)
        for one, told in zip(team.members, members, strict=True)
    ]
    return msgspec.structs.replace(view, team=msgspec.structs.replace(team, members=named))


def _require_told(people: Sequence[Person], field: str, what: str) -> None:
    for number, one in enumerate(people):
        if not (one.name.strip() or one.login or one.person):
            raise BadRequest(
                f"{what} thứ {number + 1} chưa có họ tên. Chưa ghi gì. Ghi họ tên, hoặc chọn người đã có.",
                path=f"$.{field}[{number}].name",
            )


def _kept(school: SchoolCode, people: Sequence[Person]) -> list[PersonId]:
    """Return the ids of people, having identity keep those who come with a name or a login and without an id."""
    told = [one for one in people if not one.person]
    entries = [PersonEntry(name=one.name, office=_office(one), login=one.login) for one in told]
    asked = RecordPeople(school=school, people=entries)
    kept = iter(call_service("identity", "record_people_of_visit", asked, PeopleRecorded).persons if entries else [])
    return [one.person or next(kept) for one in people]


def _office(one: Person) -> str:
    """Return what somebody is on papers of the school: told, or what they are in the team."""
    if one.office.strip():
        return one.office
    return TEAM_ROLE_LABELS[one.role] if isinstance(one, t.TeamMemberGiven) else "Người dự"


def _placeholders(people: Sequence[Person]) -> list[PersonId]:
    """Return an id for each, known or made up: the same for those who will turn out to be one person."""
    ids: list[PersonId] = []
    for number, one in enumerate(people):
        twin = next((ids[place] for place, other in enumerate(people[:number]) if _same(other, one)), None)
        ids.append(twin or one.person or PersonId(str(uuid.uuid4())))
    return ids


def _same(one: Person, other: Person) -> bool:
    if one.person or other.person:
        return one.person == other.person
    if one.login or other.login:
        return one.login.strip().casefold() == other.login.strip().casefold()
    return (words(one.name), words(_office(one))) == (words(other.name), words(_office(other)))
