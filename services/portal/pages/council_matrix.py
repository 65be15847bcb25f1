"""The matrix of a council: who writes and who reviews which criterion, how far each is, what each member does next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from services.portal.pages.formatting import days_left
from shared.contracts.calls.council import AssignmentView, CouncilView, GroupView
from shared.contracts.calls.writing import CriterionProgress, WorkBoard
from shared.text import format_date
from shared.vocabulary.ids import CriterionCode, PersonId
from shared.vocabulary.labels import COUNCIL_ROLE_LABELS
from shared.vocabulary.self_assessment import CriterionStep, GroupKind

_WRITTEN = frozenset({CriterionStep.HANDED_IN, CriterionStep.REVIEWED, CriterionStep.PASSED})
_REVIEWED = frozenset({CriterionStep.REVIEWED, CriterionStep.PASSED})
NO_NAME = "Người đã xóa tên"
"""What stands for a person whose name was erased."""


class MatrixColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion of the matrix, with who works on it and how far it is."""

    assigned: AssignmentView
    progress: CriterionProgress

    @property
    def code(self) -> CriterionCode:
        """The code of the criterion."""
        return self.assigned.criterion

    @property
    def late(self) -> bool:
        """Whether its day is over and it is not handed in."""
        return self.progress.overdue


class MatrixCell(msgspec.Struct, frozen=True, kw_only=True):
    """What a member does at a criterion: writes it (`writes`), or reviews it; `own` whether the group of the row has it."""

    column: MatrixColumn
    writes: bool = False
    reviews: bool = False
    own: bool = False


class NextAct(msgspec.Struct, frozen=True, kw_only=True):
    """What a member does next; '' as `criterion` where nothing is left."""

    text: str
    sign: str
    css: str
    criterion: CriterionCode = CriterionCode("")


