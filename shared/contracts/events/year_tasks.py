"""Public events of a commune's year about its steering committee, directives and tasks; no words, no people, no papers."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.commune_year import CommuneUnit, Recurrence, TaskWanted
from shared.vocabulary.ids import CommuneCode, DirectiveId, RecurringTaskId, SchoolCode, TaskId


class CommitteeSet(PublicEvent, frozen=True, kw_only=True):
    """The commune decided anew who sits on its steering committee, and how many."""

    LABEL: ClassVar[str] = "Kiện toàn Ban Chỉ đạo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "committee-set"
    commune: CommuneCode
    year: int
    decided_on: dt.date
    member_count: int


class DirectiveIssued(PublicEvent, frozen=True, kw_only=True):
    """The commune issued a document that directs its schools and units."""

    LABEL: ClassVar[str] = "Ban hành văn bản chỉ đạo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "directive-issued"
    commune: CommuneCode
    year: int
    directive: DirectiveId
    number: str
    issued_on: dt.date


class TaskGiven(PublicEvent, frozen=True, kw_only=True):
    """A task was given to a school or to a unit of the commune (the other one is ''), to be done by `due`."""

    LABEL: ClassVar[str] = "Giao việc"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "task-given"
    commune: CommuneCode
    year: int
    task: TaskId
    school: SchoolCode
    unit: str
    wanted: TaskWanted
    due: dt.date
    given_on: dt.date


class TaskReported(PublicEvent, frozen=True, kw_only=True):
    """Whoever has the task said what was done; the words and the papers stay with the two."""

    LABEL: ClassVar[str] = "Báo cáo việc được giao"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "task-reported"
    commune: CommuneCode
    year: int
    task: TaskId
    school: SchoolCode
    unit: str
    reported_on: dt.date


class TaskAccepted(PublicEvent, frozen=True, kw_only=True):
    """The commune took what was done for done."""

    LABEL: ClassVar[str] = "Nhận kết quả việc"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "task-accepted"
    commune: CommuneCode
    year: int
    task: TaskId
    school: SchoolCode
    unit: str
    accepted_on: dt.date


class TaskReturned(PublicEvent, frozen=True, kw_only=True):
    """The commune gave a report back: the task waits for whoever has it again, until the day it was due already."""

    LABEL: ClassVar[str] = "Trả lại báo cáo việc"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "task-returned"
    commune: CommuneCode
    year: int
    task: TaskId
    school: SchoolCode
    unit: str
    returned_on: dt.date


class TaskExtended(PublicEvent, frozen=True, kw_only=True):
    """More time was given: it is to be done by `due`."""

    LABEL: ClassVar[str] = "Gia hạn việc"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "task-extended"
    commune: CommuneCode
    year: int
    task: TaskId
    school: SchoolCode
    unit: str
    due: dt.date
    extended_on: dt.date


class TaskCancelled(PublicEvent, frozen=True, kw_only=True):
    """The task need not be done any more."""

    LABEL: ClassVar[str] = "Hủy việc"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "task-cancelled"
    commune: CommuneCode
    year: int
    task: TaskId
    school: SchoolCode
    unit: str
    cancelled_on: dt.date


class RecurringTaskSet(PublicEvent, frozen=True, kw_only=True):
    """A task is given to these schools and units every month or quarter; each time it is a task-given of its own."""

    LABEL: ClassVar[str] = "Giao việc định kỳ"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "recurring-task-set"
    commune: CommuneCode
    year: int
    rule: RecurringTaskId
    every: Recurrence
    schools: tuple[SchoolCode, ...]
    units: tuple[CommuneUnit, ...]
    wanted: TaskWanted
    first_due: dt.date
    set_on: dt.date


class RecurringTaskEnded(PublicEvent, frozen=True, kw_only=True):
    """A rule gives no more tasks; those that were given stay."""

    LABEL: ClassVar[str] = "Thôi việc định kỳ"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "recurring-task-ended"
    commune: CommuneCode
    year: int
    rule: RecurringTaskId
    ended_on: dt.date
