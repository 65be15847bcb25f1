"""Turns what was computed into the answers that the portal and the REST API serve unchanged."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.awards import VALID, AwardStatus
from services.assessment.domain.comparison import SchoolDifference
from services.assessment.domain.conditions import known_conditions
from services.assessment.domain.event_descriptions import describe
from services.assessment.domain.explanation import ExplanationStep, short_name
from services.assessment.domain.figures import (
    FigureRow,
    contradictions_of,
    newest_figures,
    past_of,
    rows,
    school_years,
    setting,
)
from services.assessment.domain.replay import CycleState, SchoolState
from services.assessment.domain.rulebook_lookup import Key, keys_of
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.submission import Gap, gaps_of
from services.assessment.domain.version_comparison import VersionChanges
from services.assessment.domain.visits import criteria_seen, reopened_criteria
from services.assessment.published import public_event
from shared.contracts.calls.assessment import (
    CertificateView,
    CitationView,
    ConditionView,
    CorrectionView,
    CriterionView,
    CycleChangesAnswer,
    Difference,
    DraftView,
    EvidenceChange,
    EvidenceView,
    FiguresAnswer,
    FigureView,
    GapsAnswer,
    GapView,
    HistoryItem,
    IndicatorView,
    KnownAt,
    LevelView,
    PartResultView,
    PartView,
    Reason,
    RecognitionView,
    RefusalView,
    ResultChange,
    SimulatedSchool,
    Status,
    TextChange,
)
from shared.eventlog.log import RecordedEvent
from shared.rulebook import Criterion, Evaluation, IndicatorKey, LevelResult, Library, Rulebook
from shared.rulebook.figures import exact_text
from shared.rulebook.simulation import SchoolCase, simulate
from shared.vocabulary.assessment import Corrected, Layer, Result
from shared.vocabulary.ids import BEGINNING, CriterionCode, CycleId, DocumentId, EvidenceCode, Position, SchoolCode
from shared.vocabulary.labels import EDUCATION_LEVEL_LABELS

_NUMBERS = re.compile(r"\d+")


def level_view(level: LevelResult) -> LevelView:
    """Return a computed level."""
    return LevelView(
        level=level.level, floor=level.floor, ceiling=level.ceiling, final=level.final, because=list(level.because)
    )


def status(assessed: SchoolAssessment, layer: Layer, recorded_at: dt.datetime | None) -> Status:
    """Return what a school looked like, all three layers side by side."""
    state, school = assessed.state, assessed.state.school
    assert school is not None
    evaluations = {each: assessed.evaluation(each) for each in Layer}
    chosen = evaluations[layer]
    opened = assessed.cycle.opened if assessed.cycle else None
    held, certified, refused = state.recognition(), state.certificate(), state.refusal()
    return Status(
        school=school.school,
        name=school.name,
        rulebook=assessed.rulebook.id,
        digest=assessed.rulebook.digest,
        cycle=opened.cycle if opened else CycleId(""),
        year=opened.year if opened else "",
        layer=layer,
        valid_at=state.valid_at,
        known_at=KnownAt(position=state.known_at, recorded_at=recorded_at),
        criteria=_levels(chosen),
        school_level=level_view(chosen.school),
        certificate={"degree": chosen.certificate.degree},
        conditions=_conditions(assessed, chosen),
        recognition=recognition_view(held) if held else None,
        held_certificate=certificate_view(certified) if certified else None,
        refusal=refusal_view(refused.entry.fact, refused.position) if refused else None,  # type: ignore[arg-type]
        drafts=_drafts(assessed),
        because=[*assessed.because, *chosen.because],
        layers={each.value: _levels(evaluation) for each, evaluation in evaluations.items()},
        layer_levels={each.value: level_view(evaluation.school) for each, evaluation in evaluations.items()},
        evidence_counts=_evidence_counts(assessed.cycle),
        parts=_parts(assessed),
    )


def recognition_view(held: AwardStatus) -> RecognitionView:
    """Return a recognition in its state on a day; what happened later is left out."""
    deadlines = [remedy.until for remedy in held.award.remedies if remedy.requested_on <= held.on]
    return RecognitionView(
        certificate_degree=held.printed.certificate_degree,
        remedy_until=max(deadlines) if deadlines and held.state == VALID else None,
        **_award(held),
    )


def certificate_view(held: AwardStatus) -> CertificateView:
    """Return a certificate in its state on a day; what happened later is left out."""
    return CertificateView(**_award(held))


def refusal_view(refused: f.RecognitionRefused, position: Position) -> RefusalView:
    """Return a decision not to recognise."""
    return RefusalView(position=position, **msgspec.structs.asdict(refused))


def _award(held: AwardStatus) -> dict[str, Any]:
    granted, printed, revoked = held.granted, held.printed, held.award.revoked_by(held.on)
    return {
        "number": printed.number,
        "school": granted.school,
        "school_name": granted.school_name,
        "degree": printed.degree,
        "decided_on": printed.decided_on,
        "expires_on": printed.expires_on,
        "rulebook": granted.rulebook,
        "state": held.state,
        "revoked_on": revoked.revoked_on if revoked else None,
        "position": held.award.order,
        "granted_number": held.award.key,
        "decided_by": granted.decided_by,
        "based_on": granted.based_on,
        "submission": granted.submission,
        "supersedes": granted.supersedes,
        "superseded_by": held.superseded_by,
        "superseded_on": held.superseded_on,
        "copied_from_paper": granted.copied_from_paper,
        "override": granted.override,
        "corrections": [
            CorrectionView(
                what=Corrected(correction.what),
                old=correction.old,
                new=correction.new,
                reason=correction.reason,
                corrected_on=correction.corrected_on,
                document=correction.document,
            )
            for correction in held.award.corrections_by(held.on)
        ],
    }


def _drafts(assessed: SchoolAssessment) -> dict[str, DraftView]:
    if assessed.cycle is None:
        return {}
    total = len(assessed.rulebook.criteria)
    return {
        layer.value: DraftView(inspection=inspection, seen=seen, total=total)
        for layer, (inspection, seen) in criteria_seen(assessed.cycle).items()
    }


def criterion_view(assessed: SchoolAssessment, criterion: Criterion, library: Library) -> CriterionView:
    """Return one criterion with everything a council needs to judge it."""
    cycle, school = assessed.cycle, assessed.state.school
    assert cycle is not None
    assert cycle.opened is not None
    assert school is not None
    evidence = evidence_views(assessed.state, library, cycle=cycle.opened.cycle, criterion=criterion.code)
    described = cycle.descriptions.get(criterion.code)
    fact = described.entry.fact if described else None
    words = (
        fact
        if isinstance(fact, f.CriterionDescribed)
        else f.CriterionDescribed(school=SchoolCode(""), cycle=CycleId(""), criterion=CriterionCode(""))
    )
    figures = rows(assessed, criterion=criterion.code)
    against = contradictions_of(figures)
    lacking = [gap_view(gap) for gap in gaps_of(assessed) if gap.key.criterion == criterion.code]
    titles = {standard.number: standard.title for standard in assessed.rulebook.standards}
    return CriterionView(
        school=school.school,
        cycle=cycle.opened.cycle,
        criterion=criterion.code,
        title=criterion.title,
        mandatory=criterion.mandatory,
        standard=criterion.standard,
        standard_title=titles.get(criterion.standard, ""),
        levels={layer.value: level_view(assessed.evaluation(layer).criteria[criterion.code]) for layer in Layer},
        indicators=[
            _indicator(assessed, cycle, key, evidence, against.get(key, ""), lacking)
            for key in keys_of(assessed.rulebook, criterion.code)
        ],
        evidence=evidence,
        strengths=words.strengths,
        weaknesses=words.weaknesses,
        improvement=words.improvement,
        position=described.position if described else BEGINNING,
        figures=[figure_view(row) for row in figures],
        parts={part: view.criteria[criterion.code] for part, view in _parts(assessed).items()},
        submitted_on=_submitted_on(cycle),
        linking_reopened=criterion.code in reopened_criteria(cycle),
    )


def gap_view(gap: Gap) -> GapView:
    """Return a gap as a reader sees it."""
    return GapView(
        kind=gap.kind,
        criterion=gap.key.criterion,
        level=gap.key.level,
        indicator=gap.key.indicator,
        part=gap.part,
        text=gap.text,
        answer=gap.reason,
        position=gap.answer.position if gap.answer else BEGINNING,
    )


def reason(step: ExplanationStep) -> Reason:
    """Return one step of a derivation."""
    return Reason(
        verdict=step.verdict, text=step.text, article=step.article, events=step.events, alternatives=step.alternatives
    )


def cycle_changes(changes: VersionChanges) -> CycleChangesAnswer:
    """Return what a reopened cycle changed since it was submitted."""
    opened = changes.opened
    return CycleChangesAnswer(
        school=opened.school,
        cycle=opened.cycle,
        reopens=opened.reopens,
        reason=opened.reason,
        results=[ResultChange(**msgspec.structs.asdict(change)) for change in changes.judgements],
        evidence=[EvidenceChange(**msgspec.structs.asdict(change)) for change in changes.citations],
        descriptions=changes.descriptions,
        texts=[TextChange(criterion=criterion, level=level) for criterion, level in changes.texts],
    )


def gaps_answer(assessed: SchoolAssessment, cycle: CycleId) -> GapsAnswer:
    """Return what a cycle's self-assessment lacks, and what was answered."""
    state, cycle_state = assessed.state, assessed.cycle
    assert state.school is not None
    return GapsAnswer(
        school=state.school.school,
        cycle=cycle,
        submitted_on=_submitted_on(cycle_state) if cycle_state else None,
        gaps=[gap_view(gap) for gap in gaps_of(assessed)],
    )