class MemberLine(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the matrix."""

    person: PersonId
    name: str
    about: str
    cells: list[MatrixCell]
    next: NextAct

    @property
    def waits(self) -> bool:
        """Whether the row asks for attention: a criterion of it is not started though its day is over."""
        return any(c.writes and c.column.late and c.column.progress.step is CriterionStep.NOT_STARTED for c in self.cells)


class GroupLines(msgspec.Struct, frozen=True, kw_only=True):
    """A group with its people; `name` '' for those in none."""

    name: str
    columns: list[MatrixColumn]
    lines: list[MemberLine]

    @property
    def summary(self) -> str:
        """Say how far the group is: "viết xong 2/3 · đã soát 2/3 · thông qua 1/3"."""
        if not self.columns:
            return "chưa được giao tiêu chí"
        steps, number = [c.progress.step for c in self.columns], len(self.columns)
        written, reviewed = sum(s in _WRITTEN for s in steps), sum(s in _REVIEWED for s in steps)
        passed = sum(s is CriterionStep.PASSED for s in steps)
        return f"viết xong {written}/{number} · đã soát {reviewed}/{number} · thông qua {passed}/{number}"


def columns(council: CouncilView, board: WorkBoard) -> list[MatrixColumn]:
    """Return the criteria of a cycle in the rulebook's order."""
    progress = {one.criterion: one for one in board.criteria}
    return [
        MatrixColumn(assigned=one, progress=progress[one.criterion])
        for one in council.assignments
        if one.criterion in progress
    ]


def group_lines(council: CouncilView, board: WorkBoard) -> list[GroupLines]:
    """Return the council group by group; who is in none, and who works without being a member, stands last."""
    every = columns(council, board)
    found = [_group(council, group, every) for group in council.groups]
    placed = {line.person for group in found for line in group.lines}
    rest = [person for person in _people(council, every) if person not in placed]
    if rest:
        # What a group has is shown in its rows; here stands what people have besides.
        found.append(GroupLines(name="", columns=[], lines=[_line(council, person, every, None, "") for person in rest]))
    return found


def _people(council: CouncilView, every: Sequence[MatrixColumn]) -> Iterator[PersonId]:
    seen = [member.person for member in council.members]
    seen += [one.assigned.writer.person for one in every] + [one.assigned.reviewer.person for one in every]
    yield from (person for person in dict.fromkeys(seen) if person)


def _group(council: CouncilView, group: GroupView, every: Sequence[MatrixColumn]) -> GroupLines:
    has = [column for column in every if column.assigned.group == group.group]
    people = dict.fromkeys([group.leader.person, *(member.person for member in group.members)])
    # Somebody of another group who works on a criterion of this one stands here as well.
    people |= dict.fromkeys(p for c in has for p in (c.assigned.writer.person, c.assigned.reviewer.person) if p)
    lines = [
        _line(council, person, every, group, "trưởng nhóm" if person == group.leader.person else "")
        for person in people
        if person
    ]
    return GroupLines(name=group.name, columns=has, lines=lines)


def _line(
    council: CouncilView, person: PersonId, every: Sequence[MatrixColumn], group: GroupView | None, what: str
) -> MemberLine:
    grouped = {one.group for one in council.groups}

    def here(column: MatrixColumn) -> bool:
        return column.assigned.group == group.group if group else column.assigned.group not in grouped

    cells = [
        MatrixCell(
            column=column,
            writes=here(column) and column.assigned.writer.person == person,
            reviews=here(column) and column.assigned.reviewer.person == person,
            own=group is not None and here(column),
        )
        for column in every
    ]
    member = next((one for one in council.members if one.person == person), None)
    about = what or (member.office or COUNCIL_ROLE_LABELS[member.role] if member else "người giúp việc")
    return MemberLine(person=person, name=name_of(council, person), about=about, cells=cells, next=_next(cells))


def name_of(council: CouncilView, person: PersonId) -> str:
    """Return what a person of a council is called."""
    named = [(m.person, m.name) for m in council.members]
    named += [(p.person, p.name) for g in council.groups for p in (g.leader, *g.members)]
    named += [(p.person, p.name) for a in council.assignments for p in (a.writer, a.reviewer)]
    return next((name for one, name in named if one == person and name), NO_NAME)


def _next(cells: Sequence[MatrixCell]) -> NextAct:
    own = [cell.column for cell in cells if cell.writes]
    steps = CriterionStep
    for step, say, sign, css in (
        (steps.NOT_STARTED, "{} chưa bắt đầu", "clock", "no"),
        (steps.CHANGES_REQUESTED, "sửa {}", "retry", "no"),
        (steps.WRITING, "viết {}", "pen", "blue"),
        (steps.NOT_STARTED, "viết {}", "pen", "blue"),
    ):
        late_only = step is steps.NOT_STARTED and sign == "clock"
        found = [c for c in own if c.progress.step is step and (c.late or not late_only)]
        if found:
            first = min(found, key=lambda c: c.assigned.due or dt.date.max)
            until = f" trước {_short(first.assigned.due)}" if first.assigned.due and not late_only else ""
            return NextAct(text=say.format(first.code) + until, sign=sign, css=css, criterion=first.code)
    waiting = next((c.column for c in cells if c.reviews and c.column.progress.step is steps.HANDED_IN), None)
    if waiting is not None:
        return NextAct(text=f"soát {waiting.code}", sign="eye", css="warn", criterion=waiting.code)
    if own:
        return NextAct(text="xong phần viết", sign="yes", css="ok")
    reviewing = any(cell.reviews for cell in cells)
    return NextAct(text="chờ bài để soát" if reviewing else "chưa được giao viết", sign="ring", css="grey")


def _short(day: dt.date | None) -> str:
    return format_date(day).rpartition("/")[0] if day else ""


class NotStarted(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion that nobody has begun: who should, until when, and a sentence to remind them with."""

    column: MatrixColumn
    writer: str
    when: str
    reminder: str


def not_started(council: CouncilView, board: WorkBoard, today: dt.date, school: str) -> list[NotStarted]:
    """Return the criteria that are not started: late ones first, then by day, those without a day last."""
    waiting = [c for c in columns(council, board) if c.progress.step is CriterionStep.NOT_STARTED and c.progress.standard]
    waiting.sort(key=lambda c: (not c.late, c.assigned.due or dt.date.max))
    found = []
    for column in waiting:
        person, due = column.assigned.writer.person, column.assigned.due
        writer = name_of(council, person) if person else ""
        when = f"hạn viết {format_date(due)}, {days_left(due, today)}" if due else "chưa có hạn"
        reminder = f"{school}: tiêu chí {column.code} {column.assigned.title} chưa bắt đầu viết, {when}."
        found.append(NotStarted(column=column, writer=writer, when=when, reminder=reminder))
    return found


def step_counts(every: Sequence[MatrixColumn]) -> dict[CriterionStep, int]:
    """Return how many criteria of the standards are at each step, from the last step to the first."""
    steps = [c.progress.step for c in every if c.progress.standard]
    return {step: steps.count(step) for step in reversed(CriterionStep)}


def may_lead(council: CouncilView, actor: str) -> bool:
    """Say whether a person is the chair or the secretary of a council."""
    return any(m.person == actor and m.role.value in {"chu_tich", "thu_ky"} for m in council.members)


def next_group(council: CouncilView) -> str:
    """Return an id that no group of the council has: ``nhom-3``."""
    taken = {group.group for group in council.groups}
    return next(f"nhom-{n}" for n in range(1, len(taken) + 2) if f"nhom-{n}" not in taken)


GROUP_KINDS = (GroupKind.WORKING, GroupKind.SECRETARIAT)
