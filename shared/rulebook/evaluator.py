"""Indicator results become levels, certificate, recognition and dates: pure, total and three-valued.

What is not assessed never counts as failed or met: it opens the gap between floor (it fails) and ceiling (it is met), and
a level is concluded only where both agree. Nothing here knows a criterion number; the rulebook says everything.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from shared.rulebook.dates import Dates, HeldRecognition, recognition_dates
from shared.rulebook.document import AwardRule, ConditionRule, SchoolLevelRule
from shared.rulebook.errors import BadInput
from shared.rulebook.model import Criterion, IndicatorKey, Rulebook, Span
from shared.text import format_date
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode, Sha256

UNKNOWN, MET, FAILED = 0, 1, 2
_REMEMBERED = 8192

Results = Mapping[IndicatorKey, Result]


class SchoolFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What conditions rest on beside the indicators; None is unknown.

    `layer` is whose results are evaluated ("school", "commune", "department"); None leaves the question out.
    `recognised` is the recognition the school holds, None when it holds none that is known.
    """

    cohort_completed: bool | None = None
    years_of_activity: int | None = None
    consecutive_years_of_data: int | None = None
    facilities_met: bool | None = None
    disadvantaged_area: bool | None = None
    recognised: HeldRecognition | None = None
    layer: str | None = None


class LevelResult(msgspec.Struct, frozen=True, kw_only=True):
    """A computed level: 0 is "không đạt", None is not concluded; floor ≤ level ≤ ceiling; `because` in Vietnamese."""

    level: int | None
    floor: int
    ceiling: int
    final: bool
    because: tuple[str, ...] = ()


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of an award: satisfied, not, or unknown (None), with its article."""

    id: str
    satisfied: bool | None
    article: str
    text: str


class AwardResult(msgspec.Struct, frozen=True, kw_only=True):
    """The degree that follows, None as long as one of its conditions is false or unknown."""

    degree: int | None
    conditions: tuple[Condition, ...]


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that follows from the results of one school under one rulebook."""

    rulebook: str
    digest: Sha256
    criteria: dict[CriterionCode, LevelResult]
    school: LevelResult
    certificate: AwardResult
    recognition: AwardResult
    dates: Dates
    because: tuple[str, ...]


class LevelBounds(NamedTuple):
    """How far a criterion carries the school, counting levels it does not have as satisfied: surely, and at best."""

    floor: int
    ceiling: int


def evaluate(rulebook: Rulebook, results: Results, facts: SchoolFacts, on: dt.date) -> Evaluation:
    """Compute everything that follows from `results`; an indicator not in it is not assessed.

    Results for repealed indicators are passed over, for they are asked no more. Raises BadInput for an indicator the
    rulebook never had, or "not applicable" where the law does not say "nếu có".
    """
    states = read_states(rulebook, results)
    criteria = {}
    reaches = []
    for number, (criterion, spans) in enumerate(rulebook.spans):
        reach, result = criterion_result_of(rulebook, number, part_of(spans, states))
        reaches.append(reach)
        criteria[criterion.code] = result
    return conclude(rulebook, criteria, school_result(rulebook, reaches), facts, on)


def conclude(
    rulebook: Rulebook, criteria: dict[CriterionCode, LevelResult], school: LevelResult, facts: SchoolFacts, on: dt.date
) -> Evaluation:
    """Add awards and dates to levels already known (also used where parts of a school were combined)."""
    dates = recognition_dates(rulebook, facts.recognised)
    rules = rulebook.rules
    certificate = _award(rules.certificate, rulebook, school, facts)
    recognition = _award(rules.recognition, rulebook, school, facts, waiting=(dates, on))
    because = [
        *school.because,
        _award_because(rules.certificate, certificate),
        _award_because(rules.recognition, recognition),
    ]
    if not rulebook.in_force.covers(on):
        because.append(
            f"Ngày xét {format_date(on)} nằm ngoài thời hạn hiệu lực của {rulebook.id}: "
            "kết quả chỉ là phép thử “nếu áp dụng”."
        )
    return Evaluation(
        rulebook=rulebook.id,
        digest=rulebook.digest,
        criteria=criteria,
        school=school,
        certificate=certificate,
        recognition=recognition,
        dates=dates,
        because=(*because, *dates.because),
    )


