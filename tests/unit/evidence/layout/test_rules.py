"""PageRules are found where they are thin, slanting or broken, and letters are never taken for one."""

from __future__ import annotations

import cv2
import numpy as np

from services.evidence.extraction.layout.tables.grids import without_rules
from services.evidence.extraction.layout.tables.rules import find_rules
from tests.unit.evidence.layout.drawn_tables import blank, dots, level, ruled, upright, word


def test_a_level_and_an_upright_rule_are_found_where_they_lie():
    page = blank()
    level(page, 200, 100, 800)
    upright(page, 300, 50, 600, thick=2)
    rules = find_rules(page)
    (across,), (down,) = rules.across, rules.down
    assert abs(across.begin - 100) <= 8
    assert abs(across.end - 803) <= 8
    assert abs(across.middle - 201) < 1.5
    assert abs(down.begin - 50) <= 8
    assert abs(down.middle - 300.5) < 1.5
    assert down.thickness == 2


def test_a_hairline_of_faint_grey_is_still_a_rule():
    page = blank()
    word(page, 100, 500)
    page[300, 100:900] = 150
    assert len(find_rules(page).across) == 1


def test_a_slanting_rule_is_one_rule_that_climbs():
    page = blank()
    cv2.line(page, (100, 300), (900, 292), 0, 3)
    (rule,) = find_rules(page).across
    assert abs(rule.position(120) - 300) < 2
    assert abs(rule.position(880) - 292) < 2
    assert abs(rule.position(5000) - rule.position(900)) < 1


def test_rows_of_letters_are_no_rules():
    page = blank()
    for row in range(6):
        for column in range(5):
            word(page, 60 + 180 * column, 60 + 90 * row, letters=6)
    rules = find_rules(page)
    assert (rules.across, rules.down) == ((), ())


def test_a_dotted_leader_is_no_rule():
    page = blank()
    dots(page, 300, 100, 900)
    assert find_rules(page).across == ()


def test_a_gap_with_traces_is_bridged_and_an_empty_one_is_not():
    traces, empty = blank(), blank()
    for page in (traces, empty):
        level(page, 200, 60, 420)
        level(page, 200, 620, 940)
    for x in range(430, 620, 24):
        level(traces, 200, x, x + 10)
    assert len(find_rules(traces).across) == 1
    assert len(find_rules(empty).across) == 2


def test_salt_on_a_rule_does_not_part_it():
    page = ruled((100, 900), (100, 300, 500))
    salt = np.random.default_rng(5).random(page.shape) < 0.12
    page[salt] = 255
    assert len(find_rules(page).across) == 3


def test_rules_are_whitened_and_a_letter_that_crosses_one_keeps_its_stem():
    page = ruled((100, 500, 900), (100, 300, 500))
    page[280:330, 200:206] = 0
    clean = without_rules(page)
    assert clean[100:104, 120:480].min() == 255
    assert clean[120:480, 499:504].min() == 255
    assert clean[280:330, 202:204].max() == 0


def test_a_short_lone_stroke_stays_for_it_may_be_a_dash():
    page = blank()
    level(page, 300, 300, 380)
    assert without_rules(page)[301, 340] == 0


def test_an_empty_page_has_no_rules():
    rules = find_rules(blank(40, 40))
    assert (rules.across, rules.down) == ((), ())