def _submitted_on(cycle: CycleState) -> dt.date | None:
    submitted = cycle.submitted.entry.fact if cycle.submitted else None
    return submitted.submitted_on if isinstance(submitted, f.SelfAssessmentSubmitted) else None


def figures_answer(assessed: SchoolAssessment, rows: Iterable[FigureRow], recorded_at: dt.datetime | None) -> FiguresAnswer:
    """Return a school's figures in the rulebook's order."""
    state, school = assessed.state, assessed.state.school
    assert school is not None
    return FiguresAnswer(
        school=school.school,
        cycle=assessed.cycle.opened.cycle if assessed.cycle and assessed.cycle.opened else CycleId(""),
        rulebook=assessed.rulebook.id,
        digest=assessed.rulebook.digest,
        valid_at=state.valid_at,
        known_at=KnownAt(position=state.known_at, recorded_at=recorded_at),
        school_years=school_years(state),
        figures=[figure_view(row) for row in rows],
    )


def figure_view(row: FigureRow) -> FigureView:
    """Return one threshold or data item with the figure stated for it, its numbers as exact texts."""
    check, stated = row.check, row.stated
    return FigureView(
        figure=check.figure,
        name=row.name,
        criterion=check.criterion,
        level=check.level,
        indicator=check.indicator,
        op=check.op,
        required=None if check.required is None else exact_text(check.required),
        unit=check.unit,
        numerator=f"{stated.numerator:f}" if stated else None,
        denominator=f"{stated.denominator:f}" if stated and stated.denominator is not None else None,
        value=None if check.value is None else exact_text(check.value),
        meets=check.meets,
        binding=check.binding,
        advisory=row.advisory,
        article=check.article,
        document=stated.document if stated else DocumentId(""),
        note=stated.note if stated else "",
        position=row.position,
        school_year=row.school_year,
        contradiction=row.contradiction,
        window_years=check.window_years,
        missing_years=list(check.missing_years),
    )


