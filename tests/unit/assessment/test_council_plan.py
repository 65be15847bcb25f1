"""The plan: written under the headings of the form, approved by the chair as it stood, its last days as due dates."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment.domain import planning
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.planning import Due
from services.assessment.domain.work import SelfAssessmentWork
from services.assessment.errors import (
    ChangedMeanwhile,
    CouncilRefused,
    CriteriaWithoutGroup,
    DateRefused,
    NoCouncil,
    NoPlan,
    NotYourDuty,
)
from shared.contracts.calls import council as calls
from shared.problems import BadRequest
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.self_assessment import CouncilRole
from tests.unit.assessment.council_kit import DECIDED, HEAD, MEMBER, SECRETARY, CouncilOffice, members, person

TODAY = dt.date(2026, 11, 24)
FIRST, LAST = dt.date(2026, 10, 5), dt.date(2026, 10, 30)
WEEK = calls.TimetableEntry(starts=FIRST, ends=LAST, activity="Thu thập minh chứng", who="Nhóm 1")
NEED = calls.ResourceEntry(criterion="1.3", what="Máy quét", when="Tháng 10")


@pytest.fixture
def old(office):
    """A council under a circular of 2018, every criterion given to a group."""
    place = CouncilOffice(office.with_school(), office.with_cycle(rulebook="v2018_tt22/tieu_hoc"))
    place.set_up()
    place.form()
    return place


@pytest.fixture
def new(office):
    place = CouncilOffice(office.with_school(), office.with_cycle())
    place.set_up(members(5))
    return place


def work(place):
    return place.application.school_repository.as_known_now("TH-BC", place.cycle.cycle).cycle.work


# --- writing


def test_the_plan_stands_under_the_headings_of_the_circulars_form(old):
    old.write_plan(sections={"I": "  Xác định mức đạt  ", "IX": ""}, timetable=[WEEK], resources=[NEED])
    plan = old.plan()
    assert plan.form == "Kế hoạch tự đánh giá (Phụ lục 1)"
    assert plan.form_source.startswith("CV 5932")
    assert [section.key for section in plan.sections] == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]
    assert plan.sections[0] == calls.SectionView(key="I", heading="I mục đích", text="Xác định mức đạt")
    assert plan.sections[8].text == ""
    assert (plan.timetable, plan.resources, plan.approval) == ([WEEK], [NEED], None)
    assert plan.position == old.head_position


def test_before_anything_is_written_the_headings_are_there(old):
    plan = old.plan()
    assert (plan.position, len(plan.sections), plan.timetable) == (0, 9, [])


def test_a_circular_without_a_form_takes_the_schools_own_headings(new):
    new.write_plan(sections={" Mục   đích ": "Giữ chuẩn"})
    plan = new.plan()
    assert (plan.form, plan.form_source) == ("", "")
    assert plan.sections == [calls.SectionView(key="Mục đích", heading="Mục đích", text="Giữ chuẩn")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sections": {"X": "Không có mục này"}},
        {"sections": {"I": "dài" * 10_000}},
        {"sections": {"I": "  "}},
        {"timetable": [calls.TimetableEntry(starts=LAST, ends=FIRST, activity="Họp")]},
        {"timetable": [calls.TimetableEntry(starts=FIRST, ends=LAST, activity=" ")]},
        {"timetable": [calls.TimetableEntry(starts=FIRST, ends=LAST, activity="a" * 301)]},
        {"timetable": [WEEK] * 201},
        {"resources": [calls.ResourceEntry(criterion="1.3", what="")]},
    ],
)
def test_what_does_not_fit_the_form_is_refused(old, wrong):
    before = old.head_position
    with pytest.raises(BadRequest):
        old.write_plan(**wrong)
    assert old.head_position == before


def test_resources_are_of_criteria_that_there_are(old):
    with pytest.raises(NoSuchCriterion):
        old.write_plan(resources=[calls.ResourceEntry(criterion="9.9", what="Máy quét")])


def test_own_headings_are_named_and_not_too_many(new):
    for sections in ({" ": "Không tên"}, {f"Mục {number}": "x" for number in range(41)}):
        with pytest.raises(BadRequest):
            new.write_plan(sections=sections)


def test_the_head_may_plan_before_there_is_a_council_and_others_may_not(office):
    place = CouncilOffice(office.with_school(), office.with_cycle())
    with pytest.raises(NoCouncil):
        place.write_plan(acting=SECRETARY)
    place.write_plan(acting=HEAD)
    assert place.plan().position == place.head_position


def test_the_same_plan_again_records_nothing(old):
    position = old.write_plan().position
    assert old.write_plan().position == position == old.head_position
    assert old.write_plan(sections={"I": "Khác"}).position > position


# --- approval


def test_the_chair_approves_the_plan_as_it_stood(old):
    old.assign_all()
    written = old.write_plan().position
    done = old.approve()
    approval = old.plan().approval
    assert (approval.plan, approval.position, approval.approved_on) == (written, done.position, TODAY)
    assert approval.by.person == person(1)
    assert old.approve().position == done.position


def test_a_plan_written_anew_waits_for_the_chair_again(old):
    old.assign_all()
    old.write_plan()
    old.approve()
    old.write_plan(sections={"I": "Bản khác"})
    assert old.plan().approval is None


def test_only_the_chair_approves(old):
    old.assign_all()
    old.write_plan()
    for acting in (SECRETARY, MEMBER):
        with pytest.raises(NotYourDuty) as refusal:
            old.approve(acting=acting)
        assert refusal.value.status == 403


def test_without_a_council_or_a_plan_there_is_nothing_to_approve(office):
    place = CouncilOffice(office.with_school(), office.with_cycle())
    with pytest.raises(NoCouncil):
        place.approve()
    place.set_up(members(5))
    with pytest.raises(NoPlan):
        place.approve()


def test_a_plan_that_was_read_before_it_changed_is_not_approved(old):
    old.assign_all()
    read = old.write_plan().position
    newest = old.write_plan(sections={"I": "Bản khác"}).position
    with pytest.raises(ChangedMeanwhile) as refusal:
        old.approve(plan=read)
    assert refusal.value.data["plan"] == newest
    old.approve(plan=newest)


def test_a_circular_that_works_in_groups_wants_every_criterion_given_out(old):
    old.write_plan()
    old.assign(calls.Assignment(criterion="1.1", group="nhom-1"), calls.Assignment(criterion="1.2", writer=person(3)))
    with pytest.raises(CriteriaWithoutGroup) as refusal:
        old.approve()
    assert len(refusal.value.data["criteria"]) == 26
    assert refusal.value.data["criteria"][0] == "1.2"


def test_another_circular_only_warns(new):
    new.write_plan(sections={"Mục đích": "Giữ chuẩn"})
    new.approve()
    assert new.plan().approval is not None


def test_the_day_of_approval_is_not_before_the_council_and_not_to_come(new):
    new.write_plan(sections={"Mục đích": "Giữ chuẩn"})
    for day in (DECIDED - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)):
        with pytest.raises(DateRefused):
            new.approve(on=day)
    new.approve(on=DECIDED)
    assert new.plan().approval.approved_on == DECIDED


def test_a_council_that_breaks_a_rule_approves_nothing(log, library):
    few = tuple(sf.CouncilMember(person=person(number), role=CouncilRole.CHAIR, task="Chỉ đạo") for number in (1, 2))
    place = {"school": "TH-BC", "cycle": "2026-2027"}
    work = SelfAssessmentWork()
    for fact in (
        sf.CouncilSetUp(decided_on=DECIDED, members=few, **place),
        sf.SelfAssessmentPlanned(sections={"Mục đích": "Giữ chuẩn"}, **place),
    ):
        work.apply(fact, log.add(fact, TODAY))
    with pytest.raises(CouncilRefused):
        planning.approval(library.get("v2026_tt57/pho_thong"), work, **place, actor=person(1), read=0, on=TODAY)


# --- due dates


def test_the_last_days_of_the_timetable_are_due_dates_in_order(old):
    later = calls.TimetableEntry(starts=LAST, ends=dt.date(2027, 5, 1), activity="Viết báo cáo")
    old.write_plan(timetable=[later, WEEK])
    expected = [Due(LAST, "Thu thập minh chứng", "Nhóm 1"), Due(dt.date(2027, 5, 1), "Viết báo cáo", "")]
    assert planning.due_dates(work(old)) == expected
    assert planning.due_dates(SelfAssessmentWork()) == []
