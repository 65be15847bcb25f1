"""A school's figures beside what its rulebook says of them: a proposal or a warning, never a verdict, never a level.

Numbers stay exact from the form to the answer: 84,96 % is not 85 %.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.replay import SchoolState
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.errors import NoSuchFigure
from shared.rulebook import BadInput, IndicatorKey, Rulebook
from shared.rulebook.document import Area
from shared.rulebook.figure_schema import figure_schemas
from shared.rulebook.figures import Figure, PastFigures, Setting, ThresholdCheck, check_figures, contradictions, exact_text
from shared.text import format_date, school_year_of
from shared.vocabulary.assessment import EducationLevel, Layer, Result, SchoolKind
from shared.vocabulary.ids import BEGINNING, CriterionCode, Position

_LARGEST_EXPONENT = 15
_MOST_DIGITS = 18
"""Enough for the square millimetres of a province; more is a slip of the keyboard, or an attack on exact arithmetic."""

_OPERATORS = {">=": "ít nhất", "<=": "không quá", "<": "dưới", ">": "trên", "==": "đúng"}
_LEVELS = {
    SchoolKind.PRIMARY: ("tieu_hoc",),
    SchoolKind.LOWER_SECONDARY: ("thcs",),
    SchoolKind.UPPER_SECONDARY: ("thpt",),
}
_EDUCATION = frozenset(level.value for level in EducationLevel)


class FigureRow(msgspec.Struct, frozen=True, kw_only=True):
    """One threshold or data item, the figure stated for it, and where the school's own judgement disagrees with it.

    `since` is the position of the last statement of the figure, of whatever school year.
    """

    check: ThresholdCheck
    name: str
    school_year: str = ""
    stated: f.StatedFigure | None = None
    position: Position = BEGINNING
    since: Position = BEGINNING
    advisory: str = ""
    contradiction: str = ""


class _KnownFigure(NamedTuple):
    school_year: str
    stated: f.StatedFigure
    position: Position


def possible(rulebook: Rulebook, given: Sequence[f.StatedFigure], path: str = "$.figures") -> tuple[f.StatedFigure, ...]:
    """Return figures as they are stored, in the rulebook's unit.

    Raises NoSuchFigure for one that the rulebook does not use, BadInput for numbers that cannot be, another unit, or a
    figure named twice; both name the path.
    """
    figures: dict[str, f.StatedFigure] = {}
    for number, stated in enumerate(given):
        here = f"{path}[{number}]"
        if stated.figure in figures:
            raise BadInput(f"{here}.figure", f"số liệu “{stated.figure}” ghi hai lần trong một lượt")
        figures[stated.figure] = _possible(rulebook, stated, here)
    return tuple(figures.values())


def _possible(rulebook: Rulebook, stated: f.StatedFigure, path: str) -> f.StatedFigure:
    schema = figure_schemas(rulebook).get(stated.figure)
    if schema is None:
        raise NoSuchFigure(
            f"{rulebook.circular} ({rulebook.id}) không hỏi số liệu “{stated.figure}”. Chưa ghi gì. Chọn trong danh sách.",
            path=f"{path}.figure",
            rulebook=rulebook.id,
        )
    if stated.unit not in {"", schema.unit}:
        raise BadInput(f"{path}.unit", f"“{schema.name}” tính bằng {schema.unit}, không phải {stated.unit}")
    numerator = _plain(stated.numerator, f"{path}.numerator")
    denominator = None if stated.denominator is None else _plain(stated.denominator, f"{path}.denominator")
    schema.check(numerator, denominator, path)
    return msgspec.structs.replace(stated, numerator=numerator, denominator=denominator, unit=schema.unit)


def _plain(number: Decimal, path: str) -> Decimal:
    """Return a number with one way to be written: 85, 85.0 and 8.5E+1 are the same figure."""
    if not number.is_finite():
        raise BadInput(path, "phải là một số")
    if abs(number.adjusted()) > _LARGEST_EXPONENT or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise BadInput(path, f"số quá lớn hoặc quá dài (nhiều nhất {_MOST_DIGITS} chữ số)")
    if number == 0:
        return Decimal(0)
    text = f"{number:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def setting(state: SchoolState) -> Setting:
    """Return what chooses among thresholds: area, specialised, urban as stated; levels from the registration.

    A disadvantaged area of which nobody said that it is an extremely disadvantaged one is taken as just that.
    """
    conditions = state.conditions
    return Setting(
        area=_area(conditions.get("disadvantaged_area"), conditions.get("extremely_disadvantaged_area")),
        specialised=bool(conditions.get("specialised", False)),
        levels=_levels(state),
        urban=None if "urban" not in conditions else bool(conditions["urban"]),
    )


def _area(disadvantaged: bool | int | None, extremely: bool | int | None) -> Area | None:
    if extremely:
        return Area.EXTREMELY_DISADVANTAGED
    if disadvantaged is None:
        return None
    return Area.DISADVANTAGED if disadvantaged else Area.OTHER


def _levels(state: SchoolState) -> frozenset[EducationLevel]:
    school = state.school
    assert school is not None
    return frozenset(EducationLevel(level) for level in _LEVELS.get(school.kind, school.levels) if level in _EDUCATION)


def school_years(state: SchoolState) -> list[str]:
    """Return the school years that something was stated for, newest first."""
    return sorted({year for year, _ in state.figures}, reverse=True)


def rows(assessed: SchoolAssessment, school_year: str = "", criterion: CriterionCode = CriterionCode("")) -> list[FigureRow]:
    """Return every threshold that applies and every data item, in the rulebook's order; `criterion` narrows.

    `school_year` '' takes each figure of the newest school year that it was stated for.
    """
    rulebook, on = assessed.rulebook, assessed.state.valid_at
    known = _known(assessed.state, school_year)
    figures = {name: _figure(known_figure.stated) for name, known_figure in known.items()}
    checks = check_figures(rulebook, setting(assessed.state), figures, on, past_of(assessed))
    disagreeing, last = _disagreeing(assessed, checks), _last_stated(assessed.state)
    return [
        msgspec.structs.replace(
            _row(rulebook, check, known.get(check.figure), on, disagreeing.get(check, "")), since=last.get(check.figure, 0)
        )
        for check in checks
        if criterion in {"", check.criterion}
    ]


def past_of(assessed: SchoolAssessment) -> PastFigures:
    """Return every figure year by year, read for the school year of the cycle; without a cycle, for that of the day."""
    stated: dict[str, dict[str, Figure]] = {}
    for (year, figure), (stated_figure, _) in assessed.state.figures.items():
        stated.setdefault(figure, {})[year] = _figure(stated_figure)
    opened = assessed.cycle.opened if assessed.cycle else None
    return PastFigures(ends=opened.year if opened else school_year_of(assessed.state.valid_at), stated=stated)


def _last_stated(state: SchoolState) -> dict[str, Position]:
    last: dict[str, Position] = {}
    for (_, figure), (_, position) in state.figures.items():
        last[figure] = max(position, last.get(figure, BEGINNING))
    return last


def newest_figures(state: SchoolState) -> dict[str, Figure]:
    """Return each figure of the newest school year that it was stated for."""
    return {name: _figure(one.stated) for name, one in _known(state, "").items()}


def contradictions_of(rows: Iterable[FigureRow]) -> dict[IndicatorKey, str]:
    """Return indicator → what its figures say against the school's own judgement."""
    sentences_of: dict[IndicatorKey, list[str]] = {}
    for row in rows:
        if row.check.key is not None and row.contradiction:
            sentences_of.setdefault(row.check.key, []).append(row.contradiction)
    return {key: " ".join(sentences) for key, sentences in sentences_of.items()}


