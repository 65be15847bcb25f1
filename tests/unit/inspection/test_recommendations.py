"""Recommendations: made by a visit, answered by whoever is responsible, verified or extended, until they are done."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import msgspec
import pytest

from services.inspection import errors
from services.inspection.domain.recommendation import state_on
from shared.contracts import problems as event_problems
from shared.contracts.events.identity import AccountInvited, RoleGranted
from shared.problems import BadRequest, NotAllowed
from shared.rulebook import problems as rulebook_problems
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import RecommendationSeverity, RecommendationState, Responsible, Verification
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.inspection.recommendation_kit import (
    CLERK,
    DUE,
    TODAY,
    add,
    answer,
    extend,
    listed,
    one,
    received,
    recorded,
    verify,
)

CONCLUDED_ON = dt.date(2026, 11, 24)


@pytest.fixture
def visit(team):
    """A visit of the commune that goes on."""
    team.hear_school()
    team.hear_cycle()
    return team.plan()


@pytest.fixture
def concluded(team, visit):
    """The same, concluded today."""
    return team.conclude(visit, on=CONCLUDED_ON)


# --- making


def test_a_team_recommends_something_and_everybody_but_the_school_reads_it_as_a_draft(team, visit):
    number = add(
        team,
        visit,
        " Lập sổ theo dõi thiết bị ",
        criterion="1.1",
        severity=RecommendationSeverity.SHOULD,
        responsible=Responsible.COMMUNE,
    )
    made = one(team, number)
    assert (made.text, made.criterion, made.severity, made.responsible) == ("Lập sổ theo dõi thiết bị", "1.1", "nen", "xa")
    assert (made.due, made.made_on, made.state, made.draft) == (DUE, TODAY, RecommendationState.OPEN, True)
    assert (made.inspection, made.layer, made.title, made.cycle) == (
        visit.inspection,
        Layer.COMMUNE,
        "Kiểm tra kỹ thuật",
        "2026-2027",
    )
    with pytest.raises(errors.RecommendationUnknown):
        one(team, number, who=team.head)


def test_the_same_words_again_are_the_same_recommendation(team, visit):
    first = add(team, visit, "Lập sổ theo dõi", criterion="1.1")
    assert add(team, visit, "lập  SỔ theo dõi", criterion="1.1") == first
    assert add(team, visit, "Lập sổ theo dõi", criterion="1.2") != first
    assert recorded(team).count("recommendation-made") == 2
    extend(team, first, dt.date(2027, 3, 1))
    for due in (DUE, dt.date(2027, 3, 1)):
        assert add(team, visit, "Lập sổ theo dõi", criterion="1.1", due=due) == first
    assert recorded(team).count("recommendation-made") == 2


@pytest.mark.parametrize(
    "other",
    [
        {"due": dt.date(2027, 3, 1)},
        {"severity": RecommendationSeverity.SHOULD},
        {"responsible": Responsible.ECONOMIC_OFFICE},
    ],
)
def test_the_same_words_by_another_day_more_weakly_or_to_others_are_refused_and_what_stands_is_said(team, visit, other):
    number = add(team, visit)
    with pytest.raises(errors.RecommendationStands, match="gia hạn kiến nghị ấy") as refused:
        add(team, visit, **other)
    assert (refused.value.type, refused.value.status) == ("kien-nghi-da-co", 409)
    assert f"bắt buộc, Trường thực hiện, hạn {format_date(DUE)}. Chưa ghi gì." in str(refused.value)
    assert refused.value.data["recommendation"] == number
    assert (one(team, number).due, recorded(team).count("recommendation-made")) == (DUE, 1)


def test_the_same_words_as_of_one_that_is_done_are_worded_anew(team, concluded):
    number = add(team, concluded)
    answer(team, number)
    verify(team, number)
    with pytest.raises(errors.RecommendationStands, match=r"đã xác nhận đạt\. Chưa ghi gì\. Cần nêu lại thì viết lời khác"):
        add(team, concluded, due=dt.date(2027, 3, 1))


def test_a_day_that_has_passed_is_refused_for_words_that_stand_too(team, visit):
    add(team, visit)
    with pytest.raises(errors.VisitDateRefused, match="đã qua"):
        add(team, visit, due=dt.date(2026, 11, 23))


def test_a_recommendation_sent_again_by_the_same_command_is_the_first(team, visit):
    once = msgspec.structs.replace(team.inspector, command="kien-nghi-1")
    first = add(team, visit, who=once)
    assert add(team, visit, who=once, due=dt.date(2027, 3, 1)) == first


def test_the_office_that_planned_the_visit_recommends_too_and_also_after_the_conclusion(team, concluded):
    number = add(team, concluded, who=team.officer)
    assert not one(team, number, who=team.head).draft


def test_who_is_not_of_the_visit_recommends_nothing(team, grants):
    team.hear_school()
    team.hear_cycle()
    visit = team.plan()
    for stranger in (team.evaluator, team.head, grants((Role.INSPECTOR, ScopeKind.COMMUNE, "NL02"))):
        with pytest.raises(NotAllowed):
            add(team, visit, who=stranger)
    assert recorded(team) == ["inspection-planned"]


@pytest.mark.parametrize(
    ("more", "refusal", "said"),
    [
        ({"text": "  "}, BadRequest, "Chưa nhập nội dung"),
        ({"due": dt.date(2026, 11, 23)}, errors.VisitDateRefused, "Chọn hạn từ ngày 24/11/2026"),
        ({"criterion": "9.9"}, rulebook_problems.NoSuchCriterion, "không có tiêu chí 9.9"),
        ({"school": "KHAC"}, errors.NoSuchInspection, "Chọn trong danh sách"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_recorded(team, visit, more, refusal, said):
    with pytest.raises(refusal, match=said):
        add(team, visit, **more)
    assert recorded(team) == ["inspection-planned"]


def test_something_that_is_due_today_is_in_time(team, visit):
    assert one(team, add(team, visit, due=TODAY)).state is RecommendationState.OPEN


# --- answering


def test_the_school_answers_with_words_and_papers_once_the_visit_is_concluded(team, visit):
    number = add(team, visit)
    received(team)
    with pytest.raises(errors.VisitNotConcluded, match="còn là dự thảo") as refused:
        answer(team, number, documents=["d-1"])
    assert (refused.value.type, refused.value.status) == ("chua-ket-luan", 409)
    team.conclude(visit)
    seen = answer(team, number, " Đã lập sổ. ", ["d-1", "d-1"])
    (given,) = seen.answers
    assert (given.text, given.documents, given.answered_on) == ("Đã lập sổ.", ["d-1"], TODAY)
    assert given.position == team.application.log.head()
    assert seen.state is RecommendationState.ANSWERED


def test_the_school_answers_again_and_the_same_answer_twice_is_one(team, concluded):
    number = add(team, concluded)
    once = msgspec.structs.replace(team.head, command="c-1")
    answer(team, number, "Đã lập sổ.", who=once)
    answer(team, number, "Đã lập sổ.")
    answer(team, number, "Đã lập sổ, có chữ ký.", who=CLERK)
    assert [given.text for given in answer(team, number, "Lời khác", who=once).answers] == [
        "Đã lập sổ.",
        "Đã lập sổ, có chữ ký.",
    ]


def test_the_same_words_after_a_refusal_are_a_new_answer(team, concluded):
    number = add(team, concluded)
    answer(team, number)
    verify(team, number, "chua")
    seen = answer(team, number)
    assert (len(seen.answers), seen.state) == (2, RecommendationState.ANSWERED)


@pytest.mark.parametrize(
    ("responsible", "may", "must"),
    [
        (Responsible.SCHOOL, "head", "văn thư, Hội đồng hoặc Hiệu trưởng"),
        (Responsible.COMMUNE, "officer", "cán bộ của xã có trường này"),
        (Responsible.ECONOMIC_OFFICE, "officer", "Phòng Kinh tế hoặc cán bộ của xã"),
    ],
)
def test_only_whoever_is_responsible_answers_and_the_refusal_says_who_must(team, concluded, responsible, may, must):
    number = add(team, concluded, responsible=responsible)
    others = {"head", "officer"} - {may}
    for other in others:
        with pytest.raises(NotAllowed, match=must):
            answer(team, number, who=getattr(team, other))
    assert answer(team, number, who=getattr(team, may)).state is RecommendationState.ANSWERED


def test_the_economic_office_answers_and_sees_its_own_recommendations_and_no_others(team, grants, visit):
    office = grants((Role.ECONOMIC_OFFICE, ScopeKind.COMMUNE, "NL01"))
    own = add(team, visit, "Cấp kinh phí sửa mái", responsible=Responsible.ECONOMIC_OFFICE)
    schools = add(team, visit, "Lập sổ theo dõi thiết bị")
    communes = add(team, visit, "Bố trí giáo viên", responsible=Responsible.COMMUNE)
    assert listed(team, office).recommendations == []
    with pytest.raises(errors.RecommendationUnknown):
        one(team, own, office)
    team.conclude(visit)
    found = listed(team, office)
    assert ([view.id for view in found.recommendations], found.total, sum(found.counts.values())) == ([own], 1, 1)
    for other in (schools, communes):
        with pytest.raises(errors.RecommendationUnknown):
            one(team, other, office)
        with pytest.raises(NotAllowed):
            answer(team, other, who=office)
    assert answer(team, own, who=office).state is RecommendationState.ANSWERED
    with pytest.raises(NotAllowed):
        verify(team, own, who=office)


def test_the_economic_office_of_another_commune_answers_for_nobody_here(team, grants, concluded):
    number = add(team, concluded, responsible=Responsible.ECONOMIC_OFFICE)
    elsewhere = grants((Role.ECONOMIC_OFFICE, ScopeKind.COMMUNE, "NL02"))
    assert listed(team, elsewhere).recommendations == []
    with pytest.raises(NotAllowed, match="Phòng Kinh tế"):
        answer(team, number, who=elsewhere)


def test_an_officer_of_another_commune_answers_for_nobody_here(team, grants, concluded):
    number = add(team, concluded, responsible=Responsible.COMMUNE)
    with pytest.raises(NotAllowed):
        answer(team, number, who=grants((Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL02")))


def test_an_answer_says_something_and_names_kept_papers_of_the_school(team, concluded):
    number = add(team, concluded)
    received(team, "other", school="KHAC")
    with pytest.raises(BadRequest, match="Chưa gửi gì"):
        answer(team, number, " ")
    with pytest.raises(BadRequest, match="nhiều nhất 50"):
        answer(team, number, documents=[f"d-{count}" for count in range(51)])
    with pytest.raises(event_problems.DocumentUnknown) as unheard:
        answer(team, number, documents=["d-1"])
    with pytest.raises(event_problems.DocumentUnknown) as foreign:
        answer(team, number, documents=["other"])
    assert (unheard.value.awaits_news, foreign.value.awaits_news) == (True, False)
    assert "recommendation-answered" not in recorded(team)


@pytest.mark.parametrize("number", [str(uuid.UUID(int=7)), "abc"])
def test_what_is_no_recommendation_is_neither_shown_answered_verified_nor_extended(team, concluded, number):
    acts = (
        lambda: one(team, number),
        lambda: answer(team, number),
        lambda: verify(team, number),
        lambda: extend(team, number, dt.date(2027, 1, 1)),
    )
    for act in acts:
        with pytest.raises(errors.RecommendationUnknown):
            act()


def test_a_recommendation_of_another_school_is_not_found(team, concluded):
    number = add(team, concluded)
    for act in (lambda: answer(team, number, school="KHAC"), lambda: verify(team, number, school="KHAC")):
        with pytest.raises(errors.RecommendationUnknown):
            act()


def test_an_id_in_capitals_is_the_same_id(team, concluded):
    number = add(team, concluded)
    assert answer(team, number.upper()).id == one(team, number.upper()).id == number


# --- verifying


def test_only_what_is_answered_is_verified(team, concluded):
    number = add(team, concluded)
    with pytest.raises(errors.NotAnswered) as refused:
        verify(team, number)
    assert (refused.value.type, refused.value.status) == ("chua-tra-loi", 409)
    answer(team, number)
    seen = verify(team, number, "mot_phan", " Thiếu chữ ký ")
    (found,) = seen.verifications
    assert (found.result, found.note, found.verified_on, found.inspection) == (
        Verification.PARTLY,
        "Thiếu chữ ký",
        TODAY,
        "",
    )
    assert seen.state is RecommendationState.PARTLY


def test_what_is_done_is_over(team, concluded):
    number = add(team, concluded)
    answer(team, number)
    once = msgspec.structs.replace(team.inspector, command="c-9")
    assert verify(team, number, who=once).state is RecommendationState.DONE
    assert len(verify(team, number, who=once).verifications) == 1
    assert len(verify(team, number).verifications) == 1
    for act in (
        lambda: answer(team, number),
        lambda: verify(team, number, "chua"),
        lambda: extend(team, number, dt.date(2027, 3, 1)),
    ):
        with pytest.raises(errors.RecommendationDone) as refused:
            act()
        assert (refused.value.type, refused.value.status) == ("kien-nghi-da-dat", 409)


def test_the_school_and_the_other_layers_office_verify_nothing(team, concluded):
    number = add(team, concluded)
    answer(team, number)
    for stranger in (team.head, team.department, team.evaluator):
        with pytest.raises(NotAllowed):
            verify(team, number, who=stranger)
        with pytest.raises(NotAllowed):
            extend(team, number, dt.date(2027, 3, 1), who=stranger)


def test_the_team_of_the_visit_that_looked_after_it_verifies_it(team, grants):
    team.hear_school()
    team.hear_cycle()
    first = team.plan(members=invited(team, "member-1"))
    team.conclude(first, who=team.officer)
    number = add(team, first, who=team.officer)
    answer(team, number)
    second = team.plan(title="Phúc tra", members=invited(team, "member-2"))
    looked = grants((Role.INSPECTOR, ScopeKind.COMMUNE, "NL01"), actor="member-2")
    with pytest.raises(NotAllowed):
        verify(team, number, who=looked)
    seen = verify(team, number, "mot_phan", who=looked, inspection=second.inspection)
    assert seen.verifications[0].inspection == second.inspection


def test_a_visit_of_another_layer_did_not_look_after_it(team, concluded):
    number = add(team, concluded)
    answer(team, number)
    team.hear_submitted()
    other = team.plan("department")
    with pytest.raises(errors.NoSuchInspection, match="không cùng loại"):
        verify(team, number, inspection=other.inspection)


def invited(team, number):
    team.hear(AccountInvited(account=number))
    team.hear(RoleGranted(account=number, role="kiem_tra", scope_kind="xa", scope="NL01"))
    return [number]


# --- extending


def test_more_time_is_given_with_a_reason(team, concluded):
    number = add(team, concluded, due=TODAY)
    team.clock.move(dt.timedelta(days=3))
    assert one(team, number).state is RecommendationState.OVERDUE
    seen = extend(team, number, dt.date(2027, 1, 15), "Chờ  kinh phí đợt hai")
    (given,) = seen.extensions
    assert (given.due, given.reason, given.extended_on) == (
        dt.date(2027, 1, 15),
        "Chờ kinh phí đợt hai",
        dt.date(2026, 11, 27),
    )
    assert (seen.due, seen.state) == (dt.date(2027, 1, 15), RecommendationState.OPEN)


@pytest.mark.parametrize("due", [DUE, dt.date(2026, 12, 1)])
def test_more_time_is_later_than_the_present_day(team, concluded, due):
    number = add(team, concluded)
    with pytest.raises(errors.VisitDateRefused, match=r"Hạn đang là 15/12/2026. Chưa gia hạn. Chọn hạn mới từ ngày 16"):
        extend(team, number, due)


def test_more_time_does_not_end_in_the_past(team, concluded):
    number = add(team, concluded, due=TODAY)
    team.clock.move(dt.timedelta(days=30))
    with pytest.raises(errors.VisitDateRefused, match="từ ngày 24/12/2026"):
        extend(team, number, dt.date(2026, 12, 1))


def test_more_time_needs_a_reason_and_a_repeated_command_gives_it_once(team, concluded):
    number = add(team, concluded)
    with pytest.raises(BadRequest, match="ít nhất"):
        extend(team, number, dt.date(2027, 1, 15), "chờ")
    once = msgspec.structs.replace(team.officer, command="c-2")
    extend(team, number, dt.date(2027, 1, 15), who=once)
    assert len(extend(team, number, dt.date(2027, 1, 15), who=once).extensions) == 1


# --- the state on a day

WAITING = {RecommendationState.OPEN, RecommendationState.PARTLY, RecommendationState.NOT_DONE}
LASTING = set(RecommendationState) - {RecommendationState.OVERDUE}


@pytest.mark.parametrize(("last", "days"), list(itertools.product(sorted(LASTING), (-1, 0, 1))))
def test_what_waits_for_somebody_is_overdue_after_its_day_and_nothing_else_is(last, days):
    expected = RecommendationState.OVERDUE if last in WAITING and days > 0 else last
    assert state_on(last, DUE, DUE + dt.timedelta(days=days)) is expected
