"""Deadlines inside a school: criteria to be written or mended, items of its improvement plan."""

from __future__ import annotations

from collections.abc import Iterator

from services.notification.domain.deadlines.model import (
    Change,
    Drop,
    Finish,
    KeptDeadline,
    Known,
    Law,
    Note,
    Reopen,
    Set,
    Told,
    Which,
    deadline_id,
)
from services.notification.domain.deadlines.notes import CYCLE
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import DeadlineId
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import ImprovementStatus

_COUNCIL = frozenset({Role.HEAD, Role.COUNCIL_MEMBER})
_HEAD = frozenset({Role.HEAD})


def cycle_opened(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Which regime a cycle is under is remembered: the times of its registration follow from it."""
    yield Note(f"{CYCLE}{told.school}:{told.needed('cycle')}", told.text("rulebook").partition("/")[0])


def criterion_due(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A criterion is to be written, or mended, by a day. Assigned without one, nothing is due; sent back so, it is owed."""
    due, found = told.day("due"), _criterion(told)
    if due is not None:
        yield Set(
            KeptDeadline(
                id=found,
                kind=DeadlineKind.CRITERION,
                school=told.school,
                who=_COUNCIL,
                group=_cycle(told),
                parts={"cycle": told.needed("cycle"), "criterion": told.needed("criterion")},
                due=due,
                began=told.on,
            )
        )
    elif told.fact == "assessment.criterion-assigned":
        yield Drop(Which(id=found))
    else:
        yield Reopen(Which(id=found))


def criterion_done(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It was handed in, or reviewed."""
    yield Finish(Which(id=_criterion(told)), told.on)


def criterion_taken_back(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The writer goes on with it."""
    yield Reopen(Which(id=_criterion(told)))


def submitted(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Nothing more is written in a cycle that was submitted."""
    yield Finish(Which(group=_cycle(told), kinds=(DeadlineKind.CRITERION,)), told.day_of("submitted_on"))


def improvement_set(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """An item of the improvement plan ends on a day; where it has none, nothing is due."""
    ends, found = told.day("ends"), _improvement(told)
    if ends is None:
        yield Drop(Which(id=found))
        return
    yield Set(
        KeptDeadline(
            id=found,
            kind=DeadlineKind.IMPROVEMENT,
            school=told.school,
            who=_HEAD,
            parts={"criterion": told.text("criterion"), "cycle": told.text("cycle")},
            due=ends,
            began=told.on,
        )
    )


def improvement_reviewed(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A look at an item says whether it is done."""
    which, status = Which(id=_improvement(told)), told.text("status")
    if status == ImprovementStatus.DONE:
        yield Finish(which, told.day_of("reviewed_on"))
    elif status == ImprovementStatus.DROPPED:
        yield Drop(which)
    else:
        yield Reopen(which)


def _criterion(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.CRITERION, told.school, told.needed("cycle"), told.needed("criterion"))


def _cycle(told: Told) -> str:
    return f"cycle:{told.school}:{told.needed('cycle')}"


def _improvement(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.IMPROVEMENT, told.school, told.needed("item"))
