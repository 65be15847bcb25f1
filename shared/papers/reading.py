"""Reads a .docx or .xlsx that was printed here, filled in or edited by somebody, and came back.

What it says is read, never run: see `shared.papers.office_file` for what a hostile file cannot do. Processor time only, a
few seconds at most: call it in a thread of the operating system.
"""

from __future__ import annotations

from shared.papers.code import find_paper_id, is_paper_id
from shared.papers.filled import FilledBlock, FilledPaper, FilledParagraph
from shared.papers.office_file import OfficeFile, broken, too_large
from shared.papers.reading_docx import BODY, docx_blocks, paper_in_feet
from shared.papers.reading_xlsx import BOOK, read_sheets

MOST_LETTERS = 2_000_000
"""More than any report has: a page of A4 holds some 3,000 letters."""

_PROPERTIES = "docProps/core.xml"


def read_office(data: bytes) -> FilledPaper:
    """Return what a file says and which paper its foot names.

    The properties of the file name the paper where its foot was taken out. Raises UnreadableOfficeFile for what is no
    .docx or .xlsx, OfficeFileTooLarge for what unpacks to more than a paper holds.
    """
    file = OfficeFile(data)
    blocks: tuple[FilledBlock, ...]
    if BODY in file.names:
        blocks, paper, sheet = docx_blocks(file), paper_in_feet(file), False
    elif BOOK in file.names:
        read = read_sheets(file)
        blocks, paper, sheet = read.tables, read.paper, True
    else:
        raise broken()
    if sum(map(_letters, blocks)) > MOST_LETTERS:
        raise too_large()
    return FilledPaper(paper=paper or _in_properties(file), sheet=sheet, blocks=blocks)


def _letters(block: FilledBlock) -> int:
    if isinstance(block, FilledParagraph):
        return len(block.text)
    return sum(len(cell.text) + 1 for row in block.rows for cell in row.cells)


def _in_properties(file: OfficeFile) -> str:
    root = file.tree(_PROPERTIES)
    named = "" if root is None else (root.findtext("dc-identifier") or "").strip()
    return named if is_paper_id(named) else find_paper_id(named)