def read_states(rulebook: Rulebook, results: Results) -> bytearray:
    """Lay results out in the rulebook's flat order; raises BadInput as `evaluate` does."""
    states = bytearray(len(rulebook.keys))
    index = rulebook.index
    for key, result in results.items():
        position = index.get(key)
        if position is None:
            if key not in rulebook.repealed:
                raise BadInput(path_of(key), _not_asked(rulebook, key))
            continue
        if result == Result.MET:  # compared one by one: hashing an enum member for a table costs more than all the rest
            states[position] = MET
        elif result == Result.NOT_MET:
            states[position] = FAILED
        elif result == Result.NOT_APPLICABLE:
            if not rulebook.indicator(key).optional:
                what = f"{rulebook.id}: {key} không có chữ “nếu có”, nên không được ghi “không áp dụng”"
                raise BadInput(path_of(key), what)
            states[position] = MET
    return states


def path_of(key: IndicatorKey) -> str:
    """Return where a result stands in a case file."""
    return f"results.{key.criterion}.{key.level}.{key.indicator}"


def _not_asked(rulebook: Rulebook, key: IndicatorKey) -> str:
    criterion = rulebook.criteria.get(key.criterion)
    if criterion is None:
        return f"{rulebook.id} không có tiêu chí {key.criterion}"
    level = criterion.levels.get(key.level)
    if level is None:
        return f"{rulebook.id}: tiêu chí {key.criterion} không có Mức {key.level}"
    letters = ", ".join(i.code for i in level.indicators)
    return f"{rulebook.id}: tiêu chí {key.criterion} Mức {key.level} không có chỉ báo {key.indicator} (có: {letters})"


def part_of(spans: tuple[Span, ...], states: bytearray) -> bytes:
    """Cut one criterion's states out of all."""
    return bytes(states[spans[0].start : spans[-1].end])


@functools.lru_cache(maxsize=_REMEMBERED)
def criterion_result_of(rulebook: Rulebook, number: int, part: bytes) -> tuple[LevelBounds, LevelResult]:
    """Return how far the `number`-th criterion reaches and its result; cached, for few differ from day to day."""
    criterion, spans = rulebook.spans[number]
    reach = criterion_reach(spans, part, rulebook.highest_level)
    return reach, _criterion_result(rulebook, criterion, spans, part, reach)


def evaluate_criterion(rulebook: Rulebook, criterion: CriterionCode, results: Results) -> LevelResult:
    """Compute the level of one criterion alone, which is that of `evaluate`; raises UnknownCriterion, BadInput."""
    rulebook.criterion(criterion)
    number = next(n for n, (c, _) in enumerate(rulebook.spans) if c.code == criterion)
    return criterion_result_of(rulebook, number, part_of(rulebook.spans[number][1], read_states(rulebook, results)))[1]


def reaches_of(rulebook: Rulebook, states: bytearray) -> list[LevelBounds]:
    """Return how far every criterion reaches."""
    return [criterion_reach(spans, part_of(spans, states), rulebook.highest_level) for _, spans in rulebook.spans]


def criterion_reach(spans: tuple[Span, ...], part: bytes, highest: int) -> LevelBounds:
    """Return how far a criterion carries the school; levels without indicators ask nothing (Điều 6; repeals)."""
    floor = highest
    offset = spans[0].start
    for level, start, end in spans:
        states = part[start - offset : end - offset]
        if FAILED in states:
            return LevelBounds(min(floor, level - 1), level - 1)
        if UNKNOWN in states and floor == highest:
            floor = level - 1
    return LevelBounds(floor, highest)


def school_result(rulebook: Rulebook, reaches: list[LevelBounds]) -> LevelResult:
    """Return the level of the school from how far its criteria reach."""
    floor, ceiling = school_bounds(rulebook, reaches)
    return LevelResult(
        level=floor if floor == ceiling else None,
        floor=floor,
        ceiling=ceiling,
        final=floor == ceiling,
        because=_school_because(rulebook, reaches, floor, ceiling),
    )


def school_bounds(rulebook: Rulebook, reaches: list[LevelBounds]) -> tuple[int, int]:
    """Return the lowest and highest level of the school that the criteria still allow.

    The rules are monotone and no indicator counts twice, so both bounds are exact.
    """
    mandatory = [r for (c, _), r in zip(rulebook.spans, reaches, strict=True) if c.mandatory]
    others = [r for (c, _), r in zip(rulebook.spans, reaches, strict=True) if not c.mandatory]
    rules = rulebook.rules.school.levels
    highest = rulebook.highest_level
    floor = _school_level(rules, min((r.floor for r in mandatory), default=highest), [r.floor for r in others])
    ceiling = _school_level(rules, min((r.ceiling for r in mandatory), default=highest), [r.ceiling for r in others])
    return floor, ceiling


