"""The matrix of targets: criteria of one rulebook × schools, each cell with its state, its level and its day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.portal.pages.rulebook_labels import CriterionName, RulebookLabels, law
from shared.contracts.calls.year.targets import TargetBoard, TargetSchool, TargetView
from shared.vocabulary.commune_year import TargetState
from shared.vocabulary.ids import CriterionCode, SchoolCode
from shared.vocabulary.year_labels import TARGET_STATE_LABELS

SIGNS: Mapping[TargetState, tuple[str, str]] = {
    TargetState.LATE: ("clock", "no"),
    TargetState.ON_THE_WAY: ("pen", "blue"),
    TargetState.MET: ("yes", "ok"),
    TargetState.NONE: ("ring", "grey"),
}
"""State → its icon and its colour; the word always stands beside."""
CELL_SIGNS = {**SIGNS, TargetState.SCHOOL_CLOSED: ("lock", "grey")}
"""The same, and that of a school which was closed: such cells are not counted."""

_KINDS = {"mam_non": "Mầm non", "tieu_hoc": "Tiểu học", "trung_hoc": "Trung học", "pho_thong": "Phổ thông"}


class BoardRulebook(msgspec.Struct, frozen=True, kw_only=True):
    """A rulebook that schools of the commune go by: its id, its name, and how many schools."""

    id: str
    name: str
    schools: int


class TargetCell(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion of one school; `target` is None where none is set. `shown`: whether the filter lets it through."""

    school: TargetSchool
    criterion: CriterionName
    target: TargetView | None
    shown: bool

    @property
    def state(self) -> TargetState:
        """How it stands."""
        return _state(self.target, self.school)

    @property
    def sign(self) -> tuple[str, str]:
        """Its icon and colour."""
        return CELL_SIGNS[self.state]

    @property
    def month(self) -> str:
        """The month it is due, where that still matters: "12/26"."""
        if self.target is None or self.target.state in {TargetState.MET, TargetState.SCHOOL_CLOSED}:
            return ""
        return _month(self.target.by)

    @property
    def word(self) -> str:
        """Its state in words."""
        return TARGET_STATE_LABELS[self.state]


class TargetLine(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion with its cells, in the order of the schools."""

    criterion: CriterionName
    cells: list[TargetCell]


COLUMNS_A_PAGE = 12
"""Schools side by side: with the longest rulebook the page stays light."""


class TargetMatrix(msgspec.Struct, frozen=True, kw_only=True):
    """Criteria × schools: `schools` are the columns by name, `counts` how many cells of all of them stand how.

    `sums`: school → state → how many of its criteria. `every` counts the schools of all pages of columns.
    """

    law: RulebookLabels
    schools: list[TargetSchool]
    every: int
    lines: list[TargetLine]
    counts: dict[TargetState, int]
    sums: dict[SchoolCode, dict[TargetState, int]]

    def cells_of(self, school: SchoolCode) -> list[TargetCell]:
        """Return what the filter shows of one school."""
        return [cell for line in self.lines for cell in line.cells if cell.school.school == school and cell.shown]


def rulebooks(board: TargetBoard) -> list[BoardRulebook]:
    """Return the rulebooks of the commune's schools, those of most schools first."""
    counted = Counter(school.rulebook for school in board.schools)
    return [
        BoardRulebook(id=one, name=f"{_KINDS.get(one.partition('/')[2], '')} {law(one).circular}".strip(), schools=number)
        for one, number in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def matrix(board: TargetBoard, rulebook: str, state: TargetState | None, school: SchoolCode, number: int) -> TargetMatrix:
    """Return the `number`-th page of columns of the matrix of one rulebook.

    `state` and `school` let only some cells and one column through; with a state, schools without such a cell are left out.
    """
    labels = law(rulebook)
    every = [one for one in board.schools if one.rulebook == rulebook]
    targets = {(one.school, one.criterion): one for one in board.targets if one.rulebook == rulebook}
    criteria = [*labels.criteria, *labels.beyond]
    states = {one.school: [_state(_at(targets, one, c), one) for c in criteria] for one in every}
    shown = [one for one in every if school in {"", one.school} and (state is None or state in states[one.school])]
    columns = shown[(number - 1) * COLUMNS_A_PAGE : number * COLUMNS_A_PAGE]
    lines = [_line(criterion, columns, targets, state) for criterion in criteria]
    return TargetMatrix(
        law=labels,
        schools=columns,
        every=len(shown),
        lines=[line for line in lines if any(cell.shown for cell in line.cells)],
        counts=_counted(state for code, of in states.items() if school in {"", code} for state in of),
        sums={code: _counted(of) for code, of in states.items()},
    )


def _line(
    criterion: CriterionName,
    schools: Sequence[TargetSchool],
    targets: Mapping[tuple[SchoolCode, CriterionCode], TargetView],
    wanted: TargetState | None,
) -> TargetLine:
    cells = []
    for school in schools:
        target = _at(targets, school, criterion)
        shown = wanted in {None, _state(target, school)}
        cells.append(TargetCell(school=school, criterion=criterion, target=target, shown=shown))
    return TargetLine(criterion=criterion, cells=cells)


def _at(
    targets: Mapping[tuple[SchoolCode, CriterionCode], TargetView], school: TargetSchool, criterion: CriterionName
) -> TargetView | None:
    return targets.get((school.school, CriterionCode(criterion.code)))


def _state(target: TargetView | None, school: TargetSchool) -> TargetState:
    if target is not None:
        return target.state
    return TargetState.SCHOOL_CLOSED if school.closed_on else TargetState.NONE


def _counted(states: Iterable[TargetState]) -> dict[TargetState, int]:
    counted = Counter(states)
    return {state: counted[state] for state in SIGNS}


def _month(day: dt.date) -> str:
    return f"{day.month:02d}/{day.year % 100:02d}"
