"""Lines that dirt on a scanner's glass draws go; letters that they cross and rules of tables stay."""

from __future__ import annotations

import numpy as np

from services.evidence.extraction.layout.cleaning import streaks
from tests.unit.evidence.layout.drawn_print import between_lines, printed


def page(paper: int = 245) -> np.ndarray:
    return np.full((1200, 900), paper, np.uint8)


def test_a_page_without_streaks_is_the_page_itself():
    grey = printed()
    assert streaks.without_streaks(grey) is grey
    assert streaks.without_through_lines(grey) is grey


def test_a_streak_of_the_glass_goes_and_letters_that_it_crosses_stay():
    clean = printed()
    worn = clean.copy()
    worn[:, 720:723] = np.minimum(worn[:, 720:723], 110)
    free = streaks.without_streaks(worn)
    assert between_lines(worn)[:, 710:735].min() == 110
    assert between_lines(free)[:, 710:735].min() > 200
    crossed = clean[:, 715:728] < 50
    assert crossed.sum() > 300
    assert (free[:, 715:728][crossed] < 120).mean() > 0.95


def test_on_a_strip_of_paper_no_stem_of_a_letter_is_taken_for_a_streak():
    strip = np.full((700, 1600), 255, np.uint8)
    strip[300:344, 200:205] = 0
    strip[300:390, 600:607] = 0
    assert streaks.without_streaks(strip) is strip


def test_in_large_print_a_letter_with_a_mark_below_is_no_streak():
    grey = np.full((1500, 1800), 255, np.uint8)
    for left in range(200, 1600, 120):
        grey[300:420, left : left + 8] = 0
        grey[360:420, left : left + 60] = 0
    grey[300:440, 1650:1657] = 0
    assert streaks.without_streaks(grey) is grey


def test_the_rule_of_a_table_is_no_streak():
    grey = printed()
    grey[:, 780:824] = 245
    grey[300:1300, 800:803] = 15
    grey[300:303, 200:1400] = 15
    assert streaks.without_streaks(grey) is grey


def test_a_line_from_rim_to_rim_goes_and_a_rule_of_a_table_stays():
    dirty = page()
    dirty[:, 400:403] = 120
    dirty[200:1000, 600:603] = 40
    clean = streaks.without_through_lines(dirty)
    assert clean[:, 395:408].min() > 230
    assert (clean[300:900, 601] == 40).all()
    assert streaks.without_through_lines(page()).min() == 245


def test_a_letter_on_such_a_line_stays_dark():
    dirty = page()
    dirty[:, 400:403] = 150
    dirty[500:530, 380:425] = 30
    assert streaks.without_through_lines(dirty)[510, 401] < 60
