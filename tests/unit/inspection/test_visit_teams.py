"""The team of a visit: one head, eligible people, criteria of the rulebook; what is not known is said, never guessed."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from services.inspection import errors
from services.inspection.published import public_event
from services.inspection.teams import MOST_MEMBERS
from shared.contracts.events import identity
from shared.identity.call_context import CallContext
from shared.problems import BadRequest, NotAllowed
from shared.rulebook import load_library
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.inspection import TeamRole
from tests.unit.inspection.team_kit import (
    HEAD,
    KEY,
    LAN,
    MINH,
    SECRETARY,
    agree,
    judge,
    member,
    person,
    programme,
    seen,
    set_up,
    topics,
)


@pytest.fixture
def visit(team):
    team.hear_school()
    team.hear_cycle()
    return team.plan()


@pytest.fixture
def evaluation(team):
    team.hear_school()
    team.hear_cycle(rulebook=load_library().get("v2018_tt22/tieu_hoc"))
    team.hear_submitted()
    return team.plan("department")


def test_a_team_has_a_decision_and_members_with_roles_and_criteria(team, visit):
    done = set_up(team, visit)
    assert done.team.decision == "12/QĐ-UBND"
    assert [(one.person, one.role, one.criteria) for one in done.team.members] == [
        (HEAD, TeamRole.HEAD, ["1.1"]),
        (SECRETARY, TeamRole.SECRETARY, []),
        (LAN, TeamRole.MEMBER, ["1.1", "1.2"]),
    ]
    assert done.members == [HEAD, SECRETARY, LAN]
    assert done.team.warnings == []
    fact = team.application.log.read(1)[0].entry.fact
    assert public_event(fact).members == (HEAD, SECRETARY, LAN)


def test_a_team_set_up_anew_replaces_the_one_before_and_the_same_one_records_nothing(team, visit):
    set_up(team, visit)
    set_up(team, visit)
    assert topics(team) == ["inspection-planned", "team-set-up"]
    anew = set_up(team, visit, [member(MINH, "truong")])
    assert anew.members == [MINH]
    assert len(topics(team)) == 3


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([], "chưa có ai"),
        ([member(LAN)], "0 trưởng đoàn"),
        ([member(HEAD, "truong"), member(LAN, "truong")], "2 trưởng đoàn"),
        ([member(HEAD, "truong"), member(LAN, "thu_ky"), member(MINH, "thu_ky")], "2 thư ký"),
        ([member(HEAD, "truong"), member(LAN), member(LAN)], "hai lần"),
    ],
)
def test_a_team_has_one_head_at_most_one_secretary_and_nobody_twice(team, visit, members, said):
    with pytest.raises(errors.TeamRefused, match=said) as refused:
        set_up(team, visit, members)
    assert (refused.value.type, refused.value.status) == ("doan-khong-hop", 409)
    assert topics(team) == ["inspection-planned"]


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"worked_here": True}, "làm việc ở chính trường này"),
        ({"years_in_sector": 4}, "mới có 4 năm"),
        ({"trained": False}, "chưa qua tập huấn"),
    ],
)
def test_who_is_declared_not_to_be_eligible_is_refused_for_the_department_and_not_for_the_commune(
    team, evaluation, declared, said
):
    members = [member(HEAD, "truong"), member(LAN, **declared)]
    with pytest.raises(errors.MemberRefused, match=f"Người thứ 2.*{said}.*Đ30") as refused:
        set_up(team, evaluation, members)
    assert (refused.value.type, refused.value.status) == ("thanh-vien-khong-hop", 409)
    assert set_up(team, team.plan(), members).team


def test_five_years_in_the_sector_are_enough(team, evaluation):
    assert set_up(team, evaluation, [member(HEAD, "truong", years_in_sector=5)]).team


def test_what_is_not_known_of_a_member_is_said_with_its_article_and_records(team, evaluation):
    unknown = {"worked_here": None, "years_in_sector": None, "trained": None}
    done = set_up(team, evaluation, [member(HEAD, "truong", **unknown), *(member(str(uuid.uuid4())) for _ in range(6))])
    (warning,) = done.team.warnings
    assert warning.startswith("Trưởng đoàn chưa khai: đã làm việc ở trường này hay chưa, số năm trong ngành")
    assert "Đ30" in warning
    assert [one.worked_here for one in done.team.members] == [None, *[False] * 6]


def test_a_small_team_is_warned_of_under_2018_and_under_the_new_circular_nothing_is_known(team, evaluation):
    (small,) = set_up(team, evaluation, [member(HEAD, "truong")]).team.warnings
    assert "Đoàn có 1 người; thường ít nhất 7" in small
    team.hear_cycle(school="TH-BC", cycle="2027-2028", opened_on=dt.date(2026, 11, 1))
    team.hear_submitted(cycle="2027-2028", on=dt.date(2026, 11, 2))
    later = team.plan("department", cycle="2027-2028")
    (unknown,) = set_up(team, later, [member(HEAD, "truong")]).team.warnings
    assert "TT57/2026 chưa thấy điều khoản" in unknown
    with pytest.raises(errors.MemberRefused, match="TT57/2026 quy định thế nào thì chưa rõ"):
        set_up(team, later, [member(HEAD, "truong", trained=False)])


def test_somebody_whose_account_works_at_the_school_is_refused_by_place_in_the_list(team, visit):
    team.hear(identity.AccountInvited(account=LAN))
    team.hear(identity.RoleGranted(account=LAN, role="hoi_dong", scope_kind="truong", scope="TH-BC"))
    with pytest.raises(errors.MemberRefused, match="Người thứ 3 trong đoàn: Người này thuộc chính trường"):
        set_up(team, visit)


def test_somebody_who_once_worked_at_the_school_is_refused_for_the_department_though_nobody_declared_it(team, evaluation):
    team.hear(identity.AccountInvited(account=LAN))
    team.hear(identity.RoleGranted(account=LAN, role="danh_gia_ngoai", scope_kind="so", scope=""))
    members = [member(HEAD, "truong"), member(LAN)]
    assert set_up(team, evaluation, members, only_check=True).team
    team.hear(identity.RoleGranted(account=LAN, role="hieu_truong", scope_kind="truong", scope="TH-BC"))
    team.hear(identity.RoleRevoked(account=LAN, role="hieu_truong", scope_kind="truong", scope="TH-BC"))
    with pytest.raises(errors.MemberRefused, match="Người thứ 2 trong đoàn từng giữ vai trò") as refused:
        set_up(team, evaluation, members)
    assert (refused.value.type, refused.value.data["path"]) == ("thanh-vien-khong-hop", "$.members[1]")


def test_an_account_without_a_role_of_the_layer_is_refused_and_a_person_without_account_goes_along(team, visit):
    team.hear(identity.AccountInvited(account=LAN))
    with pytest.raises(errors.MemberRefused, match="không giữ vai trò"):
        set_up(team, visit)
    assert set_up(team, visit, [member(HEAD, "truong")]).team


def test_a_name_does_not_come_into_the_log_as_an_id(team, visit):
    with pytest.raises(BadRequest, match="Mã người không đúng dạng"):
        set_up(team, visit, [member("Lò Thị Hoa", "truong")])


def test_criteria_are_those_of_the_rulebook(team, visit):
    with pytest.raises(NoSuchCriterion, match=r"không có tiêu chí 9\.9\. Chưa lập đoàn"):
        set_up(team, visit, [member(HEAD, "truong", "9.9")])


def test_a_team_has_its_limits(team, visit):
    with pytest.raises(BadRequest, match="nhiều nhất"):
        set_up(team, visit, [member(HEAD, "truong")] * (MOST_MEMBERS + 1))
    with pytest.raises(BadRequest, match="Số năm"):
        set_up(team, visit, [member(HEAD, "truong", years_in_sector=-1)])
    with pytest.raises(errors.VisitDateRefused, match="chưa đến"):
        set_up(team, visit, on=dt.date(2026, 11, 25))


def test_a_team_that_is_only_looked_at_is_not_recorded(team, visit):
    looked_at = set_up(team, visit, only_check=True)
    assert [one.person for one in looked_at.team.members] == [HEAD, SECRETARY, LAN]
    assert topics(team) == ["inspection-planned"]
    assert seen(team, visit).team is None
    with pytest.raises(errors.TeamRefused):
        set_up(team, visit, [member(LAN)], only_check=True)


@pytest.mark.parametrize("who", ["inspector", "department", "evaluator", "head"])
def test_only_the_office_that_plans_a_layer_sets_its_teams_up(team, visit, who):
    with pytest.raises(NotAllowed):
        set_up(team, visit, who=getattr(team, who))


def test_a_visit_of_another_school_and_one_that_was_concluded_take_no_team(team, visit):
    with pytest.raises(errors.NoSuchInspection):
        set_up(team, visit, school="KHAC")
    team.conclude(visit)
    with pytest.raises(errors.Concluded):
        set_up(team, visit)


def test_a_visit_that_found_something_before_takes_no_team(team, visit):
    team.find(visit, {KEY: "met"})
    with pytest.raises(errors.FindingsStand) as refused:
        set_up(team, visit)
    assert (refused.value.type, refused.value.status) == ("da-co-phat-hien", 409)


def test_with_a_team_nobody_writes_findings_down_alone(team, visit):
    set_up(team, visit)
    with pytest.raises(errors.TeamMustAgree, match="Từng thành viên ghi ý kiến") as refused:
        team.find(visit, {KEY: "met"}, who=person(HEAD))
    assert (refused.value.type, refused.value.status) == ("doan-phai-thong-nhat", 409)


def test_the_school_sees_who_comes_and_not_what_was_declared_of_them(team, visit):
    set_up(team, visit)
    shown = seen(team, visit, team.head).team
    assert [one.person for one in shown.members] == [HEAD, SECRETARY, LAN]
    assert {(one.worked_here, one.years_in_sector, one.trained, one.source) for one in shown.members} == {
        (None, None, None, "")
    }


def test_a_repeated_command_does_not_bring_an_older_team_back(team, visit):
    once = CallContext(actor="account-1", grants=team.officer.grants, command="c-1")
    set_up(team, visit, who=once)
    set_up(team, visit, [member(MINH, "truong")])
    assert set_up(team, visit, who=once).members == [MINH]


def test_who_was_replaced_no_longer_judges_and_no_longer_dissents(team, visit):
    set_up(team, visit)
    judge(team, visit, LAN, {KEY: "not_met"})
    set_up(team, visit, [member(HEAD, "truong"), member(MINH)])
    with pytest.raises(NotAllowed):
        judge(team, visit, LAN, {KEY: "met"})
    judge(team, visit, MINH, {KEY: "met"})
    done = agree(team, visit, {KEY: "met"})
    assert done.opinions[0].agreed.dissent == []
    assert {one.person for one in done.opinions[0].opinions} == {LAN, MINH}
    assert not done.opinions[0].diverging


# --- a programme


def schools(team, *names):
    for name in names:
        team.hear_school(name)
        team.hear_cycle(school=name)


def office(team, *names):
    grants = tuple(
        type(grant)(role=grant.role, scope_kind=grant.scope_kind, scope=grant.scope, schools=names)
        for grant in team.officer.grants
    )
    return CallContext(actor="account-1", grants=grants)


ON = dt.date(2026, 12, 1)


def test_a_programme_plans_visits_to_many_schools_in_one_act_and_again_the_same_ones(team):
    schools(team, "TH-A", "TH-B")
    who = office(team, "TH-A", "TH-B")
    wanted = [("TH-A", ON, {}), ("TH-B", ON, {"title": "Riêng B", "kind": "giam_sat", "sites": ["Điểm lẻ Nà Hin"]})]
    first = programme(team, *wanted, who=who)
    assert [(one.school, one.title, one.kind, one.sites, one.cycle) for one in first] == [
        ("TH-A", "Kiểm tra năm học", "ky_thuat", [], "2026-2027"),
        ("TH-B", "Riêng B", "giam_sat", ["Điểm lẻ Nà Hin"], "2026-2027"),
    ]
    assert programme(team, *wanted, who=who) == first
    assert topics(team) == ["inspection-planned"] * 2


def test_of_a_programme_with_one_wrong_visit_nothing_is_planned_and_the_school_is_named(team):
    schools(team, "TH-A", "TH-B")
    who = office(team, "TH-A", "TH-B")
    for wrong, problem in (
        (("TH-B", ON, {"cycle": "1999-2000"}), errors.CycleUnknown),
        (("TH-B", ON, {"kind": "tham_dinh"}), BadRequest),
        (("TH-C", ON, {}), NotAllowed),
        (("TH-A", ON + dt.timedelta(days=1), {}), errors.StillOpen),
    ):
        with pytest.raises(problem, match=f"^Trường {wrong[0]}: ") as refused:
            programme(team, ("TH-A", ON, {}), wrong, who=who)
        assert refused.value.data["school"] == wrong[0]
    with pytest.raises(BadRequest, match="tên đợt"):
        programme(team, ("TH-A", ON, {}), who=who, title=" ")
    with pytest.raises(BadRequest, match="từ 1 đến"):
        programme(team, who=who)
    assert topics(team) == []


def test_a_programme_is_planned_by_the_office_of_the_layer(team):
    schools(team, "TH-BC")
    for who in (team.inspector, team.department, team.head):
        with pytest.raises(NotAllowed):
            programme(team, ("TH-BC", ON, {}), who=who)


def test_what_one_member_wrote_over_what_was_agreed_on_takes_no_team_either(team, visit):
    agree(team, visit, {KEY: "met"}, who=team.officer, reason="Cả đoàn thống nhất")
    team.find(visit, {KEY: "not_met"})
    with pytest.raises(errors.FindingsStand):
        set_up(team, visit)


def test_a_visit_whose_findings_were_all_agreed_on_takes_a_team(team, visit):
    agree(team, visit, {KEY: "met"}, who=team.officer, reason="Cả đoàn thống nhất")
    assert set_up(team, visit).team
