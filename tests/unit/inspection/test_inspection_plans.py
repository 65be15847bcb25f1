"""When a visit may be planned, moved and concluded: on what was submitted, one at a time, not before its day."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors
from shared.contracts.calls import inspection as calls
from shared.identity.call_context import CallContext, Grant
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.assessment import Layer
from shared.vocabulary.roles import Role, ScopeKind

DAY = dt.date(2026, 11, 2)
TODAY = dt.date(2026, 11, 24)
KEY, OTHER = ("1.1", 1, "-"), ("1.2", 1, "-")


# --- on which cycle, on which day


def test_the_department_evaluates_what_was_submitted_and_not_before_the_day_it_was(team):
    team.hear_cycle()
    with pytest.raises(errors.SubmissionMissing, match="chưa trình") as refused:
        team.plan("department")
    assert (refused.value.type, refused.value.status) == ("chua-trinh", 409)
    team.hear_submitted(on=DAY)
    with pytest.raises(errors.SubmissionMissing, match="trình ngày 02/11/2026"):
        team.plan("department", on=DAY - dt.timedelta(days=1))
    assert team.plan("department", on=DAY).layer is Layer.DEPARTMENT


@pytest.mark.parametrize("newer", ["2026-2027.2", "2027-2028"])
def test_the_commune_visits_the_newest_version_and_year(team, newer):
    team.hear_cycle()
    team.hear_cycle(cycle=newer, opened_on=dt.date(2026, 10, 30))
    with pytest.raises(errors.NotTheNewest, match=newer) as refused:
        team.plan()
    assert refused.value.status == 409
    assert team.plan(cycle=newer).cycle == newer


def test_a_cycle_that_was_opened_after_the_visit_replaces_nothing_on_its_day(team):
    team.hear_cycle()
    team.hear_cycle(cycle="2026-2027.2", opened_on=DAY + dt.timedelta(days=1))
    assert team.plan(on=DAY).cycle == "2026-2027"


def test_the_tenth_version_is_newer_than_the_second(team):
    team.hear_cycle(cycle="2026-2027.2")
    team.hear_cycle(cycle="2026-2027.10")
    assert team.plan(cycle="2026-2027.10")
    with pytest.raises(errors.NotTheNewest):
        team.plan(cycle="2026-2027.2")


def test_a_visit_is_planned_at_most_a_year_ahead(team):
    team.hear_cycle()
    assert team.plan(on=TODAY + dt.timedelta(days=366))
    with pytest.raises(errors.VisitDateRefused, match="quá xa") as refused:
        team.plan(on=TODAY + dt.timedelta(days=367))
    assert refused.value.status == 422


# --- one at a time, and rechecks


def test_a_second_visit_waits_until_the_first_is_concluded_and_is_then_its_recheck(team):
    team.hear_cycle()
    team.hear_submitted()
    first = team.plan()
    with pytest.raises(errors.StillOpen, match=r"còn một đợt cùng cấp \(xã/Sở\) chưa kết luận") as refused:
        team.plan(title="Nữa")
    assert refused.value.status == 409
    assert team.plan("department").recheck_of == ""
    team.conclude(first)
    second = team.plan(title="Kiểm tra lại", on=DAY + dt.timedelta(days=7))
    assert (first.recheck_of, second.recheck_of) == ("", first.inspection)
    team.conclude(second, on=DAY + dt.timedelta(days=7))
    assert team.plan(title="Lần ba", on=TODAY, recheck_of=first.inspection).recheck_of == first.inspection


def test_a_recheck_is_of_a_concluded_visit_only(team):
    team.hear_cycle()
    with pytest.raises(errors.NoSuchInspection):
        team.plan(recheck_of="5f0c5a0e-0c51-5b52-9a4b-1d9d1a7e0001")


# --- the day of the visit


def test_the_planning_office_moves_the_day_with_a_reason(team):
    team.hear_cycle()
    visit = team.plan(on=TODAY + dt.timedelta(days=21))
    with pytest.raises(errors.VisitDateRefused, match="dời ngày của đợt"):
        team.find(visit, {KEY: "met"}, on=TODAY)
    moved = team.reschedule(visit, TODAY, reason=" Đoàn đến sớm ")
    assert (moved.on, moved.moved_because) == (TODAY, "Đoàn đến sớm")
    assert team.find(visit, {KEY: "met"}, on=TODAY).findings
    head = team.application.log.head()
    assert team.reschedule(visit, TODAY).on == TODAY
    assert team.application.log.head() == head


def test_a_day_is_not_moved_without_reason_past_findings_or_after_the_conclusion(team):
    team.hear_cycle()
    visit = team.plan()
    with pytest.raises(BadRequest, match="lý do"):
        team.reschedule(visit, TODAY, reason=" ")
    team.find(visit, {KEY: "met"})
    with pytest.raises(errors.VisitDateRefused, match="phát hiện ghi ngày 02/11/2026"):
        team.reschedule(visit, TODAY)
    with pytest.raises(errors.VisitDateRefused, match="quá xa"):
        team.reschedule(visit, TODAY + dt.timedelta(days=400))
    team.conclude(visit)
    with pytest.raises(errors.Concluded):
        team.reschedule(visit, dt.date(2026, 10, 1))


@pytest.mark.parametrize("who", ["inspector", "department", "evaluator"])
def test_only_the_office_that_plans_a_layer_moves_its_visits(team, who):
    team.hear_cycle()
    visit = team.plan()
    with pytest.raises(NotAllowed):
        team.reschedule(visit, TODAY, who=getattr(team, who))


def test_a_visit_is_concluded_neither_before_its_day_nor_before_its_last_finding(team):
    team.hear_cycle()
    visit = team.plan()
    with pytest.raises(errors.VisitDateRefused, match="sớm hơn"):
        team.conclude(visit, on=DAY - dt.timedelta(days=1))
    team.find(visit, {KEY: "met"}, on=dt.date(2026, 11, 10))
    team.find(visit, {OTHER: "met"}, on=dt.date(2026, 11, 5))
    with pytest.raises(errors.VisitDateRefused, match="Kết luận từ ngày 10/11/2026"):
        team.conclude(visit, on=dt.date(2026, 11, 9))
    assert team.conclude(visit, on=dt.date(2026, 11, 10)).concluded_on == dt.date(2026, 11, 10)


def test_a_visit_that_found_nothing_says_why(team):
    team.hear_cycle()
    visit = team.plan()
    for summary in ("", "Tốt", "1234567890!"):
        with pytest.raises(BadRequest, match="ít nhất 10 chữ cái"):
            team.conclude(visit, summary=summary)
    assert team.conclude(visit, summary="Trường nghỉ lũ, không làm việc được.").concluded


def test_a_day_to_answer_by_that_has_passed_is_refused_and_one_that_passed_since_is_kept(team):
    team.hear_cycle()
    visit = team.plan()
    for day in (DAY - dt.timedelta(days=1), TODAY - dt.timedelta(days=1)):
        with pytest.raises(errors.VisitDateRefused, match="đã qua"):
            team.find(visit, {KEY: "not_met"}, answer_by=day)
    team.find(visit, {KEY: "not_met"}, answer_by=TODAY)
    team.clock.move(dt.timedelta(days=3))
    again = team.find(visit, {KEY: "not_met"}, on=dt.date(2026, 11, 26), note="Thiếu sổ", answer_by=TODAY)
    assert (again.findings[0].note, again.findings[0].answer_by) == ("Thiếu sổ", TODAY)
    for other in (TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)):  # both have passed by now, too
        with pytest.raises(errors.VisitDateRefused, match="đã qua"):
            team.find(visit, {KEY: "not_met"}, on=dt.date(2026, 11, 26), answer_by=other)
    with pytest.raises(errors.VisitDateRefused, match="đã qua"):  # kept for the finding that had it, for no other
        team.find(visit, {OTHER: "not_met"}, on=dt.date(2026, 11, 26), answer_by=TODAY)


def test_a_visit_says_how_much_of_the_rulebook_it_has_seen(team):
    team.hear_cycle()
    seen = team.find(team.plan(), {KEY: "met", ("1.1", 2, "-"): "met", OTHER: "met"})
    assert (seen.criteria_seen, seen.criteria_total) == (2, len({key.criterion for key in team.keys}))


def test_visits_are_listed_across_the_schools_that_the_caller_reaches_newest_day_first(team):
    for school in ("TH-BC", "TH-B"):
        team.hear_school(school)
        team.hear_cycle(school=school)
        team.hear_submitted(school=school)
    schools = ("TH-BC", "TH-B")
    grant = Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope="NL01", schools=schools)
    office = CallContext(actor="o", grants=(grant,))
    team.plan(who=office, school="TH-B", title="Kiểm tra B")
    first = team.plan(title="Kiểm tra A", on=DAY + dt.timedelta(days=1))
    second = team.plan("department")
    team.find(second, {("1.1", 1, "-"): "met", ("1.1", 2, "-"): "met"})

    def listed(who, **more):
        return team.application.visits(who, calls.VisitsRequest(**more))

    mine = listed(office, commune="NL01", layer=Layer.COMMUNE)
    assert [(one.school, one.title) for one in mine.visits] == [("TH-BC", "Kiểm tra A"), ("TH-B", "Kiểm tra B")]
    assert mine.total == 2
    assert [one.inspection for one in listed(office, layer=Layer.COMMUNE, limit=1).visits] == [first.inspection]
    assert listed(office, commune="NL09").visits == []
    assert {one.school for one in listed(team.evaluator).visits} == {"TH-BC"}
    (seen,) = listed(team.department, layer=Layer.DEPARTMENT).visits
    assert (seen.criteria_seen, seen.criteria_total, seen.concluded_on) == (1, 15, None)
    team.conclude(second)
    assert listed(team.department, layer=Layer.DEPARTMENT).visits[0].concluded_on == DAY
    for wrong in ({"limit": 0}, {"limit": 2001}, {"after": -1}):
        with pytest.raises(BadRequest):
            listed(office, **wrong)
