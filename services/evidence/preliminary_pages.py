"""Pages of a paper that is still being read: kept as they come, so that page 1 is seen before the last one is read.

They lie beside the texts of their document, under a name that is no SHA-256: nobody vouches for them, they are neither
searched nor suggested from, and they go when the whole text is there.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from services.evidence.derived_objects import image_key
from services.evidence.domain.text import ReadPage
from services.evidence.extraction.protocol import PageReading, page_file, reading_file, thumbnail_file
from services.evidence.ports import DerivedObjectMissing, DerivedStore
from shared.logs import Journal
from shared.problems import Problem
from shared.vocabulary.ids import DocumentId

journal = Journal("evidence.reader")

WHILE_READING = "dang-doc"
"""Stands where the SHA-256 of a text stands in the keys of objects that belong to one."""


def preliminary_page(derived: DerivedStore, document: DocumentId, number: int) -> ReadPage | None:
    """Return a page that was read of a document that is not read whole; None where it is still to come."""
    try:
        kept = derived.get(image_key(document, WHILE_READING, reading_file(number)))
        return msgspec.json.decode(kept, type=PageReading).page
    except (DerivedObjectMissing, msgspec.DecodeError):
        return None


def preliminary_image(derived: DerivedStore, document: DocumentId, file: str) -> bytes | None:
    """Return the image or thumbnail of such a page, turned and levelled as its words were read."""
    try:
        return derived.get(image_key(document, WHILE_READING, file))
    except DerivedObjectMissing:
        return None


def forget_preliminary_pages(derived: DerivedStore, document: DocumentId) -> None:
    """Remove what was kept while a document was read; where that fails it lies on, and is shown to nobody."""
    try:
        derived.discard(f"{document}/{WHILE_READING}")
    except Problem as problem:
        journal.warning("preliminary-pages-left", document=document, type=problem.type)


class PreliminaryPages:
    """Keeps what a reading writes into its folder, page by page."""

    def __init__(self, derived: DerivedStore, document: DocumentId, folder: Path) -> None:
        self._derived = derived
        self._document = document
        self._folder = folder
        self._kept: set[int] = set()

    def keep(self, pages: int) -> None:
        """Keep the pages that are new in the folder, of a document of so many pages; with one page there is no before."""
        if pages < 2:
            return
        try:
            for number in range(1, pages + 1):
                if number not in self._kept and (self._folder / reading_file(number)).is_file():
                    self._keep(number)
        except Problem as problem:
            # Reading goes on: what is kept at its end is what counts.
            journal.warning("preliminary-page-not-kept", document=self._document, type=problem.type)

    def _keep(self, number: int) -> None:
        # The words last: where they are, there is an image.
        for name in (page_file, thumbnail_file, reading_file):
            data = (self._folder / name(number)).read_bytes()
            self._derived.put(image_key(self._document, WHILE_READING, name(number)), data)
        self._kept.add(number)
