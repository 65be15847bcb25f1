"""A Word document says what the paper says, looks as the layout wants, and has the same bytes every time."""

import io
import re
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter

import docx
import pytest

from shared.papers.docx import to_docx
from shared.papers.grid import BadTable
from shared.papers.imprint import imprint
from shared.papers.model import (
    Cell,
    Code,
    Column,
    Cover,
    Missing,
    Orientation,
    PageBreak,
    PaperSigner,
    PersonName,
    Row,
    Section,
    Signatures,
    Style,
    Table,
    Text,
)
from shared.papers.resolving import resolve
from shared.papers.text import printed_text
from tests.unit.papers.samples import (
    ALL,
    DOCUMENTS,
    PEOPLE,
    cell,
    criterion_sheet,
    decision,
    minutes,
    paper,
    report,
    said,
    words,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def printed(name_or_paper):
    made = ALL[name_or_paper]() if isinstance(name_or_paper, str) else name_or_paper
    return to_docx(resolve(made, PEOPLE, DOCUMENTS))


def part(data, name="word/document.xml"):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return ET.fromstring(package.read(name))


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.namelist()


def shown(element):
    """The words of an element as Word shows them."""
    marks = {f"{W}noBreakHyphen": "-", f"{W}br": "\n", f"{W}p": "\n"}
    return "".join(node.text or "" if node.tag == f"{W}t" else marks.get(node.tag, "") for node in element.iter())


def counted(text):
    return Counter(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("name", ALL)
def test_a_document_says_every_word_of_the_paper_and_no_other(name):
    made = resolve(ALL[name](), PEOPLE, DOCUMENTS)
    assert counted(shown(part(to_docx(made)))) == counted("\n".join(printed_text(made)))


@pytest.mark.parametrize("name", ALL)
def test_a_document_is_opened_by_others(name):
    opened = docx.Document(io.BytesIO(printed(name)))
    assert opened.paragraphs
    assert opened.tables


@pytest.mark.parametrize("name", ALL)
def test_parts_are_sorted_and_dated_by_nobodys_clock(name):
    with zipfile.ZipFile(io.BytesIO(printed(name))) as package:
        names = package.namelist()
        assert names[0] == "[Content_Types].xml"
        assert names[1:] == sorted(names[1:])
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in package.infolist()} == {3}
    assert printed(name) == printed(name)


def test_every_part_is_well_formed_declared_and_related():
    data = printed("report")
    declared = {node.attrib.get("PartName", "")[1:] for node in part(data, "[Content_Types].xml")}
    for name in parts(data):
        if name.endswith((".xml", ".rels")):
            part(data, name)
        if name.startswith(("word/header", "word/footer", "word/document", "word/styles", "word/settings", "docProps")):
            assert name in declared
    targets = {node.attrib["Target"] for node in part(data, "word/_rels/document.xml.rels")}
    assert targets == {name.removeprefix("word/") for name in parts(data) if re.fullmatch(r"word/[^_d][^/]*\.xml", name)}


def test_styles_that_are_used_exist():
    for name in ALL:
        data = printed(name)
        defined = {node.attrib[f"{W}styleId"] for node in part(data, "word/styles.xml").iter(f"{W}style")}
        used = {
            node.attrib[f"{W}val"]
            for file in parts(data)
            if file.startswith("word/") and file.endswith(".xml")
            for node in part(data, file).iter(f"{W}pStyle")
        }
        assert used <= defined


def test_properties_are_of_the_paper():
    opened = docx.Document(io.BytesIO(printed("decision"))).core_properties
    assert opened.title == "Quyết định thành lập Hội đồng tự đánh giá năm học 2025 - 2026"
    assert opened.author == "Trường Tiểu học Pá Sa"
    assert f"{opened.created:%Y-%m-%d %H:%M}" == f"{opened.modified:%Y-%m-%d %H:%M}" == "2026-05-30 07:22"
    assert opened.identifier == imprint(resolve(decision(), PEOPLE, DOCUMENTS)).paper_id
    undated = docx.Document(io.BytesIO(to_docx(paper(recorded_at=None)))).core_properties
    assert f"{undated.created:%Y-%m-%d %H:%M}" == "2026-05-30 17:00"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ten }} {% for %}",
        "<w:t>x</w:t><w:br/>",
        "]]> &lt; &amp; \"'",
        "=1+1",
        unicodedata.normalize("NFD", "Trường Tiểu học Pá Sa"),
        "chữ " * 5000,
    ],
)
def test_text_of_users_comes_out_as_text(text):
    table = Table((Column(10),), (Row((cell(text),)),))
    opened = docx.Document(io.BytesIO(to_docx(paper("x", said(text), table, title=text))))
    wanted = unicodedata.normalize("NFC", text)
    assert wanted in [line.text for line in opened.paragraphs]
    assert opened.tables[0].cell(0, 0).text == wanted
    assert opened.core_properties.title == wanted


