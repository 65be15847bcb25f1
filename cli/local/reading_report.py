"""What `kiemdinh read` tells of a file: pages with words in pixels, fields, the gate; as data, or in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from services.evidence.adapters.file_reading import FileReading, PageSize
from services.evidence.domain.fields import propose
from services.evidence.domain.text import PageDoubt, ReadingNote, ReadPage, ReadTable, page_text
from services.portal.reading_messages import FIELD_NAMES, page_doubt, reading_note
from shared.text import UnreadableDate, parse_date

MISNAMED, END_MISSING = "ten-tep", "cuoi-tep"
_ISSUER, _DATE = "co_quan", "ngay_ban_hanh"
_SAID_AS = {_ISSUER: "co_quan_ban_hanh"}
"""Names of fields that the log and forms use, and what programs are told instead."""


def file_report(reading: FileReading) -> dict[str, Any]:
    """Return what was read as JSON types; see docs/reference/read.md for what each key means."""
    text = reading.text
    return {
        "pages": [_page(page, size) for page, size in zip(text.pages, reading.sizes, strict=True)],
        "fields": {name: {"value": value, "confidence": sure} for name, value, sure in _fields(reading)},
        "gate": list(gate(reading)),
        "pipeline": text.pipeline,
        "engine": text.engine,
        "engine_version": text.engine_version,
        "language": text.language,
        "codes": [{"page": code.page, "text": code.text} for code in text.codes],
    }


def gate(reading: FileReading) -> Iterator[dict[str, Any]]:
    """Yield what each check of a reading found: of its pages, then of the file."""
    for doubt in PageDoubt:
        pages = [page.number for page in reading.text.pages if doubt.value in page.doubts]
        yield _check(doubt.value, not pages, page_doubt(doubt.value, pages))
    for note in ReadingNote:
        noted = note.value in reading.text.notes
        yield _check(note.value, not noted, reading_note(note.value) if noted else "Tệp không phải biểu mẫu XFA động.")
    yield _check(MISNAMED, not reading.misnamed, reading.misnamed or "Đuôi tên tệp đúng với nội dung.")
    yield _check(END_MISSING, not reading.end_missing, reading.end_missing or "Tệp còn nguyên đến cuối.")


def field_lines(reading: FileReading) -> list[str]:
    """Return the fields that were found, a sentence each."""
    labels = {_SAID_AS.get(name, name): label for name, label in FIELD_NAMES.items()}
    return [f"{labels.get(name, name)}: {value} ({sure}%)" for name, value, sure in _fields(reading)]


def _check(name: str, ok: bool, message: str) -> dict[str, Any]:  # a value, not a switch
    return {"id": name, "ok": ok, "message": message}


def _fields(reading: FileReading) -> Iterator[tuple[str, str, int]]:
    for field in propose(reading.text):
        value = _iso(field.value) if field.name == _DATE else field.value
        yield _SAID_AS.get(field.name, field.name), value, field.confidence


def _iso(date: str) -> str:
    try:
        return parse_date(date).isoformat()
    except UnreadableDate:
        return date


def _page(page: ReadPage, size: PageSize) -> dict[str, Any]:
    in_pixels = _scale(size)
    return {
        "number": page.number,
        "rotation": page.turned,
        "skew": page.skew,
        "confidence": page.confidence,
        "text": page.text,
        "words": [
            {
                "text": word.text,
                "box": in_pixels(word.left, word.top, word.width, word.height),
                "confidence": word.confidence,
            }
            for word in page.words
        ],
        "width": size.width,
        "height": size.height,
        "kind": page.kind,
        "tables": [_table(page, table, in_pixels) for table in page.tables],
    }


_Pixels = Callable[[int, int, int, int], list[int]]


def _scale(size: PageSize) -> _Pixels:
    def in_pixels(left: int, top: int, width: int, height: int) -> list[int]:
        """Return left, top, right and bottom of a box whose place and size are thousandths of the page."""
        across, down = size.width / 1000, size.height / 1000
        return [round(left * across), round(top * down), round((left + width) * across), round((top + height) * down)]

    return in_pixels


def _table(page: ReadPage, table: ReadTable, in_pixels: _Pixels) -> dict[str, Any]:
    words = {block: [word for word in page.words if word.block == block] for block in {cell.block for cell in table.cells}}
    return {
        "box": in_pixels(table.left, table.top, table.width, table.height),
        "rows": table.rows,
        "columns": table.columns,
        "cells": [
            {
                "row": cell.row,
                "column": cell.column,
                "rows": cell.rows,
                "columns": cell.columns,
                "text": page_text(words[cell.block]).replace("\n", " "),
            }
            for cell in table.cells
        ],
    }
