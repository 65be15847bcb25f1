"""What one step finds out about a page reaches the steps behind it: pale ink, dust, rows that were read one by one."""

from __future__ import annotations

import time

import cv2
import msgspec
import numpy as np
from PIL import Image

from services.evidence.extraction.engine import RecognisedPage
from services.evidence.extraction.layout.pipeline import STEPS, LayoutEngine
from services.evidence.extraction.layout.recogniser import PageMode, PixelWord
from tests.unit.evidence.layout.drawn_print import INK, PAPER, between_lines, printed
from tests.unit.evidence.layout.drawn_tables import dots, ruled
from tests.unit.evidence.layout.drawn_tables import word as letters


def word(text: str, left: int, top: int = 200, *, sure: float = 96) -> PixelWord:
    return PixelWord(text=text, confidence=sure, left=left, top=top, right=left + 60, bottom=top + 30)


class Reader:
    """Reads the same words wherever it is asked, and keeps how it was asked."""

    version = "0"

    def __init__(self, *texts: str, sure: float = 96) -> None:
        self.texts, self.sure, self.modes = texts, sure, []

    def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
        self.modes.append(mode)
        return [
            msgspec.structs.replace(word(text, 120 + 80 * n, sure=self.sure), line=n // 8)
            for n, text in enumerate(self.texts)
        ]


class Seen:
    """Keeps the page as each step left it."""

    def __init__(self) -> None:
        self.pages: dict[str, np.ndarray] = {}

    def seen(self, step: str, page: np.ndarray, seconds: float) -> None:
        self.pages[step] = page.copy()


def read(grey: np.ndarray, *steps: str, reader: Reader | None = None) -> tuple[RecognisedPage, dict[str, np.ndarray]]:
    seen = Seen()
    engine = LayoutEngine(reader or Reader(), without=set(STEPS) - set(steps), observer=seen)
    return engine.read(Image.fromarray(grey).convert("RGB"), until=time.monotonic() + 600), seen.pages


def texts(page: RecognisedPage) -> list[str]:
    return [one.text for one in page.words]


def dusted(grey: np.ndarray, ink: int) -> np.ndarray:
    """A page with specks all over its paper."""
    worn, dice = grey.copy(), np.random.default_rng(3)
    for _ in range(400):
        cv2.circle(worn, (int(dice.integers(20, 1580)), int(dice.integers(20, 180))), 2, ink, -1)
    return worn


def test_pale_ink_is_deepened_before_anything_is_read():
    _, pages = read(printed(ink=205), "light")
    assert np.percentile(pages["light"], 2) < 60
    assert between_lines(pages["light"]).min() > 240


def test_of_a_page_with_dark_ink_dust_is_taken_out_and_of_a_pale_one_it_is_left():
    _, dark = read(dusted(printed(), INK), "light", "dust")
    assert (dark["dust"][:190] < 128).sum() < 0.1 * (dark["light"][:190] < 128).sum()
    _, pale = read(dusted(printed(ink=205), 205), "light", "dust")
    assert (pale["dust"][:190] < 128).sum() == (pale["light"][:190] < 128).sum() > 0


def test_signs_that_specks_were_read_as_go_from_a_dusty_page_and_from_no_other():
    reader = Reader("·Nhà", "trường", ".", "họp.", "học.sinh")
    page, _ = read(dusted(printed(), INK), "dust", "text", "tidy", reader=reader)
    assert texts(page) == ["Nhà", "trường", "họp.", "học", "sinh"]
    page, _ = read(printed(), "dust", "text", "tidy", reader=reader)
    assert texts(page) == ["·Nhà", "trường", ".", "họp.", "học.sinh"]


def test_in_the_tables_of_a_dusty_page_numbers_lose_what_specks_were_read_as():
    table = ruled((100, 400, 700, 1000), (300, 380, 460, 540), np.full((1600, 1600), 255, np.uint8))
    for x in (160, 460, 760):
        for y in (325, 405, 485):
            letters(table, x, y, letters=2)

    class Digits(Reader):
        def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
            return [
                PixelWord(text="12'", confidence=96, left=grey.shape[1] - 12, top=10, right=grey.shape[1] - 10, bottom=40)
            ]

    for worn, text in ((table, "12'"), (dusted(table, 60), "12")):
        page, _ = read(worn, "dust", "rules", "tables", "tidy", reader=Digits())
        assert set(texts(page)) == {text}
        assert len(page.tables) == 1


def test_a_page_whose_rows_were_read_one_by_one_is_not_read_whole_again():
    page = np.full((1600, 1600), PAPER, np.uint8)
    for row in range(5):
        letters(page, 120, 200 + 100 * row, letters=8)
        dots(page, 225 + 100 * row, 420, 1200)
        letters(page, 1300, 200 + 100 * row, letters=2)

    def again(*steps: str) -> int:
        reader = Reader("Cong", "hoa", "xa", "hoi", sure=70)
        read(page, *steps, reader=reader)
        return reader.modes.count(PageMode.AUTO)

    assert again("marks", "text", "second") == again("marks", "text")
    assert again("text", "second") > again("text")


def test_two_pages_on_a_sheet_are_kept_one_after_the_other():
    half = printed()[:, :1500]
    page, pages = read(np.hstack([half, half]), "sides", "text", reader=Reader("Nhà", "trường"))
    assert {name for name in pages if name.endswith("-text")} == {"1-text", "2-text"}
    assert [(one.text, one.block, one.left < 500) for one in page.words] == [
        ("Nhà", 0, True),
        ("trường", 0, True),
        ("Nhà", 1, False),
        ("trường", 1, False),
    ]


def test_a_label_is_placed_by_the_leader_behind_it():
    page = np.full((1600, 1600), PAPER, np.uint8)
    letters(page, 120, 500, letters=4)
    dots(page, 525, 260, 1400)

    class Form(Reader):
        def words(self, grey, *, mode=PageMode.AUTO, dpi=300, only=""):
            if mode == PageMode.LINE:
                return [PixelWord(text="Tên", confidence=96, left=20, top=16, right=90, bottom=46)]
            return [word("trên", 900, 300), msgspec.structs.replace(word("dưới", 900, 700), line=1)]

    letters(page, 900, 300, letters=4)
    letters(page, 900, 700, letters=4)
    assert texts(read(page, "marks", "text", reader=Form())[0]) == ["trên", "Tên", "dưới"]
