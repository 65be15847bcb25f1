"""A process that reminds people of what is due on each day it is told, or sends the mail that waits; it may be killed.

Usage: reminding_process.py STORE VIEWS remind|mail [PORT]. Reads days from standard input, a line each, and answers "done".
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from services.notification.adapters.smtp import PLAIN, MailServer, SmtpMailer
from shared.clock import FixedClock
from shared.contracts.calls.deadlines import RunReminders
from shared.identity.call_context import system
from tests.unit.notification.deadline_kit import noon, opened


def main(store: str, views: str, work: str, port: str = "") -> None:
    """Do the work for each day."""
    server = MailServer(host="127.0.0.1", port=int(port), sender="nhac@vi-du.vn", security=PLAIN) if port else None
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    clock = FixedClock(noon(dt.date(2026, 1, 1)))
    application = opened(store, views, clock=clock, mailer=SmtpMailer(server) if server else None)
    for line in sys.stdin:
        at = noon(dt.date.fromisoformat(line.strip()))
        clock.move(at - clock.now())
        if work == "remind":
            application.run_reminders(system("thu"), RunReminders(at=at))
        else:
            while application.send_one():
                pass
        sys.stdout.write("done\n")
        sys.stdout.flush()
    application.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
