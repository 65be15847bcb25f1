"""The whole audit of a folder: the checks in the order in which one may rest on what another read."""

from __future__ import annotations

from collections.abc import Callable, Collection

from deploy.audit.ages import long_ago_us
from deploy.audit.archive import check_archive
from deploy.audit.logs import check_logs
from deploy.audit.positions import Position, check_positions, claimed_positions, confirmed_by_relays
from deploy.audit.relayed import check_relayed
from deploy.audit.report import Report, Tally
from deploy.audit.scene import AWAY, UNREADABLE, Scene, opened
from deploy.datafolder import DataFolder


def verify_folder(folder: DataFolder) -> Report:
    """Check all logs, then every object that the evidence log speaks of, then what each store says of the others.

    Raises CannotTell when there is no installation here, or when what it is kept in does not answer.
    """
    with opened(folder) as scene:
        tally = Tally()
        # Whoever says how far he has come with a log is asked before the log: it may grow while it is looked at.
        claimed: list[Position] = []
        guarded("positions", tally, lambda: claimed.extend(claimed_positions(scene, tally)))
        readable = check_logs(scene, tally)
        _check_together(scene, tally, readable, claimed)
        return tally.report()


def _check_together(scene: Scene, tally: Tally, readable: Collection[str], claimed: list[Position]) -> None:
    old_us = long_ago_us(scene, readable)
    relays = confirmed_by_relays(claimed)
    guarded("positions", tally, lambda: check_positions(scene, tally, readable, claimed))
    guarded("relayed", tally, lambda: check_relayed(scene, tally, readable, relays, old_us))
    if "evidence" in readable:
        guarded("archive", tally, lambda: check_archive(scene, tally, old_us))


def guarded(what: str, tally: Tally, check: Callable[[], None]) -> None:
    """Carry out one check; what cannot be read keeps the others from nothing."""
    try:
        check()
    except (*AWAY, *UNREADABLE) as error:
        tally.cannot_tell(what, str(error) or type(error).__name__)
