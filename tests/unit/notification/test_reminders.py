"""Who is told what and when: each step once, on a working day, nothing of what is done; seen and put off."""

from __future__ import annotations

import datetime as dt

import pytest

from services.notification.domain.deadlines.steps import LeadTimes, step_of
from services.notification.errors import NoSuchReminder, RemindersForgotten
from services.notification.reminder_worker import ReminderWorker
from services.notification.settings import ReminderSettings
from shared.clock import FixedClock
from shared.contracts.calls import Nothing
from shared.contracts.calls.deadlines import InboxRequest, OpenCalendar, RunReminders, SeeReminders, SnoozeReminder
from shared.identity.call_context import system
from shared.problems import BadRequest
from shared.rulebook.working_days import holiday_table
from tests.unit.notification.deadline_kit import MONDAY, Town, acting, noon

DAY = dt.timedelta(days=1)
IN_A_WEEK = MONDAY + 7 * DAY
NONE = holiday_table([])
LEAD = LeadTimes()


def step(due: dt.date, day: dt.date, quiet=NONE) -> str:
    return step_of(due, day, (60, 30, 7, 0), 7, quiet)


@pytest.fixture
def town() -> Town:
    return Town()


def test_steps_come_before_on_the_day_and_every_week_after():
    due = dt.date(2026, 9, 30)  # a Wednesday

    days = (61, 60, 31, 30, 8, 7, 1, 0, -6, -7, -13, -14)

    found = [step(due, due - days * DAY) for days in days]
    assert found == ["", "", "60", "30", "30", "7", "7", "0", "0", "+7", "+7", "+14"]
    # 60 days before is a Saturday: told on the Monday.
    assert step(due, dt.date(2026, 8, 3)) == "60"


def test_a_step_on_a_quiet_day_is_told_on_the_next_working_day():
    due = dt.date(2026, 9, 26)

    assert [step(due, dt.date(2026, 9, day)) for day in (18, 19, 20, 21)] == ["30", "30", "30", "7"]


def test_the_day_itself_is_told_on_the_last_working_day_before_a_quiet_one():
    friday = dt.date(2026, 9, 25)

    assert step(friday + DAY, friday) == "0"
    assert step(friday + DAY, friday - DAY, holiday_table([friday])) == "0"


def test_everybody_whom_it_matters_to_is_told_once(town):
    town.task("t1", IN_A_WEEK)

    first, second = town.remind(MONDAY), town.remind(MONDAY)

    assert first == [("truong-bc", "task:t1", "7"), ("xa", "task:t1", "7")]
    assert second == []


def test_what_was_missed_is_told_once_the_latest_step_only(town):
    town.task("t1", MONDAY + 60 * DAY)
    town.remind(MONDAY)

    assert {told[2] for told in town.remind(MONDAY + 75 * DAY)} == {"+14"}


def test_nothing_is_told_of_what_is_done_dropped_or_waits(town):
    told = {"commune": "NL", "year": 2026, "unit": "", "school": "TH-BC"}
    for task, fact in (("t1", "accepted"), ("t2", "cancelled"), ("t3", "reported")):
        town.task(task, IN_A_WEEK)
        town.tell(f"inspection.task-{fact}", task=task, **told)

    assert town.remind(IN_A_WEEK) == []


def test_a_day_that_was_moved_has_steps_of_its_own(town):
    town.task("t1", IN_A_WEEK)
    town.remind(MONDAY)

    town.tell("inspection.task-extended", task="t1", due=MONDAY + 14 * DAY, commune="NL", school="TH-BC")

    assert town.remind(MONDAY + 7 * DAY) == [
        ("truong-bc", "task:t1", "7@2026-09-28"),
        ("xa", "task:t1", "7@2026-09-28"),
    ]


def test_a_role_that_ended_or_was_taken_away_is_told_nothing(town):
    town.tell("identity.role-granted", account="tam", role="can_bo_xa", scope_kind="xa", scope="NL", until="2026-09-13")
    town.tell("identity.role-revoked", account="xa", role="can_bo_xa", scope_kind="xa", scope="NL")
    town.task("t1", IN_A_WEEK)

    assert town.remind(MONDAY) == [("truong-bc", "task:t1", "7")]