def _known(state: SchoolState, school_year: str) -> dict[str, _KnownFigure]:
    newest: dict[str, _KnownFigure] = {}
    for (year, figure), (stated, position) in state.figures.items():
        if school_year in {"", year} and (figure not in newest or newest[figure].school_year < year):
            newest[figure] = _KnownFigure(year, stated, position)
    return newest


def _figure(stated: f.StatedFigure) -> Figure:
    denominator = None if stated.denominator is None else Fraction(stated.denominator)
    return Figure(numerator=Fraction(stated.numerator), denominator=denominator)


def _row(
    rulebook: Rulebook, check: ThresholdCheck, known: _KnownFigure | None, on: dt.date, contradiction: str
) -> FigureRow:
    return FigureRow(
        check=check,
        name=figure_schemas(rulebook)[check.figure].name,
        school_year=known.school_year if known else "",
        stated=known.stated if known else None,
        position=known.position if known else BEGINNING,
        advisory="" if check.binding else _advisory(rulebook, on),
        contradiction=contradiction,
    )


def _advisory(rulebook: Rulebook, on: dt.date) -> str:
    """Say what a number that binds nobody is worth (TT57/2026 Đ27 k4)."""
    rule = rulebook.rules.figures
    if rule.use == "proposal":
        return "không phải điều kiện"
    if rule.advisory_until is None or on > rule.advisory_until:
        return "tham khảo"
    return f"tham khảo đến {format_date(rule.advisory_until)}"


def _disagreeing(assessed: SchoolAssessment, checks: tuple[ThresholdCheck, ...]) -> dict[ThresholdCheck, str]:
    """Return the checks that the school's own judgement contradicts, with the sentence to show."""
    contradicted = contradictions(assessed.results[Layer.SCHOOL], checks)
    sentences: dict[ThresholdCheck, str] = {}
    for contradiction in contradicted:
        for check in checks:
            same = check.key == contradiction.key and check.binding and check.meets is contradiction.meets
            if same and (contradiction.meets or check.figure == contradiction.figure):
                sentences[check] = _told(assessed.rulebook, check, contradiction.judged)
    return sentences


def _told(rulebook: Rulebook, check: ThresholdCheck, judged: Result) -> str:
    name = figure_schemas(rulebook)[check.figure].name
    required = f"yêu cầu {_OPERATORS[check.op or '>=']} {_words(check.required, check.unit)}"
    of_year, value = "", check.value
    if check.failed_year:
        of_year, value = f" năm học {check.failed_year}", check.failed_value
    compared = f"“{name}”{of_year} là {_words(value, check.unit)}, {required}"
    if judged is Result.MET:
        return f"{check.key} được đánh giá đạt, nhưng {compared} ({check.article})."
    return f"{check.key} được đánh giá không đạt, dù {compared} ({check.article}); xem lại các yêu cầu khác."


def _words(value: Fraction | None, unit: str) -> str:
    return "" if value is None else f"{exact_text(value).replace('.', ',')}\u00a0{unit}"
