"""What the evidence service needs of the outside: an archive, a derived store, an inspector, an extraction child."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from services.evidence.domain.media import FileFacts, Media
from services.evidence.domain.text import FailureReason, ReadText
from shared.vocabulary.ids import CorrectionId, DocumentId, PaperId, SchoolCode, Sha256


class ObjectFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive says of one version; `retained_until` (aware, UTC) is None while it is not locked."""

    size_bytes: int
    retained_until: dt.datetime | None = None


class ArchivedObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object that lies in the archive; `version` is empty where only the latest one is listed."""

    sha256: Sha256
    version: str
    stored_at: dt.datetime


class ArchiveProbe(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive really does when asked to keep and to lock. `detail` is for the administrator (Vietnamese)."""

    keeps_versions: bool
    enforces_locks: bool
    detail: str


class DocumentArchive(Protocol):
    """Keeps bytes under their SHA-256 and a version id, for ever or as long as they are locked."""

    name: str

    def put(self, spooled: Path, sha256: Sha256) -> str:
        """Store the bytes of a complete file, durably, and return the version id.

        An older version is never changed. Raises StorageFull, ArchiveUnavailable.
        """
        ...

    def open(self, sha256: Sha256, version: str) -> BinaryIO:
        """Return the bytes of a version, at their start, already compared with `sha256`; the caller closes.

        Raises DigestMismatch, ObjectMissing, ArchiveUnavailable.
        """
        ...

    def stat(self, sha256: Sha256, version: str) -> ObjectFacts:
        """Return what is known of a version (of the latest when it is empty). Raises ObjectMissing, ArchiveUnavailable."""
        ...

    def inventory(self) -> Iterator[ArchivedObject]:
        """Yield whatever lies there, whether a log speaks of it or not. Raises ArchiveUnavailable."""
        ...

    def lock(self, sha256: Sha256, version: str, until: dt.datetime) -> None:
        """Forbid change and removal of a version until a moment (aware). Raises RetentionActive when it shortens."""
        ...

    def discard(self, sha256: Sha256, version: str) -> None:
        """Remove a version for good; used for probes and orphans. Raises RetentionActive while it is locked."""
        ...

    def probe(self) -> ArchiveProbe:
        """Try, with bytes of its own, whether versions are kept and locks are enforced."""
        ...


class DerivedObjectMissing(Exception):
    """A derived object is not there (or not whole): it has to be made again."""


class DerivedStore(Protocol):
    """Keeps what can be made again: text objects, page images, thumbnails."""

    def put(self, key: str, data: bytes) -> None:
        """Store bytes under a key ("a/b.webp"); an existing object is replaced. Raises StorageFull, ArchiveUnavailable."""
        ...

    def get(self, key: str) -> bytes:
        """Return the bytes. Raises DerivedObjectMissing, ArchiveUnavailable."""
        ...

    def discard(self, folder: str) -> None:
        """Remove every object whose key begins with these parts ("a" or "a/b"). Raises ArchiveUnavailable."""
        ...

    def put_file(self, key: str, path: Path) -> None:
        """Store a file's bytes as `put` does, without holding them in memory."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return the bytes at their start, without holding them in memory; the caller closes. Raises as `get` does."""
        ...

    def documents(self) -> Iterator[str]:
        """Yield the documents that anything is kept of: the first parts of the keys. Raises ArchiveUnavailable."""
        ...


class PrintedTexts(Protocol):
    """Keeps what was printed, with the names in it, and how signed versions differ: beside the log, and erasable."""

    def keep(self, paper: PaperId, pages: Sequence[str]) -> None:
        """Keep the text of a print, unless one is kept already or was erased."""
        ...

    def pages(self, paper: PaperId) -> tuple[str, ...] | None:
        """Return the text of a print; None when it was erased, or never kept."""
        ...

    def keep_differences(self, paper: PaperId, document: DocumentId, differences: bytes) -> None:
        """Keep how a signed version differs, in place of what was kept before; nothing where the print was erased."""
        ...

    def differences(self, paper: PaperId, document: DocumentId) -> bytes | None:
        """Return how a signed version differs; None when that is not kept."""
        ...

    def erase(self, paper: PaperId) -> None:
        """Forget the text of a print and how its signed versions differ, for good."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class KeptCorrection(msgspec.Struct, frozen=True, kw_only=True):
    """What a person made of a page, as bytes (`services.evidence.domain.corrections.CorrectionContent`), and their salt."""

    salt: bytes
    content: bytes


class CorrectionSource(Protocol):
    """Gives what people made of pages."""

    def of_document(self, document: DocumentId) -> Mapping[CorrectionId, KeptCorrection]:
        """Return all that is kept of a document and was not erased, also what no fact ever named."""
        ...


class CorrectionTexts(CorrectionSource, Protocol):
    """Keeps what people made of pages, with the names in it: beside the log, and erasable."""

    def keep(self, correction: CorrectionId, document: DocumentId, page: int, kept: KeptCorrection) -> None:
        """Keep what a person made of a page, under an id that was never used."""
        ...

    def erase(self, document: DocumentId, page: int) -> int:
        """Forget all that people made of a page, for good; return how often something was forgotten."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class Uploads(Protocol):
    """What is known of uploads under way."""

    def received(self, upload: str) -> int:
        """Return how many bytes of an upload are here."""
        ...

    def active(self, upload: str) -> bool:
        """Say whether somebody is writing it, or did so in the last seconds."""
        ...


