"""What a paper says that was printed, filled in or edited in Word or Excel, and came back: plain data, not yet compared."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class FilledParagraph(msgspec.Struct, frozen=True, tag="paragraph", tag_field="type"):
    """One paragraph with words in it; its lines are set apart by `\\n`."""

    text: str


class FilledCell(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cell: its paragraphs as lines, the column of the grid where it begins (from 0), how many columns it takes."""

    text: str
    column: int
    span: int = 1


class FilledRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row without the places that a cell further up or to the left covers; a header row names the columns."""

    cells: tuple[FilledCell, ...]
    header: bool = False


class FilledTable(msgspec.Struct, frozen=True, tag="table", tag_field="type"):
    """A table of a document, or all rows with words of a worksheet."""

    rows: tuple[FilledRow, ...]


FilledBlock: TypeAlias = FilledParagraph | FilledTable


class FilledPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came back. `paper` is the id that its foot names, '' for none; `sheet`: it is a workbook, so it has the
    tables of the paper and not all of it. The foot and the heads of pages are no part of the blocks.

    Texts are in NFC, with single spaces and ordinary hyphens, as `shared.papers.text.printed_text` gives them.
    """

    paper: str
    sheet: bool
    blocks: tuple[FilledBlock, ...]
