"""The whole audit of a folder: the checks in the order in which one may rest on what another read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from cli.local.audit.archive import check_archive
from cli.local.audit.effects import check_effects
from cli.local.audit.logs import check_logs
from cli.local.audit.merged_feed import check_relayed
from cli.local.audit.overdue import overdue_before_us
from cli.local.audit.positions import ClaimedPosition, check_durable, check_positions, claimed_positions, confirmed_by_relays
from cli.local.audit.read_models import check_views
from cli.local.audit.report import AuditReport, Tally
from cli.local.audit.target import AWAY, UNREADABLE, AuditTarget, opened
from deploy.installation.data_folder import LOGGED, DataFolder
from shared.eventlog.verify import Unverifiable
from shared.storage.errors import said
from shared.tlog.checkpoint import log_origin
from shared.tlog.kept_notes import KeptNote


def verify_folder(folder: DataFolder, *, kept_notes: Sequence[KeptNote] = ()) -> AuditReport:
    """Check all logs, then what each store says of the others, then every object that the evidence log speaks of.

    `kept_notes` are checkpoints from elsewhere: the logs must continue what they say. Raises Unverifiable when there
    is no installation here, when what it is kept in does not answer, or when one of them is of another installation.
    """
    with opened(folder) as target:
        _require_own(target, kept_notes)
        tally = Tally()
        old_us = overdue_before_us(target)
        # Whoever says how far he has come with a log is asked before the log: it may grow while it is looked at.
        claimed: list[ClaimedPosition] = []
        guarded("durable", tally, lambda: check_durable(target, tally))
        guarded("positions", tally, lambda: claimed.extend(claimed_positions(target, tally)))
        readable = check_logs(target, tally, old_us, kept_notes)
        _check_together(target, tally, readable, claimed, old_us)
        return tally.report()


def _require_own(target: AuditTarget, kept_notes: Sequence[KeptNote]) -> None:
    own = {log_origin(target.container.installation, service) for service in LOGGED}
    for note in kept_notes:
        if note.statement.origin not in own:
            raise Unverifiable(
                f"{note.name}: mốc niêm của nhật ký khác ({note.statement.origin}), không phải của thư mục này."
            )


def _check_together(
    target: AuditTarget, tally: Tally, readable: Collection[str], claimed: list[ClaimedPosition], old_us: int
) -> None:
    relays = confirmed_by_relays(claimed)
    guarded("positions", tally, lambda: check_positions(target, tally, readable, claimed))
    guarded("relayed", tally, lambda: check_relayed(target, tally, readable, relays, old_us))
    guarded("effects", tally, lambda: check_effects(target, tally, readable))
    guarded("views", tally, lambda: check_views(target, tally, readable))
    if "evidence" in readable:
        guarded("archive", tally, lambda: check_archive(target, tally, old_us))


def guarded(what: str, tally: Tally, check: Callable[[], None]) -> None:
    """Carry out one check; what cannot be read keeps the others from nothing."""
    try:
        check()
    except (*AWAY, *UNREADABLE) as error:
        tally.cannot_tell(what, said(error) or type(error).__name__)
