"""What is due follows from what services tell: set, moved, done, dropped, waiting; and who sees it."""

from __future__ import annotations

import datetime as dt

import pytest

from services.notification.domain.deadlines.listening import HEARD
from shared.contracts.calls.deadlines import DeadlinesRequest
from shared.contracts.events.catalogue import public_events
from shared.problems import BadRequest
from shared.rulebook import load_library
from shared.vocabulary.commune_year import DeadlineState
from shared.vocabulary.deadlines import DEADLINE_KIND_LABELS, DeadlineKind
from tests.unit.notification.deadline_kit import MONDAY, Town, acting

IN_A_WEEK = MONDAY + dt.timedelta(days=7)
BOOK = load_library().get("v2018/tieu_hoc")


@pytest.fixture
def town() -> Town:
    return Town()


def grant(town: Town, number: str = "9/QĐ", decided: str = "2021-11-02", expires: str = "2026-11-02", **said: str) -> None:
    told = {"school_name": "x", "degree": 1, "certificate_degree": 2, "rulebook": BOOK.id, "digest": BOOK.digest}
    named = {"number": number, "decided_on": decided, "expires_on": expires}
    town.tell("assessment.recognition-granted", **{"school": "TH-BC"} | told | named | said)


def test_every_kind_of_deadline_has_a_name():
    assert set(DEADLINE_KIND_LABELS) == set(DeadlineKind)


def test_an_event_that_nobody_knows_yet_changes_nothing(town):
    before = town.due()

    town.tell("inspection.something-of-tomorrow", school="TH-BC", due="2026-12-01")
    town.tell("inspection.task-given", task="t", due="không phải ngày", commune="NL", year=2026, school="TH-BC")
    town.tell("inspection.task-given", year=2026)

    assert town.due() == before == {}


def test_what_is_heard_is_an_event_that_exists():
    published = {kind.type().removeprefix("vn.kiemdinh.").rpartition(".v")[0] for kind in public_events()}
    assert set(HEARD) <= published


# --- awards


def test_an_award_ends_and_is_renewed_five_months_before(town):
    grant(town)

    due = town.due()

    assert due["award:recognition:TH-BC:9/QĐ"].due == dt.date(2026, 11, 2)
    renewal = due["renewal:recognition:TH-BC:9/QĐ"]
    assert (renewal.due, renewal.state) == (dt.date(2026, 6, 2), DeadlineState.OVERDUE)
    assert renewal.label == "Tiểu học Bản Chuông: đăng ký công nhận lại (Bằng hết hạn 02/11/2026)"


def test_a_registration_meets_the_renewal_and_a_returned_one_does_not(town):
    grant(town)
    opened = {"registration": "r1", "school": "TH-BC", "cycle": "2026-2027", "purpose": "lai", "degree": 1, "late_days": 0}

    town.tell("inspection.registration-opened", opened_on="2026-09-14", **opened)
    met = town.due()
    town.tell(
        "inspection.registration-returned", registration="r1", school="TH-BC", cycle="2026-2027", returned_on="2026-09-15"
    )

    assert "renewal:recognition:TH-BC:9/QĐ" not in met
    assert "renewal:recognition:TH-BC:9/QĐ" in town.due()


def test_a_registration_that_is_heard_before_the_award_meets_it_as_well(town):
    told = {"registration": "r1", "school": "TH-BC", "cycle": "c", "purpose": "lai", "degree": 1, "late_days": 0}
    town.tell("inspection.registration-opened", opened_on="2026-09-01", **told)

    grant(town)

    assert set(town.due()) == {"award:recognition:TH-BC:9/QĐ"}


def test_a_newer_award_takes_the_place_of_the_one_before_and_an_older_one_does_not(town):
    grant(town)
    grant(town, "12/QĐ", "2026-09-01", "2031-09-01")

    grant(town, "1/QĐ", "2016-09-01", "2021-09-01")

    assert set(town.due()) == {"award:recognition:TH-BC:12/QĐ", "renewal:recognition:TH-BC:12/QĐ"}


