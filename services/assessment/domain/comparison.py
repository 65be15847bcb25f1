"""What differs between a school at two moments, and which events of the log made the difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.awards import ABOUT_AWARDS, AwardStatus
from services.assessment.domain.event_descriptions import CONDITION_WORDS, level_words, value_words
from services.assessment.domain.replay import CycleState
from services.assessment.domain.rulebook_lookup import Key
from services.assessment.domain.school_assessment import SchoolAssessment
from shared.clock import vietnam_date
from shared.eventlog.log import RecordedEvent
from shared.rulebook import Evaluation, LevelResult
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode

RULEBOOK, CYCLE, CRITERION, SCHOOL_LEVEL, RECOGNITION, CONDITIONS = (
    "rulebook",
    "cycle",
    "criterion",
    "school_level",
    "recognition",
    "conditions",
)
"""Kinds of difference, in the order in which they are told."""


class SchoolDifference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs, in words before and after, with the log entries that caused it."""

    what: str
    criterion: CriterionCode = CriterionCode("")
    layer: str = ""
    before: str
    after: str
    causes: list[RecordedEvent]

    @property
    def known_late_days(self) -> int:
        """Return how many days after it held the latest-told cause was recorded (Việt Nam dates)."""
        return max((late_days(cause) for cause in self.causes), default=0)


def late_days(logged: RecordedEvent) -> int:
    """Return the days between when a fact held and when it was recorded, both as dates in Việt Nam."""
    return max((vietnam_date(logged.recorded_at) - vietnam_date(logged.entry.meta.occurred)).days, 0)


def changes(a: SchoolAssessment, b: SchoolAssessment, entries: Iterable[RecordedEvent]) -> list[SchoolDifference]:
    """Return what differs between two assessments of one school; `entries` are those seen at only one of the moments."""
    only = sorted(entries, key=lambda logged: logged.position)
    differences = [*_cycle_changes(a, b, only)]
    comparable = a.rulebook.digest == b.rulebook.digest
    for layer in Layer:
        before, after = a.evaluation(layer), b.evaluation(layer)
        causes = _causes_of_level(layer, (a, b), only)
        if comparable:
            differences += _criterion_changes(layer, before, after, causes)
        differences += _level_change(layer, before.school, after.school, causes)
    differences += _condition_changes(a, b, only)
    differences += _recognition_changes(a, b, only)
    order = [RULEBOOK, CYCLE, CRITERION, SCHOOL_LEVEL, CONDITIONS, RECOGNITION]
    return sorted(differences, key=lambda change: order.index(change.what))


def _cycle_changes(a: SchoolAssessment, b: SchoolAssessment, only: list[RecordedEvent]) -> Iterator[SchoolDifference]:
    opened = [logged for logged in only if isinstance(logged.entry.fact, f.CycleOpened)]
    if a.rulebook.digest != b.rulebook.digest:
        yield SchoolDifference(what=RULEBOOK, before=a.rulebook.id, after=b.rulebook.id, causes=opened)
    before, after = _cycle_words(a.cycle), _cycle_words(b.cycle)
    if before != after:
        submitted = [logged for logged in only if isinstance(logged.entry.fact, f.SelfAssessmentSubmitted)]
        yield SchoolDifference(what=CYCLE, before=before, after=after, causes=opened + submitted)


def _cycle_words(cycle: CycleState | None) -> str:
    if cycle is None or cycle.opened is None:
        return "Chưa mở đợt"
    return f"Đợt {cycle.opened.cycle}" + (", đã trình" if cycle.submitted is not None else "")


def _criterion_changes(
    layer: Layer, before: Evaluation, after: Evaluation, causes: list[RecordedEvent]
) -> Iterator[SchoolDifference]:
    for code, level in after.criteria.items():
        yield from _level_change(layer, before.criteria[code], level, [one for one in causes if _about(one, code)], code)


