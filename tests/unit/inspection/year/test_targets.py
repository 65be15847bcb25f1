"""Targets: set for schools, met and lost as the layers judge, revised and given up."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.inspection import errors_year
from shared.contracts.events.assessment import CycleOpened, SchoolClosed
from shared.contracts.problems import SchoolIsClosed
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from shared.storage.errors import StoreFull
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead, TargetState
from tests.unit.inspection.year import targets_kit as kit
from tests.unit.inspection.year.targets_kit import board, judge, judge_all, set_targets, topics, wanted, with_school


def only(team, **more):
    return board(team, **more).targets[0]


def test_a_target_that_was_set_is_on_its_way(team):
    with_school(team)
    done = set_targets(team, wanted(lead=TargetLead.ECONOMIC_OFFICE, means=" Sửa  phòng "))
    one = only(team)
    assert (one.id, one.school, one.criterion, one.level, one.by) == (done.ids[0], "TH-BC", "1.1", 1, kit.BY)
    assert (one.lead, one.means, one.state, one.met_on) == (
        TargetLead.ECONOMIC_OFFICE,
        "Sửa  phòng",
        TargetState.ON_THE_WAY,
        None,
    )


def test_the_same_target_again_is_one_and_another_one_is_refused(team):
    with_school(team)
    first = set_targets(team)
    assert set_targets(team) == first
    with pytest.raises(errors_year.TargetStands, match="đã có chỉ tiêu năm 2026: Mức 1"):
        set_targets(team, wanted(criterion="1.2"), wanted(by=dt.date(2027, 1, 31)))
    assert topics(team) == ["set"]


def test_many_are_set_at_once_or_none(team):
    with_school(team)
    with_school(team, "TH-NL")
    with pytest.raises(NoSuchCriterion):
        set_targets(team, wanted(), wanted("TH-NL", criterion="9.9"))
    assert topics(team) == []
    assert len(set(set_targets(team, wanted(), wanted("TH-NL"), wanted(criterion="1.2")).ids)) == 3
    assert [(one.school, one.criterion) for one in board(team).targets] == [
        ("TH-BC", "1.1"),
        ("TH-BC", "1.2"),
        ("TH-NL", "1.1"),
    ]


@pytest.mark.parametrize(
    ("one", "refused"),
    [
        (wanted(criterion="9.9"), NoSuchCriterion),
        (wanted(level=9), NoSuchCriterion),
        (wanted(by=dt.date(2025, 12, 31)), errors_year.TargetRefused),
        (wanted(by=dt.date(2040, 1, 1)), errors_year.TargetRefused),
        (wanted("TH-XX"), errors_year.SchoolUnknown),
        (wanted("TH-KHAC"), errors_year.SchoolElsewhere),
        (wanted(means="a" * 30_000), BadRequest),
    ],
    ids=["criterion", "level", "before the year", "too far", "no school", "other commune", "too long"],
)
def test_what_cannot_be_a_target_is_refused_and_nothing_is_recorded(team, one, refused):
    with_school(team)
    kit.register(team, "TH-KHAC", "NL02")
    with pytest.raises(refused, match="Chưa ghi gì"):
        set_targets(team, one)
    assert topics(team) == []


def test_a_closed_school_gets_no_new_target(team):
    with_school(team)
    with_school(team, "TH-NL")
    kit.hear(team, SchoolClosed(school="TH-NL", closed_on=dt.date(2026, 8, 1)))
    with pytest.raises(SchoolIsClosed):
        set_targets(team, wanted(), wanted("TH-NL"))
    assert topics(team) == []


def test_no_target_and_two_for_one_criterion_are_refused(team):
    with_school(team)
    for some in ([], [wanted(), wanted(level=2)]):
        with pytest.raises(errors_year.TargetRefused):
            team.application.set_targets(kit.OFFICER, kit.calls.SetTargets(commune="NL01", year=2026, targets=some))


def test_a_school_without_a_cycle_gets_targets_by_the_rulebook_in_force(team):
    kit.register(team)
    set_targets(team)
    assert board(team).schools[0].rulebook == "v2026_tt57/pho_thong"


# --- met and lost


def test_a_target_is_met_once_the_last_indicator_is(team):
    with_school(team)
    set_targets(team)
    *before, last = kit.indicators("1.1", 1)
    for key in before:
        judge(team, key)
    assert only(team).state is TargetState.ON_THE_WAY
    judge(team, last, on=dt.date(2026, 11, 20))
    assert topics(team) == ["set", "met"]
    assert (only(team).state, only(team).met_on) == (TargetState.MET, dt.date(2026, 11, 20))


def test_what_was_judged_before_a_target_was_set_counts_when_it_is(team):
    with_school(team)
    judge_all(team, on=dt.date(2026, 10, 2))
    set_targets(team)
    assert topics(team) == ["set", "met"]
    assert only(team).met_on == dt.date(2026, 10, 2)


def test_a_judgement_that_is_taken_back_loses_the_target(team):
    with_school(team)
    set_targets(team)
    judge_all(team)
    judge(team, kit.indicators()[0], "not_met")
    assert topics(team) == ["set", "met", "lost"]
    assert only(team).state is TargetState.ON_THE_WAY
    judge_all(team)
    assert topics(team) == ["set", "met", "lost", "met"]


def test_the_same_event_twice_is_recorded_once(team):
    with_school(team)
    set_targets(team)
    last = judge_all(team)
    team.application.receive(last)
    assert topics(team) == ["set", "met"]


def test_events_that_are_read_anew_after_a_rebuild_change_nothing(team):
    with_school(team)
    heard = []
    set_targets(team)
    for result in ("met", "not_met", "met"):
        heard.append(judge(team, kit.indicators()[0], result))
    assert topics(team) == ["set", "met", "lost", "met"]
    team.application.views.rebuild()
    with_school(team)
    for event in heard:
        team.application.receive(event)
    assert topics(team) == ["set", "met", "lost", "met"]
    assert only(team).state is TargetState.MET


def test_an_event_whose_marking_failed_is_recorded_once(team, monkeypatch):
    with_school(team)
    set_targets(team)

    def fail(*_):
        raise StoreFull

    with monkeypatch.context() as broken:
        broken.setattr(team.application.views, "apply_once", fail)
        with pytest.raises(StoreFull):
            judge(team, kit.indicators()[0])
    assert topics(team) == ["set", "met"]
    judge(team, kit.indicators()[0])
    assert topics(team) == ["set", "met"]
    assert only(team).state is TargetState.MET


def test_a_judgement_of_an_earlier_day_does_not_replace_a_later_one(team):
    with_school(team)
    set_targets(team)
    judge_all(team, on=dt.date(2026, 11, 10))
    judge_all(team, result="not_met", on=dt.date(2026, 11, 3))
    assert only(team).state is TargetState.MET


def test_a_cycle_that_was_only_opened_takes_nothing_back_and_its_first_judgement_counts(team):
    with_school(team)
    set_targets(team)
    judge_all(team)
    team.hear_cycle(cycle="2026-2027.2", opened_on=dt.date(2026, 11, 24))
    assert only(team).state is TargetState.MET
    judge(team, kit.indicators()[0], "not_met", cycle="2026-2027.2")
    assert topics(team) == ["set", "met", "lost"]


def test_a_version_that_reopens_a_cycle_begins_with_what_the_school_judged(team):
    with_school(team)
    set_targets(team, wanted(criterion="1.1", level=2))
    judge_all(team, upto=1)
    named = {"school": "TH-BC", "year": "2026-2027", "rulebook": kit.TT57.id, "digest": kit.TT57.digest}
    kit.hear(team, CycleOpened(**named, cycle="2026-2027.2", opened_on=kit.TODAY, reopens="2026-2027"))
    for key in kit.indicators("1.1", 2):
        if key.level == 2:
            judge(team, key, cycle="2026-2027.2")
    assert topics(team) == ["set", "met"]


def test_each_layer_stands_for_itself(team):
    with_school(team)
    set_targets(team, wanted(layer=Layer.COMMUNE))
    judge_all(team)
    assert topics(team) == ["set"]
    assert only(team, layer=Layer.SCHOOL).state is TargetState.MET
    assert only(team, layer=Layer.COMMUNE).state is TargetState.ON_THE_WAY
    judge_all(team, layer=Layer.COMMUNE)
    assert topics(team) == ["set", "met"]
    assert only(team, layer=Layer.DEPARTMENT).state is TargetState.ON_THE_WAY


def test_a_criterion_of_the_same_number_in_another_family_of_rulebooks_does_not_count(team):
    older = kit.load_library().get("v2018_tt22/tieu_hoc")
    with_school(team)
    set_targets(team)
    cycle = {"rulebook": older, "cycle": "2027-2028", "opened_on": dt.date(2026, 11, 24)}
    team.hear_cycle(**cycle)
    for key in kit.indicators("1.1", 4, older):
        judge(team, key, cycle="2027-2028")
    assert topics(team) == ["set"]


# --- late, revised, dropped


def test_a_target_is_late_from_the_day_after_its_own(team):
    with_school(team)
    set_targets(team, wanted(by=kit.TODAY))
    assert only(team).state is TargetState.ON_THE_WAY
    team.clock.move(dt.timedelta(days=1))
    assert only(team).state is TargetState.LATE
    assert board(team).counts == {TargetState.LATE: 1, TargetState.ON_THE_WAY: 0, TargetState.MET: 0}
    assert board(team).schools[0].counts[TargetState.LATE] == 1


def test_a_revision_keeps_what_it_does_not_name_and_asks_anew_whether_it_is_met(team):
    with_school(team)
    set_targets(team, wanted(means="Sửa phòng"))
    judge_all(team)
    kit.revise(team, by=dt.date(2027, 3, 31))
    assert topics(team) == ["set", "met", "revised", "met"]
    assert (only(team).by, only(team).means, only(team).level) == (dt.date(2027, 3, 31), "Sửa phòng", 1)
    kit.revise(team, level=2)
    assert topics(team)[4:] == ["revised"]
    assert only(team).state is TargetState.ON_THE_WAY
    kit.revise(team, level=2)
    assert len(topics(team)) == 5


def test_a_revision_of_what_somebody_else_changed_is_refused(team):
    with_school(team)
    set_targets(team)
    seen = kit.detail(team).version
    judge_all(team)
    kit.revise(team, level=2, seen=seen)
    with pytest.raises(errors_year.TargetChanged, match="Chưa ghi đè gì"):
        kit.revise(team, by=dt.date(2027, 3, 31), seen=seen)


def test_a_revision_says_why_and_names_a_target(team):
    with_school(team)
    with pytest.raises(errors_year.TargetUnknown):
        kit.revise(team, level=2)
    with pytest.raises(errors_year.TargetUnknown):
        kit.drop(team)
    set_targets(team)
    with pytest.raises(BadRequest):
        kit.revise(team, reason="ok", level=2)
    with pytest.raises(NoSuchCriterion):
        kit.revise(team, level=7)


def test_a_target_that_was_given_up_is_gone_and_may_be_set_again(team):
    with_school(team)
    set_targets(team)
    kit.drop(team)
    kit.drop(team)
    judge_all(team)
    assert topics(team) == ["set", "dropped"]
    assert board(team).targets == []
    set_targets(team, wanted(by=dt.date(2027, 6, 1)))
    assert topics(team) == ["set", "dropped", "set", "met"]


def test_a_repeated_command_records_nothing(team):
    with_school(team)
    once = msgspec.structs.replace(kit.OFFICER, command="c-7")
    set_targets(team, who=once)
    kit.drop(team)
    set_targets(team, who=once)
    assert topics(team) == ["set", "dropped"]


def test_a_criterion_tells_its_target_what_is_missing_and_what_was_done(team):
    with_school(team)
    assert kit.detail(team).target is None
    assert kit.detail(team).levels == list(kit.TT57.criteria["1.1"].levels)
    set_targets(team, wanted(means="Sửa phòng"))
    kit.revise(team, by=dt.date(2027, 3, 31))
    told = kit.detail(team)
    assert [(act.kind, act.text) for act in told.acts] == [
        ("criterion-target-revised", "Công trình chậm ba tháng"),
        ("criterion-target-set", "Sửa phòng"),
    ]
    assert told.missing == [str(key) for key in kit.indicators()]


def test_a_school_sees_its_targets_late_first(team):
    with_school(team)
    with_school(team, "TH-NL")
    set_targets(team, wanted(criterion="1.2", by=kit.TODAY), wanted(by=kit.BY), wanted("TH-NL"))
    team.clock.move(dt.timedelta(days=1))
    told = team.application.school_targets(kit.calls.SchoolTargetsRequest(school="TH-BC"))
    assert [(one.year, one.target.criterion) for one in told.targets] == [(2026, "1.2"), (2026, "1.1")]
    assert team.application.school_targets(kit.calls.SchoolTargetsRequest(school="TH-BC", year=2025)).targets == []
