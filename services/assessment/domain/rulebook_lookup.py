"""Questions to a rulebook that a command asks before it decides, answered with the sentence a clerk needs."""

from __future__ import annotations

from shared.rulebook import Criterion, Indicator, IndicatorKey, Rulebook
from shared.rulebook.errors import UnknownCriterion
from shared.rulebook.problems import NoSuchCriterion, NotApplicableRefused
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode

Key = tuple[CriterionCode, int, str]
"""Criterion, level, indicator code: what a judgement is about. A rulebook's IndicatorKey is one, equal and hashed alike."""


def criterion_of(rulebook: Rulebook, code: CriterionCode) -> Criterion:
    """Return a criterion of the rulebook; raises NoSuchCriterion naming the circular."""
    criterion = rulebook.criteria.get(code)
    if criterion is None:
        raise _missing(rulebook, name_of(code), criterion=code)
    return criterion


def indicator_of(rulebook: Rulebook, key: Key) -> Indicator:
    """Return an indicator of the rulebook; raises NoSuchCriterion naming the circular, and the article of a repeal."""
    code, level, letter = key
    if level not in criterion_of(rulebook, code).levels:
        raise _missing(rulebook, name_of(code, level), criterion=code, level=level)
    try:
        return rulebook.indicator(IndicatorKey(*key))
    except UnknownCriterion:
        gone = rulebook.repealed.get(IndicatorKey(*key))
        why = f" Chỉ báo này đã bãi bỏ ({gone.source})." if gone else ""
        what = f"{name_of(code, level)} chỉ báo “{letter}”"
        raise _missing(rulebook, what, why, criterion=code, level=level, indicator=letter) from None


def check_result(rulebook: Rulebook, key: Key, result: Result) -> None:
    """Do nothing when the rulebook lets the indicator be judged so.

    Raises NoSuchCriterion, or NotApplicableRefused where the text does not say “nếu có”.
    """
    indicator = indicator_of(rulebook, key)
    if result is Result.NOT_APPLICABLE and not indicator.optional:
        raise NotApplicableRefused(
            f"{rulebook.circular}: {name_of(*key)} không ghi “nếu có”. Chọn Đạt, Không đạt hoặc Chưa đánh giá.",
            criterion=key[0],
            level=key[1],
            indicator=key[2],
        )


def check_place(rulebook: Rulebook, criterion: CriterionCode, level: int, indicator: str) -> None:
    """Do nothing when a citation may stand there: a criterion, one of its levels (indicator ''), or one indicator."""
    definition = criterion_of(rulebook, criterion)
    if indicator:
        indicator_of(rulebook, (criterion, level, indicator))
    elif level and level not in definition.levels:
        raise _missing(rulebook, name_of(criterion, level), criterion=criterion, level=level)


def keys_of(rulebook: Rulebook, criterion: CriterionCode = CriterionCode("")) -> list[IndicatorKey]:
    """Return every indicator of the rulebook, or of one criterion, in its order."""
    return [key for key in rulebook.keys if criterion in {"", key.criterion}]


def name_of(criterion: CriterionCode, level: int = 0, indicator: str = "") -> str:
    """Return how a person calls it: “tiêu chí 5.2 Mức 2 chỉ báo b”; no-break space in Mức 2."""
    name = f"tiêu chí {criterion}"
    if level:
        name += f" Mức\u00a0{level}"
    if indicator and indicator != "-":
        name += f" chỉ báo {indicator}"
    return name


def _missing(rulebook: Rulebook, what: str, why: str = "", **data: str | int) -> NoSuchCriterion:
    return NoSuchCriterion(f"{rulebook.circular} không có {what}.{why} Chọn trong danh sách.", rulebook=rulebook.id, **data)
