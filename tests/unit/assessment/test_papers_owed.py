"""Where each paper of a cycle stands: có, nháp, thiếu, quá hạn, from what was done and the day it is."""

from __future__ import annotations

import datetime as dt

import pytest

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.errors import NoSuchCycle
from shared.contracts.calls.papers import PapersRequest
from shared.vocabulary.self_assessment import OwedPaperState, PaperKind
from tests.unit.assessment.deciding_kit import SCHOOL, person
from tests.unit.assessment.papers_kit import TT22, TT57, PaperOffice

PRESENT, DRAFT = OwedPaperState.PRESENT, OwedPaperState.DRAFT
MISSING, OVERDUE = OwedPaperState.MISSING, OwedPaperState.OVERDUE


@pytest.fixture
def old(office):
    return PaperOffice.opened(office, TT22)


@pytest.fixture
def new(office):
    return PaperOffice.opened(office, TT57)


def wait(work, until: dt.date):
    """Let time pass until a day."""
    work.office.clock.move(until - work.office.clock.now().date())


def test_a_cycle_in_which_nothing_was_done_owes_everything(old):
    listed = old.listed()

    assert {paper.state for paper in listed} == {MISSING}
    assert {paper.kind for paper in listed} == {*PaperKind} - {PaperKind.IMPROVEMENT_PLAN}
    sheets = [paper.criterion for paper in listed if paper.kind is PaperKind.CRITERION_SHEET]
    assert sheets == [code for code, criterion in old.rulebook.criteria.items() if criterion.standard]
    assert listed[0].kind is PaperKind.COUNCIL_DECISION
    sheet = old.state_of("phieu_tieu_chi", "1.3")
    assert (sheet.subject, sheet.title) == (f"{old.cycle.cycle}/1.3", "Phiếu đánh giá tiêu chí 1.3")


def test_a_form_that_the_circular_lacks_is_not_owed_and_said_to_be_lacking(new):
    answer = new.application.papers(PapersRequest(school=SCHOOL))
    lacking = {form.kind for form in answer.unprinted}

    assert lacking == {PaperKind.COUNCIL_DECISION, PaperKind.PLAN, PaperKind.FACET_SHEET, PaperKind.CRITERION_SHEET}
    assert not lacking & {paper.kind for paper in answer.papers}
    assert {form.because for form in answer.unprinted} == {"TT57/2026 không có mẫu này."}
    assert answer.cycle == new.cycle.cycle


def test_an_unknown_cycle_is_refused(new):
    with pytest.raises(NoSuchCycle):
        new.application.papers(PapersRequest(school=SCHOOL, cycle="1999-2000"))


def test_the_decision_is_there_once_it_has_a_number(old):
    old.set_up()
    assert old.state_of("qd_hoi_dong").state is PRESENT
    council = old.assessed().cycle.work.council.entry.fact
    old.fact(sf.CouncilSetUp(**old.place, decided_on=council.decided_on, members=council.members))
    assert old.state_of("qd_hoi_dong").state is DRAFT


def test_the_plan_is_a_draft_until_approved(old):
    position = old.fact(sf.SelfAssessmentPlanned(**old.place, sections={"I": "Cải tiến."}))
    assert old.state_of("ke_hoach_tdg").state is DRAFT
    old.fact(sf.PlanApproved(**old.place, plan=position, approved_on=dt.date(2026, 11, 20)))
    assert old.state_of("ke_hoach_tdg").state is PRESENT


def test_a_facet_sheet_is_there_when_every_indicator_has_facets(old):
    old.fact(sf.FacetsDefined(**old.place, criterion="1.1", level=1, indicator="a", facets=(sf.Facet(text="x"),)))
    assert old.state_of("phieu_noi_ham", "1.1").state is DRAFT
    old.define_facets()
    assert old.state_of("phieu_noi_ham", "1.1").state is PRESENT
    assert old.state_of("phieu_noi_ham", "1.2").state is MISSING


def test_a_sheet_is_overdue_from_the_day_after_its_last_until_it_is_passed(old):
    old.set_up()
    due = dt.date(2026, 12, 1)
    old.fact(sf.CriterionAssigned(**old.place, criterion="1.1", writer=person(3), due=due))
    assert old.state_of("phieu_tieu_chi", "1.1").state is MISSING
    wait(old, due)
    old.write("1.1")
    sheet = old.state_of("phieu_tieu_chi", "1.1")
    assert (sheet.state, sheet.due, sheet.because) == (DRAFT, due, "Hạn trong phân công.")
    wait(old, due + dt.timedelta(days=1))
    assert old.state_of("phieu_tieu_chi", "1.1").state is OVERDUE
    assert old.listed()[0].criterion == "1.1"
    old.review("1.1")
    old.vote("1.1", old.hold().id)
    assert old.state_of("phieu_tieu_chi", "1.1").state is PRESENT


