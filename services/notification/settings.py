"""What an installation sets for reminders: when they are told, the days on which nobody is, and where mail goes out."""

from __future__ import annotations

import msgspec

from services.notification.domain.deadlines.steps import LeadTimes
from shared.rulebook.working_days import HolidayTable


class ReminderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one installation. `from_hour` is the hour in Việt Nam from which a day's reminders are told.

    `portal` is the portal's own address, for links in mail. What was told is kept for `keep_days`: longer than any step
    lies before the next one, so that what is forgotten could not be told again.
    """

    lead: LeadTimes = LeadTimes()
    quiet: HolidayTable = HolidayTable()
    from_hour: int = 6
    keep_days: int = 1100
    portal: str = ""
