"""People in training: told by name or login they go on by id, and come out with names; who has attended no class.

The inspection service knows who attended, the assessment service who is on which council, identity what people are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from services.portal.named_people import MOST_AT_ONCE, on_papers
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.council import CouncilMembersAnswer, CouncilMembersRequest
from shared.contracts.calls.identity import (
    CommunePeopleRequest,
    PeopleOnPapersAnswer,
    PeopleOnPapersRequest,
    PeopleRecorded,
    PersonEntry,
    PersonOnPapers,
    RecordCommunePeople,
)
from shared.contracts.calls.year.training import (
    AttendedAnswer,
    AttendedById,
    AttendedGiven,
    AttendedRequest,
    AttendedView,
    HoldTraining,
    SentPersonView,
    TrainingHeldGiven,
    TrainingRequest,
    TrainingView,
    UntrainedAnswer,
    UntrainedPerson,
    UntrainedQuestion,
)
from shared.problems import BadRequest, NotAllowed
from shared.text import vietnamese_key, words
from shared.vocabulary.commune_year import TrainingTopic
from shared.vocabulary.ids import CommuneCode, PersonId, SchoolCode

ATTENDING = "Người dự tập huấn"
"""What somebody is on papers of whom nobody told an office."""


def hold_training(request: TrainingHeldGiven) -> TrainingView:
    """Write the attendance of a class down, whose people are told by login, name or id."""
    return with_names(call_service("inspection", "hold_training", attendance_by_ids(request), TrainingView))


def training(request: TrainingRequest) -> TrainingView:
    """Return a class with the names of who was asked to it."""
    return with_names(call_service("inspection", "training", request, TrainingView))


def attendance_by_ids(request: TrainingHeldGiven) -> HoldTraining:
    """Return the attendance by ids: who stands on the papers of the school is that person, others join the commune's list.

    Whose class it is not is refused before anybody's name is kept. Raises BadRequest, NotAllowed, and what identity refuses.
    """
    held = call_service("inspection", "training", TrainingRequest(training=request.training), TrainingView)
    if not may("inspection.hold_training", commune=held.commune):
        raise NotAllowed("Phòng Văn hóa – Xã hội của xã điểm danh lớp này. Chưa ghi gì.")
    for number, one in enumerate(request.attendance):
        if not (one.name.strip() or one.login or one.person):
            raise BadRequest(
                f"Người thứ {number + 1} chưa có họ tên. Chưa ghi gì. Ghi họ tên hoặc tên đăng nhập.",
                path=f"$.attendance[{number}].name",
            )
    persons = _persons(held.commune, request.attendance)
    return HoldTraining(
        training=request.training,
        held_on=request.held_on,
        attendance=[
            AttendedById(person=person, school=one.school, present=one.present, result=one.result)
            for person, one in zip(persons, request.attendance, strict=True)
        ],
        materials=request.materials,
        reason=request.reason,
        seen=request.seen,
    )


def _persons(commune: CommuneCode, given: Sequence[AttendedGiven]) -> list[PersonId]:
    of_schools = {school: _of_school(school) for school in {one.school for one in given if one.school}}
    found = [one.person or _known(one, of_schools.get(one.school, [])) for one in given]
    others = [
        PersonEntry(name=one.name, office=one.office.strip() or ATTENDING, login=one.login)
        for one, person in zip(given, found, strict=True)
        if not person
    ]
    asked = RecordCommunePeople(commune=commune, people=others)
    kept = iter(call_service("identity", "record_commune_people", asked, PeopleRecorded).persons if others else [])
    return [person or next(kept) for person in found]


def _of_school(school: SchoolCode) -> list[PersonOnPapers]:
    asked = PeopleOnPapersRequest(school=school)
    return call_service("identity", "people_on_papers", asked, PeopleOnPapersAnswer).people


def _known(one: AttendedGiven, people: Sequence[PersonOnPapers]) -> PersonId:
    """Return who of the school's papers is meant, '' for nobody; raises BadRequest where it may be several."""
    if one.login:
        wanted = one.login.strip().casefold()
        return next((person.person for person in people if person.login.casefold() == wanted), PersonId(""))
    called = [person for person in people if words(person.name) == words(one.name)]
    if one.office:
        called = [person for person in called if words(person.office) == words(one.office)]
    if len(called) > 1:
        raise BadRequest(
            f"Trường {one.school} có {len(called)} người tên {one.name.strip()}. Chưa ghi gì. "
            "Ghi thêm chức vụ, hoặc tên đăng nhập.",
            path="$.attendance",
        )
    return called[0].person if called else PersonId("")


