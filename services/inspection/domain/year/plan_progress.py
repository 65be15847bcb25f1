"""How far the list of a plan is on a day: which entries reached what they are for, which are late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from services.inspection.domain.known_awards import KnownAward, valid_award
from services.inspection.domain.year.plan_facts import PlanEntrySet
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.commune_year import PlanKind
from shared.vocabulary.inspection import MaintenanceResult

_HOLDERS = frozenset({PlanKind.RECOGNISE_AGAIN, PlanKind.MAINTAIN, PlanKind.RAISE})


class YearCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What a yearly check said of a school year, and when."""

    year: str
    result: MaintenanceResult
    checked_on: dt.date


class SchoolRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What counts for a school's progress: its awards, its yearly checks, the days on which it registered."""

    awards: Sequence[KnownAward] = ()
    checks: Sequence[YearCheck] = ()
    registered: Sequence[dt.date] = ()


class EntryProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How one entry stands: `reached_on` is the day of the decision or the check that reached it."""

    reached_on: dt.date | None
    late: bool
    registered_on: dt.date | None


class PlanCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The goal of 100 % both ways: entries of the open schools, and entries that reached what they are for; those late."""

    schools: int
    with_entry: int
    reached: int
    late: int


def progress_of(entry: PlanEntrySet, record: SchoolRecord, on: dt.date) -> EntryProgress:
    """Return how an entry stands on a day."""
    reached = _reached_on(entry, record)
    registered = _registered_on(entry.year, record.registered)
    past_day = not isinstance(entry.register_by, msgspec.UnsetType) and entry.register_by < on and registered is None
    expired = entry.kind in _HOLDERS and _ran_out(record.awards, on)
    return EntryProgress(reached_on=reached, late=reached is None and (past_day or expired), registered_on=registered)


def school_years_of(year: int) -> tuple[str, str]:
    """Return the school years that end and begin in a calendar year."""
    return f"{year - 1}-{year}", f"{year}-{year + 1}"


def _reached_on(entry: PlanEntrySet, record: SchoolRecord) -> dt.date | None:
    if entry.kind is PlanKind.MAINTAIN:
        return _kept_on(entry.year, record)
    wanted = AwardKind.CERTIFICATE if entry.kind is PlanKind.CERTIFY_ONLY else AwardKind.RECOGNITION
    least = entry.target_level if entry.kind is PlanKind.CERTIFY_ONLY else entry.target_degree
    decided = [
        award.decided_on
        for award in record.awards
        if award.kind is wanted
        and award.decided_on.year == entry.year
        and award.degree >= least
        and award.revoked_on is None
    ]
    return min(decided, default=None)


def _kept_on(year: int, record: SchoolRecord) -> dt.date | None:
    kept = [
        check.checked_on
        for check in record.checks
        if check.year in school_years_of(year)
        and check.result is MaintenanceResult.KEPT
        and valid_award(record.awards, AwardKind.RECOGNITION, check.checked_on) is not None
    ]
    return min(kept, default=None)


def _registered_on(year: int, registered: Iterable[dt.date]) -> dt.date | None:
    """Return when the school registered for what the plan wants of it: since the beginning of the year before."""
    return min((day for day in registered if day.year in {year - 1, year}), default=None)


def _ran_out(awards: Sequence[KnownAward], on: dt.date) -> bool:
    recognitions = [award for award in awards if award.kind is AwardKind.RECOGNITION and award.decided_on <= on]
    return bool(recognitions) and valid_award(recognitions, AwardKind.RECOGNITION, on) is None
