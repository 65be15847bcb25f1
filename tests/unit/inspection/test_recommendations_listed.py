"""Recommendations in lists: who sees which, the most urgent first, and what a later visit takes over."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection.errors import RecommendationUnknown
from shared.contracts.events.assessment import CycleOpened
from shared.problems import BadRequest
from shared.storage import slices
from shared.vocabulary.inspection import RecommendationState, Responsible
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.inspection.conftest import TT57
from tests.unit.inspection.recommendation_kit import DUE, TODAY, add, answer, extend, listed, of_school, one, verify


@pytest.fixture
def visit(team):
    team.hear_school()
    team.hear_cycle()
    return team.plan()


def ids(recommendations):
    return [one.id for one in recommendations]


def counted(**counts):
    return dict.fromkeys(RecommendationState, 0) | counts


def test_a_draft_is_listed_to_everybody_but_the_school(team, visit):
    number = add(team, visit)
    for reader in (team.officer, team.inspector, team.department):
        assert ids(of_school(team, reader)) == [number]
    assert of_school(team, team.head) == []
    team.conclude(visit)
    assert ids(of_school(team, team.head)) == ids(listed(team).recommendations) == [number]


def test_the_list_of_the_offices_tells_a_school_nothing(team, visit):
    team.conclude(visit)
    add(team, visit)
    assert (listed(team, team.head).total, listed(team, team.head).counts) == (0, counted())


def test_overdue_ones_come_first_then_by_due_date_and_what_is_done_last(team, visit):
    team.conclude(visit)
    late, soon, later = (
        add(team, visit, text, due=TODAY + dt.timedelta(days=days))
        for text, days in (("Việc muộn", 1), ("Việc gần", 20), ("Việc xa", 40))
    )
    done = add(team, visit, "Việc xong", due=TODAY)
    answer(team, done)
    verify(team, done)
    team.clock.move(dt.timedelta(days=5))
    answered = add(team, visit, "Việc đã trả lời", due=TODAY + dt.timedelta(days=10))
    answer(team, answered)
    order = [late, answered, soon, later, done]
    assert ids(of_school(team)) == ids(listed(team).recommendations) == order
    assert listed(team).counts == counted(qua_han=1, mo=2, da_tra_loi=1, dat=1)
    assert ids(listed(team, overdue=True).recommendations) == [late]
    assert ids(listed(team, state=RecommendationState.ANSWERED).recommendations) == [answered]
    narrowed = listed(team, overdue=True)
    assert (narrowed.total, narrowed.counts) == (1, listed(team).counts)


def test_what_each_school_has_to_do_is_counted_by_state_and_drafts_are_not(team, visit):
    late = add(team, visit, "Việc muộn", due=TODAY + dt.timedelta(days=1))
    answer_later = add(team, visit, "Việc trả lời")
    assert listed(team).by_school == {}
    team.conclude(visit)
    answer(team, answer_later)
    team.clock.move(dt.timedelta(days=5))
    every = {"TH-BC": counted(qua_han=1, da_tra_loi=1)}
    assert listed(team).by_school == listed(team, limit=1, overdue=True).by_school == every
    assert ids(listed(team, overdue=True).recommendations) == [late]
    assert listed(team, team.head).by_school == {}


def test_a_page_is_a_part_of_the_whole(team, visit):
    numbers = [add(team, visit, f"Việc thứ {count}", due=DUE + dt.timedelta(days=count)) for count in range(5)]
    page = listed(team, after=1, limit=2)
    assert (ids(page.recommendations), page.total) == (numbers[1:3], 5)
    for wrong in ({"limit": 0}, {"limit": 501}, {"after": -1}):
        with pytest.raises(BadRequest, match="từ 1 đến 500"):
            listed(team, **wrong)


def test_a_list_is_narrowed_by_commune_school_layer_and_who_is_responsible(team, visit):
    here = add(team, visit)
    commune = add(team, visit, "Sửa đường vào trường", responsible=Responsible.COMMUNE)
    assert ids(listed(team, commune="NL01").recommendations) == [here, commune]
    assert listed(team, commune="NL02").total == listed(team, school="KHAC").total == 0
    assert listed(team, school="TH-BC", layer="commune").total == 2
    assert listed(team, layer="department").total == 0
    assert ids(listed(team, responsible=Responsible.COMMUNE).recommendations) == [commune]


def test_nobody_lists_or_reads_what_no_role_reaches(team, grants, visit):
    number = add(team, visit)
    stranger = grants((Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL02"))
    assert listed(team, stranger).total == 0
    with pytest.raises(RecommendationUnknown):
        one(team, number, who=stranger)


# --- what a later visit takes over


def later_visit(team, **more):
    return team.plan(title=more.pop("title", "Phúc tra"), on=dt.date(2026, 11, 20), **more)


def test_a_later_visit_takes_over_what_it_found_open(team, visit):
    team.conclude(visit)
    open_one = add(team, visit, "Còn mở", due=DUE)
    done_before = add(team, visit, "Xong trước", due=DUE + dt.timedelta(days=1))
    answer(team, done_before)
    verify(team, done_before)
    second = later_visit(team)
    own = add(team, second, "Của đợt sau", due=DUE + dt.timedelta(days=2))
    assert ids(of_school(team, inspection=second.inspection)) == [open_one, own]
    assert one(team, open_one).carried_into == [second.inspection]
    assert one(team, done_before).carried_into == one(team, own).carried_into == []
    assert ids(of_school(team, inspection=visit.inspection)) == [open_one, done_before]


def test_what_is_done_while_the_later_visit_goes_on_was_taken_over_by_it(team, visit):
    team.conclude(visit)
    number = add(team, visit)
    second = later_visit(team)
    answer(team, number)
    assert verify(team, number, inspection=second.inspection).carried_into == [second.inspection]
    team.conclude(second, on=dt.date(2026, 11, 20))
    third = later_visit(team, title="Phúc tra lần hai")
    assert one(team, number).carried_into == [second.inspection]
    assert of_school(team, inspection=third.inspection) == []


def test_what_is_recommended_after_the_later_visits_conclusion_was_not_taken_over_by_it(team, visit):
    team.conclude(visit)
    second = later_visit(team)
    team.conclude(second, on=dt.date(2026, 11, 20))
    late = add(team, visit, "Nêu muộn", who=team.officer)
    assert one(team, late).carried_into == []
    third = later_visit(team, title="Phúc tra lần hai")
    assert one(team, late).carried_into == [third.inspection]


def test_a_visit_of_the_other_layer_or_of_another_school_takes_over_nothing(team, visit):
    team.conclude(visit)
    number = add(team, visit)
    team.hear_submitted()
    team.plan("department", on=dt.date(2026, 11, 20))
    team.hear(
        CycleOpened(
            school="KHAC",
            cycle="2026-2027",
            year="2026-2027",
            rulebook=TT57.id,
            digest=TT57.digest,
            opened_on=dt.date(2026, 9, 25),
        )
    )
    assert one(team, number).carried_into == []


def test_an_extension_leaves_open_what_was_open(team, visit):
    team.conclude(visit)
    number = add(team, visit)
    second = later_visit(team)
    assert extend(team, number, dt.date(2027, 2, 1)).carried_into == [second.inspection]


def test_many_recommendations_are_asked_for_in_several_questions(team, visit, monkeypatch):
    monkeypatch.setattr(slices, "_AT_ONCE", 2)
    team.conclude(visit)
    numbers = [add(team, visit, f"Việc thứ {count}", due=DUE + dt.timedelta(days=count)) for count in range(5)]
    for number in numbers:
        answer(team, number)
    assert [len(shown.answers) for shown in listed(team).recommendations] == [1] * 5
