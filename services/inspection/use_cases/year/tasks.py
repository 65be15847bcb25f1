"""Use cases of a commune's year: tasks are given, reported, accepted or returned, extended, cancelled."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

import msgspec

from services.inspection.domain.year import tasks_facts as tf
from services.inspection.domain.year.recurring_task import (
    RecurringTask,
    occurrence_of,
    occurrences,
    rule_id,
)
from services.inspection.domain.year.task import Receiver, Report, Task, after_closing, giving_id, task_id
from services.inspection.errors_year import TaskRefused, TaskUnknown
from services.inspection.presenters import tasks as presenters
from services.inspection.use_cases.kept_documents import chosen_documents, require_kept
from services.inspection.use_cases.year.giving import receivers, require_directive, require_due, require_section, typed_line
from services.inspection.use_cases.year.recurring import RecurringTasks
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.task_rights import require_receiver
from services.inspection.views.year import tasks_rows
from services.inspection.views.year.tasks_rows import TaskRow
from shared.contracts.calls.year.tasks import (
    AcceptTask,
    CancelTask,
    ExtendTask,
    GiveTask,
    ReportTask,
    ReturnTask,
    TasksGiven,
    TaskView,
)
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.typed_texts import typed_reason, typed_text
from shared.vocabulary.ids import Position, RecurringTaskId, TaskId


class Tasks:
    """Takes tasks, and what is done about them."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
        self._recurring = RecurringTasks(year)

    def give_task(self, acting: CallContext, request: GiveTask) -> TasksGiven:
        """Give a task to all its receivers or to none; the same again are the same tasks.

        Raises YearRefused, TaskRefused, TaskStands, SchoolIsClosed, SchoolUnknown, SchoolElsewhere, DirectiveUnknown.
        """
        self._year.require_year(request.year)
        text = typed_text(request.text, "việc cần làm")
        if not text:
            raise TaskRefused("Chưa nhập việc cần làm. Chưa ghi gì.", path="$.text")
        section = typed_line(request.section, "mục của kế hoạch", "$.section", needed=False)
        require_section(self._year, request.commune, request.year, section)
        meta, on = self._year.metadata_on(acting, request.on)
        require_due(request.due, on, request.year, request.every)
        require_directive(self._year, request.commune, request.directive)
        to = receivers(self._year, request.commune, request.to)
        if request.every is not None:
            return self._give_by_rule(request, text, section, to, on, meta)
        giving = giving_id(request.commune, request.year, text, request.due)
        given = [_given(request, giving, text, section, receiver, on) for receiver in to]
        position = self._give(given, meta)
        return TasksGiven(id=given[0].task, ids=[one.task for one in given], rule=RecurringTaskId(""), position=position)

    def _give_by_rule(
        self, request: GiveTask, text: str, section: str, to: list[Receiver], on: dt.date, meta: EventMetadata
    ) -> TasksGiven:
        """Set the rule and give its first tasks in one act, and then those whose time has come as well."""
        assert request.every is not None
        stream = rule_id(request.commune, request.year, request.every, request.due, text, to)
        rule = tf.RecurringTaskSet(
            commune=request.commune,
            year=request.year,
            rule=RecurringTaskId(str(stream)),
            every=request.every,
            schools=tuple(one.school for one in to if one.school),
            units=tuple(one.unit for one in to if one.unit),
            text=text,
            wanted=request.wanted,
            first_due=request.due,
            set_on=on,
            directive=request.directive,
            section=section,
        )
        first = next(occurrences(rule, on))
        given = [occurrence_of(rule, first, receiver) for receiver in to]
        position = self._give(given, meta, rule)
        self._recurring.give_due()
        return TasksGiven(id=given[0].task, ids=[one.task for one in given], rule=rule.rule, position=position)

    def _give(self, given: Sequence[tf.TaskGiven], meta: EventMetadata, rule: tf.RecurringTaskSet | None = None) -> Position:
        """Record tasks, and the rule that gives them, all or nothing; return the last position."""
        application = self._year.application

        def decide() -> tuple[None, list[Aggregate]]:
            streams: list[Aggregate] = []
            if rule is not None:
                setting = application.load(RecurringTask, uuid.UUID(rule.rule))
                setting.set(rule, meta)
                streams.append(setting)
            for one in given:
                task = application.load(Task, uuid.UUID(one.task))
                task.give(one, meta)
                streams.append(task)
            return None, streams

        return application.change_together(decide)[1]

    def report_task(self, acting: CallContext, request: ReportTask) -> TaskView:
        """Say for whoever has a task what was done.

        Raises TaskUnknown, NotAllowed, TaskOver, TaskReportLacks, TaskRefused, DocumentUnknown, BadRequest.
        """
        report = Report(
            text=typed_text(request.text, "báo cáo"),
            figures=typed_text(request.figures, "số liệu"),
            documents=chosen_documents(request.documents),
        )
        meta, on = self._year.metadata_on(acting, request.on)

        def decide(task: Task) -> None:
            require_receiver(acting, task.given)
            if not task.given.unit:
                require_kept(self._year.known, report.documents, task.given.school)
            task.report(report, on, meta)

        return self._change(request.task, decide)

    def accept_task(self, acting: CallContext, request: AcceptTask) -> TaskView:
        """Take what was done for done. Raises TaskUnknown, NotAllowed, TaskNotReported, TaskOver, TaskChanged."""
        meta, on = self._year.metadata_on(acting, request.on)
        return self._decide(acting, "accept_task", request.task, lambda task: task.accept(on, meta, seen=request.seen))

    def return_task(self, acting: CallContext, request: ReturnTask) -> TaskView:
        """Give a report back. Raises TaskUnknown, NotAllowed, TaskNotReported, TaskOver, TaskChanged, TaskRefused."""
        reason = typed_reason(request.reason, "lý do trả lại")
        meta, on = self._year.metadata_on(acting, request.on)
        return self._decide(
            acting, "return_task", request.task, lambda task: task.give_back(reason, on, meta, seen=request.seen)
        )

    def extend_task(self, acting: CallContext, request: ExtendTask) -> TaskView:
        """Give more time. Raises TaskUnknown, NotAllowed, TaskOver, TaskRefused."""
        reason = typed_reason(request.reason, "lý do gia hạn")
        meta, on = self._year.metadata_on(acting)
        return self._decide(acting, "extend_task", request.task, lambda task: task.extend(request.due, reason, on, meta))

    def cancel_task(self, acting: CallContext, request: CancelTask) -> TaskView:
        """Say that a task need not be done. Raises TaskUnknown, NotAllowed, TaskOver."""
        reason = typed_reason(request.reason, "lý do hủy")
        meta, on = self._year.metadata_on(acting)
        return self._decide(acting, "cancel_task", request.task, lambda task: task.cancel(reason, on, meta))

    def _decide(self, acting: CallContext, operation: str, number: TaskId, decide: Callable[[Task], None]) -> TaskView:
        """Let the commune that gave a task decide about it."""

        def of_own(task: Task) -> None:
            require(acting, f"inspection.{operation}", commune=task.given.commune)
            decide(task)

        return self._change(number, of_own)

    def _change(self, number: TaskId, decide: Callable[[Task], None]) -> TaskView:
        stream = task_stream(number)
        self._year.change(Task, stream, decide)
        known = TaskId(str(stream))
        with self._year.views.reading() as conn:
            row = tasks_rows.task(conn, known)
            assert row is not None
            acts = tasks_rows.task_acts(conn, [known])
        (row,) = as_schools_stand(self._year, [row])
        return presenters.task_view(row, acts.get(known, []), self._year.today)


