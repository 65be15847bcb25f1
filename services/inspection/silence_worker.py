"""Takes silence for agreement: a loop that looks for drafts whose time to reply is over (ADR 23)."""

from __future__ import annotations

from services.inspection.application import InspectionApplication
from shared.worker import Rhythm, Worker, WorkerHealth

LOOKS_EVERY_S = 60.0
"""A time ends at midnight; whoever asks before the worker looked is answered as if it had."""


class SilenceWorker(Worker):
    """Records that a school has let the time to reply pass."""

    rhythm = Rhythm(idle=LOOKS_EVERY_S)

    def __init__(
        self, application: InspectionApplication, health: WorkerHealth | None = None, rhythm: Rhythm | None = None
    ) -> None:
        super().__init__("silence", health, rhythm)
        self._application = application

    def step(self) -> int:
        """Look at every draft that waits for a reply; return how many silences were recorded."""
        return self._application.take_silences()