def _level_change(
    layer: Layer,
    before: LevelResult,
    after: LevelResult,
    causes: list[RecordedEvent],
    code: CriterionCode = CriterionCode(""),
) -> Iterator[SchoolDifference]:
    if (before.level, before.floor, before.ceiling) != (after.level, after.floor, after.ceiling):
        yield SchoolDifference(
            what=CRITERION if code else SCHOOL_LEVEL,
            criterion=code,
            layer=layer.value,
            before=level_words(before.level, before.floor, before.ceiling),
            after=level_words(after.level, after.floor, after.ceiling),
            causes=causes,
        )


def _causes_of_level(
    layer: Layer, assessments: tuple[SchoolAssessment, SchoolAssessment], only: list[RecordedEvent]
) -> list[RecordedEvent]:
    """Return the judgements behind each result that differs, and the opening of the cycles they belong to."""
    judged = [_judged(assessed.cycle, layer) for assessed in assessments]
    positions = {assessed.cycle.position for assessed in assessments if assessed.cycle}
    for key in judged[0].keys() | judged[1].keys():
        pair = judged[0].get(key), judged[1].get(key)
        if _result(pair[0]) is not _result(pair[1]):
            positions.update(judgement.position for judgement in pair if judgement is not None)
    return [logged for logged in only if logged.position in positions]


def _judged(cycle: CycleState | None, layer: Layer) -> dict[tuple[str, Key], RecordedEvent]:
    """Return (level of education or '', indicator) → the judgement in effect."""
    if cycle is None:
        return {}
    parts = cycle.parts if layer is Layer.SCHOOL else {}
    return {(part, key): one for part, own in {"": cycle.judged[layer], **parts}.items() for key, one in own.items()}


def _result(judged: RecordedEvent | None) -> Result:
    fact = judged.entry.fact if judged else None
    return fact.result if isinstance(fact, f.IndicatorJudged) else Result.NOT_ASSESSED


def _about(logged: RecordedEvent, code: CriterionCode) -> bool:
    fact = logged.entry.fact
    return not isinstance(fact, f.IndicatorJudged) or fact.criterion == code


def _condition_changes(a: SchoolAssessment, b: SchoolAssessment, only: list[RecordedEvent]) -> Iterator[SchoolDifference]:
    stated = [logged for logged in only if isinstance(logged.entry.fact, f.ConditionsStated)]
    before, after = a.state.conditions, b.state.conditions
    for name in sorted(before.keys() | after.keys()):
        was, is_now = _condition_words(name, before.get(name)), _condition_words(name, after.get(name))
        if was != is_now:
            causes = [logged for logged in stated if name in logged.entry.fact.conditions]  # type: ignore[attr-defined]
            yield SchoolDifference(what=CONDITIONS, criterion=CriterionCode(""), before=was, after=is_now, causes=causes)


def _condition_words(name: str, value: bool | int | None) -> str:
    said = "chưa rõ" if value is None else value_words(value)
    return f"{CONDITION_WORDS.get(name, name)}: {said}"


def _recognition_changes(a: SchoolAssessment, b: SchoolAssessment, only: list[RecordedEvent]) -> Iterator[SchoolDifference]:
    for noun, before, after in (
        ("Bằng", a.state.recognition(), b.state.recognition()),
        ("Chứng nhận", a.state.certificate(), b.state.certificate()),
    ):
        was, is_now = _award_words(noun, before), _award_words(noun, after)
        if was != is_now:
            numbers = {held.award.key for held in (before, after) if held}
            yield SchoolDifference(
                what=RECOGNITION,
                before=was,
                after=is_now,
                causes=[logged for logged in only if _names(logged.entry.fact, numbers)],
            )


def _names(fact: object, numbers: set[str]) -> bool:
    return isinstance(fact, ABOUT_AWARDS) and fact.number in numbers  # type: ignore[attr-defined]  # each of them has one


_STATE_WORDS = {
    "con_hieu_luc": "còn hiệu lực",
    "het_han": "hết hạn",
    "thay_the": "đã được thay thế",
    "thu_hoi": "đã thu hồi",
}


def _award_words(noun: str, held: AwardStatus | None) -> str:
    if held is None:
        return f"Chưa có {noun}"
    degree = "Mức độ" if noun == "Bằng" else "Chứng nhận Cấp độ"
    return f"{degree} {held.printed.degree}, số {held.printed.number}, {_STATE_WORDS[held.state]}"
