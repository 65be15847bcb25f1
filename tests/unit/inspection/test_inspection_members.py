"""Who goes on a visit: real accounts and tokens of roles that judge its layer, and nobody else records what it finds."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors
from services.inspection.published import public_event
from services.inspection.teams import MOST_MEMBERS, reads_drafts
from shared.contracts import problems as event_problems
from shared.contracts.events import identity
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.roles import Role, ScopeKind

KEY = ("1.1", 1, "-")


@pytest.fixture
def ready(team):
    """A school of NL01 whose cycle is submitted, and people by account."""
    team.hear_school()
    team.hear_cycle()
    team.hear_submitted()
    people = {
        "inspector": ("kiem_tra", "xa", "NL01"),
        "neighbour": ("kiem_tra", "xa", "NL02"),
        "sent": ("kiem_tra", "truong", "TH-BC"),
        "evaluator": ("danh_gia_ngoai", "so", ""),
        "officer": ("can_bo_so", "so", ""),
        "clerk": ("van_thu", "truong", "TH-BC"),
        "auditor": ("kiem_toan", "tat_ca", ""),
    }
    for account, (role, kind, scope) in people.items():
        team.hear(identity.AccountInvited(account=account))
        granted(team, account, role, kind, scope)
    return team


def granted(team, account, role, kind, scope, until=None):
    team.hear(identity.RoleGranted(account=account, role=role, scope_kind=kind, scope=scope, until=until))


def token(team, number, role, *, days=1):
    expires = team.clock.now() + dt.timedelta(days=days)
    team.hear(identity.TokenIssued(token=number, roles=[role], expires_at=expires))


@pytest.mark.parametrize(
    ("layer", "member"),
    [("commune", "inspector"), ("commune", "sent"), ("department", "evaluator"), ("department", "officer")],
)
def test_a_member_is_an_account_whose_role_judges_the_layer_of_the_school(ready, layer, member):
    visit = ready.plan(layer, members=[member, member])
    assert visit.members == [member]
    fact = ready.application.log.read(0)[-1].entry.fact
    assert public_event(fact).members == (member,)


def test_a_member_whom_nobody_knows_is_refused(ready):
    with pytest.raises(errors.NoAccount) as refused:
        ready.plan(members=["ai cung duoc"])
    assert (refused.value.type, refused.value.status) == ("khong-co-tai-khoan", 400)
    assert ready.application.log.head() == 0


@pytest.mark.parametrize(
    ("layer", "member", "said"),
    [
        ("commune", "neighbour", "không giữ vai trò"),
        ("commune", "evaluator", "không giữ vai trò"),
        ("department", "inspector", "không giữ vai trò"),
        ("department", "auditor", "không giữ vai trò"),
        ("commune", "clerk", "thuộc chính trường"),
    ],
)
def test_a_member_of_another_role_another_place_or_the_school_itself_is_refused(ready, layer, member, said):
    with pytest.raises(errors.MemberRefused, match=said) as refused:
        ready.plan(layer, members=[member])
    assert refused.value.status == 409


def test_an_evaluator_who_works_at_the_school_is_refused_for_it(ready):
    granted(ready, "evaluator", "hoi_dong", "truong", "TH-BC")
    with pytest.raises(errors.MemberRefused, match="thuộc chính trường"):
        ready.plan("department", members=["evaluator"])


@pytest.mark.parametrize("role", ["van_thu", "hoi_dong", "hieu_truong"])
def test_whoever_once_worked_at_the_school_does_not_evaluate_it_and_evaluates_others(ready, role):
    for school in ("TH-BC", "TH-KHAC"):
        granted(ready, "evaluator", role, "truong", school)
        ready.hear(identity.RoleRevoked(account="evaluator", role=role, scope_kind="truong", scope=school))
    granted(ready, "officer", role, "truong", "TH-KHAC")
    ready.hear(identity.AccountInvited(account="evaluator"))
    granted(ready, "evaluator", "danh_gia_ngoai", "so", "")
    with pytest.raises(errors.MemberRefused, match="Người thứ 2 trong đoàn từng giữ vai trò ở chính trường") as refused:
        ready.plan("department", members=["officer", "evaluator"])
    assert (refused.value.type, refused.value.status) == ("thanh-vien-khong-hop", 409)
    assert "TT17–19/2018 Đ30" in str(refused.value)
    assert ready.plan("department", members=["officer"]).members == ["officer"]


def test_for_the_commune_only_the_present_role_counts(ready):
    granted(ready, "inspector", "hoi_dong", "truong", "TH-BC")
    ready.hear(identity.RoleRevoked(account="inspector", role="hoi_dong", scope_kind="truong", scope="TH-BC"))
    assert ready.plan(members=["inspector"]).members == ["inspector"]


def test_a_role_at_the_school_that_is_no_work_there_hinders_nobody(ready):
    granted(ready, "evaluator", "kiem_toan", "truong", "TH-BC")
    assert ready.plan("department", members=["evaluator"]).members == ["evaluator"]


def test_roles_that_were_taken_and_accounts_that_were_closed_make_no_member(ready):
    ready.hear(identity.RoleRevoked(account="inspector", role="kiem_tra", scope_kind="xa", scope="NL01"))
    ready.hear(identity.AccountClosed(account="sent"))
    for member, said in (("inspector", "không giữ vai trò"), ("sent", "đã đóng")):
        with pytest.raises(errors.MemberRefused, match=said):
            ready.plan(members=[member])


def test_a_role_makes_a_member_to_its_last_day_and_one_that_is_over_hinders_nobody(ready):
    today = ready.clock.now().date()
    granted(ready, "inspector", "kiem_tra", "xa", "NL01", until=today - dt.timedelta(days=1))
    granted(ready, "sent", "hoi_dong", "truong", "TH-BC", until=today - dt.timedelta(days=1))
    with pytest.raises(errors.MemberRefused, match="không giữ vai trò"):
        ready.plan(members=["inspector"])

    granted(ready, "inspector", "kiem_tra", "xa", "NL01", until=today)
    assert ready.plan(members=["inspector", "sent"]).members == ["inspector", "sent"]


def test_a_token_of_an_eligible_role_may_be_a_member_while_it_is_good(ready):
    token(ready, "t-1", "kiem_tra")
    token(ready, "t-2", "kiem_tra", days=-1)
    token(ready, "t-3", "van_thu")
    token(ready, "t-4", "kiem_tra")
    ready.hear(identity.TokenRevoked(token="t-4"))
    assert ready.plan(members=["t-1"]).members == ["t-1"]
    for number in ("t-2", "t-3", "t-4"):
        with pytest.raises(errors.MemberRefused):
            ready.plan(title=number, members=[number], on=dt.date(2026, 11, 3), layer="department")


def test_a_team_has_its_limit(ready):
    with pytest.raises(BadRequest, match="nhiều nhất"):
        ready.plan(members=[str(number) for number in range(MOST_MEMBERS + 1)])


def test_only_those_named_record_and_they_or_the_planning_office_conclude(ready, grants):
    visit = ready.plan("department", members=["evaluator"])
    named = grants((Role.EXTERNAL_EVALUATOR, ScopeKind.DEPARTMENT, ""), actor="evaluator")
    for stranger in (ready.evaluator, ready.department):
        with pytest.raises(NotAllowed, match="thành viên"):
            ready.find(visit, {KEY: "met"}, who=stranger)
    with pytest.raises(NotAllowed):
        ready.conclude(visit, who=ready.evaluator)
    assert ready.find(visit, {KEY: "met"}, who=named).findings
    assert ready.conclude(visit, who=ready.department).concluded


def test_a_named_member_who_lost_the_role_records_nothing(ready, grants):
    visit = ready.plan("department", members=["evaluator"])
    with pytest.raises(NotAllowed):
        ready.find(visit, {KEY: "met"}, who=grants((Role.AUDITOR, ScopeKind.INSTALLATION, ""), actor="evaluator"))


def test_an_event_about_people_in_a_version_nobody_here_knows_is_a_problem_not_a_loss(ready):
    class RoleGrantedLater(identity.RoleGranted, frozen=True, kw_only=True):
        VERSION = 2

    before = ready.application.received_position("identity")
    with pytest.raises(event_problems.UnknownEventVersion):
        ready.hear(RoleGrantedLater(account="a", role="kiem_tra", scope_kind="so", scope=""))
    assert ready.application.received_position("identity") == before


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.COMMUNE_LEADER, True),
        (Role.COMMUNE_OFFICER, True),
        (Role.AUDITOR, True),
        (Role.ECONOMIC_OFFICE, False),
        (Role.STEERING_COMMITTEE, False),
        (Role.MASS_ORGANISATION, False),
    ],
)
def test_what_a_visit_found_before_its_end_is_for_who_reads_assessments(role, reads):
    grant = Grant(role=role, scope_kind=ScopeKind.COMMUNE, scope="NL01", schools=("TH-BC",))

    assert reads_drafts(CallContext(actor="a", grants=(grant,)), "TH-BC") is reads
