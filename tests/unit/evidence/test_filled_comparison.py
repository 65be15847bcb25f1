"""A print that was edited in Word or Excel: every change is told with its place, and nothing that did not change."""

from __future__ import annotations

import io
import unicodedata

import docx
import openpyxl
import pytest

from services.evidence.domain import filled_comparison
from services.evidence.domain.filled_comparison import FilledDifference, FilledPart, TooManyLines, compare_filled
from services.evidence.domain.filled_places import Place, is_heading, places
from shared.papers.docx import to_docx
from shared.papers.filled import FilledPaper, FilledParagraph
from shared.papers.model import Addressees, Cell, Column, Paper, Row, Style, Table, Text
from shared.papers.reading import read_office
from shared.papers.resolving import resolve
from shared.papers.text import printed_text
from shared.papers.xlsx import LONGEST_CELL, to_xlsx
from shared.vocabulary.self_assessment import SheetPart
from tests.unit.papers import samples


def resolved(make=samples.criterion_sheet, **more) -> Paper:
    return resolve(make(**more), samples.PEOPLE, samples.DOCUMENTS)


def compared(paper: Paper, data: bytes):
    return compare_filled(printed_text(paper), read_office(data), paper.kind)


def told(paper: Paper, data: bytes) -> list[tuple[str, str, str]]:
    return [(one.place, one.printed, one.filled) for one in compared(paper, data).differences]


class InWord:
    """A print opened in Word."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document = docx.Document(io.BytesIO(to_docx(paper)))

    def paragraph(self, beginning: str):
        return next(one for one in self.document.paragraphs if one.text.startswith(beginning))

    def saved(self) -> bytes:
        kept = io.BytesIO()
        self.document.save(kept)
        return kept.getvalue()

    def told(self) -> list[tuple[str, str, str]]:
        return told(self.paper, self.saved())


class InExcel:
    """A print opened in Excel."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.book = openpyxl.load_workbook(io.BytesIO(to_xlsx(paper)), rich_text=True)
        self.sheet = self.book.worksheets[0]

    def cell(self, words: str):
        return next(cell for row in self.sheet.iter_rows() for cell in row if str(cell.value or "").startswith(words))

    def told(self) -> list[tuple[str, str, str]]:
        kept = io.BytesIO()
        self.book.save(kept)
        return told(self.paper, kept.getvalue())


# ---- nothing changed


@pytest.mark.parametrize("make", [samples.decision, samples.criterion_sheet, samples.evidence_list, samples.report])
def test_a_print_that_nobody_touched_differs_nowhere(make):
    paper = resolved(make)
    assert told(paper, to_docx(paper)) == []
    assert InWord(paper).told() == [], "saved by another program"


@pytest.mark.parametrize("make", [samples.evidence_list, samples.report])
def test_a_workbook_that_nobody_touched_differs_nowhere(make):
    paper = resolved(make)
    assert told(paper, to_xlsx(paper)) == []
    assert InExcel(paper).told() == [], "saved by another program"


def test_letters_written_in_another_unicode_form_are_no_difference():
    word = InWord(resolved())
    run = word.paragraph("Bộ máy").runs[0]
    run.text = unicodedata.normalize("NFD", run.text)
    assert word.told() == []


def test_who_is_addressed_is_compared_whether_one_or_several():
    for names in (("Phòng VH-XH",), ("Phòng VH-XH", "Sở GDĐT")):
        paper = samples.paper("cong_van_dang_ky", Addressees(tuple(samples.words(name) for name in names)))
        assert told(paper, to_docx(paper)) == []


# ---- Word


def test_a_changed_paragraph_stands_under_its_heading():
    word = InWord(resolved())
    word.paragraph("Bộ máy").runs[0].text = "Bộ máy quản lý đủ và ổn định."
    ((place, printed, filled),) = word.told()
    assert place == "2. Điểm mạnh"
    assert printed.startswith("Bộ máy quản lý đủ và ổn định; các tổ")
    assert filled == "Bộ máy quản lý đủ và ổn định."


def test_a_paragraph_that_is_gone_has_nothing_beside_it():
    word = InWord(resolved())
    gone = word.paragraph("a) Mỗi năm học")
    gone._p.getparent().remove(gone._p)
    ((place, printed, filled),) = word.told()
    assert (place, printed[:14], filled) == ("1.2. Mức 2", "a) Mỗi năm học", "")


