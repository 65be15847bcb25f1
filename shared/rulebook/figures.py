"""School figures against the thresholds of a rulebook, with exact arithmetic: 84.96 % is not 85 %.

A result is a proposal to the council under the 2018 circulars and only a warning under that of 2026, never a verdict:
nothing here touches an evaluation. Comparisons are inclusive as written; nothing is rounded.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import msgspec

from shared.rulebook.document import Area, Confidence, DataItem, ThresholdText
from shared.rulebook.evaluator import Results
from shared.rulebook.model import IndicatorKey, Rulebook
from shared.rulebook.windows import over, statements
from shared.vocabulary.assessment import EducationLevel, Result
from shared.vocabulary.ids import CriterionCode

_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
}


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A school figure: a count, or a share as numerator and denominator; never a rounded percentage."""

    numerator: Fraction
    denominator: Fraction | None = None


class PastFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures by school year (figure → "2023-2024" → figure), and the school year of the cycle they are read for."""

    ends: str
    stated: Mapping[str, Mapping[str, Figure]]


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What decides which thresholds apply. None is unknown: all variants are checked, and only what they agree on holds."""

    area: Area | None = None
    specialised: bool | None = False
    levels: frozenset[EducationLevel] | None = None
    urban: bool | None = None


class ThresholdCheck(msgspec.Struct, frozen=True, kw_only=True):
    """One threshold (or 2026 data item) and what the figure says to it.

    `value` is in the threshold's unit. `compared` sets it against this very number; None: no figure, or no number.
    `meets` is that as far as it counts for the school: also None where it cannot be told which variant applies. `binding`:
    the number is a condition of the law in force, so the result is a proposal; else a warning.

    `window_years`: the law asks for so many years; `missing_years` are those without a statement, and `meets` is then None
    unless a stated year fails: `failed_year`, with `failed_value`.
    """

    criterion: CriterionCode
    level: int | None
    indicator: str | None
    figure: str
    op: str | None
    required: Fraction | None
    unit: str
    value: Fraction | None
    meets: bool | None
    binding: bool
    article: str
    confidence: Confidence
    note: str = ""
    window_years: int | None = None
    missing_years: tuple[str, ...] = ()
    failed_year: str = ""
    failed_value: Fraction | None = None

    @property
    def compared(self) -> bool | None:
        """Return whether the figure satisfies this number, whether or not it is the one that applies."""
        return None if self.op is None else _meets(self.op, self.value, self.required)

    @property
    def key(self) -> IndicatorKey | None:
        """Return the indicator, None where the law names no level."""
        if self.level is None or self.indicator is None:
            return None
        return IndicatorKey(self.criterion, self.level, self.indicator)


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """A judged indicator and a figure that do not agree; to be shown on both."""

    key: IndicatorKey
    figure: str
    judged: Result
    meets: bool
    text: str


def check_figures(
    rulebook: Rulebook, setting: Setting, figures: Mapping[str, Figure], on: dt.date, past: PastFigures | None = None
) -> tuple[ThresholdCheck, ...]:
    """Compare figures with every threshold that applies, in the rulebook's order; figures it does not use are left out.

    `past` tells the figures year by year, for thresholds over several years. Without it a figure speaks for all of them:
    whoever asks so says that it does.

    The data items of 2026 follow, all of them: the law names them but sets no number, so `op` and `meets` are None.
    """
    return tuple(_settle([*_thresholds(rulebook, setting, figures, on, past), *_data_items(rulebook, figures)]))


def _thresholds(
    rulebook: Rulebook, setting: Setting, figures: Mapping[str, Figure], on: dt.date, past: PastFigures | None
) -> Iterator[tuple[ThresholdCheck, bool]]:
    binds = binding_on(rulebook, on)
    for criterion in rulebook.criteria.values():
        for level in criterion.levels.values():
            for indicator in level.indicators:
                for threshold in indicator.thresholds:
                    applies = _applies(threshold, setting)
                    if applies is False:
                        continue
                    value = _value(figures.get(threshold.figure), threshold.unit == "%")
                    required = None if threshold.value is None else Fraction(threshold.value)
                    check = ThresholdCheck(
                        criterion=criterion.code,
                        level=level.number,
                        indicator=indicator.code,
                        figure=threshold.figure,
                        op=threshold.op,
                        required=required,
                        unit=threshold.unit,
                        value=value,
                        meets=_meets(threshold.op, value, required),
                        binding=binds and threshold.binding,
                        article=indicator.source,
                        confidence=threshold.confidence or indicator.confidence,
                        note=threshold.note,
                        window_years=threshold.window_years,
                    )
                    yield _over_years(check, past), applies is None


def _over_years(check: ThresholdCheck, past: PastFigures | None) -> ThresholdCheck:
    """Return a check with what all the years of its window say, where it has one."""
    if check.window_years is None or past is None or check.op not in _COMPARE or check.required is None:
        return check
    stated, op, required = past.stated.get(check.figure, {}), check.op, check.required
    values = {year: _value(figure, check.unit == "%") for year, figure in stated.items()}
    length = statements(check.window_years, check.unit)
    window = over(values, past.ends, length, lambda value: _meets(op, value, required))
    return msgspec.structs.replace(
        check,
        meets=window.meets,
        missing_years=window.missing,
        failed_year=window.failed,
        failed_value=values.get(window.failed),
    )


