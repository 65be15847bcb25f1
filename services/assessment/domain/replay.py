"""Replays one school: what held on a day (valid at), as far as the log knew at a position (known at).

Of a school's events those with a position ≤ *known at* and a day (in Việt Nam) ≤ *valid at* are applied in the order of
(day, position). Both bounds are fixed and the log only grows, so an answer never changes when later events arrive, not
even those that tell late about an earlier day. Of two judgements of one day the later recorded holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from services.assessment.domain import facts as f
from services.assessment.domain.awards import ABOUT_AWARDS, Awards, AwardStatus
from services.assessment.domain.rulebook_lookup import Key
from services.assessment.domain.self_assessment_facts import SELF_ASSESSMENT_FACTS
from services.assessment.domain.work import SelfAssessmentWork
from shared.clock import vietnam_date
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.rulebook import IndicatorKey
from shared.vocabulary.assessment import AwardKind, GapKind, Layer, Result
from shared.vocabulary.ids import (
    BEGINNING,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceRequestId,
    InspectionId,
    Position,
    position_before,
)
from shared.vocabulary.inspection import RegistrationStep

ALWAYS = dt.date.min
"""The day of master data: a school that is registered today existed before."""


class CycleState:
    """One cycle as it stood; the values are log entries, so that every answer can name its positions.

    `parts`: level of education → what the school judged for it alone. `answers`: what it said to single gaps.
    `drafts`: visit → what it found; `visits`: those that are concluded, whose findings are then judgements too.
    `reopened`: what visits asked evidence for.
    `registration`: the steps of its last registration, with their days. `work`: how far the school is with it.
    """

    __slots__ = (
        "answers",
        "citations",
        "descriptions",
        "drafts",
        "judged",
        "opened",
        "parts",
        "position",
        "registration",
        "reopened",
        "submitted",
        "visits",
        "work",
    )

    def __init__(self) -> None:
        self.opened: f.CycleOpened | None = None
        self.position = BEGINNING
        self.submitted: RecordedEvent | None = None
        self.judged: dict[Layer, dict[Key, RecordedEvent]] = {layer: {} for layer in Layer}
        self.parts: dict[str, dict[Key, RecordedEvent]] = {}
        self.descriptions: dict[CriterionCode, RecordedEvent] = {}
        self.citations: dict[tuple[DocumentId, CriterionCode, int, str], RecordedEvent] = {}
        self.answers: dict[tuple[GapKind, Key], RecordedEvent] = {}
        self.drafts: dict[InspectionId, dict[Key, RecordedEvent]] = {}
        self.visits: dict[InspectionId, RecordedEvent] = {}
        self.reopened: dict[EvidenceRequestId, RecordedEvent] = {}
        self.registration: dict[RegistrationStep, dt.date] = {}
        self.work = SelfAssessmentWork()

    def take_over(self, former: CycleState) -> None:
        """Begin with the school's own layer of a former version; the other layers judged that version, not this one."""
        self.judged[Layer.SCHOOL] = dict(former.judged[Layer.SCHOOL])
        self.parts = {part: dict(judged) for part, judged in former.parts.items()}
        self.descriptions = dict(former.descriptions)
        self.citations = dict(former.citations)
        self.answers = dict(former.answers)
        self.work.take_over(former.work)

    def copy(self, former: CycleState) -> None:
        """Begin with the texts and citations of a cycle of an earlier year: what was judged then is not judged now."""
        self.descriptions = dict(former.descriptions)
        self.citations = dict(former.citations)
        self.work.copy_texts(former.work, set(former.descriptions))

    def results(self, layer: Layer) -> dict[IndicatorKey, Result]:
        """Return what was judged in a layer."""
        return _results(self.judged[layer])

    def part_results(self) -> dict[str, dict[IndicatorKey, Result]]:
        """Return what the school judged for single levels of education."""
        return {part: _results(judged) for part, judged in self.parts.items()}

    def documents(self) -> dict[CriterionCode, set[DocumentId]]:
        """Return criterion → the documents cited there."""
        found: dict[CriterionCode, set[DocumentId]] = {}
        for document, criterion, _, _ in self.citations:
            found.setdefault(criterion, set()).add(document)
        return found


