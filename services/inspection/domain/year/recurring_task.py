"""The stream of a rule by which a task comes again, and which tasks it makes: one for each period and receiver."""

from __future__ import annotations

import calendar
import datetime as dt
import uuid
from collections.abc import Iterator

import msgspec

from services.inspection.domain.year import tasks_facts as tf
from services.inspection.domain.year.task import Receiver
from services.inspection.errors_year import TaskStands, TaskUnknown
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold
from shared.vocabulary.commune_year import Recurrence
from shared.vocabulary.ids import CommuneCode, RecurringTaskId, TaskId

_MONTHS = {Recurrence.MONTHLY: 1, Recurrence.QUARTERLY: 3}


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a task comes: its period, the day it is given, the day it is due."""

    period: str
    given_on: dt.date
    due: dt.date


def rule_id(
    commune: CommuneCode, year: int, every: Recurrence, first_due: dt.date, text: str, to: list[Receiver]
) -> uuid.UUID:
    """Return the id of a rule, which is its stream: the same words to the same receivers at the same times are one."""
    words, receivers = " ".join(fold(text).split()), sorted(one.key for one in to)
    return natural_id("recurring-task", commune, str(year), every.value, first_due.isoformat(), words, *receivers)


def occurrences(rule: tf.RecurringTaskSet, until: dt.date) -> Iterator[Occurrence]:
    """Yield each time that a task comes by a rule and is given by the day `until`; none is due after the rule's year.

    The first is given when the rule is set, each other when the month or quarter begins in which it is due.
    """
    step = _MONTHS[rule.every]
    for number in range(12 // step):
        due = months_after(rule.first_due, number * step)
        begins = due.replace(month=(due.month - 1) // step * step + 1, day=1)
        given_on = rule.set_on if number == 0 else max(begins, rule.set_on)
        if due.year > rule.year or given_on > until:
            return
        yield Occurrence(period=_period(due, rule.every), given_on=given_on, due=due)


def receivers_of(rule: tf.RecurringTaskSet) -> list[Receiver]:
    """Return to whom a rule gives tasks: its schools, then its units."""
    return [*(Receiver(school=one) for one in rule.schools), *(Receiver(unit=one) for one in rule.units)]


def occurrence_of(rule: tf.RecurringTaskSet, occurrence: Occurrence, receiver: Receiver) -> tf.TaskGiven:
    """Return the task of one time and receiver. Its id follows from these: whoever makes it, it is one task."""
    giving = str(natural_id("task-giving", rule.rule, occurrence.period))
    return tf.TaskGiven(
        commune=rule.commune,
        year=rule.year,
        task=TaskId(str(natural_id("task", giving, receiver.key))),
        school=receiver.school,
        unit=receiver.unit_value,
        giving=giving,
        text=rule.text,
        wanted=rule.wanted,
        due=occurrence.due,
        given_on=occurrence.given_on,
        directive=rule.directive,
        section=rule.section,
        rule=rule.rule,
        period=occurrence.period,
    )


def months_after(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _period(due: dt.date, every: Recurrence) -> str:
    return f"{due:%Y-%m}" if every is Recurrence.MONTHLY else f"{due.year}-Q{(due.month + 2) // 3}"


class RecurringTask(Aggregate):
    """One rule."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self._set: tf.RecurringTaskSet | None = None
        self.ended = False

    @property
    def rule(self) -> tf.RecurringTaskSet:
        """How it was set; raises TaskUnknown for what never was."""
        if self._set is None:
            raise TaskUnknown("Không có việc định kỳ này. Chưa ghi gì. Chọn trong danh sách việc định kỳ.")
        return self._set

    def set(self, rule: tf.RecurringTaskSet, meta: EventMetadata) -> None:
        """Set it; the same again does nothing. Raises TaskStands for one that was ended."""
        if self.has_processed(meta.command):
            return
        if self.ended:
            raise TaskStands("Việc định kỳ cùng lời này đã thôi. Chưa ghi gì. Viết lời khác, hoặc chọn hạn khác.")
        if self._set is None:
            self.record(rule, meta)

    def end(self, on: dt.date, reason: str, meta: EventMetadata) -> None:
        """Let it give no more tasks; saying so again does nothing. Raises TaskUnknown."""
        rule = self.rule
        if not self.ended and not self.has_processed(meta.command):
            rule_of = RecurringTaskId(rule.rule)
            ended = tf.RecurringTaskEnded(commune=rule.commune, year=rule.year, rule=rule_of, ended_on=on, reason=reason)
            self.record(ended, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        if isinstance(fact, tf.RecurringTaskSet):
            self._set = fact
        else:
            assert isinstance(fact, tf.RecurringTaskEnded)
            self.ended = True
