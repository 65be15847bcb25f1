"""What somebody did in Word or Excel is read as words; what a file was made to do is refused."""

from __future__ import annotations

import io
import unicodedata
import zipfile

import docx
import openpyxl
import pytest

from shared.papers import office_file
from shared.papers.docx import to_docx
from shared.papers.filled import FilledParagraph, FilledTable
from shared.papers.office_file import OfficeFileTooLarge, UnreadableOfficeFile
from shared.papers.qr import paper_id
from shared.papers.reading import read_office
from shared.papers.resolving import resolve
from shared.papers.text import printed_text
from shared.papers.xlsx import to_xlsx
from tests.unit.papers import samples
from tests.unit.papers.office_files import R, S, book, with_part, word, zipped


def resolved(make=samples.criterion_sheet, **more):
    return resolve(make(**more), samples.PEOPLE, samples.DOCUMENTS)


def texts(data: bytes) -> list[str]:
    return [block.text for block in read_office(data).blocks if isinstance(block, FilledParagraph)]


def rows(data: bytes) -> list[list[str]]:
    blocks = read_office(data).blocks
    return [[cell.text for cell in row.cells] for block in blocks if isinstance(block, FilledTable) for row in block.rows]


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def r(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


# ---- what is named and left out


@pytest.mark.parametrize("make", [samples.decision, samples.criterion_sheet, samples.evidence_list, samples.report])
def test_a_document_names_its_paper_and_its_foot_is_not_read(make):
    paper = resolved(make)
    filled = read_office(to_docx(paper))

    assert filled.paper == paper_id(paper)
    assert not filled.sheet
    said = str(filled.blocks)
    assert "Mã giấy" not in said
    assert "BẢN NHÁP" not in said


@pytest.mark.parametrize("draft", [True, False])
def test_a_workbook_names_its_paper_and_foot_and_draft_mark_are_not_read(draft):
    paper = resolved(samples.evidence_list, draft=draft)
    filled = read_office(to_xlsx(paper))

    assert (filled.paper, filled.sheet) == (paper_id(paper), True)
    said = str(filled.blocks)
    assert "Danh mục mã minh chứng năm học 2025 - 2026 ·" not in said
    assert "Bản in từ kiemdinh" not in said
    assert "Mã giấy" not in said
    assert "BẢN NHÁP" not in said
    assert "TRƯỜNG TIỂU HỌC PÁ SA" in said


def test_a_document_without_its_foot_is_named_by_its_properties():
    paper = resolved()
    with zipfile.ZipFile(io.BytesIO(to_docx(paper))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "footer" not in name}
    assert read_office(zipped(parts)).paper == paper_id(paper)


def test_a_workbook_whose_foot_rows_were_deleted_is_named_by_its_page_foot():
    paper = resolved(samples.evidence_list)
    file = openpyxl.load_workbook(io.BytesIO(to_xlsx(paper)))
    sheet = file.worksheets[0]
    sheet.delete_rows(sheet.max_row - 2, 3)
    kept = io.BytesIO()
    file.save(kept)
    without = with_part(kept.getvalue(), "docProps/core.xml", b"<a/>")

    assert read_office(without).paper == paper_id(paper)


def test_a_document_that_was_never_printed_here_names_nothing():
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Tự viết")
    document.save(made)
    filled = read_office(made.getvalue())
    assert (filled.paper, filled.blocks) == ("", (FilledParagraph("Tự viết"),))


# ---- Word


def test_words_are_read_as_they_are_printed():
    paper = samples.paper("thu", samples.said("Tổ 4-5 họp\u00a0 lúc\t7 giờ\nvà nghỉ."))
    assert texts(to_docx(paper)) == printed_text(paper) == ["Tổ 4-5 họp lúc 7 giờ\nvà nghỉ."]


def test_a_text_in_other_unicode_forms_is_the_same_text():
    assert texts(word(p(r(unicodedata.normalize("NFD", "Điểm mạnh của trường"))))) == ["Điểm mạnh của trường"]


def test_of_tracked_changes_inserted_text_counts_and_deleted_does_not():
    inserted, deleted = f"<w:ins>{r('thêm')}</w:ins>", "<w:del><w:r><w:delText>bớt</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{r('đi')}</w:moveFrom><w:moveTo>{r('đến')}</w:moveTo>"
    assert texts(word(p(r("giữ "), inserted, r(" "), deleted, moved))) == ["giữ thêm đến"]


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next():
    ended = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    assert texts(word(p(r("một "), properties=ended) + p(r("hai")) + p(r("ba")))) == ["một hai", "ba"]


def test_deleted_rows_are_gone_and_deleted_cells_are_empty():
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(r(text))}</w:tc>"

    table = (
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell('cũ')}</w:tr>"
        f"<w:tr><w:trPr><w:ins/></w:trPr>{cell('mới')}{cell('bỏ', '<w:cellDel/>')}</w:tr></w:tbl>"
    )
    assert rows(word(table)) == [["mới", ""]]


