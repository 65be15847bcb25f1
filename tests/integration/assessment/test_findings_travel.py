"""Cycles travel to the inspection service and findings back, over the real bus, once each and in order."""

from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.assessment.application import AssessmentApplication
from services.assessment.errors import AlreadySubmitted
from services.assessment.service import AssessmentService
from services.inspection.application import InspectionApplication
from services.inspection.errors import CycleUnknown
from services.inspection.service import InspectionService
from shared.bus.events.consumer import Consumer
from shared.bus.events.dead_letters import DeadLetters
from shared.bus.events.relay import Relay
from shared.bus.events.relay_cursor import MemoryRelayCursor
from shared.bus.events.sequence import RetryPolicy
from shared.bus.events.topology import Subscription, Topology
from shared.bus.following import Following, NotFollowed
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.transport.connections import INPROC_URL
from shared.bus.transport.inproc import forget_everything
from shared.clock import SystemClock, today
from shared.consistency import carrying
from shared.contracts.calls import assessment as calls
from shared.contracts.calls import inspection as visits
from shared.contracts.calls import teams
from shared.contracts.events.base import envelope
from shared.contracts.events.evidence import DocumentReceived
from shared.identity.call_context import CallContext, Grant
from shared.problems import Problem
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import TeamRole
from shared.vocabulary.roles import Role, ScopeKind

ROLES = (Role.ADMINISTRATOR, Role.HEAD, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER, Role.EXTERNAL_EVALUATOR)
EVERYBODY = CallContext(
    actor="account-1", grants=tuple(Grant(role=role, scope_kind=ScopeKind.INSTALLATION) for role in ROLES)
)
TIMEOUT_S = 20


@pytest.fixture(params=["inproc", pytest.param("rabbitmq", marks=pytest.mark.server)])
def amqp(request) -> str:
    if request.param == "rabbitmq":
        return str(request.getfixturevalue("rabbitmq"))
    forget_everything()
    return INPROC_URL


@pytest.fixture
def offices(tmp_path):
    installation = f"thu-{uuid.uuid4().hex[:8]}"
    common = {"installation": installation, "library": load_library()}
    assessment = AssessmentApplication(
        StoreSettings(f"sqlite:///{tmp_path}/assessment.sqlite"),
        SystemClock(),
        views_url=f"sqlite:///{tmp_path}/assessment-views.sqlite",
        signer=Signer.generate(f"kiemdinh/{installation}/assessment"),
        **common,
    )
    inspection = InspectionApplication(
        StoreSettings(f"sqlite:///{tmp_path}/inspection.sqlite"),
        SystemClock(),
        views_url=f"sqlite:///{tmp_path}/inspection-views.sqlite",
        **common,
    )
    yield assessment, inspection
    for application in (assessment, inspection):
        application.views.close()
        application.close()


