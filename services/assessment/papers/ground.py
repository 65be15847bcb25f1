"""What papers of other services rest on: the school as registered, its own levels and codes, the newest decision."""

from __future__ import annotations

from services.assessment.domain import facts as f
from services.assessment.domain.awards import AwardStatus, Revocation
from services.assessment.domain.replay import SchoolState
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.papers.material import coding_of, fact_of, place_of, superior_of
from shared.contracts.calls.papers import DecisionTaken, PaperGround
from shared.rulebook import Library
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CycleId, Sha256
from shared.vocabulary.inspection import DecisionOutcome


def ground_of(assessed: SchoolAssessment, commune: str, library: Library) -> PaperGround:
    """Return the ground of papers about a school at the moment of its assessment; `commune` is the name of its commune.

    Raises UnknownRulebook for a revocation on a day that no rulebook of `library` covers.
    """
    school, cycle = assessed.state.school, assessed.cycle
    assert school is not None
    opened = cycle.opened if cycle else None
    submitted = fact_of(cycle.submitted, f.SelfAssessmentSubmitted) if cycle else None
    evaluation = assessed.evaluation(Layer.SCHOOL)
    coded = {document: coding_of(assessed, document) for document in assessed.state.codes}
    return PaperGround(
        school=school.school,
        school_name=school.name,
        commune=school.commune,
        commune_name=commune,
        superior=superior_of(school, commune),
        place=place_of(commune),
        digest=assessed.rulebook.digest,
        cycle=opened.cycle if opened else CycleId(""),
        year=opened.year if opened else "",
        submitted_on=submitted.submitted_on if submitted else None,
        levels={code: result.level for code, result in evaluation.criteria.items()},
        school_level=evaluation.school.level,
        codes={document: coding.code for document, coding in coded.items() if coding is not None},
        decision=_newest_decision(assessed.state, library),
    )


def _newest_decision(state: SchoolState, library: Library) -> DecisionTaken | None:
    refused = fact_of(state.refusal(), f.RecognitionRefused)
    if refused is not None:
        cycle = state.cycle(refused.cycle)
        return DecisionTaken(
            outcome=DecisionOutcome.REFUSED,
            number=refused.number,
            taken_on=refused.refused_on,
            reason=refused.reason,
            digest=cycle.opened.digest if cycle and cycle.opened else Sha256(""),
        )
    held = state.recognition()
    revoked = held.award.revoked_by(held.on) if held else None
    if revoked is not None:
        return _revocation(state, revoked, library)
    return _grant(held) if held else None


def _revocation(state: SchoolState, revoked: Revocation, library: Library) -> DecisionTaken:
    """Return a revocation, decided under the rulebook in force on its day; it has no number of its own."""
    assert state.school is not None
    return DecisionTaken(
        outcome=DecisionOutcome.REVOKED,
        number="",
        taken_on=revoked.revoked_on,
        reason=revoked.reason,
        digest=library.choose(state.school.kind, revoked.revoked_on).rulebook.digest,
    )


def _grant(held: AwardStatus) -> DecisionTaken:
    """Return a grant as it reads now, with the rulebook and the decider that it was recorded with."""
    printed = held.printed
    return DecisionTaken(
        outcome=DecisionOutcome.GRANTED,
        number=printed.number,
        taken_on=printed.decided_on,
        degree=printed.degree,
        certificate_degree=printed.certificate_degree,
        expires_on=printed.expires_on,
        digest=held.granted.digest,
        decided_by=held.granted.decided_by,
    )
