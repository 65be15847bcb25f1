"""Papers about the steering committee and the work that a commune gives: their words, their moment, their gaps."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.calls.year.reports import AskReport
from shared.contracts.events.assessment import CommuneRegistered
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.docx import to_docx
from shared.papers.model import PersonOnPaper, Table
from shared.papers.resolving import people_in, resolve
from shared.papers.text import printed_text
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.commune_year import ReportKind, YearPaperKind
from shared.vocabulary.self_assessment import PaperFormat
from tests.unit.inspection.year.tasks_kit import DUE, PERSONS, TODAY

HEAD = (PERSONS[0], "truong_ban", "Chỉ đạo chung")
MEMBER = (PERSONS[1], "uy_vien", "Phụ trách cơ sở vật chất")


@pytest.fixture
def commune(at_work):
    at_work.hear(CommuneRegistered(commune="NL01", name="Xã Nậm Lam"))
    return at_work


def composed(commune, kind: YearPaperKind, **asked):
    return commune.application.compose_year_paper(ComposeYearPaper(commune="NL01", year=2026, kind=kind, **asked))


def said(commune, kind: YearPaperKind, **asked) -> str:
    paper = composed(commune, kind, **asked).paper
    people = {person: PersonOnPaper(f"Nông Văn {person[-1]}", "Phó Chủ tịch") for person in people_in(paper)}
    return "\n".join(printed_text(resolve(paper, people, {})))


def test_the_decision_names_its_members_by_id_with_role_and_duty_and_what_it_replaces(commune):
    commune.sit()
    commune.sit(HEAD, MEMBER, number="88/QĐ-UBND", on=dt.date(2026, 8, 3))
    paper = composed(commune, YearPaperKind.COMMITTEE_DECISION).paper
    assert people_in(paper) == set(PERSONS[:2])
    words = said(commune, YearPaperKind.COMMITTEE_DECISION)
    for expected in (
        "Chủ tịch Ủy ban nhân dân xã Nậm Lam".upper(),
        "Kiện toàn Ban Chỉ đạo đổi mới giáo dục xã Nậm Lam gồm 02 người",
        "Thay thế Quyết định số 12/QĐ-UBND ngày 20 tháng 01 năm 2026",
        "Nông Văn 1",
        "Trưởng ban",
        "Phụ trách cơ sở vật chất",
        "Kèm theo Quyết định số 88/QĐ-UBND ngày 03 tháng 8 năm 2026 của Chủ tịch Ủy ban nhân dân xã Nậm Lam",
    ):
        assert expected in words, expected


def test_the_first_decision_sets_the_committee_up_and_an_earlier_moment_prints_it_again(commune):
    commune.sit()
    before = composed(commune, YearPaperKind.COMMITTEE_DECISION)
    commune.sit(HEAD, MEMBER, number="88/QĐ-UBND", on=dt.date(2026, 8, 3))
    then = composed(commune, YearPaperKind.COMMITTEE_DECISION, known_at=before.paper.known_at)
    assert then.paper == before.paper
    assert "Thành lập Ban Chỉ đạo" in said(commune, YearPaperKind.COMMITTEE_DECISION, known_at=before.paper.known_at)


def test_a_letter_of_a_directive_bears_its_number_and_puts_what_was_given_to_many_in_one_row(commune):
    issued = commune.issue()
    commune.give("moi_truong", directive=issued.id)
    commune.give("phong_kinh_te", text="Rà soát kinh phí", directive=issued.id)
    commune.give(text="Việc không theo văn bản")
    words = said(commune, YearPaperKind.TASK_LETTER, subject=issued.id)
    assert "45/UBND-VHXH" in words
    assert "V/v tự đánh giá" in words
    assert "Việc không theo văn bản" not in words
    (table,) = [
        block
        for block in composed(commune, YearPaperKind.TASK_LETTER, subject=issued.id).paper.blocks
        if isinstance(block, Table)
    ]
    assert len(table.rows) == 2


def test_a_letter_of_one_task_goes_to_all_who_were_given_it_and_is_a_draft_without_a_directive(commune):
    given = commune.give("TH-BC", "phong_kinh_te")
    of_one = composed(commune, YearPaperKind.TASK_LETTER, subject=given.id)
    assert of_one.paper.draft
    words = said(commune, YearPaperKind.TASK_LETTER, subject=given.id)
    assert "Phòng Kinh tế" in words
    assert "15/12/2026" in words
    newest = composed(commune, YearPaperKind.TASK_LETTER).paper
    assert newest.blocks == of_one.paper.blocks


def test_a_reminder_sheet_tells_what_is_overdue_on_its_day_of_all_or_of_one(commune):
    commune.give("TH-BC", "phong_kinh_te")
    done = commune.give(text="Việc đã báo cáo").id
    commune.report(done)
    day = DUE + dt.timedelta(days=3)
    commune.clock.move(dt.timedelta(days=(day - TODAY).days))
    sheet = composed(commune, YearPaperKind.REMINDER_SHEET)
    words = said(commune, YearPaperKind.REMINDER_SHEET)
    assert "02 việc quá hạn" in words
    assert "Việc đã báo cáo" not in words
    assert "01 việc quá hạn" in said(commune, YearPaperKind.REMINDER_SHEET, subject="phong_kinh_te")
    assert "không có việc nào quá hạn" in said(commune, YearPaperKind.REMINDER_SHEET, valid_at=DUE)
    assert sheet.formats == [PaperFormat.WORD, PaperFormat.PDF, PaperFormat.SHEET]
    assert to_xlsx(sheet.paper) == to_xlsx(composed(commune, YearPaperKind.REMINDER_SHEET).paper)


@pytest.mark.parametrize("kind", [YearPaperKind.COMMITTEE_DECISION, YearPaperKind.TASK_LETTER])
def test_what_there_is_nothing_of_cannot_be_printed(commune, kind):
    with pytest.raises(PaperSubjectMissing):
        composed(commune, kind)
    with pytest.raises(PaperSubjectMissing):
        composed(commune, YearPaperKind.REMINDER_SHEET, subject="TH-XA")


def test_every_paper_of_tasks_prints_the_same_bytes_twice(commune):
    commune.sit()
    commune.give("moi_truong")
    for kind in (YearPaperKind.COMMITTEE_DECISION, YearPaperKind.TASK_LETTER, YearPaperKind.REMINDER_SHEET):
        people = {PERSONS[0]: PersonOnPaper("Nông Văn A", "Chủ tịch")}
        first, again = (to_docx(resolve(composed(commune, kind).paper, people, {})) for _ in range(2))
        assert first == again


def test_a_reminder_sheet_tells_of_reports_that_schools_have_not_sent(commune):
    asked = AskReport(commune="NL01", year=2026, kind=ReportKind.PROGRESS, period="tháng 11", due=DUE)
    commune.application.ask_report(commune.officer, asked)
    commune.clock.move(dt.timedelta(days=(DUE - TODAY).days + 1))
    assert "02 việc quá hạn" in said(commune, YearPaperKind.REMINDER_SHEET)
    words = said(commune, YearPaperKind.REMINDER_SHEET, subject="TH-BC")
    assert "01 việc quá hạn" in words
    assert "Báo cáo tiến độ tháng 11" in words
