"""Tests that begin shortly before midnight in Việt Nam, and the processes that they start, live on the day before it."""

import datetime as dt
import os
import subprocess
import sys

import pytest

from shared.clock import SystemClock, vietnam_date
from tests.steady_day import MARGIN, SHIFT, hold, shift_for

MIDNIGHT = dt.datetime(2026, 11, 30, 17, tzinfo=dt.UTC)
LONGEST_RUN = dt.timedelta(hours=1)


@pytest.mark.parametrize("left", [dt.timedelta(seconds=10), dt.timedelta(minutes=20), LONGEST_RUN])
def test_the_day_does_not_change_while_tests_run(left):
    begun = MIDNIGHT - left
    assert vietnam_date(begun) != vietnam_date(begun + LONGEST_RUN)
    told = begun + shift_for(begun)
    assert vietnam_date(told) == vietnam_date(told + LONGEST_RUN) == vietnam_date(begun)


@pytest.mark.parametrize("begun", [MIDNIGHT, MIDNIGHT - MARGIN, MIDNIGHT + dt.timedelta(hours=9)])
def test_at_any_other_hour_nothing_is_touched(begun):
    assert shift_for(begun) == dt.timedelta()


def test_what_a_test_starts_has_the_same_clock(monkeypatch):
    monkeypatch.setattr(SystemClock, "now", SystemClock.now)  # put back afterwards: `hold` sets it
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    monkeypatch.setenv(SHIFT, "-86400")
    hold()
    asked = "from shared.clock import SystemClock; print(SystemClock().now().isoformat())"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
    late = dt.datetime.now(tz=dt.UTC) - dt.datetime.fromisoformat(told)
    assert dt.timedelta(days=1) <= late < dt.timedelta(days=1, minutes=5)
