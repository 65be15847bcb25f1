"""Each log by itself: every leaf, index, checkpoint and guard, and the file it lies in."""

from __future__ import annotations

import contextlib
import sqlite3

from deploy.audit.report import Tally
from deploy.audit.scene import UNREADABLE, Scene
from deploy.datafolder import LOGGED
from shared.eventlog.checkpoint import BadNote, Signer, Verifier
from shared.eventlog.verify import CannotTell, NoLog, verify_log


def check_logs(scene: Scene, tally: Tally) -> frozenset[str]:
    """Check every log; return the names of those that can be read, for what compares them with something."""
    return frozenset(service for service in LOGGED if _check_log(scene, service, tally))


def _check_log(scene: Scene, service: str, tally: Tally) -> bool:
    verifier = verifier_of(scene, service)
    try:
        verdict = verify_log(scene.parts.store(service), service, verifier)
    except NoLog:
        tally.find("log-missing", _where(service), "Nhật ký không còn.")
        return False
    except (CannotTell, *UNREADABLE) as error:
        _broken(scene, service, error, tally)
        return False
    if verdict.sound:
        _check_file(scene, service, tally)
    tally.findings += verdict.findings
    tally.counts["events"] += verdict.events
    tally.counts["checkpoints"] += verdict.checkpoints
    return True


def verifier_of(scene: Scene, service: str) -> Verifier:
    """Return what checks a log's signatures; raises CannotTell when its key cannot be read."""
    try:
        return Signer.load(scene.folder.log_key(service)).verifier
    except (OSError, BadNote) as error:
        raise CannotTell(f"{service}: không đọc được khóa ký ({error})") from error


def _where(service: str) -> str:
    return f"{service}: log.sqlite"


def _broken(scene: Scene, service: str, error: Exception, tally: Tally) -> None:
    """Say what is wrong with a log that cannot be read.

    A file that lies in this folder is missing or damaged for good; a server may only be away.
    """
    if not scene.embedded or "locked" in str(error) or "unable to open" in str(error):
        tally.cannot_tell(service, str(error))
    else:
        tally.find("log-damaged", _where(service), f"Tệp nhật ký hỏng, không đọc được: {error}")


def _check_file(scene: Scene, service: str, tally: Tally) -> None:
    """Look for damage that reading the rows does not touch: an index that disagrees with its table, a page that is torn."""
    if not scene.embedded:
        return
    file = scene.folder.path / service / "log.sqlite"
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        except sqlite3.DatabaseError as error:
            said = [str(error)]
    if said != ["ok"]:
        tally.find("log-damaged", _where(service), f"Tệp nhật ký hỏng: {said[0]}")
