"""What a team agrees on: written down by its head or secretary, with dissent kept, and the only thing that it finds."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from services.inspection import errors
from shared.contracts.calls.inspection import ConcludeInspection
from shared.contracts.events import identity
from shared.problems import BadRequest, NotAllowed
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.assessment import Result
from shared.vocabulary.inspection import VisitConclusion
from tests.unit.inspection.team_kit import (
    DAY,
    HEAD,
    KEY,
    LAN,
    OTHER,
    SECRETARY,
    THIRD,
    TODAY,
    agree,
    hold,
    judge,
    member,
    person,
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
def sent(team, visit):
    set_up(team, visit)
    return visit


@pytest.mark.parametrize("who", [HEAD, SECRETARY])
def test_the_head_or_the_secretary_agrees_and_dissent_is_kept(team, sent, who):
    judge(team, sent, HEAD, {KEY: "met"})
    judge(team, sent, LAN, {KEY: "not_met"})
    done = agree(team, sent, {KEY: "met"}, who=who, note=" Đủ sổ ")
    agreed = done.opinions[0].agreed
    assert (agreed.result, agreed.note, agreed.agreed_on, agreed.dissent, agreed.missing) == (
        Result.MET,
        "Đủ sổ",
        DAY,
        [LAN],
        [],
    )
    assert done.opinions[0].diverging
    (finding,) = done.findings
    assert (finding.result, finding.note, finding.recorded_on, finding.answer_by) == (Result.MET, "Đủ sổ", DAY, None)
    assert (done.criteria_seen, seen(team, sent, team.head).findings) == (1, [])


def test_what_was_agreed_stays_while_opinions_change_and_is_agreed_anew(team, sent):
    judge(team, sent, HEAD, {KEY: "met"})
    judge(team, sent, LAN, {KEY: "met"})
    agree(team, sent, {KEY: "met"})
    judge(team, sent, LAN, {KEY: "not_met"})
    assert seen(team, sent).opinions[0].agreed.dissent == []
    assert agree(team, sent, {KEY: "met"}).opinions[0].agreed.dissent == [LAN]
    agree(team, sent, {KEY: "met"}, on=TODAY)
    assert topics(team).count("finding-agreed") == 2


def test_nobody_else_agrees(team, sent):
    team.hear(identity.AccountInvited(account=HEAD))
    judge(team, sent, HEAD, {KEY: "met"})
    for who in (person(LAN), team.officer, team.inspector, team.evaluator):
        with pytest.raises(NotAllowed):
            agree(team, sent, {KEY: "met"}, who=who, reason="Vì thế")
    with pytest.raises(NotAllowed):
        agree(team, sent, {KEY: "met"}, who=person(HEAD, sent.layer, "KHAC"), reason="Vì thế")


def test_for_leaders_without_an_account_the_planning_office_writes_it_down(team, sent):
    judge(team, sent, LAN, {OTHER: "met"})
    assert agree(team, sent, {OTHER: "met"}, who=team.officer).findings
    team.hear(identity.AccountInvited(account=HEAD))
    with pytest.raises(NotAllowed, match="Trưởng đoàn hoặc thư ký"):
        agree(team, sent, {OTHER: "not_met"}, who=team.officer)


def test_without_a_team_a_named_member_or_the_planning_office_agrees(team, visit):
    judge(team, visit, team.inspector, {KEY: "met"})
    assert agree(team, visit, {KEY: "met"}, who=team.officer).findings
    assert agree(team, visit, {KEY: "not_met"}, who=team.inspector).findings[0].result is Result.NOT_MET


def test_while_somebody_has_not_judged_an_agreement_needs_a_reason(team, sent):
    judge(team, sent, HEAD, {KEY: "met"})
    with pytest.raises(
        errors.OpinionsMissing, match=r"Tiêu chí 1\.1 Mức\s1: còn 1 người được giao chưa cho ý kiến"
    ) as refused:
        agree(team, sent, {KEY: "met"})
    assert (refused.value.type, refused.value.status, refused.value.data["missing"]) == ("thieu-y-kien", 409, [LAN])
    agreed = agree(team, sent, {KEY: "met"}, reason=" Ốm ").opinions[0].agreed
    assert (agreed.missing, agreed.reason) == ([LAN], "Ốm")


def test_on_what_nobody_judged_an_agreement_needs_a_reason_too(team, sent):
    with pytest.raises(errors.OpinionsMissing, match="chưa ai cho ý kiến"):
        agree(team, sent, {THIRD: "met"})
    done = agree(team, sent, {THIRD: "met"}, reason="Cả đoàn cùng xem tại chỗ")
    assert [(one.criterion, one.opinions, one.agreed.reason) for one in done.opinions] == [
        ("2.1", [], "Cả đoàn cùng xem tại chỗ")
    ]


def test_a_reason_that_is_not_needed_is_not_kept(team, sent):
    judge(team, sent, LAN, {OTHER: "met"})
    assert agree(team, sent, {OTHER: "met"}, reason="Thừa").opinions[0].agreed.reason == ""


def test_one_agreement_that_is_refused_keeps_all_out(team, sent):
    judge(team, sent, LAN, {OTHER: "met"})
    before = topics(team)
    with pytest.raises(errors.OpinionsMissing):
        agree(team, sent, {OTHER: "met", KEY: "met"})
    with pytest.raises(NoSuchCriterion):
        agree(team, sent, {OTHER: "met", ("9.9", 1, "-"): "met"}, reason="Vì thế")
    with pytest.raises(errors.VisitDateRefused):
        agree(team, sent, {OTHER: "met"}, on=DAY - dt.timedelta(days=1))
    assert topics(team) == before


def test_what_all_judged_the_same_is_agreed_at_once_and_nothing_else(team, sent):
    judge(team, sent, HEAD, {KEY: "met", OTHER: "met", THIRD: "not_assessed"})
    judge(team, sent, LAN, {KEY: "not_met", OTHER: "met", ("1.2", 2, "-"): "met"})
    done = agree(team, sent, unanimous=True)
    assert [(one.criterion, one.level, one.result) for one in done.findings] == [
        ("1.2", 1, Result.MET),
        ("1.2", 2, Result.MET),
    ]
    before = topics(team)
    agree(team, sent, unanimous=True)
    assert topics(team) == before
    both = agree(team, sent, {KEY: "not_met"}, unanimous=True, note="Thiếu sổ")
    assert {(one.criterion, one.level): one.note for one in both.findings}["1.1", 1] == "Thiếu sổ"


def test_what_was_given_to_somebody_who_is_silent_is_not_unanimous(team, sent):
    judge(team, sent, HEAD, {KEY: "met"})
    with pytest.raises(errors.OpinionsMissing, match="Chưa có mục nào"):
        agree(team, sent, unanimous=True)


def test_a_member_who_says_two_things_agrees_with_neither_alone(team, sent):
    at = dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC)
    judge(team, sent, LAN, {OTHER: "met"}, seen=0, judged_at=at)
    judge(team, sent, LAN, {OTHER: "not_met"}, seen=0, judged_at=at)
    with pytest.raises(errors.OpinionsMissing):
        agree(team, sent, unanimous=True)
    assert agree(team, sent, {OTHER: "met"}).opinions[0].agreed.dissent == [LAN]


def test_an_agreement_names_something(team, sent):
    with pytest.raises(BadRequest, match="từ 1 đến"):
        agree(team, sent)


def test_a_repeated_command_and_a_concluded_visit_record_nothing(team, sent):
    once = type(person(HEAD))(actor=HEAD, grants=person(HEAD).grants, command="c-1")
    judge(team, sent, LAN, {OTHER: "met"})
    agree(team, sent, {OTHER: "met"}, who=once)
    agree(team, sent, {OTHER: "not_met"})
    assert agree(team, sent, {OTHER: "met"}, who=once).findings[0].result is Result.NOT_MET
    team.conclude(sent, who=person(HEAD))
    with pytest.raises(errors.Concluded):
        agree(team, sent, {OTHER: "met"})


def test_after_the_conclusion_the_school_reads_what_was_agreed_and_answers_it(team, sent):
    judge(team, sent, LAN, {OTHER: "not_met"})
    agree(team, sent, {OTHER: "not_met"})
    team.conclude(sent, who=person(HEAD))
    shown = seen(team, sent, team.head)
    assert ([one.result for one in shown.findings], shown.opinions) == ([Result.NOT_MET], [])
    assert shown.findings[0].state == "mo"
    assert team.answer(sent, OTHER).findings[0].state == "da_tra_loi"


# --- the conclusion and the minutes


def conclude(team, visit, who=None, summary="Đã kiểm tra tại trường.", **more):
    request = ConcludeInspection(school="TH-BC", inspection=visit.inspection, summary=summary, **more)
    default = team.officer if visit.layer == "commune" else team.department
    return team.application.conclude(who or default, request)


@pytest.mark.parametrize("who", [HEAD, SECRETARY])
def test_the_head_or_the_secretary_of_a_team_concludes(team, sent, who):
    assert conclude(team, sent, who=person(who)).concluded


def test_no_plain_member_concludes_and_the_office_only_for_leaders_without_an_account(team, sent):
    for who in (person(LAN), team.inspector):
        with pytest.raises(NotAllowed, match="Trưởng đoàn hoặc thư ký kết luận đợt của đoàn"):
            conclude(team, sent, who=who)
    team.hear(identity.AccountInvited(account=HEAD))
    with pytest.raises(NotAllowed, match="kết luận đợt"):
        conclude(team, sent)
    assert not seen(team, sent).concluded


def test_for_leaders_without_an_account_the_planning_office_concludes(team, sent):
    assert conclude(team, sent, who=team.officer).concluded


def test_without_a_team_whoever_goes_concludes(team, visit):
    assert conclude(team, visit, who=team.inspector).concluded


@pytest.mark.parametrize(
    "other", [{"summary": "Trường chưa đạt."}, {"conclusion": VisitConclusion.NOT_READY}, {"conclusion": None}]
)
def test_another_conclusion_than_the_one_that_stands_is_refused(team, visit, other):
    first = {"conclusion": VisitConclusion.READY}
    conclude(team, visit, **first)
    assert conclude(team, visit, **first).conclusion == "du_dieu_kien", "the same again is the same"
    with pytest.raises(errors.Concluded, match="đã kết luận ngày 24/11/2026, khác kết luận vừa gửi") as refused:
        conclude(team, visit, **(first | other))
    assert (refused.value.type, refused.value.status) == ("da-ket-luan", 409)
    assert topics(team).count("inspection-concluded") == 1


def test_a_conclusion_sent_again_by_the_same_command_is_the_first(team, visit):
    once = msgspec.structs.replace(team.officer, command="ket-luan-1")
    conclude(team, visit, who=once)
    assert conclude(team, visit, who=once, summary="Khác").summary == "Đã kiểm tra tại trường."


def test_the_commune_concludes_whether_the_school_is_ready(team, visit):
    assert conclude(team, visit, conclusion=VisitConclusion.READY_AFTER_REMEDY).conclusion == "du_sau_khac_phuc"
    told = team.application.published(team.application.log.read(1)[0]).data
    assert told["conclusion"] == "du_sau_khac_phuc"


def test_the_department_draws_no_such_conclusion(team, visit):
    team.hear_submitted()
    evaluation = team.plan("department")
    with pytest.raises(BadRequest, match="kết luận của đoàn xã"):
        conclude(team, evaluation, conclusion=VisitConclusion.READY)
    assert conclude(team, evaluation).conclusion is None
    assert "conclusion" not in team.application.published(team.application.log.read(2)[0]).data


def test_minutes_say_days_people_sites_and_what_the_school_says_and_the_later_hold(team, sent):
    done = hold(
        team,
        sent,
        held_on=[DAY + dt.timedelta(days=1), DAY, DAY],
        participants=[{"person": LAN, "office": " Hiệu  trưởng "}],
        sites=["Điểm chính"],
        school_opinion=" Nhất trí ",
    )
    minutes = done.minutes
    assert (minutes.held_on, minutes.sites, minutes.school_opinion) == (
        [DAY, DAY + dt.timedelta(days=1)],
        ["Điểm chính"],
        "Nhất trí",
    )
    assert [(one.person, one.office) for one in minutes.participants] == [(LAN, "Hiệu trưởng")]
    told = team.application.published(team.application.log.read(2)[0]).data
    assert sorted(told) == ["cycle", "held_on", "inspection", "layer", "school"]
    assert seen(team, sent, team.head).minutes is None
    assert hold(team, sent, held_on=[DAY]).minutes.participants == []
    hold(team, sent, held_on=[DAY])
    assert topics(team).count("visit-held") == 2


@pytest.mark.parametrize(
    ("held_on", "problem"),
    [
        ([], BadRequest),
        ([DAY - dt.timedelta(days=1)], errors.VisitDateRefused),
        ([DAY, TODAY + dt.timedelta(days=1)], errors.VisitDateRefused),
        ([DAY + dt.timedelta(days=number) for number in range(-15, 17)], BadRequest),
    ],
)
def test_days_that_do_not_fit_are_not_written_into_minutes(team, sent, held_on, problem):
    with pytest.raises(problem, match="Chưa ghi gì"):
        hold(team, sent, held_on=held_on)


def test_minutes_may_be_written_after_the_conclusion_of_days_up_to_it(team, sent):
    team.conclude(sent, who=person(HEAD), on=DAY)
    assert hold(team, sent).minutes
    assert seen(team, sent, team.head).minutes
    with pytest.raises(errors.VisitDateRefused, match="đã kết luận"):
        hold(team, sent, held_on=[TODAY])


def test_minutes_are_written_by_the_team_or_the_planning_office_and_hold_no_names(team, sent):
    assert hold(team, sent, who=team.officer).minutes
    with pytest.raises(NotAllowed):
        hold(team, sent, who=team.inspector)
    with pytest.raises(BadRequest, match="Mã người"):
        hold(team, sent, participants=[{"person": "Lò Thị Hoa"}])
    once = type(team.officer)(actor="account-1", grants=team.officer.grants, command="c-9")
    hold(team, sent, who=once, sites=["Một"])
    hold(team, sent, sites=["Hai"])
    assert hold(team, sent, who=once, sites=["Một"]).minutes.sites == ["Hai"]


def test_members_are_described_in_their_place(team, visit):
    assert set_up(team, visit, [member(LAN, "truong")]).team.members[0].source == "Sơ yếu lý lịch"


def test_what_was_written_over_an_agreement_is_agreed_on_anew(team, visit):
    agree(team, visit, {KEY: "met"}, who=team.officer, reason="Cả đoàn thống nhất")
    team.find(visit, {KEY: "not_met"})
    done = agree(team, visit, {KEY: "met"}, who=team.officer, reason="Cả đoàn thống nhất")
    assert [one.result for one in done.findings] == [Result.MET]