def evidence_views(
    state: SchoolState,
    library: Library,
    *,
    cycle: CycleId = CycleId(""),
    criterion: CriterionCode = CriterionCode(""),
    document: DocumentId = DocumentId(""),
    wanted: Callable[[f.EvidenceCoded], bool] | None = None,
) -> list[EvidenceView]:
    """Return coded documents in the order of their codes.

    `cycle` narrows to codes of its rulebook's pattern that were given or are cited in it, `criterion` to documents cited
    there, `wanted` to what it says yes to.
    """
    citations = _citations(state, cycle)
    pattern = _pattern(state, library, cycle)
    views = []
    for coded in (logged for codes in state.codes.values() for logged in codes):
        fact = coded.entry.fact
        assert isinstance(fact, f.EvidenceCoded)
        cited = citations.get(fact.document, [])
        if (document and fact.document != document) or (wanted and not wanted(fact)):
            continue
        if criterion and all(citation.criterion != criterion for citation in cited):
            continue
        if cycle and (fact.pattern != pattern or not (cited or fact.cycle == cycle)):
            continue
        views.append(_evidence(fact, coded.position, cited, state, library))
    return sorted(views, key=lambda view: _code_order(view.code))


def history_item(logged: RecordedEvent) -> HistoryItem:
    """Return one event as people see it; its data are those of its public event."""
    meta, fact = logged.entry.meta, logged.entry.fact
    return HistoryItem(
        position=logged.position,
        fact=fact.TOPIC.partition(".")[2],
        summary=describe(fact),
        occurred=meta.occurred,
        recorded=logged.recorded_at,
        actor=meta.actor,
        cause=meta.cause,
        correlation=meta.correlation,
        data=msgspec.to_builtins(public_event(fact)),
    )


