"""Visits: planned once, found by the right team in the right layer, concluded for good."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
import pytest

from services.inspection import errors
from services.inspection.domain import facts as f
from services.inspection.domain.maintenance_facts import MaintenanceChecked
from services.inspection.domain.registration_facts import REGISTRATION_FACTS
from services.inspection.published import public_event
from services.inspection.service import InspectionService
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.rpc.server import ServiceBase
from shared.contracts import problems as event_problems
from shared.contracts.calls import inspection as calls
from shared.contracts.events.assessment import CriterionDescribed
from shared.contracts.events.catalogue import public_events
from shared.eventlog.facts import EventEnvelope, EventMetadata
from shared.identity.permissions import PUBLIC_OPERATIONS, RULES
from shared.problems import BadRequest, NotAllowed
from shared.rulebook import load_library
from shared.rulebook import problems as rulebook_problems
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.teams import TEAMS
from tests.unit.inspection import recommendation_kit, team_samples
from tests.unit.inspection.year import (
    needs_samples,
    plan_samples,
    reports_samples,
    targets_samples,
    tasks_samples,
    training_samples,
)

DAY = dt.date(2026, 11, 2)
KEY = ("1.1", 1, "-")


def listed(team, school="TH-BC"):
    return team.application.inspections(team.officer, calls.InspectionsRequest(school=school)).inspections


def test_a_visit_is_planned_found_and_concluded(team):
    team.hear_cycle()
    visit = team.plan(title=" Kiểm  tra kỹ thuật ")
    assert (visit.title, visit.concluded, visit.findings, visit.position) == ("Kiểm tra kỹ thuật", False, [], 1)
    found = team.find(visit, {KEY: "not_met"}, note=" Thiếu sổ ", answer_by=dt.date(2026, 12, 1))
    one = found.findings[0]
    assert (one.result, one.note, one.recorded_on, one.answer_by, one.position) == (
        Result.NOT_MET,
        "Thiếu sổ",
        DAY,
        dt.date(2026, 12, 1),
        2,
    )
    done = team.conclude(visit)
    assert (done.concluded, done.summary, done.position) == (True, "Đã kiểm tra tại trường.", 3)
    assert listed(team) == [done]


def test_the_same_plan_sent_twice_is_one_visit(team):
    team.hear_cycle()
    assert team.plan().inspection == team.plan().inspection
    assert len(listed(team)) == 1
    team.conclude(team.plan())
    assert team.plan().concluded
    assert team.plan(title="Khác").inspection != team.plan().inspection


def test_visits_are_listed_newest_first_and_by_school(team):
    team.hear_cycle()
    first = team.plan(on=dt.date(2026, 10, 1))
    team.conclude(first)
    second = team.plan(on=dt.date(2026, 12, 1))
    assert [one.inspection for one in listed(team)] == [second.inspection, first.inspection]
    assert listed(team, "KHAC") == []


def test_a_later_finding_replaces_the_earlier_in_the_state_and_both_stay_in_the_log(team):
    team.hear_cycle()
    visit = team.plan()
    for result in ("not_met", "not_met", "met"):
        seen = team.find(visit, {KEY: result})
    assert [one.result for one in seen.findings] == [Result.MET]
    recorded = [one.entry.fact.result for one in team.application.log.read(1)]
    assert recorded == [Result.NOT_MET, Result.MET]


def test_after_the_conclusion_nothing_is_found(team):
    team.hear_cycle()
    visit = team.plan()
    team.conclude(visit)
    team.conclude(visit)
    with pytest.raises(errors.Concluded, match="đã kết luận ngày 02/11/2026"):
        team.find(visit, {KEY: "met"})
    assert team.application.log.head() == 2


def test_a_repeat_of_the_same_command_records_nothing(team):
    team.hear_cycle()
    visit = team.plan()
    once = msgspec.structs.replace(team.inspector, command="c-7")
    team.find(visit, {KEY: "met"}, who=once)
    team.conclude(visit)
    assert team.find(visit, {KEY: "met"}, who=once).concluded


# --- who may


@pytest.mark.parametrize(
    ("layer", "who"),
    [("commune", "evaluator"), ("commune", "department"), ("department", "officer"), ("department", "inspector")],
)
def test_a_layer_belongs_to_its_own_team(team, layer, who):
    team.hear_cycle()
    team.hear_submitted()
    with pytest.raises(NotAllowed):
        team.plan(layer, who=getattr(team, who))
    visit = team.plan(layer)
    for act in (
        lambda: team.find(visit, {KEY: "met"}, who=getattr(team, who)),
        lambda: team.conclude(visit, who=getattr(team, who)),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert team.application.log.head() == 1


def test_a_team_reaches_only_the_schools_of_its_scope(team, grants):
    team.hear_cycle()
    with pytest.raises(NotAllowed):
        team.plan(who=grants((Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL02")))


@pytest.mark.parametrize("role", [Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD])
def test_an_evaluator_of_the_department_must_not_belong_to_the_school(team, grants, role):
    team.hear_cycle()
    team.hear_submitted()
    visit = team.plan("department")
    evaluator = (Role.EXTERNAL_EVALUATOR, ScopeKind.DEPARTMENT, "")
    with pytest.raises(NotAllowed, match="không đánh giá ngoài chính trường mình"):
        team.find(visit, {KEY: "met"}, who=grants(evaluator, (role, ScopeKind.SCHOOL, "TH-BC")))
    assert team.find(visit, {KEY: "met"}, who=grants(evaluator, (role, ScopeKind.SCHOOL, "KHAC"))).findings


def test_an_evaluator_sent_to_one_school_may_evaluate_it(team, grants):
    team.hear_cycle()
    team.hear_submitted()
    visit = team.plan("department")
    sent = grants((Role.EXTERNAL_EVALUATOR, ScopeKind.SCHOOL, "TH-BC"))
    assert team.find(visit, {KEY: "met"}, who=sent).findings


def test_the_schools_own_layer_is_not_inspected(team):
    team.hear_cycle()
    with pytest.raises(errors.WrongLayer):
        team.plan("school", who=team.officer)


# --- what does not fit


def test_a_visit_needs_a_cycle_that_was_heard_of(team):
    with pytest.raises(errors.CycleUnknown, match="thử lại sau vài giây"):
        team.plan()


def test_a_visit_needs_a_title(team):
    team.hear_cycle()
    with pytest.raises(BadRequest):
        team.plan(title=" ")


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (dt.date(2026, 9, 24), "trước ngày trường mở đợt"),
        (dt.date(2026, 11, 1), "hẹn ngày 02/11/2026, ngày 01/11/2026 sớm hơn"),
        (dt.date(2026, 11, 25), "chưa đến"),
        (dt.date(1, 1, 1), "quá xa"),
    ],
)
def test_days_that_do_not_fit_are_refused(team, on, said):
    team.hear_cycle()
    visit = team.plan()
    for act in (lambda: team.find(visit, {KEY: "met"}, on=on), lambda: team.conclude(visit, on=on)):
        with pytest.raises(errors.VisitDateRefused, match=said):
            act()


def test_a_visit_may_be_planned_ahead_but_not_before_the_cycle(team):
    team.hear_cycle()
    assert team.plan(on=dt.date(2027, 3, 1)).on == dt.date(2027, 3, 1)
    with pytest.raises(errors.VisitDateRefused):
        team.plan(on=dt.date(2026, 9, 1))


def test_without_a_day_a_finding_is_of_today(team):
    team.hear_cycle()
    assert team.find(team.plan(), {KEY: "met"}, on=None).findings[0].recorded_on == dt.date(2026, 11, 24)


@pytest.mark.parametrize("key", [("9.9", 1, "-"), ("1.1", 7, "-"), ("1.1", 1, "zz")])
def test_one_finding_outside_the_rulebook_keeps_all_out(team, key):
    team.hear_cycle()
    visit = team.plan()
    with pytest.raises(rulebook_problems.NoSuchCriterion, match="TT57/2026 không có tiêu chí") as refused:
        team.find(visit, {KEY: "met", key: "met"})
    assert refused.value.type == "tieu-chi-khong-co"
    assert team.application.log.head() == 1


def test_not_applicable_is_found_only_where_the_text_says_if_any(team):
    old = load_library().get("v2018/mam_non")
    team.hear_cycle(rulebook=old)
    visit = team.plan()
    optional = next(key for key in old.keys if old.indicator(key).optional)
    strict = next(key for key in old.keys if not old.indicator(key).optional)
    assert team.find(visit, {optional: "not_applicable"}).findings
    with pytest.raises(rulebook_problems.NotApplicableRefused, match="nếu có"):
        team.find(visit, {strict: "not_applicable"})


def test_texts_and_calls_have_their_limits(team):
    team.hear_cycle()
    visit = team.plan()
    with pytest.raises(BadRequest, match="nhiều nhất 20000"):
        team.find(visit, {KEY: "met"}, note="x" * 20_001)
    many = calls.RecordFindings(
        school="TH-BC",
        inspection=visit.inspection,
        findings=[calls.Finding(criterion="1.1", level=1, indicator="-", result=Result.MET)] * 501,
    )
    with pytest.raises(BadRequest, match="nhiều nhất 500"):
        team.application.record_findings(team.inspector, many)


def test_a_visit_of_another_school_is_not_found(team):
    team.hear_cycle()
    visit = team.plan()
    for ask in (
        lambda: team.find(visit, {KEY: "met"}, school="KHAC"),
        lambda: team.conclude(visit, school="KHAC"),
        lambda: team.application.inspection(
            team.officer, calls.InspectionRequest(school="KHAC", inspection=visit.inspection)
        ),
        lambda: team.application.inspection(
            team.officer, calls.InspectionRequest(school="TH-BC", inspection=str(uuid.UUID(int=7)))
        ),
        lambda: team.application.inspection(team.officer, calls.InspectionRequest(school="TH-BC", inspection="abc")),
    ):
        with pytest.raises(errors.NoSuchInspection):
            ask()


# --- what assessment tells


def test_an_event_told_twice_counts_once_and_others_are_passed_over(team):
    event = team.hear_cycle()
    team.application.receive(event)
    team.hear(CriterionDescribed(school="TH-BC", cycle="c", criterion="1.1"), 2)
    assert team.application.received_position("assessment") == 2
    assert team.plan().cycle == "2026-2027"


def test_a_cycle_told_again_after_a_rebuild_is_the_same_cycle(team):
    team.hear_cycle(1)
    team.hear_cycle(2)
    assert team.plan().cycle == "2026-2027"


def test_a_cycle_in_a_version_nobody_here_knows_is_a_problem_not_a_loss(team):
    event = team.hear_cycle()
    newer = msgspec.structs.replace(event, type="vn.kiemdinh.assessment.cycle-opened.v2", sequence=2)
    with pytest.raises(event_problems.UnknownEventVersion):
        team.application.receive(newer)
    assert team.application.received_position("assessment") == 1


# --- what it tells, and how it is asked

FACTS = [
    f.InspectionPlanned(
        inspection="v",
        school="TH-BC",
        cycle="c",
        digest="d",
        layer=Layer.COMMUNE,
        planned_on=DAY,
        title="BÍ MẬT",
        members=("account-9",),
        recheck_of="w",
    ),
    f.InspectionRescheduled(inspection="v", school="TH-BC", cycle="c", layer=Layer.COMMUNE, planned_on=DAY, reason="BÍ MẬT"),
    f.FindingRecorded(
        inspection="v",
        school="TH-BC",
        cycle="c",
        layer=Layer.COMMUNE,
        criterion="1.1",
        level=1,
        indicator="-",
        result=Result.MET,
        found_on=DAY,
        note="BÍ MẬT",
        answer_by=DAY,
    ),
    f.InspectionConcluded(
        inspection="v", school="TH-BC", cycle="c", layer=Layer.COMMUNE, concluded_on=DAY, summary="BÍ MẬT"
    ),
    f.FindingAnswered(
        inspection="v",
        school="TH-BC",
        cycle="c",
        layer=Layer.COMMUNE,
        criterion="1.1",
        level=1,
        indicator="-",
        answered_on=DAY,
        text="BÍ MẬT",
        documents=("BÍ MẬT",),
    ),
    *recommendation_kit.FACTS,
    *needs_samples.SAMPLES,
    *plan_samples.FACTS,
    MaintenanceChecked(
        school="TH-BC",
        year="2026-2027",
        result=MaintenanceResult.AT_RISK,
        checked_on=DAY,
        note="BÍ MẬT",
        inspection="v",
    ),
    *team_samples.SAMPLES,
    *tasks_samples.SAMPLES,
    *training_samples.SAMPLES,
    *targets_samples.SAMPLES,
    *reports_samples.SAMPLES,
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.TOPIC)
def test_every_fact_has_a_public_face_without_what_people_typed_and_who_went(fact):
    told = msgspec.json.encode(public_event(fact)).decode()
    assert fact.TOPIC.partition(".")[2] == public_event(fact).FACT
    assert "BÍ MẬT" not in told
    assert "account" not in told
    entry = EventEnvelope(
        originator_id=uuid.UUID(int=1),
        originator_version=1,
        meta=EventMetadata(actor="a", occurred=dt.datetime(2026, 11, 2, tzinfo=dt.UTC)),
        fact=fact,
    )
    assert f.FACTS.decode(fact.TOPIC, f.FACTS.encode(entry))[1] == fact


def test_facts_and_public_events_are_the_same_closed_list():
    elsewhere = {fact.TOPIC for fact in REGISTRATION_FACTS}
    assert sorted(fact.TOPIC for fact in FACTS) == sorted(set(f.FACTS.topics) - elsewhere)
    kinds = {kind for kind in public_events() if kind.SERVICE == "inspection"}
    assert {type(public_event(fact)) for fact in FACTS} == {
        kind for kind in kinds if f"inspection.{kind.FACT}" not in elsewhere
    }


def test_events_are_told_under_the_school(team):
    team.hear_cycle()
    team.find(team.plan(), {KEY: "met"})
    told = [team.application.published(logged) for logged in team.application.log.read(0)]
    assert [event.type for event in told] == [
        "vn.kiemdinh.inspection.inspection-planned.v1",
        "vn.kiemdinh.inspection.finding-recorded.v1",
    ]
    assert {event.subject for event in told} == {"school/TH-BC"}
    assert told[1].time == dt.datetime(2026, 11, 1, 17, tzinfo=dt.UTC)


def test_the_service_has_exactly_the_operations_that_have_a_rule():
    ruled = {name.partition(".")[2] for name in {*RULES, *PUBLIC_OPERATIONS} if name.startswith("inspection.")}
    own = {name for name in vars(InspectionService) if not name.startswith("_")} - {"name", "application", "operations"}
    assert own == ruled - {"feed", "health", "checkpoint"}
    assert {"feed", "health", "checkpoint"} <= set(vars(ServiceBase))


def test_a_visit_is_made_over_the_wire(team):
    team.hear_cycle()
    rpc_client = InProcessRpcClient({"inspection": (InspectionService, team.application)})

    def call(who, method, request, answer=calls.InspectionView):
        return rpc_client.call("inspection", method, who, request, answer)

    plan = calls.PlanInspection(school="TH-BC", cycle="2026-2027", layer=Layer.COMMUNE, on=DAY, title="Kiểm tra")
    visit = call(team.officer, "plan", plan).inspection
    finding = calls.Finding(criterion="1.1", level=1, indicator="-", result=Result.MET)
    named = {"school": "TH-BC", "inspection": visit}
    assert call(team.inspector, "record_findings", calls.RecordFindings(**named, findings=[finding])).findings
    assert call(team.inspector, "conclude", calls.ConcludeInspection(**named, summary="Tốt")).concluded
    assert call(team.officer, "inspection", calls.InspectionRequest(**named)).summary == "Tốt"
    found = call(team.officer, "inspections", calls.InspectionsRequest(school="TH-BC"), calls.InspectionsAnswer)
    assert [one.inspection for one in found.inspections] == [visit]
    with pytest.raises(Exception, match="Vai trò"):
        call(team.inspector, "plan", plan)


@pytest.mark.parametrize("operation", ["inspection.record_findings", "inspection.conclude"])
def test_the_rules_let_in_whoever_belongs_to_a_team_and_the_layer_decides_then(operation):
    assert RULES[operation] == TEAMS[Layer.COMMUNE] | TEAMS[Layer.DEPARTMENT]


def test_an_officer_of_the_department_records_and_concludes_only_the_departments_layer(team):
    team.hear_cycle()
    team.hear_submitted()
    own, other = team.plan("department"), team.plan("commune")
    assert team.find(own, {KEY: "met"}, who=team.department).findings[0].result is Result.MET
    assert team.conclude(own, who=team.department).concluded
    with pytest.raises(NotAllowed):
        team.find(other, {KEY: "met"}, who=team.department)
