"""What a team asks for while its visit goes on, what the school supplies, and the photos that it takes."""

from __future__ import annotations

import datetime as dt
import math
import uuid

import msgspec
import pytest

from services.inspection import errors
from shared.contracts import problems as event_problems
from shared.contracts.calls import inspection as calls
from shared.problems import BadRequest, NotAllowed
from shared.rulebook import problems as rulebook_problems
from tests.unit.inspection.recommendation_kit import DUE, TODAY, add, ask, received, recorded, supply, take_photo

HANOI = dt.timezone(dt.timedelta(hours=7))


@pytest.fixture
def visit(team):
    team.hear_school()
    team.hear_cycle()
    return team.plan()


def seen(team, visit, who=None):
    request = calls.InspectionRequest(school="TH-BC", inspection=visit.inspection)
    return team.application.inspection(who or team.officer, request)


# --- evidence asked for


def test_a_team_asks_for_evidence_of_one_criterion_and_the_school_sees_it_at_once(team, visit):
    number = ask(team, visit, " Sổ họp phụ huynh ")
    (asked,) = seen(team, visit, team.head).requests
    assert (asked.request, asked.criterion, asked.what, asked.due, asked.state) == (
        number,
        "1.1",
        "Sổ họp phụ huynh",
        DUE,
        "mo",
    )
    assert asked.position == team.application.log.head()
    assert seen(team, visit).requests == [asked]


def test_the_same_words_again_are_the_same_request(team, visit):
    first = ask(team, visit)
    assert ask(team, visit, "SỔ  họp phụ huynh") == first
    assert ask(team, visit, criterion="1.2") != first
    assert recorded(team).count("evidence-requested") == 2


def test_a_request_is_overdue_after_its_day_until_it_is_supplied(team, visit):
    number = ask(team, visit, due=TODAY)
    assert seen(team, visit).requests[0].state == "mo"
    team.clock.move(dt.timedelta(days=1))
    assert seen(team, visit).requests[0].state == "qua_han"
    assert supply(team, visit, number).requests[0].state == "da_tra_loi"


@pytest.mark.parametrize(
    ("more", "refusal", "said"),
    [
        ({"what": " "}, BadRequest, "Chưa nhập cần bổ sung gì"),
        ({"criterion": ""}, BadRequest, "Chưa chọn tiêu chí"),
        ({"due": dt.date(2026, 11, 23)}, errors.VisitDateRefused, "Chọn hạn từ ngày 24/11/2026"),
        ({"criterion": "9.9"}, rulebook_problems.NoSuchCriterion, "không có tiêu chí 9.9"),
        ({"school": "KHAC"}, errors.NoSuchInspection, "Chọn trong danh sách"),
    ],
)
def test_a_request_that_does_not_fit_is_refused_and_nothing_is_recorded(team, visit, more, refusal, said):
    with pytest.raises(refusal, match=said):
        ask(team, visit, **more)
    assert recorded(team) == ["inspection-planned"]


def test_only_the_team_asks_and_only_while_the_visit_goes_on(team, visit):
    for stranger in (team.evaluator, team.head):
        with pytest.raises(NotAllowed):
            ask(team, visit, who=stranger)
    number = ask(team, visit)
    team.conclude(visit)
    with pytest.raises(errors.Concluded, match="Chưa ghi gì"):
        ask(team, visit, "Cái khác")
    with pytest.raises(errors.Concluded, match="theo kiến nghị"):
        supply(team, visit, number)


def test_the_school_supplies_in_several_steps_and_nothing_is_lost(team, visit):
    number = ask(team, visit)
    received(team, "d-1")
    received(team, "d-2")
    once = msgspec.structs.replace(team.head, command="c-1")
    supply(team, visit, number, " Sổ học kỳ một. ", ["d-1"], who=once)
    supply(team, visit, number, "Sổ học kỳ một.", ["d-1"])
    (asked,) = supply(team, visit, number, "", ["d-2", "d-1"]).requests
    assert (asked.documents, asked.text, asked.supplied_on) == (["d-1", "d-2"], "Sổ học kỳ một.", TODAY)
    supply(team, visit, number, "Lời khác", who=once)
    assert recorded(team).count("evidence-supplied") == 2


def test_what_is_supplied_says_something_and_is_kept_by_the_school(team, visit):
    number = ask(team, visit)
    with pytest.raises(BadRequest, match="Chưa gửi gì"):
        supply(team, visit, number, " ")
    with pytest.raises(event_problems.DocumentUnknown):
        supply(team, visit, number, documents=["d-1"])
    assert "evidence-supplied" not in recorded(team)


@pytest.mark.parametrize("number", [str(uuid.UUID(int=7)), "abc"])
def test_what_was_not_asked_for_is_not_supplied(team, visit, number):
    with pytest.raises(errors.EvidenceRequestUnknown):
        supply(team, visit, number)


def test_a_request_of_another_visit_is_not_found_here(team, visit):
    number = ask(team, visit)
    team.conclude(visit)
    second = team.plan(title="Phúc tra")
    with pytest.raises(errors.EvidenceRequestUnknown):
        supply(team, second, number)
    assert seen(team, second).requests == []


@pytest.fixture
def ahead(team):
    """A visit that was planned before the school opened a cycle."""
    team.hear_school()
    return team.plan(cycle="")


