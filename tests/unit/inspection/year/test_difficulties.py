"""Difficulties: raised by schools, treated by offices in a fixed order, closed or reopened by the school alone."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors_year as e
from shared.contracts.calls.year import difficulties as d
from shared.contracts.problems import DocumentUnknown
from shared.problems import BadRequest, NotAllowed
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.commune_year import CommuneUnit
from shared.vocabulary.commune_year import DifficultyState as S
from shared.vocabulary.roles import Role
from tests.unit.inspection.year.year_d_kit import (
    DEPARTMENT,
    ECONOMY,
    ELSEWHERE,
    HEAD,
    LEADER,
    OFFICER,
    OTHER_HEAD,
    STRANGER,
    UNION,
    answer,
    close,
    decide,
    forward,
    listed,
    merge,
    of_commune,
    raised,
    take,
    topics,
    village,
)


@pytest.fixture
def application(team):
    return village(team)


def state(application, number, who=OFFICER):
    return application.difficulty(who, d.DifficultyRequest(difficulty=number)).state


def test_a_difficulty_is_taken_answered_and_closed(application):
    number = raised(application, criterion="3.2")
    one = take(application, number)
    assert (one.state, one.due, one.overdue, one.year, one.criterion) == (S.TAKEN, dt.date(2026, 12, 15), False, 2026, "3.2")
    assert answer(application, number).state is S.ANSWERED
    done = close(application, number, note="Cảm ơn xã")
    assert done.state is S.CLOSED
    assert [(act.kind, act.whom) for act in done.acts] == [
        ("taken", "phong_vhxh"),
        ("answered", ""),
        ("closed", "thoa_dang"),
    ]


@pytest.mark.parametrize("criterion", ["99.9", "tiêu chí một chấm ba"])
def test_a_difficulty_is_not_about_a_criterion_that_there_is_not(application, criterion):
    with pytest.raises(NoSuchCriterion, match=criterion):
        raised(application, criterion=criterion)
    assert listed(application).total == 0


def test_an_answer_needs_no_taking_before(application):
    assert answer(application, raised(application)).state is S.ANSWERED


def test_the_unit_that_took_it_answers_and_no_other_unit(application):
    number = raised(application)
    with pytest.raises(NotAllowed, match="không do đơn vị"):
        answer(application, number, who=ECONOMY)
    take(application, number)
    with pytest.raises(NotAllowed):
        answer(application, number, who=ECONOMY)
    due = dt.date(2026, 12, 15)
    application.take_difficulty(OFFICER, d.TakeDifficulty(difficulty=number, due=due, unit=CommuneUnit.ECONOMIC_OFFICE))
    for who in (UNION, of_commune(Role.ECONOMIC_OFFICE, "BM", ("TH-X",)), of_commune(Role.STEERING_COMMITTEE), HEAD):
        with pytest.raises(NotAllowed):
            answer(application, number, who=who)
    assert answer(application, number, who=ECONOMY).state is S.ANSWERED
    close(application, number, "chua")
    with pytest.raises(NotAllowed):
        answer(application, number, who=ECONOMY)


def test_a_forwarded_difficulty_is_decided_by_those_to_whom_it_went_and_nobody_else(application):
    deciders = {"ubnd_xa": LEADER, "phong_kinh_te": ECONOMY, "so": DEPARTMENT}
    for to, decider in deciders.items():
        number = raised(application, text=f"Khó khăn chuyển {to}")
        assert forward(application, number, to).state is S.FORWARDED
        for other in {LEADER.actor: LEADER, ECONOMY.actor: ECONOMY, DEPARTMENT.actor: DEPARTMENT}.values():
            if other is not decider:
                with pytest.raises(NotAllowed):
                    decide(application, number, who=other)
        decided = decide(application, number, who=decider)
        assert (decided.state, decided.acts[-1].whom) == (S.DECIDED, to)


def test_while_it_waits_for_a_decision_the_office_neither_answers_nor_takes_it(application):
    number = raised(application)
    forward(application, number)
    for act in (lambda: answer(application, number), lambda: take(application, number)):
        with pytest.raises(e.DifficultyElsewhere):
            act()
    assert forward(application, number, "so", "Vượt thẩm quyền xã.").forwarded_to == "so"


def test_what_was_not_forwarded_is_not_decided_and_what_nobody_answered_not_closed(application):
    number = raised(application)
    with pytest.raises(e.DifficultyNotForwarded):
        decide(application, number)
    with pytest.raises(e.DifficultyNotAnswered):
        close(application, number)
    assert topics(application) == ["difficulty-raised"]


def test_after_a_decision_the_office_may_tell_the_school_more_and_the_state_stays(application):
    number = raised(application)
    forward(application, number)
    decide(application, number)
    assert answer(application, number, "Phòng Kinh tế làm từ tháng 3.").state is S.DECIDED
    assert decide(application, number).state is S.DECIDED
    with pytest.raises(e.DifficultyRepliedAlready):
        decide(application, number, "Không bố trí vốn.")
    with pytest.raises(e.DifficultyRepliedAlready):
        forward(application, number, "so")
    with pytest.raises(e.DifficultyRepliedAlready):
        take(application, number)


def test_a_school_that_is_not_content_gives_it_back_to_the_office(application):
    number = raised(application)
    take(application, number)
    forward(application, number)
    decide(application, number)
    again = close(application, number, "chua", note="Chưa rõ năm nào")
    assert (again.state, again.due, again.forwarded_to, again.unit) == (S.RAISED, None, None, None)
    with pytest.raises(e.DifficultyNotForwarded):
        decide(application, number, "Quyết định lần hai")
    with pytest.raises(e.DifficultyNotAnswered):
        close(application, number)
    forward(application, number, "so", "Trường chưa đồng ý.")
    decide(application, number, "Sở hỗ trợ năm 2027.", who=DEPARTMENT)
    assert close(application, number).state is S.CLOSED


def test_what_is_closed_stays_closed(application):
    number = raised(application)
    answer(application, number)
    closed = close(application, number)
    assert close(application, number) == closed
    for act in (
        lambda: take(application, number),
        lambda: answer(application, number, "Thêm nữa"),
        lambda: forward(application, number),
        lambda: close(application, number, "chua"),
        lambda: raised(application),
        lambda: merge(application, number, raised(application, text="Thiếu nước sạch")),
    ):
        with pytest.raises(e.DifficultyClosedAlready):
            act()


def test_the_same_said_again_records_nothing(application):
    number = raised(application)
    assert raised(application, text=" thiếu  PHÒNG tin học ") == number
    take(application, number), take(application, number)
    answer(application, number), answer(application, number)
    assert topics(application) == ["difficulty-raised", "difficulty-taken", "difficulty-answered"]
    with pytest.raises(e.DifficultyStands):
        raised(application, asks="Bố trí hai phòng")


def test_who_answers_forwards_decides_or_closes_rests_on_what_was_read(application):
    number = raised(application)
    read = application.difficulty(OFFICER, d.DifficultyRequest(difficulty=number)).version
    taken = take(application, number)
    assert taken.version == read + 1
    for act in (answer, forward):
        with pytest.raises(e.DifficultyChanged, match="nay: đã nhận") as refused:
            act(application, number, seen=read)
        assert refused.value.data == {"seen": taken.version, "state": "da_nhan"}
    forwarded = forward(application, number, seen=taken.version)
    with pytest.raises(e.DifficultyChanged):
        decide(application, number, seen=taken.version)
    decided = decide(application, number, seen=forwarded.version)
    with pytest.raises(e.DifficultyChanged):
        close(application, number, seen=forwarded.version)
    assert close(application, number, seen=decided.version).state is S.CLOSED
    assert len(topics(application)) == 5


def test_sent_twice_an_answer_is_one_whatever_was_read(application):
    number = raised(application)
    read = application.difficulty(OFFICER, d.DifficultyRequest(difficulty=number)).version
    answered = answer(application, number, seen=read)
    assert answer(application, number, seen=read) == answered


def test_a_day_that_has_passed_is_no_day_to_answer_by(application):
    number = raised(application)
    with pytest.raises(e.DifficultyRefused):
        take(application, number, dt.date(2026, 11, 23))
    with pytest.raises(e.DifficultyRefused, match="quá xa"):
        take(application, number, dt.date.max)
    assert take(application, number, dt.date(2026, 11, 24)).overdue is False


def test_what_is_taken_and_not_answered_in_time_is_overdue_and_stands_first(application, team):
    first, late = raised(application), raised(application, text="Thiếu nước sạch")
    take(application, late, dt.date(2026, 11, 25))
    team.clock.move(dt.timedelta(days=3))
    assert [(one.id, one.overdue) for one in listed(application).difficulties] == [(late, True), (first, False)]
    answer(application, late)
    assert not any(one.overdue for one in listed(application).difficulties)


def test_a_merged_difficulty_follows_the_other_and_its_own_school_closes_it(application):
    into, other = raised(application), raised(application, text="Thiếu máy tính", school="MN-HB")
    merged = merge(application, other, into)
    assert (merged.merged_into, merged.state) == (into, S.RAISED)
    with pytest.raises(e.DifficultyElsewhere):
        answer(application, other)
    with pytest.raises(e.DifficultyNotAnswered):
        close(application, other, who=OTHER_HEAD)
    answer(application, into)
    assert state(application, other) is S.ANSWERED
    close(application, into)
    assert state(application, other) is S.ANSWERED
    seen = application.difficulty(OTHER_HEAD, d.DifficultyRequest(difficulty=other))
    assert [act.kind for act in seen.acts] == ["merged", "answered"]
    assert close(application, other, who=OTHER_HEAD).state is S.CLOSED
    assert application.difficulty(OFFICER, d.DifficultyRequest(difficulty=into)).merged == [other]


def test_a_school_that_is_not_content_takes_its_difficulty_out_of_the_merging(application):
    into, other = raised(application), raised(application, text="Thiếu máy tính", school="MN-HB")
    merge(application, other, into)
    answer(application, into)
    apart = close(application, other, "chua", who=OTHER_HEAD)
    assert (apart.state, apart.merged_into) == (S.RAISED, "")
    assert answer(application, other, "Trả lời riêng").state is S.ANSWERED


def test_merging_makes_no_chains_nor_circles_and_stays_in_one_year(application):
    one, two, three = (raised(application, text=text) for text in ("Một việc khó", "Hai việc khó", "Ba việc khó"))
    merge(application, two, one)
    with pytest.raises(e.DifficultyElsewhere):
        merge(application, three, two)
    with pytest.raises(e.DifficultyElsewhere):
        merge(application, one, three)
    with pytest.raises(e.DifficultyElsewhere):
        merge(application, two, three)
    with pytest.raises(e.DifficultyRefused):
        merge(application, one, one)
    with pytest.raises(e.DifficultyRefused):
        merge(application, three, raised(application, text="Việc năm trước", year=2025))
    assert merge(application, two, one).merged_into == one


def test_a_school_sees_and_closes_its_own_alone(application):
    number = raised(application)
    for who in (OTHER_HEAD, STRANGER, ELSEWHERE):
        with pytest.raises(e.DifficultyUnknown):
            state(application, number, who)
        assert listed(application, who).total == 0
    answer(application, number)
    with pytest.raises(NotAllowed):
        close(application, number, who=OTHER_HEAD)
    with pytest.raises(NotAllowed):
        answer(application, number, "Trả lời từ xã khác", who=ELSEWHERE)
    assert listed(application, HEAD).total == 1


def test_a_list_is_narrowed_and_counts_every_state(application):
    first, second = raised(application), raised(application, text="Thiếu nước sạch", school="MN-HB", year=2025)
    answer(application, first)
    found = listed(application, commune="NL01", state=S.ANSWERED)
    assert ([one.id for one in found.difficulties], found.total) == ([first], 1)
    assert (found.counts["da_tra_loi"], found.counts["moi_neu"], found.counts["da_dong"]) == (1, 1, 0)
    assert [one.id for one in listed(application, year=2025).difficulties] == [second]
    assert [one.id for one in listed(application, school="MN-HB").difficulties] == [second]
    assert listed(application, commune="BM").total == 0


@pytest.mark.parametrize("wrong", [{"text": ""}, {"asks": " "}])
def test_a_difficulty_that_says_nothing_is_refused(application, wrong):
    with pytest.raises(e.DifficultyRefused):
        raised(application, **wrong)
    assert topics(application) == []


def test_papers_are_those_that_the_archive_keeps_for_the_school(application):
    with pytest.raises(DocumentUnknown):
        raised(application, documents=["0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"])
    with pytest.raises(BadRequest):
        raised(application, documents=[f"d-{number}" for number in range(51)])


@pytest.mark.parametrize("number", ["", "kk-1", "0198f2c4-0000-7000-8000-00000000aaaa"])
def test_a_difficulty_that_is_none_is_not_found(application, number):
    for act in (lambda: take(application, number), lambda: state(application, number), lambda: close(application, number)):
        with pytest.raises(e.DifficultyUnknown):
            act()
