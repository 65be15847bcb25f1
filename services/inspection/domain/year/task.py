"""The stream of one task: given once, reported, accepted or returned, extended, cancelled; its state on a day."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from services.inspection.domain.year import tasks_facts as tf
from services.inspection.errors_year import (
    TaskChanged,
    TaskNotReported,
    TaskOver,
    TaskRefused,
    TaskReportLacks,
    TaskStands,
    TaskUnknown,
)
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold, format_date
from shared.vocabulary.commune_year import CommuneUnit, TaskState, TaskWanted
from shared.vocabulary.ids import CommuneCode, DocumentId, SchoolCode
from shared.vocabulary.year_labels import TASK_STATE_LABELS, TASK_WANTED_LABELS

_WAITING = frozenset({TaskState.GIVEN, TaskState.RETURNED})
_OVER = frozenset({TaskState.ACCEPTED, TaskState.CANCELLED})


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Who has a task: a school, or a unit of the commune."""

    school: SchoolCode = SchoolCode("")
    unit: CommuneUnit | None = None

    @property
    def key(self) -> str:
        """Which receiver it is, among all that there are."""
        return f"unit:{self.unit.value}" if self.unit else f"school:{self.school}"

    @property
    def unit_value(self) -> str:
        """The unit as facts carry it, '' for a school."""
        return self.unit.value if self.unit else ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever has a task gives back."""

    text: str = ""
    figures: str = ""
    documents: tuple[DocumentId, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether anything is given back at all."""
        return bool(self.text or self.figures or self.documents)


def giving_id(commune: CommuneCode, year: int, text: str, due: dt.date) -> str:
    """Return what joins the tasks that are given in the same words for the same day."""
    return str(natural_id("task-giving", commune, str(year), _words(text), due.isoformat()))


def task_id(giving: str, receiver: Receiver) -> uuid.UUID:
    """Return the id of a task, which is its stream: the same words for the same day to the same receiver are one."""
    return natural_id("task", giving, receiver.key)


def state_on(last: TaskState, due: dt.date, today: dt.date) -> TaskState:
    """Return the state on a day: what was done last, or overdue where the task waits for its receiver after `due`."""
    return TaskState.OVERDUE if last in _WAITING and due < today else last


def after_closing(last: TaskState) -> TaskState:
    """Return the state of a task whose school was closed: what it had still to do waits for nobody."""
    return TaskState.SCHOOL_CLOSED if last in _WAITING else last


def _words(text: str) -> str:
    return " ".join(fold(text).split())