def test_control_characters_do_not_break_the_file():
    opened = docx.Document(io.BytesIO(to_docx(paper("x", said("a\x00\x0bb\ud800\uffffc"), title="\x01t"))))
    assert opened.paragraphs[0].text == "abc"
    assert opened.core_properties.title == "t"


def test_a_code_is_never_broken_at_its_hyphens_and_a_range_neither():
    document = part(to_docx(paper("x", said("Tổ 1-2-3, ", Code("[H1-1.4-01]"), " và sau - trước, bán-trú."))))
    assert len(list(document.iter(f"{W}noBreakHyphen"))) == 4
    assert shown(document).strip() == "Tổ 1-2-3, [H1-1.4-01] và sau - trước, bán-trú."


def test_what_is_missing_stands_red_between_brackets_of_a_font_that_has_them():
    runs = [
        run
        for run in part(to_docx(paper("x", said("Số ", Missing())))).iter(f"{W}r")
        if run.find(f"{W}rPr/{W}color") is not None
    ]
    assert "".join(shown(run) for run in runs) == "⟨chưa\u00a0có⟩"
    assert {run.find(f"{W}rPr/{W}color").attrib[f"{W}val"] for run in runs} == {"C00000"}
    fonts = [run.find(f"{W}rPr/{W}rFonts") for run in runs]
    assert [None if font is None else font.attrib[f"{W}ascii"] for font in fonts] == ["Cambria Math", None, "Cambria Math"]


@pytest.mark.parametrize("draft", [True, False])
def test_a_draft_says_so_on_every_page_and_a_final_paper_nowhere(draft):
    data = printed(report(draft=draft))
    heads = [name for name in parts(data) if name.startswith("word/header")]
    assert len(heads) == 4
    for name in heads:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert package.read(name).decode().count("BẢN NHÁP") == (2 if draft else 0)


def test_every_foot_has_the_lines_and_the_code():
    data = printed("report")
    told = imprint(resolve(report(), PEOPLE, DOCUMENTS))
    feet = [name for name in parts(data) if name.startswith("word/footer")]
    assert len(feet) == 4
    for name in feet:
        assert [line for line in shown(part(data, name)).split("\n") if line] == list(told.foot)
        assert len(list(part(data, name).iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))) == 1
        relations = part(data, f"word/_rels/{name.removeprefix('word/')}.rels")
        assert [node.attrib["Target"] for node in relations] == ["media/code.png"]


def sections(data):
    found = []
    for section in part(data).iter(f"{W}sectPr"):
        start = section.find(f"{W}pgNumType")
        found.append(
            (
                section.find(f"{W}pgSz").attrib.get(f"{W}orient", "portrait"),
                None if start is None else start.attrib[f"{W}start"],
                section.find(f"{W}titlePg") is not None,
                section.find(f"{W}pgBorders") is not None,
            )
        )
    return found


def test_an_annex_counts_its_pages_anew_and_numbering_that_goes_on_has_no_start():
    assert sections(printed("report")) == [
        ("portrait", "1", True, True),
        ("portrait", "1", True, False),
        ("portrait", None, False, False),
        ("landscape", "1", True, False),
    ]
    assert sections(printed("evidence_list")) == [("landscape", "1", True, False)]


