"""Page images of papers that are not read yet: made from the original when asked for, until reading makes better ones."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from services.evidence.application import EvidenceApplication
from services.evidence.derived_objects import image_key
from services.evidence.domain.media import Media
from services.evidence.errors import NoSuchPage
from services.evidence.extraction.protocol import page_file, thumbnail_file
from services.evidence.ports import DerivedObjectMissing, DocumentArchive, ExtractionFailed, PageRenderer
from services.evidence.preliminary_pages import preliminary_image
from services.evidence.views import DocumentRow

BEFORE = "truoc-khi-doc"
"""Stands where the SHA-256 of a text stands in the keys of images that belong to one."""


class PagePreviews:
    """Gives page images before there is a text: page 1 of a hundred can be looked at at once, and so can page 88."""

    def __init__(self, application: EvidenceApplication, archive: DocumentArchive, viewer: PageRenderer) -> None:
        self._application = application
        self._archive = archive
        self._viewer = viewer

    def image(self, row: DocumentRow, file: str, number: int) -> bytes:
        """Return an image of a page: as it was read, if it is by now, else as it lies, made now where it never was.

        Raises NoSuchPage, Unavailable.
        """
        read = preliminary_image(self._application.derived, row.document, file)
        if read is not None:
            return read
        try:
            return self._application.derived.get(image_key(row.document, BEFORE, file))
        except DerivedObjectMissing:
            return self._make(row, file, number)

    def _make(self, row: DocumentRow, file: str, number: int) -> bytes:
        with tempfile.TemporaryDirectory(prefix="kiemdinh-xem-") as name:
            folder = Path(name)
            source = folder / "source"
            with self._archive.open(row.sha256, row.version) as original, source.open("wb") as copy:
                shutil.copyfileobj(original, copy, 1 << 20)
            try:
                self._viewer.view(source, Media(row.media_type), number, folder)
            except ExtractionFailed as failure:
                raise NoSuchPage("Không dựng được ảnh trang này. Mở bản gốc để xem.") from failure
            for image_file in (page_file(number), thumbnail_file(number)):
                self._application.derived.put(
                    image_key(row.document, BEFORE, image_file), (folder / image_file).read_bytes()
                )
            return (folder / file).read_bytes()
