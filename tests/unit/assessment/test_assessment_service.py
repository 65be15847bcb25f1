"""The assessment service as the bus sees it: every operation of the permissions, its call token and its encoding."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from services.assessment.service import AssessmentService
from services.assessment.use_cases.queries import _changes
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.rpc.server import ServiceBase
from shared.contracts.calls import Done, FeedAnswer, FeedRequest, Nothing
from shared.contracts.calls import assessment as calls
from shared.identity.call_context import CallContext, Grant
from shared.identity.permissions import PUBLIC_OPERATIONS, RULES
from shared.problems import NotAllowed
from shared.vocabulary.roles import Role, ScopeKind

OPENED = dt.date(2026, 9, 25)


def acting(role: Role, scope_kind: ScopeKind, scope: str = "", schools: tuple[str, ...] = ()) -> CallContext:
    return CallContext(actor="a", grants=(Grant(role=role, scope_kind=scope_kind, scope=scope, schools=schools),))


ADMIN = acting(Role.ADMINISTRATOR, ScopeKind.INSTALLATION)
HEAD = acting(Role.HEAD, ScopeKind.SCHOOL, "TH-BC")
CLERK = acting(Role.CLERK, ScopeKind.SCHOOL, "TH-BC")
DEPARTMENT = acting(Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT)
STRANGER = acting(Role.HEAD, ScopeKind.SCHOOL, "KHAC")


@pytest.fixture
def rpc_client(office):
    made = InProcessRpcClient({"assessment": (AssessmentService, office.application)})
    return lambda who, method, request, answer: made.call("assessment", method, who, request, answer)


def test_the_service_has_exactly_the_operations_that_have_a_rule():
    ruled = {name.partition(".")[2] for name in RULES.keys() | PUBLIC_OPERATIONS if name.startswith("assessment.")}
    common = {"feed", "health", "checkpoint"}
    own = {name for name in vars(AssessmentService) if not name.startswith("_")} - {"name", "application", "operations"}
    assert own == ruled - common
    assert common <= set(vars(ServiceBase))


def test_a_school_is_assessed_and_recognised_over_the_wire(office, rpc_client):
    rpc_client(ADMIN, "register_commune", calls.RegisterCommune(commune="NL01", name="Xã"), calls.CommuneView)
    school = calls.RegisterSchool(commune="NL01", code="TH-BC", name="Trường", kind=calls.SchoolKind.PRIMARY)
    rpc_client(ADMIN, "register_school", school, calls.SchoolView)
    assert rpc_client(CLERK, "communes", Nothing(), calls.CommunesAnswer).communes[0].commune == "NL01"
    assert rpc_client(CLERK, "schools", calls.SchoolsRequest(), calls.SchoolsAnswer).schools[0].code == "TH-BC"
    assert rpc_client(CLERK, "school", calls.SchoolRequest(school="TH-BC"), calls.SchoolView).name == "Trường"
    opening = calls.OpenCycle(school="TH-BC", year="2026-2027", on=OPENED)
    cycle = rpc_client(HEAD, "open_cycle", opening, calls.CycleView).cycle
    assert rpc_client(CLERK, "cycles", calls.SchoolRequest(school="TH-BC"), calls.CyclesAnswer).cycles[0].cycle == cycle
    stated = calls.StateConditions(school="TH-BC", conditions={"cohort_completed": True}, on=OPENED)
    assert rpc_client(HEAD, "state_conditions", stated, Done).position == 4
    office.tell_document("d1")
    place = {"school": "TH-BC", "cycle": cycle, "document": "d1", "criterion": "1.1"}
    assert rpc_client(CLERK, "code_evidence", calls.CodeEvidence(**place, title="Kế hoạch"), calls.EvidenceView).code
    assert rpc_client(CLERK, "link_evidence", calls.LinkEvidence(**place), Done).position == 6
    assert rpc_client(CLERK, "evidence", calls.EvidenceRequest(school="TH-BC"), calls.EvidenceAnswer).evidence
    assert rpc_client(CLERK, "unlink_evidence", calls.UnlinkEvidence(**place), Done).position == 7
    one = calls.Judgement(criterion="1.1", level=1, indicator="-", result=calls.Result.MET)
    judging = calls.Judge(school="TH-BC", cycle=cycle, layer=calls.Layer.SCHOOL, judgements=[one])
    assert rpc_client(HEAD, "judge", judging, Done).position == 8
    said = calls.DescribeCriterion(school="TH-BC", cycle=cycle, criterion="1.1", strengths="Rõ")
    assert rpc_client(HEAD, "describe_criterion", said, Done).position == 9
    saving = calls.SaveCriterion(school="TH-BC", cycle=cycle, criterion="1.1", judgements=[one])
    assert rpc_client(HEAD, "save_criterion", saving, Done).position == 9
    asked = calls.CriterionRequest(school="TH-BC", cycle=cycle, criterion="1.1")
    assert rpc_client(CLERK, "criterion", asked, calls.CriterionView).strengths == "Rõ"
    figure = calls.FigureGiven(figure="PT.2.2.Q03", numerator=Decimal("8.5"), denominator=Decimal(10))
    stating = calls.StateFigures(school="TH-BC", school_year="2025-2026", figures=[figure])
    assert rpc_client(CLERK, "state_figures", stating, Done).position == 10
    told = rpc_client(DEPARTMENT, "figures", calls.FiguresRequest(school="TH-BC"), calls.FiguresAnswer).figures
    assert [one.value for one in told if one.figure == "PT.2.2.Q03"] == ["85"]
    place = {"school": "TH-BC", "cycle": cycle, "kind": "no_evidence", "criterion": "1.1", "level": 1, "indicator": "-"}
    answer = calls.AnswerGap(**place, reason="Nội dung này xem trực tiếp tại trường")
    assert rpc_client(HEAD, "answer_gap", answer, Done).position == 11
    lacking = rpc_client(CLERK, "gaps", calls.GapsRequest(school="TH-BC", cycle=cycle), calls.GapsAnswer).gaps
    assert [one.position for one in lacking if one.answer] == [11]
    assert rpc_client(HEAD, "withdraw_gap_answer", calls.WithdrawGapAnswer(**place), Done).position == 12
    gaps = office.all_gaps(office.library.get("v2026_tt57/pho_thong"))
    submission = calls.SubmitSelfAssessment(school="TH-BC", cycle=cycle, gaps=gaps)
    assert rpc_client(HEAD, "submit_self_assessment", submission, Done).position == 13
    assert rpc_client(CLERK, "status", calls.StatusRequest(school="TH-BC"), calls.Status).criteria["1.1"].floor == 1
    assert rpc_client(CLERK, "explain", calls.ExplainRequest(school="TH-BC"), calls.ExplainAnswer).reasons
    assert len(rpc_client(CLERK, "history", calls.HistoryRequest(school="TH-BC"), calls.HistoryAnswer).items) == 12
    moments = calls.CompareRequest(
        school="TH-BC", a=calls.Moment(valid_at=OPENED), b=calls.Moment(valid_at=dt.date(2026, 11, 24))
    )
    assert rpc_client(CLERK, "compare", moments, calls.CompareAnswer).differences
    what_if = calls.SimulateRequest(commune="NL01", rulebook="v2026_tt57/pho_thong")
    assert rpc_client(DEPARTMENT, "simulate", what_if, calls.SimulateAnswer).schools[0].changed is False
    assert rpc_client(CLERK, "prove", calls.ProveRequest(school="TH-BC"), calls.ProofAnswer).bundle
    decision = calls.GrantRecognition(
        school="TH-BC",
        number="1/QĐ",
        decided_on=dt.date(2026, 11, 20),
        degree=1,
        override="quyết định ký trên giấy",
        copied_from_paper="d1",
    )
    assert rpc_client(DEPARTMENT, "grant_recognition", decision, calls.RecognitionView).state == "con_hieu_luc"
    nobody = CallContext(actor="khach")
    assert rpc_client(nobody, "register", calls.RegisterRequest(), calls.RegisterAnswer).recognitions[0].number == "1/QĐ"
    slip = calls.CorrectAward(
        school="TH-BC",
        number="1/QĐ",
        what=calls.Corrected.DECIDED_ON,
        new="2026-11-19",
        reason="gõ nhầm ngày ký",
    )
    assert rpc_client(DEPARTMENT, "correct_award", slip, calls.AwardView).decided_on == dt.date(2026, 11, 19)
    remedy = calls.RequestRemedy(
        school="TH-BC", number="1/QĐ", until=dt.date(2027, 1, 1), reason="bổ sung phòng học còn thiếu"
    )
    assert rpc_client(DEPARTMENT, "request_remedy", remedy, calls.RecognitionView).remedy_until == dt.date(2027, 1, 1)
    revocation = calls.RevokeRecognition(
        school="TH-BC",
        number="1/QĐ",
        revoked_on=dt.date(2026, 11, 24),
        reason="Bị đình chỉ hoạt động",
        document="d1",
    )
    assert rpc_client(DEPARTMENT, "revoke_recognition", revocation, calls.RecognitionView).state == "thu_hoi"
    told = rpc_client(ADMIN, "feed", FeedRequest(after=0), FeedAnswer)
    assert (len(told.events), told.head) == (17, 17)


@pytest.mark.parametrize(
    ("who", "method", "request_", "answer"),
    [
        (STRANGER, "status", calls.StatusRequest(school="TH-BC"), calls.Status),
        (CLERK, "open_cycle", calls.OpenCycle(school="TH-BC", year="2026-2027"), calls.CycleView),
        (ADMIN, "open_cycle", calls.OpenCycle(school="TH-BC", year="2026-2027"), calls.CycleView),
        (DEPARTMENT, "state_figures", calls.StateFigures(school="TH-BC", school_year="2025-2026", figures=[]), Done),
        (STRANGER, "figures", calls.FiguresRequest(school="TH-BC"), calls.FiguresAnswer),
        (HEAD, "register_commune", calls.RegisterCommune(commune="NL01", name="Xã"), calls.CommuneView),
    ],
)
def test_who_has_no_rule_is_refused(rpc_client, who, method, request_, answer):
    with pytest.raises(Exception, match="Vai trò") as refused:
        rpc_client(who, method, request_, answer)
    assert refused.value.type == NotAllowed.type


def test_a_draft_of_school_levels_is_read_as_json_carries_it():
    """Object keys are text on the wire, levels are numbers in the law."""
    changes = _changes({"school_levels": {"2": {"others_at_least": 6}}})

    assert changes.school_levels[2].others_at_least == 6
