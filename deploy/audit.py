"""What `kiemdinh audit verify` does: checks every log and every kept object of a data folder, apart from their writers.

Exit codes: 0 sound, 1 something is not as it was stored, 2 cannot tell (no installation, or a server that is away).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
from eventsourcing.persistence import PersistenceError

from deploy.compose.addresses import Addresses, embedded_addresses, load_addresses
from deploy.compose.parts import Parts
from deploy.datafolder import LOGGED, DataFolder, WrongFolder
from deploy.lock import AlreadyRunning
from deploy.server import Launcher
from deploy.servers import ProgramMissing, ServerFailed
from deploy.servers.process import process_started
from deploy.settings import BadSettings, Profile, Settings
from deploy.starting import Start
from deploy.supervisor import Interrupted, NotReady
from services.evidence.domain.facts import CATALOGUE, DocumentReceived
from services.evidence.errors import ObjectMissing, Tampered
from services.portal.cli.command import Screen
from shared.eventlog.checkpoint import BadNote, Signer
from shared.eventlog.facts import UnknownFact
from shared.eventlog.recorders import open_tables
from shared.eventlog.verify import CannotTell, Finding, verify_log
from shared.problems import Problem

EXIT_TAMPERED, EXIT_CANNOT_TELL = 1, 2
_UNREADABLE = (sqlite3.DatabaseError, PersistenceError, UnicodeDecodeError, ValueError, OverflowError)
"""What reading a damaged database file raises, below the checks that know what they look for."""
_BATCH = 500


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """How much was looked at."""

    events: int
    objects: int
    checkpoints: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The auditor's verdict on a data folder."""

    sound: bool
    checked: Checked
    findings: list[Finding]


def verify_folder(folder: DataFolder) -> Report:
    """Check all logs, then every object that the evidence log speaks of.

    Raises CannotTell when there is no installation here, or when what it is kept in does not answer.
    """
    with _opened(folder) as parts:
        return _verify(folder, parts)


def _verify(folder: DataFolder, parts: Parts) -> Report:
    findings: list[Finding] = []
    events = checkpoints = 0
    for service in LOGGED:
        try:
            verifier = Signer.load(folder.log_key(service)).verifier
        except (OSError, BadNote) as error:
            raise CannotTell(f"{service}: không đọc được khóa ký ({error})") from error
        try:
            verdict = verify_log(parts.store(service), service, verifier)
        except (CannotTell, *_UNREADABLE) as error:
            findings.append(_broken_log(folder, parts, service, error))
            continue
        findings += verdict.findings or _check_file(folder, parts, service)
        events += verdict.events
        checkpoints += verdict.checkpoints
    objects = 0
    try:
        for received in _received(parts):
            objects += 1
            findings += _check_object(parts, received)
    except (CannotTell, *_UNREADABLE):
        if not findings:
            raise
    checked = Checked(events=events, objects=objects, checkpoints=checkpoints)
    return Report(sound=not findings, checked=checked, findings=findings)


def _broken_log(folder: DataFolder, parts: Parts, service: str, error: Exception) -> Finding:
    """Return what is wrong with a log of this folder that cannot be read; raises CannotTell when it may be well elsewhere.

    A file that lies in this folder is missing or damaged for good; a server may only be away.
    """
    if parts.settings.profile is not Profile.EMBEDDED:
        raise error if isinstance(error, CannotTell) else CannotTell(f"{service}: {error}") from error
    file = folder.path / service / "log.sqlite"
    if not file.exists() or file.stat().st_size == 0:
        return Finding(kind="log-missing", where=f"{service}: {file.name}", detail="Nhật ký không còn trong thư mục.")
    if "locked" in str(error) or "unable to open" in str(error):
        raise CannotTell(f"{service}: {error}") from error
    return Finding(kind="log-damaged", where=f"{service}: {file.name}", detail=f"Tệp nhật ký hỏng, không đọc được: {error}")