def test_an_added_paragraph_stands_where_it_was_added():
    word = InWord(resolved())
    word.paragraph("3. Điểm yếu").insert_paragraph_before("Thêm một điểm mạnh.")
    assert word.told() == [("2. Điểm mạnh", "", "Thêm một điểm mạnh.")]


def test_a_gap_that_was_filled_in_is_told_by_row_and_column():
    word = InWord(resolved())
    table = next(one for one in word.document.tables if one.rows[0].cells[0].text == "Mục tiêu")
    table.rows[1].cells[3].text = "5 triệu đồng, chi thường xuyên"
    assert word.told() == [
        ("Đo được hiệu quả từng chuyên đề › Kinh phí, nguồn", "⟨chưa có⟩", "5 triệu đồng, chi thường xuyên")
    ]


def test_a_column_under_several_headings_is_named_by_all():
    word = InWord(resolved())
    table = next(one for one in word.document.tables if one.rows[0].cells[0].text == "Mức 1")
    table.rows[3].cells[5].text = "Đạt"
    assert word.told() == [("b › Mức 3, Đạt/Không đạt", "Không đạt", "Đạt")]


def test_an_added_row_is_told_as_a_whole():
    word = InWord(resolved(samples.decision))
    table = next(one for one in word.document.tables if one.rows[0].cells[0].text == "TT")
    for cell, text in zip(table.add_row().cells, ("8", "Lò Thị Mới", "Giáo viên", "Ủy viên"), strict=True):
        cell.text = text
    ((place, printed, filled),) = word.told()
    assert (place, printed, filled) == ("I. HỘI ĐỒNG TỰ ĐÁNH GIÁ (07 NGƯỜI)", "", "8 | Lò Thị Mới | Giáo viên | Ủy viên")


def test_a_row_that_is_gone_does_not_touch_its_neighbours():
    word = InWord(resolved(samples.decision))
    table = next(one for one in word.document.tables if one.rows[0].cells[0].text == "TT")
    row = table.rows[3]._tr
    row.getparent().remove(row)
    ((_, printed, filled),) = word.told()
    assert printed == "3 | Quàng Thị Thoa | Tổ trưởng Tổ Văn phòng | Ủy viên; tiêu chí 1.3"
    assert filled == ""


def test_a_row_whose_cells_were_merged_is_told_as_a_whole():
    word = InWord(resolved(samples.decision))
    table = next(one for one in word.document.tables if one.rows[0].cells[0].text == "TT")
    table.rows[1].cells[2].merge(table.rows[1].cells[3])
    ((_, printed, filled),) = word.told()
    assert printed == "1 | Vàng Thị Mai | Hiệu trưởng | Ủy viên; tiêu chí 1.1"
    assert filled == "1 | Vàng Thị Mai | Hiệu trưởng Ủy viên; tiêu chí 1.1"


def test_number_date_and_signer_that_stand_beside_each_other_are_told_apart():
    word = InWord(resolved(samples.decision))
    cells = [cell for table in word.document.tables for row in table.rows for cell in row.cells]
    paragraphs = [one for cell in cells for one in cell.paragraphs]
    next(one for one in paragraphs if one.text.startswith("Số:")).runs[0].text = "Số: 15/QĐ-THPS"
    next(one for one in paragraphs if one.text == "Vàng Thị Mai").runs[0].text = "Lò Văn Sơn"
    found = [(printed, filled) for _, printed, filled in word.told()]
    assert found == [("Số: /QĐ-THPS", "Số: 15/QĐ-THPS"), ("Vàng Thị Mai", "Lò Văn Sơn")]


def test_hostile_words_are_told_as_words():
    word = InWord(resolved())
    hostile = "{{ 7*7 }} <script>alert(1)</script> <w:t> =cmd|'/C calc'!A0"
    word.paragraph("Bộ máy").runs[0].text = hostile
    assert word.told()[0][2] == hostile


def test_another_document_differs_throughout_and_is_no_error():
    document = docx.Document()
    document.add_paragraph("Thực đơn tuần này")
    kept = io.BytesIO()
    document.save(kept)
    paper = resolved()
    found = told(paper, kept.getvalue())
    assert "Thực đơn tuần này" in {filled for _, _, filled in found}
    assert len(found) > 30


# ---- the parts of a criterion's sheet


