"""Use cases about self-assessment cycles: opened under a rulebook, opened again, listed."""

from __future__ import annotations

import datetime as dt

from services.assessment import presenters, views
from services.assessment.domain.school import School
from services.assessment.domain.version_comparison import changes_since_submission
from services.assessment.errors import RulebookDoesNotApply
from services.assessment.use_cases.reading_rights import CycleAt, cycles_of
from services.assessment.use_cases.schools import SchoolRepository
from services.assessment.use_cases.texts import checked_year
from shared.contracts.calls.assessment import (
    CycleChangesAnswer,
    CycleChangesRequest,
    CyclesAnswer,
    CycleView,
    OpenCycle,
    ReopenCycle,
    SchoolRequest,
    SubmissionsAnswer,
    SubmissionsRequest,
)
from shared.contracts.calls.deciding import CopyCycle
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.rulebook import Rulebook
from shared.typed_texts import typed_reason
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.ids import BEGINNING, Position, SchoolCode


class Cycles:
    """Opens and lists the cycles of schools."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def open_cycle(self, acting: CallContext, request: OpenCycle) -> CycleView:
        """Open a cycle under the rulebook in force on the day, or the one named.

        Raises BadRequest, DateRefused, NoSuchSchool, UnknownRulebook, RulebookDoesNotApply.
        """
        meta, on = self._schools.metadata_on(acting, request.on)
        year = checked_year(request.year)

        def decide(school: School) -> str:
            rulebook = self._rulebook_for(school.kind, on, request.rulebook)
            return school.open_cycle(year, on, rulebook, meta, named=bool(request.rulebook))

        cycle, _ = self._schools.change(request.school, decide)
        return next(view for view in self.cycles(SchoolRequest(school=request.school)).cycles if view.cycle == cycle)

    def reopen_cycle(self, acting: CallContext, request: ReopenCycle) -> CycleView:
        """Open a submitted cycle again as a new version, with the school's own layer as it was submitted.

        Raises BadRequest, NoSuchSchool, NoSuchCycle, CannotReopen.
        """
        meta, on = self._schools.metadata_on(acting)
        reason = typed_reason(request.reason)
        reopen = lambda school: school.reopen_cycle(request.cycle, on, reason, meta)  # noqa: E731
        cycle, _ = self._schools.change(request.school, reopen)
        return next(view for view in self.cycles(SchoolRequest(school=request.school)).cycles if view.cycle == cycle)

    def copy_cycle(self, acting: CallContext, request: CopyCycle) -> CycleView:
        """Open a cycle of a later year with the texts and citations of a former one, each text to be read again.

        Raises BadRequest, DateRefused, NoSuchSchool, NoSuchCycle, CannotCopy.
        """
        meta, on = self._schools.metadata_on(acting, request.on)
        year = checked_year(request.year)

        def decide(school: School) -> str:
            rulebook = self._rulebook_for(school.kind, on, "")
            return school.copy_cycle(request.former, year, on, rulebook, meta)

        cycle, _ = self._schools.change(request.school, decide)
        return next(view for view in self.cycles(SchoolRequest(school=request.school)).cycles if view.cycle == cycle)

    def cycle_changes(self, request: CycleChangesRequest) -> CycleChangesAnswer:
        """Return what a reopened cycle changed since it was submitted; raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        return presenters.cycle_changes(changes_since_submission(assessed.state, assessed.rulebook, request.cycle))

    def cycles(self, request: SchoolRequest) -> CyclesAnswer:
        """Return a school's cycles, newest first; raises NoSuchSchool."""
        self._schools.view(request.school)
        with self._schools.views.reading() as conn:
            return CyclesAnswer(cycles=views.cycles(conn, request.school, self._schools.library))

    def submissions(self, acting: CallContext, request: SubmissionsRequest) -> SubmissionsAnswer:
        """Return how far the schools that the caller reaches are with their newest self-assessment."""
        with self._schools.views.reading() as conn:
            found = views.submissions(conn, request.commune)
        seen = [one for one in found if reaches_school(acting, "assessment.submissions", one.school)]
        return SubmissionsAnswer(submissions=seen)

    def cycles_at(
        self,
        school: SchoolCode,
        valid_at: dt.date | None = None,
        known_at: Position = BEGINNING,
        known_at_time: dt.datetime | None = None,
    ) -> list[CycleAt]:
        """Return the cycles that were open at a moment, newest first; raises NoSuchSchool, NotYetKnown, DateRefused."""
        as_of = self._schools.as_of(valid_at, known_at, known_at_time)
        return cycles_of(self._schools.history(school).at(*as_of).opened_cycles())

    def _rulebook_for(self, kind: SchoolKind, on: dt.date, named: str) -> Rulebook:
        library = self._schools.library
        if not named:
            return library.choose(kind, on).rulebook
        rulebook = library.get(named)
        if kind not in rulebook.applies_to.kinds:
            raise RulebookDoesNotApply(
                f"{rulebook.circular} ({rulebook.id}) không dành cho loại trường này. Bỏ trống để chọn theo ngày.",
                rulebook=named,
            )
        return rulebook
