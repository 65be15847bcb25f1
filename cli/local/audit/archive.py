"""The archive and what was read of it against the evidence log: objects, their locks, texts, page images, and strays."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
import uuid
from typing import NamedTuple

import msgspec

from cli.local.audit.report import Tally
from cli.local.audit.source_logs import SourceLog, source_log
from cli.local.audit.target import UNREADABLE, AuditTarget
from services.evidence.derived_objects import image_key, text_key
from services.evidence.domain.facts import DocumentReceived, DocumentSealed, TextExtracted
from services.evidence.domain.text import images_digest
from services.evidence.errors import DigestMismatch, ObjectMissing
from services.evidence.extraction.protocol import image_files
from services.evidence.ports import ArchivedObject, DerivedObjectMissing
from services.evidence.retention_locker import end_of_day
from shared.eventlog.log import RecordedEvent, microseconds
from shared.eventlog.verify import Unverifiable
from shared.problems import Problem
from shared.vocabulary.ids import BEGINNING, DocumentId, Sha256


class _Kept(NamedTuple):
    """Where a document lies."""

    sha256: Sha256
    version: str


class _Text(NamedTuple):
    """The last text that was read of a document: its name, how many pages it has, and what stands for their images."""

    sha256: Sha256
    pages: int
    images_sha256: Sha256


class _Known:
    """What the log knows: some hundred bytes a document."""

    def __init__(self) -> None:
        self.position = BEGINNING
        self.objects: set[bytes] = set()
        self.documents: dict[bytes, _Kept] = {}
        self.texts: dict[bytes, _Text] = {}

    def learn(self, logged: RecordedEvent) -> None:
        """Take in the next event."""
        self.position = logged.position
        document = logged.entry.originator_id.bytes
        match logged.entry.fact:
            case DocumentReceived() as received:
                self.objects.add(bytes.fromhex(received.sha256))
                self.documents[document] = _Kept(received.sha256, received.version)
            case TextExtracted() as text:
                self.texts[document] = _Text(text.text_sha256, text.pages, text.images_sha256)


def check_archive(target: AuditTarget, tally: Tally, old_us: int) -> None:
    """Check that every document is there, byte for byte and locked, and that nothing is there without an event.

    What was stored before `old_us` has its event. Raises Unverifiable when the archive is away.
    """
    known = _Known()
    with source_log(target, "evidence") as log:
        try:
            for logged in log.after():
                known.learn(logged)
                _check_event(target, logged, known, tally)
            _check_strays(target, log, known, old_us, tally)
            _check_derived(target, log, known, tally)
        except Problem as error:
            raise Unverifiable(error.detail) from error


def _check_event(target: AuditTarget, logged: RecordedEvent, known: _Known, tally: Tally) -> None:
    fact = logged.entry.fact
    archived = known.documents.get(logged.entry.originator_id.bytes)
    if isinstance(fact, DocumentReceived):
        tally.counts["objects"] += 1
        _check_object(target, fact, tally)
    elif isinstance(fact, DocumentSealed) and archived is not None:
        _check_lock(target, archived, end_of_day(fact.retained_until), tally)


def _check_object(target: AuditTarget, received: DocumentReceived, tally: Tally) -> None:
    where = f"archive: {received.sha256} ({received.version})"
    try:
        target.container.archive.open(received.sha256, received.version).close()
    except DigestMismatch:
        tally.find("object-altered", where, "Tài liệu khác mã băm lúc lưu.")
    except ObjectMissing:
        tally.find("object-missing", where, "Tài liệu có biên nhận nhưng không còn trong kho.")


def _check_lock(target: AuditTarget, archived: _Kept, until: dt.datetime, tally: Tally) -> None:
    """Check that an object is locked at least as long as the log says. It was locked before the log said so."""
    where = f"archive: {archived.sha256} ({archived.version})"
    try:
        retained_until = target.container.archive.stat(archived.sha256, archived.version).retained_until
    except ObjectMissing:
        return  # reported already
    except UNREADABLE:
        retained_until = None
    tally.counts["locks"] += 1
    if retained_until is None:
        tally.find("lock-missing", where, "Nhật ký ghi đã khóa giữ nhưng trong kho tài liệu này không khóa.")
    elif retained_until < until:
        detail = f"Nhật ký ghi khóa giữ đến {until.isoformat()}, trong kho chỉ còn đến {retained_until.isoformat()}."
        tally.find("lock-shortened", where, detail)


def _check_derived(target: AuditTarget, log: SourceLog, known: _Known, tally: Tally) -> None:
    """Check texts and page images against their digests. One that is lost is no fault: it can be made again."""
    for document in list(known.texts):
        if _wrong(target, document, known.texts[document], tally) is None:
            continue
        # The document may be in extraction just now: images are stored first, the event follows.
        for logged in log.after(known.position):
            known.learn(logged)
        if target.running:
            time.sleep(_READERS_PAUSE_S)
            for logged in log.after(known.position):
                known.learn(logged)
        wrong = _wrong(target, document, known.texts[document], Tally())
        if wrong is not None:
            tally.find(*wrong)
    for text in known.texts.values():
        tally.counts["images" if text.images_sha256 else "images_not_covered"] += 2 * text.pages
    if tally.counts["images_not_covered"]:
        detail = f"{tally.counts['images_not_covered']} ảnh trang do bản phần mềm cũ tạo không có mã băm trong nhật ký."
        tally.note("image-not-covered", "evidence/derived", detail)


_READERS_PAUSE_S = 2.0


def _wrong(target: AuditTarget, document: bytes, text: _Text, tally: Tally) -> tuple[str, str, str] | None:
    """Return kind, place and words of what is wrong with a document's text or images."""
    name = DocumentId(str(uuid.UUID(bytes=document)))
    where = f"evidence/derived: {name}"
    advice = "Trên trang tài liệu, bấm đọc lại: chữ và ảnh được tạo lại từ bản gốc."
    with contextlib.suppress(DerivedObjectMissing):
        if hashlib.sha256(target.container.derived.get(text_key(name, text.sha256))).hexdigest() != text.sha256:
            return "derived-altered", where, f"Chữ đã đọc khác mã băm trong nhật ký. {advice}"
    if text.images_sha256:
        try:
            files = [
                (file, target.container.derived.get(image_key(name, text.sha256, file))) for file in image_files(text.pages)
            ]
        except DerivedObjectMissing:
            tally.counts["images_lost"] += 1
        else:
            if images_digest(files) != text.images_sha256:
                return "derived-altered", where, f"Ảnh trang khác mã băm trong nhật ký. {advice}"
    return None


