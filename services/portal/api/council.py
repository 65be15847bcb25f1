"""REST routes about the council: people come in by name or login and go on by id, and come out with their names."""

from __future__ import annotations

import uuid

import msgspec

from services.portal.named_people import council_with_names, ids_of, plan_with_names
from services.portal.web.context import call_service
from shared.contracts.calls import Done
from shared.contracts.calls import council as c
from shared.contracts.calls.identity import PeopleRecorded, PersonEntry, RecordPeople
from shared.problems import BadRequest
from shared.text import words
from shared.vocabulary.ids import PersonId


def set_up_council(request: c.CouncilGiven) -> c.CouncilView:
    """Set up a council whose members are told by name."""
    return council_with_names(call_service("assessment", "set_up_council", council_by_ids(request), c.CouncilView))


def council(request: c.CouncilRequest) -> c.CouncilView:
    """Return a council with names."""
    return council_with_names(call_service("assessment", "council", request, c.CouncilView))


def form_group(request: c.FormGroup) -> Done:
    """Form a group of people told by id or login."""
    leader, *members = ids_of(request.school, [request.leader, *request.members])
    return call_service("assessment", "form_group", msgspec.structs.replace(request, leader=leader, members=members), Done)


def assign_criteria(request: c.AssignCriteria | c.AssignmentGiven) -> Done:
    """Assign criteria to people told by id or login."""
    if isinstance(request, c.AssignmentGiven):
        request = one_assignment(request)
    ids = ids_of(request.school, [text for one in request.assignments for text in (one.writer, one.reviewer)])
    assignments = [
        msgspec.structs.replace(one, writer=ids[2 * number], reviewer=ids[2 * number + 1])
        for number, one in enumerate(request.assignments)
    ]
    return call_service("assessment", "assign_criteria", msgspec.structs.replace(request, assignments=assignments), Done)


def plan(request: c.PlanRequest) -> c.PlanView:
    """Return a plan with the name of who approved it."""
    return plan_with_names(call_service("assessment", "plan", request, c.PlanView))


def one_assignment(request: c.AssignmentGiven) -> c.AssignCriteria:
    """Return the request that assigns one criterion."""
    given = c.Assignment(
        criterion=request.criterion,
        group=request.group,
        writer=request.writer,
        reviewer=request.reviewer,
        due=request.due,
    )
    return c.AssignCriteria(school=request.school, cycle=request.cycle, assignments=[given])


def council_by_ids(request: c.CouncilGiven) -> c.SetUpCouncil:
    """Have identity keep the names of members, and return the council by their ids.

    The council is looked at first: what breaks a rule is refused before anybody's name is kept.
    Raises BadRequest, CouncilRefused and whatever identity refuses.
    """
    for number, member in enumerate(request.members):
        if not (member.name.strip() or member.login or member.person):
            raise BadRequest(
                f"Thành viên thứ {number + 1} chưa có họ tên. Chưa lập Hội đồng. Ghi họ tên, hoặc chọn người đã có.",
                path=f"$.members[{number}].name",
            )
    looked_at = _council(request, _placeholders(request.members), only_check=True)
    if request.only_check:
        return looked_at
    call_service("assessment", "set_up_council", looked_at, c.CouncilView)
    return _council(request, _kept(request), only_check=False)


def _kept(request: c.CouncilGiven) -> list[PersonId]:
    """Return the ids of the members, having identity keep those who come with a name or a login."""
    told = [member for member in request.members if member.name.strip() or member.login]
    people = [
        PersonEntry(name=member.name, office=member.office, login=member.login, person=member.person) for member in told
    ]
    asked = RecordPeople(school=request.school, people=people)
    kept = iter(call_service("identity", "record_people", asked, PeopleRecorded).persons if people else [])
    return [next(kept) if member.name.strip() or member.login else member.person for member in request.members]


def _placeholders(members: list[c.CouncilMemberGiven]) -> list[PersonId]:
    """Return an id for each member, known or made up: the same for those who will turn out to be one person."""
    ids: list[PersonId] = []
    for number, member in enumerate(members):
        twin = next((ids[place] for place, other in enumerate(members[:number]) if _same(other, member)), None)
        ids.append(twin or member.person or PersonId(str(uuid.uuid4())))
    return ids


def _same(one: c.CouncilMemberGiven, other: c.CouncilMemberGiven) -> bool:
    if one.login or other.login:
        return one.login.strip().casefold() == other.login.strip().casefold()
    if one.person or other.person:
        return one.person == other.person
    return (words(one.name), words(one.office)) == (words(other.name), words(other.office))


def _council(request: c.CouncilGiven, persons: list[PersonId], *, only_check: bool) -> c.SetUpCouncil:
    members = [
        c.MemberById(person=person, role=member.role, office=member.office, task=member.task, trained=member.trained)
        for person, member in zip(persons, request.members, strict=True)
    ]
    return c.SetUpCouncil(
        school=request.school,
        cycle=request.cycle,
        decided_on=request.decided_on,
        members=members,
        decision=request.decision,
        only_check=only_check,
    )