class SchoolState:
    """A school as it stood. `applied` are the positions that made it so, in the order of application.

    `papers`: condition → the document it was stated from. `figures`: (school year, figure) → what was stated of it last, and
    the position of that.
    """

    __slots__ = (
        "applied",
        "awards",
        "codes",
        "conditions",
        "cycles",
        "figures",
        "known_at",
        "papers",
        "refusals",
        "school",
        "stated",
        "valid_at",
    )

    def __init__(self, valid_at: dt.date, known_at: Position) -> None:
        self.valid_at = valid_at
        self.known_at = known_at
        self.school: f.SchoolRegistered | None = None
        self.conditions: dict[str, bool | int] = {}
        self.stated: dict[str, Position] = {}
        self.papers: dict[str, DocumentId] = {}
        self.cycles: dict[CycleId, CycleState] = {}
        self.codes: dict[DocumentId, list[RecordedEvent]] = {}
        self.awards = Awards()
        self.refusals: list[RecordedEvent] = []
        self.figures: dict[tuple[str, str], tuple[f.StatedFigure, Position]] = {}
        self.applied: list[Position] = []

    def cycle(self, name: CycleId = CycleId("")) -> CycleState | None:
        """Return a cycle that was open by then, the newest opened when none is named."""
        if name:
            named = self.cycles.get(name)
            return named if named is not None and named.opened is not None else None
        opened = [cycle for cycle in self.cycles.values() if cycle.opened is not None]
        return max(opened, key=_opening, default=None)

    def opened_cycles(self) -> list[CycleState]:
        """Return the cycles that were open by then, the newest opened first."""
        opened = [cycle for cycle in self.cycles.values() if cycle.opened is not None]
        return sorted(opened, key=_opening, reverse=True)

    def recognition(self) -> AwardStatus | None:
        """Return the recognition that counts: the valid one, else the newest."""
        return self.awards.current(AwardKind.RECOGNITION, self.valid_at)

    def certificate(self) -> AwardStatus | None:
        """Return the certificate that counts: the valid one, else the newest."""
        return self.awards.current(AwardKind.CERTIFICATE, self.valid_at)

    def refusal(self) -> RecordedEvent | None:
        """Return the newest decision not to recognise, unless a recognition was decided on that day or later."""
        refused = self.refusals[-1] if self.refusals else None
        held = self.recognition()
        if refused is None or held is None:
            return refused
        fact = refused.entry.fact
        assert isinstance(fact, f.RecognitionRefused)
        return refused if held.printed.decided_on < fact.refused_on else None


class SchoolHistory:
    """One school's log entries, put once into the order of valid time, to be replayed at any number of moments."""

    def __init__(self, entries: Iterable[RecordedEvent]) -> None:
        self.entries = list(entries)
        dated = [(_day(logged), logged.position, logged) for logged in self.entries]
        dated.sort(key=_order)
        self._dated = dated
        self._copied: dict[Position, CycleState] = {}
        """Position of an opening → the cycle that it copies, as the log had it by then."""

    def extended(self, entries: Iterable[RecordedEvent]) -> SchoolHistory:
        """Return the history with further entries of the log behind it; this one stays as it is."""
        longer = SchoolHistory(entries)
        longer.entries = self.entries + longer.entries
        # Sorting what is nearly in order is cheap, and few entries are ever added at once.
        longer._dated = sorted(self._dated + longer._dated, key=_order)
        longer._copied = self._copied  # what came before a position stays as it is
        return longer

    def at(self, valid_at: dt.date, known_at: Position) -> SchoolState:
        """Replay the school to a moment on both clocks."""
        state = SchoolState(valid_at, known_at)
        applied = state.applied
        for day, position, logged in self._dated:
            if day > valid_at:
                break
            if position <= known_at:
                fact = logged.entry.fact
                _APPLY[type(fact)](state, fact, logged)
                if type(fact) is f.CycleOpened and fact.copies:
                    _cycle(state, fact.cycle).copy(self._source(fact.copies, position))
                applied.append(position)
        return state

    def _source(self, copied: CycleId, opening: Position) -> CycleState:
        """Return a cycle as the log had it before another was opened from it, whatever day that was told for."""
        found = self._copied.get(opening)
        if found is None:
            found = self._copied[opening] = _cycle(self.at(dt.date.max, position_before(opening)), copied)
        return found

    @property
    def last(self) -> Position:
        """Return the position of the last entry, 0 when there is none."""
        return self.entries[-1].position if self.entries else BEGINNING

    def visible(self, valid_at: dt.date, known_at: Position) -> list[RecordedEvent]:
        """Return the entries that a replay at this moment rests on."""
        return [entry for day, position, entry in self._dated if day <= valid_at and position <= known_at]


