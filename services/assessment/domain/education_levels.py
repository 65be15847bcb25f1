"""Levels of education inside one school: which may be judged on their own, and what follows for the school.

A judgement that names no level holds for each of them, unless that level was judged on its own, which then holds for it.
How levels combine is a marked setting of the rulebook (`rules.combination`), for no article was found that says it.
Sites have no results of their own (CV 5555/BGDĐT-GDPT 18/8/2026 PL II), so no judgement names one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.assessment.domain import facts as f
from services.assessment.errors import EducationLevelRefused
from shared.rulebook import IndicatorKey, Rulebook
from shared.rulebook.document import Confidence
from shared.vocabulary.assessment import Result, SchoolKind
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS

_COMBINING_WORDS = {
    "lowest": "lấy mức thấp nhất trong các cấp học",
    "separate": "mỗi cấp học một kết quả, toàn trường chỉ kết luận khi các cấp như nhau",
}
_CONFIDENCE_WORDS = {Confidence.HIGH: "cao", Confidence.MEDIUM: "vừa", Confidence.LOW: "thấp"}

EducationLevelResults = dict[str, dict[IndicatorKey, Result]]
"""Level of education → indicator → result."""


def education_levels_of(school: f.SchoolRegistered) -> tuple[str, ...]:
    """Return the levels of education of a school that may be judged on their own, from the lowest."""
    if school.kind is not SchoolKind.MULTI_LEVEL:
        return ()
    return tuple(part for part in EDUCATION_LEVEL_LABELS if part in school.levels)


def check_education_level(school: f.SchoolRegistered, rulebook: Rulebook, part: str) -> None:
    """Do nothing when a judgement may name this level of education ('' names none). Raises EducationLevelRefused."""
    if not part:
        return
    rule, parts = rulebook.rules.combination, education_levels_of(school)
    if part not in parts:
        known = ", ".join(parts) or "không có cấp nào, vì trường chỉ có một cấp"
        raise EducationLevelRefused(
            f"“{part}” không phải cấp học xét riêng của trường này. Chưa ghi gì. Dùng: {known}.", part=part
        )
    if rule.levels == "whole":
        raise EducationLevelRefused(
            f"{rulebook.circular} đánh giá một kết quả cho toàn trường ({rule.source}). Chưa ghi gì. Bỏ cấp học.", part=part
        )


def results_by_education_level(
    parts: Iterable[str], whole: Mapping[IndicatorKey, Result], own: Mapping[str, Mapping[IndicatorKey, Result]]
) -> EducationLevelResults:
    """Return what holds for each level of education: its own judgement, else that of the whole school."""
    return {part: {**whole, **own.get(part, {})} for part in parts}


def merged(parts: EducationLevelResults) -> dict[IndicatorKey, Result]:
    """Return what holds for all: met where every level meets it, not met where one does not, else not assessed."""
    keys = dict.fromkeys(key for results in parts.values() for key in results)
    return {key: _merged({results.get(key, Result.NOT_ASSESSED) for results in parts.values()}) for key in keys}


def _merged(results: set[Result]) -> Result:
    if Result.NOT_MET in results:
        return Result.NOT_MET
    if Result.NOT_ASSESSED in results:
        return Result.NOT_ASSESSED
    return Result.MET if Result.MET in results else Result.NOT_APPLICABLE


def combining_note(rulebook: Rulebook) -> str:
    """Return how the levels were combined and how sure that is, as a sentence."""
    rule = rulebook.rules.combination
    return (
        f"Gộp các cấp học: {_COMBINING_WORDS[rule.levels]}. Đây là lựa chọn của bộ tiêu chí, "
        f"độ tin cậy {_CONFIDENCE_WORDS[rule.confidence]} ({rule.source})."
    )
