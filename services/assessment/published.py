"""Turns each stored fact into its public event: every fact has one, without notes, titles and reasons that people typed."""

from __future__ import annotations

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from shared.bus.events.publishing import cloud_event, public_event_of
from shared.contracts.events import assessment as public
from shared.contracts.events import self_assessment as public_work
from shared.contracts.events.base import CloudEvent, PublicEvent
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent

_PUBLIC_EVENTS: dict[type[Fact], type[PublicEvent]] = {
    f.CommuneRegistered: public.CommuneRegistered,
    f.SchoolRegistered: public.SchoolRegistered,
    f.SchoolClosed: public.SchoolClosed,
    f.ConditionsStated: public.ConditionsStated,
    f.CycleOpened: public.CycleOpened,
    f.EvidenceCoded: public.EvidenceCoded,
    f.EvidenceLinked: public.EvidenceLinked,
    f.EvidenceUnlinked: public.EvidenceUnlinked,
    f.IndicatorJudged: public.IndicatorJudged,
    f.CriterionDescribed: public.CriterionDescribed,
    f.SelfAssessmentSubmitted: public.SelfAssessmentSubmitted,
    f.FindingTaken: public.FindingTaken,
    f.VisitConcluded: public.VisitConcluded,
    f.LinkingReopened: public.LinkingReopened,
    f.RegistrationStepTaken: public.RegistrationStepTaken,
    f.RecognitionGranted: public.RecognitionGranted,
    f.RecognitionCorrected: public.RecognitionCorrected,
    f.RecognitionRefused: public.RecognitionRefused,
    f.RecognitionRevoked: public.RecognitionRevoked,
    f.RemedyRequested: public.RemedyRequested,
    f.CertificateGranted: public.CertificateGranted,
    f.CertificateCorrected: public.CertificateCorrected,
    f.CertificateRevoked: public.CertificateRevoked,
    f.FiguresStated: public.FiguresStated,
    f.PartJudged: public.PartJudged,
    f.GapAnswered: public.GapAnswered,
    f.GapAnswerWithdrawn: public.GapAnswerWithdrawn,
    sf.CouncilSetUp: public_work.CouncilSetUp,
    sf.GroupFormed: public_work.GroupFormed,
    sf.CriterionAssigned: public_work.CriterionAssigned,
    sf.SelfAssessmentPlanned: public_work.SelfAssessmentPlanned,
    sf.PlanApproved: public_work.PlanApproved,
    sf.FacetsDefined: public_work.FacetsDefined,
    sf.StatusWritten: public_work.StatusWritten,
    sf.CopiedTextKept: public_work.CopiedTextKept,
    sf.StandardDescribed: public_work.StandardDescribed,
    sf.ReportSectionWritten: public_work.ReportSectionWritten,
    sf.CriterionHandedIn: public_work.CriterionHandedIn,
    sf.CriterionTakenBack: public_work.CriterionTakenBack,
    sf.ChangesRequested: public_work.ChangesRequested,
    sf.CriterionReviewed: public_work.CriterionReviewed,
    sf.CommentAdded: public_work.CommentAdded,
    sf.CommentResolved: public_work.CommentResolved,
    sf.CouncilMet: public_work.CouncilMet,
    sf.CriterionVoted: public_work.CriterionVoted,
    sf.ReportApproved: public_work.ReportApproved,
    sf.ReportPublished: public_work.ReportPublished,
    sf.ImprovementItemSet: public_work.ImprovementItemSet,
    sf.ImprovementReviewed: public_work.ImprovementReviewed,
}


def published(installation: str, logged: RecordedEvent) -> CloudEvent:
    """Return what the world hears of a stored event, in its envelope."""
    fact = logged.entry.fact
    subject = f"commune/{fact.commune}" if isinstance(fact, f.CommuneRegistered) else f"school/{fact.school}"  # type: ignore[attr-defined]
    return cloud_event(installation, logged, public_event(fact), subject)


def public_event(fact: Fact) -> PublicEvent:
    """Return the public event of a fact: the fields its public event names, and no others."""
    if isinstance(fact, f.FiguresStated):
        figures = tuple(_told(figure) for figure in fact.figures)
        return public.FiguresStated(school=fact.school, school_year=fact.school_year, figures=figures)
    if isinstance(fact, f.SelfAssessmentSubmitted):
        return public.SelfAssessmentSubmitted(
            school=fact.school, cycle=fact.cycle, submitted_on=fact.submitted_on, gaps=tuple(map(_gap_told, fact.gaps))
        )
    return public_event_of(fact, _PUBLIC_EVENTS[type(fact)])


def _gap_told(gap: f.NamedGap) -> public.GapTold:
    return public.GapTold(kind=gap.kind, criterion=gap.criterion, level=gap.level, indicator=gap.indicator)


def _told(stated: f.StatedFigure) -> public.FigureTold:
    denominator = "" if stated.denominator is None else f"{stated.denominator:f}"
    return public.FigureTold(
        figure=stated.figure, numerator=f"{stated.numerator:f}", denominator=denominator, unit=stated.unit
    )