def test_covered_cells_are_left_out_and_columns_are_counted():
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(r(text)) if text else p()}</w:tc>"

    wide, begins, goes_on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = (
        f"<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>{cell('a', wide)}{cell('b')}</w:tr>"
        f"<w:tr>{cell('c', begins)}{cell('d')}{cell('e')}</w:tr>"
        f"<w:tr>{cell('', goes_on)}{cell('g')}{cell('h')}</w:tr></w:tbl>"
    )
    (found,) = read_office(word(table)).blocks
    assert isinstance(found, FilledTable)
    assert [[(one.text, one.column, one.span) for one in row.cells] for row in found.rows] == [
        [("a", 0, 2), ("b", 2, 1)],
        [("c", 0, 1), ("d", 1, 1), ("e", 2, 1)],
        [("g", 1, 1), ("h", 2, 1)],
    ]
    assert [row.header for row in found.rows] == [True, False, False]


def test_boxes_fields_and_content_controls_are_read_once():
    box = "<w:txbxContent>" + p(r("trong hộp")) + "</w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    field = "<w:r><w:instrText>PAGE</w:instrText></w:r>" + r("7")
    control = f"<w:sdt><w:sdtPr><w:t>không</w:t></w:sdtPr><w:sdtContent>{p(r('có'))}</w:sdtContent></w:sdt>"
    assert texts(word(p(r("ngoài "), both, field) + control)) == ["ngoài 7", "trong hộp", "có"]


@pytest.mark.parametrize("words", ["{{ 7 * 7 }}", "&lt;w:t&gt;", "=1+1", "a" * 20_000])
def test_what_somebody_wrote_is_text(words):
    assert texts(word(p(r(words)))) == [words.replace("&lt;", "<").replace("&gt;", ">")]


# ---- Excel


def test_numbers_dates_and_formulas_are_read_as_they_are_shown():
    made = io.BytesIO()
    file = openpyxl.Workbook()
    sheet = file.worksheets[0]
    for place, (value, look) in enumerate(
        [
            (1250000, "#,##0"),
            (2026, "General"),
            (0.1 + 0.2, "General"),
            (0.255, "0.0%"),
            (samples.dt.date(2026, 9, 12), "dd/mm/yyyy"),
            (samples.dt.datetime(2026, 9, 12, 7, 30), "dd/mm/yyyy hh:mm"),
            (True, "General"),
            ("=1+1", "General"),
        ],
        1,
    ):
        sheet.cell(1, place, value).number_format = look
    file.save(made)
    shown = ["1.250.000", "2026", "0,3", "25,5%", "12/9/2026"]
    assert rows(made.getvalue())[0][:5] == shown
    assert rows(made.getvalue())[0][5].endswith("12/9/2026")
    assert rows(made.getvalue())[0][6:] == ["Đúng", "=1+1"]


def test_a_formula_is_shown_by_the_value_that_excel_kept():
    cells = '<row r="1"><c r="A1"><f>SUM(B1:B9)</f><v>45</v></c><c r="B1" t="str"><f>X</f><v>chữ</v></c></row>'
    assert rows(book(cells)) == [["45", "chữ"]]


