"""Schools with several levels of education or several sites: one result for each, combined by a marked setting.

No article of TT57/2026 that says how to combine was found (rules.combination carries its confidence), so the rule is
data and may be overridden by the caller; what was assumed is said in the result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import msgspec

from shared.rulebook.errors import BadInput
from shared.rulebook.evaluator import (
    Evaluation,
    LevelResult,
    Results,
    SchoolFacts,
    conclude,
    evaluate,
    evaluate_criterion,
    level_name,
)
from shared.rulebook.model import Rulebook
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode

Combining = Literal["whole", "lowest", "separate"]


class Combined(msgspec.Struct, frozen=True, kw_only=True):
    """The results of the parts, and of the school. `assumed` says which setting combined them and how sure it is."""

    parts: dict[str, Evaluation]
    whole: Evaluation
    assumed: str


def evaluate_parts(
    rulebook: Rulebook,
    parts: Mapping[str, Results],
    facts: SchoolFacts,
    on: dt.date,
    combining: Combining | None = None,
) -> Combined:
    """Evaluate each part (level of education) on its own and combine them.

    lowest: a criterion and the school stand where their lowest part stands; separate: the parts stay apart, and the school
    is concluded only where they agree. "whole" knows no parts and is refused; raises BadInput.
    """
    rule = rulebook.rules.combination
    setting = combining or rule.levels
    if setting == "whole":
        raise BadInput("parts", f"{rulebook.id} đánh giá một kết quả cho toàn trường ({rule.source}), không chia cấp học")
    if not parts:
        raise BadInput("parts", "phải có ít nhất một cấp học")
    evaluations = {name: evaluate(rulebook, results, facts, on) for name, results in parts.items()}
    criteria = {
        code: _combine({name: e.criteria[code] for name, e in evaluations.items()}, setting, f"Tiêu chí {code}")
        for code in rulebook.criteria
    }
    school = _combine({name: e.school for name, e in evaluations.items()}, setting, "Trường")
    origin = "người dùng chọn" if combining else f"{rule.source}; tin cậy: {rule.confidence.value}"
    return Combined(
        parts=evaluations,
        whole=conclude(rulebook, criteria, school, facts, on),
        assumed=f"Cách gộp các cấp học: {setting} ({origin}).",
    )


def evaluate_criterion_of_parts(rulebook: Rulebook, criterion: CriterionCode, parts: Mapping[str, Results]) -> LevelResult:
    """Compute the level of one criterion alone, which is that of `evaluate_parts`; raises as that does."""
    setting = rulebook.rules.combination.levels
    if setting == "whole" or not parts:
        raise BadInput("parts", f"{rulebook.id} không chia cấp học, hoặc chưa có cấp học nào")
    levels = {name: evaluate_criterion(rulebook, criterion, results) for name, results in parts.items()}
    return _combine(levels, setting, f"Tiêu chí {criterion}")


def _combine(parts: Mapping[str, LevelResult], setting: Combining, what: str) -> LevelResult:
    floor = min(r.floor for r in parts.values())
    ceiling = (min if setting == "lowest" else max)(r.ceiling for r in parts.values())
    final = floor == ceiling
    each = "; ".join(f"{name}: {_said(r)}" for name, r in parts.items())
    return LevelResult(
        level=floor if final else None,
        floor=floor,
        ceiling=ceiling,
        final=final,
        because=(f"{what}: {level_name(floor) if final else 'chưa kết luận'} ({each}).",),
    )


def _said(result: LevelResult) -> str:
    if result.level is not None:
        return level_name(result.level)
    return f"chưa kết luận ({level_name(result.floor)} – {level_name(result.ceiling)})"


def site_warnings(rulebook: Rulebook, school: Results, sites: Mapping[str, Results]) -> tuple[str, ...]:
    """Return a sentence for each indicator met for the school while a site does not meet it.

    Sites have no result of their own; their conditions are looked at one by one (CV 5555/BGDĐT-GDPT 18/8/2026 PL II).
    """
    rule = rulebook.rules.combination
    return tuple(
        f"{key} được ghi đạt cho toàn trường nhưng chưa đạt tại {name} ({rule.source})."
        for name, results in sites.items()
        for key in rulebook.keys
        if school.get(key) is Result.MET and results.get(key) is Result.NOT_MET
    )
