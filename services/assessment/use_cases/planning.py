"""Use cases about the plan of a self-assessment: written by who leads it, approved by the chair, shown by headings."""

from __future__ import annotations

from services.assessment import council_presenters
from services.assessment.domain import council, planning
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.school import School
from services.assessment.use_cases.council import is_head, work_of
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls import Done
from shared.contracts.calls.council import ApprovePlan, PlanRequest, PlanView, WritePlan
from shared.identity.call_context import CallContext


class PlanWriting:
    """Writes, approves and shows plans."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def write_plan(self, acting: CallContext, request: WritePlan) -> Done:
        """Write the plan, or write it anew; the same again does nothing. A plan written anew waits for the chair again.

        Raises NoCouncil (unless the head writes), NotYourDuty, BadRequest, NoSuchCriterion, NoSuchSchool, NoSuchCycle,
        AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)
        timetable = tuple(
            sf.TimetableItem(starts=item.starts, ends=item.ends, activity=item.activity, who=item.who)
            for item in request.timetable
        )
        resources = tuple(
            sf.Resource(criterion=one.criterion, what=one.what, when=one.when, note=one.note) for one in request.resources
        )
        given = sf.SelfAssessmentPlanned(
            school=request.school,
            cycle=request.cycle,
            sections=request.sections,
            timetable=timetable,
            resources=resources,
        )

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            work = work_of(assessed, school.code).work
            if not is_head(acting, school.code):
                council.require_leading(work, acting.actor, is_head=False)
            plan = planning.checked_plan(assessed.rulebook, given)
            if not planning.standing_plan(work, plan):
                school.add_work(plan, meta)

        return self._schools.done(request.school, decide)

    def approve_plan(self, acting: CallContext, request: ApprovePlan) -> Done:
        """Approve the plan as it stands, by the chair; a repeat does nothing.

        Raises NoCouncil, NotYourDuty, NoPlan, ChangedMeanwhile, CriteriaWithoutGroup, CouncilRefused, DateRefused,
        NoSuchSchool, NoSuchCycle, AlreadySubmitted.
        """
        on = self._schools.metadata_on(acting, request.on)[1]
        meta, _ = self._schools.metadata_on(acting)

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            approved = planning.approval(
                assessed.rulebook,
                work_of(assessed, school.code).work,
                school=school.code,
                cycle=request.cycle,
                actor=acting.actor,
                read=request.plan,
                on=on,
            )
            if approved is not None:
                school.add_work(approved, meta)

        return self._schools.done(request.school, decide)

    def plan(self, request: PlanRequest) -> PlanView:
        """Return the plan of a cycle; raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        return council_presenters.plan_view(assessed.rulebook, work_of(assessed, request.school))
