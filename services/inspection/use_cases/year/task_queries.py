"""Questions about tasks: one, and all that the caller may see."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from services.inspection.domain.year.task import state_on
from services.inspection.presenters import tasks as presenters
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.task_rights import may_see
from services.inspection.use_cases.year.tasks import as_schools_stand, no_task, task_stream
from services.inspection.views.year import tasks_rows
from services.inspection.views.year.tasks_rows import TaskRow
from shared.contracts.calls.year.tasks import TaskRequest, TasksAnswer, TasksRequest, TaskView
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.vocabulary.commune_year import TaskState
from shared.vocabulary.ids import TaskId

MOST_TASKS = 500
_OVER = frozenset({TaskState.ACCEPTED, TaskState.CANCELLED, TaskState.SCHOOL_CLOSED})


class TaskQueries:
    """Answers questions about tasks; records nothing."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def task(self, acting: CallContext, request: TaskRequest) -> TaskView:
        """Return one task. Raises TaskUnknown, whether there is none or the caller may not know of it."""
        number = TaskId(str(task_stream(request.task)))
        with self._year.views.reading() as conn:
            row = tasks_rows.task(conn, number)
            if row is None or not may_see(acting, row):
                raise no_task(request.task)
            acts = tasks_rows.task_acts(conn, [number])
        (row,) = as_schools_stand(self._year, [row])
        return presenters.task_view(row, acts.get(number, []), self._year.today)

    def tasks(self, acting: CallContext, request: TasksRequest) -> TasksAnswer:
        """Return one page of the tasks that the caller may see: overdue, waiting, reported, done. Raises BadRequest."""
        if not 1 <= request.limit <= MOST_TASKS or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_TASKS} việc.", path="$.limit")
        day = self._year.today
        with self._year.views.reading() as conn:
            seen = [row for row in tasks_rows.tasks(conn, **_narrowed(request)) if may_see(acting, row)]
            found = as_schools_stand(self._year, seen)
            wanted = sorted((row for row in found if _is_wanted(request, row, day)), key=lambda row: _urgency(row, day))
            page = wanted[request.after : request.after + request.limit]
            acts = tasks_rows.task_acts(conn, [row.task for row in page])
        counted = Counter(_state(row, day) for row in found)
        return TasksAnswer(
            tasks=[presenters.task_view(row, acts.get(row.task, []), day) for row in page],
            counts={state.value: counted[state] for state in TaskState},
            total=len(wanted),
        )


def _narrowed(request: TasksRequest) -> dict[str, str | int]:
    """Return the columns that the question narrows, and to what."""
    asked: dict[str, str | int] = {
        "commune": request.commune,
        "year": request.year,
        "school": request.school or "",
        "unit": str(request.unit or ""),
        "directive": request.directive,
        "giving": request.giving,
        "rule": request.rule,
    }
    return {column: value for column, value in asked.items() if value}


def _state(row: TaskRow, day: dt.date) -> TaskState:
    return state_on(row.state, row.due, day)


def _is_wanted(request: TasksRequest, row: TaskRow, day: dt.date) -> bool:
    state = _state(row, day)
    if request.open_only and state in _OVER:
        return False
    return request.state in {None, state} and (not request.overdue or state is TaskState.OVERDUE)


def _urgency(row: TaskRow, day: dt.date) -> tuple[bool, bool, dt.date, int]:
    """Return what sorts overdue tasks first, then by due date, those that are over last; of one day as they were given."""
    state = _state(row, day)
    return state is not TaskState.OVERDUE, state in _OVER, row.due, row.position
