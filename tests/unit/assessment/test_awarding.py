"""Awards: none is had by leaving something out, one is valid at a time, and slips are put right in the open."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment import errors
from services.assessment.use_cases.inbox import ForeignEvents
from shared.contracts import problems as event_problems
from shared.contracts.calls import assessment as calls
from shared.problems import BadRequest, Problem
from shared.vocabulary.assessment import AwardKind, Corrected

TODAY = dt.date(2026, 11, 24)
OPENED = dt.date(2026, 9, 25)
DECIDED = dt.date(2026, 11, 20)
SCHOOL = "TH-BC"
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
NUMBER = "118/QĐ-SGDĐT"
CONDITIONS = {"cohort_completed": True, "facilities_met": True}
PAPER = {"override": "Quyết định ký trên giấy năm ấy", "copied_from_paper": DOCUMENT}


def grant(office, **wanted):
    base = {"school": SCHOOL, "number": NUMBER, "decided_on": DECIDED, "degree": 1}
    return office.application.grant_recognition(office.acting, calls.GrantRecognition(**{**base, **wanted}))


def certify(office, **wanted):
    base = {"school": SCHOOL, "number": "9/CN", "decided_on": dt.date(2024, 6, 1), "degree": 1}
    return office.application.grant_certificate(office.acting, calls.GrantCertificate(**{**base, **wanted}))


def correct(office, what, new, **more):
    base = {"school": SCHOOL, "number": NUMBER, "reason": "Gõ nhầm khi nhập sổ", "document": DOCUMENT}
    request = calls.CorrectAward(**{**base, "what": Corrected(what), "new": new, **more})
    return office.application.correct_award(office.acting, request)


def revoke(office, **wanted):
    base = {"school": SCHOOL, "number": NUMBER, "revoked_on": dt.date(2026, 11, 23), "reason": "Bị đình chỉ hoạt động"}
    return office.application.revoke_recognition(office.acting, calls.RevokeRecognition(**{**base, **wanted}))


def register(office, **wanted):
    return office.application.register(calls.RegisterRequest(**wanted))


def states(office, **wanted):
    return [(one.number, one.state) for one in register(office, **wanted).recognitions]


def told(office):
    return [one.summary for one in office.application.history(calls.HistoryRequest(school=SCHOOL, limit=1000)).items]


def submit(office, cycle, on=dt.date(2026, 10, 20)):
    """Submit with a reason for whatever is lacking: what the gate asks for is proven elsewhere."""
    return office.submit_anyway(cycle, on)


def evaluated(office, result="met", **visit):
    """A school along the whole path: submitted, visited by the department, concluded."""
    return office.once(_evaluated, result, **visit)


def _evaluated(office, result, **visit):
    cycle = office.with_school().with_earlier_years().with_cycle()
    office.tell_document()
    office.state(OPENED, document=DOCUMENT, **CONDITIONS)
    submit(office, cycle)
    office.evaluate(cycle, result, **visit)
    office.tell_document()
    return cycle


# --- the path from paper to decision


def test_a_recognition_rests_on_a_concluded_visit_after_the_submission_and_says_on_which(office):
    evaluated(office)
    granted = grant(office, degree=2)
    assert (granted.degree, granted.expires_on, granted.state) == (2, dt.date(2031, 11, 20), "con_hieu_luc")
    assert (granted.based_on, granted.copied_from_paper, granted.decided_by) == ("visit-1", "", "so")
    assert "Trình báo cáo" in told(office)[granted.submission - 2]
    assert office.status().recognition == granted
    assert office.status(valid_at=dt.date(2026, 11, 19)).recognition is None


def opened(office):
    office.with_school().with_cycle()
    office.tell_document()
    office.state(OPENED, document=DOCUMENT, **CONDITIONS)


def never_submitted(office):
    cycle = office.with_school().with_cycle()
    office.evaluate(cycle)


def submitted_only(office):
    submit(office, office.with_school().with_cycle())


def not_concluded(office):
    cycle = office.with_school().with_cycle()
    submit(office, cycle)
    for key in office.rulebook(cycle).keys:
        office.tell_finding(cycle, key)


def concluded_by_the_commune(office):
    cycle = office.with_school().with_cycle()
    submit(office, cycle)
    office.evaluate(cycle, layer="commune")


def visited_before_the_submission(office):
    cycle = office.with_school().with_cycle()
    office.evaluate(cycle, on=dt.date(2026, 10, 10), concluded=dt.date(2026, 11, 1))
    submit(office, cycle)


def concluded_after_the_decision(office):
    cycle = office.with_school().with_cycle()
    submit(office, cycle)
    office.evaluate(cycle, concluded=dt.date(2026, 11, 21))


def submitted_after_the_decision(office):
    cycle = office.with_school().with_cycle()
    submit(office, cycle, on=dt.date(2026, 11, 21))
    office.evaluate(cycle, on=dt.date(2026, 11, 22))


def no_cycle(office):
    office.with_school()


@pytest.mark.parametrize(
    ("so_far", "refusal"),
    [
        (no_cycle, "chua-trinh"),
        (opened, "chua-trinh"),
        (never_submitted, "chua-trinh"),
        (submitted_after_the_decision, "chua-trinh"),
        (submitted_only, "chua-ket-luan"),
        (not_concluded, "chua-ket-luan"),
        (concluded_by_the_commune, "chua-ket-luan"),
        (visited_before_the_submission, "chua-ket-luan"),
        (concluded_after_the_decision, "chua-ket-luan"),
    ],
)
def test_every_shortcut_to_a_recognition_is_refused_by_name_and_writes_nothing(office, so_far, refusal):
    so_far(office)
    head = office.application.log.head()
    with pytest.raises((errors.NotSubmitted, errors.NotConcluded)) as refused:
        grant(office)
    assert (refused.value.type, refused.value.status) == (refusal, 409)
    assert office.application.log.head() == head


def test_what_a_visit_found_so_far_is_no_verdict_of_its_layer_but_says_how_far_it_is(office):
    cycle = office.with_school().with_cycle()
    submit(office, cycle)
    for key in office.rulebook(cycle).keys[:2]:
        office.tell_finding(cycle, key, "not_met", "commune")
    before = office.status()
    assert (before.layers["commune"]["1.1"].floor, before.layers["commune"]["1.1"].ceiling) == (0, 2)
    assert (before.drafts["commune"].seen, before.drafts["commune"].total) == (1, 15)
    office.tell_concluded(cycle, "commune")
    after = office.status()
    assert (after.layers["commune"]["1.1"].level, after.drafts) == (0, {})


def test_the_newest_cycle_that_went_the_whole_path_is_the_one_decided_on(office):
    evaluated(office)
    office.with_cycle(on=dt.date(2026, 11, 18), year="2027-2028")
    assert grant(office).based_on == "visit-1"
    with pytest.raises(errors.NotSubmitted):
        grant(office, number="2", cycle="2027-2028")
    with pytest.raises(errors.NoSuchCycle):
        grant(office, number="2", cycle="1999-2000")


def test_a_version_that_was_opened_again_is_nothing_to_decide_on(office):
    cycle = evaluated(office)
    again = calls.ReopenCycle(school=SCHOOL, cycle=cycle.cycle, reason="Sở trả hồ sơ để bổ sung số liệu")
    office.application.reopen_cycle(office.acting, again)
    for named in ({}, {"cycle": cycle.cycle}):
        with pytest.raises(errors.NotSubmitted):
            grant(office, decided_on=TODAY, **named)
    assert grant(office).based_on == "visit-1", "what was decided the day before was decided on what stood then"


def test_what_is_not_satisfied_is_named_and_no_reason_alone_excuses_it(office):
    cycle = office.with_school().with_cycle()
    submit(office, cycle)
    office.evaluate(cycle)
    with pytest.raises(errors.ConditionsNotMet, match="Đ16") as refused:
        grant(office)
    assert any("03 năm học liên tiếp" in one for one in refused.value.data["conditions"])
    with pytest.raises(errors.CopyIncomplete, match="Thiếu bản quét"):
        grant(office, override="Theo quyết định đã có từ trước")


def test_a_condition_that_rests_on_a_word_alone_is_not_enough_for_a_decision(office):
    cycle = evaluated(office)
    office.state(dt.date(2026, 11, 12), facilities_met=True)
    with pytest.raises(errors.ConditionsNotMet, match="tự khai, chưa có tài liệu") as refused:
        grant(office, cycle=cycle.cycle)
    assert [one for one in refused.value.data["conditions"] if "Cơ sở vật chất" in one]
    assert not [one for one in refused.value.data["conditions"] if "khóa học sinh" in one]


def test_a_higher_degree_than_the_departments_results_give_is_refused(office):
    cycle = office.with_school().with_earlier_years().with_cycle()
    office.tell_document()
    office.state(OPENED, document=DOCUMENT, **CONDITIONS)
    submit(office, cycle)
    results = dict.fromkeys(office.rulebook(cycle).keys, "met") | {("4.2", 2, "-"): "not_met"}
    office.evaluate(cycle, results)
    with pytest.raises(errors.ConditionsNotMet, match="chỉ tới Mức độ 1"):
        grant(office, degree=2)
    assert grant(office, degree=1).degree == 1


def test_a_school_that_must_wait_for_a_higher_degree_may_be_recognised_at_the_same_one(office):
    evaluated(office)
    grant(office, number="7/QĐ", decided_on=dt.date(2026, 10, 1), degree=1, **PAPER)
    with pytest.raises(errors.ConditionsNotMet, match="sớm nhất 01/10/2028"):
        grant(office, degree=2)
    assert grant(office, degree=1).supersedes == "7/QĐ"


# --- what no reason excuses


@pytest.mark.parametrize("paper", [{}, PAPER])
@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"degree": 0}, "muc-do-khong-co"),
        ({"degree": 9}, "muc-do-khong-co"),
        ({"certificate_degree": 77}, "muc-do-khong-co"),
        ({"certificate_degree": 1}, "muc-do-khong-co"),
        ({"expires_on": dt.date(2091, 1, 1)}, "han-qua-dai"),
        ({"expires_on": dt.date(2031, 12, 22)}, "han-qua-dai"),
        ({"number": "  "}, "yeu-cau-sai"),
        ({"number": "x" * 121}, "yeu-cau-sai"),
        ({"decided_by": "ai-cung-duoc"}, "yeu-cau-sai"),
    ],
)
def test_what_the_circular_does_not_have_is_refused_whatever_is_said(office, paper, wrong, refusal):
    evaluated(office)
    head = office.application.log.head()
    with pytest.raises(Problem) as refused:
        grant(office, **paper, **wrong)
    assert (refused.value.type, refused.value.status) == (refusal, 400)
    assert office.application.log.head() == head


def test_a_printed_expiry_wins_within_a_month_of_the_validity_and_comes_after_the_decision(office):
    evaluated(office)
    with pytest.raises(errors.DateRefused, match="không sau ngày quyết định"):
        grant(office, expires_on=DECIDED)
    assert grant(office, expires_on=dt.date(2031, 12, 21)).expires_on == dt.date(2031, 12, 21)


# --- copied from paper


@pytest.mark.parametrize(
    "half",
    [
        {"override": "."},
        {"override": "....................", "copied_from_paper": DOCUMENT},
        {"override": "chín chữ cá", "copied_from_paper": DOCUMENT},
        {"override": "Quyết định ký trên giấy"},
        {"copied_from_paper": DOCUMENT},
    ],
)
def test_a_copy_from_paper_needs_a_sentence_and_the_kept_document(office, half):
    office.with_school()
    office.tell_document()
    with pytest.raises(errors.CopyIncomplete) as refused:
        grant(office, **half)
    assert refused.value.status == 400


def test_a_copy_from_paper_needs_a_document_of_this_school(office):
    office.with_school().with_school(code="TH-KH", name="Trường Khác")
    office.tell_document(school="TH-KH")
    with pytest.raises(event_problems.DocumentUnknown):
        grant(office, **PAPER)


def test_a_copy_from_paper_needs_no_path_and_says_everywhere_that_it_is_one(office):
    office.with_school()
    office.tell_document()
    granted = grant(office, decided_on=dt.date(2021, 3, 15), certificate_degree=3, decided_by="ubnd_tinh", **PAPER)
    assert (granted.copied_from_paper, granted.override) == (DOCUMENT, PAPER["override"])
    assert (granted.based_on, granted.submission, granted.decided_by) == ("", 0, "ubnd_tinh")
    listed = register(office).recognitions[0]
    assert (listed.copied_from_paper, listed.override) == (DOCUMENT, PAPER["override"])
    assert office.status().recognition == listed
    assert told(office)[-1].endswith("Chép từ quyết định trên giấy.")
    event = office.application.published(office.application.log.read(0)[-1])
    assert event.data["copied_from_paper"] == DOCUMENT
    assert "override" not in event.data


def test_who_decided_follows_from_the_rulebook_of_the_day(office):
    office.with_school()
    office.tell_document()
    assert grant(office, decided_on=dt.date(2021, 3, 15), **PAPER).decided_by == "ubnd_tinh"
    assert grant(office, number="2/QĐ", **PAPER).decided_by == "so"


# --- one valid at a time


def test_a_new_recognition_takes_the_place_of_the_valid_one_and_names_it(office):
    evaluated(office)
    grant(office, number="1/QĐ", decided_on=dt.date(2026, 11, 18))
    grant(office, number="2/QĐ", decided_on=dt.date(2026, 11, 19), **PAPER)
    third = grant(office, number="3/QĐ", decided_on=dt.date(2026, 11, 20), degree=1)
    assert third.supersedes == "2/QĐ"
    assert sorted(states(office)) == [("1/QĐ", "thay_the"), ("2/QĐ", "thay_the"), ("3/QĐ", "con_hieu_luc")]
    assert sorted(states(office, on=dt.date(2026, 11, 19))) == [("1/QĐ", "thay_the"), ("2/QĐ", "con_hieu_luc")]
    assert states(office, on=dt.date(2026, 11, 18)) == [("1/QĐ", "con_hieu_luc")]
    first = next(one for one in register(office).recognitions if one.number == "1/QĐ")
    assert (first.superseded_by, first.superseded_on) == ("2/QĐ", dt.date(2026, 11, 19))
    assert office.status().recognition.number == "3/QĐ"


def test_a_decision_copied_late_does_not_take_the_place_of_one_that_was_taken_after_it(office):
    evaluated(office)
    grant(office)
    late = grant(office, number="7/QĐ", decided_on=dt.date(2024, 1, 15), **PAPER)
    assert (late.supersedes, late.state, late.superseded_by) == ("", "thay_the", NUMBER)
    assert office.status().recognition.number == NUMBER


def test_what_was_superseded_by_name_does_not_come_back_when_the_other_is_revoked(office):
    evaluated(office)
    grant(office, number="7/QĐ", decided_on=dt.date(2024, 1, 15), **PAPER)
    grant(office)
    revoke(office, document=DOCUMENT)
    assert sorted(states(office)) == [(NUMBER, "thu_hoi"), ("7/QĐ", "thay_the")]
    with pytest.raises(errors.DateRefused, match="đã được thay bằng số 118"):
        revoke(office, number="7/QĐ", document=DOCUMENT)


def test_a_recognition_that_ran_out_before_the_next_one_is_expired_not_superseded(office):
    evaluated(office)
    grant(office, number="7/QĐ", decided_on=dt.date(2020, 1, 15), **PAPER)
    assert grant(office).supersedes == ""
    assert sorted(states(office)) == [(NUMBER, "con_hieu_luc"), ("7/QĐ", "het_han")]


def test_a_number_belongs_to_one_school_a_year(office):
    evaluated(office)
    office.with_school(code="TH-KH", name="Trường Khác")
    other = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a53"
    office.tell_document(document=other, school="TH-KH")
    grant(office)
    head = office.application.log.head()
    assert grant(office).number == NUMBER
    assert office.application.log.head() == head
    paper = PAPER | {"copied_from_paper": other}
    with pytest.raises(errors.NumberTaken, match="đã ghi cho trường TH-BC"):
        grant(office, school="TH-KH", **paper)
    assert grant(office, school="TH-KH", decided_on=dt.date(2025, 1, 5), **paper).school == "TH-KH"


@pytest.mark.parametrize("typed", ["118/qđ-sgdđt", "118/QD-SGDDT", " 118/QĐ-SGDĐT "])
def test_two_ways_of_typing_one_number_are_one_number(office, typed):
    evaluated(office)
    grant(office)
    head = office.application.log.head()
    assert grant(office, number=typed).number == NUMBER
    assert office.application.log.head() == head
    assert [one.number for one in register(office, number=typed).recognitions] == [NUMBER]
    assert revoke(office, number=typed, document=DOCUMENT).number == NUMBER


def test_a_copied_award_is_corrected_by_the_circular_of_the_corrected_day(office):
    office.with_school()
    office.tell_document()
    grant(office, decided_on=dt.date(2024, 6, 1), certificate_degree=3, **PAPER)
    with pytest.raises(errors.NoSuchDegree, match="TT57/2026"):
        correct(office, "decided_on", "2026-09-01")


def test_the_register_is_by_school_name_and_shows_the_state_of_the_day(office):
    evaluated(office)
    office.with_school(code="MN-AB", name="Trường Mầm non Ánh Ban", kind="mam_non")
    other = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a53"
    office.tell_document(document=other, school="MN-AB")
    grant(office)
    paper = PAPER | {"copied_from_paper": other}
    grant(office, school="MN-AB", number="7/QĐ", decided_on=dt.date(2020, 1, 15), **paper)
    revoked = revoke(office, document=DOCUMENT)
    assert (revoked.state, revoked.revoked_on) == ("thu_hoi", dt.date(2026, 11, 23))
    assert revoked.position == office.application.log.head()
    assert states(office) == [("7/QĐ", "het_han"), (NUMBER, "thu_hoi")]
    assert states(office, on=dt.date(2026, 11, 22)) == [("7/QĐ", "het_han"), (NUMBER, "con_hieu_luc")]
    assert states(office, on=dt.date(2025, 1, 14)) == [("7/QĐ", "con_hieu_luc")]
    assert states(office, number="7/QĐ") == [("7/QĐ", "het_han")]
    assert states(office, commune="NL99") == []
    assert states(office, commune="NL01", number="7/QĐ") == [("7/QĐ", "het_han")]


# --- corrections


def test_a_correction_shows_the_corrected_line_from_its_day_on_and_is_no_revocation(office):
    evaluated(office)
    grant(office, decided_on=dt.date(2026, 11, 18))
    corrected = correct(office, "decided_on", "2026-11-15", on=dt.date(2026, 11, 22))
    assert (corrected.decided_on, corrected.state, corrected.revoked_on) == (dt.date(2026, 11, 15), "con_hieu_luc", None)
    one = corrected.corrections[0]
    assert (one.what, one.old, one.new, one.corrected_on) == (
        Corrected.DECIDED_ON,
        "2026-11-18",
        "2026-11-15",
        dt.date(2026, 11, 22),
    )
    assert register(office, on=dt.date(2026, 11, 21)).recognitions[0].decided_on == dt.date(2026, 11, 18)
    assert register(office, on=dt.date(2026, 11, 22)).recognitions[0].decided_on == dt.date(2026, 11, 15)
    assert office.status(valid_at=dt.date(2026, 11, 21)).recognition.decided_on == dt.date(2026, 11, 18)
    assert office.status().recognition.decided_on == dt.date(2026, 11, 15)
    assert told(office)[-1].startswith("Đính chính Bằng số 118/QĐ-SGDĐT: ngày quyết định từ 18/11/2026 thành 15/11/2026")


def test_a_corrected_number_is_found_by_the_register_and_frees_the_wrong_one(office):
    evaluated(office)
    grant(office, number="811/QĐ-SGDĐT")
    correct(office, "number", NUMBER, number="811/QĐ-SGDĐT")
    assert [one.number for one in register(office, number=NUMBER).recognitions] == [NUMBER]
    assert [one.granted_number for one in register(office, number="811/QĐ-SGDĐT").recognitions] == ["811/QĐ-SGDĐT"]
    office.with_school(code="TH-KH", name="Trường Khác")
    other = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a53"
    office.tell_document(document=other, school="TH-KH")
    paper = PAPER | {"copied_from_paper": other}
    with pytest.raises(errors.NumberTaken):
        grant(office, school="TH-KH", number=NUMBER, **paper)
    assert grant(office, school="TH-KH", number="811/QĐ-SGDĐT", **paper).number == "811/QĐ-SGDĐT"
    assert revoke(office, document=DOCUMENT).number == NUMBER


def test_a_correction_is_refused_where_it_would_lie(office):
    evaluated(office)
    grant(office)
    for what, new, refusal in [
        ("degree", "9", "muc-do-khong-co"),
        ("degree", "một", "yeu-cau-sai"),
        ("decided_on", "20/11/2026", "yeu-cau-sai"),
        ("decided_on", "2027-01-01", "ngay-sai"),
        ("expires_on", "2091-01-01", "han-qua-dai"),
        ("number", " ", "yeu-cau-sai"),
    ]:
        with pytest.raises(Problem) as refused:
            correct(office, what, new)
        assert refused.value.type == refusal, (what, new)
    with pytest.raises(BadRequest, match="ít nhất 10 chữ"):
        correct(office, "degree", "2", reason="nhầm")
    with pytest.raises(BadRequest, match="văn bản làm căn cứ"):
        correct(office, "degree", "2", document="")
    with pytest.raises(errors.NotTheSame, match="Sổ đang ghi “1”"):
        correct(office, "degree", "2", old="3")
    with pytest.raises(errors.NoSuchRecognition):
        correct(office, "degree", "2", number="0/QĐ")
    assert register(office).recognitions[0].corrections == []


def test_no_correction_is_a_way_round_the_path(office):
    cycle = office.with_school().with_earlier_years().with_cycle()
    office.tell_document()
    office.state(OPENED, document=DOCUMENT, **CONDITIONS)
    submit(office, cycle)
    office.evaluate(cycle, dict.fromkeys(office.rulebook(cycle).keys, "met") | {("4.2", 2, "-"): "not_met"})
    office.tell_document()
    grant(office, decided_on=dt.date(2026, 11, 10))
    head = office.application.log.head()
    with pytest.raises(errors.ConditionsNotMet, match="chỉ tới Mức độ 1"):
        correct(office, "degree", "2")
    with pytest.raises(errors.DateRefused, match="trước ngày đoàn kết luận"):
        correct(office, "decided_on", "2026-11-01")
    assert office.application.log.head() == head
    assert correct(office, "decided_on", "2026-11-05").decided_on == dt.date(2026, 11, 5)


def test_a_degree_typed_too_low_is_corrected_without_waiting_for_itself(office):
    evaluated(office)
    grant(office, degree=1)
    assert correct(office, "degree", "2").degree == 2


def test_a_degree_is_not_corrected_to_one_the_school_must_still_wait_for(office):
    evaluated(office)
    grant(office, number="7/QĐ", decided_on=dt.date(2026, 10, 1), **PAPER)
    grant(office, degree=1)
    with pytest.raises(errors.ConditionsNotMet, match="sớm nhất 01/10/2028"):
        correct(office, "degree", "2")


def test_a_correction_sent_twice_is_made_once_and_rests_on_the_paper_the_award_was_copied_from(office):
    office.with_school()
    office.tell_document()
    grant(office, **PAPER)
    for _ in range(2):
        assert correct(office, "degree", "2", old="1", document="").degree == 2
    assert [one.document for one in register(office).recognitions[0].corrections] == [DOCUMENT]
    again = correct(office, "certificate_degree", "0")
    assert len(again.corrections) == 1


# --- certificates


def certified_school(office):
    return office.once(_certified_school)


def _certified_school(office):
    cycle = office.with_school().with_cycle(on=dt.date(2024, 3, 1), year="2023-2024")
    office.tell_document()
    office.state(dt.date(2024, 3, 1), document=DOCUMENT, cohort_completed=True)
    submit(office, cycle, on=dt.date(2024, 4, 1))
    ones = {key: "met" if key[1] == 1 else "not_met" for key in office.rulebook(cycle).keys}
    office.evaluate(cycle, ones, on=dt.date(2024, 5, 1))
    office.tell_document()
    return cycle


def test_a_certificate_is_an_award_of_its_own_without_a_recognition_too(office):
    certified_school(office)
    made = certify(office)
    assert (made.degree, made.expires_on, made.based_on) == (1, dt.date(2029, 6, 1), "visit-1")
    answer = register(office)
    assert (answer.recognitions, [one.number for one in answer.certificates]) == ([], ["9/CN"])
    status = office.status()
    assert (status.held_certificate.number, status.recognition) == ("9/CN", None)
    with pytest.raises(errors.ConditionsNotMet, match="Kết quả đánh giá ngoài đạt từ Mức 2"):
        grant(office, decided_on=dt.date(2024, 6, 1))


def test_a_certificate_goes_the_same_path_and_knows_the_degrees_of_its_circular(office):
    cycle = certified_school(office)
    with pytest.raises(errors.ConditionsNotMet, match="chỉ tới Cấp độ 1"):
        certify(office, degree=2)
    with pytest.raises(errors.NoSuchDegree, match="Cấp độ 5"):
        certify(office, degree=5)
    with pytest.raises(errors.NotConcluded):
        certify(office, decided_on=dt.date(2024, 4, 20), cycle=cycle.cycle)
    office.with_cycle()
    with pytest.raises(errors.NoSuchDegree, match="Chưa thấy điều khoản"):
        certify(office, decided_on=TODAY, cycle="2026-2027", **PAPER)


def test_certificates_are_superseded_corrected_and_revoked_beside_recognitions(office):
    certified_school(office)
    certify(office)
    grant(office, number="7/QĐ", decided_on=dt.date(2024, 7, 1), **PAPER)
    second = certify(office, number="10/CN", decided_on=dt.date(2024, 7, 1), **PAPER)
    assert second.supersedes == "9/CN"
    slip = correct(office, "degree", "2", number="10/CN", award=AwardKind.CERTIFICATE, on=dt.date(2025, 1, 1))
    assert slip.degree == 2
    with pytest.raises(BadRequest, match="chỉ có một cấp độ"):
        correct(office, "certificate_degree", "2", number="10/CN", award=AwardKind.CERTIFICATE)
    request = calls.RevokeCertificate(school=SCHOOL, number="10/CN", revoked_on=TODAY, reason="Không còn đạt")
    assert office.application.revoke_certificate(office.acting, request).state == "thu_hoi"
    found = register(office)
    assert sorted((one.number, one.state) for one in found.certificates) == [("10/CN", "thu_hoi"), ("9/CN", "thay_the")]
    assert [(one.number, one.state) for one in found.recognitions] == [("7/QĐ", "con_hieu_luc")]
    a, b = calls.Moment(valid_at=dt.date(2024, 6, 15)), calls.Moment(valid_at=TODAY)
    compared = office.application.compare(calls.CompareRequest(school=SCHOOL, a=a, b=b)).differences
    assert ("Chứng nhận Cấp độ 1, số 9/CN, còn hiệu lực", "Chứng nhận Cấp độ 2, số 10/CN, đã thu hồi") in [
        (one.before, one.after) for one in compared
    ]


def test_a_recognition_names_the_certificate_that_follows_in_the_law_of_2018_and_no_higher_one(office):
    cycle = office.with_school().with_cycle(on=dt.date(2024, 3, 1), year="2023-2024")
    office.tell_document()
    office.state(dt.date(2024, 3, 1), document=DOCUMENT, cohort_completed=True)
    submit(office, cycle, on=dt.date(2024, 4, 1))
    results = {key: "met" if key[1] < 3 else "not_met" for key in office.rulebook(cycle).keys}
    office.evaluate(cycle, results, on=dt.date(2024, 5, 1))
    with pytest.raises(errors.ConditionsNotMet, match="chỉ tới Cấp độ 2"):
        grant(office, decided_on=dt.date(2024, 6, 1), certificate_degree=4)
    granted = grant(office, decided_on=dt.date(2024, 6, 1))
    assert (granted.degree, granted.certificate_degree, granted.rulebook) == (1, 2, "v2018/tieu_hoc")


# --- refused, remedied, revoked


def test_a_refusal_leaves_its_trace_until_a_recognition_comes(office):
    cycle = evaluated(office, "not_met")
    request = calls.RefuseRecognition(school=SCHOOL, reason="Chưa đạt Mức 1 ở tám tiêu chí", refused_on=DECIDED)
    refused = office.application.refuse_recognition(office.acting, request)
    assert (refused.cycle, refused.position) == (cycle.cycle, office.application.log.head())
    office.application.refuse_recognition(office.acting, request)
    assert office.application.log.head() == refused.position
    assert office.status().refusal == refused
    assert register(office).recognitions == []
    assert told(office)[-1] == "Sở không công nhận đợt 2026-2027, ngày 20/11/2026."
    grant(office, decided_on=TODAY, **PAPER)
    assert office.status().refusal is None


def test_a_refusal_needs_a_submitted_cycle_and_a_reason(office):
    office.with_school()
    request = calls.RefuseRecognition(school=SCHOOL, reason="Chưa đạt Mức 1 ở tám tiêu chí")
    with pytest.raises(errors.NotSubmitted):
        office.application.refuse_recognition(office.acting, request)
    office.with_cycle()
    with pytest.raises(errors.NotSubmitted):
        office.application.refuse_recognition(office.acting, request)
    with pytest.raises(BadRequest):
        office.application.refuse_recognition(office.acting, calls.RefuseRecognition(school=SCHOOL, reason="không"))


def test_a_remedy_is_asked_for_and_run_out_before_a_recognition_is_revoked(office):
    evaluated(office)
    grant(office, decided_on=dt.date(2026, 11, 12))
    with pytest.raises(errors.RemedyNotOver):
        revoke(office)
    ask = calls.RequestRemedy(
        school=SCHOOL,
        number=NUMBER,
        requested_on=dt.date(2026, 11, 13),
        until=dt.date(2026, 11, 22),
        reason="Bổ sung hai phòng học còn thiếu",
        document=DOCUMENT,
    )
    asked = office.application.request_remedy(office.acting, ask)
    assert (asked.state, asked.remedy_until) == ("con_hieu_luc", dt.date(2026, 11, 22))
    with pytest.raises(errors.RemedyNotOver, match="đến hết 22/11/2026"):
        revoke(office, revoked_on=dt.date(2026, 11, 22))
    assert revoke(office).state == "thu_hoi"
    with pytest.raises(errors.DateRefused):
        office.application.request_remedy(
            office.acting, calls.RequestRemedy(school=SCHOOL, number=NUMBER, until=TODAY, reason="Bổ sung phòng học")
        )


def test_a_remedy_told_after_its_time_ran_out_needs_the_paper_that_asked_for_it(office):
    evaluated(office)
    grant(office, decided_on=dt.date(2026, 11, 12))

    def ask(requested_on, until):
        request = calls.RequestRemedy(
            school=SCHOOL, number=NUMBER, requested_on=requested_on, until=until, reason="Bổ sung hai phòng học"
        )
        return office.application.request_remedy(office.acting, request)

    with pytest.raises(BadRequest, match="đã qua"):
        ask(dt.date(2026, 11, 13), dt.date(2026, 11, 14))
    with pytest.raises(errors.DateRefused, match="trước ngày quyết định"):
        ask(dt.date(2026, 11, 11), TODAY)
    with pytest.raises(errors.RemedyNotOver):
        revoke(office)
    assert ask(dt.date(2026, 11, 13), TODAY).remedy_until == TODAY


@pytest.mark.parametrize("reason", [" ", ".", "vi phạm"])
def test_a_revocation_needs_a_reason(office, reason):
    evaluated(office)
    grant(office)
    with pytest.raises(BadRequest, match="lý do"):
        revoke(office, reason=reason, document=DOCUMENT)
    assert states(office) == [(NUMBER, "con_hieu_luc")]


def test_a_number_is_not_corrected_to_one_that_another_award_of_the_school_bears(office):
    evaluated(office)
    grant(office)
    grant(office, number="119/QĐ-SGDĐT", decided_on=dt.date(2026, 11, 21))
    with pytest.raises(errors.NumberTaken, match="đã ghi cho trường này"):
        correct(office, "number", NUMBER, number="119/QĐ-SGDĐT")
    assert sorted(number for number, _ in states(office)) == [NUMBER, "119/QĐ-SGDĐT"]


# --- told again by a service that was passed over before


def test_a_conclusion_that_a_former_version_passed_over_is_learnt_when_the_feed_is_read_again(office, monkeypatch):
    cycle = office.with_school().with_cycle()
    submit(office, cycle)
    app = office.application
    events = [office.tell_finding(cycle, key) for key in office.rulebook(cycle).keys[:2]]
    with monkeypatch.context() as former:
        former.setattr(ForeignEvents, "_apply_inspection_event", lambda *_: False)
        events.append(office.tell_concluded(cycle))
    assert app.received_position("inspection") == 3
    app.views.rebuild()
    assert app.received_position("inspection") == 0
    for event in events:
        app.receive(event)
    assert app.received_position("inspection") == 3
    assert told(office).count("Đoàn của Sở kết luận đợt đánh giá ngày 10/11/2026.") == 1
    head = app.log.head()
    app.views.rebuild()
    for event in events:
        app.receive(event)
    assert app.log.head() == head