def simulated(assessed: SchoolAssessment, planned: Rulebook, layer: Layer) -> SimulatedSchool:
    """Return a school as it stands and as it would stand under another rulebook."""
    school = assessed.state.school
    assert school is not None
    # A level of education judged on its own is a case of its own; where there is none, the school is the one case.
    own = assessed.parts if layer is Layer.SCHOOL and planned.rules.combination.levels != "whole" else {}
    cases = [
        SchoolCase(
            code=part,
            name=school.name,
            results=results,
            facts=assessed.facts_of(layer),
            figures=newest_figures(assessed.state),
            past=past_of(assessed),
            setting=setting(assessed.state),
        )
        for part, results in (own or {"": assessed.results[layer]}).items()
    ]
    outcomes = simulate(assessed.rulebook, planned, cases, assessed.state.valid_at)
    before = _lowest(outcome.before.school for outcome in outcomes)
    after = _lowest(outcome.after.school for outcome in outcomes)
    ways = [outcome for outcome in outcomes if outcome.path.level is not None]
    target = min((outcome.path.level for outcome in ways if outcome.path.level), default=None)
    return SimulatedSchool(
        school=school.school,
        name=school.name,
        rulebook=assessed.rulebook.id,
        before=before,
        after=after,
        changed=(before.floor, before.ceiling) != (after.floor, after.ceiling),
        by=list(dict.fromkeys(code for outcome in outcomes for code in outcome.by)),
        next_level=target,
        missing=[
            _in_part(outcome.code, key)
            for outcome in ways
            if outcome.path.level == target
            for key in outcome.path.indicators
        ],
    )


def _lowest(levels: Iterable[LevelResult]) -> LevelView:
    """Return where a school stands whose levels of education stand so."""
    results = list(levels)
    floor, ceiling = min(result.floor for result in results), min(result.ceiling for result in results)
    because = [sentence for result in results for sentence in result.because]
    return LevelView(
        level=floor if floor == ceiling else None, floor=floor, ceiling=ceiling, final=floor == ceiling, because=because
    )


def _in_part(part: str, key: IndicatorKey) -> str:
    return f"{EDUCATION_LEVEL_LABELS[part]}: {short_name(key)}" if part else short_name(key)


def difference(change: SchoolDifference) -> Difference:
    """Return one difference with its causes described."""
    return Difference(
        what=change.what,
        criterion=change.criterion,
        layer=change.layer,
        before=change.before,
        after=change.after,
        causes=[history_item(cause) for cause in change.causes],
        known_late_days=change.known_late_days,
    )


def _levels(evaluation: Evaluation) -> dict[str, LevelView]:
    return {code: level_view(level) for code, level in evaluation.criteria.items()}