def test_a_cover_alone_is_a_page_alone():
    assert sections(to_docx(paper("x", Cover(body=("Trường",), title=("Báo cáo",))))) == [("portrait", "1", True, True)]


def test_a_page_break_and_a_section_at_the_beginning_make_no_empty_page():
    assert len(sections(to_docx(paper("x", Section(Orientation.LANDSCAPE), said("a"))))) == 1
    around = paper("x", PageBreak(), said("a"), PageBreak(), Section(), PageBreak(), said("b"), PageBreak())
    assert not list(part(to_docx(around)).iter(f"{W}pageBreakBefore"))
    broken = part(to_docx(paper("x", said("a"), PageBreak(), said("b"))))
    assert len(list(broken.iter(f"{W}pageBreakBefore"))) == 1


def test_header_rows_are_repeated_and_long_rows_may_split():
    rows = (Row((cell("ngắn"),)), Row((cell("dài " * 1000),)))
    table = Table((Column(10),), rows, header=(Row((cell("Đầu"),)), Row((cell("Đầu hai"),))))
    found = list(part(to_docx(paper("x", table))).iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in found] == [True, True, False, False]
    assert [row.find(f"{W}trPr/{W}cantSplit") is not None for row in found] == [True, True, True, False]


def test_columns_fill_the_width_of_the_text():
    table = Table((Column(1), Column(1), Column(1)), (Row((cell("a"), cell("b", column_span=2))),))
    grid = [int(column.attrib[f"{W}w"]) for column in part(to_docx(paper("x", table))).iter(f"{W}gridCol")]
    assert sum(grid) == round(165 * 1440 / 25.4)
    assert max(grid) - min(grid) <= 1


def test_an_empty_cell_is_no_higher_than_a_full_one():
    table = Table((Column(1), Column(1)), (Row((Cell(), cell("x"))),))
    styles = {node.attrib[f"{W}val"] for node in part(to_docx(paper("x", table))).find(f".//{W}tbl").iter(f"{W}pStyle")}
    assert styles == {"cell"}


def test_signatures_are_never_torn_nor_alone():
    for made in (decision(), minutes(), criterion_sheet()):
        document = part(printed(made))
        tables = [node for node in document.find(f"{W}body") if node.tag == f"{W}tbl"]
        signed = next(table for table in tables if "Vàng Thị Mai" in shown(table) or "Cà Văn Dũng" in shown(table))
        body = list(document.find(f"{W}body"))
        before = [node for node in body[: body.index(signed)] if shown(node).strip()][-1]
        assert before.find(f"{W}pPr/{W}keepNext") is not None
        assert [row.find(f"{W}trPr/{W}cantSplit") is not None for row in signed.findall(f"{W}tr")] == [True]


def test_a_table_before_the_signatures_sends_its_last_row_along():
    table = Table((Column(1),), (Row((cell("một"),)), Row((cell("hai"),))))
    made = paper("x", table, Signatures((PaperSigner(("Hiệu trưởng",), words("A")),)))
    rows = list(part(to_docx(made)).find(f".//{W}tbl").iter(f"{W}tr"))
    assert [row.find(f".//{W}keepNext") is not None for row in rows] == [False, True]


def test_a_table_that_does_not_fit_is_refused():
    with pytest.raises(BadTable):
        to_docx(paper("x", Table((Column(1), Column(1)), (Row((cell("a"),)),))))


def test_a_paper_that_is_not_filled_in_is_refused():
    with pytest.raises(ValueError, match="PersonName"):
        to_docx(paper("x", said(PersonName("p1"))))


def test_capitals_bold_and_italic_are_what_the_layout_says():
    document = part(
        to_docx(paper("x", said("Phiếu", style=Style.TITLE), said(Text("a", bold=True), Text("b", italic=True))))
    )
    assert "PHIẾU" in shown(document)
    looks = [
        (shown(run), run.find(f"{W}rPr/{W}b") is not None, run.find(f"{W}rPr/{W}i") is not None)
        for run in document.iter(f"{W}r")
    ]
    assert looks == [("PHIẾU", False, False), ("a", True, False), ("b", False, True)]