def test_a_visit_that_was_planned_ahead_joins_the_cycle_with_what_it_asks_for(team, ahead):
    with pytest.raises(errors.NoCycleYet):
        ask(team, ahead)
    team.hear_cycle()
    ask(team, ahead)
    assert recorded(team) == ["inspection-planned", "visit-joined-cycle", "evidence-requested"]
    assert team.application.published(team.application.log.read(2)[0]).data["cycle"] == "2026-2027"


def test_what_is_refused_does_not_join_a_visit_to_a_cycle(team, ahead):
    team.hear_cycle()
    with pytest.raises(rulebook_problems.NoSuchCriterion):
        ask(team, ahead, criterion="9.9")
    with pytest.raises(NotAllowed):
        ask(team, ahead, who=team.evaluator)
    with pytest.raises(event_problems.DocumentUnknown):
        take_photo(team, ahead, criterion="1.1")
    assert recorded(team) == ["inspection-planned"]


def test_a_recommendation_needs_a_cycle_only_where_it_names_a_criterion(team, ahead):
    add(team, ahead, "Sửa đường vào trường")
    with pytest.raises(errors.NoCycleYet):
        add(team, ahead, "Lập sổ", criterion="1.1")
    team.hear_cycle()
    add(team, ahead, "Lập sổ", criterion="1.1")
    made, joined, named = recorded(team)[1:]
    assert (made, joined, named) == ("recommendation-made", "visit-joined-cycle", "recommendation-made")


# --- photos


def test_a_photo_has_its_time_and_its_place_and_only_the_offices_see_it(team, visit):
    received(team)
    place = {"latitude": 22.4856, "longitude": 103.9707, "accuracy_m": 8.5, "place": " Phòng thiết bị "}
    taken = take_photo(team, visit, criterion="1.1", **place)
    (photo,) = taken.photos
    assert (photo.document, photo.criterion, photo.place) == ("d-1", "1.1", "Phòng thiết bị")
    assert (photo.latitude, photo.longitude, photo.accuracy_m) == (22.4856, 103.9707, 8.5)
    assert photo.taken_at == dt.datetime(2026, 11, 2, 2, 30, tzinfo=dt.UTC)
    assert seen(team, visit).photos == [photo]
    assert seen(team, visit, team.head).photos == []


def test_a_photo_that_a_phone_sends_again_is_one_photo_and_a_correction_replaces_it(team, visit):
    received(team)
    for _ in range(2):
        take_photo(team, visit)
    assert recorded(team).count("photo-taken") == 1
    (photo,) = take_photo(team, visit, place="Thư viện").photos
    assert photo.place == "Thư viện"
    assert recorded(team).count("photo-taken") == 2


def test_photos_are_shown_in_the_order_in_which_they_were_taken(team, visit):
    for document in ("d-1", "d-2"):
        received(team, document)
    take_photo(team, visit, "d-1", dt.datetime(2026, 11, 2, 10, tzinfo=HANOI))
    taken = take_photo(team, visit, "d-2", dt.datetime(2026, 11, 2, 9, tzinfo=HANOI))
    assert [photo.document for photo in taken.photos] == ["d-2", "d-1"]


def test_a_phone_that_had_no_network_sends_after_the_conclusion_what_it_took_before(team, visit):
    received(team)
    team.conclude(visit)
    assert take_photo(team, visit).photos
    with pytest.raises(errors.Concluded, match="ảnh chụp sau ngày ấy"):
        take_photo(team, visit, taken_at=dt.datetime(2026, 11, 3, 8, tzinfo=HANOI))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"taken_at": dt.datetime.fromisoformat("2026-11-02T09:30")}, "múi giờ"),
        ({"taken_at": dt.datetime(2026, 11, 24, 3, 11, tzinfo=dt.UTC)}, "chưa đến"),
        ({"latitude": 22.4}, "Vị trí"),
        ({"longitude": 103.9}, "Vị trí"),
        ({"accuracy_m": 5.0}, "Vị trí"),
        ({"latitude": 90.1, "longitude": 0.0}, "Vị trí"),
        ({"latitude": 0.0, "longitude": -180.5}, "Vị trí"),
        ({"latitude": math.nan, "longitude": 0.0}, "Vị trí"),
        ({"latitude": 1.0, "longitude": 1.0, "accuracy_m": -1.0}, "Vị trí"),
    ],
)
def test_a_moment_or_a_place_that_cannot_be_is_refused(team, visit, more, said):
    received(team)
    with pytest.raises(errors.PhotoRefused, match=said):
        take_photo(team, visit, **more)
    assert "photo-taken" not in recorded(team)


def test_a_clock_a_little_ahead_is_a_clock(team, visit):
    received(team)
    assert take_photo(team, visit, taken_at=dt.datetime(2026, 11, 24, 3, 9, tzinfo=dt.UTC)).photos


def test_a_photo_is_a_kept_document_of_the_school_taken_by_its_visitors(team, visit):
    with pytest.raises(event_problems.DocumentUnknown):
        take_photo(team, visit)
    received(team)
    with pytest.raises(NotAllowed):
        take_photo(team, visit, who=team.evaluator)
    with pytest.raises(rulebook_problems.NoSuchCriterion):
        take_photo(team, visit, criterion="9.9")
