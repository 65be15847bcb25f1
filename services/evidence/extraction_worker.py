"""Reads what was received: loops that find their work in the log and share it by leases, in one process or many."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from services.evidence import extraction_queue
from services.evidence.application import EvidenceApplication
from services.evidence.derived_objects import image_key
from services.evidence.domain.media import Media
from services.evidence.domain.text import FailureReason, ReadText, decode_text, encode_text, images_digest
from services.evidence.extraction.protocol import TEXT_FILE, image_files
from services.evidence.ports import DocumentArchive, ExtractionFailed, TextExtractor
from services.evidence.preliminary_pages import PreliminaryPages, forget_preliminary_pages
from services.evidence.views import DocumentRow
from shared.identity.call_context import system
from shared.ids import new_id
from shared.logs import Journal
from shared.problems import Problem
from shared.vocabulary.ids import Sha256
from shared.worker import Rhythm, Worker, WorkerHealth

journal = Journal("evidence.reader")

_LEASE = dt.timedelta(minutes=4)
_AGAIN = dt.timedelta(seconds=20)
MOST_ATTEMPTS = 3


class LeaseLost(Exception):
    """Another worker has the document by now: this one was silent for too long."""


class ExtractionWorker(Worker):
    """One worker. A lease that is not renewed runs out, so a dead worker's document is read by another.

    `name` is this worker's alone among those that run; one that is started again under the name of a dead one takes up the
    dead one's document at once instead of waiting for the lease to run out.
    """

    rhythm = Rhythm(idle=0.3)

    def __init__(
        self,
        application: EvidenceApplication,
        archive: DocumentArchive,
        child: TextExtractor,
        *,
        name: str = "",
        most_attempts: int = MOST_ATTEMPTS,
        health: WorkerHealth | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        super().__init__(name or str(new_id()), health, rhythm)
        self._application = application
        self._archive = archive
        self._child = child
        self._most_attempts = most_attempts

    def step(self) -> bool:
        """Read one document; False when none waits. Raises Problem when the archive or a store is away or full."""
        # Looked at first: reading takes minutes, and its result would be refused at the end.
        self._application.room.require()
        row = self._lease()
        if row is None:
            return False
        folder = Path(tempfile.mkdtemp(prefix="kiemdinh-doc-"))
        try:
            self._read(row, folder)
        except ExtractionFailed as failure:
            self._give_up(row, failure.reason, lasting=failure.lasting)
        except LeaseLost:
            journal.warning("lease-lost", document=row.document)
        except Problem as problem:
            if problem.status in {503, 507}:
                self._release(row)
                raise
            # The archive has other bytes than the log says, or none: no reading will mend that.
            journal.error("reading-refused", document=row.document, type=problem.type)
            self._give_up(row, FailureReason.DAMAGED, lasting=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return True

    def _read(self, row: DocumentRow, folder: Path) -> None:
        source = folder / "source"
        with self._archive.open(row.sha256, row.version) as original, source.open("wb") as copy:
            shutil.copyfileobj(original, copy, 1 << 20)
        self._renew(row, 0, row.pages)
        coming = PreliminaryPages(self._application.derived, row.document, folder)

        def progress(read: int, pages: int) -> None:
            if not row.text_sha256:
                # Of a document that is read again the former text is shown until there is the new one.
                coming.keep(pages)
            self._renew(row, read, pages)

        self._child.read(source, Media(row.media_type), folder, progress)
        text = decode_text((folder / TEXT_FILE).read_bytes())
        images = self._keep_images(row, text, folder)
        self._renew(row, len(text.pages), len(text.pages))
        self._application.record_text(
            system("reader"), row.document, text, images_sha256=images, wanted=self._application.settings.pipeline
        )
        journal.info("read", document=row.document, pages=len(text.pages), confidence=text.confidence)
        forget_preliminary_pages(self._application.derived, row.document)

    def _keep_images(self, row: DocumentRow, text: ReadText, folder: Path) -> Sha256:
        """Store images before the fact that says they are there; return the digest that stands for them."""
        sha256 = encode_text(text)[1]
        files = image_files(len(text.pages))
        for file in files:
            self._application.derived.put(image_key(row.document, sha256, file), (folder / file).read_bytes())
        return images_digest((file, (folder / file).read_bytes()) for file in files)

    def begin(self) -> None:
        """Release what an earlier worker of this name held when it died."""
        with self._application.views.writing() as conn:
            left = extraction_queue.release_all(conn, self.name, self._application.clock.now())
        if left:
            journal.info("reading-taken-up", documents=left)

    def _lease(self) -> DocumentRow | None:
        now = self._application.clock.now()
        with self._application.views.reading() as conn:
            if not extraction_queue.has_pending(conn, now):
                return None
        with self._application.views.writing() as conn:
            return extraction_queue.lease(conn, self.name, now, now + _LEASE)

    def _renew(self, row: DocumentRow, read: int, pages: int) -> None:
        until = self._application.clock.now() + _LEASE
        with self._application.views.writing() as conn:
            held = extraction_queue.renew(conn, row.document, self.name, until, read, pages)
        if not held:
            raise LeaseLost

    def _release(self, row: DocumentRow) -> None:
        with self._application.views.writing() as conn:
            extraction_queue.release(conn, row.document, self.name, self._application.clock.now())

    def _give_up(self, row: DocumentRow, reason: FailureReason, *, lasting: bool) -> None:
        with self._application.views.reading() as conn:
            tried = extraction_queue.attempts(conn, row.document)
        journal.warning("reading-failed", document=row.document, reason=reason.value, attempt=tried, lasting=lasting)
        if lasting or tried >= self._most_attempts:
            self._application.fail_reading(system("reader"), row.document, reason)
            forget_preliminary_pages(self._application.derived, row.document)
            return
        with self._application.views.writing() as conn:
            extraction_queue.release(conn, row.document, self.name, self._application.clock.now() + _AGAIN)