def test_lead_times_differ_by_kind():
    town = Town(reminders=ReminderSettings(lead=LeadTimes(by_kind={"task": (3, 1)})))
    town.task("t1", IN_A_WEEK)

    days = [MONDAY + number * DAY for number in range(8)]

    assert [{told[2] for told in town.remind(day)} for day in days] == [set()] * 4 + [{"3"}, set(), set(), {"1"}]


def test_the_worker_tells_nothing_before_the_hour_of_the_day():
    clock = FixedClock(noon(MONDAY) - dt.timedelta(hours=7))
    town = Town(clock=clock)
    town.task("t1", IN_A_WEEK)
    worker = ReminderWorker(town.application)

    early = worker.step()
    clock.move(dt.timedelta(hours=1))

    assert (early, worker.step(), worker.step()) == (0, 2, 0)


# --- what is kept

SHORTEST_DAYS = 900
"""What `[reminders] keep_days` is at least."""


@pytest.mark.parametrize("lead", [(730, 0), (730,), (0,), (), (60, 30, 7, 0)])
@pytest.mark.parametrize("every", [1, 7, 90])
def test_a_step_is_followed_by_another_before_it_is_forgotten(lead, every):
    quiet = holiday_table([dt.date(2026, 2, 10) + number * DAY for number in range(20)])
    due = dt.date(2026, 2, 14)

    for number in range(-740, 200):
        told_on = due + number * DAY
        told = step_of(due, told_on, lead, every, quiet)
        assert not told or told != step_of(due, told_on + SHORTEST_DAYS * DAY, lead, every, quiet)


def kept(town: Town) -> set[str]:
    return {one.step for one in town.application.reminder_tables.told()}


def test_what_was_told_long_ago_is_forgotten_and_not_told_again_by_a_clock_that_is_behind():
    clock = FixedClock(noon(MONDAY))
    town = Town(clock=clock, reminders=ReminderSettings(keep_days=SHORTEST_DAYS))
    town.task("t1", IN_A_WEEK)
    town.remind(MONDAY)
    clock.move((SHORTEST_DAYS + 1) * DAY)

    later = town.remind(MONDAY + (SHORTEST_DAYS + 1) * DAY)

    assert {told[2] for told in later} == kept(town) == {"+889"}
    clock.move(-(SHORTEST_DAYS + 1) * DAY)
    with pytest.raises(RemindersForgotten):
        town.remind(MONDAY)
    assert kept(town) == {"+889"}


def test_a_moment_to_come_forgets_nothing(town):
    town.task("t1", IN_A_WEEK)
    town.remind(MONDAY)

    town.remind(dt.date(2999, 12, 30))

    assert "7" in kept(town)
    assert town.remind(MONDAY) == []


# --- the in-box


def test_the_in_box_holds_the_latest_of_each_open_deadline(town):
    town.task("t1", MONDAY + 60 * DAY)
    town.task("t2", IN_A_WEEK)
    town.remind(MONDAY)

    inbox = town.application.inbox(acting("truong-bc"), InboxRequest())

    assert [(line.deadline.id, line.step, line.seen) for line in inbox.lines] == [
        ("task:t2", "7", False),
        ("task:t1", "60", False),
    ]
    assert town.application.unseen(acting("truong-bc"), Nothing()).unseen == 2
    assert town.application.inbox(acting("truong-sm"), InboxRequest()).lines == []


