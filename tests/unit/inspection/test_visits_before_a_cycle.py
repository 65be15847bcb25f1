"""Visits that are planned before the school opens a cycle: planned all the same, and joined to the cycle that is opened."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors
from shared.contracts.calls import inspection as calls
from shared.problems import BadRequest, NotAllowed
from shared.rulebook import load_library
from tests.unit.inspection.team_kit import (
    DAY,
    HEAD,
    KEY,
    TODAY,
    agree,
    judge,
    member,
    person,
    programme,
    seen,
    set_up,
    topics,
)


def test_a_visit_is_planned_ahead_and_joins_the_cycle_with_the_first_thing_that_is_recorded(team):
    team.hear_school()
    visit = team.plan(cycle="")
    assert (visit.cycle, visit.criteria_total) == ("", 0)
    with pytest.raises(errors.NoCycleYet, match="Trường chưa mở đợt") as refused:
        team.find(visit, {KEY: "met"})
    assert (refused.value.type, refused.value.status) == ("chua-co-dot", 409)
    team.hear_cycle()
    found = team.find(visit, {KEY: "met"})
    assert (found.inspection, found.cycle, len(found.findings)) == (visit.inspection, "2026-2027", 1)
    assert found.criteria_total > 0
    assert topics(team) == ["inspection-planned", "visit-joined-cycle", "finding-recorded"]
    assert [one.cycle for one in team.application.visits(team.officer, calls.VisitsRequest()).visits] == ["2026-2027"]
    told = [team.application.published(logged).data for logged in team.application.log.read(1)]
    assert {one["cycle"] for one in told} == {"2026-2027"}


def test_what_is_refused_does_not_join_the_visit_to_a_cycle(team):
    team.hear_school()
    visit = team.plan(cycle="")
    team.hear_cycle()
    with pytest.raises(Exception, match="không có tiêu chí"):
        team.find(visit, {("9.9", 1, "-"): "met"})
    with pytest.raises(NotAllowed):
        team.find(visit, {KEY: "met"}, who=team.evaluator)
    with pytest.raises(errors.NoSuchInspection):
        team.find(visit, {KEY: "met"}, school="KHAC")
    assert topics(team) == ["inspection-planned"]
    assert seen(team, visit).cycle == ""


@pytest.mark.parametrize(
    "act",
    [
        lambda team, visit: judge(team, visit, team.inspector, {KEY: "met"}),
        lambda team, visit: agree(team, visit, {KEY: "met"}, who=team.officer, reason="Cả đoàn cùng xem"),
        lambda team, visit: team.conclude(visit),
    ],
    ids=["an opinion", "an agreement", "the conclusion"],
)
def test_opinions_agreements_and_the_conclusion_join_too(team, act):
    team.hear_school()
    visit = team.plan(cycle="")
    team.hear_cycle()
    assert act(team, visit).cycle == "2026-2027"
    assert topics(team)[:2] == ["inspection-planned", "visit-joined-cycle"]


def test_without_a_cycle_the_newest_that_the_layer_may_visit_is_taken(team):
    team.hear_school()
    team.hear_cycle()
    team.hear_cycle(cycle="2027-2028", opened_on=dt.date(2026, 11, 1))
    assert team.plan(cycle="").cycle == "2027-2028"
    team.hear_submitted()
    assert team.plan("department", cycle="").cycle == "2026-2027"


def test_the_same_plan_without_a_cycle_is_the_same_visit_before_and_after_the_school_opens_one(team):
    team.hear_school()
    first = team.plan(cycle="")
    team.hear_cycle()
    assert team.plan(cycle="").inspection == first.inspection
    assert topics(team) == ["inspection-planned"]
    named = team.plan(title="Khác")
    assert team.plan(cycle="", title="Khác").inspection == named.inspection


def test_the_department_plans_ahead_and_is_held_to_the_submission_when_it_begins(team):
    team.hear_school()
    team.hear_cycle()
    visit = team.plan("department", cycle="")
    assert visit.cycle == ""
    with pytest.raises(errors.SubmissionMissing, match="chưa trình"):
        team.find(visit, {KEY: "met"})
    team.hear_submitted(on=DAY)
    assert team.find(visit, {KEY: "met"}).cycle == "2026-2027"


def test_two_visits_of_a_layer_are_not_open_without_a_cycle_and_two_do_not_join_one(team):
    team.hear_school()
    ahead = team.plan(cycle="")
    with pytest.raises(errors.StillOpen):
        team.plan(cycle="", title="Nữa")
    team.hear_cycle()
    named = team.plan(title="Nữa")
    with pytest.raises(errors.StillOpen, match=r"còn một đợt cùng cấp \(xã/Sở\)"):
        team.find(ahead, {KEY: "met"})
    team.conclude(named)
    assert team.find(ahead, {KEY: "met"}).recheck_of == named.inspection


def test_a_visit_ahead_is_moved_and_planned_within_a_year(team):
    team.hear_school()
    with pytest.raises(errors.VisitDateRefused, match="quá xa"):
        team.plan(cycle="", on=TODAY + dt.timedelta(days=367))
    with pytest.raises(errors.VisitDateRefused, match="quá xa"):
        team.plan(cycle="", on=dt.date(1900, 1, 1))
    visit = team.plan(cycle="")
    assert team.reschedule(visit, TODAY).on == TODAY
    with pytest.raises(errors.VisitDateRefused, match="quá xa"):
        team.reschedule(visit, TODAY + dt.timedelta(days=400))


def test_nothing_is_found_of_a_day_before_the_school_opened_its_cycle(team):
    team.hear_school()
    visit = team.plan(cycle="")
    team.hear_cycle(opened_on=dt.date(2026, 11, 10))
    with pytest.raises(errors.VisitDateRefused, match="trước ngày trường mở đợt"):
        team.find(visit, {KEY: "met"}, on=DAY)
    assert team.find(visit, {KEY: "met"}, on=dt.date(2026, 11, 10)).cycle == "2026-2027"


def test_a_team_with_criteria_joins_where_it_can_and_says_where_nothing_was_checked(team):
    team.hear_school()
    visit = team.plan(cycle="")
    members = [member(HEAD, "truong", "1.1")]
    done = set_up(team, visit, members)
    assert done.cycle == ""
    assert "chưa đối chiếu" in done.team.warnings[0]
    team.hear_cycle()
    assert set_up(team, visit, [*members, member("0198f2c4-0000-7000-8000-00000000000a")]).cycle == "2026-2027"


def test_a_team_without_criteria_leaves_a_visit_without_a_cycle(team):
    team.hear_school()
    visit = team.plan(cycle="")
    team.hear_cycle()
    assert set_up(team, visit, [member(HEAD, "truong")]).cycle == ""
    assert judge(team, visit, person(HEAD), {KEY: "met"}).cycle == "2026-2027"


# --- kinds and sites


@pytest.mark.parametrize(
    ("layer", "rulebook", "kind"),
    [
        ("commune", "v2026_tt57/pho_thong", "ky_thuat"),
        ("department", "v2018_tt22/tieu_hoc", "danh_gia_ngoai"),
        ("department", "v2026_tt57/pho_thong", "tham_dinh"),
    ],
)
def test_the_usual_kind_follows_from_layer_and_circular(team, layer, rulebook, kind):
    team.hear_school()
    team.hear_cycle(rulebook=load_library().get(rulebook))
    team.hear_submitted()
    visit = team.plan(layer)
    assert visit.kind == kind
    assert [one.kind for one in team.application.visits(team.department, calls.VisitsRequest()).visits] == [kind]


@pytest.mark.parametrize(
    ("on", "kind"), [(dt.date(2026, 7, 1), "danh_gia_ngoai"), (DAY, "tham_dinh"), (dt.date(2010, 1, 1), "danh_gia_ngoai")]
)
def test_without_a_cycle_the_circular_in_force_on_the_day_says_the_kind(team, on, kind):
    team.hear_school()
    assert team.plan("department", cycle="", on=on).kind == kind


@pytest.mark.parametrize(("layer", "kind"), [("commune", "danh_gia_ngoai"), ("department", "ky_thuat")])
def test_a_kind_of_the_other_layer_is_refused(team, layer, kind):
    team.hear_school()
    with pytest.raises(BadRequest, match="Chưa lập gì") as refused:
        team.plan(layer, cycle="", kind=kind)
    assert refused.value.status == 400
    assert topics(team) == []


def test_sites_are_kept_each_once_and_have_their_limits(team):
    team.hear_school()
    assert team.plan(cycle="", sites=[" Điểm  chính ", "Điểm chính", "Nà Hin"]).sites == ["Điểm chính", "Nà Hin"]
    for wrong in ([""], ["x" * 201], ["x"] * 51):
        with pytest.raises(BadRequest, match="điểm trường"):
            team.plan(cycle="", title="Khác", sites=wrong)


def test_a_programme_of_the_department_may_be_planned_ahead(team):
    team.hear_school()
    (visit,) = programme(team, ("TH-BC", DAY, {}), layer="department")
    assert (visit.cycle, visit.kind) == ("", "tham_dinh")


def test_what_the_departments_visit_is_follows_from_the_circular_of_the_cycle_that_it_joins(team):
    team.hear_school()
    visit = team.plan("department", cycle="", on=DAY)
    assert visit.kind == "tham_dinh", "the circular of its day, while there is no cycle"
    of_2018 = load_library().get("v2018/tieu_hoc")
    team.hear_cycle(rulebook=of_2018, opened_on=dt.date(2026, 9, 1))
    team.hear_submitted()
    joined = team.find(visit, {next(iter(of_2018.keys)): "met"})
    assert (joined.cycle, joined.kind) == ("2026-2027", "danh_gia_ngoai")
    assert [one.kind for one in team.application.visits(team.department, calls.VisitsRequest()).visits] == ["danh_gia_ngoai"]
