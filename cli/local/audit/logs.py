"""Each log by itself: every leaf, index, checkpoint and guard, and the file it lies in."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence

from cli.local.audit.report import Tally
from cli.local.audit.target import UNREADABLE, AuditTarget
from deploy.installation.data_folder import LOGGED
from shared.eventlog.verify import NoLog, Unverifiable, verify_log
from shared.storage.errors import said
from shared.tlog.checkpoint import BadNote, Signer, Verifier
from shared.tlog.kept_notes import KeptNote


def check_logs(target: AuditTarget, tally: Tally, old_us: int, kept_notes: Sequence[KeptNote]) -> frozenset[str]:
    """Check every log; return the names of those that can be read, for what compares them with something.

    What was recorded before `old_us` is under a checkpoint; `kept_notes` are checkpoints that were kept elsewhere.
    """
    return frozenset(service for service in LOGGED if _check_log(target, service, tally, old_us, kept_notes))


def _check_log(target: AuditTarget, service: str, tally: Tally, old_us: int, kept_notes: Sequence[KeptNote]) -> bool:
    verifier = verifier_of(target, service)
    try:
        own = [note for note in kept_notes if note.statement.origin == verifier.name]
        verdict = verify_log(target.container.store(service), service, verifier, signed_before_us=old_us, kept_notes=own)
    except NoLog:
        tally.find("log-missing", _where(service), "Nhật ký không còn.")
        return False
    except (Unverifiable, *UNREADABLE) as error:
        _broken(target, service, error, tally)
        return False
    if verdict.sound:
        _check_file(target, service, tally)
    tally.findings += verdict.findings
    tally.counts["events"] += verdict.events
    tally.counts["checkpoints"] += verdict.checkpoints
    tally.counts["kept_checkpoints"] += len(own)
    if verdict.untimed:
        tally.counts["times_not_signed"] += verdict.untimed
        detail = (
            f"{verdict.untimed} mốc niêm do bản phần mềm cũ ký không ghi giờ dưới chữ ký: giờ của chúng không kiểm được."
        )
        tally.note("time-not-signed", service, detail)
    return True


def verifier_of(target: AuditTarget, service: str) -> Verifier:
    """Return what checks a log's signatures; raises Unverifiable when its key cannot be read."""
    try:
        return Signer.load(target.folder.log_key(service)).verifier
    except (OSError, BadNote) as error:
        raise Unverifiable(f"{service}: không đọc được khóa ký ({error})") from error


def _where(service: str) -> str:
    return f"{service}: log.sqlite"


def _broken(target: AuditTarget, service: str, error: Exception, tally: Tally) -> None:
    """Say what is wrong with a log that cannot be read.

    A file that lies in this folder is missing or damaged for good; a server may only be away.
    """
    if not target.embedded or "locked" in said(error) or "unable to open" in said(error):
        tally.cannot_tell(service, said(error))
    else:
        tally.find("log-damaged", _where(service), f"Tệp nhật ký hỏng, không đọc được: {said(error)}")


def _check_file(target: AuditTarget, service: str, tally: Tally) -> None:
    """Look for damage that reading the rows does not touch: an index that disagrees with its table, a page that is torn."""
    if not target.embedded:
        return
    file = target.folder.path / service / "log.sqlite"
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            reports = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        except sqlite3.DatabaseError as error:
            reports = [str(error)]
    if reports != ["ok"]:
        tally.find("log-damaged", _where(service), f"Tệp nhật ký hỏng: {reports[0]}")
