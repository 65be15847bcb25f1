"""Tells people what is due, once a day's hour has come, and sends the mail that waits: two plain loops.

Any number of copies may run: what is told is told once whoever looks, and a mail is in one worker's hands at a time.
"""

from __future__ import annotations

from services.notification.application import NotificationApplication
from shared.clock import VIETNAM
from shared.contracts.calls.deadlines import RunReminders
from shared.identity.call_context import system
from shared.worker import Rhythm, Worker, WorkerHealth

LOOKS_EVERY_S = 300.0
MAIL_EVERY_S = 10.0


class ReminderWorker(Worker):
    """Tells people what is due: from the day's hour on, whenever something is new."""

    rhythm = Rhythm(idle=LOOKS_EVERY_S)

    def __init__(
        self, application: NotificationApplication, health: WorkerHealth | None = None, rhythm: Rhythm | None = None
    ) -> None:
        super().__init__("reminders", health, rhythm)
        self._application = application

    def begin(self) -> None:
        """Make the read model ready: where it is new, or was changed, it comes from the first event of the feed on."""
        self._application.deadline_views.catch_up()

    def step(self) -> int:
        """Tell what is to be told; return how many reminders were new."""
        now = self._application.clock.now()
        if now.astimezone(VIETNAM).hour < self._application.reminder_settings.from_hour:
            return 0
        return len(self._application.run_reminders(system("reminders"), RunReminders(at=now)).reminders)


class MailWorker(Worker):
    """Sends mail that waits."""

    rhythm = Rhythm(idle=MAIL_EVERY_S)

    def __init__(
        self, application: NotificationApplication, health: WorkerHealth | None = None, rhythm: Rhythm | None = None
    ) -> None:
        super().__init__("mail", health, rhythm)
        self._application = application

    def step(self) -> int:
        """Send until nothing waits; return how many were tried."""
        tried = 0
        while not self.stop.is_set() and self._application.send_one():
            tried += 1
        return tried
