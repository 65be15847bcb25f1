"""Calls of the inspection service about a commune's year: the steering committee, directives and tasks."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call
from shared.contracts.calls.year import directing
from shared.contracts.operations import (
    CLERKS_AND_COUNCIL,
    COMMUNE_PLANNERS,
    COMMUNE_UNITS,
    YEAR_READERS,
    Operation,
    Scope,
    get,
    post,
)
from shared.vocabulary.commune_year import CommuneUnit, Recurrence, TaskState, TaskWanted
from shared.vocabulary.ids import (
    CommuneCode,
    DirectiveId,
    DocumentId,
    Position,
    RecurringTaskId,
    SchoolCode,
    TaskId,
)
from shared.vocabulary.roles import Role

ALL_SCHOOLS = "moi_truong"
"""In the place of a receiver: every school of the commune that is open."""

_UNIT_ROLES = COMMUNE_UNITS | {Role.STEERING_COMMITTEE, Role.MASS_ORGANISATION}
TASK_READERS = YEAR_READERS | CLERKS_AND_COUNCIL | _UNIT_ROLES
"""Who reads tasks: the offices all of the commune's, a school its own, the mass organisations theirs."""


class GiveTask(Call, frozen=True, kw_only=True):
    """Give a task to receivers, each one its own: codes of schools, values of `CommuneUnit`, or "moi_truong".

    All of them get it, or none. With `every` it comes again each month or quarter from `due` until the year ends.
    `directive` and `section` (of the plan) say what it follows from, '' for nothing; without `on` it is given today.
    """

    commune: CommuneCode
    year: int
    to: list[str]
    text: str
    due: dt.date
    wanted: TaskWanted = TaskWanted.REPORT
    every: Recurrence | None = None
    directive: DirectiveId = DirectiveId("")
    section: str = ""
    on: dt.date | None = None


class TasksGiven(Answer, frozen=True, kw_only=True):
    """Tasks were given: the first, all of them in the order of the receivers, and the rule of a task that comes again."""

    id: TaskId
    ids: list[TaskId]
    rule: RecurringTaskId
    position: Position


class ReportTask(Call, frozen=True, kw_only=True):
    """Whoever has a task says what was done: words, figures, kept documents of the school. Without `on`: today."""

    task: TaskId
    text: str = ""
    figures: str = ""
    documents: list[DocumentId] = []
    on: dt.date | None = None


class AcceptTask(Call, frozen=True, kw_only=True):
    """Take what was done for done; `seen` is the `version` that the caller saw, 0 to ask for nothing."""

    task: TaskId
    seen: int = 0
    on: dt.date | None = None


class ReturnTask(Call, frozen=True, kw_only=True):
    """Give a report back, with the reason; `seen` as in `AcceptTask`."""

    task: TaskId
    reason: str
    seen: int = 0
    on: dt.date | None = None


class ExtendTask(Call, frozen=True, kw_only=True):
    """Give more time, with the reason."""

    task: TaskId
    due: dt.date
    reason: str


class CancelTask(Call, frozen=True, kw_only=True):
    """Say that a task need not be done, with the reason."""

    task: TaskId
    reason: str


class EndRecurringTask(Call, frozen=True, kw_only=True):
    """Let a task come no more, with the reason; those that were given stay."""

    rule: RecurringTaskId
    reason: str


class TaskRequest(Call, frozen=True, kw_only=True):
    """Ask for one task by its id alone."""

    task: TaskId


class TasksRequest(Call, frozen=True, kw_only=True):
    """List the tasks that the caller may see: overdue first, then by due date, done ones last; `limit` 1 to 500.

    An empty field and year 0 narrow nothing. `giving` names what was given to many in one act; `open_only` leaves out
    what is accepted or cancelled.
    """

    commune: CommuneCode = CommuneCode("")
    year: int = 0
    school: SchoolCode | None = None
    unit: CommuneUnit | None = None
    state: TaskState | None = None
    directive: DirectiveId = DirectiveId("")
    giving: str = ""
    rule: RecurringTaskId = RecurringTaskId("")
    overdue: bool = False
    open_only: bool = False
    after: int = 0
    limit: int = 100


class RecurringTasksRequest(Call, frozen=True, kw_only=True):
    """List the rules of a commune's year, in the order in which they were set; `limit` 1 to 500."""

    commune: CommuneCode
    year: int
    after: int = 0
    limit: int = 200


class TaskActView(Answer, frozen=True, kw_only=True):
    """One thing that was done about a task: "reported", "accepted", "returned", "extended" or "cancelled", and by whom.

    `text` is what was reported or the reason; `due` is the day of an extension.
    """

    kind: str
    on: dt.date
    by: str
    text: str
    figures: str
    documents: list[DocumentId]
    due: dt.date | None
    position: Position