def test_an_external_link_is_never_followed():
    cells = '<row r="1"><c r="A1"><f>[1]Sheet1!A1</f><v>7</v></c></row>'
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="http://127.0.0.1:9/sheet.xml" TargetMode="External" Type="t"/></Relationships>'
    )
    outside = book(cells, parts={"xl/externalLinks/externalLink1.xml": "<a/>"})
    assert rows(outside) == [["7"]]
    assert rows(book(cells, parts={"xl/_rels/workbook.xml.rels": links})) == []


def test_texts_with_looks_lose_nothing_but_the_pronunciation():
    shared = "<si><r><t>đậm </t></r><r><t>thường_x000D_ _x005F_x0041_</t></r><rPh><t>đọc</t></rPh></si>"
    cells = (
        '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>tại chỗ</t></is></c><c t="s"><v>99</v></c>'
        '<c t="e"><v>#N/A</v></c></row>'
    )
    assert rows(book(cells, texts=shared)) == [["đậm thường\n_x0041_", "tại chỗ", "", "#N/A"]]


def test_covered_places_of_a_sheet_are_left_out():
    cells = '<row r="2"><c r="A2" t="str"><v>a</v></c><c r="D2" t="str"><v>d</v></c></row>'
    merges = '<mergeCells><mergeCell ref="A2:B1048576"/><mergeCell ref="sai"/></mergeCells>'
    assert rows(book(cells, merges=merges)) == [["a", "", "d"]]


def test_days_are_counted_from_where_the_workbook_says():
    cells = '<row><c s="0"><v>1</v></c></row>'
    styles = f'<styleSheet xmlns="{S}"><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
    assert rows(book(cells, parts={"xl/styles.xml": styles})) == [["01/01/1900"]]


# ---- hostile


BOMB = b"<a>" + b" " * (40 << 20) + b"</a>"
LAUGHS = '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
        zipped({"a.txt": "b"}),
        zipped({"word/document.xml": "<w:document"}),
        zipped({"word/document.xml": "<document/>"}),
        zipped({"word/document.xml": b"\xff\xfe\x00"}),
        zipped({"word/document.xml": "<?xml version='1.0' encoding='no-such'?><a/>"}),
        zipped({"word/document.xml": "<a/>"}, zipfile.ZIP_LZMA),
        word(p(r("&m;")), before=LAUGHS),
        word(p(r("&x;")), before=OUTSIDE),
        word("<w:p>" * 2_000 + "</w:p>" * 2_000),
        book("", before=LAUGHS),
        to_docx(samples.paper())[:-40],
    ],
)
def test_a_file_that_is_no_word_or_excel_file_is_refused_and_says_what_to_do(data):
    with pytest.raises(UnreadableOfficeFile, match="gửi"):
        read_office(data)


@pytest.mark.parametrize(
    "data",
    [
        zipped({"word/document.xml": BOMB}),
        with_part(to_docx(samples.paper()), "word/foot.xml", BOMB),
        zipped({f"p{number}": "" for number in range(2_001)}),
        word("<w:p/>" * 400_001),
        word(p(r("a" * 2_000_001))),
        book('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
        book("".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 20_002))),
        book(
            "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in range(1, 5_000)),
            merges="<mergeCells>" + '<mergeCell ref="A1:B5000"/>' * 100 + "</mergeCells>",
        ),
    ],
    ids=["bomb", "bomb-beside", "parts", "elements", "letters", "columns", "rows", "merges"],
)
def test_a_file_that_unpacks_to_more_than_a_paper_is_refused(data):
    with pytest.raises(OfficeFileTooLarge):
        read_office(data)


def test_a_part_that_is_larger_than_it_says_is_refused(monkeypatch):
    data = bytearray(zipped({"word/document.xml": "<a>" + " " * 5_000 + "</a>"}))
    for place in (data.find(b"PK\x03\x04") + 22, data.rfind(b"PK\x01\x02") + 24):
        data[place : place + 4] = (10).to_bytes(4, "little")
    monkeypatch.setattr(office_file, "MOST_BYTES", 1_000)
    with pytest.raises((UnreadableOfficeFile, OfficeFileTooLarge)):
        read_office(bytes(data))