def test_the_in_box_comes_by_pages_what_is_put_off_last_and_counts_all_that_is_new(town):
    for number in range(5):
        town.task(f"t{number}", IN_A_WEEK + number * DAY)
    town.remind(IN_A_WEEK)
    officer = acting("xa")
    town.application.snooze_reminder(officer, SnoozeReminder(deadline="task:t0", until=MONDAY + 3 * DAY))

    found = [town.application.inbox(officer, InboxRequest(after=after, limit=2)) for after in (0, 2, 4, 6)]

    assert [line.deadline.id for page in found for line in page.lines] == [f"task:t{n}" for n in (1, 2, 3, 4, 0)]
    assert {(page.total, page.unseen, page.put_off) for page in found} == {(5, 4, 1)}
    for wrong in (InboxRequest(limit=0), InboxRequest(limit=501), InboxRequest(after=-1)):
        with pytest.raises(BadRequest, match="lời nhắc"):
            town.application.inbox(officer, wrong)


def test_what_was_seen_is_not_new_until_the_next_step(town):
    town.task("t1", IN_A_WEEK)
    town.remind(MONDAY)

    town.application.see_reminders(acting("xa"), SeeReminders(deadlines=["task:t1"]))
    seen = town.application.unseen(acting("xa"), Nothing()).unseen
    town.remind(IN_A_WEEK)

    assert seen == 0
    assert town.application.unseen(acting("xa"), Nothing()).unseen == 1
    assert town.application.unseen(acting("truong-bc"), Nothing()).unseen == 1


def test_what_is_put_off_is_told_when_its_time_is_over(town):
    town.task("t1", MONDAY + 30 * DAY)
    town.remind(MONDAY)

    town.application.snooze_reminder(acting("xa"), SnoozeReminder(deadline="task:t1", until=MONDAY + 25 * DAY))
    meanwhile = town.remind(MONDAY + 23 * DAY)
    after = town.remind(MONDAY + 25 * DAY)

    assert meanwhile == [("truong-bc", "task:t1", "7")]
    assert after == [("xa", "task:t1", "7")]


def test_only_what_one_was_told_can_be_put_off_and_not_for_ever(town):
    town.task("t1", IN_A_WEEK)
    with pytest.raises(NoSuchReminder):
        town.application.snooze_reminder(acting("xa"), SnoozeReminder(deadline="task:t1", until=MONDAY + DAY))

    town.remind(MONDAY)

    for days in (0, 61):
        with pytest.raises(BadRequest):
            town.application.snooze_reminder(acting("xa"), SnoozeReminder(deadline="task:t1", until=MONDAY + days * DAY))


def test_nothing_is_kept_of_whoever_has_left(town):
    town.task("t1", IN_A_WEEK)
    town.remind(MONDAY)
    town.application.open_calendar(acting("xa"), OpenCalendar())

    town.tell("identity.account-closed", account="xa")
    town.remind(MONDAY)

    assert "xa" not in town.application.reminder_tables.persons()


def test_a_closed_school_owes_nothing_again_whatever_is_told_of_it_afterwards(town):
    due = dt.date(2026, 9, 20)
    town.task("a", due)
    town.tell("assessment.school-closed", school="TH-BC", closed_on=MONDAY)
    town.tell("inspection.task-returned", commune="NL", year=2026, task="a", school="TH-BC", unit="", returned_on=MONDAY)
    town.task("b", due)
    town.task("other", due, school="MN-SM")
    assert {deadline for _, deadline, _ in town.remind(due)} == {"task:other"}


def test_what_all_schools_of_a_commune_are_told_is_not_told_to_a_closed_one(town):
    town.tell("assessment.school-closed", school="TH-BC", closed_on=MONDAY)
    planned = {"training": "t", "topic": "hoi_dong", "first_day": MONDAY, "days": 1, "schools": [], "budget_vnd": 0}
    town.tell("inspection.training-planned", commune="NL", year=2026, planned_on=MONDAY, **planned)
    assert {person for person, _, _ in town.remind(MONDAY)} == {"truong-sm", "xa"}


@pytest.mark.parametrize("year", [1, 9999])
def test_a_moment_that_no_calendar_has_is_refused(town, year):
    with pytest.raises(BadRequest, match="từ năm 2000"):
        town.application.run_reminders(system("thu"), RunReminders(at=dt.datetime(year, 12, 31, 23, tzinfo=dt.UTC)))