def _check_strays(target: AuditTarget, log: SourceLog, known: _Known, old_us: int, tally: Tally) -> None:
    """Look for what a document leaves behind and only an event explains: a locked object, texts and page images."""
    objects = [stored for stored in target.container.archive.inventory() if _hash(stored) not in known.objects]
    documents = [name for name in target.container.derived.documents() if _id(name) not in known.documents]
    for logged in log.after(known.position):  # what came while it was listed
        known.learn(logged)
    for stored in objects:
        if _hash(stored) not in known.objects:
            _check_stray(target, stored, old_us, tally)
    for name in documents:
        if _id(name) not in known.documents:
            detail = "Có chữ đã đọc và ảnh trang của tài liệu này nhưng nhật ký không có sự kiện nào về nó."
            tally.find("derived-without-event", f"evidence/derived: {name}", detail)


def _hash(archived: ArchivedObject) -> bytes:
    try:
        return bytes.fromhex(archived.sha256)
    except ValueError:
        return archived.sha256.encode()


def _id(name: str) -> bytes:
    try:
        return uuid.UUID(name).bytes
    except ValueError:
        return name.encode()


def _check_stray(target: AuditTarget, archived: ArchivedObject, old_us: int, tally: Tally) -> None:
    """Judge an object without an event. An unlocked one is what a crash between object and event leaves: harmless."""
    try:
        locked = target.container.archive.stat(archived.sha256, archived.version).retained_until is not None
    except ObjectMissing:
        return
    where = f"archive: {archived.sha256} ({archived.version or 'latest'})"
    if not locked:
        tally.counts["orphans"] += 1
    elif microseconds(archived.stored_at) >= old_us or _before_restore(target, archived.stored_at):
        tally.note("object-without-event", where, "Tài liệu đã khóa, mới hơn nhật ký: gửi lại tệp này nếu vừa khôi phục.")
    else:
        detail = "Tài liệu đã khóa nhưng nhật ký không có sự kiện nhận nó: nhật ký đã bị cắt hoặc lùi về bản cũ."
        tally.find("object-without-event", where, detail)


class _Restored(msgspec.Struct):
    restored_at: dt.datetime


def _before_restore(target: AuditTarget, stored_at: dt.datetime) -> bool:
    """Say whether a backup was put back after an object was stored: then the log is as old as the backup, and rightly so."""
    try:
        restored = msgspec.json.decode((target.folder.path / "restored.json").read_bytes(), type=_Restored)
    except (OSError, msgspec.MsgspecError):
        return False
    return restored.restored_at.tzinfo is not None and stored_at <= restored.restored_at
