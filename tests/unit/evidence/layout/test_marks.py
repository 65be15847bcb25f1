"""Leaders go and words over them stay; a tick box is told from any letter, and ticked from empty."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from services.evidence.extraction.layout.cleaning.marks import MarkKind, take_out_leaders, take_out_marks
from tests.unit.evidence.layout.drawn_tables import blank, box, dots, word


def test_a_leader_is_taken_out_and_told():
    page = blank()
    dots(page, 330, 200, 800)
    clean, (leader,) = take_out_marks(page)
    assert leader.kind is MarkKind.LEADER
    assert leader.left <= 201
    assert leader.right >= 790
    assert clean.min() == 255
    assert page.min() == 0


def test_dots_go_on_under_a_filled_in_word_and_the_word_stays():
    page = blank()
    dots(page, 330, 200, 800)
    page[290:337, 400:520] = 255
    word(page, 402, 300, letters=4)
    page[330:336, 499:505] = 0
    clean, (leader,) = take_out_leaders(page)
    assert leader.right >= 790
    assert clean[330:336, 499:505].min() == 255
    assert clean[310, 408] == 0


def test_three_dots_and_a_colon_before_a_leader_stay():
    page = blank()
    dots(page, 130, 200, 239)
    page[314:320, 187:193] = 0
    page[330:336, 187:193] = 0
    dots(page, 330, 200, 800)
    clean, marks = take_out_marks(page)
    assert len(marks) == 1
    assert clean[130:136, 200:206].max() == 0
    assert clean[330:336, 187:193].max() == 0


def test_a_leader_whose_dots_ran_together_is_one_all_the_same():
    page = blank()
    for x in range(200, 700, 40):
        page[330:335, x : x + 30] = 0
    clean, marks = take_out_marks(page)
    assert [mark.kind for mark in marks] == [MarkKind.LEADER]
    assert clean.min() == 255


def test_boxes_are_found_and_those_with_a_cross_are_ticked():
    page = blank()
    box(page, 100, 100)
    box(page, 300, 100)
    cv2.line(page, (292, 92), (348, 148), 0, 4)
    cv2.line(page, (348, 92), (292, 148), 0, 4)
    clean, marks = take_out_marks(page)
    assert [(mark.kind, mark.ticked) for mark in sorted(marks, key=lambda mark: mark.left)] == [
        (MarkKind.BOX, False),
        (MarkKind.BOX, True),
    ]
    assert clean.min() == 255


def test_bold_and_round_letters_are_no_boxes():
    page = blank()
    cv2.ellipse(page, (120, 120), (18, 20), 0, 0, 360, 0, 4)  # O
    cv2.rectangle(page, (200, 100), (203, 140), 0, -1)  # D: a stem and a bow
    cv2.ellipse(page, (203, 120), (30, 20), 0, -90, 90, 0, 4)
    page[100:104, 203:210] = page[137:141, 203:210] = 0
    page[200:240, 110:116] = page[200:240, 134:140] = 0  # II with serifs that meet
    page[200:203, 102:148] = page[237:240, 102:148] = 0
    box(page, 300, 100, thick=9)
    clean, marks = take_out_marks(page)
    assert marks == []
    assert (clean == page).all()


def test_the_ring_of_a_fat_o_is_no_box_though_a_square_fits_into_it():
    page = blank()
    cv2.ellipse(page, (120, 120), (14, 14), 0, 0, 360, 0, 6)
    cv2.circle(page, (120, 148), 4, 0, -1)  # Ọ stands alone at the end of a line
    clean, marks = take_out_marks(page)
    assert marks == []
    assert (clean == page).all()


def test_a_square_close_before_letters_is_part_of_a_word():
    page = blank()
    box(page, 300, 100)
    page[100:140, 343:349] = 0
    assert take_out_marks(page)[1] == []


def titled(title: str) -> tuple[np.ndarray, list[tuple[float, float]]]:
    """A page with a title in print, and where the middles of its full stops are."""
    image = Image.new("L", (1400, 200), 255)
    ImageDraw.Draw(image).text((100, 100), title, font=ImageFont.load_default(size=40), fill=0, anchor="ls")
    page = np.array(image)
    _, _, stats, middles = cv2.connectedComponentsWithStats((page < 128).astype(np.uint8))
    return page, [tuple(middle) for stat, middle in zip(stats[1:], middles[1:], strict=True) if stat[3] <= 6]


@pytest.mark.parametrize("title", ["A. Dat van de", "1.1: Dat van de", "III. Muc tieu", "1. Hoat dong 2. Ket luan"])
@pytest.mark.parametrize("pitch", [11, 13, 16])
def test_a_full_stop_of_a_title_in_phase_with_the_dots_stays_and_the_feet_of_its_letters_too(title, pitch):
    clean, stops = titled(title)
    end = int(np.flatnonzero((clean < 128).any(axis=0))[-1])
    for across, down in stops:
        page = clean.copy()
        first = int(across + 0.5 - 2 + pitch * np.ceil((end + 20 - across) / pitch))
        dots(page, round(down - 2), first, first + 40 * pitch, pitch, size=5)
        free, (leader,) = take_out_leaders(page)
        assert leader.left >= first - 4
        assert np.array_equal(free, clean)


def test_a_leader_goes_on_behind_a_gap_of_one_word_only_with_two_dots_and_more():
    page = blank()
    dots(page, 330, 200, 460)
    alone = page.copy()
    dots(alone, 330, 200 + 13 * 24, 200 + 13 * 24 + 1)
    dots(page, 330, 200 + 13 * 24, 200 + 13 * 26)
    free, (leader,) = take_out_leaders(alone)
    assert leader.right < 470
    assert free[330:336, 512:518].max() == 0
    free, (leader,) = take_out_leaders(page)
    assert leader.right > 525
    assert free.min() == 255
