"""Tasks of a fictional commune in every state, its directives and its steering committee."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shared.contracts.calls.year import directing as d
from shared.contracts.calls.year import tasks as t
from shared.vocabulary.commune_year import CommitteeRole, CommuneUnit, Recurrence, TaskState, TaskWanted

HOSTILE = '<script>alert("x")</script>'
SCHOOL, DOC = "TH-BC", "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
TASK = "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f40{:02d}"
DIRECTIVE = "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f5001"
GIVING = "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f6001"
RULE = "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f7001"
PERSONS = [f"0b7f7f43-0b5e-4c58-9a50-6a6a7d3f800{number}" for number in (1, 2)]
_IS = TaskState


def act(kind: str, day: int, **said: Any) -> t.TaskActView:
    """Return something that was done about a task in November."""
    plain = {"by": "account-1", "text": "", "figures": "", "documents": [], "due": None, "position": 18200 + day}
    return t.TaskActView(kind=kind, on=dt.date(2026, 11, day), **(plain | said))


def task(number: int, state: TaskState, text: str, **said: Any) -> t.TaskView:
    """Return a task of the school, unless said otherwise."""
    plain = {
        "commune": "NAM-LAM",
        "year": 2026,
        "school": SCHOOL,
        "unit": "",
        "wanted": TaskWanted.REPORT,
        "due": dt.date(2026, 12, 27),
        "first_due": dt.date(2026, 12, 27),
        "given_on": dt.date(2026, 11, 2),
        "giving": GIVING,
        "directive": "",
        "section": "",
        "rule": "",
        "period": "",
        "version": 1,
        "position": 18100 + number,
    }
    return t.TaskView(id=TASK.format(number), state=state, text=text, **(plain | said))


EVERY_STATE = [
    task(1, _IS.OVERDUE, f"Nộp danh mục minh chứng {HOSTILE}", due=dt.date(2026, 11, 20), wanted=TaskWanted.PAPER),
    task(2, _IS.GIVEN, "Gửi số lớp, số học sinh đầu năm.", wanted=TaskWanted.FIGURES, section="III.2", directive=DIRECTIVE),
    task(
        3,
        _IS.REPORTED,
        "Báo cáo tự đánh giá tháng 11.",
        version=2,
        rule=RULE,
        period="2026-11",
        acts=[act("reported", 18, text=f"Đã xong 12 tiêu chí {HOSTILE}", documents=[DOC])],
    ),
    task(
        4,
        _IS.RETURNED,
        "Bổ sung hồ sơ vệ sinh.",
        version=4,
        first_due=dt.date(2026, 12, 1),
        acts=[
            act("reported", 10, text="Đã bổ sung."),
            act("extended", 11, text="Chờ hướng dẫn của Sở", due=dt.date(2026, 12, 27)),
            act("returned", 12, text="Còn thiếu biên bản tháng 9"),
        ],
    ),
    task(5, _IS.GIVEN, "Treo khẩu hiệu ngày 20/11.", wanted=TaskWanted.NOTHING),
    task(6, _IS.GIVEN, "Rà soát kinh phí sửa phòng học.", school="", unit=CommuneUnit.ECONOMIC_OFFICE.value),
    task(7, _IS.ACCEPTED, "Cử người tập huấn.", version=3, acts=[act("reported", 5, text="Đã cử."), act("accepted", 6)]),
    task(8, _IS.CANCELLED, "Họp giao ban tháng 10.", version=2, acts=[act("cancelled", 4, text="Sở đã hoãn cuộc họp")]),
]


def tasks(request: t.TasksRequest) -> t.TasksAnswer:
    """Return the tasks as they are narrowed; year 2025 has none, year 2027 two hundred."""
    if request.year == 2025:
        return t.TasksAnswer(tasks=[], counts={state.value: 0 for state in TaskState}, total=0)
    if request.year == 2027:
        many = [task(number % 100, _IS.GIVEN, f"Việc thứ {number}") for number in range(200)]
        counts = {state.value: 200 if state is _IS.GIVEN else 0 for state in TaskState}
        return t.TasksAnswer(tasks=many[request.after : request.after + request.limit], counts=counts, total=200)
    found = [one for one in EVERY_STATE if request.school in {None, one.school} and request.unit in {None, one.unit}]
    counts = {state.value: sum(one.state is state for one in found) for state in TaskState}
    over = {_IS.ACCEPTED, _IS.CANCELLED}
    wanted = [one for one in found if request.state in {None, one.state} and not (request.open_only and one.state in over)]
    return t.TasksAnswer(tasks=wanted[request.after :], counts=counts, total=len(wanted))


def one(request: t.TaskRequest) -> t.TaskView:
    """Return one task by its id, the first where there is none of that id."""
    return next((found for found in EVERY_STATE if found.id == request.task), EVERY_STATE[0])


RECURRING = t.RecurringTaskView(
    id=RULE,
    every=Recurrence.MONTHLY,
    schools=[SCHOOL],
    units=[],
    text=f"Báo cáo tự đánh giá {HOSTILE}",
    wanted=TaskWanted.REPORT,
    first_due=dt.date(2026, 9, 25),
    set_on=dt.date(2026, 9, 1),
    given=3,
    ended_on=None,
    reason="",
    position=18050,
)
ISSUED = d.DirectiveView(
    id=DIRECTIVE,
    number="45/UBND-VHXH",
    issued_on=dt.date(2026, 3, 2),
    abstract=f"Về việc tự đánh giá {HOSTILE}",
    section="II.1",
    tasks=1,
    position=18040,
)
COMMITTEE = d.CommitteeView(
    number="12/QĐ-UBND",
    decided_on=dt.date(2026, 1, 20),
    year=2026,
    members=[
        d.CommitteeMemberEntry(person=PERSONS[0], role=CommitteeRole.HEAD, duty="Chỉ đạo chung"),
        d.CommitteeMemberEntry(person=PERSONS[1], role=CommitteeRole.MEMBER, duty=f"Cơ sở vật chất {HOSTILE}"),
    ],
    version=1,
    position=18030,
)


def committee(request: d.CommuneYearRequest) -> d.CommitteeAnswer:
    """Return the committee, and one before it; year 2025 has none."""
    return d.CommitteeAnswer(committees=[] if request.year == 2025 else [COMMITTEE, COMMITTEE])


def directives(request: d.DirectivesRequest) -> d.DirectivesAnswer:
    """Return the register; year 2025 has nothing in it."""
    found = [] if request.year == 2025 else [ISSUED]
    return d.DirectivesAnswer(directives=found[request.after : request.after + request.limit], total=len(found))


_MOVES = ("report_task", "accept_task", "return_task", "extend_task", "cancel_task")

TASKS: dict[str, Any] = {
    "inspection.tasks": tasks,
    "inspection.task": one,
    "inspection.recurring_tasks": lambda r: t.RecurringTasksAnswer(rules=[] if r.year == 2025 else [RECURRING], total=1),
    "inspection.directives": directives,
    "inspection.committee": committee,
    "inspection.give_task": lambda _: t.TasksGiven(id=TASK.format(1), ids=[TASK.format(1)], rule="", position=18300),
    "inspection.end_recurring_task": lambda _: RECURRING,
    "inspection.issue_directive": lambda _: ISSUED,
    "inspection.set_committee": lambda _: COMMITTEE,
    **{f"inspection.{name}": one for name in _MOVES},
}
TASK_COMMANDS = frozenset({"give_task", "end_recurring_task", "issue_directive", "set_committee", *_MOVES})
