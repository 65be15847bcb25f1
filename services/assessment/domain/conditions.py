"""How each condition of recognition is known: computed from the log, or said by somebody, with or without a document.

The consecutive school years of data are counted from submitted self-assessments. Cycles opened before they were counted
show what was typed, as they always did; a new grant rests on the count whatever the cycle's age.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.replay import CycleState, SchoolState
from shared.rulebook import AwardResult, Condition, Rulebook, SchoolFacts
from shared.rulebook.counting import YearsOfData, counting
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.ids import DocumentId

STATED, COMPUTED = "tu_khai", "tinh"
"""How a condition is known."""

YEARS_OF_DATA = "consecutive_years_of_data"

_UNSURE = "Chưa được xác nhận"


class KnownCondition(msgspec.Struct, frozen=True, kw_only=True):
    """A condition with how it is known. `document` is the kept document behind what was said, '' for none.

    `stated` is what somebody said and `counted` what the log shows, where either exists; `note` says what is unsure.
    """

    condition: Condition
    how: str
    document: DocumentId = DocumentId("")
    stated: bool | int | None = None
    counted: int | None = None
    note: str = ""


def counted_years(state: SchoolState, cycle: CycleState | None, rule: YearsOfData | None = None) -> int | None:
    """Return how many school years in a row, ending with the cycle's, have a submitted self-assessment.

    An earlier year whose report was submitted with indicators that nobody judged has no results to show, and does not count.
    None while the cycle itself is not submitted: its year is still being made.
    """
    opened = cycle.opened if cycle else None
    if (
        cycle is None
        or opened is None
        or not any(_submitted(cycle_state, opened.year) for cycle_state in state.cycles.values())
    ):
        return None
    counts = (rule or counting().consecutive_years_of_data).earlier_circulars_count
    years = {
        cycle_state.opened.year
        for cycle_state in state.cycles.values()
        if cycle_state.opened
        and _has_results(cycle_state)
        and (counts or _family(cycle_state.opened.rulebook) == _family(opened.rulebook))
    }
    first = last = int(opened.year[:4])
    while f"{first - 1}-{first}" in years:
        first -= 1
    return last - first + 1


def with_counted_years(facts: SchoolFacts, state: SchoolState, cycle: CycleState | None) -> SchoolFacts:
    """Return facts whose years of data are counted, whatever somebody typed."""
    return msgspec.structs.replace(facts, consecutive_years_of_data=counted_years(state, cycle))


def known_conditions(
    state: SchoolState, cycle: CycleState | None, rulebook: Rulebook, award: AwardResult
) -> list[KnownCondition]:
    """Return the conditions of an award with how each is known."""
    facts = {condition.id: condition.fact.value for condition in rulebook.rules.recognition.conditions}
    counted = bool(cycle and cycle.opened and cycle.opened.years_counted)
    return [_known(state, cycle, condition, facts.get(condition.id, ""), counted=counted) for condition in award.conditions]


def _known(
    state: SchoolState, cycle: CycleState | None, condition: Condition, fact: str, *, counted: bool
) -> KnownCondition:
    stated, paper = state.conditions.get(fact), state.papers.get(fact, DocumentId(""))
    if fact == YEARS_OF_DATA:
        rule = counting().consecutive_years_of_data
        note = f"{_UNSURE}: {rule.note} ({rule.source})." if _mixed(state.cycles.values()) else ""
        how = COMPUTED if counted or stated is None else STATED
        return KnownCondition(
            condition=condition,
            how=how,
            document=DocumentId("") if how == COMPUTED else paper,
            stated=stated,
            counted=counted_years(state, cycle),
            note=note,
        )
    if fact and stated is not None:
        return KnownCondition(condition=condition, how=STATED, document=paper, stated=stated)
    return KnownCondition(condition=condition, how=STATED if fact else COMPUTED)


def _has_results(cycle: CycleState) -> bool:
    fact = cycle.submitted.entry.fact if cycle.submitted else None
    return isinstance(fact, f.SelfAssessmentSubmitted) and not any(gap.kind is GapKind.NOT_ASSESSED for gap in fact.gaps)


def _submitted(cycle: CycleState, year: str) -> bool:
    return cycle.submitted is not None and cycle.opened is not None and cycle.opened.year == year


def _family(rulebook: str) -> str:
    """Return the regime of a rulebook's id: what stands before the year, “v2018_tt22/tieu_hoc” and “v2018/…” are one."""
    return rulebook.partition("/")[0].partition("_")[0]


def _mixed(cycles: Iterable[CycleState]) -> bool:
    return len({_family(one.opened.rulebook) for one in cycles if one.opened and one.submitted}) > 1
