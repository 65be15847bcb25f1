"""Turns rows of tasks, rules, committees and directives into answers, each in its state on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.inspection.domain.year.task import state_on
from services.inspection.views.year.directing_rows import CommitteeRow, DirectiveRow
from services.inspection.views.year.tasks_rows import RuleRow, TaskActRow, TaskRow
from shared.contracts.calls.year.directing import CommitteeMemberEntry, CommitteeView, DirectiveView
from shared.contracts.calls.year.tasks import RecurringTaskView, TaskActView, TaskView


def task_view(row: TaskRow, acts: Sequence[TaskActRow], today: dt.date) -> TaskView:
    """Return one task with all that was done about it."""
    return TaskView(
        id=row.task,
        commune=row.commune,
        year=row.year,
        school=row.school,
        unit=row.unit,
        text=row.text,
        wanted=row.wanted,
        due=row.due,
        first_due=row.first_due,
        given_on=row.given_on,
        state=state_on(row.state, row.due, today),
        giving=row.giving,
        directive=row.directive,
        section=row.section,
        rule=row.rule,
        period=row.period,
        version=row.version,
        position=row.position,
        acts=[_act(act) for act in acts],
    )


def _act(act: TaskActRow) -> TaskActView:
    return TaskActView(
        kind=act.kind,
        on=act.acted_on,
        by=act.by,
        text=act.text,
        figures=act.figures,
        documents=act.documents,
        due=act.due,
        position=act.position,
    )


def rule_view(row: RuleRow) -> RecurringTaskView:
    """Return one rule."""
    return RecurringTaskView(
        id=row.rule.rule,
        every=row.rule.every,
        schools=list(row.rule.schools),
        units=list(row.rule.units),
        text=row.rule.text,
        wanted=row.rule.wanted,
        first_due=row.rule.first_due,
        set_on=row.rule.set_on,
        given=row.given,
        ended_on=row.ended_on,
        reason=row.reason,
        position=row.position,
    )


def committee_view(row: CommitteeRow) -> CommitteeView:
    """Return one committee."""
    return CommitteeView(
        number=row.number,
        decided_on=row.decided_on,
        year=row.year,
        members=[CommitteeMemberEntry(person=one.person, role=one.role, duty=one.duty) for one in row.members],
        version=row.version,
        position=row.position,
    )


def directive_view(row: DirectiveRow, tasks: int) -> DirectiveView:
    """Return one directive, from which so many tasks follow."""
    return DirectiveView(
        id=row.directive,
        number=row.number,
        issued_on=row.issued_on,
        abstract=row.abstract,
        section=row.section,
        tasks=tasks,
        position=row.position,
    )
