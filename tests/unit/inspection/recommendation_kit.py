"""What teams recommend and ask for, and what schools answer, in short; samples of every fact of it."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain import recommendation_facts as rf
from services.inspection.domain import visit_request_facts as vf
from shared.contracts.calls import recommendations as calls
from shared.contracts.calls import teams as visit_calls
from shared.contracts.events.evidence import DocumentReceived
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import RecommendationSeverity, Responsible, Verification
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.inspection.conftest import Team, acting

TODAY = dt.date(2026, 11, 24)
DUE = dt.date(2026, 12, 15)
CLERK = acting((Role.CLERK, ScopeKind.SCHOOL, "TH-BC"))


def received(team: Team, document="d-1", school="TH-BC"):
    team.hear(
        DocumentReceived(document=document, school=school, sha256="0" * 64, size_bytes=1, media_type="application/pdf")
    )


def add(team: Team, visit, text="Lập sổ theo dõi thiết bị", who=None, due=DUE, school="TH-BC", **more):
    """Recommend something and return its id."""
    default = team.inspector if visit.layer is Layer.COMMUNE else team.evaluator
    request = calls.AddRecommendation(school=school, inspection=visit.inspection, text=text, due=due, **more)
    return team.application.add_recommendation(who or default, request).id


def answer(team: Team, number, text="Đã lập sổ.", documents=(), who=None, school="TH-BC"):
    request = calls.AnswerRecommendation(school=school, recommendation=number, text=text, documents=list(documents))
    return team.application.answer_recommendation(who or team.head, request)


def verify(team: Team, number, result="dat", note="", who=None, school="TH-BC", inspection=""):
    request = calls.VerifyRecommendation(
        school=school, recommendation=number, result=Verification(result), note=note, inspection=inspection
    )
    return team.application.verify_recommendation(who or team.inspector, request)


def extend(team: Team, number, due, reason="Chờ kinh phí đợt hai", who=None, school="TH-BC"):
    request = calls.ExtendRecommendation(school=school, recommendation=number, due=due, reason=reason)
    return team.application.extend_recommendation(who or team.officer, request)


def one(team: Team, number, who=None):
    return team.application.recommendation(who or team.officer, calls.RecommendationRequest(recommendation=number))


def of_school(team: Team, who=None, school="TH-BC", inspection=""):
    request = calls.SchoolRecommendationsRequest(school=school, inspection=inspection)
    return team.application.school_recommendations(who or team.officer, request).recommendations


def listed(team: Team, who=None, **narrowed):
    return team.application.recommendations(who or team.officer, calls.RecommendationsRequest(**narrowed))


def ask(team: Team, visit, what="Sổ họp phụ huynh", criterion="1.1", who=None, due=DUE, school="TH-BC"):
    """Ask for evidence and return the id of the request."""
    default = team.inspector if visit.layer is Layer.COMMUNE else team.evaluator
    request = visit_calls.RequestEvidence(
        school=school, inspection=visit.inspection, criterion=criterion, what=what, due=due
    )
    return team.application.request_evidence(who or default, request).request


def supply(team: Team, visit, number, text="Sổ hai học kỳ.", documents=(), who=None, school="TH-BC"):
    request = visit_calls.SupplyEvidence(
        school=school, inspection=visit.inspection, request=number, text=text, documents=list(documents)
    )
    return team.application.supply_evidence(who or team.head, request)


def take_photo(team: Team, visit, document="d-1", taken_at=None, who=None, school="TH-BC", **more):
    moment = taken_at or dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    request = visit_calls.TakePhoto(school=school, inspection=visit.inspection, document=document, taken_at=moment, **more)
    return team.application.take_photo(who or team.inspector, request)


def recorded(team: Team):
    """Return the kinds of the facts in the log, as their topics name them."""
    return [logged.entry.fact.TOPIC.removeprefix("inspection.") for logged in team.application.log.read(0, 1000)]


_OF = {"school": "TH-BC", "inspection": "v", "layer": Layer.COMMUNE}

FACTS = (
    rf.RecommendationMade(
        **_OF,
        recommendation="r",
        cycle="c",
        criterion="1.1",
        text="BÍ MẬT",
        severity=RecommendationSeverity.MUST,
        responsible=Responsible.SCHOOL,
        due=DUE,
        made_on=TODAY,
    ),
    rf.RecommendationAnswered(**_OF, recommendation="r", answered_on=TODAY, text="BÍ MẬT", documents=("BÍ MẬT",)),
    rf.RecommendationVerified(
        **_OF, recommendation="r", result=Verification.PARTLY, verified_on=TODAY, note="BÍ MẬT", seen_in="w"
    ),
    rf.RecommendationExtended(**_OF, recommendation="r", due=DUE, extended_on=TODAY, reason="BÍ MẬT"),
    vf.EvidenceRequested(**_OF, request="q", cycle="c", criterion="1.1", what="BÍ MẬT", due=DUE, requested_on=TODAY),
    vf.EvidenceSupplied(
        **_OF, request="q", cycle="c", criterion="1.1", supplied_on=TODAY, text="BÍ MẬT", documents=("BÍ MẬT",)
    ),
    vf.PhotoTaken(
        **_OF,
        cycle="c",
        document="BÍ MẬT",
        taken_at=dt.datetime(2026, 11, 2, 2, 30, tzinfo=dt.UTC),
        criterion="1.1",
        latitude=22.4,
        longitude=103.9,
        accuracy_m=8.5,
        place="BÍ MẬT",
    ),
)
"""A sample of every fact about recommendations, requests and photos; what must not be told is marked."""
