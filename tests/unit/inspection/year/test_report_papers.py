"""Reports on paper: what was computed then, to the byte, whatever is recorded later; a draft until sent."""

from __future__ import annotations

import pytest

from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.calls.year.targets import TargetBoardRequest
from shared.contracts.events.assessment import CommuneRegistered, SchoolRegistered
from shared.contracts.problems import NotYetKnown, PaperSubjectMissing
from shared.papers.docx import to_docx
from shared.papers.model import Addressees, Table, Text
from shared.papers.pdf import to_pdf
from shared.papers.resolving import resolve
from shared.papers.text import printed_text
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import ReportKind, ReportReceiver, YearPaperKind
from shared.vocabulary.self_assessment import PaperFormat
from tests.unit.inspection.year.reports_kit import Reporting

MID_YEAR = YearPaperKind.MID_YEAR_REPORT


@pytest.fixture
def year() -> Reporting:
    made = Reporting().hear_schools()
    made.hear_award()
    return made


def composed(year: Reporting, kind=MID_YEAR, **more):
    return year.application.compose_year_paper(ComposeYearPaper(commune="NL01", year=2026, kind=kind, **more))


def printed(year: Reporting, kind=MID_YEAR, **more):
    return resolve(composed(year, kind, **more).paper, {}, {})


def words(paper) -> str:
    return "\n".join(printed_text(paper))


def sent_mid_year(year: Reporting):
    asked = year.ask(kind=ReportKind.MID_YEAR, period="Học kỳ I", figures=["Số phòng học", "Số lớp"])
    year.hand_in(asked.id, "TH-BC", figures=[("Số phòng học", 1_200), ("Số lớp", 10)])
    view = year.synthesise(kind=ReportKind.MID_YEAR)
    year.write(view.id, [("Đề nghị", "Bố trí kinh phí sửa hai phòng học.\nTrước tháng 02/2027.")])
    year.send(view.id, sign="45/BC-VHXH")
    return view


def test_a_report_tells_computed_tables_written_words_and_who_has_not_sent(year):
    sent_mid_year(year)
    text = words(printed(year))
    for told in (
        "Sơ kết công tác kiểm định chất lượng giáo dục và công nhận trường đạt chuẩn quốc gia năm 2026 (Học kỳ I)",
        "Chưa có báo cáo của 2 trường: Mầm non Sao Mai, Tiểu học Pá Đông.",
        "Trường có Bằng còn hạn",
        "Số 12/QĐ, mức độ 1, đến 01/3/2031",
        "1.200",
        "Bố trí kinh phí sửa hai phòng học.",
        "Ủy ban nhân dân xã Nậm Lam",
    ):
        assert told in text
    assert "chưa có" not in text.replace("Chưa có báo cáo", "")


def test_a_report_of_june_printed_in_december_is_the_same_to_the_byte(year):
    sent_mid_year(year)
    then = printed(year)
    files = [draw(then) for draw in (to_docx, to_pdf, to_xlsx)]
    year.hear(CommuneRegistered(commune="NL01", name="Xã Tên Mới"))
    year.hear(SchoolRegistered(school="TH-BC", name="Tên mới", kind=SchoolKind.PRIMARY, commune="NL01"))
    year.hear_award("TH-PD", number="99/QĐ")
    year.sleep(180)
    year.ask(kind=ReportKind.MID_YEAR, period="Học kỳ II", due=year.clock.now().date())
    for later in (printed(year), printed(year, known_at=then.known_at)):
        assert later == then
        assert [draw(later) for draw in (to_docx, to_pdf, to_xlsx)] == files


def test_a_report_is_a_draft_until_it_is_sent_and_says_what_nobody_wrote(year):
    view = year.synthesise(kind=ReportKind.MID_YEAR)
    draft = printed(year)
    assert draft.draft
    assert draft.heading.number is None
    assert "⟨chưa có⟩" in words(draft)
    before = year.application.log.head()
    year.send(view.id)
    sent = printed(year)
    assert (sent.draft, sent.heading.number, sent.heading.symbol) == (False, "45", "BC-VHXH")
    assert printed(year, known_at=before) == draft


def test_a_report_to_the_department_is_in_the_name_of_the_committee(year):
    view = year.synthesise(kind=ReportKind.FINAL)
    year.send(view.id, ReportReceiver.DEPARTMENT, "12/BC-UBND")
    paper = printed(year, YearPaperKind.FINAL_REPORT)
    assert paper.heading.body == ("Ủy ban nhân dân", "Xã Nậm Lam")
    assert paper.heading.symbol == "BC-UBND"


@pytest.mark.parametrize(
    ("to", "receiver"),
    [
        (ReportReceiver.LEADERS, "Ủy ban nhân dân xã Nậm Lam"),
        (ReportReceiver.DEPARTMENT, "Sở Giáo dục và Đào tạo"),
    ],
)
def test_a_report_is_addressed_to_whom_it_was_sent_and_to_nobody_else(year, to, receiver):
    view = year.synthesise(kind=ReportKind.FINAL)
    year.send(view.id, to, "12/BC-UBND")
    (addressed,) = [block for block in printed(year, YearPaperKind.FINAL_REPORT).blocks if isinstance(block, Addressees)]
    assert addressed.names == ((Text(receiver),),)


def test_a_short_table_of_numbers_is_not_parted_between_pages(year):
    sent_mid_year(year)
    tables = [block for block in composed(year).paper.blocks if isinstance(block, Table)]
    numbers = [table for table in tables if table.header[0].cells[0].runs == (Text("Nội dung"),)]
    assert len(numbers) > 3
    assert all(table.whole for table in numbers)


def test_the_newest_synthesis_of_the_kind_is_printed_unless_one_is_named(year):
    first = year.synthesise(kind=ReportKind.MID_YEAR)
    year.ask(kind=ReportKind.MID_YEAR, period="Học kỳ I")
    second = year.synthesise(kind=ReportKind.MID_YEAR)
    assert printed(year).subject == second.id
    assert printed(year, subject=first.id).subject == first.id


def test_a_thematic_report_has_the_form_of_one_on_progress_under_its_own_title(year):
    thematic = year.synthesise(kind=ReportKind.THEMATIC)
    assert printed(year, YearPaperKind.PROGRESS_REPORT).title.startswith("Báo cáo chuyên đề")
    assert printed(year, YearPaperKind.PROGRESS_REPORT, subject=thematic.id).subject == thematic.id


def test_a_later_thematic_report_is_not_taken_for_the_one_on_progress(year):
    progress = year.synthesise(kind=ReportKind.PROGRESS)
    thematic = year.synthesise(kind=ReportKind.THEMATIC)
    assert printed(year, YearPaperKind.PROGRESS_REPORT).subject == progress.id
    assert printed(year, YearPaperKind.PROGRESS_REPORT, subject=thematic.id).subject == thematic.id


def test_without_a_synthesis_there_is_nothing_to_print(year):
    with pytest.raises(PaperSubjectMissing, match="Lập bản tổng hợp"):
        composed(year)


def test_a_report_is_also_a_workbook_with_its_numbers_as_numbers(year):
    sent_mid_year(year)
    assert composed(year).formats == [PaperFormat.WORD, PaperFormat.PDF, PaperFormat.SHEET]


def test_a_position_below_the_beginning_of_the_log_is_refused_at_once(year):
    with pytest.raises(NotYetKnown):
        composed(year, YearPaperKind.REMINDER_SHEET, known_at=-5)
    with pytest.raises(NotYetKnown):
        year.application.target_board(TargetBoardRequest(commune="NL01", year=2026, known_at=-5))
