"""Turns visits into answers: in full for offices, for the school once the visit is concluded."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain import facts as f
from services.inspection.domain.finding_state import state_of
from services.inspection.domain.kinds import kind_of, regime_of
from services.inspection.domain.visit_stream import Key
from services.inspection.presenters import teams
from services.inspection.snapshots import VisitSnapshot
from services.inspection.views import VisitRow
from shared.contracts.calls.inspection import AnswerView, FindingView, InspectionView, VisitLine
from shared.rulebook import Library
from shared.vocabulary.ids import InspectionId, Position


def inspection_view(visit: VisitSnapshot, today: dt.date, *, with_drafts: bool, with_opinions: bool) -> InspectionView:
    """Return a visit as an answer; without drafts, what it found is shown from its conclusion on.

    What single members judge is shown `with_opinions` alone.
    """
    inspection, planned, concluded = visit.inspection, visit.inspection.planned, visit.inspection.concluded
    assert planned is not None
    shown = inspection.findings if concluded or with_drafts else {}
    return InspectionView(
        inspection=planned.inspection,
        school=planned.school,
        cycle=planned.cycle,
        layer=planned.layer,
        on=inspection.planned_on,
        title=planned.title,
        concluded=concluded is not None,
        summary=concluded.summary if concluded else "",
        findings=[finding_view(visit, key, today) for key in shown],
        position=visit.position,
        members=list(inspection.team),
        recheck_of=planned.recheck_of or InspectionId(""),
        moved_because=inspection.moved.reason if inspection.moved else "",
        concluded_on=concluded.concluded_on if concluded else None,
        criteria_seen=len({criterion for criterion, _, _ in inspection.findings}),
        criteria_total=visit.criteria_total,
        kind=planned.kind or kind_of(planned.layer, None, visit.regime),
        sites=list(planned.sites or ()),
        team=teams.team_view(visit, with_drafts=with_drafts),
        opinions=teams.opinions_view(visit) if with_opinions else [],
        minutes=teams.minutes_view(visit) if concluded or with_drafts else None,
        conclusion=(concluded.conclusion or None) if concluded else None,
    )


def visit_line(listed: VisitRow, library: Library) -> VisitLine:
    """Return one visit of a list across schools."""
    return VisitLine(
        inspection=listed.inspection,
        school=listed.school,
        cycle=listed.cycle,
        layer=listed.layer,
        on=listed.planned_on,
        title=listed.title,
        concluded_on=listed.concluded_on,
        criteria_seen=listed.criteria_seen,
        criteria_total=len(library.by_digest(listed.digest).criteria) if listed.digest else 0,
        kind=listed.kind or kind_of(listed.layer, None, regime_of(library, listed.digest, listed.planned_on)),
    )


def finding_view(visit: VisitSnapshot, key: Key, today: dt.date) -> FindingView:
    """Return one finding with its answers, in its state on a day."""
    finding, version = visit.inspection.findings[key]
    answers = visit.inspection.answers.get(key, [])
    asks = visit.inspection.concluded is not None
    return FindingView(
        criterion=finding.criterion,
        level=finding.level,
        indicator=finding.indicator,
        result=finding.result,
        note=finding.note,
        recorded_on=finding.found_on,
        position=visit.positions[version],
        answer_by=finding.answer_by,
        state=state_of(finding.result, finding.answer_by, answered=bool(answers), today=today) if asks else "",
        answers=[_answer(answer, visit.positions[answer_version]) for answer, answer_version in answers],
    )


def _answer(answer: f.FindingAnswered, position: Position) -> AnswerView:
    return AnswerView(text=answer.text, documents=list(answer.documents), answered_on=answer.answered_on, position=position)
