"""Round seals are found by their rims, whole or joined with other ink; lines of print and letters are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.evidence.extraction.layout.cleaning import blots
from services.evidence.extraction.layout.cleaning.rings import Ring, arcs, disc, find_rings, star
from tests.unit.evidence.layout.drawn_print import RIM, SEAL, printed, sealed, signed


def empty() -> np.ndarray:
    return np.zeros((800, 800), np.uint8)


def ringed(radius: int = 104, thick: int = 4, middle: tuple[int, int] = (300, 420)) -> np.ndarray:
    dark = empty()
    cv2.circle(dark, middle, radius, 1, thick)
    return dark


def found_on(grey: np.ndarray) -> list[Ring]:
    """The rings of a page of 300 dots an inch."""
    return find_rings(blots.ink_map(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), 22.0))


def holds(ring: Ring, dark: np.ndarray) -> float:
    """Which share of ink lies in a ring."""
    return float(disc(dark, ring)[dark > 0].mean())


@pytest.mark.parametrize("radius", [70, 104, 130])
def test_rings_are_found_where_they_are(radius):
    ((across, down, found),) = find_rings(ringed(radius))
    assert abs(across - 300) <= 5
    assert abs(down - 420) <= 5
    assert radius + 2 <= found <= radius + 9


@pytest.mark.parametrize("inwards", [6, 8, 10])
def test_of_a_double_rim_the_outer_one_is_the_rim(inwards):
    dark = ringed(110, 3)
    cv2.circle(dark, (300, 420), 110 - inwards, 1, 2)
    (ring,) = find_rings(dark)
    assert ring.radius >= 111
    assert holds(ring, dark) > 0.99


def test_two_seals_are_two_and_each_is_found_once():
    dark = ringed(104, middle=(200, 420))
    cv2.circle(dark, (550, 420), 90, 1, 4)
    assert sorted(round(ring.across, -1) for ring in find_rings(dark)) == [200, 550]


def test_a_seal_over_print_is_found_with_its_rim_though_it_is_joined_with_a_signature():
    for worn in (sealed(printed()), signed(sealed(printed()))):
        (ring,) = found_on(worn)
        assert abs(2 * ring.across - SEAL[0]) <= 8
        assert abs(2 * ring.down - SEAL[1]) <= 8
        assert RIM <= 2 * ring.radius <= RIM + 18


def test_half_a_seal_at_the_rim_of_the_page_is_found():
    (ring,) = find_rings(ringed(middle=(60, 420)))
    assert abs(ring.across - 60) <= 5


@pytest.mark.parametrize("size", [30, 40, 60])
def test_print_is_no_seal(size):
    assert found_on(printed(size=size)) == []


def test_nothing_and_a_square_and_half_a_circle_are_no_seals():
    square, half = empty(), empty()
    cv2.rectangle(square, (200, 300), (400, 500), 1, 4)
    cv2.ellipse(half, (300, 420), (104, 104), 0, 0, 180, 1, 4)
    assert [find_rings(dark) for dark in (empty(), square, half)] == [[], [], []]


@pytest.mark.parametrize("apart", [6, 8])
def test_a_hatched_area_covers_every_circle_and_is_no_seal(apart):
    dark = empty()
    for place in range(180, 560, apart):
        cv2.line(dark, (180, place), (560, place), 1, 2)
        cv2.line(dark, (place, 180), (place, 560), 1, 2)
    assert find_rings(dark) == []


def test_a_white_circle_in_a_dark_area_is_no_seal():
    dark = empty()
    dark[200:640, 80:520] = 1
    cv2.circle(dark, (300, 420), 104, 0, 5)
    assert find_rings(dark) == []


def test_small_letters_in_a_circle_make_no_rim():
    dark = empty()
    for turn in np.linspace(0, 2 * np.pi, 40, endpoint=False):
        middle = round(300 + 104 * np.cos(turn)), round(420 + 104 * np.sin(turn))
        cv2.rectangle(dark, (middle[0] - 6, middle[1] - 6), (middle[0] + 6, middle[1] + 6), 1, -1)
    assert find_rings(dark) == []


def test_the_circles_of_a_seal_are_told_from_the_stems_beside_them():
    dark = ringed(104, 3)
    circle = dark.copy()
    for left in (220, 235, 360, 375):
        cv2.rectangle(dark, (left, 410), (left + 3, 429), 1, -1)
    found = arcs(dark, Ring(300, 420, 107))
    assert found[circle > 0].mean() > 0.98
    assert found[(dark > 0) & (cv2.dilate(circle, np.ones((5, 5), np.uint8)) == 0)].mean() < 0.05


def arc(*turns: tuple[int, int]) -> np.ndarray:
    """Parts of a circle, each from one turn to another in degrees."""
    dark = empty()
    for first, last in turns:
        cv2.ellipse(dark, (300, 420), (104, 104), 0, first, last, 1, 3)
    return dark


def test_gaps_in_a_circle_do_not_end_it_and_are_no_part_of_it():
    broken = arc(*((turn, turn + 14) for turn in range(0, 360, 18)))
    found = arcs(broken, Ring(300, 420, 107))
    assert found[broken > 0].mean() > 0.95
    assert found[cv2.dilate(broken, np.ones((5, 5), np.uint8)) == 0].sum() == 0


@pytest.mark.parametrize("first", [-15, 40, 160])
def test_a_short_arc_is_no_circle_and_a_longer_one_is_wherever_it_begins(first):
    assert arcs(arc((first, first + 12)), Ring(300, 420, 107)).sum() == 0
    assert arcs(arc((first, first + 30)), Ring(300, 420, 107)).sum() > 100


def test_of_a_seal_over_the_rim_of_the_page_its_circles_are_told_where_they_lie():
    dark = ringed(middle=(60, 740))
    found = arcs(dark, Ring(60, 740, 107))
    assert found.shape == dark.shape
    assert found[dark > 0].mean() > 0.95


def test_the_star_is_told_with_its_points_and_letters_are_no_star():
    solid, letters = ringed(), ringed()
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    far = np.where(np.arange(10) % 2, 14, 35)
    points = np.stack([300 + far * np.cos(turns), 420 + far * np.sin(turns)], axis=1).astype(np.int32)
    cv2.fillPoly(solid, [points], 1)
    cv2.putText(letters, "abc", (260, 430), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1, 3)
    found = star(solid, Ring(300, 420, 107))
    assert found[385:456, 265:336].sum() > 0.95 * solid[385:456, 265:336].sum()
    assert found[ringed() > 0].sum() == 0
    assert star(letters, Ring(300, 420, 107)).sum() == 0


def test_the_area_of_a_seal_ends_with_its_radius():
    area = disc(empty(), Ring(300, 420, 50))
    assert area[420, 350] == area[370, 300] == 1
    assert area[420, 352] == area[384, 264] == 0
