"""Installations for the auditor's tests: an embedded folder with events in every log, at rest; hands that tamper with it."""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import functools
import hashlib
import io
import shutil
import sqlite3
import struct
import tempfile
import time
import uuid
import zlib
from pathlib import Path

from cli.local.audit import AuditReport, verify_folder
from deploy.compose.addresses import embedded_addresses
from deploy.compose.container import SOURCES, Container
from deploy.compose.prepare import prepare
from deploy.installation.data_folder import LOGGED, DataFolder
from deploy.installation.settings import Profile
from services.evidence.domain.text import ReadPage, ReadText, ReadWord
from services.evidence.extraction.protocol import page_file, thumbnail_file
from services.evidence.extraction_worker import ExtractionWorker
from services.evidence.ingest import Upload
from services.evidence.retention_locker import RetentionLocker
from services.notification.webhook_store import Webhook
from shared.clock import FixedClock, vietnam_date
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.contracts.calls.identity import (
    GrantRequest,
    Invite,
    SchoolEntry,  # noqa: F401 - for those who use this kit
)
from shared.identity.call_context import CallContext, Grant, system
from shared.tlog.leaf import leaf_hash
from shared.vocabulary.roles import Role, ScopeKind


def container_of(folder: DataFolder) -> Container:
    """The parts of an embedded installation."""
    return Container(folder, folder.settings(), embedded_addresses(folder, host="", port=0, public_url=""))


def container_later(folder: DataFolder) -> Container:
    """The parts of a busy folder, at the time when something happened there last."""
    container = container_of(folder)
    container.clock = FixedClock(dt.datetime.now(dt.UTC) + LATER)
    return container


LATER = dt.timedelta(hours=2)


def new_folder(path: Path) -> DataFolder:
    """A folder that was prepared and holds nothing but the owner's account."""
    folder = DataFolder.open(path, Profile.EMBEDDED)
    (folder.run / "owner.token").write_text("kd_test\n")
    container = container_of(folder)
    prepare(container)
    container.close()
    return folder


def application(container: Container, source: str):
    """The application that keeps a log."""
    return getattr(container, source)


def relay_everything(container: Container) -> None:
    """Hand every event of every log to everybody who listens, as relay and consumers do, and note how far it came."""
    from services.identity.directory import DirectoryInbox

    inboxes = [
        container.evidence,
        container.assessment,
        container.inspection,
        container.notification,
        DirectoryInbox(container.identity.directory),
    ]
    moved = True
    while moved:
        moved = False
        for source in SOURCES:
            app = application(container, source)
            container.progress.save(source, app.log.head())
            for inbox in inboxes:
                if source not in inbox.sources:
                    continue
                for logged in app.log.read(inbox.received_position(source), 10_000):
                    inbox.receive(app.published(logged))
                    moved = True


def sign_everything(container: Container) -> None:
    """Sign every log that has events."""
    for source in (*SOURCES, "notification"):
        app = application(container, source)
        if app.log.head():
            app.log.sign_checkpoint(container.signer(source))


def kinds(folder: DataFolder, **asked) -> set[str]:
    """What the auditor finds."""
    return {finding.kind for finding in verified(folder, **asked).findings}


def verified(folder: DataFolder, **asked) -> AuditReport:
    """The auditor's verdict, which never contradicts itself."""
    report = verify_folder(folder, **asked)
    assert report.sound == (not report.findings)
    return report


GUARDED = ("stored_events", "log_leaves", "log_checkpoints")


def tamper(folder: DataFolder, service: str, *statements: str) -> None:
    """Change a SQLite log as somebody with the file can: guards taken off, put back to the letter afterwards."""
    with contextlib.closing(sqlite3.connect(folder.path / service / "log.sqlite", isolation_level=None)) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        for _, sql in guards:
            db.execute(sql)


