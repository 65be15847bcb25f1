"""Tasks that a commune gave: the board where they are given and looked through, and the page of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Response

from services.portal.pages import forms, query_params
from services.portal.pages.site import blueprint, keep, render
from services.portal.pages.visits.recommendation_marks import StateMark
from services.portal.pages.year import task_marks
from services.portal.pages.year.frame import YearTabs, chosen_year, open_schools, year_tabs
from services.portal.web.context import call_service, caller, directory, may
from shared.clock import SystemClock, today
from shared.contracts.calls.identity import SchoolEntry
from shared.contracts.calls.year.directing import DirectivesAnswer, DirectivesRequest, DirectiveView
from shared.contracts.calls.year.tasks import (
    ALL_SCHOOLS,
    EndRecurringTask,
    GiveTask,
    RecurringTasksAnswer,
    RecurringTasksRequest,
    RecurringTaskView,
    TasksAnswer,
    TasksGiven,
    TasksRequest,
    TaskView,
)
from shared.paging import every_line
from shared.problems import BadRequest, NotAllowed, Problem
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import CommuneUnit, Recurrence, TaskState, TaskWanted
from shared.vocabulary.ids import CommuneCode, DirectiveId, Position, RecurringTaskId, SchoolCode
from shared.vocabulary.roles import Role
from shared.vocabulary.year_labels import (
    COMMUNE_UNIT_LABELS,
    RECURRENCE_LABELS,
    TASK_STATE_LABELS,
    TASK_WANTED_LABELS,
)

E = TypeVar("E", TaskWanted, Recurrence)

LINES_A_PAGE = 25
ANY = "moi"
"""In the filter of units: every receiver, also where the reader's own unit is chosen at first."""
_OWN_UNITS = {
    Role.ECONOMIC_OFFICE: CommuneUnit.ECONOMIC_OFFICE,
    Role.STEERING_COMMITTEE: CommuneUnit.STEERING_COMMITTEE,
    Role.MASS_ORGANISATION: CommuneUnit.MASS_ORGANISATIONS,
}
"""Units whose people see their own tasks at first."""


class TaskLine(msgspec.Struct, frozen=True, kw_only=True):
    """A task in a list: to whom it is, how it stands, its page, and the one act that moves it ('' for another's turn)."""

    view: TaskView
    mark: StateMark
    receiver: str
    href: str
    next: str


class TaskFilter(NamedTuple):
    """What a person asks of the board: a state, a unit, a school, what was given in one act, by what; '' is any."""

    state: str
    unit: str
    school: str
    giving: str
    directive: str
    rule: str

    @property
    def one_source(self) -> bool:
        """Whether it asks for what was given in one act, by one directive or by one rule: then also for what is over."""
        return bool(self.giving or self.directive or self.rule)

    @property
    def query(self) -> dict[str, str]:
        """What the address carries."""
        return {
            "trang_thai": self.state,
            "don_vi": self.unit,
            "truong": self.school,
            "dot": self.giving,
            "van_ban": self.directive,
            "quy_tac": self.rule,
        }


@blueprint.get("/xa/<commune>/viec")
def commune_tasks(commune: CommuneCode) -> str:
    """List the tasks of a year, the most urgent first, and offer to give one."""
    return _board(commune)


@blueprint.post("/xa/<commune>/viec")
def act_on_tasks(commune: CommuneCode) -> str | Response:
    """Give a task, or let one come no more."""
    act = {"giao": _give, "thoi": _end}.get(forms.text("hanh-dong"))
    try:
        if act is None:
            raise BadRequest("Việc này không có trên trang. Chưa ghi gì.")
        done = act(commune)
    except Problem as problem:
        return _board(commune, problem)
    return forms.go(keep(f"/xa/{quote(commune)}/viec", None, nam=chosen_year()), done)


