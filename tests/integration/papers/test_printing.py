"""Papers printed as a school prints them: the same bytes in every process, and PDF with fonts of this machine."""

import hashlib
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest

from shared.papers.imprint import imprint
from shared.papers.markup import to_html
from shared.papers.model import Code, Column, Heading, PageBreak, PaperSigner, Row, Section, Signatures, Table
from shared.papers.pdf import _refusing, to_pdf
from shared.papers.resolving import resolve
from shared.papers.text import printed_text
from tests.unit.papers.samples import ALL, DOCUMENTS, PEOPLE, cell, evidence_list, paper, report, said, words

ROOT = Path(__file__).parents[3]
HASHES = """
import hashlib
from shared.papers.docx import to_docx
from shared.papers.resolving import resolve
from shared.papers.xlsx import to_xlsx
from tests.unit.papers.samples import ALL, DOCUMENTS, PEOPLE
for name, make in ALL.items():
    print(name, hashlib.sha256(to_docx(resolve(make(), PEOPLE, DOCUMENTS))).hexdigest())
for name in ("evidence_list", "report"):
    print(name, hashlib.sha256(to_xlsx(resolve(ALL[name](), PEOPLE, DOCUMENTS))).hexdigest())
"""
MOVED_CLOCK = """
import datetime as dt, time
real = time.time
time.time = lambda: real() + 40_000_000
class Moved(dt.datetime):
    @classmethod
    def now(cls, tz=None):
        return dt.datetime(2031, 1, 1, tzinfo=tz)
    @classmethod
    def utcnow(cls):
        return cls(2031, 1, 1)
import openpyxl.packaging.core, openpyxl.workbook.workbook, openpyxl.writer.excel
openpyxl.writer.excel.datetime.datetime = Moved
"""


