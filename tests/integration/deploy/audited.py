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

from deploy.audit import Report, verify_folder
from deploy.compose.addresses import embedded_addresses
from deploy.compose.parts import SOURCES, Parts
from deploy.compose.preparing import prepare
from deploy.datafolder import LOGGED, DataFolder
from deploy.settings import Profile
from services.evidence.domain.text import ReadPage, ReadText, ReadWord
from services.evidence.intake import Upload
from services.evidence.reader import Reader
from services.evidence.reading.protocol import page_file, thumbnail_file
from services.evidence.sealer import Sealer
from services.notification.views import Webhook
from services.portal.directory import SchoolEntry  # noqa: F401 - for those who use this kit
from services.portal.requests import GrantRequest, Invite
from shared.clock import FixedClock, vietnam_date
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.eventlog.leaf import leaf_hash
from shared.identity.acting import Acting, Grant, Role, ScopeKind, system


def parts_of(folder: DataFolder) -> Parts:
    """The parts of an embedded installation."""
    return Parts(folder, folder.settings(), embedded_addresses(folder, host="", port=0, public_url=""))


def parts_later(folder: DataFolder) -> Parts:
    """The parts of a busy folder, at the time when something happened there last."""
    parts = parts_of(folder)
    parts.clock = FixedClock(dt.datetime.now(dt.UTC) + LATER)
    return parts


LATER = dt.timedelta(hours=2)


def new_folder(path: Path) -> DataFolder:
    """A folder that was prepared and holds nothing but the owner's account."""
    folder = DataFolder.open(path, Profile.EMBEDDED)
    (folder.run / "owner.token").write_text("kd_test\n")
    parts = parts_of(folder)
    prepare(parts)
    parts.close()
    return folder


def application(parts: Parts, source: str):
    """The application that keeps a log."""
    return parts.portal if source == "identity" else getattr(parts, source)


def relay_everything(parts: Parts) -> None:
    """Hand every event of every log to everybody who listens, as relay and consumers do, and note how far it came."""
    from services.portal.directory import DirectoryInbox

    inboxes = [
        parts.evidence,
        parts.assessment,
        parts.inspection,
        parts.notification,
        DirectoryInbox(parts.portal.directory),
    ]
    moved = True
    while moved:
        moved = False
        for source in SOURCES:
            app = application(parts, source)
            parts.progress.save(source, app.log.head())
            for inbox in inboxes:
                if source not in inbox.sources:
                    continue
                for logged in app.log.read(inbox.received_position(source), 10_000):
                    inbox.receive(app.published(logged))
                    moved = True


def sign_everything(parts: Parts) -> None:
    """Sign every log that has events."""
    for source in (*SOURCES, "notification"):
        app = application(parts, source)
        if app.log.head():
            app.log.sign_checkpoint(parts.signer(source))


def kinds(folder: DataFolder, **asked) -> set[str]:
    """What the auditor finds."""
    return {finding.kind for finding in verified(folder, **asked).findings}


def verified(folder: DataFolder, **asked) -> Report:
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


