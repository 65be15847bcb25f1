"""Which way up a page lies, by how much its lines lean, and whether it is two pages."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.evidence.extraction.layout.position import orientation, paper, skew


def page(height: int = 1700, width: int = 1240, *, seed: int = 1) -> np.ndarray:
    """Lines of letters with a middle band, many strokes above it and few below, as in print."""
    dice = np.random.default_rng(seed)
    grey = np.full((height, width), 250, np.uint8)
    for top in range(160, height - 160, 44):
        left = 140
        while left < width - 170:
            for _ in range(int(dice.integers(2, 7))):
                cv2.rectangle(grey, (left, top), (left + 9, top + 13), 20, 2)
                drawn = dice.random()
                if drawn < 0.45:
                    cv2.rectangle(grey, (left + 2, top - 9), (left + 6, top - 2), 20, -1)
                elif drawn < 0.55:
                    cv2.rectangle(grey, (left + 3, top + 16), (left + 6, top + 19), 20, -1)
                left += 13
            left += 12
    return grey


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_is_turned_upright_from_every_side(turns):
    scanned = np.ascontiguousarray(np.rot90(page(), -turns))
    turn = orientation.find_turn(scanned)
    assert turn.degrees == 90 * turns
    assert turn.sure >= 4


def test_a_skewed_page_that_stands_is_left_standing():
    assert orientation.find_turn(skew.turned(page(), 5.0)).degrees == 0


def test_an_empty_page_stays_as_it_was_scanned():
    assert orientation.find_turn(np.full((800, 600), 250, np.uint8)) == orientation.Turn(degrees=0, sure=0.0)


def few_letters() -> np.ndarray:
    """Words without anything above or below their middle."""
    grey = np.full((1700, 1240), 250, np.uint8)
    for top in (600, 660):
        for left in range(300, 900, 16):
            cv2.rectangle(grey, (left, top), (left + 10, top + 14), 20, 2)
    return grey


def test_where_marks_do_not_tell_a_strip_is_read_both_ways():
    upside_down = iter((10.0, 900.0))
    turn = orientation.find_turn(few_letters(), lambda strip: next(upside_down))
    assert turn.degrees == 180


def test_a_page_is_not_turned_for_a_reading_that_is_hardly_better():
    readings = iter((100.0, 115.0))
    assert orientation.find_turn(few_letters(), lambda strip: next(readings)).degrees == 0
    assert orientation.find_turn(few_letters()).degrees == 0


def table_of_numbers() -> np.ndarray:
    """Columns that look like lines that run down, heavier on one side, and about as many rows."""
    grey = np.ascontiguousarray(np.rot90(page(1240, 1700)))
    grey[1020:] = 250
    for top in range(1060, 1560, 44):
        for left in range(140, 1080, 16):
            cv2.rectangle(grey, (left, top), (left + 10, top + 14), 20, 2)
    return grey


def test_a_table_whose_columns_look_like_lines_stays_upright_if_it_reads_so():
    grey = table_of_numbers()
    asked = []

    def reads_upright(strip: np.ndarray) -> float:
        asked.append(strip.shape)
        return 900.0 if len(asked) == 1 else 20.0

    assert orientation.find_turn(grey).degrees in (90, 270)
    assert orientation.find_turn(grey, reads_upright) == orientation.Turn(degrees=0, sure=4.0)
    assert {shape[1] for shape in asked} == {1240, 1700}


@pytest.mark.parametrize(("place", "degrees"), [(0, 0), (1, 180), (2, 90), (3, 270)])
def test_where_lines_do_not_tell_the_way_that_reads_best_is_taken(place, degrees):
    readings = iter([900.0 if number == place else 20.0 for number in range(4)])
    assert orientation.find_turn(table_of_numbers(), lambda strip: next(readings)).degrees == degrees


def test_a_table_that_reads_nowhere_stays_as_it_was_scanned():
    assert orientation.find_turn(table_of_numbers(), lambda strip: 0.0) == orientation.Turn(degrees=0, sure=1.0)


@pytest.mark.parametrize("degrees", [-7.3, -0.4, 0.0, 0.25, 3.1])
def test_skew_is_found_to_a_twentieth_of_a_degree(degrees):
    ink = skew.letter_map(skew.turned(page(), -degrees))
    assert skew.find_skew(ink) == pytest.approx(degrees, abs=0.05)


def test_a_page_without_lines_is_not_turned():
    specks = np.random.default_rng(4).random((1240, 1240)) < 0.01
    assert skew.find_skew((specks * 255).astype(np.uint8)) == 0.0
    assert skew.find_skew(np.zeros((1240, 1240), np.uint8)) == 0.0


def test_a_page_turned_by_nothing_is_the_page_itself():
    grey = page()
    assert skew.turned(grey, 0.0) is grey


def test_two_pages_on_a_sheet_are_parted_between_them():
    sheet = np.hstack([page(seed=1), page(seed=2)])
    gutter = paper.find_gutter(sheet)
    assert gutter == pytest.approx(1240, abs=60)
    left, right = paper.halves(sheet, gutter)
    assert left.shape[1] + right.shape[1] == sheet.shape[1]


def test_a_single_page_has_no_gutter():
    assert paper.find_gutter(page()) is None
    assert paper.find_gutter(page(1240, 1754)) is None
    assert paper.find_gutter(np.full((1000, 1400), 250, np.uint8)) is None


def test_a_wide_page_with_print_on_one_side_is_one_page():
    assert paper.find_gutter(np.hstack([page(), np.full((1700, 1240), 250, np.uint8)])) is None


def ruled_table(width: int, columns: int, *, seed: int = 0, height: int = 1100, rows: int = 14) -> np.ndarray:
    """A table with some letters in every cell."""
    dice = np.random.default_rng(seed)
    grey = np.full((height, width), 250, np.uint8)
    xs = np.linspace(60, width - 60, columns + 1).astype(int)
    ys = np.linspace(80, height - 80, rows + 1).astype(int)
    for y in ys:
        grey[y : y + 3, xs[0] : xs[-1] + 3] = 20
    for x in xs:
        grey[ys[0] : ys[-1] + 3, x : x + 3] = 20
    for x in xs[:-1]:
        for y in ys[:-1]:
            for letter in range(int(dice.integers(2, 8))):
                cv2.rectangle(grey, (x + 14 + 14 * letter, y + 26), (x + 23 + 14 * letter, y + 42), 20, 2)
    return grey


def test_two_ruled_tables_with_a_white_lane_between_them_are_two_pages():
    sheet = np.hstack([ruled_table(800, 4, seed=1), ruled_table(800, 4, seed=2)])
    assert paper.find_gutter(sheet) == pytest.approx(800, abs=10)


@pytest.mark.parametrize("columns", [2, 3, 7, 8])
def test_one_wide_ruled_table_is_one_page(columns):
    assert paper.find_gutter(ruled_table(1600, columns)) is None


def test_a_wide_table_whose_rows_run_on_over_a_wide_gap_is_one_page():
    grey = ruled_table(1600, 8)
    grey[:, 780:830] = 250
    for top in range(80, 1020, 67):
        cv2.rectangle(grey, (740, top + 16), (775, top + 50), 20, 2)
        cv2.rectangle(grey, (835, top + 16), (870, top + 50), 20, 2)
    assert paper.find_gutter(grey) is None
