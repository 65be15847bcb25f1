"""Reminders, mail and calendars on both databases, with two processes at the same tables."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading

import pytest

from services.notification.errors import RemindersForgotten
from services.notification.mail_store import SENT, MailStore
from services.notification.reminder_store import KeptCalendar, MailAddress, Reminder, ReminderStore

MONDAY = dt.date(2026, 9, 14)
DAY = dt.timedelta(days=1)


def reminders(number: int, person: str = "p") -> list[Reminder]:
    return [Reminder(person=person, deadline=f"task:{n}", step="7", told_on=MONDAY) for n in range(number)]


@pytest.fixture
def both(two_openers) -> tuple[ReminderStore, ReminderStore]:
    return two_openers(ReminderStore)


def confirmed(store: ReminderStore, person: str = "p") -> MailStore:
    mails = MailStore(store)
    address = MailAddress(person=person, address=b"a", confirmed=False, code=b"c", code_until=9e9)
    mails.ask_for_proof(address, MONDAY, most=5)
    code = mails.claim(MONDAY, 1.0, 2.0)
    assert code is not None
    mails.settle(code, SENT)
    assert mails.confirm(person, lambda kept: kept.code == b"c")
    return mails


def test_what_two_processes_tell_at_once_is_new_to_one_of_them(both):
    new: list[Reminder] = []
    start = threading.Barrier(2)

    def tell(store: ReminderStore) -> None:
        start.wait()
        new.extend(store.tell(reminders(40), MONDAY))

    threads = [threading.Thread(target=tell, args=(store,)) for store in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.deadline for one in new) == sorted(one.deadline for one in reminders(40))
    assert len(both[0].told()) == 40


def test_a_mail_is_in_the_hands_of_one_process_until_its_lease_is_over(both):
    first, second = confirmed(both[0]), MailStore(both[1])
    both[0].tell(reminders(1), MONDAY)

    mail = first.claim(MONDAY, 100.0, 160.0)
    assert mail is not None

    assert second.claim(MONDAY, 120.0, 180.0) is None
    again = second.claim(MONDAY, 161.0, 221.0)
    assert again is not None
    assert again.id == mail.id


def test_what_is_told_once_a_mail_is_on_its_way_goes_with_the_next_days(both):
    mails = confirmed(both[0])
    both[0].tell(reminders(1), MONDAY)
    today = mails.claim(MONDAY, 100.0, 160.0)
    assert today is not None

    both[1].tell(reminders(2), MONDAY)
    mails.settle(today, SENT)

    assert [one.deadline for one in mails.told_in(today)] == ["task:0"]
    assert mails.claim(MONDAY, 200.0, 260.0) is None
    tomorrow = mails.claim(MONDAY + DAY, 200.0, 260.0)
    assert tomorrow is not None
    assert [one.deadline for one in mails.told_in(tomorrow)] == ["task:1"]


def test_whoever_wants_no_mail_gets_none(both):
    both[0].tell(reminders(1), MONDAY)

    assert MailStore(both[1]).claim(MONDAY, 1.0, 2.0) is None


def test_a_wrong_code_counts_and_a_new_address_has_to_be_proved_anew(both):
    mails = confirmed(both[0])
    mails.ask_for_proof(MailAddress(person="p", address=b"b", confirmed=False, code=b"d", code_until=9e9), MONDAY, most=5)

    wrong = MailStore(both[1]).confirm("p", lambda kept: kept.code == b"c")

    kept = mails.address("p")
    assert kept is not None
    assert (wrong, kept.confirmed, kept.tries) == (False, False, 1)


def test_all_that_is_kept_of_a_person_goes_at_once(both):
    confirmed(both[0])
    both[0].tell(reminders(2), MONDAY)
    both[0].snooze("p", "task:0", MONDAY + DAY)
    both[0].open_calendar(KeptCalendar(id="l", secret="s", person="p", role="", opened_on=MONDAY))

    both[1].forget("p")

    assert both[0].persons() == set()
    assert both[0].calendar("s") is None


def test_a_calendar_is_closed_by_its_owner_alone(both):
    both[0].open_calendar(KeptCalendar(id="l", secret="s", person="p", role="", opened_on=MONDAY))

    assert not both[1].close_calendar("q", "l")
    assert both[1].close_calendar("p", "l")
    assert both[0].calendar("s") is None


MORE_THAN_ANY_QUESTION_TAKES = 70_000


def test_whoever_has_thousands_of_deadlines_has_seen_them_all_at_once(both):
    both[0].tell(reminders(5_000), MONDAY)

    both[1].see("p", [f"task:{number}" for number in range(MORE_THAN_ANY_QUESTION_TAKES)])

    assert [one.seen for one in both[0].told("p")] == [True] * 5_000


def test_what_was_forgotten_is_told_by_nobody_again_whose_clock_is_behind(both):
    both[0].tell(reminders(3), MONDAY)
    both[0].tell([Reminder(person="p", deadline="task:0", step="0", told_on=MONDAY + 7 * DAY)], MONDAY + 7 * DAY)

    forgotten = both[0].prune(MONDAY + DAY)

    assert forgotten == 3
    with pytest.raises(RemindersForgotten, match="chỉ còn từ ngày 15/9/2026") as refused:
        both[1].tell(reminders(3), MONDAY)
    assert refused.value.data == {"kept_from": "2026-09-15"}
    assert [one.step for one in both[1].told()] == ["0"]
    assert both[1].prune(MONDAY) == 0
    assert len(both[1].tell(reminders(1, "q"), MONDAY + DAY)) == 1


def test_one_process_forgets_while_another_tells_and_nothing_is_told_twice(both):
    told_twice: list[Reminder] = []
    for number in range(20):
        day = MONDAY + number * DAY
        both[0].tell(reminders(30), day)
        start = threading.Barrier(2)

        def tell(day: dt.date = day, start: threading.Barrier = start) -> None:
            start.wait()
            with contextlib.suppress(RemindersForgotten):
                told_twice.extend(both[1].tell(reminders(30), day))

        thread = threading.Thread(target=tell)
        thread.start()
        start.wait()
        both[0].prune(day + DAY)
        thread.join()

    assert told_twice == []


def test_mail_that_was_sent_and_what_was_put_off_are_forgotten_and_mail_that_waits_is_not(both):
    mails = confirmed(both[0])
    both[0].tell(reminders(1), MONDAY)
    sent = mails.claim(MONDAY, 100.0, 160.0)
    assert sent is not None
    mails.settle(sent, SENT)
    both[0].tell(reminders(2), MONDAY + DAY)
    both[0].snooze("p", "task:0", MONDAY)

    both[1].prune(MONDAY + 2 * DAY)

    assert both[0].snoozes() == {}
    assert mails.waiting("p") == 1
