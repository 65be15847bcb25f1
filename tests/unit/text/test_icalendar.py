"""A calendar holds every day that there is."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest

from shared.text.icalendar import AllDay, calendar

STAMP = dt.datetime(2026, 11, 2, 3, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("day", [dt.date.min, dt.date(2026, 12, 31), dt.date.max])
def test_any_day_stands_in_a_calendar(day):
    drawn = calendar("Hạn", [AllDay(uid="a@thu", day=day, summary="Hạn")], STAMP)
    event = icalendar.Calendar.from_ical(drawn).walk("VEVENT")[0]
    assert event["DTSTART"].dt == day
    assert "DTEND" not in event or event["DTEND"].dt == day + dt.timedelta(days=1)