@pytest.fixture
def bus(amqp, offices):
    """Relays and consumers of both services, running until the end of the test."""
    assessment, inspection = offices
    rpc_client = InProcessRpcClient(
        {"assessment": (AssessmentService, assessment), "inspection": (InspectionService, inspection)}
    )
    name = uuid.uuid4().hex[:8]
    subscriptions = [Subscription(f"a{name}", ("inspection",)), Subscription(f"i{name}", ("assessment",))]
    topology = Topology(subscriptions)
    stop = threading.Event()
    letters = DeadLetters("sqlite://", SystemClock())
    retry_policy = RetryPolicy(look=0.05, poll=2.0)

    class Hearing:
        """A service as event handler for the other one alone: evidence and identity are not here."""

        def __init__(self, application, source):
            self.sources = (source,)
            self.received_position = application.received_position
            self.receive = application.receive

    loops = [
        Relay(app.name, app.log, app.published, amqp, MemoryRelayCursor(), topology=topology).run for app in offices
    ] + [
        Consumer(
            subscription.consumer,
            inbox,
            rpc_client,
            amqp,
            letters,
            installation=assessment.installation,
            retry_policy=retry_policy,
        ).run
        for subscription, inbox in zip(
            subscriptions, (Hearing(assessment, "inspection"), Hearing(inspection, "assessment")), strict=True
        )
    ]
    threads = [threading.Thread(target=loop, args=(stop,), daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    yield letters
    stop.set()
    for thread in threads:
        thread.join(TIMEOUT_S)
    letters.close()


def eventually(holds):
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < deadline
        time.sleep(0.05)


def told_by_assessment(offices):
    """A school with a cycle, set up over the wire; calls with a wait of so many seconds, and what the caller was told."""
    assessment, inspection = offices
    services = {"assessment": (AssessmentService, assessment), "inspection": (InspectionService, inspection)}

    def rpc_client(wait_s):
        made = InProcessRpcClient(services, following=Following(wait_s=wait_s))
        return lambda service, method, request, answer: made.call(service, method, EVERYBODY, request, answer, timeout=30)

    school = calls.RegisterSchool(commune="NL01", code="TH-BC", name="Trường", kind=calls.SchoolKind.PRIMARY)
    opening = calls.OpenCycle(school="TH-BC", year="2026-2027")
    with carrying({}) as told:
        call = rpc_client(0)
        call("assessment", "register_commune", calls.RegisterCommune(commune="NL01", name="Xã"), calls.CommuneView)
        call("assessment", "register_school", school, calls.SchoolView)
        cycle = call("assessment", "open_cycle", opening, calls.CycleView).cycle
    on = today(SystemClock())
    plan = visits.PlanInspection(school="TH-BC", cycle=cycle, layer=Layer.COMMUNE, on=on, title="Kiểm tra")
    return rpc_client, plan, told


def planned_after(call, plan, token):
    with carrying(token):
        return call("inspection", "plan", plan, visits.InspectionView)


@pytest.mark.parametrize("carries", [True, False], ids=["with a token", "by an old client without one"])
def test_what_rests_on_a_cycle_that_was_just_opened_is_done_as_soon_as_it_is_heard_of(request, amqp, offices, carries):
    rpc_client, plan, told = told_by_assessment(offices)
    assert told == {"assessment": 3}
    with ThreadPoolExecutor(1) as callers:
        asked = callers.submit(planned_after, rpc_client(TIMEOUT_S), plan, told if carries else {})
        time.sleep(0.2)
        assert not asked.done(), "nobody carries the news yet"
        request.getfixturevalue("bus")
        assert asked.result().cycle == plan.cycle


def test_while_nobody_carries_the_news_a_token_gets_a_try_again_and_nothing_is_done(request, amqp, offices):
    rpc_client, plan, told = told_by_assessment(offices)
    started = time.monotonic()
    with pytest.raises(Problem) as refused:
        planned_after(rpc_client(0.3), plan, told)
    assert (refused.value.type, refused.value.status) == (NotFollowed.type, 503)
    assert time.monotonic() - started < 2.0
    assert offices[1].log.head() == 0
    request.getfixturevalue("bus")
    assert planned_after(rpc_client(TIMEOUT_S), plan, told).cycle == plan.cycle


def visited(offices):
    """A school whose cycle the inspection service heard of, and a visit to it."""
    assessment, inspection = offices
    assessment.register_commune(EVERYBODY, calls.RegisterCommune(commune="NL01", name="Xã"))
    school = calls.RegisterSchool(commune="NL01", code="TH-BC", name="Trường", kind=calls.SchoolKind.PRIMARY)
    assessment.register_school(EVERYBODY, school)
    on = today(SystemClock())
    cycle = assessment.open_cycle(EVERYBODY, calls.OpenCycle(school="TH-BC", year="2026-2027"))

    def planned():
        try:
            return inspection.plan(
                EVERYBODY,
                visits.PlanInspection(school="TH-BC", cycle=cycle.cycle, layer=Layer.COMMUNE, on=on, title="Kiểm tra"),
            )
        except CycleUnknown:
            return None

    return cycle, eventually(planned)


def level_of_the_commune(assessment):
    return assessment.status(calls.StatusRequest(school="TH-BC", layer=Layer.COMMUNE)).school_level


def test_what_a_team_agrees_on_becomes_its_layer_with_the_conclusion_and_not_before(offices, bus):
    assessment, inspection = offices
    cycle, visit = visited(offices)
    head = CallContext(actor=str(uuid.uuid4()), grants=EVERYBODY.grants)
    named = {"school": "TH-BC", "inspection": visit.inspection}
    members = [teams.TeamMemberById(person=head.actor, role=TeamRole.HEAD)]
    inspection.set_up_team(EVERYBODY, teams.SetUpTeam(**named, decided_on=visit.on, members=members))
    keys = assessment.library.by_digest(cycle.digest).keys
    opinions = [
        teams.Opinion(criterion=key.criterion, level=key.level, indicator=key.indicator, result=Result.MET) for key in keys
    ]
    inspection.record_opinions(head, teams.RecordOpinions(**named, opinions=opinions))
    inspection.agree_findings(head, teams.AgreeFindings(**named, unanimous=True))
    eventually(lambda: assessment.received_position("inspection") == inspection.log.head())
    assert not level_of_the_commune(assessment).final
    inspection.conclude(head, visits.ConcludeInspection(**named, summary="Tốt"))
    eventually(lambda: assessment.received_position("inspection") == inspection.log.head())
    assert level_of_the_commune(assessment).final
    told = assessment.history(calls.HistoryRequest(school="TH-BC", limit=1000)).items
    assert sum(item.fact == "finding-taken" for item in told) == len(keys)
    assert bus.list() == []


def test_a_visits_findings_become_its_layer_once_each(offices, bus):
    assessment, inspection = offices
    cycle, visit = visited(offices)
    keys = assessment.library.by_digest(cycle.digest).keys
    findings = [
        visits.Finding(criterion=key.criterion, level=key.level, indicator=key.indicator, result=Result.MET) for key in keys
    ]
    inspection.record_findings(
        EVERYBODY, visits.RecordFindings(school="TH-BC", inspection=visit.inspection, findings=findings)
    )
    inspection.conclude(EVERYBODY, visits.ConcludeInspection(school="TH-BC", inspection=visit.inspection, summary="Tốt"))
    eventually(lambda: assessment.received_position("inspection") == inspection.log.head())
    status = assessment.status(calls.StatusRequest(school="TH-BC", layer=Layer.COMMUNE))
    assert status.school_level.final
    assert status.school_level.level == max(key.level for key in keys)
    told = assessment.history(calls.HistoryRequest(school="TH-BC", limit=1000)).items
    assert [item.cause for item in told if item.fact == "finding-taken"] == [
        inspection.published(logged).id for logged in inspection.log.read(1, len(keys))
    ]
    assert bus.list() == []


def test_what_a_visit_asks_for_reopens_the_citing_of_that_criterion_until_its_conclusion(offices, bus):
    assessment, inspection = offices
    assessment.register_commune(EVERYBODY, calls.RegisterCommune(commune="NL01", name="Xã"))
    school = calls.RegisterSchool(commune="NL01", code="TH-BC", name="Trường", kind=calls.SchoolKind.PRIMARY)
    assessment.register_school(EVERYBODY, school)
    cycle = assessment.open_cycle(EVERYBODY, calls.OpenCycle(school="TH-BC", year="2026-2027"))
    assessment.receive(told_by_evidence("d-1"))
    lacking = [
        calls.GapReason(kind=kind, criterion=criterion, reason="Trường mới thành lập, chưa có hồ sơ")
        for kind in calls.GapKind
        for criterion in assessment.library.by_digest(cycle.digest).criteria
    ]
    assessment.submit_self_assessment(EVERYBODY, calls.SubmitSelfAssessment(school="TH-BC", cycle=cycle.cycle, gaps=lacking))
    eventually(lambda: inspection.received_position("assessment") == assessment.log.head())
    on = today(SystemClock())
    plan = visits.PlanInspection(school="TH-BC", cycle=cycle.cycle, layer=Layer.COMMUNE, on=on, title="Kiểm tra")
    named = {"school": "TH-BC", "inspection": inspection.plan(EVERYBODY, plan).inspection}
    coding = calls.CodeEvidence(school="TH-BC", cycle=cycle.cycle, document="d-1", criterion="1.1", title="Sổ", cite=True)
    with pytest.raises(AlreadySubmitted):
        assessment.code_evidence(EVERYBODY, coding)

    inspection.request_evidence(EVERYBODY, teams.RequestEvidence(**named, criterion="1.1", what="Sổ họp", due=on))
    eventually(lambda: assessment.received_position("inspection") == inspection.log.head())
    assert assessment.code_evidence(EVERYBODY, coding).code
    other = calls.LinkEvidence(school="TH-BC", cycle=cycle.cycle, document="d-1", criterion="1.2")
    with pytest.raises(AlreadySubmitted):
        assessment.link_evidence(EVERYBODY, other)

    inspection.conclude(EVERYBODY, visits.ConcludeInspection(**named, summary="Đã xem sổ họp tại trường."))
    eventually(lambda: assessment.received_position("inspection") == inspection.log.head())
    with pytest.raises(AlreadySubmitted):
        assessment.unlink_evidence(
            EVERYBODY, calls.UnlinkEvidence(school="TH-BC", cycle=cycle.cycle, document="d-1", criterion="1.1")
        )
    assert bus.list() == []


def told_by_evidence(document):
    """A kept document of the school, as the evidence service, which is not here, would tell of it."""
    received = DocumentReceived(
        document=document, school="TH-BC", sha256="0" * 64, size_bytes=1, media_type="application/pdf"
    )
    now = SystemClock().now()
    return envelope(
        installation="thu",
        data=received,
        sequence=1,
        subject="school/TH-BC",
        occurred=now,
        recorded=now,
        correlation="",
        cause="",
    )
