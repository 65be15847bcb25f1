"""A worksheet holds the table as text, prints as a paper, and has the same bytes every time."""

import io
import unicodedata
import zipfile

import openpyxl
import pytest

from shared.papers.model import (
    Addressees,
    Align,
    AnnexHeading,
    Cell,
    Code,
    Column,
    Heading,
    Listing,
    Marker,
    Missing,
    PaperSigner,
    Row,
    Section,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.papers.resolving import resolve
from shared.papers.xlsx import LONGEST_CELL, NoSheets, to_xlsx
from tests.unit.papers.samples import DOCUMENTS, PEOPLE, cell, evidence_list, minutes, paper, report, said, words


def printed(made):
    return to_xlsx(resolve(made, PEOPLE, DOCUMENTS))


def opened(data, **more):
    return openpyxl.load_workbook(io.BytesIO(data), **more)


def values(sheet):
    return [[one.value for one in row if one.value is not None] for row in sheet.iter_rows()]


def table_of(*texts, sheet="Bảng", **more):
    return Table((Column(20),), tuple(Row((cell(text),)) for text in texts), sheet=sheet, **more)


def stored(data):
    """All the texts of a workbook as they stand in the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))


def test_the_same_paper_gives_the_same_bytes_dated_by_nobodys_clock():
    data = printed(evidence_list())
    assert data == printed(evidence_list())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[1:] == sorted(package.namelist()[1:])
    told = opened(data).properties
    assert (told.title, f"{told.modified:%Y-%m-%d %H:%M}") == (
        "Danh mục mã minh chứng năm học 2025 - 2026",
        "2026-05-30 07:22",
    )


def test_the_list_stands_under_the_head_and_above_the_signatures():
    sheet = opened(printed(evidence_list(rows=2))).active
    assert sheet.title == "Danh mục mã minh chứng"
    told = [row for row in values(sheet) if row]
    assert told[:4] == [
        ["UBND XÃ PÁ SA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["TRƯỜNG TIỂU HỌC PÁ SA", "Độc lập - Tự do - Hạnh phúc"],
        ["DANH MỤC MÃ MINH CHỨNG"],
        ["Năm học 2025 - 2026 (tính đến ngày 31 tháng 5 năm 2026)"],
    ]
    assert told[5] == [
        "1.1",
        "1",
        "[H1-1.1-01]",
        "Chiến lược phát triển",
        "Số 14/CL-THPS, 12/9/2021",
        "Trường Tiểu học Pá Sa",
    ]
    assert told[8:13] == [
        ["Pá Sa, ngày 05 tháng 6 năm 2026"],
        ["THƯ KÝ HỘI ĐỒNG", "TM. HỘI ĐỒNG"],
        ["CHỦ TỊCH"],
        ["TỔ TRƯỞNG TỔ VĂN PHÒNG", "HIỆU TRƯỞNG"],
        ["Quàng Thị Thoa", "Vàng Thị Mai"],
    ]
    assert told[13:][0] == ["Danh mục mã minh chứng năm học 2025 - 2026 · Trường Tiểu học Pá Sa · mẫu Phụ lục 4, CV 5932"]


def test_the_header_stays_in_view_is_repeated_in_print_and_filters():
    sheet = opened(printed(evidence_list(rows=5))).active
    head = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Tiêu chí")
    assert sheet.freeze_panes == f"A{head + 1}"
    assert sheet.print_title_rows == f"${head}:${head}"
    assert sheet.auto_filter.ref == f"A{head}:G{head + 5}"


def test_a_sheet_prints_on_a4_landscape_one_page_wide():
    sheet = opened(printed(evidence_list())).active
    setup = sheet.page_setup
    assert (setup.orientation, str(setup.paperSize), setup.fitToWidth, setup.fitToHeight) == ("landscape", "9", 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "\n" not in sheet.oddFooter.left.text
    assert "số 18204" in sheet.oddFooter.left.text
    assert len(sheet._images) == 1


def test_columns_are_measured_in_the_papers_own_letters_which_every_machine_has_a_twin_of():
    with zipfile.ZipFile(io.BytesIO(printed(evidence_list()))) as package:
        styles = package.read("xl/styles.xml").decode()
    assert "Calibri" not in styles
    assert opened(printed(evidence_list()))._fonts[0].name == "Times New Roman"


def test_an_amount_of_nothing_is_the_dash_that_its_words_say():
    columns = (Column(20), Column(20))
    cells = (Cell((Text("-"),), number=0), Cell((Text("0"),), number=0))
    made = paper("danh_sach", Table(columns, (Row(cells),), sheet="Bảng"))
    row = [one for line in opened(printed(made)).active.iter_rows() for one in line if one.value == 0]
    assert [one.number_format for one in row] == ['#,##0;-#,##0;"-"', "#,##0"]


def test_signatures_that_would_be_torn_begin_a_page_with_the_last_row():
    found = {}
    for rows in range(3, 31, 3):
        sheet = opened(printed(evidence_list(rows=rows))).active
        head = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Tiêu chí")
        breaks = [one.id for one in sheet.row_breaks.brk]
        assert breaks in ([], [head + rows - 1])
        found[rows] = bool(breaks)
    assert any(found.values())
    assert not all(found.values())


@pytest.mark.parametrize(
    "text", ["=1+1", "+84 912", "-5", "@x", "'x", "=cmd|' /C calc'!A0", "{{ x }}", "<t>&amp;</t>", "0123", "1-2"]
)
def test_whatever_a_text_begins_with_it_stays_text(text):
    data = to_xlsx(paper("x", table_of(text)))
    found = opened(data).active["A2"]
    assert (found.value, found.data_type, found.number_format) == (text, "s", "@")
    assert found.quotePrefix is (text[0] in "=+-@'")
    assert "<f>" not in stored(data)


def test_a_text_that_excel_would_decode_is_escaped():
    assert "_x005F_x0041_" in stored(to_xlsx(paper("x", table_of("_x0041_ _xyz_"))))
    assert "_x005F_xyz" not in stored(to_xlsx(paper("x", table_of("_x0041_ _xyz_"))))


def test_texts_are_composed_and_control_characters_left_out():
    found = opened(to_xlsx(paper("x", table_of(unicodedata.normalize("NFD", "Trường\x00\x0b học"))))).active["A2"]
    assert found.value == "Trường học"


def test_twenty_thousand_letters_stand_whole_in_a_cell_and_more_than_it_holds_says_so():
    whole, longer = "a" * 20000, "b" * 40000
    sheet = opened(to_xlsx(paper("x", table_of(whole, longer)))).active
    assert sheet["A2"].value == whole
    assert sheet.row_dimensions[2].height <= 409
    assert len(sheet["A3"].value) == LONGEST_CELL
    assert sheet["A3"].value.endswith("… (còn nữa, tất cả 40000 chữ: xem bản .docx)")


def test_a_row_is_as_high_as_its_longest_cell():
    sheet = opened(to_xlsx(paper("x", table_of("một", "một hai ba bốn năm " * 30, "a\nb\nc")))).active
    heights = [sheet.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights[0] < heights[2] < heights[1]
    assert heights[2] == pytest.approx(3 * heights[0], rel=0.2)


def test_amounts_are_numbers_and_codes_are_text():
    sheet = opened(printed(report())).active
    row = next(row for row in sheet.iter_rows() if row[0].value == "1.4")
    assert (row[4].value, row[4].data_type, row[4].number_format) == (1250000, "n", "#,##0")
    assert row[0].data_type == "s"


def test_what_is_missing_is_red_inside_its_cell():
    data = to_xlsx(paper("x", Table((Column(1),), (Row((cell("Số ", Missing()),)),), sheet="A")))
    rich = opened(data, rich_text=True).active["A2"].value
    assert [(str(block), block.font.color.rgb if block.font.color else None) for block in rich] == [
        ("Số ", None),
        ("⟨chưa\u00a0có⟩", "FFC00000"),
    ]


def test_a_code_that_does_not_fit_beside_words_takes_a_line_of_its_own():
    row = Row((cell("Mã đã cấp: ", Code("[H1-1.1-02]")), cell(Code("[H1-1.1-02]")), cell("x")))
    narrow = Table((Column(25), Column(25), Column(207)), (row,), sheet="A")
    wide = Table((Column(85), Column(85), Column(85)), (row,), sheet="A")
    assert opened(to_xlsx(paper("x", narrow))).active["A2"].value == "Mã đã cấp:\n[H1-1.1-02]"
    assert opened(to_xlsx(paper("x", wide))).active["A2"].value == "Mã đã cấp: [H1-1.1-02]"


def test_each_marked_table_is_a_sheet_with_its_own_titles_and_signatures():
    made = paper(
        "x",
        said("Tên chung", style=Style.TITLE),
        said("Lời dẫn"),
        said("Bảng một", style=Style.HEADING_2),
        table_of("a", sheet="Một"),
        said("Ghi chú một", style=Style.NOTE),
        said("Bảng hai", style=Style.HEADING_2),
        Table((Column(1),), (Row((cell("không phải trang tính"),)),)),
        said("Bảng ba", style=Style.TITLE),
        table_of("b", sheet="Hai"),
        Signatures((PaperSigner(("Hiệu trưởng",), words("A")),), ("Lưu: VT",)),
        Section(),
        table_of("c", sheet="[Ba]/*?: rất dài, dài hơn ba mươi mốt chữ"),
    )
    book = opened(to_xlsx(made))
    assert book.sheetnames == ["Một", "Hai", "-Ba----- rất dài, dài hơn ba mươ"[:31]]
    told = [[text for row in values(sheet) for text in row] for sheet in book.worksheets]
    assert [one[: one.index(end)] for one, end in zip(told, "abc", strict=True)] == [["Bảng một"], ["BẢNG BA"], []]
    assert told[0][2] == "Ghi chú một"
    assert told[1][2:6] == ["HIỆU TRƯỞNG", "A", "Nơi nhận:", "- Lưu: VT."]


def test_spans_and_bands_are_merged_and_lined():
    table = Table(
        (Column(1), Column(1, Align.CENTER), Column(1)),
        (
            Row((cell(Text("Dải", bold=True), column_span=3),), band=True),
            Row((cell("a", row_span=2), cell("b"), cell("c"))),
            Row((cell("d"), cell("e"))),
        ),
        header=(Row((cell("x", column_span=2), cell("y", row_span=2))), Row((cell("z"), cell("t")))),
        sheet="A",
    )
    sheet = opened(to_xlsx(paper("x", table))).active
    assert sorted(str(area) for area in sheet.merged_cells.ranges if area.max_row < 8) == [
        "A2:B2",
        "A4:C4",
        "A5:A6",
        "C2:C3",
    ]
    assert sheet["B5"].alignment.horizontal == "center"
    assert sheet["C6"].border.bottom.style == sheet["A6"].border.bottom.style == "thin"
    assert sheet.auto_filter.ref == "A3:C6"


def test_lists_and_addressees_under_a_table_stand_in_rows_and_an_annex_is_headed():
    made = paper(
        "x",
        said("Trước phụ lục"),
        AnnexHeading("Danh sách", "Phụ lục I", words("(Kèm theo Báo cáo)")),
        table_of("a"),
        Listing((words("một"), words("hai")), Marker.NUMBER),
        Addressees((words("Phòng Văn hóa"),)),
        said("Đậm ", Text("nghiêng", italic=True)),
    )
    told = [text for row in values(opened(to_xlsx(made)).active) for text in row]
    assert told[:4] == ["Phụ lục I", "DANH SÁCH", "(Kèm theo Báo cáo)", "a"]
    assert told[4:8] == ["1. một", "2. hai", "Kính gửi: Phòng Văn hóa", "Đậm nghiêng"]


def test_a_table_that_is_no_sheet_is_left_to_the_document():
    plain = Table((Column(1),), (Row((cell("không phải trang tính"),)),))
    assert "không phải" not in stored(to_xlsx(paper("x", table_of("a"), plain, said("b"))))


def test_a_draft_says_so():
    assert values(opened(printed(evidence_list(draft=True))).active)[0] == ["BẢN NHÁP"]
    assert "BẢN NHÁP" not in stored(printed(evidence_list()))


def test_a_paper_without_a_sheet_is_refused():
    with pytest.raises(NoSheets, match="bien_ban_hop"):
        printed(minutes())


def test_a_table_of_one_column_has_room_for_everything():
    sheet = opened(to_xlsx(paper("x", table_of("a")))).active
    told = [text for row in values(sheet) for text in row]
    assert told[0] == "a"
    assert told[1].startswith("Giấy thử")


def test_where_columns_are_too_few_head_and_signatures_stand_under_each_other():
    made = paper(
        "x",
        table_of("a"),
        Signatures((PaperSigner(("Thư ký",), words("A")), PaperSigner(("Chủ tọa",), words("B")))),
        heading=Heading(body=("Trường",), superior="UBND xã"),
    )
    told = [text for row in values(opened(to_xlsx(made)).active) for text in row]
    assert told[:4] == ["UBND XÃ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TRƯỜNG", "Độc lập - Tự do - Hạnh phúc"]
    assert told[5:9] == ["THƯ KÝ", "CHỦ TỌA", "A", "B"]
