"""Takes a backup of an embedded installation, running or not, without holding anybody up."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from cli.local.backup.manifest import BadBackup, FileEntry, LogMark, Manifest, manifests, read_manifest
from cli.local.backup.repository import BackupAltered, BackupRepository
from deploy.compose.stores import STORES
from deploy.installation.data_folder import LOGGED, DataFolder
from deploy.installation.disk_space import NEEDED_TO_START_BYTES, Ballast, size
from deploy.installation.settings import CONFIGURATION, Profile
from services.evidence.adapters.folder_archive import lock_path, object_path
from services.evidence.domain.facts import CATALOGUE, DocumentReceived
from shared.clock import Clock
from shared.eventlog.recorders import as_uuid
from shared.storage.disk_space import free_and_total
from shared.vocabulary.ids import Sha256

LOCK_TIMEOUT_S = 10.0

Progress = Callable[[int, int], None]
"""Called with (documents looked at, documents in all)."""


class CannotBackUp(Exception):
    """No backup was made; the text says why and what to do, in Vietnamese."""


@dataclasses.dataclass(slots=True)
class Snapshot:
    """What a backup came to: its manifest, and how much of it was new (files and bytes)."""

    manifest: Manifest
    path: Path
    new_files: int
    new_bytes: int


def take(folder: DataFolder, target: Path, clock: Clock, progress: Progress = lambda _done, _all: None) -> Snapshot:
    """Back up a folder into a target; raises CannotBackUp, BadBackup, OSError (full), and leaves no manifest then."""
    settings = folder.settings()
    if settings.profile is not Profile.EMBEDDED:
        raise CannotBackUp(
            "Lệnh này sao lưu được profile “embedded”. Với profile “server”: dừng hệ thống (Ctrl-C) rồi chép nguyên thư mục "
            f"dữ liệu: cp -a {folder.path} NƠI_CẤT. Máy chủ riêng: cơ sở dữ liệu trước, kho tệp sau; xem docs/operations.md."
        )
    vault = BackupRepository(target)
    if vault.folder.is_relative_to(folder.path) or folder.path.is_relative_to(vault.folder):
        raise CannotBackUp(
            f"Nơi cất {vault.folder} nằm chung với thư mục dữ liệu. Chọn nơi khác, tốt nhất là một ổ đĩa khác."
        )
    if not _room_to_read(folder):
        Ballast(folder).release()
    with vault.held_for(settings.installation):
        work = _Work(folder, vault, _before(vault))
        logs, inventory = work.databases()
        work.small_files()
        work.archive(inventory, progress)
        work.derived({document for document, _ in inventory})
        manifest = Manifest(
            installation=settings.installation,
            made_at=clock.now(),
            files=sorted(work.entries, key=lambda entry: entry.path),
            logs=logs,
            damaged=work.damaged,
        )
        return Snapshot(manifest, vault.write_manifest(manifest), work.new_files, work.new_bytes)


def _room_to_read(folder: DataFolder) -> bool:
    """Say whether databases that nobody has open can be opened: SQLite needs some room beside each, also to read it."""
    return free_and_total(folder.path)[0] >= NEEDED_TO_START_BYTES


def _before(vault: BackupRepository) -> dict[str, FileEntry]:
    """What the last backup says of each file, so that what did not change need not be read."""
    for path in reversed(manifests(vault.folder)):
        with contextlib.suppress(BadBackup):
            return {entry.path: entry for entry in read_manifest(path).files}
    return {}


class _Work:
    """One backup on its way."""

    def __init__(self, folder: DataFolder, vault: BackupRepository, before: dict[str, FileEntry]) -> None:
        self._folder = folder
        self._vault = vault
        self._before = before
        self.entries: list[FileEntry] = []
        self.damaged: list[str] = []
        self.new_files = 0
        self.new_bytes = 0

    def databases(self) -> tuple[dict[str, LogMark], set[tuple[str, tuple[str, str]]]]:
        """Take every database as of one moment; return where the logs stood, and each paper: (document, (hash, version))."""
        with _one_moment(self._folder) as databases:
            for file, connection in databases.items():
                copy = self._vault.scratch()
                with contextlib.closing(sqlite3.connect(copy)) as into:
                    connection.backup(into)
                self._take(file, copy)
                copy.unlink()
            logs = {name: self._log(name) for name in LOGGED}
            return {name: _mark(databases[log]) for name, log in logs.items()}, _papers(databases[logs["evidence"]])

    def _log(self, service: str) -> Path:
        return self._folder.path / service / "log.sqlite"

    def small_files(self) -> None:
        """Take keys and settings."""
        for file in (*sorted((self._folder.path / "secrets").iterdir()), self._folder.path / CONFIGURATION):
            self._take(file, file)

    def archive(self, inventory: set[tuple[str, tuple[str, str]]], progress: Progress) -> None:
        """Take the objects that the evidence log speaks of, and their locks."""
        objects = sorted({key for _, key in inventory})
        for number, (sha256, version) in enumerate(objects, 1):
            file = object_path(self._folder.archive, Sha256(sha256), version)
            try:
                self._take_object(file, sha256)
            except (BackupAltered, FileNotFoundError):
                self.damaged.append(self._name(file))
            with contextlib.suppress(FileNotFoundError):
                self._take(lock_path(file), lock_path(file))
            progress(number, len(objects))

    def _take_object(self, file: Path, sha256: str) -> None:
        """Take an object unless it is there: then its own may even be damaged by now."""
        former = self._before.get(self._name(file))
        if former is not None and former.sha256 == sha256 and self._vault.has(sha256, former.size):
            self.entries.append(former)
            return
        self._take(file, file, expected=sha256)

    def derived(self, documents: set[str]) -> None:
        """Take the texts and page images of documents; what is made again meanwhile is taken as it is, or next time."""
        for document in sorted(documents):
            place = self._folder.derived / document
            for file in sorted(place.rglob("*")) if place.is_dir() else ():
                with contextlib.suppress(FileNotFoundError):
                    if file.is_file() and not file.name.startswith("."):
                        self._take_unchanged(file)

    def _take_unchanged(self, file: Path) -> None:
        stat, former = file.stat(), self._before.get(self._name(file))
        same = former is not None and (former.size, former.mtime_ns) == (stat.st_size, stat.st_mtime_ns)
        if former is not None and same and self._vault.has(former.sha256, former.size):
            self.entries.append(former)
        else:
            self._take(file, file)

    def _take(self, file: Path, content: Path, *, expected: str = "") -> None:
        stat = file.stat()
        sha256, size = self._vault.put(content, expected)
        self.new_files += 1
        self.new_bytes += size
        self.entries.append(
            FileEntry(path=self._name(file), sha256=sha256, size=size, mode=stat.st_mode & 0o777, mtime_ns=stat.st_mtime_ns)
        )

    def _name(self, file: Path) -> str:
        return file.relative_to(self._folder.path).as_posix()


@contextlib.contextmanager
def _one_moment(folder: DataFolder) -> Iterator[dict[Path, sqlite3.Connection]]:
    """Give every database of a folder, each in a snapshot, all of one moment.

    Services follow each other's logs, in circles; copied one after the other, somebody would have come further in a log
    than the copy of that log goes. So all logs are kept from growing while the snapshots are opened: milliseconds.
    """
    files = [file for name in STORES.database_files() if (file := folder.path / name).exists()]
    logs = [folder.path / name / "log.sqlite" for name in LOGGED]
    if missing := [log for log in logs if log not in files]:
        raise CannotBackUp(f"Thiếu nhật ký {missing[0]}. Chưa sao lưu gì. Chạy kiemdinh audit verify --data {folder.path}")
    with contextlib.ExitStack() as opened:
        snapshots = {file: opened.enter_context(_connected(file)) for file in files}
        try:
            with contextlib.ExitStack() as held:
                for log in logs:
                    held.enter_context(_connected(log)).execute("BEGIN IMMEDIATE")
                for connection in snapshots.values():
                    connection.execute("BEGIN")
                    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield snapshots
        except sqlite3.Error as error:
            if not _room_to_read(folder):
                raise CannotBackUp(
                    f"Ổ đĩa chứa {folder.path} đã đầy nên chưa đọc được cơ sở dữ liệu. Chưa sao lưu gì. "
                    f"Giải phóng ít nhất {size(NEEDED_TO_START_BYTES)} rồi chạy lại."
                ) from error
            if "is full" in str(error):  # the target's disk
                raise
            raise CannotBackUp(
                f"Không đọc được cơ sở dữ liệu ({error}). Chưa sao lưu gì. Chạy lại; nếu vẫn vậy, chạy "
                f"kiemdinh audit verify --data {folder.path}"
            ) from error


@contextlib.contextmanager
def _connected(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=LOCK_TIMEOUT_S, isolation_level=None)
    with contextlib.closing(connection):
        yield connection


def _mark(log: sqlite3.Connection) -> LogMark:
    events = log.execute("SELECT coalesce(max(leaf_index) + 1, 0) FROM log_leaves").fetchone()[0]
    signed = log.execute("SELECT note FROM log_checkpoints ORDER BY number DESC LIMIT 1").fetchone()
    return LogMark(events=events, checkpoint=signed[0] if signed else "")


def _papers(log: sqlite3.Connection) -> set[tuple[str, tuple[str, str]]]:
    papers: set[tuple[str, tuple[str, str]]] = set()
    query = "SELECT originator_id, topic, state FROM stored_events WHERE topic = ?"
    for stream, topic, state in log.execute(query, (DocumentReceived.TOPIC,)):
        fact = CATALOGUE.decode(topic, state)[1]
        assert isinstance(fact, DocumentReceived)
        papers.add((str(as_uuid(stream)), (fact.sha256, fact.version)))
    return papers
