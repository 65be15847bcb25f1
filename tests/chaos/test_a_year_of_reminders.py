"""Many days, two processes that remind at once and are killed at random: each step is told once, none is missed.

A whole year on SQLite; on PostgreSQL a season with as many kills.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import IO, Any

import pytest

from services.notification.settings import ReminderSettings
from shared.clock import FixedClock
from tests.unit.notification.deadline_kit import Town, noon, opened

FIRST = dt.date(2026, 1, 1)
DAYS = {"sqlite": 365, "postgresql": 100}
DAY = dt.timedelta(days=1)
PROCESS = Path(__file__).with_name("reminding_process.py")
KILLED = 25
"""So many times one of the two is killed."""


pytestmark = pytest.mark.timeout(900)


class Process:
    """One of the two: it is told a day, and answers when it has reminded."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._child = self._start()

    def _start(self) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, str(PROCESS), *self._arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert _pipe(child.stdout).readline() == "ready\n"
        return child

    def begin(self, day: dt.date) -> None:
        """Tell it a day."""
        _pipe(self._child.stdin).write(f"{day.isoformat()}\n")
        _pipe(self._child.stdin).flush()

    def end(self) -> bool:
        """Wait for its answer; say whether there was one."""
        return _pipe(self._child.stdout).readline() == "done\n"

    def kill(self, after_s: float) -> None:
        """Kill it, wherever it is by then, and start another."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(after_s)
        self.close()
        self._child = self._start()

    def close(self) -> None:
        """End it."""
        self._child.kill()
        self._child.wait()
        for stream in (self._child.stdin, self._child.stdout):
            with contextlib.suppress(BrokenPipeError):
                _pipe(stream).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


class Year:
    """Tasks that are given, extended and ended on days drawn by chance, over so many days."""

    def __init__(self, chance: random.Random, days: int) -> None:
        self.days = [FIRST + number * DAY for number in range(days)]
        self.happens: dict[dt.date, list[tuple[str, str, dt.date | None]]] = {}
        for number in range(60):
            task = f"t{number:02}"
            given = FIRST + chance.randrange(days - 60) * DAY
            due = given + chance.randrange(1, 100) * DAY
            self._note(given, "given", task, due)
            if chance.random() < 0.3:
                self._note(given + chance.randrange(1, 40) * DAY, "extended", task, due + chance.randrange(1, 60) * DAY)
            if chance.random() < 0.8:
                self._note(given + chance.randrange(40, 160) * DAY, chance.choice(["accepted", "cancelled"]), task, None)

    def _note(self, day: dt.date, what: str, task: str, due: dt.date | None) -> None:
        self.happens.setdefault(day, []).append((what, task, due))

    def tell(self, town: Town, day: dt.date) -> None:
        """Let the service hear what happens on a day."""
        for what, task, due in self.happens.get(day, ()):
            if what == "given":
                assert due is not None
                town.task(task, due, given_on=day)
            else:
                more: dict[str, Any] = {"due": due} if due else {}
                town.tell(f"inspection.task-{what}", commune="NL", year=2026, task=task, school="TH-BC", unit="", **more)


def expected(year: Year) -> set[tuple[str, str, str]]:
    """Say, by a way of its own, who is to be told what in the year: every step by its day, looked up day by day."""
    open_tasks: dict[str, tuple[dt.date, dt.date]] = {}
    told: set[tuple[str, str, str]] = set()
    for day in year.days:
        for what, task, due in year.happens.get(day, ()):
            if what == "given" and due is not None:
                open_tasks[task] = (due, due)
            elif what == "extended" and due is not None and task in open_tasks:
                open_tasks[task] = (due, open_tasks[task][1])
            elif what != "extended":
                open_tasks.pop(task, None)
        for task, (due, first) in open_tasks.items():
            turns = [(str(ahead), _tell_day(due, ahead)) for ahead in (60, 30, 7, 0)]
            turns += [(f"+{late}", _tell_day(due, -late)) for late in range(7, 400, 7)]
            come = [name for name, turn in turns if turn <= day]
            if come:
                step = come[-1] if due == first else f"{come[-1]}@{due.isoformat()}"
                told |= {(person, f"task:{task}", step) for person in ("xa", "truong-bc")}
    return told


def _tell_day(due: dt.date, ahead: int) -> dt.date:
    day = due - ahead * DAY
    while day.isoweekday() > 5:
        day += DAY if ahead else -DAY
    return day


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def urls(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Where the log is, and what was told."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"
    url = str(request.getfixturevalue("postgresql").new_database())
    return url, url


@pytest.mark.parametrize("seed", [20260914])
def test_each_step_of_many_days_is_told_exactly_once_with_two_processes_that_are_killed(kind, urls, seed):
    chance = random.Random(seed)
    year = Year(chance, DAYS[kind])
    killed_on = set(chance.sample(year.days, KILLED))

    with contextlib.ExitStack() as stack:
        clock = FixedClock(noon(FIRST))
        application = opened(*urls, clock=clock, reminders=ReminderSettings())
        stack.callback(application.close)
        town = Town(application, clock=clock)
        both = [Process(*urls, "remind") for _ in range(2)]
        for process in both:
            stack.callback(process.close)
        for day in year.days:
            year.tell(town, day)
            for process in both:
                process.begin(day)
            if day in killed_on:
                # Wherever it is: opening its stores, at its questions, or between writing and committing.
                victim = both[chance.randrange(2)]
                victim.kill(after_s=chance.uniform(0, 0.06))
                victim.begin(day)
            assert all(process.end() for process in both)
            clock.move(DAY)

        told = [(one.person, one.deadline, one.step) for one in application.reminder_tables.told()]

    assert max(Counter(told).values()) == 1
    assert set(told) == expected(year)
