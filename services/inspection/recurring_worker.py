"""Gives tasks that come again: a loop that looks for rules whose next time has come."""

from __future__ import annotations

from services.inspection.application import InspectionApplication
from shared.worker import Rhythm, Worker, WorkerHealth

LOOKS_EVERY_S = 60.0
"""A task is given when its month or quarter begins; nobody waits for it at midnight."""


class RecurringTasksWorker(Worker):
    """Gives tasks by rule."""

    rhythm = Rhythm(idle=LOOKS_EVERY_S)

    def __init__(
        self, application: InspectionApplication, health: WorkerHealth | None = None, rhythm: Rhythm | None = None
    ) -> None:
        super().__init__("recurring-tasks", health, rhythm)
        self._application = application

    def step(self) -> int:
        """Look at every rule; return how many tasks were given."""
        return self._application.give_recurring_tasks()
