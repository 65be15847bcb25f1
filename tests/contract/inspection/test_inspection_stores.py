"""The inspection service on every store: a restart forgets nothing, and two processes do not tread on each other."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from services.inspection.errors import Concluded, StillOpen
from shared.contracts.calls import inspection as calls
from shared.contracts.calls import recommendations, teams
from shared.contracts.events.assessment import CycleOpened
from shared.contracts.events.base import envelope
from shared.contracts.events.evidence import DocumentReceived
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import Verification
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 2)
LIBRARY = load_library()
TT57 = LIBRARY.get("v2026_tt57/pho_thong")
HEAD = CallContext(actor="account-2", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope="TH-BC"),))
OFFICER = CallContext(actor="account-1", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.INSTALLATION),))


def hear_document(application) -> None:
    received = DocumentReceived(document="d-1", school="TH-BC", sha256="0" * 64, size_bytes=1, media_type="application/pdf")
    application.receive(told(received))


def hear_cycle(application) -> None:
    opened = CycleOpened(
        school="TH-BC",
        cycle="c",
        year="2026-2027",
        rulebook=TT57.id,
        digest=TT57.digest,
        opened_on=dt.date(2026, 9, 25),
    )
    application.receive(told(opened))


def told(data):
    """The first event of its source."""
    return envelope(
        installation="thu",
        data=data,
        sequence=1,
        subject="school/TH-BC",
        occurred=NOW,
        recorded=NOW,
        correlation="",
        cause="",
    )


def planned(application) -> calls.InspectionView:
    hear_cycle(application)
    return application.plan(
        OFFICER, calls.PlanInspection(school="TH-BC", cycle="c", layer=Layer.COMMUNE, on=DAY, title="Kiểm tra")
    )


def find(application, visit, key):
    finding = calls.Finding(criterion=key.criterion, level=key.level, indicator=key.indicator, result=Result.MET)
    request = calls.RecordFindings(school="TH-BC", inspection=visit.inspection, findings=[finding], on=DAY)
    return application.record_findings(OFFICER, request)


def test_a_restart_forgets_nothing(start):
    first = start()
    visit = find(first, planned(first), TT57.keys[0])
    second = start()
    request = calls.InspectionsRequest(school="TH-BC")
    assert second.inspections(OFFICER, request).inspections == [visit]
    assert second.received_position("assessment") == 1


def test_two_inspectors_at_once_lose_nothing_and_after_the_conclusion_nothing_is_found(start):
    here, there = start(), start()
    visit = planned(here)
    barrier = threading.Barrier(2)

    def work(application, keys):
        barrier.wait()
        for key in keys:
            find(application, visit, key)

    threads = [
        threading.Thread(target=work, args=(application, TT57.keys[start:12:2]))
        for start, application in enumerate((here, there))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    request = calls.InspectionRequest(school="TH-BC", inspection=visit.inspection)
    seen = here.inspection(OFFICER, request)
    assert {(one.criterion, one.level) for one in seen.findings} == {(key.criterion, key.level) for key in TT57.keys[:12]}
    assert sorted(one.position for one in seen.findings) == list(range(2, 14))
    there.conclude(OFFICER, calls.ConcludeInspection(school="TH-BC", inspection=visit.inspection, summary="Tốt", on=DAY))
    with pytest.raises(Concluded):
        find(here, visit, TT57.keys[20])


def recommend(application, visit, text="Lập sổ theo dõi"):
    request = recommendations.AddRecommendation(
        school="TH-BC", inspection=visit.inspection, text=text, due=dt.date(2026, 12, 15)
    )
    return application.add_recommendation(OFFICER, request)


def test_recommendations_requests_and_photos_are_there_after_a_restart(start):
    first = start()
    visit = planned(first)
    hear_document(first)
    named = {"school": "TH-BC", "inspection": visit.inspection}
    asked = teams.RequestEvidence(**named, criterion="1.1", what="Sổ họp", due=dt.date(2026, 12, 1))
    number = first.request_evidence(OFFICER, asked).request
    first.supply_evidence(HEAD, teams.SupplyEvidence(**named, request=number, documents=["d-1"]))
    where = {"latitude": 22.4856, "longitude": 103.9707, "accuracy_m": 8.5}
    first.take_photo(OFFICER, teams.TakePhoto(**named, document="d-1", taken_at=NOW, **where))
    kept = recommend(first, visit).id
    first.conclude(OFFICER, calls.ConcludeInspection(**named, summary="Đã kiểm tra tại trường.", on=DAY))
    of_it = {"school": "TH-BC", "recommendation": kept}
    first.answer_recommendation(HEAD, recommendations.AnswerRecommendation(**of_it, documents=["d-1"]))
    verified = recommendations.VerifyRecommendation(**of_it, result=Verification.PARTLY, note="Thiếu chữ ký")
    first.verify_recommendation(OFFICER, verified)
    more = recommendations.ExtendRecommendation(**of_it, due=dt.date(2027, 1, 15), reason="Chờ kinh phí đợt hai")
    told = first.extend_recommendation(OFFICER, more)

    second = start()
    listed = second.recommendations(OFFICER, recommendations.RecommendationsRequest())
    assert listed.recommendations == [told]
    assert (told.state, told.due) == ("mot_phan", dt.date(2027, 1, 15))
    seen = second.inspection(OFFICER, calls.InspectionRequest(**named))
    assert [(one.request, one.state, one.documents) for one in seen.requests] == [(number, "da_tra_loi", ["d-1"])]
    assert [(one.document, one.latitude, one.taken_at) for one in seen.photos] == [("d-1", 22.4856, NOW)]


def test_two_who_recommend_the_same_at_once_recommend_it_once(start):
    here, there = start(), start()
    visit = planned(here)
    barrier, made = threading.Barrier(2), []

    def add(application):
        barrier.wait()
        made.append(recommend(application, visit))

    threads = [threading.Thread(target=add, args=(application,)) for application in (here, there)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made[0] == made[1]
    assert here.log.head() == 2


def test_of_two_plans_at_once_one_sees_the_other(start):
    """Two officers who plan the same school's visit in the same moment, in two processes: one visit is open, not two."""
    here, there = start(), start()
    for application in (here, there):
        hear_cycle(application)
    barrier, refused = threading.Barrier(2), []

    def plan(application, title):
        barrier.wait()
        try:
            application.plan(
                OFFICER, calls.PlanInspection(school="TH-BC", cycle="c", layer=Layer.COMMUNE, on=DAY, title=title)
            )
        except StillOpen as problem:
            refused.append(problem)

    threads = [threading.Thread(target=plan, args=pair) for pair in ((here, "Một"), (there, "Hai"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(here.inspections(OFFICER, calls.InspectionsRequest(school="TH-BC")).inspections) == 1
