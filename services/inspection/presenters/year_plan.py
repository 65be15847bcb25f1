"""How a plan of a commune's year is told: its words, its entries, how far they are."""

from __future__ import annotations

import datetime as dt

import msgspec

from services.inspection.domain.known_awards import KnownAward
from services.inspection.domain.year import plan_facts as pf
from services.inspection.domain.year.plan_progress import EntryProgress, PlanCounts
from services.inspection.domain.year.plan_proposals import Proposal
from services.inspection.views.year.plan_rows import EntryRow, PlanStep
from shared.contracts.calls.year.plan import (
    PlanAdjustmentView,
    PlanAwardView,
    PlanEntryView,
    PlanIssueView,
    PlanProgressAnswer,
    PlanSectionText,
    PlanText,
    ProposalView,
)


def plan_text(step: PlanStep) -> PlanText:
    """Return the words of a plan as drafted."""
    drafted = step.fact
    assert isinstance(drafted, pf.PlanDrafted)
    return PlanText(
        bases=list(drafted.bases),
        aims=drafted.aims,
        goals=drafted.goals,
        sections=[PlanSectionText(heading=one.heading, items=list(one.items)) for one in drafted.sections],
        version=step.version,
        drafted_on=drafted.drafted_on,
        reason=drafted.reason,
    )


def entry_view(row: EntryRow, progress: EntryProgress) -> PlanEntryView:
    """Return an entry, and how it stands."""
    entry = row.entry
    held = entry.held
    return PlanEntryView(
        school=entry.school,
        kind=entry.kind,
        proposed=entry.proposed,
        target_level=entry.target_level,
        target_degree=entry.target_degree,
        responsible=entry.responsible,
        lead=entry.lead,
        register_by=_day(entry.register_by),
        evaluate_by=_day(entry.evaluate_by),
        held=None if isinstance(held, msgspec.UnsetType) else award_view(held),
        override=entry.override,
        reason=entry.reason,
        set_on=entry.set_on,
        reached_on=progress.reached_on,
        registered_on=progress.registered_on,
        late=progress.late,
        version=row.version,
        position=row.position,
    )


def award_view(award: KnownAward | pf.HeldAward) -> PlanAwardView:
    """Return a recognition."""
    return PlanAwardView(number=award.number, degree=award.degree, decided_on=award.decided_on, expires_on=award.expires_on)


def proposal_view(proposal: Proposal) -> ProposalView:
    """Return what is proposed for a school."""
    return ProposalView(
        school=proposal.school, kind=proposal.kind, register_by=proposal.register_by, because=proposal.because
    )


def issue_view(issued: pf.PlanIssued) -> PlanIssueView:
    """Return one issue of a plan."""
    return PlanIssueView(
        number=issued.number,
        issued_on=issued.issued_on,
        signer_office=issued.signer_office,
        left_out=list(issued.left_out),
        left_out_because=issued.left_out_because,
    )


def adjustment_view(adjusted: pf.PlanAdjusted) -> PlanAdjustmentView:
    """Return one time that an issued plan was opened again."""
    return PlanAdjustmentView(adjusted_on=adjusted.adjusted_on, reason=adjusted.reason)


def progress_answer(counts: PlanCounts) -> PlanProgressAnswer:
    """Return the counts of a plan."""
    return PlanProgressAnswer(schools=counts.schools, with_entry=counts.with_entry, reached=counts.reached, late=counts.late)


def _day(day: dt.date | msgspec.UnsetType) -> dt.date | None:
    return None if isinstance(day, msgspec.UnsetType) else day
