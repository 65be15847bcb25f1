"""Deadlines and reminders on both databases, by two processes over one log."""

from __future__ import annotations

import datetime as dt
import threading

from shared.clock import FixedClock
from shared.contracts.calls import Nothing
from shared.contracts.calls.deadlines import DeadlinesRequest, InboxRequest, RunReminders, SeeReminders
from shared.identity.call_context import system
from shared.paging import every_line
from tests.unit.notification.deadline_kit import MONDAY, Town, acting, noon, opened


def test_two_processes_that_remind_at_once_tell_each_step_once(two_openers):
    clock = FixedClock(noon(MONDAY))
    first, second = two_openers(lambda url: opened(url, url, clock=clock))
    town = Town(first, clock=clock)
    for number in range(20):
        town.task(f"t{number}", MONDAY + dt.timedelta(days=7))
    town.tell("inspection.task-accepted", commune="NL", year=2026, task="t0", school="TH-BC", unit="")
    told: list[tuple[str, str, str]] = []
    start = threading.Barrier(2)

    def remind(application):
        start.wait()
        answer = application.run_reminders(system("thu"), RunReminders(at=noon(MONDAY)))
        told.extend((one.person, one.deadline, one.step) for one in answer.reminders)

    threads = [threading.Thread(target=remind, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == sorted((p, f"task:t{n}", "7") for p in ("truong-bc", "xa") for n in range(1, 20))


def test_what_one_process_heard_the_other_answers(two_openers):
    clock = FixedClock(noon(MONDAY))
    first, second = two_openers(lambda url: opened(url, url, clock=clock))
    town = Town(first, clock=clock)

    town.task("t1", MONDAY + dt.timedelta(days=7))

    (view,) = second.deadlines(acting("xa"), DeadlinesRequest(commune="NL")).deadlines
    assert (view.id, view.days_left) == ("task:t1", 7)


MANY = 1_200
"""More than one page, and more than one question takes at once; the store itself is asked about five thousand."""


def test_more_deadlines_of_one_commune_than_a_page_holds_are_told_listed_and_seen(two_openers):
    clock = FixedClock(noon(MONDAY))
    first, second = two_openers(lambda url: opened(url, url, clock=clock))
    town, officer = Town(first, clock=clock), acting("xa")
    asked = {"request": "b1", "commune": "NL", "year": 2026, "kind": "so_ket", "asked_on": MONDAY}
    schools = [f"TH-{number:04}" for number in range(MANY)]
    town.tell("inspection.report-asked", schools=schools, due=MONDAY + dt.timedelta(days=7), **asked)

    told = town.remind(MONDAY)
    listed = every_line(
        lambda after: second.deadlines(officer, DeadlinesRequest(mine=True, after=after, limit=1_000)),
        lambda answer: answer.deadlines,
    )
    new = second.unseen(officer, Nothing()).unseen
    second.see_reminders(officer, SeeReminders())

    assert sorted(deadline for _, deadline, _ in told) == sorted(view.id for view in listed)
    assert (len(listed), new, first.unseen(officer, Nothing()).unseen) == (MANY, MANY, 0)
    assert first.inbox(officer, InboxRequest(after=MANY - 1)).lines[0].seen


def test_two_processes_number_the_tasks_of_a_school_alike(two_openers):
    clock = FixedClock(noon(MONDAY))
    first, second = two_openers(lambda url: opened(url, url, clock=clock))
    town = Town(first, clock=clock)
    asked = DeadlinesRequest(commune="NL")
    for number in range(1, 4):
        town.task(f"t{number}", MONDAY + dt.timedelta(days=7))
        second.deadlines(acting("xa"), asked)

    labels = [[view.label for view in one.deadlines(acting("xa"), asked).deadlines] for one in (first, second)]

    assert labels[0] == labels[1]
    assert [f"(việc thứ {number} năm 2026, giao 14/9/2026)" in label for number, label in enumerate(labels[0], start=1)] == [
        True,
        True,
        True,
    ]
