"""People of a school by name: other services know ids alone; identity says what those are called and who has which login."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

import msgspec

from services.portal.web.context import call_service, may
from shared.contracts.calls.council import CouncilMemberView, CouncilView, PersonNamed, PlanView
from shared.contracts.calls.identity import (
    PeopleOnPapersAnswer,
    PeopleOnPapersRequest,
    PersonOnPapers,
    SchoolAccountsAnswer,
    SchoolAccountsRequest,
)
from shared.problems import BadRequest
from shared.vocabulary.ids import PersonId, SchoolCode

MOST_AT_ONCE = 500
"""As many ids identity takes in one question; for more, everybody of the school is asked for."""


def on_papers(school: SchoolCode, persons: Iterable[PersonId]) -> dict[PersonId, PersonOnPapers]:
    """Return what these people are called on papers of a school; who was erased is left out."""
    wanted = [person for person in dict.fromkeys(persons) if person]
    if not wanted:
        return {}
    asked = PeopleOnPapersRequest(school=school, persons=wanted if len(wanted) <= MOST_AT_ONCE else [])
    answer = call_service("identity", "people_on_papers", asked, PeopleOnPapersAnswer)
    return {one.person: one for one in answer.people}


def names_of(school: SchoolCode, persons: Iterable[str]) -> dict[str, str]:
    """Return what people of a school are called: on its papers, else by their accounts; others are nameless here."""
    wanted = [PersonId(person) for person in dict.fromkeys(persons) if _is_id(person)]
    if not wanted or not may("identity.people_on_papers", school=school):
        return {}
    names: dict[str, str] = {person: one.name for person, one in on_papers(school, wanted).items()}
    if any(person not in names for person in wanted) and may("identity.accounts_of_school", school=school):
        accounts = call_service("identity", "accounts_of_school", SchoolAccountsRequest(school=school), SchoolAccountsAnswer)
        names = {one.account: one.display_name for one in accounts.accounts} | names
    return names


def ids_of(school: SchoolCode, texts: Sequence[str]) -> list[PersonId]:
    """Return the ids of people who are told by id or by login, '' for ''.

    Raises BadRequest for a login that nobody on the school's papers has.
    """
    logins = {_login(text) for text in texts if text and not _is_id(text)}
    known: dict[str, PersonId] = {}
    if logins:
        answer = call_service("identity", "people_on_papers", PeopleOnPapersRequest(school=school), PeopleOnPapersAnswer)
        known = {_login(one.login): one.person for one in answer.people if one.login}
    return [PersonId(text) if not text or _is_id(text) else _known(known, text) for text in texts]


def council_with_names(view: CouncilView) -> CouncilView:
    """Return a council with the names and logins of everybody in it."""
    people = [member.person for member in view.members]
    people += [person.person for group in view.groups for person in (group.leader, *group.members)]
    people += [person.person for one in view.assignments for person in (one.writer, one.reviewer)]
    names = on_papers(view.school, people)
    return msgspec.structs.replace(
        view,
        members=[_member(member, names) for member in view.members],
        groups=[
            msgspec.structs.replace(
                group, leader=_named(group.leader, names), members=[_named(member, names) for member in group.members]
            )
            for group in view.groups
        ],
        assignments=[
            msgspec.structs.replace(one, writer=_named(one.writer, names), reviewer=_named(one.reviewer, names))
            for one in view.assignments
        ],
    )


def plan_with_names(view: PlanView) -> PlanView:
    """Return a plan with the name of who approved it."""
    if view.approval is None:
        return view
    names = on_papers(view.school, [view.approval.by.person])
    return msgspec.structs.replace(view, approval=msgspec.structs.replace(view.approval, by=_named(view.approval.by, names)))


def _member(member: CouncilMemberView, names: dict[PersonId, PersonOnPapers]) -> CouncilMemberView:
    found = names.get(member.person)
    return msgspec.structs.replace(member, name=found.name, login=found.login) if found else member


def _named(person: PersonNamed, names: dict[PersonId, PersonOnPapers]) -> PersonNamed:
    found = names.get(person.person)
    return msgspec.structs.replace(person, name=found.name, login=found.login) if found else person


def _known(known: dict[str, PersonId], text: str) -> PersonId:
    found = known.get(_login(text))
    if found is None:
        raise BadRequest(
            f"Không có ai tên đăng nhập “{text}” trong danh sách người của trường. Chưa ghi gì. "
            "Ghi người ấy vào Hội đồng kèm tên đăng nhập, hoặc dùng mã người.",
            login=text,
        )
    return found


def _login(text: str) -> str:
    return text.strip().casefold()


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
