"""How the evidence service tells of documents, of words on their pages, of fields and of what a search found."""

from __future__ import annotations

from collections.abc import Sequence

from services.evidence.catalogue import PaperRow
from services.evidence.domain.media import remarks
from services.evidence.domain.search_query import snippet
from services.evidence.domain.text import ReadCell, ReadTable, ReadWord
from services.evidence.search_index import HitRow
from services.evidence.views import DocumentRow, FieldRow
from shared.contracts.calls.evidence import Box, DocumentView, Field, Hit, PageTable, PageTableCell, PaperHit, Word
from shared.vocabulary.ids import EvidenceCode


def document_view(row: DocumentRow, fields: Sequence[FieldRow], *, checkpoint: int) -> DocumentView:
    """Return a document with its fields, without its pages; `checkpoint` covers its receipt."""
    return DocumentView(
        document=row.document,
        school=row.school,
        name=row.name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        media_type=row.media_type,
        received_at=row.received_at,
        position=row.position,
        checkpoint=checkpoint,
        sealed=row.retained_until is not None,
        state=row.state,
        pages_total=row.pages,
        pages_read=row.pages_read,
        confidence=row.confidence,
        failure=row.failure,
        notes=list(row.notes),
        fields=[_field(field) for field in fields],
        title=row.title,
        waiting=row.waiting,
        remarks=remarks(row.name, row.media_type, end_missing=row.end_missing),
    )


def _field(row: FieldRow) -> Field:
    box = Box(left=row.box[0], top=row.box[1], width=row.box[2], height=row.box[3]) if row.box else None
    return Field(name=row.name, value=row.value, confidence=row.confidence, confirmed=row.confirmed, page=row.page, box=box)


def word(word: ReadWord, place: int) -> Word:
    """Return a word of a page; `place` numbers the place of a search that it belongs to, 0 for none."""
    return Word(text=word.text, confidence=word.confidence, box=_box(word), hit=place > 0, place=place)


def tables(words: Sequence[ReadWord], found: Sequence[ReadTable]) -> list[PageTable]:
    """Return the tables of a page in reading order, each with where its words are among those of the page.

    A table without words says nothing; one whose words do not follow each other is left to the running text.
    """
    blocks: dict[int, list[int]] = {}
    for place, read in enumerate(words):
        blocks.setdefault(read.block, []).append(place)
    shown: list[tuple[int, PageTable]] = []
    for table in found:
        cells = [_cell(words, cell, blocks.get(cell.block, [])) for cell in table.cells]
        places = [n for cell in cells for n in range(cell.first_word, cell.first_word + cell.words)]
        if places and len(places) == max(places) - min(places) + 1:
            box = Box(left=table.left, top=table.top, width=table.width, height=table.height)
            ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
            shown.append((min(places), PageTable(box=box, rows=table.rows, columns=table.columns, cells=ordered)))
    return [table for _, table in sorted(shown, key=lambda one: one[0])]


def _cell(words: Sequence[ReadWord], cell: ReadCell, places: Sequence[int]) -> PageTableCell:
    return PageTableCell(
        row=cell.row,
        column=cell.column,
        rows=cell.rows,
        columns=cell.columns,
        text=" ".join(words[n].text for n in places),
        first_word=places[0] if places else 0,
        words=len(places),
    )


def hit(row: HitRow, found: Sequence[tuple[int, ...]], code: EvidenceCode) -> Hit:
    """Return a page that a search found, with the places found on it."""
    words = sorted(word for place in found for word in place)
    return Hit(
        document=row.document,
        school=row.school,
        name=row.name,
        page=row.page.number,
        snippet=snippet(row.page.words, words),
        boxes=[_box(row.page.words[place]) for place in words],
        title=row.title,
        code=code,
        places=len(found),
    )


def paper(row: PaperRow, code: EvidenceCode) -> PaperHit:
    """Return a paper that was found by what it is called."""
    return PaperHit(document=row.document, school=row.school, name=row.name, matched=row.matched, title=row.title, code=code)


def _box(word: ReadWord) -> Box:
    return Box(left=word.left, top=word.top, width=word.width, height=word.height)
