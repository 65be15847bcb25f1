"""Black seals and signatures leave the gaps between lines, streaks leave the page; tables and headings stay."""

from __future__ import annotations

import cv2
import numpy as np

from services.evidence.extraction.layout import blots


def page() -> np.ndarray:
    grey = np.full((1600, 1600), 250, np.uint8)
    for top in range(200, 1400, 70):
        for left in range(120, 1480, 44):
            cv2.rectangle(grey, (left, top), (left + 14, top + 30), 15, 3)
    return grey


def gap(grey: np.ndarray, top: int = 942) -> np.ndarray:
    """Rows of the paper between two lines."""
    return grey[top : top + 14]


def test_a_page_without_blots_is_the_page_itself():
    grey = page()
    assert blots.without_blots(grey) is grey
    assert blots.without_streaks(grey) is grey


def test_a_black_seal_leaves_the_gaps_and_the_letters_stay():
    worn = page()
    cv2.circle(worn, (800, 900), 210, 15, 8)
    free = blots.without_blots(worn)
    assert gap(worn).min() < 50
    assert gap(free).min() > 200
    assert (free[page() < 50] < 80).mean() > 0.97


def test_a_grey_seal_leaves_the_lines_too():
    worn = page()
    cv2.circle(worn, (800, 900), 210, 120, 8)
    worn = np.minimum(worn, page())
    free = blots.without_blots(worn)
    ring = np.zeros(worn.shape, np.uint8)
    cv2.circle(ring, (800, 900), 210, 1, 4)
    beside = (ring > 0) & (cv2.erode(page(), np.ones((9, 9))) > 200)
    assert np.median(free[beside]) > 200


def test_a_signature_leaves_the_gaps():
    worn = page()
    turns = np.linspace(0, 10 * np.pi, 400)
    points = np.stack([500 + 14 * turns + 40 * np.cos(turns), 900 + 110 * np.sin(turns)], axis=1)
    cv2.polylines(worn, [points.astype(np.int32)], isClosed=False, color=15, thickness=8)
    free = blots.without_blots(worn)
    assert gap(worn).min() < 50
    assert (gap(free) < 100).sum() < 0.1 * (gap(worn) < 100).sum()


def test_a_frame_and_a_large_heading_stay():
    grey = np.full((1600, 1600), 250, np.uint8)
    cv2.rectangle(grey, (200, 600), (1400, 1000), 15, 4)
    for left in (300, 480, 660, 840):
        cv2.rectangle(grey, (left, 200), (left + 120, 360), 15, 14)
    assert blots.without_blots(grey) is grey


def test_rings_are_found_where_they_are():
    dark = np.zeros((800, 800), np.uint8)
    cv2.circle(dark, (300, 420), 104, 1, 4)
    ((across, down, radius),) = blots.find_rings(dark)
    assert abs(across - 300) <= 5
    assert abs(down - 420) <= 5
    assert abs(radius - 109) <= 6


def test_a_streak_of_the_glass_goes_and_letters_that_it_crosses_stay():
    worn = page()
    worn[:, 720:723] = np.minimum(worn[:, 720:723], 110)
    free = blots.without_streaks(worn)
    assert gap(free)[:, 710:735].min() > 200
    assert (free[page() < 50] < 120).mean() > 0.98


def test_the_rule_of_a_table_is_no_streak():
    grey = page()
    grey[300:1300, 800:803] = 15
    grey[300:303, 200:1400] = 15
    assert blots.without_streaks(grey) is grey
