"""The archive against the evidence log: every object that the log speaks of, and objects that it should speak of."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from deploy.audit.report import Tally
from deploy.audit.scene import Scene
from deploy.audit.sources import SourceLog, source_log
from services.evidence.domain.facts import DocumentReceived
from services.evidence.errors import ObjectMissing, Tampered
from services.evidence.ports import Kept
from shared.eventlog.log import Logged, microseconds
from shared.eventlog.verify import CannotTell
from shared.problems import Problem


class _Known:
    """What the log knows, small enough for a million documents: hashes and ids as bytes."""

    def __init__(self) -> None:
        self.position = 0
        self.objects: set[bytes] = set()
        self.documents: set[bytes] = set()

    def learn(self, logged: Logged) -> DocumentReceived | None:
        """Take in the next event; return it when it is a document's arrival."""
        self.position = logged.position
        fact = logged.entry.fact
        if not isinstance(fact, DocumentReceived):
            return None
        self.objects.add(bytes.fromhex(fact.sha256))
        self.documents.add(logged.entry.originator_id.bytes)
        return fact


def check_archive(scene: Scene, tally: Tally, old_us: int) -> None:
    """Check that every document that was received is there, byte for byte, and that nothing is there without an event.

    What was stored before `old_us` has its event. Raises CannotTell when the archive is away.
    """
    known = _Known()
    with source_log(scene, "evidence") as log:
        for logged in log.after():
            received = known.learn(logged)
            if received is not None:
                tally.counts["objects"] += 1
                _check_object(scene, received, tally)
        try:
            _check_strays(scene, log, known, old_us, tally)
        except Problem as error:
            raise CannotTell(error.detail) from error


def _check_object(scene: Scene, received: DocumentReceived, tally: Tally) -> None:
    where = f"archive: {received.sha256} ({received.version})"
    try:
        scene.parts.archive.open(received.sha256, received.version).close()
    except Tampered:
        tally.find("object-altered", where, "Tài liệu khác mã băm lúc lưu.")
    except ObjectMissing:
        tally.find("object-missing", where, "Tài liệu có biên nhận nhưng không còn trong kho.")
    except Problem as error:
        raise CannotTell(error.detail) from error


def _check_strays(scene: Scene, log: SourceLog, known: _Known, old_us: int, tally: Tally) -> None:
    """Look for what a document leaves behind and only an event explains: a locked object, texts and page images."""
    objects = [kept for kept in scene.parts.archive.inventory() if _hash(kept) not in known.objects]
    documents = [name for name in scene.parts.derived.documents() if _id(name) not in known.documents]
    for logged in log.after(known.position):  # what came while it was listed
        known.learn(logged)
    for kept in objects:
        if _hash(kept) not in known.objects:
            _check_stray(scene, kept, old_us, tally)
    for name in documents:
        if _id(name) not in known.documents:
            detail = "Có chữ đã đọc và ảnh trang của tài liệu này nhưng nhật ký không có sự kiện nào về nó."
            tally.find("derived-without-event", f"evidence/derived: {name}", detail)


def _hash(kept: Kept) -> bytes:
    try:
        return bytes.fromhex(kept.sha256)
    except ValueError:
        return kept.sha256.encode()


def _id(name: str) -> bytes:
    try:
        return uuid.UUID(name).bytes
    except ValueError:
        return name.encode()


def _check_stray(scene: Scene, kept: Kept, old_us: int, tally: Tally) -> None:
    """Judge an object without an event. An unlocked one is what a crash between object and event leaves: harmless."""
    try:
        locked = scene.parts.archive.stat(kept.sha256, kept.version).retained_until is not None
    except ObjectMissing:
        return
    where = f"archive: {kept.sha256} ({kept.version or 'latest'})"
    if not locked:
        tally.counts["orphans"] += 1
    elif microseconds(kept.stored_at) >= old_us or _before_restore(scene, kept.stored_at):
        tally.note("object-without-event", where, "Tài liệu đã khóa, mới hơn nhật ký: gửi lại tệp này nếu vừa khôi phục.")
    else:
        detail = "Tài liệu đã khóa nhưng nhật ký không có sự kiện nhận nó: nhật ký đã bị cắt hoặc lùi về bản cũ."
        tally.find("object-without-event", where, detail)


class _Restored(msgspec.Struct):
    restored_at: dt.datetime


def _before_restore(scene: Scene, stored_at: dt.datetime) -> bool:
    """Say whether a backup was put back after an object was stored: then the log is as old as the backup, and rightly so."""
    try:
        told = msgspec.json.decode((scene.folder.path / "restored.json").read_bytes(), type=_Restored)
    except (OSError, msgspec.MsgspecError):
        return False
    return told.restored_at.tzinfo is not None and stored_at <= told.restored_at
