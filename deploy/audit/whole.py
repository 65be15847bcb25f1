"""The whole audit of a folder: the checks in the order in which one may rest on what another read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from deploy.audit.ages import long_ago_us
from deploy.audit.archive import check_archive
from deploy.audit.effects import check_effects
from deploy.audit.logs import check_logs
from deploy.audit.positions import Position, check_positions, claimed_positions, confirmed_by_relays
from deploy.audit.relayed import check_relayed
from deploy.audit.report import Report, Tally
from deploy.audit.scene import AWAY, UNREADABLE, Scene, opened
from deploy.audit.views import check_views
from deploy.datafolder import LOGGED, DataFolder
from shared.eventlog.checkpoint import log_origin
from shared.eventlog.verify import CannotTell, KeptNote


def verify_folder(folder: DataFolder, *, kept: Sequence[KeptNote] = ()) -> Report:
    """Check all logs, then what each store says of the others, then every object that the evidence log speaks of.

    `kept` are checkpoints that somebody kept elsewhere: the logs must continue what they say. Raises CannotTell when there
    is no installation here, when what it is kept in does not answer, or when one of `kept` is of another installation.
    """
    with opened(folder) as scene:
        _require_own(scene, kept)
        tally = Tally()
        old_us = long_ago_us(scene)
        # Whoever says how far he has come with a log is asked before the log: it may grow while it is looked at.
        claimed: list[Position] = []
        guarded("positions", tally, lambda: claimed.extend(claimed_positions(scene, tally)))
        readable = check_logs(scene, tally, old_us, kept)
        _check_together(scene, tally, readable, claimed, old_us)
        return tally.report()


def _require_own(scene: Scene, kept: Sequence[KeptNote]) -> None:
    own = {log_origin(scene.parts.installation, service) for service in LOGGED}
    for note in kept:
        if note.statement.origin not in own:
            raise CannotTell(
                f"{note.name}: mốc niêm của nhật ký khác ({note.statement.origin}), không phải của thư mục này."
            )


def _check_together(scene: Scene, tally: Tally, readable: Collection[str], claimed: list[Position], old_us: int) -> None:
    relays = confirmed_by_relays(claimed)
    guarded("positions", tally, lambda: check_positions(scene, tally, readable, claimed))
    guarded("relayed", tally, lambda: check_relayed(scene, tally, readable, relays, old_us))
    guarded("effects", tally, lambda: check_effects(scene, tally, readable))
    guarded("views", tally, lambda: check_views(scene, tally, readable))
    if "evidence" in readable:
        guarded("archive", tally, lambda: check_archive(scene, tally, old_us))


def guarded(what: str, tally: Tally, check: Callable[[], None]) -> None:
    """Carry out one check; what cannot be read keeps the others from nothing."""
    try:
        check()
    except (*AWAY, *UNREADABLE) as error:
        tally.cannot_tell(what, str(error) or type(error).__name__)