def _school_level(rules: Mapping[int, SchoolLevelRule], mandatory: int, others: list[int]) -> int:
    reached = 0
    for level in sorted(rules):
        rule = rules[level]
        if (
            mandatory < rule.mandatory
            or sum(o >= rule.others_at for o in others) < rule.others_at_least
            or (others and min(others) < rule.rest)
        ):
            break
        reached = level
    return reached


def _criterion_result(
    rulebook: Rulebook, criterion: Criterion, spans: tuple[Span, ...], part: bytes, reach: LevelBounds
) -> LevelResult:
    floor = ceiling = 0
    for level, _, _ in spans:
        if level <= reach.floor:
            floor = level
        if level <= reach.ceiling:
            ceiling = level
    return LevelResult(
        level=floor if floor == ceiling else None,
        floor=floor,
        ceiling=ceiling,
        final=floor == ceiling,
        because=_criterion_because(rulebook, criterion, spans, part, floor, ceiling),
    )


def level_name(level: int) -> str:
    """Return a level in words, as it stands inside a sentence."""
    return f"Mức {level}" if level else "không đạt"


def spoken(criterion: Criterion) -> str:
    """Return what a criterion is called in a sentence; what stands beyond the standards goes by its title."""
    return f"Tiêu chí {criterion.code}" if criterion.standard else criterion.title


def _letters(rulebook: Rulebook, span: Span, states: bytes, wanted: int) -> str:
    keys = rulebook.keys[span.start : span.end]
    letters = [key.indicator for key, state in zip(keys, states, strict=True) if state == wanted]
    return "yêu cầu" if letters == ["-"] else f"chỉ báo {', '.join(letters)}"


def _criterion_because(
    rulebook: Rulebook, criterion: Criterion, spans: tuple[Span, ...], part: bytes, floor: int, ceiling: int
) -> tuple[str, ...]:
    name = spoken(criterion)
    if floor == ceiling == spans[-1].level:
        source = criterion.levels[floor].source
        return (f"{name} đạt Mức {floor}, mức cao nhất đặt ra cho tiêu chí này: mọi chỉ báo đều đạt ({source}).",)
    sentences = []
    for span in spans:
        source = criterion.levels[span.level].source
        states = part[span.start - spans[0].start : span.end - spans[0].start]
        if FAILED in states:
            letters = _letters(rulebook, span, states, FAILED)
            sentences.append(f"{name} không đạt Mức {span.level}: {letters} không đạt ({source}).")
            break
        if UNKNOWN in states:
            letters = _letters(rulebook, span, states, UNKNOWN)
            sentences.append(f"{name} chưa kết luận được Mức {span.level}: {letters} chưa đánh giá ({source}).")
    if floor == ceiling:
        head = f"{name} đạt Mức {floor}." if floor else f"{name} không đạt{_lowest_asked(criterion, spans)}."
    else:
        head = f"{name} chưa kết luận: thấp nhất {level_name(floor)}, cao nhất {level_name(ceiling)}."
    return (head, *sentences)


def _lowest_asked(criterion: Criterion, spans: tuple[Span, ...]) -> str:
    """Say why a criterion that is not met need not keep the school from Mức 1: what Mức 1 asked was repealed."""
    lowest = spans[0].level
    return f" (mức thấp nhất còn xét là Mức {lowest})" if criterion.standard and lowest > 1 else ""


def _school_because(rulebook: Rulebook, reaches: list[LevelBounds], floor: int, ceiling: int) -> tuple[str, ...]:
    rules = rulebook.rules.school.levels
    if floor == ceiling:
        head = (
            f"Trường đạt Mức {floor}: {rules[floor].text} ({rules[floor].source})." if floor else "Trường không đạt Mức 1."
        )
        sentences = [head]
    else:
        sentences = [f"Trường chưa kết luận: thấp nhất {level_name(floor)}, cao nhất {level_name(ceiling)}."]
        sentences.append(_shortfall(rulebook, [r.floor for r in reaches], floor + 1, "chưa đủ căn cứ"))
    if ceiling < rulebook.highest_level:
        sentences.append(_shortfall(rulebook, [r.ceiling for r in reaches], ceiling + 1, "không đạt"))
    return tuple(sentences)


class Blockers(NamedTuple):
    """Criteria that keep a school from a level: mandatory ones, and others where too few of them reach far enough."""

    mandatory: list[str]
    others: list[str]
    enough: bool
    """Whether enough of the others reach `others_at`, so that those named only miss what is asked of every one."""