def test_a_written_part_that_differs_is_given_whole_without_what_is_missing():
    word = InWord(resolved())
    word.paragraph("a) Mỗi năm học").runs[0].text = "a) Các tổ làm chuyên đề "
    found = compared(word.paper, word.saved())
    (difference,) = found.differences
    assert (difference.part, difference.level) == (SheetPart.STATUS, 2)
    (part,) = found.parts
    assert (part.part, part.level) == (SheetPart.STATUS, 2)
    assert part.filled.split("\n") == [
        "a) Các tổ làm chuyên đề [H1-1.4-05].",
        "b) Cuối mỗi học kỳ, từng tổ tự rà soát, kế hoạch được điều chỉnh bằng văn bản [H1-1.4-06]; [H1-1.4-07].",
    ]


def test_a_part_that_was_missing_and_is_written_now_is_what_was_written():
    printed = ["2. Điểm mạnh", "⟨chưa có⟩", "3. Điểm yếu", "⟨chưa có⟩"]
    blocks = tuple(FilledParagraph(text) for text in ("2. Điểm mạnh", "Đủ tổ.", "Đều tay.", "3. Điểm yếu", "⟨chưa có⟩"))
    found = compare_filled(printed, FilledPaper(paper="", sheet=False, blocks=blocks), "phieu_tieu_chi")
    assert found.parts == (FilledPart(part=SheetPart.STRENGTHS, level=0, filled="Đủ tổ.\nĐều tay."),)


def test_the_table_of_improvements_and_the_results_are_no_text_to_take_over():
    word = InWord(resolved())
    table = next(one for one in word.document.tables if one.rows[0].cells[0].text == "Mức 1")
    table.rows[3].cells[5].text = "Đạt"
    found = compared(word.paper, word.saved())
    assert (found.differences[0].part, found.parts) == (SheetPart.RESULT, ())


def test_other_papers_have_no_parts():
    paper = resolved()
    word = InWord(paper)
    word.paragraph("Bộ máy").runs[0].text = "Khác."
    found = compare_filled(printed_text(paper), read_office(word.saved()), "bao_cao_tdg")
    assert (found.differences[0].part, found.parts) == (None, ())


def test_what_somebody_wrote_like_a_heading_begins_no_part_again():
    lines = ["1. Mô tả hiện trạng", "Mức 1", "Câu.", "Mức 2", "Mức 1", "2. Điểm mạnh", "1. Mô tả hiện trạng", "Mức 3"]
    found = places(lines, "phieu_tieu_chi")
    assert [(one.part, one.level) for one in found[-4:]] == [
        (SheetPart.STATUS, 2),
        (SheetPart.STRENGTHS, 0),
        (SheetPart.STRENGTHS, 0),
        (SheetPart.STRENGTHS, 0),
    ]
    assert places([], "phieu_tieu_chi") == [Place()]


@pytest.mark.parametrize(
    ("line", "heads"),
    [("Mức 1", True), ("I. TÌNH HÌNH CHUNG", True), ("Tiêu chí 1.4: Hiệu trưởng", True), ("Phụ lục II", True),
     ("1. Trường có 15 lớp.", False), ("a) Chỉ báo", False), ("Mức 1 đạt", False), ("1. " + "a" * 200, False)],
)  # fmt: skip
def test_headings_are_known_by_their_words(line, heads):
    assert is_heading(line) is heads


# ---- Excel


def test_a_changed_cell_is_told_by_row_and_column():
    excel = InExcel(resolved(samples.evidence_list))
    excel.cell("Nghị quyết thông qua").value = "Nghị quyết số 2"
    assert excel.told() == [
        ("1.1 › Tên minh chứng", "Nghị quyết thông qua chiến lược giai đoạn 2021 - 2026", "Nghị quyết số 2")
    ]


def test_an_empty_cell_at_the_end_of_a_row_that_was_filled_in_is_told():
    excel = InExcel(resolved(samples.evidence_list))
    row = excel.cell("Nghị quyết thông qua").row
    excel.sheet.cell(row, 7).value = "Bản gốc ở tủ 2"
    assert excel.told() == [("1.1 › Ghi chú", "", "Bản gốc ở tủ 2")]


