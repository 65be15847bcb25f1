"""What the steps work on: one page on its way from a scan to words, tables and doubts."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import msgspec
import numpy as np

from services.evidence.domain.text import PageKind
from services.evidence.extraction.layout.cleaning.marks import FormMark
from services.evidence.extraction.layout.recogniser import PixelWord
from services.evidence.extraction.layout.tables.grids import Grid
from services.evidence.extraction.pixels import Colour, Grey

_NEGATIVE = 60
_WHITE = 252


class CellOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a table as it was read: its place in the grid, and its words in reading order (page pixels)."""

    row: int
    column: int
    rows: int
    columns: int
    words: list[PixelWord]


class TableOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A ruled table as it was read; its box in pixels."""

    left: int
    top: int
    right: int
    bottom: int
    rows: int
    columns: int
    cells: list[CellOnPage]

    def with_words(self, change: Callable[[list[PixelWord]], list[PixelWord]]) -> TableOnPage:
        """Return the table with the words of each cell changed."""
        cells = [msgspec.structs.replace(cell, words=change(cell.words)) for cell in self.cells]
        return msgspec.structs.replace(self, cells=cells)

    def moved(self, across: int) -> TableOnPage:
        """Return the table on an image of which the present one is a part that begins so many pixels to the right."""
        table = self.with_words(lambda words: [word.moved(across, 0) for word in words])
        return msgspec.structs.replace(table, left=self.left + across, right=self.right + across)


class Sheet(msgspec.Struct, kw_only=True):
    """One page. Steps change it; `grey` is what letters are read from, `raw` the same page without any cleaning.

    `colour`, `raw`, `grey` and `colour_read` (`colour` as far as cleaned) have the same shape and lie the same way: turned
    counter-clockwise by `degrees`, then levelled by `skew`. `letters` is `grey` without rules, once they were looked for.
    """

    colour: Colour
    raw: Grey
    grey: Grey
    colour_read: Colour
    until: float
    degrees: int = 0
    skew: float = 0.0
    letters: Grey | None = None
    ink: Grey | None = None
    """The page's `letter_map`, small and not levelled yet."""

    leaders: list[FormMark] = msgspec.field(default_factory=list)
    grids: list[Grid] = msgspec.field(default_factory=list)
    words: list[PixelWord] = msgspec.field(default_factory=list)
    tables: list[TableOnPage] = msgspec.field(default_factory=list)
    kind: PageKind = PageKind.TEXT
    pale: bool = False
    """Whether its ink was so pale that it was deepened."""

    dusty: bool = False
    form: bool = False
    in_rows: bool = False
    """Whether rows that leaders hold together were put side by side and read one by one."""

    doubts: list[str] = msgspec.field(default_factory=list)
    parts: list[Sheet] = msgspec.field(default_factory=list)
    """The halves of a sheet on which two pages lie side by side; `offsets` tells by how much each lies to the right."""

    offsets: list[int] = msgspec.field(default_factory=list)

    @classmethod
    def of(cls, colour: Colour, until: float) -> Sheet:
        """Return a page as it was scanned (RGB); `until` is when no second look should begin any more (monotonic)."""
        raw = cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)
        if float(np.median(raw[::8, ::8])) < _NEGATIVE:
            # White on black: a negative, or a page that its scanner turned over.
            colour, raw = 255 - colour, 255 - raw
        return cls(colour=colour, raw=raw, grey=raw, colour_read=colour, until=until)

    @property
    def page(self) -> Grey:
        """What running text is read from."""
        return self.grey if self.letters is None else self.letters

    def all_words(self) -> list[PixelWord]:
        """Return the words of running text and of tables."""
        return [*self.words, *(word for table in self.tables for cell in table.cells for word in cell.words)]

    def beside_tables(self, page: Grey) -> Grey:
        """Return a rendering of the page on which there is paper where tables are."""
        if not self.tables:
            return page
        # White beside grey paper would be told from it, and the paper taken for ink.
        paper = int(np.median(page[::8, ::8]))
        page = page.copy()
        for table in self.tables:
            page[max(0, table.top - 3) : table.bottom + 3, max(0, table.left - 3) : table.right + 3] = paper
        return page

    def take(self, letters: Grey) -> None:
        """Take the page without something that was whitened: no whiter than its paper, as white would stand out."""
        paper = int(np.median(self.grey[::8, ::8]))
        self.letters = letters if paper > _WHITE else cv2.min(letters, np.full_like(letters, paper))

    def put(self, colour: Colour) -> None:
        """Take another image of the page: turned, levelled, cut out."""
        self.colour = self.colour_read = colour
        self.raw = self.grey = cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)

    def join(self) -> None:
        """Take over what was read of the halves, their words and tables as they lie on the whole sheet."""
        for part, offset in zip(self.parts, self.offsets, strict=True):
            part.words = [part.turned_back(word).moved(offset, 0) for word in part.words]
            part.tables = [part.table_turned_back(table).moved(offset) for table in part.tables]
            self.doubts += [doubt for doubt in part.doubts if doubt not in self.doubts]
        self.words = [word for part in self.parts for word in part.words]
        self.tables = [table for part in self.parts for table in part.tables]
        self.kind = next((part.kind for part in self.parts if part.kind is not PageKind.TEXT), PageKind.TEXT)

    def turned_back(self, word: PixelWord) -> PixelWord:
        """Return a word as it lies on the page before that was levelled."""
        across, down = self._shift(word.left + word.right, word.top + word.bottom)
        return word.moved(across, down)

    def table_turned_back(self, table: TableOnPage) -> TableOnPage:
        """Return a table as it lies on the page before that was levelled; its sides stay level."""
        across, down = self._shift(table.left + table.right, table.top + table.bottom)
        left, top, right, bottom = table.left + across, table.top + down, table.right + across, table.bottom + down
        table = table.with_words(lambda words: [self.turned_back(word) for word in words])
        return msgspec.structs.replace(table, left=left, top=top, right=right, bottom=bottom)

    def _shift(self, twice_x: int, twice_y: int) -> tuple[int, int]:
        """Return by how much a place (in half pixels) moves across and down when levelling is undone."""
        height, width = self.raw.shape
        x, y = (twice_x - width) / 2, (twice_y - height) / 2
        turn = math.radians(self.skew)
        back = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        return round(back[0] - x), round(back[1] - y)
