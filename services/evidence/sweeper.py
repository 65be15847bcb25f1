"""Removes uploads that nobody went on with: at the start and every few minutes, sooner given up where room is short."""

from __future__ import annotations

from services.evidence.ingest import Ingest
from shared.logs import Journal
from shared.storage.disk_space import DiskSpaceGuard, SpaceLevel
from shared.worker import Rhythm, Worker, WorkerHealth

journal = Journal("evidence.sweeper")

SWEEP_EVERY_S = 300.0


class Sweeper(Worker):
    """Sweeps the spool; `room` says whether room is short."""

    rhythm = Rhythm(idle=SWEEP_EVERY_S, retry=SWEEP_EVERY_S, longest_retry=SWEEP_EVERY_S)

    def __init__(self, ingest: Ingest, room: DiskSpaceGuard, health: WorkerHealth | None = None) -> None:
        super().__init__("sweeper", health)
        self._intake = ingest
        self._room = room

    def step(self) -> int:
        """Sweep once."""
        swept = self._intake.sweep(short_of_room=self._room.measure_fullest().plenty is not SpaceLevel.AMPLE)
        if swept:
            journal.info("swept", uploads=swept)
        return 0