def require_reader(commune: CommuneCode) -> None:
    """Raise NotAllowed for whoever reads no tasks of the commune."""
    if not may("inspection.tasks", commune=commune):
        raise NotAllowed("Trang này dành cho các đơn vị của xã. Xin quyền ở người quản trị.")


def task_tabs(commune: CommuneCode, waiting: int = 0) -> YearTabs:
    """Return the tabs around a page about tasks; `waiting` is how many wait for the commune."""
    return year_tabs(commune, "viec", counts={"viec": waiting} if waiting else None)


def lines(found: Iterable[TaskView], *, from_school: bool = False) -> list[TaskLine]:
    """Return tasks as a list shows them; `from_school`: each opens in the school's own list."""
    day = today(SystemClock())
    return [_line(view, task_marks.mark(view, day), from_school=from_school) for view in found]


def speaks_for_unit(commune: CommuneCode, unit: str) -> bool:
    """Say whether the reader answers for a unit of the commune."""
    roles = {
        CommuneUnit.LEADERS: Role.COMMUNE_LEADER,
        CommuneUnit.CULTURE_OFFICE: Role.COMMUNE_OFFICER,
        **{own: role for role, own in _OWN_UNITS.items()},
    }
    role = roles.get(CommuneUnit(unit)) if unit else None
    return any(grant.role is role and grant.covers_commune(commune) for grant in caller().grants)


def _line(view: TaskView, mark: StateMark, *, from_school: bool) -> TaskLine:
    href = f"/xa/{quote(view.commune)}/viec/{quote(view.id)}"
    if from_school:
        href = keep(f"/truong/{quote(view.school)}/viec", None, chon=view.id) + f"#v-{view.id}"
    return TaskLine(view=view, mark=mark, receiver=task_marks.receiver(view), href=href, next=_next(view))


def _next(view: TaskView) -> str:
    if view.state in task_marks.WAITING and view.unit and speaks_for_unit(view.commune, view.unit):
        return "Báo cáo"
    if not may("inspection.accept_task", commune=view.commune):
        return ""
    if view.state is TaskState.REPORTED:
        return "Nhận hoặc trả lại"
    if view.wanted is TaskWanted.NOTHING and view.state in task_marks.WAITING:
        return "Ghi là xong"
    return "Gia hạn hoặc đôn đốc" if view.state is TaskState.OVERDUE else ""


# --- the board


def _wanted(commune: CommuneCode) -> TaskFilter:
    names = ("trang-thai", "don-vi", "truong", "dot", "van-ban", "quy-tac")
    wanted = TaskFilter(*(query_params.text(name, 40) for name in names))
    if wanted.state not in {"", *TaskState}:
        raise BadRequest("Trạng thái này không có. Chọn trong danh sách.")
    if wanted.unit not in {"", ANY, *CommuneUnit}:
        raise BadRequest("Xã không có đơn vị này. Chọn trong danh sách.")
    narrowed = wanted.unit or wanted.school or wanted.one_source
    return wanted if narrowed else wanted._replace(unit=_own_unit(commune))


def _own_unit(commune: CommuneCode) -> str:
    """Return the unit whose people see their own tasks at first, '' for who sees all."""
    if may("inspection.give_task", commune=commune):
        return ""
    own = [_OWN_UNITS[grant.role] for grant in caller().grants if grant.role in _OWN_UNITS and grant.covers_commune(commune)]
    return own[0].value if own else ""


def _asked(commune: CommuneCode, wanted: TaskFilter, number: int) -> TasksAnswer:
    asked = TasksRequest(
        commune=commune,
        year=chosen_year(),
        school=SchoolCode(wanted.school) if wanted.school else None,
        unit=CommuneUnit(wanted.unit) if wanted.unit not in {"", ANY} else None,
        state=TaskState(wanted.state) if wanted.state else None,
        directive=DirectiveId(wanted.directive),
        giving=wanted.giving,
        rule=RecurringTaskId(wanted.rule),
        open_only=not (wanted.state or wanted.one_source),
        after=(number - 1) * LINES_A_PAGE,
        limit=LINES_A_PAGE,
    )
    return call_service("inspection", "tasks", asked, TasksAnswer)