def test_sheets_of_level_4_are_owed_once_work_on_it_began(old):
    old.write("22", level=4)
    assert old.state_of("phieu_tieu_chi", "22").state is DRAFT
    assert old.state_of("phieu_noi_ham", "22").state is MISSING


def test_the_report_of_2026_is_overdue_after_the_last_day_of_the_circular(new):
    report = new.state_of("bao_cao_tdg")
    assert (report.state, report.due) == (MISSING, dt.date(2027, 6, 15))
    assert report.because == "Hạn phê duyệt báo cáo theo TT57/2026."
    wait(new, dt.date(2027, 6, 15))
    assert new.state_of("bao_cao_tdg").state is MISSING
    wait(new, dt.date(2027, 6, 16))
    assert new.state_of("bao_cao_tdg").state is OVERDUE
    assert new.listed()[0].kind is PaperKind.REPORT


def test_the_report_is_due_by_the_earlier_of_the_plan_and_the_circular(new):
    new.fact(planned(new, dt.date(2027, 4, 30)))
    report = new.state_of("bao_cao_tdg")
    assert (report.due, report.because) == (dt.date(2027, 4, 30), "Ngày cuối của kế hoạch tự đánh giá.")
    new.fact(planned(new, dt.date(2027, 6, 30)))
    assert new.state_of("bao_cao_tdg").due == dt.date(2027, 6, 15)


def test_the_circulars_of_2018_name_no_last_day_so_only_the_plan_does(old):
    assert old.state_of("bao_cao_tdg").due is None
    old.fact(planned(old, dt.date(2027, 4, 30)))
    assert old.state_of("bao_cao_tdg").due == dt.date(2027, 4, 30)


def planned(work, ends):
    items = (
        sf.TimetableItem(starts=dt.date(2026, 10, 1), ends=ends, activity="Viết"),
        sf.TimetableItem(starts=dt.date(2026, 10, 1), ends=dt.date(2026, 11, 1), activity="Thu thập"),
    )
    return sf.SelfAssessmentPlanned(**work.place, sections={}, timetable=items)


def test_the_report_is_there_when_it_is_approved_and_a_draft_again_when_it_changes(new):
    new.office.judge_all(new.cycle)
    new.set_up()
    new.write("1.1")
    assert new.state_of("bao_cao_tdg").state is DRAFT
    new.pass_all()
    new.approve()
    assert new.state_of("bao_cao_tdg").state is PRESENT
    new.write("1.1", text="Viết lại.")
    assert new.state_of("bao_cao_tdg").state is DRAFT


def test_minutes_stand_one_a_meeting_and_are_there_when_they_are_kept(new):
    new.set_up()
    assert new.state_of("bien_ban_hop").state is MISSING
    meeting = new.hold().id
    minutes = new.state_of("bien_ban_hop")
    assert (minutes.state, minutes.meeting, minutes.title) == (DRAFT, meeting, "Biên bản họp Hội đồng ngày 24/11/2026")
    kept = sf.CouncilMet(
        **new.place, meeting="m-2", met_on=dt.date(2026, 11, 20), present=(person(1),), agenda="Họp", document="d-1"
    )
    new.fact(kept)
    states = {paper.meeting: paper.state for paper in new.listed() if paper.kind is PaperKind.MINUTES}
    assert states == {meeting: DRAFT, "m-2": PRESENT}


def test_the_improvement_plan_the_letter_and_the_notice_follow_the_report(new):
    new.office.judge_all(new.cycle)
    new.office.cite_all(new.cycle)
    assert new.state_of("ke_hoach_cai_tien").state is MISSING
    new.improve_twice()
    assert new.state_of("ke_hoach_cai_tien").state is DRAFT
    assert new.state_of("danh_muc_minh_chung").state is DRAFT
    assert new.state_of("cong_van_dang_ky").state is MISSING
    new.office.submit(new.cycle)
    assert new.state_of("danh_muc_minh_chung").state is PRESENT
    assert new.state_of("bao_cao_tdg").state is PRESENT
    assert new.state_of("cong_van_dang_ky").state is DRAFT
    assert new.state_of("thong_bao_cong_bo").state is DRAFT
    new.publish()
    assert new.state_of("thong_bao_cong_bo").state is PRESENT


def test_a_whole_self_assessment_has_all_but_what_comes_after_it(new):
    new.complete(documents=4)
    assert new.state_of("ke_hoach_cai_tien").state is PRESENT
    assert {paper.kind for paper in new.listed() if paper.state is not PRESENT} == {
        PaperKind.EVIDENCE_LIST,
        PaperKind.MINUTES,
        PaperKind.REGISTRATION_LETTER,
        PaperKind.PUBLICATION_NOTICE,
    }


def test_a_paper_that_the_list_calls_there_is_printed_as_no_draft(old):
    old.complete(documents=4)
    for paper in old.listed():
        if paper.state is PRESENT:
            composed = old.paper(paper.kind, paper.criterion, meeting=paper.meeting)
            assert not composed.draft
            assert composed.subject == paper.subject
