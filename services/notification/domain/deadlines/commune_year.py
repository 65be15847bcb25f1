"""Deadlines of a commune's plan: registrations and evaluations it wants, targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from services.notification.domain.deadlines.model import (
    Change,
    Drop,
    Finish,
    KeptDeadline,
    Known,
    Law,
    Note,
    Release,
    Reopen,
    Roles,
    Set,
    Told,
    Which,
    deadline_id,
)
from services.notification.domain.deadlines.notes import ISSUED, REGISTERED
from shared.vocabulary.commune_year import TargetLead
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import CommuneCode, DeadlineId
from shared.vocabulary.roles import Role

OFFICER = frozenset({Role.COMMUNE_OFFICER})
HEAD = frozenset({Role.HEAD})
LEADS: dict[str, Roles] = {
    TargetLead.SCHOOL.value: frozenset({Role.HEAD, Role.COUNCIL_MEMBER}),
    TargetLead.CULTURE_OFFICE.value: OFFICER,
    TargetLead.ECONOMIC_OFFICE.value: frozenset({Role.ECONOMIC_OFFICE}),
}


def entry_set(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A plan wants a school to register and to be evaluated by days; in force once the plan is issued."""
    registered = known.note(REGISTERED + told.school)
    for kind, due, who, watch in (
        (DeadlineKind.PLAN_REGISTER, told.day("register_by"), HEAD, OFFICER),
        (DeadlineKind.PLAN_EVALUATE, told.day("evaluate_by"), OFFICER, HEAD),
    ):
        found = _entry(kind, told)
        if due is None:
            yield Drop(Which(id=found))
            continue
        yield Set(
            KeptDeadline(
                id=found,
                kind=kind,
                school=told.school,
                commune=CommuneCode(told.needed("commune")),
                year=told.number("year"),
                who=who,
                watch=watch,
                group=_plan(told),
                parts={"plan": told.text("kind")},
                due=due,
                began=told.on,
                held=not known.note(ISSUED + _plan(told)),
            )
        )
        if kind is DeadlineKind.PLAN_REGISTER and registered[:4] == str(told.number("year")):
            yield Finish(Which(id=found), dt.date.fromisoformat(registered))


def entry_dropped(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The plan wants nothing of a school any more."""
    for kind in (DeadlineKind.PLAN_REGISTER, DeadlineKind.PLAN_EVALUATE):
        yield Drop(Which(id=_entry(kind, told)))


def issued(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """What the plan wants is in force; it takes the place of the year's before, of which nothing is owed any more."""
    yield Note(ISSUED + _plan(told), told.day_of("issued_on").isoformat())
    yield Release(_plan(told))
    yield Drop(Which(group=_plan(told, years_before=1)))


def target_set(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A school is to reach a level of a criterion by a day."""
    yield Set(
        KeptDeadline(
            id=_target(told),
            kind=DeadlineKind.TARGET,
            school=told.school,
            commune=CommuneCode(told.text("commune")),
            year=told.number("year"),
            who=LEADS.get(told.text("lead"), HEAD),
            watch=HEAD | OFFICER,
            group=_plan(told),
            parts={"criterion": told.text("criterion"), "level": str(told.number("level"))},
            due=told.day_needed("by"),
            began=told.on,
        )
    )


def target_met(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It was reached."""
    yield Finish(Which(id=_target(told)), told.day_of("met_on"))


def target_lost(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """What was reached is not any more."""
    yield Reopen(Which(id=_target(told)))


def target_dropped(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Nobody wants it any more."""
    yield Drop(Which(id=_target(told)))


def _plan(told: Told, *, years_before: int = 0) -> str:
    return f"plan:{told.needed('commune')}:{told.number('year') - years_before}"


def _entry(kind: DeadlineKind, told: Told) -> DeadlineId:
    return deadline_id(kind, told.needed("commune"), str(told.number("year")), told.school)


def _target(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.TARGET, told.needed("target"))
