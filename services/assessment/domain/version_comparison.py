"""Two versions of one self-assessment: what the school changed since the one that was submitted."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.replay import CycleState, SchoolState
from services.assessment.domain.rulebook_lookup import Key
from services.assessment.domain.writing import sentences_at
from services.assessment.errors import NoSuchCycle
from shared.eventlog.log import RecordedEvent
from shared.rulebook import Rulebook
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, EvidenceCode


class JudgementChange(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator judged otherwise, or with other words; `part` is the level of education judged on its own."""

    criterion: CriterionCode
    level: int
    indicator: str
    part: str
    before: Result
    after: Result
    words_changed: bool


class CitationChange(msgspec.Struct, frozen=True, kw_only=True):
    """One citation that was added or taken back."""

    criterion: CriterionCode
    level: int
    indicator: str
    document: DocumentId
    code: EvidenceCode
    added: bool


class VersionChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What differs since the version that `opened` reopens; `descriptions` are the criteria whose words changed.

    `texts` are the levels of criteria whose text changed.
    """

    opened: f.CycleOpened
    judgements: list[JudgementChange]
    citations: list[CitationChange]
    descriptions: list[CriterionCode]
    texts: list[tuple[CriterionCode, int]]


def changes_since_submission(state: SchoolState, rulebook: Rulebook, cycle: CycleId) -> VersionChanges:
    """Return what differs between a reopened cycle and the version it reopens, in the rulebook's order.

    Raises NoSuchCycle for one that reopens nothing.
    """
    reopened = state.cycle(cycle)
    opened = reopened.opened if reopened else None
    before = state.cycle(opened.reopens) if opened and opened.reopens else None
    if reopened is None or opened is None or before is None:
        raise NoSuchCycle(f"Đợt “{cycle}” không mở lại từ bản nào, nên không có gì để so.", cycle=cycle)
    order = {code: place for place, code in enumerate(rulebook.criteria)}
    return VersionChanges(
        opened=opened,
        judgements=sorted(
            _results(before, reopened),
            key=lambda change: (order[change.criterion], change.level, change.indicator, change.part),
        ),
        citations=sorted(
            _evidence(before, reopened),
            key=lambda change: (order[change.criterion], change.level, change.indicator, change.code, change.document),
        ),
        descriptions=[code for code in rulebook.criteria if _words(before, code) != _words(reopened, code)],
        texts=[
            (code, level)
            for code, criterion in rulebook.criteria.items()
            for level in criterion.levels
            if sentences_at(before.work.seen(code), level) != sentences_at(reopened.work.seen(code), level)
        ],
    )


def _results(before: CycleState, after: CycleState) -> Iterator[JudgementChange]:
    was, now = _judged(before), _judged(after)
    for part, key in was.keys() | now.keys():
        old, new = was.get((part, key)), now.get((part, key))
        result_before, note_before = _said(old)
        result_after, note_after = _said(new)
        if (result_before, note_before) != (result_after, note_after):
            yield JudgementChange(
                criterion=key[0],
                level=key[1],
                indicator=key[2],
                part=part,
                before=result_before,
                after=result_after,
                words_changed=note_before != note_after,
            )


def _judged(cycle: CycleState) -> dict[tuple[str, Key], RecordedEvent]:
    """Return (level of education or '', indicator) → the school's own judgement."""
    each = {"": cycle.judged[Layer.SCHOOL], **cycle.parts}
    return {(part, tuple(key)): one for part, own in each.items() for key, one in own.items()}  # type: ignore[misc]


def _said(judged: RecordedEvent | None) -> tuple[Result, str]:
    fact = judged.entry.fact if judged else None
    return (fact.result, fact.note) if isinstance(fact, f.IndicatorJudged) else (Result.NOT_ASSESSED, "")


def _evidence(before: CycleState, after: CycleState) -> Iterator[CitationChange]:
    for place in before.citations.keys() ^ after.citations.keys():
        document, criterion, level, indicator = place
        cited = (after.citations.get(place) or before.citations[place]).entry.fact
        assert isinstance(cited, f.EvidenceLinked)
        yield CitationChange(
            criterion=criterion,
            level=level,
            indicator=indicator,
            document=document,
            code=cited.code,
            added=place in after.citations,
        )


def _words(cycle: CycleState, criterion: CriterionCode) -> tuple[str, str, str]:
    described = cycle.descriptions.get(criterion)
    fact = described.entry.fact if described else None
    if not isinstance(fact, f.CriterionDescribed):
        return "", "", ""
    return fact.strengths, fact.weaknesses, fact.improvement