def test_a_corrected_last_day_moves_both_days_and_a_revoked_award_has_none(town):
    grant(town)
    said = {"school": "TH-BC", "number": "9/QĐ", "what": "expires_on", "old": "2026-11-02", "new": "2027-03-15"}

    town.tell("assessment.recognition-corrected", corrected_on="2026-09-14", **said)
    moved = {view.due for view in town.due().values()}
    town.tell("assessment.recognition-revoked", school="TH-BC", number="9/QĐ", revoked_on="2026-09-20")

    assert moved == {dt.date(2027, 3, 15), dt.date(2026, 10, 15)}
    assert town.due() == {}


# --- visits and registrations


def test_a_recommendation_counts_from_the_conclusion_of_its_visit_on(town):
    made = {"recommendation": "k1", "school": "TH-BC", "inspection": "v1", "cycle": "c", "layer": "commune"}
    town.tell("inspection.recommendation-made", criterion="4.1", responsible="truong", due=IN_A_WEEK, made_on=MONDAY, **made)
    draft = town.due()

    town.tell("inspection.inspection-concluded", inspection="v1", school="TH-BC", layer="commune", concluded_on=MONDAY)

    assert draft == {}
    assert town.due()["recommendation:k1"].label == (
        "Tiểu học Bản Chuông trả lời kiến nghị 4.1 (kiến nghị thứ 1 của đợt, ghi 14/9/2026)"
    )


def test_an_answered_recommendation_waits_for_the_office_until_it_is_verified(town):
    made = {"recommendation": "k1", "school": "TH-BC", "inspection": "v1", "cycle": "c", "layer": "commune"}
    town.tell("inspection.inspection-concluded", inspection="v1", school="TH-BC", layer="commune", concluded_on=MONDAY)
    town.tell("inspection.recommendation-made", criterion="4.1", responsible="truong", due=IN_A_WEEK, made_on=MONDAY, **made)
    told = {"recommendation": "k1", "school": "TH-BC", "inspection": "v1", "layer": "commune"}

    town.tell("inspection.recommendation-answered", answered_on=MONDAY, **told)
    waiting = town.due()["recommendation:k1"]
    town.tell("inspection.recommendation-verified", result="chua", verified_on=MONDAY, **told)
    owed = town.due()["recommendation:k1"]
    town.tell("inspection.recommendation-verified", result="dat", verified_on=MONDAY, **told)

    assert (waiting.my_turn, waiting.state, waiting.act) == (True, DeadlineState.WAITING, "Xác minh trả lời")
    assert (owed.my_turn, owed.state) == (False, DeadlineState.AHEAD)
    assert town.due() == {}


def test_the_time_to_reply_is_counted_in_working_days_from_the_regime_of_the_cycle(town):
    town.tell("assessment.cycle-opened", school="TH-BC", cycle="c", year="2026-2027", rulebook=BOOK.id, digest=BOOK.digest)

    told = {"registration": "r1", "school": "TH-BC", "cycle": "c", "inspection": "v1"}
    town.tell("inspection.draft-report-sent", sent_on=MONDAY, **told)

    assert town.due()["reply:r1"].due == dt.date(2026, 9, 28)
    town.tell("inspection.school-replied", replied_on=MONDAY, point_count=1, late_days=0, **told)
    assert set(town.due()) == {"answer:r1"}


# --- the commune's year


def test_what_a_plan_wants_is_in_force_once_the_plan_is_issued(town):
    entry = {"commune": "NL", "year": 2026, "school": "TH-BC", "kind": "cong_nhan_lai", "register_by": "2026-10-15"}
    town.tell("inspection.plan-entry-set", lead="truong", **entry)
    draft = town.due()

    town.tell("inspection.plan-issued", commune="NL", year=2026, number="5", issued_on=MONDAY, left_out=[])

    assert draft == {}
    assert town.due("truong-bc")["plan-register:NL:2026:TH-BC"].due == dt.date(2026, 10, 15)
    town.tell("inspection.plan-entry-dropped", commune="NL", year=2026, school="TH-BC")
    assert town.due() == {}


def test_of_a_plan_nothing_is_owed_any_more_once_the_next_year_s_is_issued(town):
    entry = {"commune": "NL", "school": "TH-BC", "kind": "cong_nhan_lai", "lead": "truong"}
    target = {"commune": "NL", "year": 2026, "target": "c1", "school": "TH-BC", "criterion": "4.1", "level": 2}
    issue = {"commune": "NL", "number": "5", "issued_on": MONDAY, "left_out": []}
    town.tell("inspection.plan-entry-set", year=2026, register_by="2026-10-15", **entry)
    town.tell("inspection.criterion-target-set", by=IN_A_WEEK, lead="truong", **target)
    town.tell("inspection.plan-issued", year=2026, **issue)
    town.tell("inspection.plan-entry-set", year=2027, register_by="2027-10-15", **entry)
    assert set(town.due()) == {"plan-register:NL:2026:TH-BC", "target:c1"}

    town.tell("inspection.plan-issued", year=2027, **issue)

    assert set(town.due()) == {"plan-register:NL:2027:TH-BC"}


