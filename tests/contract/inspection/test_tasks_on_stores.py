"""Tasks of a commune on every store: what comes by rule is given once, what goes to many goes to all, whoever is first."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from services.inspection.errors_year import TaskChanged
from services.inspection.recurring_worker import RecurringTasksWorker
from shared.clock import FixedClock
from shared.contracts.calls.titles import TitlesRequest
from shared.contracts.calls.year import tasks as c
from shared.contracts.events.assessment import SchoolRegistered
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import Recurrence, TaskState
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 9, 3, tzinfo=dt.UTC)
SCHOOLS = ("TH-A", "TH-B", "TH-C")


def caller(role, kind, scope):
    return CallContext(actor="account-1", grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=SCHOOLS),))


OFFICER = caller(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL01")
HEAD = caller(Role.HEAD, ScopeKind.SCHOOL, "TH-A")


@pytest.fixture
def clock():
    return FixedClock(NOW)


def hear_schools(application):
    for number, school in enumerate(SCHOOLS, start=1):
        told = SchoolRegistered(school=school, name=f"Trường {school}", kind=SchoolKind.PRIMARY, commune="NL01")
        times = {"occurred": NOW, "recorded": NOW, "correlation": "", "cause": ""}
        application.receive(envelope(installation="thu", data=told, sequence=number, subject="school/x", **times))


def give(application, **more):
    request = {"to": [c.ALL_SCHOOLS], "text": "Báo cáo tháng", "due": dt.date(2026, 11, 25)} | more
    return application.give_task(OFFICER, c.GiveTask(commune="NL01", year=2026, **request))


def given(application):
    topics = [one.entry.fact.TOPIC for one in application.log.read(0, 1000)]
    return topics.count("inspection.task-given")


def both(*acts):
    """Do things at the same moment in threads; return what each gave, or raised."""
    barrier, gave = threading.Barrier(len(acts)), []

    def act(do):
        barrier.wait()
        try:
            gave.append(do())
        except TaskChanged as refused:
            gave.append(refused)

    threads = [threading.Thread(target=act, args=(do,)) for do in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return gave


def test_two_processes_give_each_task_of_a_rule_exactly_once(start, clock):
    here, there = start(), start()
    hear_schools(here)
    give(here, every=Recurrence.MONTHLY)
    assert given(here) == len(SCHOOLS)
    clock.move(dt.timedelta(days=25))

    gave = both(*(RecurringTasksWorker(one).step for one in (here, there)))

    assert sum(gave) == len(SCHOOLS)
    assert given(here) == 2 * len(SCHOOLS)
    assert [RecurringTasksWorker(one).step() for one in (here, there)] == [0, 0]


def test_a_task_that_another_process_gives_between_looking_and_storing_is_not_given_again(start, clock):
    here, there = start(), start()
    hear_schools(here)
    give(here, to=["TH-A"], every=Recurrence.MONTHLY)
    clock.move(dt.timedelta(days=25))
    store, tries = here.append, []

    def append(*streams, **more):
        tries.append(streams)
        if len(tries) == 1:
            assert there.give_recurring_tasks() == 1
        return store(*streams, **more)

    here.append = append
    assert here.give_recurring_tasks() == 0
    assert given(here) == 2


def test_the_same_task_given_twice_at_once_is_one_for_each_school(start):
    here, there = start(), start()
    hear_schools(here)

    gave = both(lambda: give(here), lambda: give(there))

    assert gave[0].ids == gave[1].ids
    assert given(here) == len(SCHOOLS)


def test_of_accepting_and_giving_back_the_same_report_one_is_done(start):
    here, there = start(), start()
    hear_schools(here)
    number = give(here, to=["TH-A"]).id
    seen = here.report_task(HEAD, c.ReportTask(task=number, text="Đã nộp.")).version

    gave = both(
        lambda: here.return_task(OFFICER, c.ReturnTask(task=number, reason="Còn thiếu hai biểu mẫu", seen=seen)),
        lambda: there.return_task(OFFICER, c.ReturnTask(task=number, reason="Sai số liệu của tháng 10", seen=seen)),
    )

    assert [isinstance(one, TaskChanged) for one in gave].count(True) == 1
    view = here.task(OFFICER, c.TaskRequest(task=number))
    assert (view.state, [act.kind for act in view.acts]) == (TaskState.RETURNED, ["reported", "returned"])


def test_whoever_starts_anew_lists_the_same_tasks(start, clock):
    here = start()
    hear_schools(here)
    give(here)
    clock.move(dt.timedelta(days=20))
    asked = c.TasksRequest(commune="NL01", year=2026, overdue=True)
    assert start().tasks(OFFICER, asked) == here.tasks(OFFICER, asked)
    assert here.tasks(OFFICER, asked).total == len(SCHOOLS)


def test_each_of_more_things_than_one_question_takes_is_called_what_was_written_of_it(start):
    application = start()
    hear_schools(application)
    first, second = give(application, text="Nộp danh mục").ids, give(application, text="Rà soát sân chơi").ids
    unknown = [f"khong-co-{number}" for number in range(1200)]
    asked = TitlesRequest(
        tasks=[*unknown[:600], *first, *second], difficulties=unknown, trainings=["x"], reports=["x"], recommendations=["x"]
    )

    of_office, of_school = (application.titles(who, asked).titles for who in (OFFICER, HEAD))

    assert of_office == dict.fromkeys(first, "Nộp danh mục") | dict.fromkeys(second, "Rà soát sân chơi")
    assert of_school == {first[0]: "Nộp danh mục", second[0]: "Rà soát sân chơi"}
