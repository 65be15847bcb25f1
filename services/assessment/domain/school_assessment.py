"""Assesses a school at a moment: the levels of each layer under the cycle's rulebook, certificate and recognition."""

from __future__ import annotations

import msgspec

from services.assessment.domain import choice
from services.assessment.domain.awards import REVOKED, AwardStatus
from services.assessment.domain.conditions import with_counted_years
from services.assessment.domain.education_levels import (
    EducationLevelResults,
    combining_note,
    education_levels_of,
    merged,
    results_by_education_level,
)
from services.assessment.domain.replay import CycleState, SchoolState
from shared.rulebook import Evaluation, HeldRecognition, IndicatorKey, Library, Rulebook, SchoolFacts, evaluate
from shared.rulebook.combination import Combined, evaluate_parts
from shared.rulebook.diff import carry_over
from shared.text import format_date
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CycleId
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS

_FACTS = frozenset(SchoolFacts.__struct_fields__)
"""The conditions that recognition rests on; others (`specialised` …) only choose among thresholds."""


class SchoolAssessment(msgspec.Struct, frozen=True, kw_only=True):
    """A school's replayed state, the cycle that speaks, the rulebook applied, and why that one.

    `parts` are the school's own results for each level of education, empty where none was judged on its own; its `results`
    then say what holds for all of them.
    """

    state: SchoolState
    cycle: CycleState | None
    rulebook: Rulebook
    because: tuple[str, ...]
    facts: SchoolFacts
    results: dict[Layer, dict[IndicatorKey, Result]]
    parts: EducationLevelResults = {}

    def evaluation(self, layer: Layer) -> Evaluation:
        """Compute one layer."""
        if layer is Layer.SCHOOL and self.parts:
            combined = self.combined().whole
            return msgspec.structs.replace(combined, because=(combining_note(self.rulebook), *combined.because))
        return evaluate(self.rulebook, self.results[layer], self.facts_of(layer), self.state.valid_at)

    def combined(self) -> Combined:
        """Compute the school's own layer for each level of education (by its name) and for the school."""
        named = {EDUCATION_LEVEL_LABELS[part]: results for part, results in self.parts.items()}
        return evaluate_parts(self.rulebook, named, self.facts_of(Layer.SCHOOL), self.state.valid_at)

    def facts_of(self, layer: Layer) -> SchoolFacts:
        """Return the facts, saying whose results are computed: only one layer decides."""
        return msgspec.structs.replace(self.facts, layer=layer.value)


def assess(state: SchoolState, library: Library, *, cycle: CycleId = CycleId(""), rulebook: str = "") -> SchoolAssessment:
    """Find the cycle and the rulebook that speak at the state's moment.

    The newest cycle opened by then, or the one named; its pinned rulebook, or, without a cycle, the one in force that day
    for the kind of school. `rulebook` asks "as if": judgements then count only inside one family of rulebooks, and only
    where the other one asks the same in the same words, for the law knows no conversion (rulebook `carry_over`).
    """
    assert state.school is not None
    cycle_state = state.cycle(cycle)
    opened = cycle_state.opened if cycle_state else None
    if opened is not None:
        pinned = library.by_digest(opened.digest)
        sentence = f"Đợt {opened.cycle} mở ngày {format_date(opened.opened_on)}. {choice.because(opened, pinned)}"
        because: tuple[str, ...] = (sentence,)
    else:
        in_force = library.choose(state.school.kind, state.valid_at)
        pinned = in_force.rulebook
        because = ("Chưa mở đợt tự đánh giá nào đến ngày này, nên chưa có kết quả.", in_force.because)
    applied = library.get(rulebook) if rulebook else pinned
    results = {layer: cycle_state.results(layer) if cycle_state else {} for layer in Layer}
    own = cycle_state.part_results() if cycle_state else {}
    parts = results_by_education_level(education_levels_of(state.school), results[Layer.SCHOOL], own) if own else {}
    if applied.digest != pinned.digest:
        results = {layer: dict(carry_over(pinned, applied, judged)) for layer, judged in results.items()}
        parts = {part: dict(carry_over(pinned, applied, judged)) for part, judged in parts.items()}
        because = (
            *because,
            f"Xét thử theo {applied.circular}. "
            + (
                "Chỉ tính chỉ báo giữ nguyên lời."
                if applied.family == pinned.family
                else "Luật không có bảng quy đổi giữa hai bộ, nên kết quả cũ không tính sang."
            ),
        )
    facts = school_facts(state)
    if opened is not None and opened.years_counted:
        facts = with_counted_years(facts, state, cycle_state)
    if parts:
        results[Layer.SCHOOL] = merged(parts)
    if applied.rules.combination.levels == "whole":
        parts = {}
    return SchoolAssessment(
        state=state,
        cycle=cycle_state,
        rulebook=applied,
        because=because,
        facts=facts,
        results=results,
        parts=parts,
    )


def school_facts(state: SchoolState) -> SchoolFacts:
    """Return the stated facts that recognition rests on, with the recognition the school holds."""
    held = state.recognition()
    recognised = _recognised(held) if held is not None and held.state != REVOKED else None
    stated = {name: value for name, value in state.conditions.items() if name in _FACTS}
    return SchoolFacts(**stated, recognised=recognised)  # type: ignore[arg-type]  # names and types were checked


def _recognised(held: AwardStatus) -> HeldRecognition:
    return HeldRecognition(degree=held.printed.degree, on=held.printed.decided_on, printed_expiry=held.printed.expires_on)
