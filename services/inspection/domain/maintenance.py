"""The stream of a school's yearly checks: whether it keeps its standard; of one year the later check holds."""

from __future__ import annotations

import datetime as dt
import uuid

from services.inspection.domain.maintenance_facts import MaintenanceChecked
from services.inspection.errors import SchoolYearRefused
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import first_day_of, format_date, is_school_year
from shared.vocabulary.ids import SchoolCode


def maintenance_stream(school: SchoolCode) -> uuid.UUID:
    """Return the stream of a school's yearly checks."""
    return natural_id("maintenance", school)


def require_begun_year(year: str, on: dt.date) -> None:
    """Raise SchoolYearRefused unless a text names a school year that had begun on a day."""
    if not is_school_year(year):
        raise SchoolYearRefused(f"Năm học “{year}” không đúng. Chưa ghi gì. Ghi như 2026-2027.", path="$.year")
    if on < first_day_of(year):
        raise SchoolYearRefused(
            f"Ngày {format_date(on)} năm học {year} chưa bắt đầu. Chưa ghi gì. Chọn năm học đang diễn ra hoặc đã qua.",
            path="$.year",
        )


class SchoolMaintenance(Aggregate):
    """What offices found of one school, year by year."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.checks: dict[str, MaintenanceChecked] = {}

    def check(self, checked: MaintenanceChecked, meta: EventMetadata) -> None:
        """Record a check; a repeat, or the same as what holds of its year, does nothing."""
        if not self.has_processed(meta.command) and self.checks.get(checked.year) != checked:
            self.record(checked, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        assert isinstance(fact, MaintenanceChecked)
        if holds(fact, self.checks.get(fact.year)):
            self.checks[fact.year] = fact


def holds(newer: MaintenanceChecked, present: MaintenanceChecked | None) -> bool:
    """Say whether a check recorded later takes the place of the one that held: not when it tells of an earlier day."""
    return present is None or newer.checked_on >= present.checked_on