def replay(entries: Iterable[RecordedEvent], *, valid_at: dt.date, known_at: Position) -> SchoolState:
    """Replay one school's entries to a moment on both clocks."""
    return SchoolHistory(entries).at(valid_at, known_at)


def _order(dated: tuple[dt.date, Position, RecordedEvent]) -> tuple[dt.date, Position]:
    return dated[0], dated[1]


def _day(logged: RecordedEvent) -> dt.date:
    return ALWAYS if type(logged.entry.fact) is f.SchoolRegistered else vietnam_date(logged.entry.meta.occurred)


def _opening(cycle: CycleState) -> tuple[dt.date, Position]:
    assert cycle.opened is not None
    return cycle.opened.opened_on, cycle.position


def _cycle(state: SchoolState, name: CycleId) -> CycleState:
    found = state.cycles.get(name)
    if found is None:
        found = state.cycles[name] = CycleState()
    return found


def _judged(state: SchoolState, fact: f.IndicatorJudged, logged: RecordedEvent) -> None:
    cycle = _cycle(state, fact.cycle)
    cycle.judged[fact.layer][fact.criterion, fact.level, fact.indicator] = logged
    cycle.work.apply(fact, logged)


def _part_judged(state: SchoolState, fact: f.PartJudged, logged: RecordedEvent) -> None:
    cycle = _cycle(state, fact.cycle)
    cycle.parts.setdefault(fact.part, {})[fact.criterion, fact.level, fact.indicator] = logged
    cycle.work.apply(fact, logged)


def _results(judged: dict[Key, RecordedEvent]) -> dict[IndicatorKey, Result]:
    return {IndicatorKey._make(key): one.entry.fact.result for key, one in judged.items()}  # type: ignore[attr-defined]


def _registered(state: SchoolState, fact: f.SchoolRegistered, _: RecordedEvent) -> None:
    state.school = fact


def _conditions(state: SchoolState, fact: f.ConditionsStated, logged: RecordedEvent) -> None:
    state.conditions.update(fact.conditions)
    state.stated.update(dict.fromkeys(fact.conditions, logged.position))
    state.papers.update(dict.fromkeys(fact.conditions, fact.document))


def _opened(state: SchoolState, fact: f.CycleOpened, logged: RecordedEvent) -> None:
    cycle = _cycle(state, fact.cycle)
    cycle.opened = fact
    cycle.position = logged.position
    if fact.reopens:
        cycle.take_over(_cycle(state, fact.reopens))


def _coded(state: SchoolState, fact: f.EvidenceCoded, logged: RecordedEvent) -> None:
    state.codes.setdefault(fact.document, []).append(logged)


def _linked(state: SchoolState, fact: f.EvidenceLinked, logged: RecordedEvent) -> None:
    cycle = _cycle(state, fact.cycle)
    cycle.citations[fact.document, fact.criterion, fact.level, fact.indicator] = logged
    _apply_to_work(cycle, fact, logged)


def _unlinked(state: SchoolState, fact: f.EvidenceUnlinked, logged: RecordedEvent) -> None:
    cycle = _cycle(state, fact.cycle)
    cycle.citations.pop((fact.document, fact.criterion, fact.level, fact.indicator), None)
    _apply_to_work(cycle, fact, logged)


