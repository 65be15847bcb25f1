"""What the steps work on: one page on its way from a scan to words, tables and doubts."""

from __future__ import annotations

from typing import Any

import msgspec

from services.evidence.domain.text import PageKind
from services.evidence.extraction.layout.recogniser import Grey, PixelWord

Colour = Any
"""A page in colour: an array of rows, columns and three bytes (red, green, blue)."""


class TableCell(msgspec.Struct, frozen=True, kw_only=True):
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
    cells: list[TableCell]


class Sheet(msgspec.Struct, kw_only=True):
    """One page. Steps change it; `grey` is what letters are read from, `raw` the same page without any cleaning.

    `colour`, `grey` and `raw` have the same shape and lie the same way: turned by `degrees` and levelled by `skew`.
    `clean` says that cleaning left the page as it was, so that reading `grey` is reading `raw`.
    """

    colour: Colour
    raw: Grey
    grey: Grey
    until: float
    degrees: int = 0
    skew: float = 0.0
    clean: bool = True
    blank: bool = False
    letters: Grey | None = None
    """The page without rules, leaders, boxes and tables: what running text is read from; None: `grey` serves."""

    words: list[PixelWord] = msgspec.field(default_factory=list)
    tables: list[TableOnPage] = msgspec.field(default_factory=list)
    kind: PageKind = PageKind.TEXT
    doubts: list[str] = msgspec.field(default_factory=list)
    parts: list[Sheet] = msgspec.field(default_factory=list)
    """The halves of a sheet on which two pages lie side by side, each with its place in `offsets`."""

    offsets: list[int] = msgspec.field(default_factory=list)
