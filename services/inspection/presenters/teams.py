"""Turns the work of a team into answers: who goes, what each judges, what all agreed on, the minutes."""

from __future__ import annotations

import msgspec

from services.inspection.domain.kinds import RULED_ON_ELIGIBILITY
from services.inspection.domain.opinions import StandingOpinion, are_diverging
from services.inspection.domain.team_facts import FindingAgreed, SentMember
from services.inspection.domain.team_rules import warnings_of
from services.inspection.domain.visit_stream import Key
from services.inspection.snapshots import VisitSnapshot
from shared.contracts.calls.inspection import (
    AgreementView,
    IndicatorOpinions,
    InspectionView,
    MinutesView,
    OpinionView,
    OtherOpinion,
    ParticipantView,
    TeamMemberView,
    TeamView,
)
from shared.rulebook.visit_settings import team_size_of
from shared.vocabulary.ids import PersonId, Position

_UNCHECKED = "Trường chưa mở đợt tự đánh giá, nên tiêu chí giao cho thành viên chưa đối chiếu được với bộ tiêu chí."


def team_view(visit: VisitSnapshot, *, with_drafts: bool) -> TeamView | None:
    """Return the team that was set up; None for none. Without drafts, what was declared of its members is left out."""
    inspection = visit.inspection
    if inspection.team_set_up is None:
        return None
    fact, version = inspection.team_set_up
    return TeamView(
        decision=fact.decision,
        decided_on=fact.decided_on,
        members=[_member(member, with_drafts=with_drafts) for member in fact.members],
        position=visit.positions.get(version, visit.position),
        warnings=_warnings(visit) if with_drafts else [],
    )


def with_proposals(view: InspectionView, proposals: list[str]) -> InspectionView:
    """Return a visit whose team also says what the attendance of training classes proposes of its members."""
    if view.team is None or not proposals:
        return view
    team = msgspec.structs.replace(view.team, warnings=[*view.team.warnings, *proposals])
    return msgspec.structs.replace(view, team=team)


def opinions_view(visit: VisitSnapshot) -> list[IndicatorOpinions]:
    """Return what the members judge, and what was agreed on, by indicator in the order of the rulebook's numbers."""
    inspection = visit.inspection
    places = [*inspection.opinions.places, *(key for key in inspection.agreements if not inspection.opinions.at(key))]
    return [_indicator(visit, key) for key in places]


def minutes_view(visit: VisitSnapshot) -> MinutesView | None:
    """Return the minutes of a visit; None while there are none."""
    if visit.inspection.held is None:
        return None
    fact, version = visit.inspection.held
    return MinutesView(
        held_on=list(fact.held_on),
        participants=[ParticipantView(person=one.person, office=one.office) for one in fact.participants],
        sites=list(fact.sites),
        school_opinion=fact.school_opinion,
        position=visit.positions[version],
    )


def _warnings(visit: VisitSnapshot) -> list[str]:
    inspection, planned = visit.inspection, visit.inspection.planned
    assert planned is not None
    surely = visit.regime in RULED_ON_ELIGIBILITY
    said = warnings_of(planned.layer, inspection.sent, team_size_of(visit.regime), surely=surely)
    unchecked = not planned.digest and any(member.criteria for member in inspection.sent)
    return [*said, _UNCHECKED] if unchecked else said


def _member(member: SentMember, *, with_drafts: bool) -> TeamMemberView:
    return TeamMemberView(
        person=member.person,
        role=member.role,
        criteria=list(member.criteria),
        worked_here=member.worked_here if with_drafts else None,
        years_in_sector=member.years_in_sector if with_drafts else None,
        trained=member.trained if with_drafts else None,
        source=member.source if with_drafts else "",
    )


def _indicator(visit: VisitSnapshot, key: Key) -> IndicatorOpinions:
    criterion, level, indicator = key
    given = visit.inspection.opinions.at(key)
    agreed = visit.inspection.agreements.get(key)
    return IndicatorOpinions(
        criterion=criterion,
        level=level,
        indicator=indicator,
        opinions=[_opinion(visit, person, standing) for person, standing in given.items()],
        diverging=are_diverging(visit.inspection.counted(key).values()),
        agreed=_agreement(agreed[0], visit.positions[agreed[1]]) if agreed else None,
    )


def _opinion(visit: VisitSnapshot, person: PersonId, standing: tuple[StandingOpinion, ...]) -> OpinionView:
    newest, *others = standing
    fact = newest.fact
    return OpinionView(
        person=person,
        result=fact.result,
        note=fact.note,
        judged_on=fact.judged_on,
        position=visit.positions[newest.version],
        documents=list(fact.documents),
        unassigned=visit.inspection.is_unassigned(fact.criterion, person),
        others=[
            OtherOpinion(
                result=other.fact.result,
                note=other.fact.note,
                position=visit.positions[other.version],
                documents=list(other.fact.documents),
            )
            for other in others
        ],
    )


def _agreement(fact: FindingAgreed, position: Position) -> AgreementView:
    return AgreementView(
        result=fact.result,
        note=fact.note,
        agreed_on=fact.agreed_on,
        position=position,
        dissent=list(fact.dissent),
        missing=list(fact.missing),
        reason=fact.reason,
    )
