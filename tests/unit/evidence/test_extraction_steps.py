"""The pure parts of reading: what cannot be text, which ink may be letters, how two readings become one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from services.evidence.domain.text import ReadWord, page_text
from services.evidence.extraction.legacy_fonts import (
    believable,
    believable_line,
    is_old_font,
    speaks_unicode,
    with_hyphens,
)
from services.evidence.extraction.letter_ink import letter_ink
from services.evidence.extraction.merging import merged, sure_lines, turned
from services.evidence.extraction.pages import squared
from services.evidence.extraction.pdf_forms import Value, lost, words_of


def word(
    text: str, left: int, top: int, *, width: int = 80, height: int = 20, confidence: int = 90, line: int = 0
) -> ReadWord:
    return ReadWord(text=text, confidence=confidence, left=left, top=top, width=width, height=height, line=line, block=0)


# ---- old font encodings


def test_a_soft_hyphen_in_a_font_that_speaks_unicode_is_the_hyphen_that_people_see():
    assert speaks_unicode("12/QĐ\xadTHBM")
    assert with_hyphens("12/QĐ\xadTHBM", unicode=True) == "12/QĐ-THBM"


def test_in_an_old_font_a_soft_hyphen_between_letters_is_the_letter_it_stands_for():
    assert not speaks_unicode("KÕ ho¹ch kiÓm ®Þnh chÊt l\xadîng")
    assert with_hyphens("l\xadîng", unicode=False) == "l\xadîng"
    assert with_hyphens("2026\xad2027", unicode=False) == "2026-2027"
    assert with_hyphens("\xad", unicode=False) == "-"


@pytest.mark.parametrize(
    "text",
    [
        "KÕ ho¹ch kiÓm ®Þnh chÊt l­îng gi¸o dôc",
        "Tæng sè häc sinh 412",
        "TT Hä vµ tªn 1 Phßng häc 12 2026 100 2075 45 36 18",
        "Keá hoaïch kieåm ñònh chaát löôïng",
    ],
)
def test_what_an_old_font_leaves_behind_is_no_text(text):
    assert not believable(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kế hoạch kiểm định chất lượng giáo dục năm học 2026 - 2027",
        "TT Họ và tên 1 Phòng học 12 m² – 100% (đạt)",
        "Nước uống: 5 µg, sân 30°C, “trích dẫn”, • mục ✓ và \uf0b7 gạch đầu dòng",
        "The committee shall report its findings within 30 days",
    ],
)
def test_text_of_an_office_is_text(text):
    assert believable(text)
    assert believable_line(text)


def test_a_foreign_name_is_text_and_a_line_of_foreign_signs_is_not():
    assert believable_line("Ông Müller tham dự")
    assert not believable_line("Hä tªn: §ç ThÞ Hµ")
    assert not believable_line("C¬ së vËt chÊt")


@pytest.mark.parametrize("name", [".VnTime", "ABCDEF+.VnArialH", "VNI-Times", "XYZABC+VNI-Helve", "VnTime"])
def test_old_fonts_are_known_by_their_names(name):
    assert is_old_font(name)
    # A single letter with a mark tells that nobody mapped the others; digits are what they are.
    assert not believable("líp 12", name)
    assert believable("12/2026", name)


@pytest.mark.parametrize("name", ["TimesNewRomanPSMT", "ABCDEF+Arial", "DejaVuSans", "Vni", "VNSomething", ""])
def test_other_fonts_are_not_taken_for_old_ones(name):
    assert not is_old_font(name)
    assert believable("lớp 12", name)


# ---- ink


def test_rules_and_solid_areas_are_no_letters():
    page = np.full((400, 600), 255, dtype=np.uint8)
    page[50, 20:580] = 0
    page[20:380, 40] = 0
    page[200:300, 200:300] = 30
    assert int(letter_ink(page).sum()) < 60
    page[120:130, 300:302] = 0
    page[120:130, 306:308] = 0
    page[120:122, 300:308] = 0
    assert int(letter_ink(page).sum()) >= 30


def test_an_empty_or_narrow_map_has_no_runs():
    assert not letter_ink(np.full((30, 30), 255, dtype=np.uint8)).any()


# ---- two readings of one page


def test_two_readings_go_down_the_page_together_and_doubles_fall_away():
    typed = [word("TRƯỜNG", 100, 50), word("MẪU", 200, 50), word("Trang", 100, 900, line=1)]
    seen = [
        word("TRUONG", 102, 52, confidence=70),
        word("thân", 100, 400, line=1),
        word("bài", 200, 402, line=1),
    ]
    assert page_text(merged(typed, seen)) == "TRƯỜNG MẪU\n\nthân bài\n\nTrang"
    assert merged([], seen) == seen
    assert merged(typed, []) == typed


def test_only_lines_that_are_sure_and_hold_letters_come_out_of_a_picture():
    lines = [
        word("Biển", 0, 0),
        word("~~", 0, 100, line=1),
        word("ơơ", 0, 200, confidence=30, line=2),
    ]
    assert [kept.text for kept in sure_lines(lines, 60)] == ["Biển"]


@pytest.mark.parametrize(
    ("degrees", "box"),
    [(0, (100, 50, 80, 20)), (90, (50, 820, 20, 80)), (180, (820, 930, 80, 20)), (270, (930, 100, 20, 80))],
)
def test_boxes_turn_with_their_page(degrees, box):
    moved = turned(word("chữ", 100, 50), degrees, 0.0, (1000, 1400))
    assert (moved.left, moved.top, moved.width, moved.height) == box


def test_boxes_turn_as_the_picture_does():
    image = Image.new("L", (800, 1000), 255)
    image.paste(0, (600, 200, 640, 220))
    level = np.asarray(image.rotate(5, fillcolor=255)) < 128
    down, across = (float(side.mean()) for side in np.nonzero(level))
    moved = turned(word("x", 750, 200, width=50, height=20), 0, 5.0, (800, 1000))
    assert abs(moved.left + 25 - across / 0.8) < 3
    assert abs(moved.top + 10 - down) < 3


# ---- forms and faxes


def test_a_value_counts_as_lost_only_when_letters_of_it_are_missing():
    value = Value(text="Lò Thị Thử 12", box=(100, 100, 400, 140))

    def drawn(*texts: str) -> list[ReadWord]:
        return [word(text, 110 + 70 * n, 110) for n, text in enumerate(texts)]

    assert lost([value], drawn("Lò", "Thị", "Thử", "12")) == []
    assert lost([value], drawn("L", "Th", "Th", "12")) == [value]
    assert lost([value], []) == [value]
    # A program may show a value in another form: 1000 as 1.000.
    assert lost([value], drawn("12", "tháng", "5")) == []


def test_the_words_of_a_value_lie_side_by_side_in_its_lines():
    first, second, third = words_of(Value(text="một hai\nba", box=(0, 100, 700, 200)), 5)
    assert (first.left, first.width, second.left, second.line) == (0, 300, 400, 5)
    assert (third.text, third.line, third.top, third.height) == ("ba", 6, 150, 50)


@pytest.mark.parametrize(
    ("across", "down", "size"),
    [
        (204, 98, (100, 208)),
        (150, 300, (200, 100)),
        (300, 300, (100, 100)),
        (0, 0, (100, 100)),
        (300, 296, (100, 100)),
        (300, 1, (100, 100)),
    ],
)
def test_pixels_are_squared_by_what_the_file_says_unless_that_is_odd(across, down, size):
    assert squared(Image.new("L", (100, 100)), across, down).size == size


def test_a_huge_flat_image_is_drawn_together_instead_of_out():
    assert squared(Image.new("1", (9000, 4000)), 200, 100).size == (4500, 4000)
