"""The table of needs on paper: by school, year and source, as Phòng Kinh tế signs it, and as a worksheet of numbers."""

from __future__ import annotations

import io

import openpyxl
import pytest

from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.docx import to_docx
from shared.papers.text import printed_text
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.self_assessment import PaperFormat
from tests.unit.inspection.year.needs_kit import HEAD, MILLION, OTHER_HEAD, Village


@pytest.fixture
def village() -> Village:
    made = Village()
    build = made.founded(item="Xây 02 phòng học", unit="phòng", cost_vnd=1850 * MILLION, criterion="3.2")
    made.fund(build, 900 * MILLION, "ctmtqg_ntm")
    made.fund(build, 800 * MILLION, "ns_tinh", 2027)
    made.founded(item="=SUM(A1)", who=OTHER_HEAD, school="TH-B", year=2027, cost_vnd=240 * MILLION, criterion="")
    made.raised("Mái che", who=HEAD)
    gone = made.founded(item="Bếp ăn", cost_vnd=5 * MILLION)
    made.fund(gone, 5 * MILLION)
    return made


def composed(village: Village, year: int = 2026, known_at: int = 0):
    request = ComposeYearPaper(commune="NL", year=year, kind=YearPaperKind.NEEDS, known_at=known_at)
    return village.application.compose_year_paper(request)


def sheets(village: Village) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(composed(village).paper)))


def values(sheet) -> list[list[object]]:
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def test_the_paper_holds_every_school_year_and_source_and_says_that_they_agree(village):
    paper = composed(village)
    words = "\n".join(printed_text(paper.paper))
    assert paper.formats == [PaperFormat.SHEET, PaperFormat.WORD, PaperFormat.PDF]
    for said in (
        "UBND XÃ NẬM LAM",
        "PHÒNG KINH TẾ",
        "2026 - 2028",
        "số liệu đã thẩm định đến ngày 24 tháng 11 năm 2026",
        "Kiểm tra: cộng nguồn theo trường = theo năm = theo nguồn vốn = 1.705.000.000 đồng (khớp).",
        "Còn 01 nhu cầu chờ thẩm định, chưa tính vào bảng.",
        "CTMTQG NTM 900.000.000; Ngân sách tỉnh 800.000.000 (năm 2027)",
        "Chưa bố trí",
        "NGƯỜI LẬP BIỂU",
        "TRƯỞNG PHÒNG",
    ):
        assert said in words, said


def test_sums_are_numbers_in_the_worksheet_and_no_text_is_a_formula(village):
    book = sheets(village)
    assert book.sheetnames == ["Tổng hợp", "Chi tiết"]
    rows = values(book["Tổng hợp"])
    assert [
        "Trường TH-A",
        "2026",
        1855 * MILLION,
        900 * MILLION,
        0,
        0,
        0,
        5 * MILLION,
        0,
        905 * MILLION,
        150 * MILLION,
    ] in rows
    assert ["2027", 0, 0, 0, 0, 800 * MILLION, 0, 0, 800 * MILLION, 0] in rows
    total = rows[next(n for n, row in enumerate(rows) if row[:1] == ["TOÀN XÃ"]) + 3]
    assert total[1:] == [2095 * MILLION, 900 * MILLION, 0, 0, 800 * MILLION, 5 * MILLION, 0, 1705 * MILLION, 390 * MILLION]
    items = [cell for row in book["Chi tiết"].iter_rows() for cell in row if cell.value == "=SUM(A1)"]
    assert [cell.data_type for cell in items] == ["s"]


def test_an_earlier_position_prints_what_was_known_then(village):
    before = village.application.log.head()
    first = to_docx(composed(village, known_at=before).paper)
    village.founded(item="Nhà đa năng", cost_vnd=4600 * MILLION)
    assert to_docx(composed(village, known_at=before).paper) == first
    assert to_docx(composed(village).paper) != first


def test_without_an_appraised_need_there_is_nothing_to_print(village):
    with pytest.raises(PaperSubjectMissing, match="chưa có nhu cầu nào được thẩm định"):
        composed(village, year=2030)
