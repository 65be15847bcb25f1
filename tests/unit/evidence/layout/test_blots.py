"""Black seals and signatures leave the gaps between lines, lighter ones the lines too; tables and headings stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.evidence.extraction.layout.cleaning import blots
from tests.unit.evidence.layout.drawn_print import (
    INK,
    PAPER,
    SEAL,
    between_lines,
    printed,
    seal,
    sealed,
    signed,
    star_points,
)


def page() -> np.ndarray:
    grey = np.full((1600, 1600), 250, np.uint8)
    for top in range(200, 1400, 70):
        for left in range(120, 1480, 44):
            cv2.rectangle(grey, (left, top), (left + 14, top + 30), 15, 3)
    return grey


def gap(grey: np.ndarray, top: int = 942) -> np.ndarray:
    """Rows of the paper between two lines."""
    return grey[top : top + 14]


def dark(grey: np.ndarray, limit: int = 120) -> int:
    return int((grey < limit).sum())


def letters_kept(free: np.ndarray, clean: np.ndarray) -> float:
    return float((free[clean < 50] < 120).mean())


def beside_letters(ink: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Where something was drawn and no letter is near."""
    return (ink < 200) & (cv2.erode(clean, np.ones((9, 9))) > 200)


@pytest.mark.parametrize("clean", [page(), printed(), np.full((800, 800), PAPER, np.uint8)], ids=["boxes", "print", "empty"])
def test_a_page_without_blots_is_the_page_itself(clean):
    assert blots.without_blots(clean) is clean


def test_the_page_that_is_given_stays_as_it_was():
    worn = signed(sealed(printed(), star=True))
    before = worn.copy()
    assert blots.without_blots(worn) is not worn
    assert np.array_equal(worn, before)


def test_a_black_seal_leaves_the_gaps_and_the_letters_stay():
    worn = page()
    cv2.circle(worn, (800, 900), 210, 15, 8)
    free = blots.without_blots(worn)
    assert gap(worn).min() < 50
    assert gap(free).min() > 200
    assert (free[page() < 50] < 80).mean() > 0.97


def test_what_a_seal_as_black_as_print_draws_between_the_lines_goes_and_the_lines_stay():
    clean = printed()
    worn = sealed(clean)
    free = blots.without_blots(worn)
    assert dark(between_lines(worn)) > 2000
    assert dark(between_lines(free)) < 0.05 * dark(between_lines(worn))
    assert letters_kept(free, clean) > 0.98


def test_small_letters_between_the_lines_of_a_seal_go_with_it_and_stay_where_there_is_none():
    worn = printed()
    for left in range(700, 900, 20):
        worn[954:964, left : left + 10] = INK
    assert blots.without_blots(worn) is worn
    free = blots.without_blots(sealed(worn))
    assert dark(free[954:964, 690:910]) == 0


def test_a_name_that_stands_wholly_in_a_seal_stays():
    name = np.full((1600, 1600), PAPER, np.uint8)
    name[870:920] = printed("Le Van Mau")[200:250].take(range(-560, 1040), axis=1, mode="wrap")
    assert dark(name[870:920, 650:950]) == dark(name)
    free = blots.without_blots(sealed(name))
    assert letters_kept(free, name) > 0.99
    assert dark(free[960:]) == 0


def test_what_lies_around_a_seal_is_not_touched():
    worn = sealed(printed())
    worn[1480:1484, 300:1300] = INK
    free = blots.without_blots(worn)
    around = np.ones(worn.shape, np.uint8)
    cv2.circle(around, SEAL, 240, 0, -1)
    assert np.array_equal(free[around > 0], worn[around > 0])


def test_a_grey_seal_leaves_the_lines_too():
    worn = page()
    cv2.circle(worn, (800, 900), 210, 120, 8)
    worn = np.minimum(worn, page())
    free = blots.without_blots(worn)
    ring = np.zeros(worn.shape, np.uint8)
    cv2.circle(ring, (800, 900), 210, 1, 4)
    beside = (ring > 0) & (cv2.erode(page(), np.ones((9, 9))) > 200)
    assert np.median(free[beside]) > 200