def _parts(assessed: SchoolAssessment) -> dict[str, PartView]:
    evaluations = assessed.combined().parts if assessed.parts else {}
    return {
        part: PartView(
            name=EDUCATION_LEVEL_LABELS[part],
            school_level=level_view(evaluations[EDUCATION_LEVEL_LABELS[part]].school),
            criteria=_levels(evaluations[EDUCATION_LEVEL_LABELS[part]]),
        )
        for part in assessed.parts
    }


def _conditions(assessed: SchoolAssessment, evaluation: Evaluation) -> list[ConditionView]:
    known = known_conditions(assessed.state, assessed.cycle, assessed.rulebook, evaluation.recognition)
    return [
        ConditionView(
            id=known_condition.condition.id,
            satisfied=known_condition.condition.satisfied,
            article=known_condition.condition.article,
            text=known_condition.condition.text,
            how=known_condition.how,
            document=known_condition.document,
            stated=known_condition.stated,
            counted=known_condition.counted,
            note=known_condition.note,
        )
        for known_condition in known
    ]


def _evidence_counts(cycle: CycleState | None) -> dict[str, int]:
    return {criterion: len(documents) for criterion, documents in cycle.documents().items()} if cycle else {}


def _indicator(
    assessed: SchoolAssessment,
    cycle: CycleState,
    key: Key,
    evidence: Iterable[EvidenceView],
    contradiction: str,
    lacking: Iterable[GapView],
) -> IndicatorView:
    code, level, letter = key
    definition = next(
        indicator for indicator in assessed.rulebook.criteria[code].levels[level].indicators if indicator.code == letter
    )
    judged = cycle.judged[Layer.SCHOOL].get(key)
    own = judged.entry.fact if judged else None
    here = (code, level, letter)
    return IndicatorView(
        level=level,
        indicator=letter,
        text=definition.text,
        source=definition.source,
        optional=definition.optional,
        results={layer.value: _result(cycle, layer, key) for layer in Layer},
        note=own.note if isinstance(own, f.IndicatorJudged) else "",
        position=judged.position if judged else BEGINNING,
        evidence=[view for view in evidence if any((c.criterion, c.level, c.indicator) == here for c in view.citations)],
        contradiction=contradiction,
        gaps=[gap for gap in lacking if (gap.level, gap.indicator) == (level, letter)],
        parts=[_part_result(part, own[key]) for part, own in cycle.parts.items() if key in own],
    )


def _part_result(part: str, judged: RecordedEvent) -> PartResultView:
    fact = judged.entry.fact
    assert isinstance(fact, f.PartJudged)
    return PartResultView(part=part, result=fact.result, note=fact.note, position=judged.position)


def _result(cycle: CycleState, layer: Layer, key: Key) -> Result:
    judged = cycle.judged[layer].get(key)
    fact = judged.entry.fact if judged else None
    return fact.result if isinstance(fact, f.IndicatorJudged) else Result.NOT_ASSESSED


def _citations(state: SchoolState, cycle: CycleId) -> dict[DocumentId, list[CitationView]]:
    citations: dict[DocumentId, list[CitationView]] = {}
    for name, cycle_state in state.cycles.items():
        for document, criterion, level, indicator in cycle_state.citations if cycle in {"", name} else ():
            view = CitationView(cycle=name, criterion=criterion, level=level, indicator=indicator)
            citations.setdefault(document, []).append(view)
    return citations


def _pattern(state: SchoolState, library: Library, cycle: CycleId) -> str:
    found = state.cycle(cycle) if cycle else None
    return library.by_digest(found.opened.digest).document.evidence_code.pattern if found and found.opened else ""


def _evidence(
    fact: f.EvidenceCoded, position: Position, cited: list[CitationView], state: SchoolState, library: Library
) -> EvidenceView:
    cycle = state.cycle(fact.cycle)
    opened = cycle.opened if cycle else None
    return EvidenceView(
        document=fact.document,
        code=fact.code,
        rendered=library.by_digest(opened.digest).render_codes([fact.code]) if opened else fact.code,
        title=fact.title,
        criterion=fact.criterion,
        cycle=fact.cycle,
        position=position,
        citations=cited,
        replaces=fact.replaces,
    )


def _code_order(code: EvidenceCode) -> tuple[list[int], str]:
    return [int(number) for number in _NUMBERS.findall(code)], code