EVERYBODY = Acting(
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


def hand_in(parts: Parts, shade: int) -> str:
    """Hand in a scan, read and sealed; return the document."""
    upload = Upload(upload=str(uuid.uuid4()), school="TH-BC", name=f"scan-{shade}.png", size=0, sha256="", actor="account-1")
    receipt = parts.intake.put_whole(upload, io.BytesIO(png(shade)))
    words = (ReadWord("kế", 90, 1, 1, 10, 10, 1, 1), ReadWord("hoạch", 90, 20, 1, 10, 10, 1, 1))
    page = ReadPage(number=1, width=64, height=64, confidence=90, source="ocr", words=words)
    text = ReadText(engine="tesseract", engine_version="5", language="vie", pages=(page,))
    with tempfile.TemporaryDirectory() as place:
        for name in (page_file(1), thumbnail_file(1)):
            (Path(place) / name).write_bytes(png(255 - shade))
        keep_reading(parts, receipt.document, text, Path(place))
    Sealer(parts.evidence, parts.archive).step()
    return str(receipt.document)


def keep_reading(parts: Parts, document: str, text: ReadText, place: Path) -> None:
    """Keep a text and the images of its pages, as a reader does."""
    reader = Reader(parts.evidence, parts.archive, None)  # type: ignore[arg-type]
    images = reader._keep_images(parts.evidence.row(document), text, place)
    parts.evidence.take_text(system("reader"), document, text, images_sha256=images)


def live(parts: Parts) -> None:
    """Let something happen in every service: a commune, a school, a cycle, two scans, a visit with findings, people."""
    parts.assessment.register_commune(EVERYBODY, a.RegisterCommune(commune="X1", name="Xã Một"))
    school = a.RegisterSchool(commune="X1", code="TH-BC", name="Trường Bản Chuông", kind=a.SchoolKind.PRIMARY)
    parts.assessment.register_school(EVERYBODY, school)
    cycle = parts.assessment.open_cycle(EVERYBODY, a.OpenCycle(school="TH-BC", year="2026-2027"))
    relay_everything(parts)
    for shade in (40, 80):
        hand_in(parts, shade)
    on = vietnam_date(parts.clock.now())
    planned = i.PlanInspection(school="TH-BC", cycle=cycle.cycle, layer=a.Layer.COMMUNE, on=on, title="Kiểm tra")
    visit = parts.inspection.plan(EVERYBODY, planned)
    keys = parts.assessment.library.get(cycle.rulebook).keys[:3]
    findings = [
        i.Finding(criterion=key.criterion, level=key.level, indicator=key.indicator, result=a.Result.MET) for key in keys
    ]
    asked = i.RecordFindings(school="TH-BC", inspection=visit.inspection, findings=findings, on=on)
    parts.inspection.record_findings(EVERYBODY, asked)
    clerk = GrantRequest(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-BC")
    relay_everything(parts)
    parts.portal.invite(EVERYBODY, Invite(login="van.thu", display_name="Văn Thư", grants=[clerk]))
    relay_everything(parts)
    sign_everything(parts)
    parts.portal.accounts(EVERYBODY)


def live_on(folder: DataFolder, name: str = "Xã Hai") -> None:
    """Let one more thing happen, later, which everybody hears; sign."""
    parts = parts_later(folder)
    code = f"Y{zlib.crc32(name.encode()) % 10_000}"
    parts.assessment.register_commune(EVERYBODY, a.RegisterCommune(commune=code, name=name))
    relay_everything(parts)
    sign_everything(parts)
    parts.close()


@functools.cache
def _template() -> Path:
    place = Path(tempfile.mkdtemp(prefix="kiemdinh-audited-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    folder = new_folder(place / "data")
    parts = parts_of(folder)
    live(parts)
    parts.intake._inspector.close()
    parts.close()
    live_on(folder)
    return folder.path


def busy_folder(path: Path) -> DataFolder:
    """A folder in which something happened in every service, which everybody heard, and which is sealed."""
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
        found = db.execute(
            "SELECT e.notification_id, originator_id, originator_version, topic, state, recorded_at_us FROM stored_events e "
            "JOIN log_leaves l USING (originator_id, originator_version) ORDER BY e.notification_id"
        ).fetchall()
    number, stream, version, topic, state, at = next(row for row in found if old.encode() in row[4])
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
    parts = parts_of(folder)
    application(parts, service).log.sign_checkpoint(parts.signer(service))
    parts.close()


def add_webhook(folder: DataFolder, *, position: int) -> None:
    """Register a webhook that was served up to a position."""
    parts = parts_of(folder)
    parts.notification.tables.add(
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
    parts.close()


def locked_stray(folder: DataFolder) -> Path:
    """Put a locked object into the archive that no event speaks of; return its file."""
    data, parts = b"stray", parts_of(folder)
    sha256 = hashlib.sha256(data).hexdigest()
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        version = parts.archive.put(Path(file.name), sha256)
    parts.archive.lock(sha256, version, parts.clock.now() + dt.timedelta(days=3650))
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


def visit_again(parts: Parts) -> None:
    """Record one more finding of the visit, the same at every call."""
    asked = i.InspectionsRequest(school="TH-BC")
    (visit,) = parts.inspection.inspections(EVERYBODY, asked).inspections
    (cycle,) = parts.assessment.cycles(a.SchoolRequest(school="TH-BC")).cycles
    key = parts.assessment.library.get(cycle.rulebook).keys[5]
    finding = i.Finding(criterion=key.criterion, level=key.level, indicator=key.indicator, result=a.Result.NOT_MET)
    on = vietnam_date(parts.clock.now())
    request = i.RecordFindings(school="TH-BC", inspection=visit.inspection, findings=[finding], on=on)
    parts.inspection.record_findings(EVERYBODY, request)
