"""Light, paper and edges: what a step takes away, and that it leaves alone a page that does not need it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.evidence.extraction.layout.cleaning import light


def page(height: int = 800, width: int = 600, *, paper: int = 245, ink: int = 20) -> np.ndarray:
    grey = np.full((height, width), paper, np.uint8)
    for top in range(80, height - 80, 40):
        for left in range(70, width - 80, 22):
            cv2.rectangle(grey, (left, top), (left + 9, top + 14), ink, -1)
    return grey


def in_colour(grey: np.ndarray) -> np.ndarray:
    return np.repeat(grey[..., None], 3, axis=2)


def on_a_desk(corners: list[list[int]], size: tuple[int, int] = (1000, 800)) -> np.ndarray:
    sheet = in_colour(page())
    high, wide = sheet.shape[:2]
    matrix = cv2.getPerspectiveTransform(
        np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32), np.array(corners, np.float32)
    )
    desk = np.full((*size, 3), (90, 70, 50), np.uint8)
    return cv2.warpPerspective(sheet, matrix, size[::-1], dst=desk, borderMode=cv2.BORDER_TRANSPARENT)


def test_a_sheet_on_a_desk_is_found_by_its_corners():
    corners = [[100, 90], [700, 110], [720, 900], [80, 880]]
    found = light.find_sheet(on_a_desk(corners))
    assert found is not None
    assert np.abs(np.array(found.corners) - corners).max() < 12
    assert not found.is_upright


def test_a_sheet_in_shadow_is_found_too():
    photo = on_a_desk([[100, 90], [700, 110], [720, 900], [80, 880]])
    shade = np.linspace(1.0, 0.4, photo.shape[0])[:, None, None]
    assert light.find_sheet((photo * shade).astype(np.uint8)) is not None


def test_a_page_that_fills_its_image_has_no_desk():
    assert light.find_sheet(in_colour(page())) is None


def test_a_sheet_seen_aslant_becomes_a_rectangle_of_a4():
    photo = on_a_desk([[150, 100], [650, 100], [740, 900], [60, 900]])
    found = light.find_sheet(photo)
    assert found is not None
    cut = light.cut_out(photo, found)
    assert cut.shape[0] / cut.shape[1] == pytest.approx(297 / 210, abs=0.01)
    rim = np.concatenate([cut[2], cut[-3], cut[:, 2], cut[:, -3]])
    assert np.median(rim) > 200


def test_a_sheet_that_lies_straight_is_cropped_and_not_warped():
    photo = on_a_desk([[100, 100], [700, 100], [700, 900], [100, 900]])
    found = light.find_sheet(photo)
    assert found is not None
    assert found.is_upright
    cut = light.cut_out(photo, found)
    assert (cut.shape[1], cut.shape[0]) == (pytest.approx(600, abs=14), pytest.approx(800, abs=14))


def test_black_edges_of_a_copy_become_paper():
    grey = page()
    grey[:60] = 10
    grey[:, :40] = 10
    edges = light.black_edges(grey)
    assert edges is not None
    whole = light.without_edges(grey, edges)
    assert whole[:60].min() > 200
    assert np.array_equal(whole[200:700, 100:500], grey[200:700, 100:500])


def test_a_shadow_is_no_black_edge():
    shade = np.linspace(0.15, 1.0, 600)[None, :]
    assert light.black_edges((page() * shade).astype(np.uint8)) is None


def test_a_page_without_edges_has_none():
    assert light.black_edges(page()) is None


def test_uneven_light_is_told_from_even_light_and_divided_out():
    shade = np.linspace(0.4, 1.0, 600)[None, :]
    dim = (page() * shade).astype(np.uint8)
    assert light.is_uneven(light.lighting(dim))
    assert not light.is_uneven(light.lighting(page()))
    even = light.evened(dim, light.lighting(dim))
    paper = even[20:60, 20:580]
    assert paper.min() > 215
    assert even[90, 70:500].min() < 60


def test_faint_ink_becomes_dark_and_paper_white():
    faint = page(paper=245, ink=200)
    level = light.ink_level(faint)
    assert level == pytest.approx(200, abs=2)
    strong = light.stretched(faint, level)
    assert strong.min() < 20
    assert strong[10, 10] == 255


def test_ink_that_pales_by_rows_becomes_as_dark_everywhere():
    pale = page(ink=110)
    pale[400:][pale[400:] < 200] = 205
    even = light.with_even_ink(pale)
    assert even[480:700].min() < 160
    assert even[10, 10] >= 240


@pytest.mark.parametrize("ink", [10, 120], ids=["black", "grey"])
def test_a_page_with_even_ink_stays_the_page_it_was(ink):
    grey = page(ink=ink)
    assert light.with_even_ink(grey) is grey


@pytest.mark.parametrize(("paper", "ink"), [(245, 200), (245, 215), (215, 160)])
def test_a_pale_page_comes_out_dark_on_white(paper, ink):
    pale = page(paper=paper, ink=ink)
    deep = light.deepened(pale)
    assert np.median(deep) == 255
    assert np.median(deep[pale == ink]) < 60
    assert pale.min() == ink


@pytest.mark.parametrize("ink", [10, 120, 170])
def test_a_page_whose_ink_is_not_pale_stays_the_page_it_was(ink):
    grey = page(ink=ink)
    assert light.deepened(grey) is grey


def test_the_grain_of_a_pale_page_is_not_deepened_with_its_ink():
    dice = np.random.default_rng(6)
    pale = np.clip(page(paper=240, ink=190).astype(float) + dice.normal(0, 4, (800, 600)), 0, 255).astype(np.uint8)
    deep = light.deepened(pale)
    assert (deep[:70] > 240).mean() > 0.97
    assert np.median(deep[page() < 50]) < 60


def test_what_shines_through_an_empty_page_is_not_made_ink():
    back = cv2.GaussianBlur(np.fliplr(page()), (0, 0), 1.5).astype(float)
    empty = (245 - 0.09 * (245 - back)).astype(np.uint8)
    assert light.deepened(light.with_even_ink(empty)).min() > 180
