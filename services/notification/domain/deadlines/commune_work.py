"""Deadlines of a commune's work in a year: tasks, training, difficulties, reports."""

from __future__ import annotations

from collections.abc import Iterator

from services.notification.domain.deadlines.commune_year import HEAD, OFFICER
from services.notification.domain.deadlines.counting import numbered
from services.notification.domain.deadlines.model import (
    Change,
    Drop,
    Finish,
    KeptDeadline,
    Known,
    Law,
    Move,
    Pass,
    Reopen,
    Roles,
    Set,
    Told,
    Wait,
    Which,
    deadline_id,
)
from shared.vocabulary.commune_year import ClosingWord, CommuneUnit, ForwardedDifficulty
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import CommuneCode, DeadlineId, SchoolCode
from shared.vocabulary.roles import Role

_CLERKS = frozenset({Role.HEAD, Role.CLERK})
_PLANNERS = frozenset({Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER})
_UNITS: dict[str, Roles] = {
    CommuneUnit.LEADERS.value: frozenset({Role.COMMUNE_LEADER}),
    CommuneUnit.CULTURE_OFFICE.value: OFFICER,
    CommuneUnit.ECONOMIC_OFFICE.value: frozenset({Role.ECONOMIC_OFFICE}),
    CommuneUnit.STEERING_COMMITTEE.value: frozenset({Role.STEERING_COMMITTEE}),
    CommuneUnit.MASS_ORGANISATIONS.value: frozenset({Role.MASS_ORGANISATION}),
}
_FORWARDED: dict[str, Roles] = {
    ForwardedDifficulty.LEADERS.value: frozenset({Role.COMMUNE_LEADER}),
    ForwardedDifficulty.DEPARTMENT.value: frozenset({Role.DEPARTMENT_OFFICER}),
    ForwardedDifficulty.ECONOMIC_OFFICE.value: frozenset({Role.ECONOMIC_OFFICE}),
}


def task_given(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A school or a unit is to do something by a day."""
    school, unit = SchoolCode(told.text("school")), told.text("unit")
    number, counted = numbered(known, DeadlineKind.TASK, school or unit, told.needed("commune"), str(told.number("year")))
    yield counted
    yield Set(
        KeptDeadline(
            id=_task(told),
            kind=DeadlineKind.TASK,
            school=school,
            commune=CommuneCode(told.needed("commune")),
            year=told.number("year"),
            who=_CLERKS if school else _UNITS.get(unit, OFFICER),
            watch=OFFICER,
            parts={"wanted": told.text("wanted"), "unit": unit, "task": told.needed("task"), "nth": number},
            due=told.day_needed("due"),
            began=told.day_of("given_on"),
        )
    )


def task_reported(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Whoever gave it is to accept or return it."""
    yield Wait(Which(id=_task(told)), _PLANNERS, told.day_of("reported_on"))


def task_accepted(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It is done."""
    yield Finish(Which(id=_task(told)), told.on)


def task_returned(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It is owed again."""
    yield Reopen(Which(id=_task(told)))


def task_extended(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """More time was given."""
    yield Move(Which(id=_task(told)), told.day_needed("due"))


def task_cancelled(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Nobody wants it any more."""
    yield Drop(Which(id=_task(told)))


def training_planned(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A class begins on a day, for the schools that are invited."""
    number, counted = numbered(known, DeadlineKind.TRAINING, told.needed("commune"), str(told.number("year")))
    yield counted
    yield Set(
        KeptDeadline(
            id=_training(told),
            kind=DeadlineKind.TRAINING,
            commune=CommuneCode(told.needed("commune")),
            schools=tuple(SchoolCode(school) for school in told.texts("schools")),
            year=told.number("year"),
            who=OFFICER,
            watch=HEAD,
            parts={"topic": told.text("topic"), "training": told.needed("training"), "nth": number},
            due=told.day_needed("first_day"),
            began=told.on,
        )
    )


def training_held(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It was held."""
    yield Finish(Which(id=_training(told)), told.day_of("held_on"))


def training_cancelled(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It will not be held."""
    yield Drop(Which(id=_training(told)))


def difficulty_raised(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A school has a difficulty: it waits for the office, by no day until somebody takes it."""
    since = told.day_of("raised_on")
    number, counted = numbered(known, DeadlineKind.DIFFICULTY, told.school, str(told.number("year")))
    yield counted
    yield Set(
        KeptDeadline(
            id=_difficulty(told),
            kind=DeadlineKind.DIFFICULTY,
            school=told.school,
            commune=CommuneCode(told.text("commune")),
            year=told.number("year"),
            who=OFFICER,
            watch=HEAD,
            parts={"criterion": told.text("criterion"), "difficulty": told.needed("difficulty"), "nth": number},
            began=since,
        )
    )
    yield Wait(Which(id=_difficulty(told)), OFFICER, since)


def difficulty_taken(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The office promised an answer by a day."""
    which = Which(id=_difficulty(told))
    yield Reopen(which)
    yield Move(which, told.day_needed("due"))


def difficulty_forwarded(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Others are to decide."""
    roles = _FORWARDED.get(told.text("to"), OFFICER)
    yield Pass(Which(id=_difficulty(told)), roles)
    yield Wait(Which(id=_difficulty(told)), roles, told.on)


def difficulty_answered(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The office has said what it can; the school says whether that solves it."""
    yield Finish(Which(id=_difficulty(told)), told.on)


def difficulty_closed(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """What is not solved goes back to the office."""
    which = Which(id=_difficulty(told))
    if told.text("word") == ClosingWord.NOT_SOLVED:
        yield Pass(which, OFFICER)
        yield Wait(which, OFFICER, told.on)
    else:
        yield Finish(which, told.on)


def difficulty_merged(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It is dealt with under another one."""
    yield Drop(Which(id=_difficulty(told)))


def report_asked(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Each of some schools is to hand in a report by a day."""
    request = told.needed("request")
    number, counted = numbered(known, DeadlineKind.REPORT, told.needed("commune"), str(told.number("year")))
    yield counted
    for school in told.texts("schools"):
        yield Set(
            KeptDeadline(
                id=deadline_id(DeadlineKind.REPORT, request, school),
                kind=DeadlineKind.REPORT,
                school=SchoolCode(school),
                commune=CommuneCode(told.needed("commune")),
                year=told.number("year"),
                who=_CLERKS,
                watch=OFFICER,
                group=_request(told),
                parts={"report": told.text("kind"), "request": request, "nth": number},
                due=told.day_needed("due"),
                began=told.day_of("asked_on"),
            )
        )


def report_handed_in(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The office is to look at it."""
    yield Wait(Which(id=_report(told)), _PLANNERS, told.day_of("handed_in_on"))


def report_returned(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It is owed again."""
    yield Reopen(Which(id=_report(told)))


def report_accepted(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It is done."""
    yield Finish(Which(id=_report(told)), told.on)


def request_closed(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Nobody waits for what was not handed in."""
    yield Drop(Which(group=_request(told)))


def _task(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.TASK, told.needed("task"))


def _training(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.TRAINING, told.needed("training"))


def _difficulty(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.DIFFICULTY, told.needed("difficulty"))


def _report(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.REPORT, told.needed("request"), told.school)


def _request(told: Told) -> str:
    return f"request:{told.needed('request')}"