def _board(commune: CommuneCode, problem: Problem | None = None) -> str:
    require_reader(commune)
    wanted, number = _wanted(commune), query_params.number("trang", 1, low=1)
    found = _asked(commune, wanted, number)
    giving = may("inspection.give_task", commune=commune)
    tabs = task_tabs(commune, found.counts.get(TaskState.REPORTED, 0) if giving else 0)
    rules = _rules(commune)
    return render(
        "viec-xa.html",
        active="ke-hoach",
        tabs=tabs,
        base=f"/xa/{quote(commune)}/viec",
        commune=commune,
        lines=lines(found.tasks),
        counts=found.counts,
        everything=sum(found.counts.values()),
        matching=found.total,
        wanted=wanted,
        query=wanted.query | {"nam": str(tabs.calendar_year)},
        schools=_schools(commune),
        open_schools=open_schools(commune),
        number=number,
        pages=-(-found.total // LINES_A_PAGE),
        giving=giving,
        reading_all=may("inspection.directives", commune=commune),
        directives=_directives(commune),
        rules=rules,
        problem=problem,
        ANY=ANY,
        ALL_SCHOOLS=ALL_SCHOOLS,
        STATES=TASK_STATE_LABELS,
        WANTED=TASK_WANTED_LABELS,
        UNITS=COMMUNE_UNIT_LABELS,
        EVERY=RECURRENCE_LABELS,
    )


def _schools(commune: CommuneCode) -> list[SchoolEntry]:
    return sorted(directory().schools(commune), key=lambda school: vietnamese_key(school.name))


def directives_of(commune: CommuneCode, year: int) -> list[DirectiveView]:
    """Return the register of a year, the newest first."""
    return every_line(
        lambda after: call_service(
            "inspection", "directives", DirectivesRequest(commune=commune, year=year, after=after), DirectivesAnswer
        ),
        lambda answer: answer.directives,
    )


def _directives(commune: CommuneCode) -> list[DirectiveView]:
    if not may("inspection.directives", commune=commune):
        return []
    return directives_of(commune, chosen_year())


def _rules(commune: CommuneCode) -> list[RecurringTaskView]:
    if not may("inspection.recurring_tasks", commune=commune):
        return []
    year = chosen_year()
    return every_line(
        lambda after: call_service(
            "inspection",
            "recurring_tasks",
            RecurringTasksRequest(commune=commune, year=year, after=after),
            RecurringTasksAnswer,
        ),
        lambda answer: answer.rules,
    )


# --- what the forms do


def _give(commune: CommuneCode) -> Position:
    due = forms.date("han")
    if due is None:
        raise BadRequest("Thiếu hạn. Chưa ghi gì.", path="han")
    every = forms.text("dinh-ky")
    given = GiveTask(
        commune=commune,
        year=chosen_year(),
        to=forms.several("noi-nhan"),
        text=forms.required("noi-dung", "việc cần làm"),
        due=due,
        wanted=_chosen(TaskWanted, "gui-lai"),
        every=_chosen(Recurrence, "dinh-ky") if every else None,
        directive=DirectiveId(forms.text("can-cu")),
        section=forms.text("muc"),
    )
    return call_service("inspection", "give_task", given, TasksGiven).position


def _chosen(kind: type[E], name: str) -> E:
    try:
        return kind(forms.text(name))
    except ValueError as error:
        raise BadRequest("Lựa chọn này không có trong danh sách. Chưa ghi gì.", path=name) from error


def _end(commune: CommuneCode) -> Position:
    ended = EndRecurringTask(rule=RecurringTaskId(forms.required("dinh-ky-nao", "việc định kỳ")), reason=forms.text("ly-do"))
    return call_service("inspection", "end_recurring_task", ended, RecurringTaskView).position
