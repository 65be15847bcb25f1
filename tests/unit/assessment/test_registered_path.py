"""A decision rests on a registration: every step that is missing by its day is named, as for a refusal."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from services.assessment import errors
from shared.bus.following import Following
from shared.contracts.calls import assessment as calls
from shared.contracts.catalogue import OPERATIONS
from shared.problems import Problem
from shared.vocabulary.assessment import Corrected
from shared.vocabulary.inspection import RegistrationStep

SCHOOL = "TH-BC"
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"
OPENED, SUBMITTED = dt.date(2026, 9, 25), dt.date(2026, 10, 20)
DAY = dt.date(2026, 11, 2)
DECIDED = dt.date(2026, 11, 20)
CONDITIONS = {"cohort_completed": True, "facilities_met": True}
ACCEPTED = ("opened", "checked", "forwarded", "accepted")


def submitted(office):
    cycle = office.with_school().with_earlier_years().with_cycle()
    office.tell_document()
    office.state(OPENED, document=DOCUMENT, **CONDITIONS)
    office.submit_anyway(cycle, SUBMITTED)
    return cycle


def visited(office, cycle, result="met", on=DAY, **more):
    return office.visit(cycle, dict.fromkeys(office.rulebook(cycle).keys, result), on=on, **more)


def walked(office, *after, on=DAY, result="met"):
    """Submit, register, be accepted, be visited; then tell of the steps `after`, all on one day."""
    cycle = office.once(submitted)
    office.tell_steps(cycle, *ACCEPTED)
    visited(office, cycle, result)
    office.tell_steps(cycle, *after, on=on)
    return cycle


def grant(office, **wanted):
    base = {"school": SCHOOL, "number": "118/QĐ", "decided_on": DECIDED, "degree": 1}
    return office.application.grant_recognition(office.acting, calls.GrantRecognition(**base | wanted))


def refuse(office, **wanted):
    base = {"school": SCHOOL, "reason": "Chưa đạt Mức 1 ở tám tiêu chí", "refused_on": DECIDED}
    return office.application.refuse_recognition(office.acting, calls.RefuseRecognition(**base | wanted))


def only_submitted(office):
    office.once(submitted)


def registered_and_never_visited(office):
    office.tell_steps(office.once(submitted), *ACCEPTED)


def visited_and_never_registered(office):
    visited(office, office.once(submitted))


def registered_and_never_accepted(office):
    cycle = office.once(submitted)
    office.tell_steps(cycle, "opened", "checked", "forwarded")
    visited(office, cycle)


def returned_and_registered_anew(office):
    cycle = office.once(submitted)
    office.tell_steps(cycle, "opened", "checked", "forwarded", "returned", "opened")
    visited(office, cycle)


def visited_before_the_acceptance(office):
    cycle = office.once(submitted)
    visited(office, cycle)
    office.tell_steps(cycle, *ACCEPTED, "draft", "reply", "final", on=DAY + dt.timedelta(1))


def drafted_before_the_conclusion(office):
    cycle = office.once(submitted)
    office.tell_steps(cycle, *ACCEPTED, "draft", "reply", "final")
    visited(office, cycle, concluded=DAY + dt.timedelta(3))


def final_after_the_decision(office):
    walked(office, "draft", "reply")
    office.tell_steps(
        office.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles[0], "final", on=dt.date(2026, 11, 21)
    )


SHORTCUTS = [
    (only_submitted, "chua-ket-luan"),
    (registered_and_never_visited, "chua-ket-luan"),
    (visited_and_never_registered, "chua-dang-ky"),
    (registered_and_never_accepted, "chua-tiep-nhan"),
    (returned_and_registered_anew, "chua-tiep-nhan"),
    (visited_before_the_acceptance, "chua-ket-luan"),
    (walked, "chua-gui-du-thao"),
    (drafted_before_the_conclusion, "chua-gui-du-thao"),
    (lambda office: walked(office, "draft"), "chua-het-han-phan-hoi"),
    (lambda office: walked(office, "draft", "final"), "chua-het-han-phan-hoi"),
    (lambda office: walked(office, "draft", "reply"), "chua-chinh-thuc"),
    (lambda office: walked(office, "draft", "silence"), "chua-chinh-thuc"),
    (final_after_the_decision, "chua-chinh-thuc"),
]


@pytest.mark.parametrize("decide", [grant, refuse])
@pytest.mark.parametrize(("so_far", "refusal"), SHORTCUTS)
def test_what_is_missing_of_a_registration_is_named_and_nothing_is_written(office, so_far, refusal, decide):
    so_far(office)
    head = office.application.log.head()
    with pytest.raises(Problem) as refused:
        decide(office)
    assert (refused.value.type, refused.value.status) == (refusal, 409)
    assert "Chưa ghi gì." in refused.value.detail
    assert office.application.log.head() == head


@pytest.mark.parametrize("so_far", [so_far for so_far, _ in SHORTCUTS])
def test_only_what_may_be_copied_from_paper_is_told_of_the_paper(office, so_far):
    so_far(office)
    with pytest.raises(Problem) as refused:
        refuse(office)
    assert "trên giấy" not in refused.value.detail
    with pytest.raises(Problem) as not_granted:
        grant(office)
    assert not_granted.value.detail.startswith(refused.value.detail)


def test_a_grant_out_of_order_names_the_way_of_what_is_on_paper_already(office):
    for so_far in (lambda: office.with_school(), lambda: office.with_cycle(), lambda: visited_and_never_registered(office)):
        so_far()
        with pytest.raises(Problem, match="Quyết định đã có trên giấy thì ghi kèm bản quét"):
            grant(office)
        with pytest.raises(Problem) as refused:
            refuse(office)
        assert "trên giấy" not in refused.value.detail


STEPS_OF_THE_INSPECTION = ("opened", "checked", "forwarded", "accepted", "visit", "draft", "reply", "final")


@pytest.mark.parametrize("decide", [grant, refuse])
@pytest.mark.parametrize("heard", range(len(STEPS_OF_THE_INSPECTION)))
def test_a_decision_waits_for_the_steps_that_are_on_their_way_here(office, monkeypatch, decide, heard):
    """However many of the steps that others were told of have been `heard` when the department decides."""
    cycle = office.once(submitted)

    def hear(steps):
        for step in steps:
            if step == "visit":
                visited(office, cycle)
            else:
                office.tell_steps(cycle, step, on=DAY)

    hear(STEPS_OF_THE_INSPECTION[:heard])
    late = [STEPS_OF_THE_INSPECTION[heard:]]
    monkeypatch.setattr("shared.bus.following.time.sleep", lambda _: hear(late.pop()) if late else None)
    operation = OPERATIONS[f"assessment.{decide.__name__}_recognition"]
    decided = Following().run(office.application, operation.follows, {}, lambda: decide(office))
    assert decided.school == SCHOOL


def test_what_the_school_itself_has_not_done_is_not_waited_for(office):
    office.with_school()
    for so_far in (lambda: None, lambda: office.with_cycle()):
        so_far()
        with pytest.raises(errors.NotSubmitted) as refused:
            grant(office)
        assert not refused.value.awaits_news


@pytest.mark.parametrize("heard", ["reply", "silence"])
def test_a_decision_after_a_reply_or_after_silence_is_recorded(office, heard):
    walked(office, "draft", heard)
    cycle = office.application.cycles(calls.SchoolRequest(school=SCHOOL)).cycles[0]
    office.tell_steps(cycle, "final", on=DAY + dt.timedelta(1))
    assert grant(office).based_on == "visit-1"


def test_the_visit_that_a_decision_names_is_the_last_one_before_the_draft(office):
    cycle = office.once(submitted)
    office.tell_steps(cycle, *ACCEPTED)
    visited(office, cycle)
    visited(office, cycle, on=DAY + dt.timedelta(2), inspection="visit-2")
    office.tell_steps(cycle, "draft", "reply", "final", on=DAY + dt.timedelta(3))
    visited(office, cycle, on=DAY + dt.timedelta(5), inspection="visit-3")
    assert grant(office).based_on == "visit-2"


def test_silence_holds_from_the_day_after_its_last_day(office):
    cycle = walked(office, "draft")
    office.tell_steps(cycle, "silence", on=dt.date(2026, 11, 16))

    def known(day):
        state = office.application.school_repository.history(SCHOOL).at(day, office.application.log.head())
        return state.cycle(cycle.cycle).registration

    assert RegistrationStep.SILENCE not in known(dt.date(2026, 11, 16))
    assert known(dt.date(2026, 11, 17))[RegistrationStep.SILENCE] == dt.date(2026, 11, 16)


def test_a_step_of_a_cycle_that_nobody_knows_is_a_dead_letter_and_no_loss(office):
    office.with_school()
    head = office.application.log.head()
    with pytest.raises(errors.NoSuchCycle):
        office.tell_steps(SimpleNamespace(cycle="1999-2000"), "opened")
    assert office.application.log.head() == head


def test_a_cycle_that_was_refused_is_not_recognised_and_one_that_was_recognised_is_not_refused(office):
    walked(office, "draft", "reply", "final")
    refuse(office)
    with pytest.raises(errors.CycleDecided, match="đã không công nhận") as refused:
        grant(office)
    assert (refused.value.type, refused.value.status) == ("da-quyet-dinh", 409)
    with pytest.raises(errors.CycleDecided):
        refuse(office, reason="Chưa đạt Mức 1 ở chín tiêu chí")
    paper = {"override": "Quyết định ký trên giấy", "copied_from_paper": DOCUMENT}
    assert grant(office, number="7/QĐ", decided_on=dt.date(2026, 11, 22), **paper).number == "7/QĐ"


def test_a_recognised_cycle_is_not_refused(office):
    walked(office, "draft", "reply", "final")
    grant(office)
    with pytest.raises(errors.CycleDecided, match="số 118/QĐ"):
        refuse(office)


def test_a_decision_is_not_corrected_to_a_day_before_its_report_was_final(office):
    walked(office, "draft", "reply", "final", on=dt.date(2026, 11, 10))
    grant(office)
    named = {"school": SCHOOL, "number": "118/QĐ", "what": Corrected.DECIDED_ON, "reason": "Gõ nhầm khi nhập sổ"}
    slip = calls.CorrectAward(**named, new="2026-11-09", document=DOCUMENT)
    with pytest.raises(errors.DateRefused, match="báo cáo chính thức 10/11/2026"):
        office.application.correct_award(office.acting, slip)
    right = calls.CorrectAward(**named, new="2026-11-10", document=DOCUMENT)
    assert office.application.correct_award(office.acting, right).decided_on == dt.date(2026, 11, 10)


def test_each_step_stands_in_the_history_of_the_school_in_words(office):
    walked(office, "draft")
    items = office.application.history(calls.HistoryRequest(school=SCHOOL, limit=1000)).items
    told = [item.summary for item in items if "Hồ sơ đăng ký" in item.summary]
    assert told[0] == "Hồ sơ đăng ký đánh giá ngoài đợt 2026-2027: đăng ký, ngày 02/11/2026."
    assert len(told) == 5