def as_schools_stand(year: YearRepository, rows: Sequence[TaskRow], on: dt.date | None = None) -> list[TaskRow]:
    """Return tasks as they stand when the schools that were closed by a day, today unless it is named, owe nothing more."""
    closed = year.closed_schools(on)
    return [msgspec.structs.replace(row, state=after_closing(row.state)) if row.school in closed else row for row in rows]


def task_stream(task: str) -> uuid.UUID:
    """Return the stream of a task or a rule; raises TaskUnknown for what cannot be one."""
    try:
        return uuid.UUID(task)
    except ValueError:
        raise no_task(task) from None


def no_task(task: str) -> TaskUnknown:
    """Return the refusal that there is no such task."""
    return TaskUnknown("Không có việc này. Chọn trong danh sách việc.", task=str(task)[:40])


def _given(request: GiveTask, giving: str, text: str, section: str, receiver: Receiver, on: dt.date) -> tf.TaskGiven:
    return tf.TaskGiven(
        commune=request.commune,
        year=request.year,
        task=TaskId(str(task_id(giving, receiver))),
        school=receiver.school,
        unit=receiver.unit_value,
        giving=giving,
        text=text,
        wanted=request.wanted,
        due=request.due,
        given_on=on,
        directive=request.directive,
        section=section,
    )