class Task(Aggregate):
    """One task."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.state = TaskState.GIVEN
        """What was done last; overdue is computed (`state_on`)."""
        self._given: tf.TaskGiven | None = None
        self._due = dt.date.min
        self._last_day = dt.date.min
        self._reports: list[tf.TaskReported] = []

    @property
    def given(self) -> tf.TaskGiven:
        """How it was given; raises TaskUnknown for what never was."""
        if self._given is None:
            raise TaskUnknown("Không có việc này. Chưa ghi gì. Chọn trong danh sách việc.")
        return self._given

    def give(self, given: tf.TaskGiven, meta: EventMetadata) -> None:
        """Give it; the same again does nothing.

        Raises TaskStands where it was given for other ends, or cancelled.
        """
        if self.has_processed(meta.command):
            return
        if self._given is None:
            self.record(given, meta)
            return
        present = self._given
        same = (present.wanted, present.directive, present.section) == (given.wanted, given.directive, given.section)
        if self.state is TaskState.CANCELLED or not same:
            raise TaskStands(
                f"Việc cùng lời, cùng hạn {format_date(present.due)} đã giao cho nơi này: "
                f"{TASK_WANTED_LABELS[present.wanted].lower()}, {TASK_STATE_LABELS[self.state].lower()}. "
                "Chưa ghi gì. Giao việc khác thì viết lời khác, hoặc chọn hạn khác.",
                task=present.task,
            )

    def require_seen(self, seen: int) -> None:
        """Raise TaskChanged when something was done since the version that the caller saw; 0 asks for nothing."""
        if seen and seen != self.version:
            raise TaskChanged(
                f"Việc này vừa có người ghi thêm, nay: {TASK_STATE_LABELS[self.state].lower()}. Chưa ghi đè gì. "
                "Xem lại lịch sử của việc, rồi làm tiếp.",
                seen=self.version,
                state=self.state.value,
            )

    def report(self, report: Report, on: dt.date, meta: EventMetadata) -> None:
        """Say what was done; of a task that wants nothing back it is done with that. The same again does nothing.

        Raises TaskUnknown, TaskOver, TaskReportLacks, TaskRefused for a day before what was done last.
        """
        given = self.given
        if self.has_processed(meta.command) or self._is_said(report):
            return
        self._require_open()
        self._require_enough(report)
        self._require_day(on)
        of = _of(given)
        reported = tf.TaskReported(
            **of, reported_on=on, text=report.text, figures=report.figures, documents=report.documents
        )
        self.record(reported, meta)
        if given.wanted is TaskWanted.NOTHING:
            self.record(tf.TaskAccepted(**of, accepted_on=on), meta)

    def accept(self, on: dt.date, meta: EventMetadata, *, seen: int = 0) -> None:
        """Take it for done; saying so again does nothing. What wants nothing back needs no report.

        Raises TaskUnknown, TaskOver, TaskNotReported, TaskChanged, TaskRefused.
        """
        given = self.given
        if self.has_processed(meta.command) or self.state is TaskState.ACCEPTED:
            return
        self._require_open()
        self.require_seen(seen)
        if given.wanted is not TaskWanted.NOTHING:
            self._require_reported()
        self._require_day(on)
        self.record(tf.TaskAccepted(**_of(given), accepted_on=on), meta)

    def give_back(self, reason: str, on: dt.date, meta: EventMetadata, *, seen: int = 0) -> None:
        """Give the report back; a repeated command does nothing.

        Raises TaskUnknown, TaskOver, TaskNotReported, TaskChanged, TaskRefused.
        """
        given = self.given
        if self.has_processed(meta.command):
            return
        self._require_open()
        self.require_seen(seen)
        self._require_reported()
        self._require_day(on)
        self.record(tf.TaskReturned(**_of(given), returned_on=on, reason=reason), meta)

    def extend(self, due: dt.date, reason: str, on: dt.date, meta: EventMetadata) -> None:
        """Give more time on the day `on`; a repeated command does nothing.

        Raises TaskUnknown, TaskOver, and TaskRefused for a day that is no later than the present one, has passed, or lies
        beyond the year after the plan's.
        """
        given = self.given
        if self.has_processed(meta.command):
            return
        self._require_open()
        if due.year > given.year + 1:
            raise TaskRefused(
                f"Hạn {format_date(due)} ngoài năm của kế hoạch {given.year}. Chưa gia hạn. "
                f"Chọn hạn đến ngày 31/12/{given.year + 1}.",
                path="$.due",
            )
        if due <= self._due or due < on:
            earliest = max(self._due + dt.timedelta(days=1), on)
            raise TaskRefused(
                f"Hạn đang là {format_date(self._due)}. Chưa gia hạn. Chọn hạn mới từ ngày {format_date(earliest)}.",
                path="$.due",
            )
        self._require_day(on)
        self.record(tf.TaskExtended(**_of(given), due=due, extended_on=on, reason=reason), meta)

    def cancel(self, reason: str, on: dt.date, meta: EventMetadata) -> None:
        """Say that it need not be done; saying so again does nothing. Raises TaskUnknown, TaskOver, TaskRefused."""
        given = self.given
        if self.has_processed(meta.command) or self.state is TaskState.CANCELLED:
            return
        self._require_open()
        self._require_day(on)
        self.record(tf.TaskCancelled(**_of(given), cancelled_on=on, reason=reason), meta)

    def _is_said(self, report: Report) -> bool:
        """Say whether this was the last thing that was reported, and nothing was given back since."""
        if self.state in {TaskState.GIVEN, TaskState.RETURNED, TaskState.CANCELLED} or not self._reports:
            return False
        last = self._reports[-1]
        return Report(text=last.text, figures=last.figures, documents=last.documents) == report

    def _require_open(self) -> None:
        if self.state in _OVER:
            way = "Cần làm tiếp thì giao việc mới." if self.state is TaskState.CANCELLED else "Việc mới thì giao riêng."
            raise TaskOver(f"Việc này {TASK_STATE_LABELS[self.state].lower()}. Chưa ghi gì. {way}")

    def _require_reported(self) -> None:
        if self.state is not TaskState.REPORTED:
            raise TaskNotReported("Chưa có báo cáo nào chờ xem. Chưa ghi gì. Chờ nơi được giao báo cáo, hoặc gia hạn.")

    def _require_enough(self, report: Report) -> None:
        given = self.given
        if given.unit and report.documents:
            raise TaskReportLacks(
                "Việc giao cho đơn vị của xã không gắn tài liệu trong kho của trường. Chưa gửi gì. Ghi bằng lời."
            )
        if given.wanted is TaskWanted.PAPER and not given.unit and not report.documents:
            raise TaskReportLacks(
                "Việc này cần văn bản. Chưa gửi gì. Chọn một tài liệu trong kho của trường; chưa có thì tải lên trước.",
                path="$.documents",
            )
        if given.wanted is TaskWanted.FIGURES and report.text and not (report.figures or report.documents):
            raise TaskReportLacks("Việc này cần số liệu. Chưa gửi gì. Ghi số liệu được hỏi.", path="$.figures")
        if given.wanted is not TaskWanted.NOTHING and not report.says_something:
            raise TaskReportLacks(
                "Chưa có chữ nào, số liệu nào và chưa chọn tài liệu nào. Chưa gửi gì. Ghi đã làm gì.", path="$.text"
            )

    def _require_day(self, on: dt.date) -> None:
        if on < self._last_day:
            raise TaskRefused(
                f"Ngày {format_date(on)} trước ngày {format_date(self._last_day)} đã ghi của việc này. Chưa ghi gì. "
                f"Chọn ngày từ {format_date(self._last_day)}.",
                path="$.on",
            )

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case tf.TaskGiven():
                self._given, self._due, self._last_day = fact, fact.due, fact.given_on
            case tf.TaskReported():
                self.state, self._last_day = TaskState.REPORTED, fact.reported_on
                self._reports.append(fact)
            case tf.TaskAccepted():
                self.state, self._last_day = TaskState.ACCEPTED, fact.accepted_on
            case tf.TaskReturned():
                self.state, self._last_day = TaskState.RETURNED, fact.returned_on
            case tf.TaskExtended():
                self._due, self._last_day = fact.due, fact.extended_on
            case _:
                assert isinstance(fact, tf.TaskCancelled)
                self.state, self._last_day = TaskState.CANCELLED, fact.cancelled_on


def _of(given: tf.TaskGiven) -> dict[str, Any]:
    """Return what every later fact of the task names."""
    return {name: getattr(given, name) for name in ("commune", "year", "task", "school", "unit")}
