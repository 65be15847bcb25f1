"""Text of users is data: templates, markup, formulas, loose accents and very long texts come out as they were typed."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from services.assessment.domain import self_assessment_facts as sf
from shared.contracts.calls import assessment as calls
from shared.papers.docx import to_docx
from shared.papers.pdf import to_pdf
from shared.papers.text import printed_text
from shared.papers.xlsx import to_xlsx
from shared.vocabulary.self_assessment import PaperKind
from tests.unit.assessment.papers_kit import TT22, TT57, PaperOffice, document_id, named

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DECOMPOSED = unicodedata.normalize("NFD", "Trường có kế hoạch đã duyệt")
HOSTILE = ["{{ 7*7 }} {% raw %}", "<w:t>chèn</w:t> & ]]>", "=1+1", "+CMD|' /C calc'!A0", "@SUM(A1)", DECOMPOSED]


def words_in(docx: bytes) -> str:
    """Return the text of a Word file's body."""
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        body = ET.fromstring(parts.read("word/document.xml"))
    return " ".join("".join(_said(part) for part in line.iter()) for line in body.iter(f"{_W}p"))


def _said(part: ET.Element) -> str:
    return "-" if part.tag == f"{_W}noBreakHyphen" else (part.text or "") if part.tag == f"{_W}t" else ""


@pytest.fixture
def old(office):
    made = PaperOffice.opened(office, TT22)
    made.set_up()
    return made


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_sentence_stands_in_word_as_it_was_typed(old, text):
    old.write("1.1", text=text)
    request = calls.DescribeCriterion(**old.place, criterion="1.1", strengths=text, weaknesses=text, improvement=text)
    old.application.describe_criterion(old.office.acting, request)

    said = words_in(to_docx(named(old.paper(PaperKind.CRITERION_SHEET))))

    assert said.count(unicodedata.normalize("NFC", text)) == 4


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_stands_in_excel_as_text(old, text):
    document = document_id(1)
    old.office.tell_document(document)
    coded = calls.CodeEvidence(**old.place, document=document, criterion="1.1", title=text, cite=True)
    old.application.code_evidence(old.office.acting, coded)

    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(named(old.paper(PaperKind.EVIDENCE_LIST))))).worksheets[0]

    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    found = [cell for cell in cells if unicodedata.normalize("NFC", text) in str(cell.value)]
    assert found
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_a_hostile_improvement_item_is_text_in_word_excel_and_pdf(office):
    work = PaperOffice.opened(office, TT57)
    item = sf.ImprovementItemSet(
        **work.place, item="i", criterion="1.1", problem=HOSTILE[0], aim=HOSTILE[2], action=HOSTILE[1], owner=HOSTILE[4]
    )
    work.fact(item)
    paper = named(work.paper(PaperKind.IMPROVEMENT_PLAN))

    said = words_in(to_docx(paper))
    assert all(text in said for text in (HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[4]))
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(paper)))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert to_pdf(paper).startswith(b"%PDF")


def test_twenty_thousand_letters_are_all_printed(old):
    long = ("Nhà trường có kế hoạch chiến lược. " * 600)[:20_000].strip()
    old.write("1.1", text=long)
    paper = named(old.paper(PaperKind.CRITERION_SHEET))
    assert long in words_in(to_docx(paper))
    assert to_pdf(paper).startswith(b"%PDF")


def test_loose_accents_are_printed_closed(old):
    old.write("1.1", text=DECOMPOSED)
    said = "\n".join(printed_text(named(old.paper(PaperKind.CRITERION_SHEET))))
    assert unicodedata.normalize("NFC", DECOMPOSED) in said
    assert unicodedata.is_normalized("NFC", said)


def test_codes_that_look_like_patterns_do_not_break_a_sentence(old):
    text = "Có (H1-1.1-01) và [H1-1.1-01]."
    old.write("1.1", text=text, codes=("H1-1.1-01",))
    assert text in words_in(to_docx(named(old.paper(PaperKind.CRITERION_SHEET))))
