"""Questions about the plan of a commune's year: what is proposed, how it stands, how two years compare."""

from __future__ import annotations

from services.inspection import views
from services.inspection.domain.year.plan_facts import PlanEntrySet
from services.inspection.presenters import year_plan as presenters
from services.inspection.use_cases.year.plan import proposed_words
from services.inspection.use_cases.year.plan_standing import PlanStanding
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.known import KnownSchool
from services.inspection.views.year.plan_rows import EntryRow
from shared.contracts.calls.year.plan import (
    ComparedEntry,
    ComparedSchool,
    PlanComparison,
    PlanLineView,
    PlannedVisitView,
    PlanProgressAnswer,
    ProposalsAnswer,
    YearPlanRequest,
    YearPlanView,
)
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, SchoolCode


class PlanQueries:
    """Answers questions about plans; records nothing."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def plan_proposals(self, request: YearPlanRequest) -> ProposalsAnswer:
        """Return what is proposed for each school, by name; raises YearRefused."""
        standing = self._standing(request)
        return ProposalsAnswer(
            proposals=[presenters.proposal_view(standing.proposal(school)) for school in standing.schools]
        )

    def commune_plan(self, request: YearPlanRequest) -> YearPlanView:
        """Return the plan as it stands; one that nobody began has proposed words and no entries. Raises YearRefused."""
        standing = self._standing(request)
        plan = standing.plan
        entries = {row.entry.school: row for row in plan.entries}
        visits = self._visits(request.commune, request.year)
        return YearPlanView(
            commune=request.commune,
            year=request.year,
            state=plan.state,
            text=presenters.plan_text(plan.text) if plan.text else proposed_words(self._year, standing, self._year.today),
            lines=[_line(standing, school, entries.get(school.school), visits) for school in standing.schools],
            progress=presenters.progress_answer(standing.counted()),
            issues=[presenters.issue_view(issued) for issued in plan.issues],
            adjustments=[presenters.adjustment_view(adjusted) for adjusted in plan.adjustments],
        )

    def plan_progress(self, request: YearPlanRequest) -> PlanProgressAnswer:
        """Return the counts of the plan; raises YearRefused."""
        return presenters.progress_answer(self._standing(request).counted())

    def compare_plan(self, request: YearPlanRequest) -> PlanComparison:
        """Return the plan of a year beside that of the year before, school by school by name; raises YearRefused."""
        now = self._standing(request)
        before = PlanStanding(self._year, request.commune, request.year - 1)
        return PlanComparison(
            commune=request.commune,
            year=request.year,
            before=presenters.progress_answer(before.counted()),
            now=presenters.progress_answer(now.counted()),
            schools=[
                ComparedSchool(
                    school=school.school,
                    name=school.name,
                    before=_compared(before, school.school),
                    now=_compared(now, school.school),
                )
                for school in now.schools
            ],
        )

    def _standing(self, request: YearPlanRequest) -> PlanStanding:
        self._year.require_year(request.year)
        return PlanStanding(self._year, request.commune, request.year)

    def _visits(self, commune: CommuneCode, year: int) -> dict[SchoolCode, list[PlannedVisitView]]:
        """Return the commune's visits of a year by school, in the order of their days."""
        with self._year.views.reading() as conn:
            rows = views.visits(conn, commune=commune, layer=Layer.COMMUNE.value)
        found: dict[SchoolCode, list[PlannedVisitView]] = {}
        for row in sorted(rows, key=lambda row: row.planned_on):
            on = row.concluded_on or row.planned_on
            if on.year == year:
                found.setdefault(row.school, []).append(PlannedVisitView(on=on, held=row.concluded_on is not None))
        return found


def _line(
    standing: PlanStanding,
    school: KnownSchool,
    row: EntryRow | None,
    visits: dict[SchoolCode, list[PlannedVisitView]],
) -> PlanLineView:
    proposal = standing.proposal(school)
    return PlanLineView(
        school=school.school,
        name=school.name,
        proposal=presenters.proposal_view(proposal),
        held=presenters.award_view(proposal.held) if proposal.held else None,
        held_valid=proposal.valid,
        entry=presenters.entry_view(row, standing.progress(row.entry)) if row else None,
        closed_on=standing.closed_on(school),
        visits=visits.get(school.school, []),
        checked_on=standing.checked_on(school.school),
    )


def _compared(standing: PlanStanding, school: SchoolCode) -> ComparedEntry:
    entry: PlanEntrySet | None = next((row.entry for row in standing.plan.entries if row.entry.school == school), None)
    if entry is None:
        return ComparedEntry()
    progress = standing.progress(entry)
    return ComparedEntry(
        kind=entry.kind, target_degree=entry.target_degree, reached_on=progress.reached_on, late=progress.late
    )
