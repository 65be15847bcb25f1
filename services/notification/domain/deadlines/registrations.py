"""Deadlines from a registration to the decision: the times of each step, and what a registration does to other deadlines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from services.notification.domain.deadlines.model import (
    Change,
    Counted,
    Drop,
    Finish,
    KeptDeadline,
    Known,
    Law,
    Note,
    Reopen,
    Roles,
    Set,
    Told,
    Which,
    deadline_id,
)
from services.notification.domain.deadlines.notes import CYCLE, REGISTERED
from shared.rulebook.registration_deadlines import TimedStep
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.roles import Role

_DEPARTMENT = frozenset({Role.DEPARTMENT_OFFICER})
_OFFICES = frozenset({Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER})
_HEAD = frozenset({Role.HEAD})
_STEPS: dict[DeadlineKind, tuple[TimedStep, Roles, Roles]] = {
    DeadlineKind.EVALUATION: (TimedStep.EVALUATE, _DEPARTMENT, _HEAD),
    DeadlineKind.REPLY: (TimedStep.REPLY, _HEAD, _OFFICES),
    DeadlineKind.ANSWER: (TimedStep.ANSWER, _DEPARTMENT, frozenset()),
    DeadlineKind.DECISION: (TimedStep.DECIDE, _DEPARTMENT, _HEAD),
}
"""Kind → whose time it is under the rules, who owes it, who watches."""


def opened(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Whoever registered has done what renewal and plan wanted."""
    on, school = told.day_of("opened_on"), told.school
    yield Note(REGISTERED + school, on.isoformat())
    yield Finish(Which(kinds=(DeadlineKind.RENEWAL,), school=school), on, _group(told))
    yield Finish(Which(kinds=(DeadlineKind.PLAN_REGISTER,), school=school, until_year=on.year), on, _group(told))


def returned(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A dossier that was sent back is no registration: what it had met is owed again, and no step of it runs."""
    yield Note(REGISTERED + told.school, "")
    yield Drop(Which(group=_group(told)))
    yield Reopen(Which(kinds=(DeadlineKind.RENEWAL, DeadlineKind.PLAN_REGISTER), school=told.school), _group(told))


def accepted(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The department is to evaluate."""
    yield from _step(told, known, law, DeadlineKind.EVALUATION, told.day_of("accepted_on"))


def draft_sent(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The visit was held; the school is to reply."""
    on = told.day_of("sent_on")
    yield Finish(Which(group=_group(told), kinds=(DeadlineKind.EVALUATION,)), on)
    yield from _step(told, known, law, DeadlineKind.REPLY, on)


def replied(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The school replied, or its silence is its reply; the team is to finish its report."""
    on = told.day("replied_on") or told.day_of("silent_on")
    yield Finish(Which(group=_group(told), kinds=(DeadlineKind.REPLY,)), on)
    yield from _step(told, known, law, DeadlineKind.ANSWER, on)


def finalised(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The department is to decide."""
    on = told.day_of("final_on")
    yield Finish(Which(group=_group(told), kinds=(DeadlineKind.ANSWER,)), on)
    yield from _step(told, known, law, DeadlineKind.DECISION, on)


def decided(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Nothing is owed on this registration any more."""
    yield Finish(Which(group=_group(told)), told.day_of("decided_on"))


def _step(told: Told, known: Known, law: Law, kind: DeadlineKind, begun: dt.date) -> Iterator[Change]:
    step, who, watch = _STEPS[kind]
    regime = known.note(f"{CYCLE}{told.school}:{told.text('cycle')}")
    if not law.is_timed(regime, step):
        return
    yield Set(
        KeptDeadline(
            id=deadline_id(kind, told.needed("registration")),
            kind=kind,
            school=told.school,
            who=who,
            watch=watch,
            group=_group(told),
            parts={"cycle": told.text("cycle")},
            counted=Counted(step=step, regime=regime, begun=begun),
            began=begun,
        )
    )


def _group(told: Told) -> str:
    return f"registration:{told.needed('registration')}"
