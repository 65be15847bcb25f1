"""Turns councils, plans and facets into the answers that the portal and the REST API serve."""

from __future__ import annotations

from services.assessment.domain import council, planning
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.council import CheckedRule
from services.assessment.domain.facets import facets_at
from services.assessment.domain.replay import CycleState
from services.assessment.domain.work import CriterionWork, SelfAssessmentWork
from shared.contracts.calls.council import (
    AssignmentView,
    CouncilMemberView,
    CouncilView,
    FacetEntry,
    FacetsOfIndicator,
    FacetSuggestion,
    FacetsView,
    GroupView,
    PersonNamed,
    PlanApprovalView,
    PlanView,
    ResourceEntry,
    RuleView,
    SeatedMember,
    SectionView,
    TimetableEntry,
)
from shared.rulebook import Criterion, Rulebook
from shared.rulebook.council import plan_form
from shared.vocabulary.ids import BEGINNING, PersonId, SchoolCode


def council_view(rulebook: Rulebook, cycle: CycleState) -> CouncilView:
    """Return the council of a cycle, its groups and assignments, and each rule about them."""
    assert cycle.opened is not None
    work, set_up = cycle.work, council.council_of(cycle.work)
    return CouncilView(
        school=cycle.opened.school,
        cycle=cycle.opened.cycle,
        rulebook=rulebook.id,
        position=work.council.position if work.council else BEGINNING,
        decision=set_up.decision if set_up else "",
        decided_on=set_up.decided_on if set_up else None,
        members=_members(set_up),
        groups=[_group(rulebook, work, group) for group in council.groups_of(work).values()],
        assignments=[_assignment(criterion, work) for criterion in rulebook.criteria.values()],
        rules=[_rule(rule) for rule in council.rules_of(rulebook, work)],
    )


def seated(school: SchoolCode, view: CouncilView) -> list[SeatedMember]:
    """Return the members of a school's council as a commune is told of them."""
    return [SeatedMember(school=school, person=one.person, office=one.office, trained=one.trained) for one in view.members]


def checked_council(rulebook: Rulebook, set_up: sf.CouncilSetUp) -> CouncilView:
    """Return a council that was looked at and not recorded, with the rules about who is in it."""
    return CouncilView(
        school=set_up.school,
        cycle=set_up.cycle,
        rulebook=rulebook.id,
        decision=set_up.decision,
        decided_on=set_up.decided_on,
        members=_members(set_up),
        rules=[_rule(rule) for rule in council.composition(rulebook, set_up.members)],
    )


def plan_view(rulebook: Rulebook, cycle: CycleState) -> PlanView:
    """Return the plan of a cycle under the headings of the circular's form, or under its own."""
    assert cycle.opened is not None
    work, plan, form = cycle.work, planning.plan_of(cycle.work), plan_form(rulebook)
    written = plan.sections if plan else {}
    headings = planning.headings(rulebook) or {key: key for key in written}
    return PlanView(
        school=cycle.opened.school,
        cycle=cycle.opened.cycle,
        rulebook=rulebook.id,
        position=work.plan.position if work.plan else BEGINNING,
        form=form.title if form else "",
        form_source=form.source if form else "",
        sections=[SectionView(key=key, heading=heading, text=written.get(key, "")) for key, heading in headings.items()],
        timetable=[
            TimetableEntry(starts=item.starts, ends=item.ends, activity=item.activity, who=item.who)
            for item in (plan.timetable if plan else ())
        ],
        resources=[
            ResourceEntry(criterion=one.criterion, what=one.what, when=one.when, note=one.note)
            for one in (plan.resources if plan else ())
        ],
        approval=_approval(work),
    )


def facets_view(criterion: Criterion, cycle: CycleState) -> FacetsView:
    """Return the facets of a criterion, indicator by indicator, with what the circular's guidance suggests."""
    assert cycle.opened is not None
    work = cycle.work.seen(criterion.code)
    shown = []
    for number, level in criterion.levels.items():
        if (number, "") in work.facets:
            shown.append(_facets(work, number, "", level.text))
        shown += [_facets(work, number, indicator.code, indicator.text) for indicator in level.indicators]
    return FacetsView(
        school=cycle.opened.school,
        cycle=cycle.opened.cycle,
        criterion=criterion.code,
        title=criterion.title,
        indicators=shown,
        suggestions=[FacetSuggestion(evidence=hint) for hint in criterion.evidence_hints],
    )


def _members(set_up: sf.CouncilSetUp | None) -> list[CouncilMemberView]:
    return [
        CouncilMemberView(
            person=member.person, role=member.role, office=member.office, task=member.task, trained=member.trained
        )
        for member in (set_up.members if set_up else ())
    ]


def _group(rulebook: Rulebook, work: SelfAssessmentWork, group: sf.GroupFormed) -> GroupView:
    return GroupView(
        group=group.group,
        name=group.name,
        kind=group.kind,
        leader=PersonNamed(person=group.head),
        members=[PersonNamed(person=member) for member in group.members],
        task=group.task,
        criteria=council.criteria_of(rulebook, work, group.group),
    )


def _assignment(criterion: Criterion, work: SelfAssessmentWork) -> AssignmentView:
    assigned = council.assignment_of(work.seen(criterion.code))
    if assigned is None:
        return AssignmentView(criterion=criterion.code, title=criterion.title)
    return AssignmentView(
        criterion=criterion.code,
        title=criterion.title,
        group=assigned.group,
        writer=PersonNamed(person=assigned.writer),
        reviewer=PersonNamed(person=assigned.reviewer),
        due=assigned.due,
    )


def _rule(rule: CheckedRule) -> RuleView:
    return RuleView(
        rule=rule.rule,
        text=rule.text,
        state=rule.state,
        found=rule.found,
        source=rule.source,
        confidence=rule.confidence.value,
    )


def _approval(work: SelfAssessmentWork) -> PlanApprovalView | None:
    logged = work.plan_approval
    fact = logged.entry.fact if logged else None
    if logged is None or not isinstance(fact, sf.PlanApproved):
        return None
    by = PersonNamed(person=PersonId(logged.entry.meta.actor))
    return PlanApprovalView(position=logged.position, plan=fact.plan, approved_on=fact.approved_on, by=by)


def _facets(work: CriterionWork, level: int, indicator: str, requirement: str) -> FacetsOfIndicator:
    logged = work.facets.get((level, indicator))
    return FacetsOfIndicator(
        level=level,
        indicator=indicator,
        requirement=requirement,
        position=logged.position if logged else BEGINNING,
        facets=[
            FacetEntry(text=one.text, question=one.question, evidence=one.evidence, where=one.where, note=one.note)
            for one in facets_at(work, level, indicator)
        ],
    )