def _check_file(folder: DataFolder, parts: Parts, service: str) -> list[Finding]:
    """Look for damage that reading the rows does not touch: an index that disagrees with its table, a page that is torn."""
    if parts.settings.profile is not Profile.EMBEDDED:
        return []
    file = folder.path / service / "log.sqlite"
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        except sqlite3.DatabaseError as error:
            said = [str(error)]
    if said == ["ok"]:
        return []
    return [Finding(kind="log-damaged", where=f"{service}: {file.name}", detail=f"Tệp nhật ký hỏng: {said[0]}")]


@contextlib.contextmanager
def _opened(folder: DataFolder) -> Iterator[Parts]:
    """Give the parts of an installation, running or not; a stopped one's own servers run inside the block."""
    try:
        settings = folder.settings()
    except (WrongFolder, BadSettings, OSError) as error:
        raise CannotTell(str(error)) from error
    with contextlib.ExitStack() as held:
        try:
            addresses = _addresses(folder, settings, held)
        except (AlreadyRunning, ProgramMissing, ServerFailed, NotReady, Interrupted, OSError, psycopg.Error) as error:
            raise CannotTell(str(error)) from error
        yield Parts(folder, settings, addresses)


def _addresses(folder: DataFolder, settings: Settings, held: contextlib.ExitStack) -> Addresses:
    if settings.profile is Profile.EMBEDDED:
        return embedded_addresses(folder, host="", port=0, public_url="")
    told = folder.announced("installation.json")
    if told is not None and process_started(int(told["pid"])) is not None:
        return load_addresses(folder)
    return held.enter_context(Launcher(folder, settings, Start()).at_rest())


def _received(parts: Parts) -> Iterator[DocumentReceived]:
    """Yield what the log says was kept. An event that cannot be read is the log's finding, not the archive's."""
    tables, close = open_tables(parts.store("evidence"), "evidence")
    try:
        start = 0
        while rows := tables.select_logged(start, _BATCH):
            start = rows[-1].leaf_index + 1
            for row in rows:
                if row.topic == DocumentReceived.TOPIC:
                    try:
                        fact = CATALOGUE.decode(row.topic, row.state)[1]
                    except (UnknownFact, msgspec.DecodeError, UnicodeDecodeError):
                        continue
                    assert isinstance(fact, DocumentReceived)
                    yield fact
    finally:
        close()


def _check_object(parts: Parts, received: DocumentReceived) -> list[Finding]:
    where = f"archive: {received.sha256} ({received.version})"
    try:
        parts.archive.open(received.sha256, received.version).close()
    except Tampered:
        return [Finding(kind="object-altered", where=where, detail="Tài liệu khác mã băm lúc lưu.")]
    except ObjectMissing:
        return [Finding(kind="object-missing", where=where, detail="Tài liệu có biên nhận nhưng không còn trong kho.")]
    except Problem as error:
        raise CannotTell(f"archive: {error.detail}") from error
    return []


def tell(data: Path, screen: Screen) -> int:
    """Check a folder, print the verdict, and return the exit code."""
    try:
        report = verify_folder(DataFolder(data))
    except CannotTell as unknown:
        finding = Finding(kind="cannot-tell", where=str(data), detail=str(unknown))
        said = {"sound": None, "checked": None, "findings": [msgspec.to_builtins(finding)]}
        screen.show(said, f"Chưa kiểm được. {unknown}")
        return EXIT_CANNOT_TELL
    checked = report.checked
    lines = [f"✕ {finding.where}: {finding.detail} ({finding.kind})" for finding in report.findings]
    verdict = "Nguyên vẹn" if report.sound else f"Có {len(report.findings)} chỗ sai lệch"
    lines.append(f"{verdict}. Đã kiểm {checked.events} sự kiện, {checked.objects} tài liệu, {checked.checkpoints} mốc niêm.")
    screen.show(msgspec.to_builtins(report), "\n".join(lines))
    return 0 if report.sound else EXIT_TAMPERED
