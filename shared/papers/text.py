"""What a paper says in plain words, and its hash: what a scan that comes home is compared with.

The text depends on the words alone, not on fonts, sizes or page breaks; the foot is not part of it, for it tells the hash.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import msgspec

from shared.papers.grid import placed
from shared.papers.model import (
    Addressees,
    AnnexHeading,
    Block,
    Cover,
    Heading,
    Listing,
    Paper,
    PaperSigner,
    Paragraph,
    Signatures,
    Table,
)
from shared.papers.wording import (
    ADDRESSED,
    MOTTO,
    NATION,
    RECIPIENTS,
    addressee_lines,
    capitals_of,
    clean,
    listed,
    number_line,
    place_line,
    recipient_lines,
    words_of,
)
from shared.vocabulary.ids import Sha256

_SPACES = re.compile(r"[^\S\n\t]+")
_HYPHENS = str.maketrans({"\u2011": "-"})


def printed_text(paper: Paper) -> list[str]:
    """Return the words of the heading and of each block that has words, in reading order, in NFC and without the foot.

    Lines of a block are set apart by `\\n`, cells of a row by a tab. Spaces are single, room left to write in is one space,
    and the hyphen that does not break is an ordinary one. Raises ValueError for a paper that is not resolved.
    """
    heading = [] if paper.heading is None else ["\n".join(line for line in _heading(paper.heading) if line)]
    return [text for text in (tidy(text) for text in (*heading, *(_block(block) for block in paper.blocks))) if text]


def text_sha256(paper: Paper) -> Sha256:
    """Return the SHA-256 of the printed text (of its list as JSON): the same for every format of the same paper."""
    return Sha256(hashlib.sha256(msgspec.json.encode(printed_text(paper))).hexdigest())


def heading_titles(heading: Heading) -> list[str]:
    """Return tên loại, trích yếu and thẩm quyền, as far as the heading has them; of a công văn none."""
    if heading.correspondence:
        return []
    titles = [clean(heading.kind_name).upper(), clean(heading.abstract), clean(heading.authority).upper()]
    return [title for title in titles if title]


def correspondence_line(heading: Heading) -> str:
    """Return "V/v …" of a công văn, else nothing."""
    return f"V/v {clean(heading.abstract)}" if heading.correspondence and heading.abstract else ""


def _heading(heading: Heading) -> Iterator[str]:
    yield clean(heading.superior).upper()
    for line in heading.body:
        yield clean(line).upper()
    yield NATION
    yield MOTTO
    yield number_line(heading)
    yield correspondence_line(heading)
    yield place_line(heading.place, heading.dated)
    yield from heading_titles(heading)


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return words_of(block.runs, capitals=capitals_of(block.style))
        case Listing():
            return "\n".join(f"{marker} {words_of(item)}" for marker, item in listed(block))
        case Addressees():
            return "\n".join((ADDRESSED, *(words_of(line) for line in addressee_lines(block))))
        case Table():
            return _table(block)
        case Signatures():
            return "\n".join(_signatures(block))
        case AnnexHeading():
            return "\n".join((clean(block.word), clean(block.name).upper(), words_of(block.reference)))
        case Cover():
            return "\n".join(_cover(block))
        case _:
            return ""


def _table(table: Table) -> str:
    rows = (*table.header, *table.rows)
    grid = placed(table.header, len(table.columns)) + placed(table.rows, len(table.columns))
    return "\n".join(
        "\t".join(words_of(place.cell.runs).replace("\n", " ") for place in places if not place.continued)
        for _, places in zip(rows, grid, strict=True)
    )


def _signatures(block: Signatures) -> Iterator[str]:
    for signer in block.signers:
        yield from (line for line in signer_lines(signer) if line)
    if block.recipients:
        yield RECIPIENTS
        yield from recipient_lines(block.recipients)


def signer_lines(signer: PaperSigner) -> Iterator[str]:
    """The words of one signer, from top to bottom."""
    yield place_line(signer.place, signer.dated)
    for line in signer.authority:
        yield clean(line).upper()
    for line in signer.sheet_title:
        yield clean(line)
    yield clean(signer.note)
    yield words_of(signer.second_office, capitals=True)
    yield words_of(signer.name)


def _cover(cover: Cover) -> Iterator[str]:
    lines = (cover.superior, *cover.body, *cover.title, cover.subtitle)
    yield from (clean(line).upper() for line in lines if line)
    yield from (clean(line) for line in cover.remarks)
    if cover.bottom:
        yield clean(cover.bottom).upper()


def tidy(text: str) -> str:
    """Return words as they are compared: single spaces within each line, none at its ends, ordinary hyphens."""
    lines = (_SPACES.sub(" ", line.translate(_HYPHENS)) for line in text.split("\n"))
    return "\n".join(line.strip(" ") for line in lines).strip("\n")