def _data_items(rulebook: Rulebook, figures: Mapping[str, Figure]) -> Iterator[tuple[ThresholdCheck, bool]]:
    for criterion in rulebook.criteria.values():
        for item in criterion.data_items:
            check = ThresholdCheck(
                criterion=criterion.code,
                level=None,
                indicator=None,
                figure=item.figure,
                op=None,
                required=None,
                unit=item.unit,
                value=_item_value(figures.get(item.figure), item),
                meets=None,
                binding=False,
                article=item.source,
                confidence=item.confidence,
                note=item.name,
            )
            yield check, False


def binding_on(rulebook: Rulebook, on: dt.date) -> bool:
    """Tell whether thresholds are conditions (2018) or only warnings (TT57/2026 Đ27 k4) on a day."""
    rule = rulebook.rules.figures
    if rule.use == "proposal":
        return True
    return rule.advisory_until is not None and on > rule.advisory_until


def _applies(threshold: ThresholdText, setting: Setting) -> bool | None:
    answers = [
        _within(threshold.areas, None if setting.area is None else {setting.area}),
        _within(threshold.levels, setting.levels),
        None
        if threshold.specialised is None or setting.specialised is None
        else threshold.specialised == setting.specialised,
        None if threshold.urban is None or setting.urban is None else threshold.urban == setting.urban,
    ]
    restricted = [
        bool(threshold.areas),
        bool(threshold.levels),
        threshold.specialised is not None,
        threshold.urban is not None,
    ]
    restricted_answers = [answer for answer, wanted in zip(answers, restricted, strict=True) if wanted]
    if False in restricted_answers:
        return False
    return None if None in restricted_answers else True


def _within(wanted: list[Area] | list[EducationLevel], has: set[Area] | frozenset[EducationLevel] | None) -> bool | None:
    return None if has is None else any(w in has for w in wanted)


def _value(figure: Figure | None, percent: bool) -> Fraction | None:
    if figure is None:
        return None
    if figure.denominator is None:
        return figure.numerator
    if figure.denominator == 0:
        return None
    return figure.numerator / figure.denominator * (100 if percent else 1)


def _item_value(figure: Figure | None, item: DataItem) -> Fraction | None:
    if figure is None or item.kind == "ratio":
        return _value(figure, item.unit == "%")
    return figure.numerator


def _meets(op: str, value: Fraction | None, required: Fraction | None) -> bool | None:
    compare = _COMPARE.get(op)
    return None if compare is None or value is None or required is None else compare(value, required)


def _settle(checks: list[tuple[ThresholdCheck, bool]]) -> Iterator[ThresholdCheck]:
    """Keep a verdict only where all variants that may apply agree on it."""
    verdicts: dict[tuple[IndicatorKey | None, str], set[bool | None]] = {}
    for check, unsure in checks:
        if unsure:
            verdicts.setdefault((check.key, check.figure), set()).add(check.meets)
    for check, unsure in checks:
        if unsure and len(verdicts[check.key, check.figure]) > 1:
            yield msgspec.structs.replace(check, meets=None, note=check.note or "chưa rõ trường thuộc diện nào")
        else:
            yield check


def contradictions(results: Results, checks: tuple[ThresholdCheck, ...]) -> tuple[Contradiction, ...]:
    """Return where the council's verdict and a binding figure disagree; a person decides which of the two is wrong."""
    return tuple(_contradictions(results, checks))


def _contradictions(results: Results, checks: tuple[ThresholdCheck, ...]) -> Iterator[Contradiction]:
    proposals: dict[IndicatorKey, list[ThresholdCheck]] = {}
    for check in checks:
        if check.key is not None and check.binding and check.meets is not None:
            proposals.setdefault(check.key, []).append(check)
    for key, own in proposals.items():
        verdict = results.get(key, Result.NOT_ASSESSED)
        failing = [check for check in own if check.meets is False]
        if verdict is Result.MET:
            for check in failing:
                text = f"{key} được đánh giá đạt nhưng số liệu {check.figure} là {said(check)} ({check.article})."
                yield Contradiction(key=key, figure=check.figure, judged=verdict, meets=False, text=text)
        elif verdict is Result.NOT_MET and not failing:
            figures = ", ".join(check.figure for check in own)
            text = f"{key} được đánh giá không đạt dù số liệu {figures} đạt ngưỡng ({own[0].article}); xem lại yêu cầu khác."
            yield Contradiction(key=key, figure=own[0].figure, judged=verdict, meets=True, text=text)


def said(check: ThresholdCheck) -> str:
    """Return value and requirement in words, for instance "84.96 %, yêu cầu >= 85 %"."""
    shown = check.failed_value if check.failed_year else check.value
    value = "chưa có" if shown is None else f"{exact_text(shown)} {check.unit}"
    if check.failed_year:
        value += f" (năm học {check.failed_year})"
    required = "" if check.required is None else f", yêu cầu {check.op} {exact_text(check.required)} {check.unit}"
    return value + required


def exact_text(value: Fraction) -> str:
    """Return an exact number as text: a decimal where it ends ("84.96"), else a fraction ("200/3")."""
    rest = value.denominator
    places = 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        places = max(places, power)
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    if places == 0:
        return str(value.numerator)
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
