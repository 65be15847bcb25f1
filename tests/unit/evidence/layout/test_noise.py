"""Dust and salt go, dots and marks of letters stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.evidence.extraction.layout.cleaning import noise, strokes
from tests.unit.evidence.layout.drawn_print import LINES, printed


def page(stroke: int = 3) -> np.ndarray:
    """Lines of letters, each with a dot below as in ạ; their strokes are as wide as is said, -1 makes them solid."""
    grey = np.full((900, 900), 250, np.uint8)
    for top in range(60, 840, 70):
        for left in range(60, 840, 30):
            cv2.rectangle(grey, (left, top), (left + 14, top + 22), 15, stroke)
            cv2.rectangle(grey, (left + 4, top + 28), (left + 9, top + 33), 15, -1)
    return grey


def with_dust(grey: np.ndarray, count: int = 150) -> np.ndarray:
    dice, worn = np.random.default_rng(1), grey.copy()
    for _ in range(count):
        cv2.circle(worn, (int(dice.integers(5, 890)), int(dice.integers(5, 36))), 2, 60, -1)
    return worn


def with_salt(grey: np.ndarray) -> np.ndarray:
    dice, worn = np.random.default_rng(2), grey.copy()
    drawn = dice.random(grey.shape)
    worn[drawn < 0.01] = 0
    worn[drawn > 0.99] = 255
    return worn


def test_a_dusty_page_is_told_from_a_clean_one():
    assert noise.is_dusty(noise.Specks(with_dust(page())))
    assert not noise.is_dusty(noise.Specks(page()))


def test_dust_goes_and_the_dots_of_letters_stay():
    worn = with_dust(page())
    free = noise.without_dust(worn, noise.Specks(worn))
    assert (free[:45] < 150).sum() < 0.2 * (worn[:45] < 150).sum()
    assert np.array_equal(free[55:], worn[55:])


@pytest.mark.parametrize("size", [34, 42, 54])
def test_specks_much_smaller_than_a_full_stop_go_even_beside_letters_and_full_stops_and_dots_below_stay(size):
    clean = printed("Anh nam hoc. mua ha nang. bac dua cay. sach vo. that gon.", wide=2000, size=size)
    _, _, stats, _ = cv2.connectedComponentsWithStats((clean < 128).astype(np.uint8))
    stop = int(stats[stats[:, 4] <= 0.1 * size * size / 4, 4].max())
    side = int(np.sqrt(0.3 * stop))
    assert side * side < 0.4 * stop
    for left in range(200, 900, 90):
        below = round(np.sqrt(stop))
        clean[LINES[0] + size + 3 : LINES[0] + size + 3 + below, left : left + below] = 15
    worn = clean.copy()
    letters = cv2.dilate((clean < 128).astype(np.uint8), np.ones((7, 7), np.uint8))
    for top in LINES:
        for left in range(150, 900, 23):
            if not letters[top + 20 : top + 20 + side, left : left + side].any():
                worn[top + 20 : top + 20 + side, left : left + side] = 60
    specks = worn != clean
    assert specks.sum() > 50 * side * side
    free = noise.without_dust(worn, noise.Specks(worn))
    assert free[specks].min() > 200
    assert (free[clean < 128] < 128).all()


@pytest.mark.parametrize("side", [300, 600])
def test_beside_a_picture_full_stops_are_no_dust(side):
    clean = printed("Anh nam hoc. mua ha nang. bac dua. cay sach vo.", high=2400)
    worn = clean.copy()
    cv2.rectangle(worn, (500, 1500), (500 + side, 1500 + side), 60, -1)
    specks = noise.Specks(worn)
    assert not noise.is_dusty(specks)
    assert np.array_equal(noise.without_dust(worn, specks)[:1400], clean[:1400])


def test_a_full_stop_is_measured_by_the_strokes_of_letters_and_of_nothing_larger():
    clean = printed("Anh nam hoc mua ha nang", size=42)
    _, _, stats, _ = cv2.connectedComponentsWithStats((printed("." * 20, size=42) < 128).astype(np.uint8))
    stop = float(np.median(stats[1:, 4]))
    headed = clean.copy()
    cv2.rectangle(headed, (200, 1450), (900, 1550), 15, -1)
    point = noise.Specks(clean).point()
    assert 0.25 * stop < point < stop
    assert noise.Specks(headed).point() == point
    assert noise.Specks(np.full((400, 400), 250, np.uint8)).point() == 0.0


def test_salt_is_told_from_corners_of_letters_and_goes():
    worn = with_salt(page())
    assert noise.is_salted(worn)
    assert not noise.is_salted(page())
    free = noise.without_salt(worn)
    paper = cv2.erode(page(), np.ones((5, 5))) > 200
    assert (free[paper] < 150).mean() < 0.1 * (worn[paper] < 150).mean()
    assert (free[page() < 50] < 150).mean() > 0.97


@pytest.mark.parametrize("sigma", [4.0, 20.0])
def test_grain_is_measured_as_its_deviation(sigma):
    grey = np.clip(np.random.default_rng(3).normal(160, sigma, (800, 800)), 0, 255).astype(np.uint8)
    assert noise.grain(grey) == pytest.approx(sigma, rel=0.2)


def test_a_line_of_a_fax_goes_and_the_rule_of_a_table_stays():
    grey = page()
    grey[400:402] = 0
    grey[450:452, 60:840] = 0
    free = noise.without_fax_lines(grey)
    assert free[400:402, :50].min() > 200
    assert free[450:452, 60:840].max() == 0
    assert noise.without_fax_lines(free) is free


def test_bilevel_pages_are_known_and_coarse_ones_made_finer():
    bilevel = np.where(page() < 128, 0, 255).astype(np.uint8)
    assert strokes.is_bilevel(bilevel)
    assert not strokes.is_bilevel(with_dust(page()))
    assert strokes.finer(bilevel, 150).shape == (1800, 1800)
    assert strokes.finer(bilevel, 300) is bilevel


def test_a_threshold_of_its_own_for_every_place_parts_ink_in_light_and_shade():
    shade = np.linspace(0.3, 1.0, 900)[None, :]
    black = strokes.binarised((page(-1) * shade).astype(np.uint8))
    assert set(np.unique(black)) == {0, 255}
    assert (black[70:80, 62:72] == 0).mean() > 0.8
    assert (black[5:50] == 255).mean() > 0.99


def test_strokes_soften():
    grey = page()
    soft = strokes.softened(grey, 2.0)
    assert np.abs(np.diff(soft.astype(int), axis=1)).max() < np.abs(np.diff(grey.astype(int), axis=1)).max()