def hashes(before: str = "", **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", before + HASHES],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def pages(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def printed(made) -> bytes:
    return to_pdf(resolve(made, PEOPLE, DOCUMENTS))


def test_another_process_another_seed_another_clock_and_zone_give_the_same_bytes():
    once = hashes(PYTHONHASHSEED="1", TZ="UTC", LANG="C.UTF-8")
    again = hashes(MOVED_CLOCK, PYTHONHASHSEED="4242", TZ="America/New_York", LANG="C")
    assert once == again
    assert len(once.splitlines()) == len(ALL) + 2


def letters(text: str) -> Counter:
    """Letters without spaces and hyphens: a PDF has lines, and a hyphen at the end of one is told in many ways."""
    return Counter(re.sub(r"[\s\u00a0\ufffe\u0002-]+", "", text))


@pytest.mark.parametrize("name", ALL)
def test_the_words_of_a_pdf_are_those_of_the_paper_its_foot_and_its_pages(name):
    made = resolve(ALL[name](), PEOPLE, DOCUMENTS)
    found = pages(to_pdf(made))
    foot = letters("".join(imprint(made).foot))
    told = letters("".join(found))
    for letter, count in letters("".join(printed_text(made))).items():
        assert told[letter] >= count + foot[letter] * len(found), letter
    text = unicodedata.normalize("NFC", " ".join(found))
    assert text == " ".join(found)
    for line in imprint(made).foot:
        assert all(line.replace("-", "") in re.sub(r"[\ufffe\u0002-]", "", page) for page in found)


def test_a_draft_says_so_on_every_page_and_a_final_paper_on_none():
    assert [page.count("BẢN NHÁP") for page in pages(printed(report(draft=True)))] == [2] * 5
    assert [page.count("BẢN NHÁP") for page in pages(printed(report()))] == [0] * 5


def numbers(data: bytes) -> list[str]:
    """What stands in the middle of the top margin of each page."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for page in document:
        width, height = page.get_size()
        found.append(page.get_textpage().get_text_bounded(width / 2 - 20, height - 50, width / 2 + 20, height).strip())
    document.close()
    return found


def test_pages_are_numbered_from_the_second_and_an_annex_anew():
    long = [said("Một đoạn văn dài. " * 60) for _ in range(6)]
    made = paper("x", *long, Section(), said("Phụ lục"), PageBreak(), said("Trang hai"))
    found = numbers(to_pdf(made))
    assert found[:2] == ["", "2"]
    assert found[-2:] == ["", "2"]
    assert found[:-2] == ["", *(str(number) for number in range(2, len(found) - 1))]


def test_numbering_that_goes_on_goes_on():
    assert numbers(to_pdf(paper("x", said("a"), Section(restart_page_numbers=False), said("b")))) == ["", "2"]


def test_page_breaks_beside_a_section_make_no_empty_page():
    made = paper("x", PageBreak(), said("a"), PageBreak(), Section(restart_page_numbers=False), PageBreak(), said("b"))
    assert len(pages(to_pdf(made))) == 2


@pytest.mark.parametrize(("name", "least", "most"), [("Trường", 5, 9), ("Trường " * 12, 29, 31)])
def test_the_line_under_a_body_is_a_part_of_its_last_line_and_of_its_column(name, least, most):
    made = paper("x", heading=Heading(body=(name.strip(),)))
    html = to_html(made, imprint(made), ())
    length = float(re.findall(r'class="rule" style="width: ([\d.]+)mm"', html)[0])
    assert least < length < most


def test_sheets_are_a4_as_they_are_held():
    document = pypdfium2.PdfDocument(printed(report()))
    sizes = [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in document]
    document.close()
    assert sizes == [(210, 297)] * 4 + [(297, 210)]


@pytest.mark.parametrize("rows", range(8, 15))
def test_signatures_never_stand_alone_on_a_page(rows):
    found = pages(printed(evidence_list(rows=rows)))
    signed = next(page for page in found if "Vàng Thị Mai" in page)
    assert "TM. HỘI ĐỒNG" in signed
    assert "Minh chứng dùng cho nhiều tiêu chí" in signed


def test_a_table_right_above_the_signatures_sends_a_row_along():
    for rows in range(28, 40):
        table = Table((Column(1),), tuple(Row((cell(f"dòng {row}."),)) for row in range(rows)))
        found = pages(to_pdf(paper("x", table, Signatures((PaperSigner(("Hiệu trưởng",), words("Người Ký")),)))))
        assert f"dòng {rows - 1}." in next(page for page in found if "Người Ký" in page)


def test_text_of_users_is_never_markup_and_nothing_is_fetched():
    text = '{{ x }} <img src="file:///etc/passwd"> <style>@import "http://127.0.0.1/x"</style> &amp; url(http://127.0.0.1/)'
    found = " ".join(pages(to_pdf(paper("x", said(text), title=text))))
    assert letters(text)["<"] <= letters(found)["<"]
    assert '<img src="file:///etc/passwd">' in re.sub(r"\s+", " ", found).replace("\ufffe", "-")
    with pytest.raises(ValueError, match="fetches nothing"):
        _refusing().fetch("file:///etc/passwd")


@pytest.mark.parametrize("word", ["chữ ", "x"])
def test_twenty_thousand_letters_in_a_cell_go_over_pages_whole(word):
    text = word * (20000 // len(word))
    made = paper(
        "x", Table((Column(30), Column(70)), (Row((cell("a"), cell(text))),), header=(Row((cell("Đầu"), cell("bảng"))),))
    )
    found = pages(to_pdf(made))
    assert len(found) > 3
    assert letters("".join(found))[word[0]] >= 20000 // len(word)
    assert all("Đầu" in page for page in found)


def test_control_characters_and_letters_outside_the_plane_do_not_stop_printing():
    assert "abc" in pages(to_pdf(paper("x", said("a\x00b\ud800c 😀"), title="\x01")))[0]


def test_a_code_is_not_broken_at_its_hyphens():
    for filler in range(60, 80):
        made = paper("x", said("x" * filler, " ", Code("[H1-1.4-01]")))
        assert "[H1-1.4-01]" in pages(to_pdf(made))[0]


def test_fonts_are_embedded_and_draw_vietnamese():
    data = printed(report())
    assert re.search(rb"/FontFile[23]", data) or b"/ObjStm" in data
    assert "Độc lập - Tự do - Hạnh phúc" in pages(printed(evidence_list(rows=1)))[0].replace("\ufffe", "-")


def test_threads_that_print_at_once_do_not_mix_their_papers():
    made = [resolve(ALL[name](), PEOPLE, DOCUMENTS) for name in ("minutes", "letter", "criterion_sheet")]
    alone = [to_pdf(one) for one in made]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(to_pdf, made * 2)) == alone * 2


def test_a_pdf_of_the_same_paper_has_the_same_bytes_here():
    assert hashlib.sha256(printed(report())).hexdigest() == hashlib.sha256(printed(report())).hexdigest()