def test_a_task_is_owed_then_waits_then_is_owed_again_then_is_done(town):
    town.task("t1", IN_A_WEEK)
    told = {"commune": "NL", "year": 2026, "task": "t1", "school": "TH-BC", "unit": ""}

    town.tell("inspection.task-reported", reported_on=MONDAY, **told)
    reported = town.due()["task:t1"]
    town.tell("inspection.task-returned", **told)
    returned = town.due()["task:t1"]
    town.tell("inspection.task-extended", due=IN_A_WEEK + dt.timedelta(days=7), **told)
    extended = town.due()["task:t1"]
    town.tell("inspection.task-accepted", **told)

    assert (reported.my_turn, reported.waits_for != []) == (True, True)
    assert (returned.my_turn, returned.due) == (False, IN_A_WEEK)
    assert extended.due == IN_A_WEEK + dt.timedelta(days=7)
    assert town.due() == {}
    assert town.due(ended=True)["task:t1"].state is DeadlineState.DONE


def test_things_of_a_kind_that_are_due_on_one_day_are_told_apart_by_public_facts(town):
    of_year = {"commune": "NL", "year": 2026}
    of_visit = {"school": "TH-BC", "inspection": "v1", "cycle": "c", "layer": "commune", "criterion": "4.1"}
    town.tell("inspection.inspection-concluded", inspection="v0", school="TH-BC", layer="commune", concluded_on=MONDAY)
    for number in ("1", "2"):
        town.task(f"t{number}", IN_A_WEEK)
        town.tell("inspection.training-planned", training=f"l{number}", topic="", first_day=IN_A_WEEK, **of_year)
        town.tell("inspection.difficulty-raised", difficulty=f"k{number}", school="TH-BC", raised_on=MONDAY, **of_year)
        asked = {"request": f"b{number}", "kind": "tien_do", "schools": ["TH-BC"]}
        town.tell("inspection.report-asked", due=IN_A_WEEK, asked_on=MONDAY, **asked, **of_year)
        made = {"recommendation": f"r{number}", "responsible": "truong", "due": IN_A_WEEK, "made_on": MONDAY}
        town.tell("inspection.recommendation-made", **made, **of_visit)
    town.tell("inspection.inspection-concluded", inspection="v1", school="TH-BC", layer="commune", concluded_on=MONDAY)

    labels = [view.label for view in town.due().values()]

    assert len(labels) == 10
    assert len(set(labels)) == 10
    assert "Tiểu học Bản Chuông: báo cáo việc được giao (việc thứ 2 năm 2026, giao 14/9/2026)" in labels


def test_each_school_counts_its_own_tasks_anew_each_year(town):
    town.task("t1", IN_A_WEEK)
    town.task("t2", IN_A_WEEK, "MN-SM")
    town.task("t3", IN_A_WEEK, year=2027)

    assert town.due()["task:t2"].label.startswith("Mầm non Sao Mai: báo cáo việc được giao (việc thứ 1 năm 2026")
    assert "(việc thứ 1 năm 2027" in town.due()["task:t3"].label


def test_a_report_is_owed_by_each_school_by_itself(town):
    asked = {"commune": "NL", "year": 2026, "request": "b1", "kind": "tien_do", "schools": ["TH-BC", "MN-SM"]}
    town.tell("inspection.report-asked", due=IN_A_WEEK, asked_on=MONDAY, **asked)

    town.tell("inspection.report-handed-in", commune="NL", year=2026, request="b1", school="TH-BC", handed_in_on=MONDAY)

    assert town.due("truong-sm")["report:b1:MN-SM"].label == (
        "Mầm non Sao Mai nộp báo cáo tiến độ (báo cáo thứ 1 năm 2026, yêu cầu 14/9/2026)"
    )
    assert town.due()["report:b1:TH-BC"].my_turn
    town.tell("inspection.report-request-closed", commune="NL", year=2026, request="b1")
    assert town.due() == {}


