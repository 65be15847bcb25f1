"""What is stored about the steering committee, directives and tasks; people are ids only."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.commune_year import CommitteeRole, CommuneUnit, Recurrence, TaskWanted
from shared.vocabulary.ids import DirectiveId, DocumentId, PersonId, RecurringTaskId, SchoolCode, TaskId


class CommitteeMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the steering committee: who, as what, and what that person looks after."""

    person: PersonId
    role: CommitteeRole
    duty: str


class CommitteeSet(YearFact, frozen=True, kw_only=True):
    """The commune decided who sits on its steering committee from a day on; the members take the place of all before."""

    TOPIC: ClassVar[str] = "inspection.committee-set"

    number: str
    decided_on: dt.date
    members: tuple[CommitteeMember, ...]

    @property
    def member_count(self) -> int:
        """How many sit on it."""
        return len(self.members)


class DirectiveIssued(YearFact, frozen=True, kw_only=True):
    """The commune issued a document that directs its schools and units; `section` of the plan is '' for none."""

    TOPIC: ClassVar[str] = "inspection.directive-issued"

    directive: DirectiveId
    number: str
    issued_on: dt.date
    abstract: str
    section: str = ""


class TaskGiven(YearFact, frozen=True, kw_only=True):
    """A task was given, to be done by the day `due`, to a school or (`unit`, a `CommuneUnit`) a unit, the other being ''.

    `giving` joins what was given to many in one act, in the same words for the same day. A task that came by a rule names
    the `rule` and the `period` of it ("2026-11", "2026-Q4"); one that follows from a directive or a section of the plan
    names that; else these are ''.
    """

    TOPIC: ClassVar[str] = "inspection.task-given"

    task: TaskId
    school: SchoolCode
    unit: str
    giving: str
    text: str
    wanted: TaskWanted
    due: dt.date
    given_on: dt.date
    directive: DirectiveId = DirectiveId("")
    section: str = ""
    rule: RecurringTaskId = RecurringTaskId("")
    period: str = ""


class TaskReported(YearFact, frozen=True, kw_only=True):
    """Whoever has the task said what was done; `documents` are kept documents of the school."""

    TOPIC: ClassVar[str] = "inspection.task-reported"

    task: TaskId
    school: SchoolCode
    unit: str
    reported_on: dt.date
    text: str = ""
    figures: str = ""
    documents: tuple[DocumentId, ...] = ()


class TaskAccepted(YearFact, frozen=True, kw_only=True):
    """The commune took what was done for done."""

    TOPIC: ClassVar[str] = "inspection.task-accepted"

    task: TaskId
    school: SchoolCode
    unit: str
    accepted_on: dt.date


class TaskReturned(YearFact, frozen=True, kw_only=True):
    """The commune gave a report back, with the reason; the task waits for whoever has it again."""

    TOPIC: ClassVar[str] = "inspection.task-returned"

    task: TaskId
    school: SchoolCode
    unit: str
    returned_on: dt.date
    reason: str


class TaskExtended(YearFact, frozen=True, kw_only=True):
    """More time was given, until the day `due`, with the reason."""

    TOPIC: ClassVar[str] = "inspection.task-extended"

    task: TaskId
    school: SchoolCode
    unit: str
    due: dt.date
    extended_on: dt.date
    reason: str


class TaskCancelled(YearFact, frozen=True, kw_only=True):
    """The task need not be done any more, with the reason."""

    TOPIC: ClassVar[str] = "inspection.task-cancelled"

    task: TaskId
    school: SchoolCode
    unit: str
    cancelled_on: dt.date
    reason: str


TaskFact = TaskGiven | TaskReported | TaskAccepted | TaskReturned | TaskExtended | TaskCancelled
"""A fact of one task."""


class RecurringTaskSet(YearFact, frozen=True, kw_only=True):
    """A task was given by rule: to these schools and units, every month or quarter from `first_due` until the year ends."""

    TOPIC: ClassVar[str] = "inspection.recurring-task-set"

    rule: RecurringTaskId
    every: Recurrence
    schools: tuple[SchoolCode, ...]
    units: tuple[CommuneUnit, ...]
    text: str
    wanted: TaskWanted
    first_due: dt.date
    set_on: dt.date
    directive: DirectiveId = DirectiveId("")
    section: str = ""


class RecurringTaskEnded(YearFact, frozen=True, kw_only=True):
    """A rule gives no more tasks, with the reason; those that were given stay."""

    TOPIC: ClassVar[str] = "inspection.recurring-task-ended"

    rule: RecurringTaskId
    ended_on: dt.date
    reason: str


FACTS: tuple[type[Fact], ...] = (
    CommitteeSet,
    DirectiveIssued,
    TaskGiven,
    TaskReported,
    TaskAccepted,
    TaskReturned,
    TaskExtended,
    TaskCancelled,
    RecurringTaskSet,
    RecurringTaskEnded,
)
"""The facts of this part of the year."""
