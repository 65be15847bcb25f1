"""Deadlines of awards: the last day of a decision, the last day to register again, what the department wants remedied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from services.notification.domain.deadlines.model import (
    Change,
    Drop,
    Finish,
    KeptDeadline,
    Known,
    Law,
    Move,
    Note,
    Set,
    Told,
    Which,
    deadline_id,
)
from services.notification.domain.deadlines.notes import REGISTERED
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import SchoolCode, Sha256
from shared.vocabulary.roles import Role

RECOGNITION, CERTIFICATE = "recognition", "certificate"
_OFFICES = frozenset({Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER, Role.DEPARTMENT_OFFICER})
_HEAD = frozenset({Role.HEAD})


class _Award(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a decision."""

    number: str
    decided: dt.date
    expires: dt.date
    digest: str


def granted(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A decision takes the place of the one before; an older one that is entered later changes nothing."""
    kind, school = _kind(told), told.school
    award = _Award(
        number=told.needed("number"),
        decided=told.day_needed("decided_on"),
        expires=told.day_needed("expires_on"),
        digest=told.text("digest"),
    )
    latest = known.note(_latest_key(kind, school))
    if latest and dt.date.fromisoformat(latest) > award.decided:
        return
    yield Note(_latest_key(kind, school), award.decided.isoformat())
    yield Note(_award_key(kind, school, award.number), msgspec.json.encode(award).decode())
    yield Finish(Which(group=_group(kind, school)), award.decided)
    if kind == RECOGNITION:
        yield Finish(Which(kinds=(DeadlineKind.RENEWAL, DeadlineKind.REMEDY), school=school), award.decided)
    yield Set(_expiry(kind, school, award))
    if kind == CERTIFICATE and known.note(_latest_key(RECOGNITION, school)):
        # Whoever holds a recognition registers for that one; both come with the same evaluation.
        return
    yield from _renewal(kind, school, award, known, law)


def corrected(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A slip was put right: another last day, another number."""
    kind, school, number = _kind(told), told.school, told.needed("number")
    kept = known.note(_award_key(kind, school, number))
    if not kept or told.text("what") != "expires_on":
        return
    award = msgspec.structs.replace(msgspec.json.decode(kept, type=_Award), expires=told.day_needed("new"))
    yield Note(_award_key(kind, school, number), msgspec.json.encode(award).decode())
    yield Move(Which(id=deadline_id(DeadlineKind.AWARD, kind, school, number)), award.expires)
    due = law.register_by(Sha256(award.digest), award.expires)
    if due is not None:
        yield Move(Which(id=deadline_id(DeadlineKind.RENEWAL, kind, school, number)), due)


def revoked(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """What was revoked has no last day any more, and is not renewed."""
    kind, school, number = _kind(told), told.school, told.needed("number")
    for ended in (DeadlineKind.AWARD, DeadlineKind.RENEWAL, DeadlineKind.REMEDY):
        yield Drop(Which(id=deadline_id(ended, kind, school, number)))


def remedy_requested(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """The department wants something remedied by a day."""
    number = told.needed("number")
    yield Set(
        KeptDeadline(
            id=deadline_id(DeadlineKind.REMEDY, RECOGNITION, told.school, number),
            kind=DeadlineKind.REMEDY,
            school=told.school,
            who=_HEAD,
            watch=_OFFICES,
            parts={"number": number},
            due=told.day_needed("until"),
            began=told.day_of("requested_on"),
        )
    )


def maintenance_checked(told: Told, known: Known, law: Law) -> Iterator[Change]:
    """A school that keeps its standard has remedied what was wanted."""
    if told.text("result") == "duy_tri":
        yield Finish(Which(kinds=(DeadlineKind.REMEDY,), school=told.school), told.day_of("checked_on"))


def _renewal(kind: str, school: SchoolCode, award: _Award, known: Known, law: Law) -> Iterator[Change]:
    due = law.register_by(Sha256(award.digest), award.expires)
    if due is None:
        return
    found = deadline_id(DeadlineKind.RENEWAL, kind, school, award.number)
    yield Set(
        KeptDeadline(
            id=found,
            kind=DeadlineKind.RENEWAL,
            school=school,
            who=_HEAD,
            watch=_OFFICES,
            group=_group(kind, school),
            parts={"award": kind, "number": award.number, "expires": award.expires.isoformat()},
            due=due,
            began=award.decided,
        )
    )
    registered = known.note(REGISTERED + school)
    if registered and dt.date.fromisoformat(registered) > award.decided:
        # The two services' events may come in either order.
        yield Finish(Which(id=found), dt.date.fromisoformat(registered))


def _expiry(kind: str, school: SchoolCode, award: _Award) -> KeptDeadline:
    return KeptDeadline(
        id=deadline_id(DeadlineKind.AWARD, kind, school, award.number),
        kind=DeadlineKind.AWARD,
        school=school,
        who=_HEAD,
        watch=_OFFICES,
        group=_group(kind, school),
        parts={"award": kind, "number": award.number},
        due=award.expires,
        began=award.decided,
    )


def _kind(told: Told) -> str:
    return CERTIFICATE if told.fact.startswith("assessment.certificate") else RECOGNITION


def _group(kind: str, school: SchoolCode) -> str:
    return f"awards:{kind}:{school}"


def _latest_key(kind: str, school: SchoolCode) -> str:
    return f"latest:{kind}:{school}"


def _award_key(kind: str, school: SchoolCode, number: str) -> str:
    return f"award:{kind}:{school}:{number}"