def test_a_difficulty_waits_by_no_day_until_somebody_takes_it(town):
    told = {"commune": "NL", "year": 2026, "difficulty": "d1", "school": "TH-BC"}
    town.tell("inspection.difficulty-raised", criterion="", raised_on=MONDAY, **told)
    raised = town.due()["difficulty:d1"]

    town.tell("inspection.difficulty-taken", due=IN_A_WEEK, **told)
    taken = town.due()["difficulty:d1"]
    town.tell("inspection.difficulty-answered", **told)
    answered = town.due()
    town.tell("inspection.difficulty-closed", word="chua", **told)

    assert (raised.due, raised.my_turn) == (None, True)
    assert (taken.due, taken.my_turn) == (IN_A_WEEK, False)
    assert answered == {}
    assert town.due()["difficulty:d1"].my_turn


def test_a_target_that_was_met_is_owed_again_when_it_is_lost(town):
    target = {"commune": "NL", "year": 2026, "target": "c1", "school": "TH-BC", "criterion": "4.1"}
    town.tell("inspection.criterion-target-set", level=2, by=IN_A_WEEK, lead="phong_kinh_te", **target)

    town.tell("inspection.criterion-target-met", layer="school", met_on=MONDAY, **target)
    met = town.due()
    town.tell("inspection.criterion-target-lost", **target)

    assert met == {}
    assert set(town.due("kinh-te")) == {"target:c1"}


# --- who sees it


def test_a_head_sees_nothing_of_another_school_and_another_commune_nothing_at_all(town):
    town.task("t1", IN_A_WEEK)
    town.task("t2", IN_A_WEEK, "MN-SM")

    assert set(town.due("truong-bc")) == {"task:t1"}
    assert set(town.due("truong-sm")) == {"task:t2"}
    assert town.due("xa-khac") == {}
    assert set(town.due("so")) == {"task:t1", "task:t2"}


def test_the_economic_office_and_mass_organisations_see_what_is_theirs_alone(town):
    town.task("t1", IN_A_WEEK)
    town.task("t2", IN_A_WEEK, "", unit="phong_kinh_te")
    town.task("t3", IN_A_WEEK, "", unit="doan_the")

    assert set(town.due("kinh-te")) == {"task:t2"}
    assert set(town.due("doan-the")) == {"task:t3"}


def test_the_committee_sees_the_communes_days_and_not_when_parts_of_a_draft_are_due(town):
    town.task("t1", IN_A_WEEK)
    town.tell("assessment.criterion-assigned", school="TH-BC", cycle="2026", criterion="1.1", due=IN_A_WEEK)

    assert set(town.due("chi-dao")) == {"task:t1"}
    assert len(town.due("xa")) == 2


def test_each_sees_the_page_on_which_they_act(town):
    town.task("t1", IN_A_WEEK)

    assert town.due("truong-bc")["task:t1"].href == "/truong/TH-BC/viec"
    # The task itself: on the year's board, where it led before, two hundred lines look alike.
    assert town.due("xa")["task:t1"].href == "/xa/NL/viec/t1"


def test_a_closed_school_owes_nothing(town):
    town.task("t1", IN_A_WEEK)

    town.tell("assessment.school-closed", school="TH-BC", closed_on=MONDAY)

    assert town.due() == {}


# --- pages


def test_deadlines_that_ended_come_by_pages_as_well(town):
    for number in range(5):
        town.task(f"t{number}", IN_A_WEEK + dt.timedelta(days=number))
        town.tell("inspection.task-accepted", commune="NL", year=2026, task=f"t{number}", school="TH-BC", unit="")

    found = [
        town.application.deadlines(acting("xa"), DeadlinesRequest(ended=True, after=after, limit=2))
        for after in (0, 2, 4, 6)
    ]

    assert [view.id for page in found for view in page.deadlines] == [f"task:t{number}" for number in range(5)]
    assert {page.total for page in found} == {5}
    for wrong in (DeadlinesRequest(limit=0), DeadlinesRequest(limit=1_001), DeadlinesRequest(after=-1)):
        with pytest.raises(BadRequest, match="1 đến 1000 hạn"):
            town.application.deadlines(acting("xa"), wrong)