def _apply_to_work(cycle: CycleState, fact: Fact, logged: RecordedEvent) -> None:
    """Apply a citation to the work that is going on; what a visit asks for after the submission undoes no vote of it."""
    if cycle.submitted is None:
        cycle.work.apply(fact, logged)


def _described(state: SchoolState, fact: f.CriterionDescribed, logged: RecordedEvent) -> None:
    cycle = _cycle(state, fact.cycle)
    cycle.descriptions[fact.criterion] = logged
    cycle.work.apply(fact, logged)


def _submitted(state: SchoolState, fact: f.SelfAssessmentSubmitted, logged: RecordedEvent) -> None:
    _cycle(state, fact.cycle).submitted = logged


def _answered(state: SchoolState, fact: f.GapAnswered, logged: RecordedEvent) -> None:
    _cycle(state, fact.cycle).answers[f.gap_of(fact)] = logged


def _answer_withdrawn(state: SchoolState, fact: f.GapAnswerWithdrawn, _: RecordedEvent) -> None:
    _cycle(state, fact.cycle).answers.pop(f.gap_of(fact), None)


def _finding(state: SchoolState, fact: f.FindingTaken, logged: RecordedEvent) -> None:
    drafts = _cycle(state, fact.cycle).drafts.setdefault(fact.inspection, {})
    drafts[fact.criterion, fact.level, fact.indicator] = logged


def _visit(state: SchoolState, fact: f.VisitConcluded, logged: RecordedEvent) -> None:
    _cycle(state, fact.cycle).visits[fact.inspection] = logged


def _reopened(state: SchoolState, fact: f.LinkingReopened, logged: RecordedEvent) -> None:
    _cycle(state, fact.cycle).reopened[fact.request] = logged


def _registration_step(state: SchoolState, fact: f.RegistrationStepTaken, _: RecordedEvent) -> None:
    cycle = _cycle(state, fact.cycle)
    if fact.step is RegistrationStep.OPEN:
        cycle.registration = {}
    cycle.registration[fact.step] = fact.on


def _award(state: SchoolState, fact: Fact, logged: RecordedEvent) -> None:
    state.awards.apply(fact, logged.position)


def _refused(state: SchoolState, _: f.RecognitionRefused, logged: RecordedEvent) -> None:
    state.refusals.append(logged)


def _figures(state: SchoolState, fact: f.FiguresStated, logged: RecordedEvent) -> None:
    for one in fact.figures:
        state.figures[fact.school_year, one.figure] = (one, logged.position)


def _work(state: SchoolState, fact: Fact, logged: RecordedEvent) -> None:
    _cycle(state, fact.cycle).work.apply(fact, logged)  # type: ignore[attr-defined]  # every fact of the work has one


def _nothing(state: SchoolState, fact: Fact, logged: RecordedEvent) -> None:
    """Apply a fact that is not about a school's state."""


_APPLY: dict[type[Fact], Callable[..., None]] = {
    f.CommuneRegistered: _nothing,
    f.IndicatorJudged: _judged,
    f.SchoolRegistered: _registered,
    f.SchoolClosed: _nothing,
    f.ConditionsStated: _conditions,
    f.CycleOpened: _opened,
    f.EvidenceCoded: _coded,
    f.EvidenceLinked: _linked,
    f.EvidenceUnlinked: _unlinked,
    f.CriterionDescribed: _described,
    f.SelfAssessmentSubmitted: _submitted,
    f.FindingTaken: _finding,
    f.VisitConcluded: _visit,
    f.LinkingReopened: _reopened,
    f.RegistrationStepTaken: _registration_step,
    f.RecognitionRefused: _refused,
    f.FiguresStated: _figures,
    f.PartJudged: _part_judged,
    f.GapAnswered: _answered,
    f.GapAnswerWithdrawn: _answer_withdrawn,
    **dict.fromkeys(ABOUT_AWARDS, _award),
    **dict.fromkeys(SELF_ASSESSMENT_FACTS, _work),
}