class Source(Protocol):
    """Where the bytes of a slice come from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


class LockedUpload(Protocol):
    """An upload that nobody else can touch for the moment."""

    @property
    def path(self) -> Path:
        """Return the file with what came so far."""
        ...

    @property
    def size(self) -> int:
        """Return how many bytes are here."""
        ...

    def append(self, source: Source, length: int) -> int:
        """Append at most `length` bytes; what came is kept, also when the sender stops early. Returns the new size.

        Raises StorageFull; then the slice is taken back, so that the offset before it stands.
        """
        ...

    def digest(self) -> Sha256:
        """Return the SHA-256 of all bytes (hex)."""
        ...

    def open(self) -> BinaryIO:
        """Return the bytes for reading."""
        ...

    def remove(self) -> None:
        """Forget the upload and its bytes."""
        ...

    def finish(self, answer: bytes) -> None:
        """Forget the bytes and remember the answer."""
        ...


class UploadSpool(Uploads, Protocol):
    """Where uploads grow until they are whole."""

    def acquire(self, upload: str) -> AbstractContextManager[LockedUpload]:
        """Hold an upload alone, among all processes. Raises BeingUploaded when somebody else does."""
        ...

    def answer(self, upload: str) -> bytes | None:
        """Return what was answered to a finished upload, if it is still known."""
        ...

    def sweep(self, older_than_s: float) -> int:
        """Remove uploads that nobody went on with, and soon those that hold no byte; return how many."""
        ...


class FileInspector(Protocol):
    """Looks into files with libraries that must not run in a service's own process."""

    def look(self, path: Path, media: Media) -> FileFacts:
        """Return what a file of that kind holds; one over which a library crashes or runs out of time is `Flaw.UNSEEN`.

        Raises Unavailable when nobody can look just now.
        """
        ...


ProgressCallback = Callable[[int, int], None]
"""Called with (pages read, pages in all) as reading goes on."""


class ExtractionFailed(Exception):
    """The child could not read the document."""

    def __init__(self, reason: FailureReason, *, lasting: bool) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.lasting = lasting


class TextExtractor(Protocol):
    """Reads one file into a folder: `text.json`, `page-0001.webp`, `thumb-0001.webp` …

    `words-0001.json` (a `PageReading`) and the images of a page are there, whole, as soon as that page is read: the first
    one is begun first. A page that could not be read has no words and says so among its doubts.
    """

    def read(self, source: Path, media: Media, into: Path, progress: ProgressCallback) -> None:
        """Read the file; `progress` is called at least every minute.

        Raises ExtractionFailed where no page can be read, StorageFull where the folder's disk is full, Unavailable where
        reading is being ended or cannot be begun just now.
        """
        ...


class PageRenderer(Protocol):
    """Makes the image of one page of a file, as it lies there, whether or not the file was read."""

    def view(self, source: Path, media: Media, number: int, into: Path) -> None:
        """Write the page's image and thumbnail into a folder, named as an extraction child names them.

        Raises ExtractionFailed where no image can be made, Unavailable while others are waiting for theirs.
        """
        ...


class PdfMaker(Protocol):
    """Makes the searchable PDF/A of a file and what was read of it."""

    def make(self, source: Path, media: Media, text: ReadText, into: Path, *, title: str) -> None:
        """Write it to a path; the same file, text and title give the same bytes.

        Raises ExtractionFailed where none can be made, Unavailable while others are waiting for theirs.
        """
        ...


class Grantees(Protocol):
    """Those to whom tickets were given."""

    def may_still(self, *, actor: str, sitting: str, operation: str, school: SchoolCode) -> bool:
        """Say whether the actor may still do the operation at the school, in that session; raises Unavailable."""
        ...
