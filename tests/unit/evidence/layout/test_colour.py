"""Seals and pens leave a page, and the black under them stays black."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.evidence.extraction.layout.cleaning import colour

RED, DULL, BLUE = (215, 40, 45), (140, 70, 95), (60, 70, 190)


def page() -> np.ndarray:
    rgb = np.full((900, 900, 3), 250, np.uint8)
    for top in range(60, 840, 40):
        for left in range(60, 840, 24):
            cv2.rectangle(rgb, (left, top), (left + 10, top + 15), (15, 15, 15), -1)
    return rgb


def sealed(rgb: np.ndarray, ink: tuple[int, int, int]) -> np.ndarray:
    seal = np.full_like(rgb, 255)
    cv2.circle(seal, (450, 450), 180, ink, 12)
    cv2.circle(seal, (450, 450), 60, ink, -1)
    return (rgb.astype(np.float32) * seal / 255).astype(np.uint8)


def grey_of(rgb: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)


@pytest.mark.parametrize("ink", [RED, DULL, BLUE], ids=["red", "dull", "blue"])
def test_a_seal_goes_and_the_print_under_it_stays(ink):
    clean, worn = page(), sealed(page(), ink)
    inks = colour.find_inks(worn)
    assert inks is not None
    free = colour.without_inks(worn, grey_of(worn), inks)
    black = grey_of(clean) < 60
    under = np.zeros(black.shape, np.uint8)
    cv2.circle(under, (450, 450), 55, 1, -1)
    assert free[black & (under > 0)].max() < 90
    assert free[~cv2.dilate(black.astype(np.uint8), np.ones((5, 5))).astype(bool) & (under > 0)].min() > 190


def test_every_place_outside_a_seal_is_as_it_was():
    worn = sealed(page(), RED)
    inks = colour.find_inks(worn)
    assert inks is not None
    free = colour.without_inks(worn, grey_of(worn), inks)
    assert np.array_equal(free[:200], grey_of(worn)[:200])


def test_a_grey_page_has_no_inks():
    assert colour.find_inks(page()) is None


def test_what_is_printed_in_colour_is_print_and_no_seal():
    rgb = page()
    rgb[(rgb < 60).all(axis=2)] = BLUE
    cv2.rectangle(rgb, (100, 300), (110, 480), BLUE, -1)
    assert colour.find_inks(rgb) is None


def test_fringes_of_letters_are_no_coloured_ink():
    rgb = page()
    rgb[..., 0] = np.roll(rgb[..., 0], 1, axis=1)
    assert colour.find_inks(rgb) is None


def test_without_a_direction_nothing_is_taken_out():
    inks = colour.Inks(places=np.ones((225, 225), np.uint8), directions=np.zeros((0, 3), np.float32))
    grey = grey_of(page())
    assert colour.without_inks(page(), grey, inks) is grey