def with_names(view: TrainingView) -> TrainingView:
    """Return a class with the names of who was asked to it, as far as the caller may know them."""
    names = names_in(view.commune, [(one.person, one.school) for one in view.attendance])
    attendance = [
        msgspec.structs.replace(one, name=names[one.person].name) if one.person in names else one for one in view.attendance
    ]
    return msgspec.structs.replace(view, attendance=attendance)


def names_in(commune: CommuneCode, people: Sequence[tuple[PersonId, SchoolCode]]) -> Mapping[PersonId, PersonOnPapers]:
    """Return what people of a commune and its schools are called: to who reads the commune's year, else to their school."""
    persons = list(dict.fromkeys(person for person, _ in people))
    if not persons:
        return {}
    if may("identity.commune_people", commune=commune):
        found: dict[PersonId, PersonOnPapers] = {}
        for start in range(0, len(persons), MOST_AT_ONCE):
            asked = CommunePeopleRequest(commune=commune, persons=persons[start : start + MOST_AT_ONCE])
            answer = call_service("identity", "commune_people", asked, PeopleOnPapersAnswer)
            found |= {one.person: one for one in answer.people}
        return found
    schools = {school for _, school in people if school and may("identity.people_on_papers", school=school)}
    return {
        person: one
        for school in schools
        for person, one in on_papers(school, [number for number, home in people if home == school]).items()
    }


def untrained(question: UntrainedQuestion) -> UntrainedAnswer:
    """Return who of councils, or of teams of visits, attended no class on a topic; by school and name, no order of merit."""
    attended, sent = _attended(question)
    by_teams = question.topic is TrainingTopic.EXTERNAL_EVALUATION
    looked_at = (
        [UntrainedPerson(person=one.person, school=one.school) for one in sent]
        if by_teams
        else _on_councils(question.commune)
    )
    trained = {one.person for one in attended}
    lacking = [one for one in looked_at if one.person not in trained]
    names = names_in(question.commune, [(one.person, one.school) for one in lacking])
    named = [
        msgspec.structs.replace(one, name=names[one.person].name, office=one.office or names[one.person].office)
        if one.person in names
        else one
        for one in lacking
    ]
    schools = {entry.code: vietnamese_key(entry.name) for entry in directory().schools(question.commune)}
    ordered = sorted(named, key=lambda one: (schools.get(one.school, vietnamese_key("")), vietnamese_key(one.name)))
    return UntrainedAnswer(people=ordered, of=len({one.person for one in looked_at}))


def _attended(question: UntrainedQuestion) -> tuple[list[AttendedView], list[SentPersonView]]:
    """Return who attended classes on a topic, and who was sent on visits."""
    attended, sent, after = list[AttendedView](), list[SentPersonView](), 0
    while True:
        asked = AttendedRequest(commune=question.commune, topic=question.topic, after=after)
        told = call_service("inspection", "attended_trainings", asked, AttendedAnswer)
        attended += told.attended
        sent += told.sent
        after += asked.limit
        if after >= told.total:
            return attended, sent


def reads_councils(commune: CommuneCode) -> bool:
    """Say whether the caller may see who is on the councils of a commune's schools."""
    return may("assessment.council_members", commune=commune)


def _on_councils(commune: CommuneCode) -> list[UntrainedPerson]:
    """Return the members of the newest council of each school of a commune."""
    asked = CouncilMembersRequest(commune=commune)
    told = call_service("assessment", "council_members", asked, CouncilMembersAnswer)
    return [
        UntrainedPerson(person=one.person, school=one.school, office=one.office, stated=one.trained) for one in told.members
    ]