@pytest.mark.parametrize("ink", [90, 130])
def test_of_a_seal_that_is_lighter_than_print_nothing_stays_and_print_over_it_does(ink):
    clean = printed()
    free = blots.without_blots(sealed(clean, ink=ink, star=True))
    assert free[beside_letters(seal(clean.shape, ink=ink, star=True), clean)].min() > 200
    assert letters_kept(free, clean) > 0.98


def test_the_star_of_a_black_seal_goes_though_lines_run_through_it():
    clean = printed()
    worn = sealed(clean, star=True)
    inside = np.zeros(clean.shape, np.uint8)
    cv2.fillPoly(inside, [star_points()], 1)
    assert dark(worn[inside > 0]) == inside.sum()
    assert dark(blots.without_blots(worn)[inside > 0]) < 0.02 * inside.sum()


def test_letters_beside_the_star_of_a_black_seal_stay():
    clean = printed()
    free = blots.without_blots(sealed(clean, star=True))
    drawn = cv2.erode(seal(clean.shape, star=True), np.ones((9, 9))) < 200
    assert letters_kept(free[~drawn], clean[~drawn]) > 0.995


def test_a_seal_that_reaches_over_the_rim_of_the_page_is_taken_out_as_far_as_it_lies_there():
    clean = printed()
    worn = sealed(clean)
    cut, whole = worn[:, 650:].copy(), clean[:, 650:]
    free = blots.without_blots(cut)
    assert dark(between_lines(free)) < 0.1 * dark(between_lines(cut))
    assert letters_kept(free, whole) > 0.98


def test_a_signature_leaves_the_gaps():
    worn = page()
    turns = np.linspace(0, 10 * np.pi, 400)
    points = np.stack([500 + 14 * turns + 40 * np.cos(turns), 900 + 110 * np.sin(turns)], axis=1)
    cv2.polylines(worn, [points.astype(np.int32)], isClosed=False, color=15, thickness=8)
    free = blots.without_blots(worn)
    assert gap(worn).min() < 50
    assert (gap(free) < 100).sum() < 0.1 * (gap(worn) < 100).sum()


def test_a_seal_and_the_signature_that_is_joined_with_it_leave_the_gaps_both():
    clean = printed()
    worn = signed(sealed(clean))
    free = blots.without_blots(worn)
    assert dark(between_lines(free)) < 0.1 * dark(between_lines(worn))
    assert letters_kept(free, clean) > 0.98


def test_a_grey_signature_leaves_the_lines_too():
    clean = printed()
    pen = np.where(signed(np.full_like(clean, PAPER)) < 100, 130, PAPER).astype(np.uint8)
    free = blots.without_blots(np.minimum(clean, pen))
    assert np.mean(free[beside_letters(pen, clean)] > 200) > 0.97
    assert letters_kept(free, clean) > 0.98


def test_a_frame_and_a_large_heading_stay():
    grey = np.full((1600, 1600), 250, np.uint8)
    cv2.rectangle(grey, (200, 600), (1400, 1000), 15, 4)
    for left in (300, 480, 660, 840):
        cv2.rectangle(grey, (left, 200), (left + 120, 360), 15, 14)
    assert blots.without_blots(grey) is grey


def test_a_page_of_odd_height_and_width_is_cleaned_to_its_last_row():
    clean = printed(high=1601, wide=1599)
    free = blots.without_blots(sealed(clean))
    assert free.shape == clean.shape
    assert letters_kept(free, clean) > 0.98


@pytest.mark.parametrize("ink", [20, 120, 220])
def test_faint_ink_is_ink_and_the_grain_of_paper_is_none(ink):
    grain = np.random.default_rng(5).normal(PAPER - 5, 2, (800, 800))
    grey = np.clip(grain, 0, 255).astype(np.uint8)
    for left in range(100, 700, 40):
        grey[100:700:60, left : left + 12] = grey[101:701:60, left : left + 12] = ink
    found = blots.ink_map(grey)
    assert found[100, 105] == found[161, 345] == 1
    assert found[110:150].sum() == 0


def test_the_darkest_step_that_is_asked_for_is_bounded():
    grey = np.full((400, 400), PAPER, np.uint8)
    grey[100:300:20, 40:360] = 10
    grey[150:156, 40:360] = 195
    assert blots.ink_map(grey)[152, 200] == 0
    assert blots.ink_map(grey, 22.0)[152, 200] == 1
