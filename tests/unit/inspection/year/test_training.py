"""Training: classes planned, held with attendance, cancelled, asked for; who sees what of them."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors_year as e
from services.inspection.errors import VisitDateRefused
from shared.contracts.calls.year import training as t
from shared.contracts.events.assessment import SchoolClosed
from shared.contracts.problems import SchoolIsClosed
from shared.problems import BadRequest, NotAllowed
from shared.vocabulary.commune_year import TrainingTopic
from tests.unit.inspection import team_kit
from tests.unit.inspection.year.year_d_kit import (
    ECONOMY,
    ELSEWHERE,
    HEAD,
    LAN,
    LEADER,
    MINH,
    OFFICER,
    OTHER_HEAD,
    STRANGER,
    attended,
    hold,
    plan,
    topics,
    village,
)


@pytest.fixture
def application(team):
    return village(team)


def shown(application, number, who=OFFICER):
    return application.training(who, t.TrainingRequest(training=number))


def test_a_class_is_planned_and_the_same_again_is_the_same_class(application):
    days = (dt.date(2026, 11, 20), dt.date(2026, 11, 19), dt.date(2026, 11, 20))
    number = plan(application, days=days, budget_vnd=5_000_000)
    assert plan(application, title=" tự  ĐÁNH giá ", days=days[:2], budget_vnd=5_000_000) == number
    one = shown(application, number)
    assert (one.days, one.budget_vnd, one.schools) == ([dt.date(2026, 11, 19), dt.date(2026, 11, 20)], 5_000_000, [])
    assert set(topics(application)) == {"training-planned"}


def test_planned_anew_with_another_place_the_later_place_holds(application):
    number = plan(application)
    assert plan(application, place="Trường Bản Chuông") == number
    assert shown(application, number).place == "Trường Bản Chuông"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 301},
        {"place": ""},
        {"days": ()},
        {"days": (dt.date(2029, 1, 1),)},
        {"days": tuple(dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(32))},
        {"budget_vnd": -1},
        {"budget_vnd": 10**13 + 1},
    ],
)
def test_a_class_that_cannot_be_is_refused_and_nothing_is_recorded(application, wrong):
    with pytest.raises(e.TrainingRefused):
        plan(application, **wrong)
    assert topics(application) == []


def test_only_schools_of_the_commune_are_invited(application):
    with pytest.raises(e.SchoolElsewhere):
        plan(application, schools=["TH-X"])
    with pytest.raises(e.SchoolUnknown):
        plan(application, schools=["TH-Y"])
    assert shown(application, plan(application, schools=["TH-BC", "TH-BC"])).schools == ["TH-BC"]


def test_a_closed_school_is_not_invited_but_who_was_there_from_it_is_counted(application, team):
    held = plan(application, schools=["TH-BC", "MN-HB"])
    team.hear(SchoolClosed(school="MN-HB", closed_on=dt.date(2026, 8, 1)))
    with pytest.raises(SchoolIsClosed):
        plan(application, "Minh chứng", schools=["TH-BC", "MN-HB"])
    assert hold(application, held, [attended(MINH, "MN-HB")]).present_count == 1
    assert topics(application) == ["training-planned", "training-held"]


def test_attendance_is_counted_and_sent_again_nothing_happens(application):
    number = plan(application)
    people = [attended(LAN, result=" Đạt "), attended(MINH, "MN-HB", present=False)]
    held = hold(application, number, people, materials="Tài liệu TT57")
    assert (held.present_count, held.asked_count, held.materials) == (1, 2, "Tài liệu TT57")
    assert [(one.person, one.result, one.present) for one in held.attendance] == [(LAN, "Đạt", True), (MINH, "", False)]
    assert hold(application, number, people, materials="Tài liệu TT57") == held
    assert topics(application) == ["training-planned", "training-held"]


def test_attendance_is_corrected_only_by_who_saw_what_stands(application):
    number = plan(application)
    held = hold(application, number, [attended(LAN)])
    with pytest.raises(e.TrainingHeldAlready):
        hold(application, number, [attended(MINH)])
    corrected = hold(application, number, [attended(MINH)], seen=held.version)
    assert [one.person for one in corrected.attendance] == [MINH]


def test_who_cannot_be_counted_is_refused(application):
    number = plan(application)
    with pytest.raises(e.TrainingRefused):
        hold(application, number, [attended(LAN), attended(LAN, "MN-HB")])
    with pytest.raises(e.SchoolElsewhere):
        hold(application, number, [attended(LAN, "TH-X")])
    with pytest.raises(BadRequest):
        hold(application, number, [attended("Vàng Thị Mai")])
    with pytest.raises(VisitDateRefused):
        hold(application, number, [attended(LAN)], held_on=dt.date(2026, 11, 25))
    assert topics(application) == ["training-planned"]


def test_a_held_class_is_not_cancelled_and_a_cancelled_one_not_held(application):
    first, second = plan(application), plan(application, title="Minh chứng")
    hold(application, first, [attended(LAN)])
    reason = "Trùng kỳ thi học kỳ một"
    with pytest.raises(e.TrainingHeldAlready):
        application.cancel_training(OFFICER, t.CancelTraining(training=first, reason=reason))
    with pytest.raises(e.TrainingHeldAlready):
        plan(application, place="Nơi khác")
    cancelled = application.cancel_training(LEADER, t.CancelTraining(training=second, reason=reason))
    assert (cancelled.cancelled_on, cancelled.reason) == (dt.date(2026, 11, 24), reason)
    assert application.cancel_training(OFFICER, t.CancelTraining(training=second, reason="Lý do khác hẳn")) == cancelled
    with pytest.raises(e.TrainingCancelledAlready):
        hold(application, second, [attended(LAN)])
    with pytest.raises(e.TrainingCancelledAlready):
        plan(application, title="Minh chứng", place="Nơi khác")


def test_another_commune_neither_holds_nor_cancels_nor_sees_a_class(application):
    number = plan(application)
    with pytest.raises(NotAllowed):
        hold(application, number, [], who=ELSEWHERE)
    with pytest.raises(NotAllowed):
        application.cancel_training(ELSEWHERE, t.CancelTraining(training=number, reason="Lý do nào đó ở xa"))
    with pytest.raises(e.TrainingUnknown):
        shown(application, number, ELSEWHERE)
    assert application.trainings(ELSEWHERE, t.TrainingsRequest()).total == 0


@pytest.mark.parametrize("number", ["", "lop-1", "0198f2c4-0000-7000-8000-00000000aaaa"])
def test_a_class_that_is_none_is_not_found(application, number):
    with pytest.raises(e.TrainingUnknown):
        shown(application, number)
    with pytest.raises(e.TrainingUnknown):
        hold(application, number, [])


@pytest.mark.parametrize("people", [[], [attended(LAN, present=False)]])
def test_a_class_to_which_nobody_came_was_not_held(application, people):
    number = plan(application)
    with pytest.raises(e.TrainingRefused, match="Chưa điểm danh ai có mặt"):
        hold(application, number, people)
    assert shown(application, number).held_on is None
    seen = hold(application, number, [attended(MINH, "MN-HB")]).version
    corrected = hold(application, number, [attended(MINH, "MN-HB", present=False)], seen=seen)
    assert (corrected.present_count, corrected.asked_count) == (0, 1)


def test_a_school_sees_classes_for_it_and_of_the_attendance_its_own_people(application):
    for_all, for_one = plan(application), plan(application, title="Phần mềm", schools=["MN-HB"])
    hold(application, for_all, [attended(LAN), attended(MINH, "MN-HB"), attended(LAN[:-1] + "3", "")])
    assert [one.person for one in shown(application, for_all, HEAD).attendance] == [LAN]
    assert len(shown(application, for_all, ECONOMY).attendance) == 3
    with pytest.raises(e.TrainingUnknown):
        shown(application, for_one, HEAD)
    seen = {
        who: [one.id for one in application.trainings(who, t.TrainingsRequest()).trainings] for who in (HEAD, OTHER_HEAD)
    }
    assert seen == {HEAD: [for_all], OTHER_HEAD: [for_all, for_one]}
    with pytest.raises(e.TrainingUnknown):
        shown(application, for_all, STRANGER)


def test_a_school_asks_for_a_class_once_a_year(application):
    asked = t.AskTraining(school="TH-BC", topic=TrainingTopic.EVIDENCE, text="Cần thực hành")
    assert application.ask_training(HEAD, asked) == application.ask_training(HEAD, asked)
    listed = application.trainings(OFFICER, t.TrainingsRequest(commune="NL01", year=2026))
    assert [(one.school, one.topic, one.text) for one in listed.wishes] == [
        ("TH-BC", TrainingTopic.EVIDENCE, "Cần thực hành")
    ]
    assert application.trainings(OTHER_HEAD, t.TrainingsRequest(commune="NL01", year=2026)).wishes == []
    with pytest.raises(e.SchoolUnknown):
        application.ask_training(HEAD, t.AskTraining(school="TH-Y", topic=TrainingTopic.EVIDENCE))


def test_those_present_in_a_class_count_as_having_attended_its_topic_and_no_other(application):
    hold(application, plan(application), [attended(LAN), attended(MINH, present=False)])
    by_topic = {
        topic: [
            one.person for one in application.attended_trainings(t.AttendedRequest(commune="NL01", topic=topic)).attended
        ]
        for topic in (TrainingTopic.COUNCIL, TrainingTopic.EVIDENCE, None)
    }
    assert by_topic == {TrainingTopic.COUNCIL: [LAN], TrainingTopic.EVIDENCE: [], None: [LAN]}
    assert application.attended_trainings(t.AttendedRequest(commune="BM")).attended == []


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 501}, {"after": -1}])
def test_a_page_of_classes_that_is_none_is_refused(application, page):
    with pytest.raises(BadRequest):
        application.trainings(OFFICER, t.TrainingsRequest(**page))


def test_a_team_is_told_who_of_its_members_attended_a_class_for_evaluators(application, team):
    team.hear_cycle()
    visit = team.plan()
    unsaid, said = team_kit.member(LAN, "truong", trained=None), team_kit.member(MINH, trained=False)
    assert team_kit.set_up(team, visit, (unsaid, said)).team.warnings == []
    people = [attended(LAN, ""), attended(MINH, "")]
    hold(application, plan(application, topic=TrainingTopic.EXTERNAL_EVALUATION), people)
    (proposal,) = team_kit.seen(team, visit).team.warnings
    assert proposal.startswith("Trưởng đoàn đã dự lớp tập huấn đánh giá ngoài của xã ngày 20/11/2026.")
    assert team_kit.seen(team, visit).team.members[0].trained is None
    looked_at = team_kit.set_up(team, visit, (unsaid, said), only_check=True)
    assert looked_at.team.warnings == [proposal]
    sent = application.attended_trainings(t.AttendedRequest(commune="NL01")).sent
    assert {(one.person, one.school) for one in sent} == {(LAN, "TH-BC"), (MINH, "TH-BC")}


NOT_PLANNED = dt.date(2026, 11, 17)


def test_a_class_is_held_on_a_planned_day_or_says_why_not(application):
    number = plan(application, days=(dt.date(2026, 11, 19), dt.date(2026, 11, 20)))

    with pytest.raises(e.TrainingRefused) as refused:
        hold(application, number, [attended(LAN)], held_on=NOT_PLANNED)
    with pytest.raises(BadRequest, match="ít nhất 10 chữ cái"):
        hold(application, number, [attended(LAN)], held_on=NOT_PLANNED, reason="ok")

    assert refused.value.data["path"] == "$.held_on"
    assert "lập cho ngày 19/11/2026, 20/11/2026" in refused.value.detail
    assert "ghi lý do mở vào ngày khác" in refused.value.detail
    assert topics(application) == ["training-planned"]


def test_a_class_of_another_day_shows_why_and_keeps_it_when_it_is_corrected(application):
    number = plan(application)

    held = hold(application, number, [attended(LAN)], held_on=NOT_PLANNED, reason=" Bão, mở sớm ba ngày ")
    corrected = hold(application, number, [attended(MINH)], held_on=NOT_PLANNED, reason=held.reason, seen=held.version)

    assert (corrected.held_on, corrected.reason) == (NOT_PLANNED, "Bão, mở sớm ba ngày")
    planned_day = hold(application, number, [attended(MINH)], seen=corrected.version)
    assert planned_day.reason == ""


def test_no_reason_lets_a_class_be_held_in_another_time(application):
    number = plan(application)

    with pytest.raises(e.TrainingRefused, match="không thuộc năm 2026"):
        hold(application, number, [attended(LAN)], held_on=dt.date(2024, 12, 31), reason="Nhập lại sổ cũ của xã")
