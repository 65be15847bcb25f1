"""When something is overdue: what would long have been done if nobody had interfered."""

from __future__ import annotations

import contextlib
import datetime as dt

from cli.local.audit.source_logs import source_log
from cli.local.audit.target import AWAY, UNREADABLE, AuditTarget
from deploy.installation.data_folder import LOGGED
from shared.eventlog.log import microseconds
from shared.vocabulary.ids import leaf_of

GRACE = dt.timedelta(minutes=10)
"""The work behind a log (signing, relaying, taking in) is a matter of seconds, of a minute for signing. What was not done
ten minutes later, while the installation was at work, was undone or stands still."""


def overdue_before_us(target: AuditTarget) -> int:
    """Return the moment (microseconds since 1970) before which everything that follows an event has followed.

    Counted back from the last sign of life in any log, since an installation at rest does nothing; and 0, so that nothing is
    that old, for one that came up within the grace: what was left over when it last stopped may be under way just now.
    """
    if target.running and target.container.clock.now() - _up_since(target) < GRACE:
        return 0
    alive = [_last_sign_us(target, service) for service in LOGGED]
    if target.running:
        alive.append(microseconds(target.container.clock.now()))
    return max(alive, default=0) - GRACE // dt.timedelta(microseconds=1)


def _up_since(target: AuditTarget) -> dt.datetime:
    announcement = target.folder.run / "installation.json"
    try:
        return dt.datetime.fromtimestamp(announcement.stat().st_mtime, tz=dt.UTC)
    except FileNotFoundError:  # it is going down
        return target.container.clock.now()


def _last_sign_us(target: AuditTarget, service: str) -> int:
    """Return when something was last recorded or signed in a log; 0 where that cannot be read, which other checks report."""
    with contextlib.suppress(FileNotFoundError, *UNREADABLE, *AWAY), source_log(target, service) as log:
        head, checkpoint = log.head(), log.tables.last_checkpoint()
        recorded = log.tables.recorded_at_us(leaf_of(head)) if head else 0
        return max(recorded, checkpoint.signed_at_us if checkpoint else 0)
    return 0