class TaskView(Answer, frozen=True, kw_only=True):
    """One task: to a `school` or a `unit` ('' for the other). `due` is the day as extended, `first_due` as given.

    `state` is computed on the day of the question. `version` grows with everything that is done about it.
    """

    id: TaskId
    commune: CommuneCode
    year: int
    school: SchoolCode
    unit: str
    text: str
    wanted: TaskWanted
    due: dt.date
    first_due: dt.date
    given_on: dt.date
    state: TaskState
    giving: str
    directive: DirectiveId
    section: str
    rule: RecurringTaskId
    period: str
    version: int
    position: Position
    acts: list[TaskActView] = []


class TasksAnswer(Answer, frozen=True, kw_only=True):
    """One page of tasks, how many there are, and how many in each state before `state` and `overdue` narrow."""

    tasks: list[TaskView]
    counts: dict[str, int]
    total: int


class RecurringTaskView(Answer, frozen=True, kw_only=True):
    """A rule by which a task comes again; `ended_on` is None while it gives tasks."""

    id: RecurringTaskId
    every: Recurrence
    schools: list[SchoolCode]
    units: list[CommuneUnit]
    text: str
    wanted: TaskWanted
    first_due: dt.date
    set_on: dt.date
    given: int
    ended_on: dt.date | None
    reason: str
    position: Position


class RecurringTasksAnswer(Answer, frozen=True, kw_only=True):
    """One page of the rules of a year, in the order in which they were set, and how many there are."""

    rules: list[RecurringTaskView]
    total: int


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="give_task",
        request=GiveTask,
        answer=TasksGiven,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Giao một việc cho trường, đơn vị của xã hoặc mọi trường: làm gì, hạn nào, gửi lại gì; định kỳ nếu cần.",
        routes=(post("/communes/{commune}/years/{year}/tasks"),),
        commands=("task give",),
        follows=("assessment",),
    ),
    Operation(
        name="report_task",
        request=ReportTask,
        answer=TaskView,
        roles=CLERKS_AND_COUNCIL | _UNIT_ROLES,
        scope=Scope.BY_ID,
        summary="Nơi được giao báo cáo đã làm gì, kèm tài liệu trong kho của trường.",
        routes=(post("/tasks/{task}/reports"),),
        commands=("task report",),
        follows=("evidence",),
    ),
    Operation(
        name="accept_task",
        request=AcceptTask,
        answer=TaskView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Nhận kết quả một việc: việc xong.",
        routes=(post("/tasks/{task}/acceptance"),),
        commands=("task accept",),
    ),
    Operation(
        name="return_task",
        request=ReturnTask,
        answer=TaskView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Trả lại báo cáo một việc, kèm lý do.",
        routes=(post("/tasks/{task}/returns"),),
        commands=("task return",),
    ),
    Operation(
        name="extend_task",
        request=ExtendTask,
        answer=TaskView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Gia hạn một việc, kèm lý do.",
        routes=(post("/tasks/{task}/extensions"),),
        commands=("task extend",),
    ),
    Operation(
        name="cancel_task",
        request=CancelTask,
        answer=TaskView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Hủy một việc, kèm lý do.",
        routes=(post("/tasks/{task}/cancellation"),),
        commands=("task cancel",),
    ),
    Operation(
        name="task",
        request=TaskRequest,
        answer=TaskView,
        roles=TASK_READERS,
        scope=Scope.BY_ID,
        summary="Một việc với mọi lần báo cáo, trả lại, gia hạn.",
        routes=(get("/tasks/{task}"),),
    ),
    Operation(
        name="tasks",
        request=TasksRequest,
        answer=TasksAnswer,
        roles=TASK_READERS,
        scope=Scope.NARROWED,
        open_list=True,
        summary="Việc đã giao: quá hạn trước, rồi theo hạn; trường chỉ thấy việc của mình.",
        routes=(get("/tasks"),),
        commands=("task list",),
        follows=("assessment",),
    ),
    Operation(
        name="commune_tasks",
        request=TasksRequest,
        answer=TasksAnswer,
        roles=YEAR_READERS | _UNIT_ROLES,
        scope=Scope.NARROWED,
        summary="Việc của một xã trong một năm, như trên.",
        routes=(get("/communes/{commune}/years/{year}/tasks"),),
        follows=("assessment",),
    ),
    Operation(
        name="recurring_tasks",
        request=RecurringTasksRequest,
        answer=RecurringTasksAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Việc định kỳ của một năm: cho ai, bao lâu một lần, đã giao mấy lần.",
        routes=(get("/communes/{commune}/years/{year}/recurring-tasks"),),
        commands=("task rules",),
        follows=("assessment",),
    ),
    Operation(
        name="end_recurring_task",
        request=EndRecurringTask,
        answer=RecurringTaskView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.BY_ID,
        summary="Thôi một việc định kỳ, kèm lý do; việc đã giao vẫn còn.",
        routes=(post("/recurring-tasks/{rule}/end"),),
        commands=("task end",),
    ),
    *directing.OPERATIONS,
)
"""What may be asked, by whom."""
