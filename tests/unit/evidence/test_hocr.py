"""A reading as hOCR: what other programs read of it, and how its parts lie in each other."""

from xml.etree import ElementTree as ET

import pytest
from ocrmypdf.hocrtransform import HocrParser

from services.evidence.domain.text import ReadCell, ReadPage, ReadTable, ReadText, ReadWord
from services.evidence.hocr import to_hocr

XHTML = "{http://www.w3.org/1999/xhtml}"
HOLDS = {
    "ocr_page": {"ocr_carea", "ocr_table"},
    "ocr_table": {"ocr_carea"},
    "ocr_carea": {"ocr_par"},
    "ocr_par": {"ocr_line"},
    "ocr_line": {"ocrx_word"},
    "ocrx_word": set(),
}


def word(text, left, top, *, line=0, block=0, confidence=90):
    return ReadWord(text, confidence, left, top, 50, 10, line, block)


WORDS = (
    word("Quyết", 100, 100),
    word("định", 160, 100, confidence=41),
    word("số", 100, 120, line=1),
    word("STT", 110, 300, block=1),
    word("Tiêu", 310, 300, block=2),
    word("chí", 370, 300, block=2),
    word("<b>&\x00", 100, 600, block=3),
)
TABLE = ReadTable(100, 290, 600, 100, 1, 3, (ReadCell(0, 0, 1, 1, 1), ReadCell(0, 1, 1, 1, 2), ReadCell(0, 2, 1, 1, -1)))


def read(**more):
    told = {"number": 1, "width": 2000, "height": 3000, "confidence": 90, "source": "tesseract", "words": WORDS}
    page = ReadPage(**told | {"tables": (TABLE,), "turned": 90, "skew": -1.25} | more)
    return ReadText(format=2, engine="tesseract", engine_version="5.5.4", language="vie", pages=(page,), pipeline="layout-1")


def parsed(text):
    return ET.fromstring(to_hocr(text, "Quyết định 12"))


def all_of(root, kind):
    return [element for element in root.iter() if element.get("class") == kind]


def told(element):
    return {part.split()[0]: part.split()[1:] for part in element.get("title").split("; ")}


def box(element):
    return [int(side) for side in told(element)["bbox"]]


def test_every_word_stands_in_its_line_area_and_page_in_reading_order():
    root = parsed(read())
    assert [one.text for one in all_of(root, "ocrx_word")] == ["Quyết", "định", "số", "STT", "Tiêu", "chí", "<b>&"]
    assert [[one.text for one in line] for line in all_of(root, "ocr_line")][:2] == [["Quyết", "định"], ["số"]]
    assert root.get("lang") == "vi"
    assert root.find(f"{XHTML}head/{XHTML}title").text == "Quyết định 12"


def test_boxes_are_pixels_of_the_page_image_and_lie_in_each_other():
    root = parsed(read())
    (page,) = all_of(root, "ocr_page")
    assert box(page) == [0, 0, 2000, 3000]
    first = all_of(root, "ocrx_word")[0]
    assert box(first) == [200, 300, 300, 330]
    assert [told(one)["x_wconf"] for one in all_of(root, "ocrx_word")][:2] == [["90"], ["41"]]

    def check(element):
        kind, (left, top, right, bottom) = element.get("class"), box(element)
        for part in element:
            assert part.get("class") in HOLDS[kind]
            inner = box(part)
            assert inner[0] >= left
            assert inner[1] >= top
            assert inner[2] <= right
            assert inner[3] <= bottom
            check(part)

    check(page)


def test_a_table_holds_its_cells_and_each_says_where_it_stands():
    (table,) = all_of(parsed(read()), "ocr_table")
    assert box(table) == [200, 870, 1400, 1170]
    assert told(table)["x_size"] == ["1", "3"]
    assert [told(cell)["x_cell"] for cell in table] == [["0", "0", "1", "1"], ["0", "1", "1", "1"]]


def test_names_are_names_of_one_thing_only():
    names = [element.get("id") for element in parsed(read()).iter() if element.get("id")]
    assert len(names) == len(set(names)) > 10


def test_how_a_page_was_turned_and_levelled_is_said():
    (page,) = all_of(parsed(read()), "ocr_page")
    assert (told(page)["x_turned"], told(page)["x_skew"], told(page)["ppageno"]) == (["90"], ["-1.25"], ["0"])


def test_another_program_reads_the_words_where_they_are(tmp_path):
    path = tmp_path / "a.hocr"
    path.write_bytes(to_hocr(read()))
    page = HocrParser(path).parse()
    assert [one.text for one in page.words] == ["Quyết", "định", "số", "STT", "Tiêu", "chí", "<b>&"]
    assert (page.words[1].bbox.left, page.words[1].bbox.bottom) == (320, 330)


@pytest.mark.parametrize("words", [(), (word("tràn", 990, 995),)])
def test_a_page_without_words_and_a_word_over_the_edge_are_told_too(words):
    root = parsed(read(words=words, tables=()))
    assert [box(one) for one in all_of(root, "ocrx_word")] == [[1980, 2985, 2000, 3000]] * len(words)


def test_a_reading_of_another_language_says_so_and_the_same_reading_is_told_in_the_same_bytes():
    english = ReadText(engine="x", engine_version="1", language="eng", pages=())
    assert ET.fromstring(to_hocr(english)).get("lang") == "eng"
    assert to_hocr(read(), "a") == to_hocr(read(), "a")