def blockers(rulebook: Rulebook, reached: list[int], level: int) -> Blockers:
    """Return which criteria keep a school from `level`, given how far each reaches; a spare one blocks nothing."""
    rule = rulebook.rules.school.levels[level]
    pairs = list(zip((c for c, _ in rulebook.spans), reached, strict=True))
    enough = sum(r >= rule.others_at for c, r in pairs if not c.mandatory) >= rule.others_at_least
    demanded = rule.rest if enough else max(rule.others_at, rule.rest)
    return Blockers(
        mandatory=[c.code for c, r in pairs if c.mandatory and r < rule.mandatory],
        others=[c.code for c, r in pairs if not c.mandatory and r < demanded],
        enough=enough,
    )


def _shortfall(rulebook: Rulebook, reached: list[int], level: int, word: str) -> str:
    rule = rulebook.rules.school.levels[level]
    short = blockers(rulebook, reached, level)
    parts = []
    if short.mandatory:
        kind = "tiêu chí bắt buộc" if rule.others_at_least else "tiêu chí"
        parts.append(f"{kind} {', '.join(short.mandatory)} {word}")
    if short.others:
        need = f"cần ít nhất {rule.others_at_least}/{rulebook.counts.others} tiêu chí còn lại đạt từ Mức {rule.others_at}"
        if short.enough:
            need = f"mọi tiêu chí còn lại phải đạt từ Mức {rule.rest}"
        parts.append(f"tiêu chí {', '.join(short.others)} {word} ({need})")
    return f"Mức {level} đòi {rule.text}; {'; '.join(parts)} ({rule.source})."


def _degree(award: AwardRule, level: int) -> int | None:
    return award.degrees.get(level)


def _award(
    award: AwardRule,
    rulebook: Rulebook,
    school: LevelResult,
    facts: SchoolFacts,
    waiting: tuple[Dates, dt.date] | None = None,
) -> AwardResult:
    possible = {_degree(award, level) for level in range(school.floor, school.ceiling + 1)}
    certain = possible.pop() if len(possible) == 1 else None
    best = _degree(award, school.ceiling)
    reached = True if certain is not None else None if best is not None else (None if not award.degrees else False)
    rule = award.level_condition
    conditions = [Condition(id=rule.id, satisfied=reached, article=rule.article, text=rule.text)]
    conditions.extend(_condition(c, facts) for c in award.conditions)
    layer = rulebook.rules.deciding_layer
    if facts.layer is not None:
        conditions.append(
            Condition(id="deciding_layer", satisfied=facts.layer == layer.layer, article=layer.source, text=layer.text)
        )
    if waiting is not None:
        conditions.extend(_waiting(rulebook, facts.recognised, best, *waiting))
    sure = certain is not None and all(c.satisfied for c in conditions)
    return AwardResult(degree=certain if sure else None, conditions=tuple(conditions))


def _condition(rule: ConditionRule, facts: SchoolFacts) -> Condition:
    value: bool | int | None = getattr(facts, rule.fact.value)
    satisfied = None if value is None else (value >= rule.at_least if rule.at_least is not None else bool(value))
    return Condition(id=rule.id, satisfied=satisfied, article=rule.article, text=rule.text)


def _waiting(
    rulebook: Rulebook, recognised: HeldRecognition | None, best: int | None, dates: Dates, on: dt.date
) -> list[Condition]:
    if recognised is None or best is None or best <= recognised.degree or dates.earliest_upgrade is None:
        return []
    rule = rulebook.rules.upgrade
    text = f"{rule.text}: sớm nhất {format_date(dates.earliest_upgrade)}"
    return [Condition(id="waiting_time", satisfied=on >= dates.earliest_upgrade, article=rule.source, text=text)]


def _award_because(award: AwardRule, result: AwardResult) -> str:
    if result.degree is not None:
        return f"{award.name}: {award.degree_name} {result.degree} ({award.source})."
    if not award.degrees:
        return f"{award.name}: {award.level_condition.text} ({award.source})."
    failed = [f"Chưa đáp ứng “{c.text}” ({c.article})." for c in result.conditions if c.satisfied is False]
    unknown = [f"Chưa rõ “{c.text}” ({c.article})." for c in result.conditions if c.satisfied is None]
    head = "chưa đủ điều kiện" if failed else "chưa kết luận được"
    return " ".join((f"{award.name}: {head}.", *failed, *unknown))
