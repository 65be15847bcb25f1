"""Canned answers about a visit with a team of three: what each judged, what they agreed on, what they ask of the school."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from shared.contracts.calls import inspection as i
from shared.contracts.calls import recommendations as r
from shared.contracts.calls import teams as t
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import EvidenceRequestId, PersonId, Position, RecommendationId
from shared.vocabulary.inspection import (
    RecommendationSeverity,
    RecommendationState,
    Responsible,
    TeamRole,
    VisitConclusion,
    VisitKind,
)

SCHOOL, CYCLE, TEAM_VISIT, ENDED_VISIT = "TH-BC", "2026-2027", "kt-09", "kt-10"
HOSTILE = '<script>alert("x")</script>'
DOC = "6f9a1c52-3a01-5c55-9d0e-4c1d8f3a2b11"
HEAD, MEMBER, GUEST = (PersonId(f"00000000-0000-7000-8000-00000000000{n}") for n in (1, 2, 3))
PEOPLE: dict[str, PersonId] = {"head": HEAD, "member": MEMBER}
"""`House` puts in the accounts of the officer (head of the team) and of the inspector (a member)."""


def _opinion(person: PersonId, result: Result, note: str, position: int, **more: Any) -> i.OpinionView:
    return i.OpinionView(
        person=person, result=result, note=note, judged_on=dt.date(2026, 11, 20), position=Position(position), **more
    )


def view(inspection: str = TEAM_VISIT, **changes: Any) -> i.InspectionView:
    """The visit as its office is told of it."""
    head, member = PEOPLE["head"], PEOPLE["member"]
    told: dict[str, Any] = {"worked_here": False, "years_in_sector": 12, "trained": None, "source": f"Lý lịch {HOSTILE}"}
    team = i.TeamView(
        decision="45/QĐ-UBND",
        decided_on=dt.date(2026, 11, 2),
        position=17500,
        warnings=[f"Chưa rõ đã tập huấn hay chưa {HOSTILE}"],
        members=[
            i.TeamMemberView(person=head, role=TeamRole.HEAD, criteria=["1.1"], **told),
            i.TeamMemberView(person=member, role=TeamRole.MEMBER, criteria=["2.2", "4.1", "4.2"], **told),
            i.TeamMemberView(person=GUEST, role=TeamRole.SECRETARY, criteria=["4.1"], name=f"Bà {HOSTILE}", **told),
        ],
    )
    met, not_met = Result.MET, Result.NOT_MET
    other = i.OtherOpinion(result=met, note=f"Viết ở máy khác {HOSTILE}", position=17601)
    agreed = i.AgreementView(
        result=not_met,
        note="Thiếu sổ",
        agreed_on=dt.date(2026, 11, 21),
        position=17700,
        dissent=[member],
        missing=[GUEST],
        reason=f"Ốm {HOSTILE}",
    )
    opinions = [
        i.IndicatorOpinions(
            criterion="4.1",
            level=1,
            indicator="-",
            opinions=[
                _opinion(member, not_met, f"Phòng 5 nứt {HOSTILE}", 17602, others=[other]),
                _opinion(head, met, "", 17603),
            ],
            diverging=True,
        ),
        i.IndicatorOpinions(
            criterion="4.1",
            level=2,
            indicator="-",
            opinions=[_opinion(member, met, "", 17604), _opinion(GUEST, met, "Đủ", 17605, unassigned=True)],
            diverging=False,
        ),
        i.IndicatorOpinions(
            criterion="2.2",
            level=1,
            indicator="-",
            opinions=[_opinion(member, met, "", 17606), _opinion(head, not_met, "", 17607)],
            diverging=True,
            agreed=agreed,
        ),
    ]
    request = i.EvidenceRequestView(
        request=EvidenceRequestId("yc-1"),
        criterion="4.1",
        what=f"Biên bản kiểm kê {HOSTILE}",
        due=dt.date(2026, 11, 30),
        state="mo",
        position=17610,
    )
    photo = i.PhotoView(
        document=DOC,
        taken_at=dt.datetime(2026, 11, 20, 2, 26, tzinfo=dt.UTC),
        criterion="4.1",
        place=f"Điểm trường Pù Luông {HOSTILE}",
        position=17620,
        latitude=21.38123,
        longitude=103.0167,
        accuracy_m=12.4,
    )
    minutes = i.MinutesView(
        held_on=[dt.date(2026, 11, 20)],
        participants=[i.ParticipantView(person=GUEST, office="Hiệu trưởng", name=f"Ông {HOSTILE}")],
        sites=["Điểm trường chính"],
        school_opinion=f"Nhất trí {HOSTILE}",
        position=17630,
    )
    found = i.InspectionView(
        inspection=inspection,
        school=SCHOOL,
        cycle=CYCLE,
        layer=Layer.COMMUNE,
        on=dt.date(2026, 11, 20),
        title=f"Kiểm tra kỹ thuật {HOSTILE}",
        concluded=False,
        summary="",
        findings=[],
        position=17640,
        criteria_seen=1,
        criteria_total=15,
        kind=VisitKind.TECHNICAL,
        sites=["Điểm trường chính", "Pù Luông"],
        team=team,
        opinions=opinions,
        requests=[request],
        photos=[photo],
        minutes=minutes,
    )
    return msgspec.structs.replace(found, **changes)


def _set_up(request: t.SetUpTeam) -> i.TeamView:
    members = [
        i.TeamMemberView(
            person=one.person,
            role=one.role,
            criteria=one.criteria,
            worked_here=one.worked_here,
            years_in_sector=one.years_in_sector,
            trained=one.trained,
            source=one.source,
        )
        for one in request.members
    ]
    warnings = [f"Chưa rõ đã tập huấn hay chưa {HOSTILE}"]
    return i.TeamView(
        decision=request.decision, decided_on=request.decided_on, members=members, position=17500, warnings=warnings
    )


def ended() -> i.InspectionView:
    """The same visit, concluded."""
    finding = i.FindingView(
        criterion="2.2",
        level=1,
        indicator="-",
        result=Result.NOT_MET,
        note=f"Thiếu sổ {HOSTILE}",
        recorded_on=dt.date(2026, 11, 21),
        position=17700,
        state="mo",
    )
    return view(
        ENDED_VISIT,
        concluded=True,
        concluded_on=dt.date(2026, 11, 22),
        summary=f"Khắc phục rồi đề nghị {HOSTILE}",
        conclusion=VisitConclusion.READY_AFTER_REMEDY,
        findings=[finding],
    )


def recommendation(**changes: Any) -> r.RecommendationView:
    """A recommendation of the visit."""
    found = r.RecommendationView(
        id=RecommendationId("kn-1"),
        school=SCHOOL,
        criterion="4.1",
        text=f"Sửa phòng 5 {HOSTILE}",
        severity=RecommendationSeverity.MUST,
        due=dt.date(2026, 12, 15),
        state=RecommendationState.OPEN,
        responsible=Responsible.SCHOOL,
        inspection=TEAM_VISIT,
        layer=Layer.COMMUNE,
        title="Kiểm tra kỹ thuật",
        cycle=CYCLE,
        made_on=dt.date(2026, 11, 20),
        position=17650,
        draft=True,
    )
    return msgspec.structs.replace(found, **changes)


VISITS: dict[str, Any] = {
    "inspection.record_opinions": lambda _: view(),
    "inspection.agree_findings": lambda _: view(),
    "inspection.set_up_team": lambda request: view(team=_set_up(request)),
    "inspection.hold_visit": lambda _: view(),
    "inspection.take_photo": lambda _: view(),
    "inspection.request_evidence": lambda _: t.EvidenceRequestAdded(request=EvidenceRequestId("yc-2"), position=18298),
    "inspection.add_recommendation": lambda _: r.RecommendationAdded(id=RecommendationId("kn-2"), position=18298),
    "inspection.school_recommendations": lambda _: r.SchoolRecommendationsAnswer(
        recommendations=[recommendation(), recommendation(id=RecommendationId("kn-0"), inspection="kt-07", draft=False)]
    ),
}
VISIT_COMMANDS = {name.partition(".")[2] for name in VISITS} - {"school_recommendations"}
"""Commands whose answer is a view."""