def change(file: Path, *statements: str) -> None:
    """Change any SQLite file."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as db:
        for statement in statements:
            assert db.execute(statement).rowcount != 0, f"changed nothing: {statement}"


EVERYBODY = CallContext(
    actor="account-1",
    grants=tuple(
        Grant(role=role, scope_kind=ScopeKind.INSTALLATION)
        for role in (Role.ADMINISTRATOR, Role.HEAD, Role.CLERK, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER)
    ),
)


def png(shade: int) -> bytes:
    """A small grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade]) * 64) * 64
    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def hand_in(container: Container, shade: int) -> str:
    """Hand in a scan, read and locked; return the document."""
    upload = Upload(upload=str(uuid.uuid4()), school="TH-BC", name=f"scan-{shade}.png", size=0, sha256="", actor="account-1")
    receipt = container.ingest.put_whole(upload, io.BytesIO(png(shade)))
    words = (ReadWord("kế", 90, 1, 1, 10, 10, 1, 1), ReadWord("hoạch", 90, 20, 1, 10, 10, 1, 1))
    page = ReadPage(number=1, width=64, height=64, confidence=90, source="ocr", words=words)
    text = ReadText(engine="tesseract", engine_version="5", language="vie", pages=(page,))
    with tempfile.TemporaryDirectory() as place:
        for name in (page_file(1), thumbnail_file(1)):
            (Path(place) / name).write_bytes(png(255 - shade))
        keep_reading(container, receipt.document, text, Path(place))
    RetentionLocker(container.evidence, container.archive).step()
    return str(receipt.document)


def keep_reading(container: Container, document: str, text: ReadText, place: Path) -> None:
    """Keep a text and the images of its pages, as an extraction worker does."""
    worker = ExtractionWorker(container.evidence, container.archive, None)  # type: ignore[arg-type]
    images = worker._keep_images(container.evidence.row(document), text, place)
    container.evidence.record_text(system("reader"), document, text, images_sha256=images)


def live(container: Container) -> None:
    """Let something happen in every service: a commune, a school, a cycle, two scans, a visit with findings, people."""
    container.assessment.register_commune(EVERYBODY, a.RegisterCommune(commune="X1", name="Xã Một"))
    school = a.RegisterSchool(commune="X1", code="TH-BC", name="Trường Bản Chuông", kind=a.SchoolKind.PRIMARY)
    container.assessment.register_school(EVERYBODY, school)
    cycle = container.assessment.open_cycle(EVERYBODY, a.OpenCycle(school="TH-BC", year="2026-2027"))
    relay_everything(container)
    for shade in (40, 80):
        hand_in(container, shade)
    on = vietnam_date(container.clock.now())
    planned = i.PlanInspection(school="TH-BC", cycle=cycle.cycle, layer=a.Layer.COMMUNE, on=on, title="Kiểm tra")
    visit = container.inspection.plan(EVERYBODY, planned)
    keys = container.assessment.library.get(cycle.rulebook).keys[:3]
    findings = [
        i.Finding(criterion=key.criterion, level=key.level, indicator=key.indicator, result=a.Result.MET) for key in keys
    ]
    asked = i.RecordFindings(school="TH-BC", inspection=visit.inspection, findings=findings, on=on)
    container.inspection.record_findings(EVERYBODY, asked)
    clerk = GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-BC")
    relay_everything(container)
    container.identity.invite(EVERYBODY, Invite(login="van.thu", display_name="Văn Thư", grants=[clerk]))
    relay_everything(container)
    sign_everything(container)
    container.identity.accounts(EVERYBODY)


def live_on(folder: DataFolder, name: str = "Xã Hai") -> None:
    """Let one more thing happen, later, which everybody hears; sign."""
    container = container_later(folder)
    code = f"Y{zlib.crc32(name.encode()) % 10_000}"
    container.assessment.register_commune(EVERYBODY, a.RegisterCommune(commune=code, name=name))
    relay_everything(container)
    sign_everything(container)
    container.close()


