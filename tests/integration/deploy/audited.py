"""Installations for the auditor's tests: an embedded folder with events in every log, at rest; hands that tamper with it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from deploy.audit import Report, verify_folder
from deploy.compose.addresses import embedded_addresses
from deploy.compose.parts import SOURCES, Parts
from deploy.compose.preparing import prepare
from deploy.datafolder import DataFolder
from deploy.settings import Profile


def parts_of(folder: DataFolder) -> Parts:
    """The parts of an embedded installation."""
    return Parts(folder, folder.settings(), embedded_addresses(folder, host="", port=0, public_url=""))


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
