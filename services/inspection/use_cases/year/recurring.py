"""Use cases about tasks that come again: their rules, and the tasks that a rule gives when their time has come."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from services.inspection.domain.year import tasks_facts as tf
from services.inspection.domain.year.recurring_task import RecurringTask, occurrence_of, occurrences, receivers_of
from services.inspection.domain.year.task import Task
from services.inspection.errors_year import TaskUnknown
from services.inspection.presenters import tasks as presenters
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year import tasks_rows
from shared.contracts.calls.year.tasks import (
    EndRecurringTask,
    RecurringTasksAnswer,
    RecurringTasksRequest,
    RecurringTaskView,
)
from shared.identity.call_context import CallContext, system
from shared.identity.permissions import require
from shared.paging import page_of
from shared.typed_texts import typed_reason
from shared.vocabulary.ids import RecurringTaskId

SYSTEM = "recurring-tasks"
MOST_RULES = 500


class RecurringTasks:
    """Gives tasks by rule, and tells of the rules."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def recurring_tasks(self, request: RecurringTasksRequest) -> RecurringTasksAnswer:
        """Return one page of the rules of a year; raises BadRequest."""
        with self._year.views.reading() as conn:
            rows = tasks_rows.task_rules(conn, commune=request.commune, year=request.year)
        page = page_of(rows, request.after, request.limit, most=MOST_RULES, what="việc định kỳ")
        return RecurringTasksAnswer(rules=[presenters.rule_view(row) for row in page], total=len(rows))

    def end_recurring_task(self, acting: CallContext, request: EndRecurringTask) -> RecurringTaskView:
        """Let a rule give no more tasks than those whose time has come. Raises TaskUnknown, NotAllowed, BadRequest."""
        reason = typed_reason(request.reason, "lý do thôi")
        stream = _rule_stream(request.rule)
        self.give_due()
        meta, on = self._year.metadata_on(acting)

        def decide(rule: RecurringTask) -> None:
            require(acting, "inspection.end_recurring_task", commune=rule.rule.commune)
            rule.end(on, reason, meta)

        self._year.change(RecurringTask, stream, decide)
        with self._year.views.reading() as conn:
            row = tasks_rows.task_rule(conn, RecurringTaskId(str(stream)))
        assert row is not None
        return presenters.rule_view(row)

    def give_due(self) -> int:
        """Give every task of a rule whose time has come and that was not given yet; return how many that were.

        Two processes at once give the same tasks, each once: what a task is follows from its rule, period and receiver.
        """
        with self._year.views.reading() as conn:
            at_work = [row.rule for row in tasks_rows.task_rules(conn) if row.ended_on is None and self._is_near(row.rule)]
            rules = [(rule, tasks_rows.tasks_of_rule(conn, rule.rule)) for rule in at_work]
        return sum(self._give(given) for rule, known in rules for given in self._due(rule) if given.task not in known)

    def _is_near(self, rule: tf.RecurringTaskSet) -> bool:
        """Say whether a rule may still have tasks to give: in a year, a machine that stood still will have looked."""
        return rule.year >= self._year.today.year - 1

    def _due(self, rule: tf.RecurringTaskSet) -> Iterator[tf.TaskGiven]:
        still_open = {school.school for school in self._year.schools(rule.commune) if school.closed_on is None}
        for occurrence in occurrences(rule, self._year.today):
            for receiver in receivers_of(rule):
                if receiver.unit or receiver.school in still_open:
                    yield occurrence_of(rule, occurrence, receiver)

    def _give(self, given: tf.TaskGiven) -> int:
        """Give one task of a rule; say how many were given by this call: another process may have been first."""
        meta, _ = self._year.metadata_on(system(SYSTEM), self._told_on(given.given_on))
        made: list[bool] = []

        def decide(task: Task) -> None:
            made[:] = [task.version == 0]
            task.give(given, meta)

        self._year.change(Task, uuid.UUID(given.task), decide)
        return int(made[0])

    def _told_on(self, given_on: dt.date) -> dt.date | None:
        return given_on if given_on < self._year.today else None


def _rule_stream(rule: str) -> uuid.UUID:
    try:
        return uuid.UUID(rule)
    except ValueError:
        raise TaskUnknown("Không có việc định kỳ này. Chọn trong danh sách việc định kỳ.", rule=str(rule)[:40]) from None