@functools.cache
def _template() -> Path:
    place = Path(tempfile.mkdtemp(prefix="kiemdinh-audited-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder = new_folder(place / "data")
    container = container_of(folder)
    live(container)
    container.ingest._inspector.close()
    container.close()
    live_on(folder)
    return folder.path


def busy_folder(path: Path) -> DataFolder:
    """A folder in which something happened in every service, which everybody heard, and which is under checkpoints."""
    shutil.copytree(_template(), path)
    return DataFolder(path)


def heads(folder: DataFolder) -> dict[str, int]:
    """How many events each log has."""
    found = {}
    for service in LOGGED:
        with contextlib.closing(sqlite3.connect(folder.path / service / "log.sqlite")) as db:
            found[service] = db.execute("SELECT count(*) FROM stored_events").fetchone()[0]
    return found


def rewrite(folder: DataFolder, service: str, old: str, new: str) -> None:
    """Change a word in the first event that has it, its leaf to fit, and sign the whole log anew with its own key."""
    with contextlib.closing(sqlite3.connect(folder.path / service / "log.sqlite")) as db:
        rows = db.execute(
            "SELECT e.notification_id, originator_id, originator_version, topic, state, recorded_at_us FROM stored_events e "
            "JOIN log_leaves l USING (originator_id, originator_version) ORDER BY e.notification_id"
        ).fetchall()
    number, stream, version, topic, state, at = next(row for row in rows if old.encode() in row[4])
    changed = state.replace(old.encode(), new.encode())
    fitting = leaf_hash(uuid.UUID(stream), version, topic, changed, at)
    tamper(
        folder,
        service,
        f"UPDATE stored_events SET state = x'{changed.hex()}' WHERE notification_id = {number}",
        f"UPDATE log_leaves SET leaf_hash = x'{fitting.hex()}' WHERE notification_id = {number}",
        "DELETE FROM log_checkpoints",
        "DELETE FROM log_nodes",
    )
    container = container_of(folder)
    application(container, service).log.sign_checkpoint(container.signer(service))
    container.close()


def add_webhook(folder: DataFolder, *, position: int) -> None:
    """Register a webhook that was served up to a position."""
    container = container_of(folder)
    container.notification.tables.add(
        Webhook(
            webhook="wh_1",
            owner="account-1",
            grants=(),
            url="https://vi-du.vn/nhan",
            types=[],
            description="",
            secret=b"sealed",
            position=position,
        )
    )
    container.close()


def locked_stray(folder: DataFolder) -> Path:
    """Put a locked object into the archive that no event speaks of; return its file."""
    data, container = b"stray", container_of(folder)
    sha256 = hashlib.sha256(data).hexdigest()
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        version = container.archive.put(Path(file.name), sha256)
    container.archive.lock(sha256, version, container.clock.now() + dt.timedelta(days=3650))
    return folder.archive / "sha256" / sha256[:2] / sha256[2:4] / f"{sha256}.{version}"


def forget_views(folder: DataFolder) -> None:
    """Remove the read models, which are made again."""
    for service in ("evidence", "assessment", "inspection", "identity"):
        for beside in ("", "-wal", "-shm"):
            (folder.path / service / f"views.sqlite{beside}").unlink(missing_ok=True)


def eventually(holds, seconds: float = 90.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def visit_again(container: Container) -> None:
    """Record one more finding of the visit, the same at every call."""
    asked = i.InspectionsRequest(school="TH-BC")
    (visit,) = container.inspection.inspections(EVERYBODY, asked).inspections
    (cycle,) = container.assessment.cycles(a.SchoolRequest(school="TH-BC")).cycles
    key = container.assessment.library.get(cycle.rulebook).keys[5]
    finding = i.Finding(criterion=key.criterion, level=key.level, indicator=key.indicator, result=a.Result.NOT_MET)
    on = vietnam_date(container.clock.now())
    request = i.RecordFindings(school="TH-BC", inspection=visit.inspection, findings=[finding], on=on)
    container.inspection.record_findings(EVERYBODY, request)