def test_a_row_that_was_added_or_deleted_in_a_sheet_is_told_alone():
    excel = InExcel(resolved(samples.evidence_list))
    row = excel.cell("Nghị quyết thông qua").row
    deleted = " | ".join(str(cell.value) for cell in excel.sheet[row] if cell.value)
    excel.sheet.delete_rows(row)
    assert [(printed, filled) for _, printed, filled in excel.told()] == [(deleted, "")]

    excel = InExcel(resolved(samples.evidence_list))
    last = excel.sheet.max_row
    first = excel.cell("1.1").row
    texts = [[excel.sheet.cell(number, column).value for column in range(1, 8)] for number in range(first, first + 29)]
    assert len(texts) < last
    for number, text in enumerate([["1.1", "0", "[H1-1.1-99]", "Sổ mới"], *texts], first):
        for column in range(1, 8):
            excel.sheet.cell(number, column).value = text[column - 1] if column <= len(text) else None
    found = excel.told()
    assert [one for one in found if one[1] == ""] == [("", "", "1.1 | 0 | [H1-1.1-99] | Sổ mới")]


def test_a_note_beside_the_table_does_not_change_the_rows():
    excel = InExcel(resolved(samples.evidence_list))
    excel.sheet.cell(excel.cell("Nghị quyết thông qua").row, 9).value = "xem lại"
    ((_, printed, filled),) = excel.told()
    assert (printed, filled) == ("", "xem lại")


def test_a_changed_signer_in_a_sheet_is_told_and_text_that_is_in_no_sheet_is_not_missed():
    excel = InExcel(resolved(samples.evidence_list))
    excel.cell("Quàng Thị Thoa").value = "Hà Thị Lường"
    assert [(printed, filled) for _, printed, filled in excel.told()] == [("Quàng Thị Thoa", "Hà Thị Lường")]


@pytest.mark.parametrize(
    ("amount", "differences"), [(1250000, []), (1300000, [("1.250.000", "1300000")])], ids=["same", "other"]
)
def test_a_sum_typed_with_or_without_dots_is_the_same_amount(amount, differences):
    excel = InExcel(resolved(samples.report))
    cell = next(cell for row in excel.sheet.iter_rows() for cell in row if cell.value == 1250000)
    cell.number_format = "General"
    cell.value = amount
    assert [(printed, filled) for _, printed, filled in excel.told()] == differences


def test_what_a_cell_could_not_hold_is_no_difference():
    long = "a " * LONGEST_CELL
    table = Table(
        columns=(Column(20), Column(80)),
        header=(Row((samples.cell("TT"), samples.cell("Việc"))),),
        rows=(Row((samples.cell("1"), Cell((Text(long),)))), Row((samples.cell("2"), samples.cell("Ngắn")))),
        sheet="Việc",
    )
    paper = samples.paper("ke_hoach_cai_tien", samples.said("Kế hoạch", style=Style.TITLE), table)
    assert told(paper, to_xlsx(paper)) == []


# ---- bounds


def file(*lines: str) -> FilledPaper:
    return FilledPaper(paper="", sheet=False, blocks=tuple(FilledParagraph(line) for line in lines))


def test_more_lines_than_any_paper_are_refused():
    with pytest.raises(TooManyLines):
        compare_filled(["a"], file(*"a" * (filled_comparison.MOST_LINES + 1)), "")


def test_lines_that_repeat_throughout_are_compared_in_moments():
    printed = [f"{number}" if number % 50 == 0 else "x" for number in range(6_000)]
    found = compare_filled(printed, file(*printed[:3_000], "mới", *printed[3_000:]), "")
    assert FilledDifference(printed="", filled="mới") in found.differences


def test_many_changed_lines_in_a_row_are_paired_in_order():
    before = [f"dòng {number} cũ" for number in range(60)]
    found = compare_filled(before, file(*(f"hàng thứ {number}" for number in range(60))), "")
    assert [(one.printed, one.filled) for one in found.differences][:2] == [
        ("dòng 0 cũ", "hàng thứ 0"),
        ("dòng 1 cũ", "hàng thứ 1"),
    ]
    fewer = compare_filled(before, file(*(f"hàng thứ {number}" for number in range(50))), "")
    assert len(fewer.differences) == 110


def test_among_changed_lines_those_alike_are_paired():
    before = ["Trường có 15 lớp học", "Trường có 26 giáo viên"]
    found = compare_filled(before, file("Năm nay mới thêm", "Trường có 16 lớp học", "Trường có 27 giáo viên"), "")
    assert [(one.printed, one.filled) for one in found.differences] == [
        ("", "Năm nay mới thêm"),
        ("Trường có 15 lớp học", "Trường có 16 lớp học"),
        ("Trường có 26 giáo viên", "Trường có 27 giáo viên"),
    ]
