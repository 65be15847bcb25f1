"""Tasks that come again by rule: each period once, until the year or the rule ends."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection import errors_year
from services.inspection.domain.year.recurring_task import months_after, occurrences
from services.inspection.domain.year.tasks_facts import RecurringTaskSet
from shared.vocabulary.commune_year import Recurrence, TaskWanted
from tests.unit.inspection.year.tasks_kit import TODAY


def rule(every=Recurrence.MONTHLY, first_due=dt.date(2026, 1, 31), set_on=dt.date(2026, 1, 10)):
    return RecurringTaskSet(
        commune="NL01",
        year=2026,
        rule="r",
        every=every,
        schools=("TH-BC",),
        units=(),
        text="Báo cáo tháng",
        wanted=TaskWanted.REPORT,
        first_due=first_due,
        set_on=set_on,
    )


def test_a_month_that_is_too_short_ends_with_its_last_day():
    assert months_after(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert months_after(dt.date(2026, 11, 30), 2) == dt.date(2027, 1, 30)


def test_a_monthly_task_comes_until_the_year_ends_and_is_given_when_its_month_begins():
    found = list(occurrences(rule(), dt.date(2026, 12, 31)))
    assert [one.period for one in found] == [f"2026-{month:02d}" for month in range(1, 13)]
    assert (found[0].given_on, found[1].given_on, found[1].due) == (
        dt.date(2026, 1, 10),
        dt.date(2026, 2, 1),
        dt.date(2026, 2, 28),
    )
    assert len(list(occurrences(rule(), dt.date(2026, 3, 1)))) == 3
    assert len(list(occurrences(rule(), dt.date(2026, 2, 28)))) == 2


def test_a_quarterly_task_is_given_when_its_quarter_begins():
    found = list(occurrences(rule(Recurrence.QUARTERLY, dt.date(2026, 5, 20)), dt.date(2026, 12, 31)))
    assert [(one.period, one.given_on, one.due) for one in found] == [
        ("2026-Q2", dt.date(2026, 1, 10), dt.date(2026, 5, 20)),
        ("2026-Q3", dt.date(2026, 7, 1), dt.date(2026, 8, 20)),
        ("2026-Q4", dt.date(2026, 10, 1), dt.date(2026, 11, 20)),
    ]


def test_a_rule_gives_its_first_task_at_once_and_the_next_when_its_month_begins(at_work):
    given = at_work.give("moi_truong", due=TODAY + dt.timedelta(days=4), every=Recurrence.MONTHLY)
    assert (len(given.ids), at_work.rules()[0].given) == (2, 2)
    at_work.clock.move(dt.timedelta(days=6))
    assert at_work.application.give_recurring_tasks() == 0
    at_work.clock.move(dt.timedelta(days=1))
    assert at_work.application.give_recurring_tasks() == 2
    assert at_work.application.give_recurring_tasks() == 0
    newest = at_work.listed(school="MN-BC").tasks[-1]
    assert (newest.period, newest.due, newest.given_on) == ("2026-12", dt.date(2026, 12, 28), dt.date(2026, 12, 1))
    at_work.clock.move(dt.timedelta(days=60))
    assert at_work.application.give_recurring_tasks() == 0


def test_a_machine_that_stood_still_gives_what_it_missed_on_the_days_on_which_it_was_due_to(at_work):
    given = at_work.give(due=dt.date(2026, 9, 20), on=dt.date(2026, 9, 1), every=Recurrence.MONTHLY)
    found = at_work.listed().tasks
    assert sorted((one.period, one.given_on.isoformat()) for one in found) == [
        ("2026-09", "2026-09-01"),
        ("2026-10", "2026-10-01"),
        ("2026-11", "2026-11-01"),
    ]
    assert {one.rule for one in found} == {given.rule}


def test_the_same_rule_again_is_the_same(at_work):
    first = at_work.give(every=Recurrence.MONTHLY)
    again = at_work.give(every=Recurrence.MONTHLY)
    assert (first.ids, first.rule) == (again.ids, again.rule)
    assert at_work.topics() == ["recurring-task-set", "task-given"]


def test_a_rule_that_ended_gives_no_more_tasks_and_leaves_those_it_gave(at_work):
    given = at_work.give(due=TODAY, every=Recurrence.MONTHLY)
    ended = at_work.end(given.rule)
    assert (ended.ended_on, ended.given) == (TODAY, 1)
    at_work.end(given.rule)
    at_work.clock.move(dt.timedelta(days=10))
    assert at_work.application.give_recurring_tasks() == 0
    assert at_work.topics() == ["recurring-task-set", "task-given", "recurring-task-ended"]


def test_a_rule_that_ended_is_not_set_again_by_mistake(at_work):
    at_work.end(at_work.give(every=Recurrence.MONTHLY).rule)
    with pytest.raises(errors_year.TaskStands):
        at_work.give(every=Recurrence.MONTHLY)


def test_a_rule_stays_within_its_year(at_work):
    with pytest.raises(errors_year.TaskRefused, match="31/12/2026"):
        at_work.give(due=dt.date(2027, 1, 5), every=Recurrence.MONTHLY)
