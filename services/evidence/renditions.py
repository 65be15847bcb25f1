"""The searchable PDF/A of a kept paper: made when first asked for, kept in the derived store, made anew where need be.

It is right while it was made of the text that holds now, by this version of the way it is made, and is byte for byte what
was made then. A new reading, a correction, a lost or a damaged file: each ends in a new one, at the next download.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

import msgspec

from services.evidence.application import EvidenceApplication
from services.evidence.derived_objects import rendition_facts_key, rendition_key
from services.evidence.domain.media import Media, download_name
from services.evidence.domain.text import ReadText, encode_text
from services.evidence.errors import NoRendition
from services.evidence.ports import DerivedObjectMissing, DocumentArchive, ExtractionFailed, PdfMaker
from services.evidence.views import DocumentRow
from shared.vocabulary.ids import Sha256

RENDITION_VERSION = 1
"""Raise it when the way in which the PDF is made changes: those that were made before are made anew."""

_CHUNK = 1 << 20


class RenditionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a kept PDF: what it was made of and by, and its own SHA-256 and size."""

    text_sha256: Sha256
    version: int
    sha256: Sha256
    size_bytes: int


class OpenRendition(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF to be sent: its bytes at their start (whoever gets them closes them), SHA-256 and size."""

    file: BinaryIO
    sha256: Sha256
    size_bytes: int


class Renditions:
    """Gives the PDF of a document that was read; without a `maker` only one that is kept already."""

    def __init__(self, application: EvidenceApplication, archive: DocumentArchive, maker: PdfMaker | None) -> None:
        self._application = application
        self._archive = archive
        self._maker = maker

    def pdf(self, row: DocumentRow) -> OpenRendition:
        """Return the document's PDF, kept or made now. Raises NoRendition, Unavailable, and what the archive raises."""
        text = self.text(row)
        text_sha256 = encode_text(text)[1]
        return self._kept(row, text_sha256) or self._made(row, text, text_sha256)

    def text(self, row: DocumentRow) -> ReadText:
        """Return the text that holds now, as people corrected it. Raises NoRendition where there is none."""
        text = self._application.corrected_text(row.document, row.text_sha256) if row.text_sha256 else None
        if text is None:
            raise NoRendition("Chữ của tài liệu này chưa có hoặc đã mất. Đợi đọc xong, hoặc cho đọc lại, rồi tải lại.")
        return text

    def _kept(self, row: DocumentRow, text_sha256: Sha256) -> OpenRendition | None:
        derived = self._application.derived
        try:
            facts = msgspec.json.decode(derived.get(rendition_facts_key(row.document)), type=RenditionFacts)
            if (facts.text_sha256, facts.version) != (text_sha256, RENDITION_VERSION):
                return None
            file = derived.open(rendition_key(row.document))
        except (DerivedObjectMissing, msgspec.DecodeError):
            return None
        if _digest(file) != (facts.sha256, facts.size_bytes):
            file.close()
            return None
        return OpenRendition(file=file, sha256=facts.sha256, size_bytes=facts.size_bytes)

    def _made(self, row: DocumentRow, text: ReadText, text_sha256: Sha256) -> OpenRendition:
        if self._maker is None:
            raise NoRendition("Máy này không dựng bản PDF. Tải bản gốc.")
        with tempfile.TemporaryDirectory(prefix="kiemdinh-pdf-") as name:
            source, made = Path(name) / "source", Path(name) / "made.pdf"
            with self._archive.open(row.sha256, row.version) as original, source.open("wb") as copy:
                shutil.copyfileobj(original, copy, _CHUNK)
            try:
                self._maker.make(source, Media(row.media_type), text, made, title=Path(row.name).stem)
            except ExtractionFailed as failure:
                raise NoRendition("Không dựng được bản PDF của tài liệu này. Tải bản gốc.") from failure
            file = made.open("rb")  # it outlives its name
            try:
                sha256, size = _digest(file)
                facts = RenditionFacts(text_sha256=text_sha256, version=RENDITION_VERSION, sha256=sha256, size_bytes=size)
                # What is known of it comes second: until then the former one does not fit what is known, and is made anew.
                self._application.derived.put_file(rendition_key(row.document), made)
                self._application.derived.put(rendition_facts_key(row.document), msgspec.json.encode(facts))
            except BaseException:
                file.close()
                raise
            return OpenRendition(file=file, sha256=sha256, size_bytes=size)


def pdf_name(row: DocumentRow) -> str:
    """Return the name under which a document's PDF is saved, beside the original in the same folder."""
    return f"{_stem(row)} (tìm được chữ).pdf"


def hocr_name(row: DocumentRow) -> str:
    """Return the name under which a document's hOCR is saved."""
    return f"{_stem(row)}.hocr"


def _stem(row: DocumentRow) -> str:
    return download_name(row.name, row.media_type).rpartition(".")[0]


def _digest(file: BinaryIO) -> tuple[Sha256, int]:
    """Return SHA-256 and size of a file from where it stands, and set it to its start."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return Sha256(digest.hexdigest()), size
