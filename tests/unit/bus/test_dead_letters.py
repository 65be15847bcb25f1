"""Dead letters: what people may do with them."""

from __future__ import annotations

import datetime as dt

import pytest

from shared.bus.events.dead_letters import LONGEST_BODY, DeadLetterKind, DeadLetters, DeadLetterState
from shared.bus.events.relay_cursor import MemoryRelayCursor, SqlRelayCursor
from shared.clock import FixedClock
from shared.problems import Conflict, NotFound
from tests.contract.bus.scene import event

START = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    return FixedClock(START)


@pytest.fixture
def dead_letters(clock):
    dead_letters = DeadLetters("sqlite://", clock)
    yield dead_letters
    dead_letters.close()


def malformed(dead_letters: DeadLetters, body: bytes = b"{bad"):
    return dead_letters.malformed("assessment", "evidence", body, "Không đọc được.", sequence=0, type_="")


def test_the_same_failure_again_is_one_dead_letter_with_one_more_attempt(dead_letters, clock):
    first = dead_letters.halt("assessment", event(3), "Lỗi.")
    clock.move(dt.timedelta(minutes=1))
    again = dead_letters.halt("assessment", event(3), "Lỗi khác.")
    assert dead_letters.list() == [again]
    assert (again.id, again.attempts, again.reason) == (first.id, 2, "Lỗi khác.")
    assert (again.first_at, again.last_at) == (START, START + dt.timedelta(minutes=1))


def test_dead_letters_of_other_consumers_sources_and_events_are_others(dead_letters):
    dead_letters.halt("assessment", event(3), "r")
    dead_letters.halt("notification", event(3), "r")
    dead_letters.halt("assessment", event(3, source="inspection"), "r")
    dead_letters.halt("assessment", event(4), "r")
    assert len(dead_letters.list()) == 4


def test_a_source_that_goes_on_resolves_its_dead_letters_and_no_others(dead_letters):
    passed, ahead = dead_letters.halt("assessment", event(3), "r"), dead_letters.halt("assessment", event(9), "r")
    other = dead_letters.halt("notification", event(3), "r")
    dead_letters.resolve("assessment", "evidence", 5)
    assert dead_letters.get(passed.id).state is DeadLetterState.RESOLVED
    assert {letter.id for letter in dead_letters.list()} == {ahead.id, other.id}
    assert len(dead_letters.list(waiting_only=False)) == 3


def test_a_dead_letter_somebody_wants_tried_is_handed_to_its_consumer(dead_letters):
    letter = dead_letters.halt("assessment", event(3), "r")
    assert dead_letters.retry_requested("assessment", "evidence") == []
    assert dead_letters.retry(letter.id).state is DeadLetterState.RETRY
    assert [retry_requested.id for retry_requested in dead_letters.retry_requested("assessment", "evidence")] == [letter.id]
    assert dead_letters.retry_requested("notification", "evidence") == []
    dead_letters.halt("assessment", event(3), "r")  # tried, and failed again
    assert dead_letters.retry_requested("assessment", "evidence") == []


def test_an_event_that_a_source_waits_on_cannot_be_discarded(dead_letters):
    letter = dead_letters.halt("assessment", event(3), "r")
    with pytest.raises(Conflict, match="Không bỏ qua được"):
        dead_letters.discard(letter.id)


def test_an_unreadable_message_can_be_discarded_once(dead_letters):
    letter = malformed(dead_letters)
    assert letter.kind is DeadLetterKind.MALFORMED
    assert dead_letters.discard(letter.id).state is DeadLetterState.DISCARDED
    assert dead_letters.list() == []
    for settled in (dead_letters.discard, dead_letters.retry):
        with pytest.raises(Conflict):
            settled(letter.id)


def test_a_dead_letter_that_is_not_there_is_not_found(dead_letters):
    for ask in (dead_letters.get, dead_letters.retry, dead_letters.discard):
        with pytest.raises(NotFound):
            ask("x")


@pytest.mark.parametrize("body", [b"\xff\x00\xfe", b"x" * (LONGEST_BODY + 5), b""])
def test_any_bytes_can_be_kept_as_text(dead_letters, body):
    kept = malformed(dead_letters, body).body
    assert "\x00" not in kept
    assert len(kept) <= LONGEST_BODY + 100


def test_the_cursor_is_kept_by_name(tmp_path):
    url = f"sqlite:///{tmp_path}/progress.sqlite"
    stored = SqlRelayCursor(url)
    for progress in (stored, MemoryRelayCursor()):
        assert progress.load("evidence") == 0
        progress.save("evidence", 5)
        progress.save("evidence", 9)
        progress.save("assessment", 1)
        assert (progress.load("evidence"), progress.load("assessment")) == (9, 1)
    stored.close()
    again = SqlRelayCursor(url)
    assert again.load("evidence") == 9
    again.close()
