"""What a plan of a year is judged by: the register of its year, what was decided, checked and registered since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.inspection import views
from services.inspection.domain.known_awards import KnownAward
from services.inspection.domain.year.plan_facts import PlanEntrySet
from services.inspection.domain.year.plan_progress import (
    EntryProgress,
    PlanCounts,
    SchoolRecord,
    YearCheck,
    progress_of,
    school_years_of,
)
from services.inspection.domain.year.plan_proposals import ListedSchool, Proposal, closed_in, propose
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.known import KnownSchool
from services.inspection.views.year.plan_rows import PlanRow, plan_of
from shared.text import vietnamese_key
from shared.vocabulary.ids import CommuneCode, SchoolCode


def listed(school: KnownSchool) -> ListedSchool:
    """Return a school as a plan lists it."""
    return ListedSchool(school=school.school, kind=school.kind, closed_on=school.closed_on)


class PlanStanding:
    """A commune's schools in a year: what the register makes of each, its entry and how far that is."""

    def __init__(self, year: YearRepository, commune: CommuneCode, calendar_year: int) -> None:
        self._year = year
        self.commune, self.calendar_year = commune, calendar_year
        self.schools = sorted(year.schools(commune), key=lambda school: vietnamese_key(school.name))
        codes = [school.school for school in self.schools]
        with year.known.reading() as conn:
            self._awards = views.awards_of(conn, codes)
        with year.views.reading() as conn:
            self.plan: PlanRow = plan_of(conn, commune, calendar_year)
            self._checks = views.maintenance_of_schools(conn, codes, school_years_of(calendar_year))
            self._registered = views.registration_days(conn, codes)

    @property
    def open_schools(self) -> list[KnownSchool]:
        """The schools that do not close by the end of the year, by name."""
        return [school for school in self.schools if self.closed_on(school) is None]

    @property
    def all_awards(self) -> list[KnownAward]:
        """What all schools of the commune hold or held."""
        return [award for school in self.schools for award in self.awards(school.school)]

    def awards(self, school: SchoolCode) -> Sequence[KnownAward]:
        """Return what a school holds or held."""
        return self._awards.get(school, [])

    def closed_on(self, school: KnownSchool) -> dt.date | None:
        """Return when a school closed if it did by the end of the year."""
        return closed_in(listed(school), self.calendar_year)

    def proposal(self, school: KnownSchool) -> Proposal:
        """Return what the register makes of a school."""
        return propose(listed(school), self.awards(school.school), self.calendar_year, self._year.library)

    def progress(self, entry: PlanEntrySet) -> EntryProgress:
        """Return how an entry stands today."""
        return progress_of(entry, self._record(entry.school), self._year.today)

    def checked_on(self, school: SchoolCode) -> list[dt.date]:
        """Return the days of the yearly checks of a school that fall in the year."""
        return [check.checked_on for check in self._checks.get(school, []) if check.checked_on.year == self.calendar_year]

    def counted(self) -> PlanCounts:
        """Return the counts of the plan over the schools that stay open."""
        open_schools = {school.school for school in self.open_schools}
        entries = [row.entry for row in self.plan.entries if row.entry.school in open_schools]
        states = [self.progress(entry) for entry in entries]
        return PlanCounts(
            schools=len(open_schools),
            with_entry=len(entries),
            reached=sum(state.reached_on is not None for state in states),
            late=sum(state.late for state in states),
        )

    def _record(self, school: SchoolCode) -> SchoolRecord:
        checks = [
            YearCheck(year=row.year, result=row.result, checked_on=row.checked_on) for row in self._checks.get(school, [])
        ]
        return SchoolRecord(awards=self.awards(school), checks=checks, registered=self._registered.get(school, []))
