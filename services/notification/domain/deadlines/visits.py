"""Deadlines of visits: the day of the visit, what it recommends, what it asks for."""

from __future__ import annotations

from collections.abc import Iterator

from services.notification.domain.deadlines.counting import numbered
from services.notification.domain.deadlines.model import (
    Change,
    Drop,
    Finish,
    KeptDeadline,
    Known,
    Law,
    Move,
    Note,
    Release,
    Reopen,
    Roles,
    Set,
    Team,
    Told,
    Wait,
    Which,
    deadline_id,
)
from services.notification.domain.deadlines.notes import CONCLUDED
from shared.vocabulary.assessment import Layer
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import DeadlineId
from shared.vocabulary.inspection import Responsible, Verification
from shared.vocabulary.roles import SCHOOL_ROLES, Role

_HEAD = frozenset({Role.HEAD})
_COMMUNE = frozenset({Role.COMMUNE_OFFICER})
_DEPARTMENT = frozenset({Role.DEPARTMENT_OFFICER})
_RESPONSIBLE: dict[str, Roles] = {
    Responsible.SCHOOL.value: SCHOOL_ROLES,
    Responsible.COMMUNE.value: _COMMUNE,
    Responsible.ECONOMIC_OFFICE.value: frozenset({Role.ECONOMIC_OFFICE, Role.COMMUNE_OFFICER}),
}


def planned(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A visit is to be held on a day, by its team."""
    inspection = told.needed("inspection")
    office = _office(told)
    yield Set(
        KeptDeadline(
            id=_visit(inspection),
            kind=DeadlineKind.VISIT,
            school=told.school,
            who=office | ({Role.INSPECTOR} if office is _COMMUNE else frozenset()),
            watch=_HEAD,
            persons=told.texts("members"),
            group=_group(inspection),
            parts={"layer": told.text("layer"), "visit": told.text("kind"), "inspection": inspection},
            due=told.day_needed("planned_on"),
            began=told.on,
        )
    )


def rescheduled(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The day of a visit was moved."""
    yield Move(Which(id=_visit(told.needed("inspection"))), told.day_needed("planned_on"))


def team_set_up(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Others go."""
    yield Team(Which(id=_visit(told.needed("inspection"))), told.texts("members"))


def concluded(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """What a visit recommended is in force from its conclusion on, what it asked for is over; a plan's visit was held."""
    inspection, on = told.needed("inspection"), told.day_of("concluded_on")
    yield Note(CONCLUDED + inspection, on.isoformat())
    yield Finish(Which(id=_visit(inspection)), on)
    yield Drop(Which(group=_group(inspection), kinds=(DeadlineKind.EVIDENCE,)))
    yield Release(_group(inspection))
    if told.text("layer") == Layer.DEPARTMENT:
        yield Finish(Which(kinds=(DeadlineKind.EVALUATION,), school=told.school), on)
        yield Finish(Which(kinds=(DeadlineKind.PLAN_EVALUATE,), school=told.school, until_year=on.year), on)


def recommended(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Something is to be done by a day; a draft until the visit is concluded."""
    inspection = told.needed("inspection")
    number, counted = numbered(known, DeadlineKind.RECOMMENDATION, inspection)
    yield counted
    yield Set(
        KeptDeadline(
            id=_recommendation(told),
            kind=DeadlineKind.RECOMMENDATION,
            school=told.school,
            who=_RESPONSIBLE.get(told.text("responsible"), SCHOOL_ROLES),
            watch=_office(told),
            group=_group(inspection),
            parts={
                "criterion": told.text("criterion"),
                "layer": told.text("layer"),
                "responsible": told.text("responsible"),
                "recommendation": told.needed("recommendation"),
                "nth": number,
            },
            due=told.day_needed("due"),
            began=told.day_of("made_on"),
            held=not known.note(CONCLUDED + inspection),
        )
    )


def answered(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The office that recommended it is to look at the answer."""
    yield Wait(Which(id=_recommendation(told)), _office(told), told.day_of("answered_on"))


def verified(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """Done, or owed on."""
    which = Which(id=_recommendation(told))
    if told.text("result") == Verification.DONE:
        yield Finish(which, told.day_of("verified_on"))
    else:
        yield Reopen(which)


def extended(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """More time was given."""
    yield Move(Which(id=_recommendation(told)), told.day_needed("due"))


def evidence_requested(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The team wants evidence of a criterion by a day."""
    inspection = told.needed("inspection")
    number, counted = numbered(known, DeadlineKind.EVIDENCE, inspection)
    yield counted
    yield Set(
        KeptDeadline(
            id=_evidence(told),
            kind=DeadlineKind.EVIDENCE,
            school=told.school,
            who=SCHOOL_ROLES,
            watch=_office(told),
            group=_group(inspection),
            parts={"criterion": told.text("criterion"), "inspection": inspection, "nth": number},
            due=told.day_needed("due"),
            began=told.day_of("requested_on"),
        )
    )


def evidence_supplied(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """It was supplied."""
    yield Finish(Which(id=_evidence(told)), told.day_of("supplied_on"))


def _office(told: Told) -> Roles:
    return _DEPARTMENT if told.text("layer") == Layer.DEPARTMENT else _COMMUNE


def _group(inspection: str) -> str:
    return f"visit:{inspection}"


def _visit(inspection: str) -> DeadlineId:
    return deadline_id(DeadlineKind.VISIT, inspection)


def _recommendation(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.RECOMMENDATION, told.needed("recommendation"))


def _evidence(told: Told) -> DeadlineId:
    return deadline_id(DeadlineKind.EVIDENCE, told.needed("request"))