@pytest.mark.parametrize(
    ("local", "central", "value"),
    [(4, 6, 99), (6, 8, 0x20), (6, 8, 0x40)],
    ids=["later-version", "patched-data", "strong-encryption"],
)
def test_a_zip_of_a_kind_that_is_not_unpacked_here_is_refused(local, central, value):
    data = bytearray(zipped({"word/document.xml": "<a/>"}))
    for place in (data.find(b"PK\x03\x04") + local, data.rfind(b"PK\x01\x02") + central):
        data[place : place + 2] = value.to_bytes(2, "little")
    with pytest.raises(UnreadableOfficeFile, match="gửi"):
        read_office(bytes(data))


def test_a_locked_part_is_refused():
    data = bytearray(zipped({"word/document.xml": "<a/>"}))
    for place in (data.find(b"PK\x03\x04") + 6, data.rfind(b"PK\x01\x02") + 8):
        data[place] |= 1
    with pytest.raises(UnreadableOfficeFile):
        read_office(bytes(data))


def test_macros_are_not_looked_at():
    data = with_part(word(p(r("chữ"))), "word/vbaProject.bin", b"\x00" * 100)
    assert texts(data) == ["chữ"]


# ---- shapes that Word and Excel make of a print


def test_a_table_in_a_cell_is_part_of_the_cell():
    def table(text: str) -> str:
        return f"<w:tbl><w:tr><w:tc>{text}</w:tc></w:tr></w:tbl>"

    assert rows(word(table(p(r("trên")) + table(p(r("trong"))) + p(r("dưới"))))) == [["trên\ntrong\ndưới"]]


def test_blocks_with_a_way_for_older_programs_are_read_once():
    one = f"<mc:Choice>{p(r('mới'))}</mc:Choice><mc:Fallback>{p(r('cũ'))}</mc:Fallback>"
    nothing = "<mc:AlternateContent/>"
    both = f"<mc:AlternateContent>{one}</mc:AlternateContent>{nothing}" + p(f"<w:r>{nothing}</w:r>", r("sau"))
    assert texts(word(both)) == ["mới", "sau"]


def test_a_part_that_only_looks_like_a_foot_names_nothing():
    foot = '<w:x xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    assert read_office(word(p(r("a")), **{"word/footnotes.xml": foot})).paper == ""


def test_an_empty_table_and_a_sheet_that_is_not_there_are_no_blocks():
    assert read_office(word("<w:tbl/>")).blocks == ()
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="/xl/worksheets/gone.xml" Type="t"/></Relationships>'
    )
    assert read_office(book("<row/>", parts={"xl/_rels/workbook.xml.rels": relations})).blocks == ()


def test_a_workbook_with_more_sheets_than_any_paper_is_refused():
    sheets = "".join(f'<sheet name="{n}" r:id="r1"/>' for n in range(51))
    many = f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>{sheets}</sheets></workbook>'
    with pytest.raises(OfficeFileTooLarge):
        read_office(book("<row/>", parts={"xl/workbook.xml": many}))


@pytest.mark.parametrize(
    ("value", "look", "shown"),
    [
        ("abc", 0, "abc"),
        ("1e999", 0, "1e999"),
        ("1e-30", 0, "1e-30"),
        ("-3", 14, "-3"),
        ("9e9", 14, "9e9"),
        ("0.5", 20, "12:00"),
        ("1.5", 0, "1,5"),
    ],
)
def test_a_number_that_is_none_or_no_day_is_shown_as_it_is_kept(value, look, shown):
    styles = f'<styleSheet xmlns="{S}"><cellXfs><xf numFmtId="{look}"/></cellXfs></styleSheet>'
    cells = f'<row><c s="0"><v>{value}</v></c></row>'
    assert rows(book(cells, parts={"xl/styles.xml": styles})) == [[shown]]


def test_days_of_an_old_mac_workbook_are_counted_from_1904():
    styles = f'<styleSheet xmlns="{S}"><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
    sheets = '<sheets><sheet name="a" r:id="r1"/></sheets>'
    old = f'<workbook xmlns="{S}" xmlns:r="{R}"><workbookPr date1904="1"/>{sheets}</workbook>'
    cells = '<row><c s="0"><v>366</v></c></row>'
    assert rows(book(cells, parts={"xl/styles.xml": styles, "xl/workbook.xml": old})) == [["01/01/1905"]]
