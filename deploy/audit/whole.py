"""The whole audit of a folder: the checks in the order in which one may rest on what another read."""

from __future__ import annotations

from collections.abc import Callable

from deploy.audit.archive import check_archive
from deploy.audit.logs import check_logs
from deploy.audit.report import Report, Tally
from deploy.audit.scene import AWAY, UNREADABLE, Scene, opened
from deploy.datafolder import DataFolder


def verify_folder(folder: DataFolder) -> Report:
    """Check all logs, then every object that the evidence log speaks of.

    Raises CannotTell when there is no installation here, or when what it is kept in does not answer.
    """
    with opened(folder) as scene:
        tally = Tally()
        readable = check_logs(scene, tally)
        if "evidence" in readable:
            guarded("archive", tally, check_archive, scene)
        return tally.report()


def guarded(what: str, tally: Tally, check: Callable[[Scene, Tally], None], scene: Scene) -> None:
    """Carry out one check; what cannot be read keeps the others from nothing."""
    try:
        check(scene, tally)
    except (*AWAY, *UNREADABLE) as error:
        tally.cannot_tell(what, str(error) or type(error).__name__)
