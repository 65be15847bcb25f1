"""Consistency tokens: written as structured fields, never going back, carried only where somebody carries them."""

from __future__ import annotations

import threading

import pytest

from shared.consistency import MOST_SOURCES, NoToken, carried, carrying, note, parse, render


def test_a_token_is_read_as_it_is_written():
    token = {"evidence": 340, "assessment": 12}
    assert render(token) == "assessment=12, evidence=340"
    assert parse(render(token)) == token


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_no_text_is_no_token(text):
    assert parse(text) == {}


def test_of_a_source_named_twice_the_later_position_counts():
    assert parse("evidence=3,evidence=9, evidence=4") == {"evidence": 9}


@pytest.mark.parametrize(
    "text",
    [
        *("evidence", "evidence=", "evidence=-1", "evidence=1.5", "evidence=x", "=5", "Evidence=5", "evidence=5;a=1"),
        *("evidence=5,", "evidence=1 2", "evidence=٣", "evidence=5\n", f"evidence={10**15}", "a" * 33 + "=1"),
        ",".join(f"{chr(97 + n)}=1" for n in range(MOST_SOURCES + 1)),
        "evidence=5," * 100_000,
    ],
)
def test_what_is_no_token_is_refused(text):
    with pytest.raises(NoToken):
        parse(text)


def test_what_is_noted_is_carried_on_and_forgotten_outside():
    with carrying({"evidence": 3}) as token:
        note("assessment", 7)
        note("assessment", 5)
        note("inspection", 0)
        assert carried() == token == {"evidence": 3, "assessment": 7}
    assert carried() == {}


def test_nothing_is_noted_where_nobody_carries_a_token():
    note("assessment", 7)
    assert carried() == {}


def test_what_one_thread_carries_another_does_not():
    seen: list[dict[str, int]] = []
    with carrying({"evidence": 3}):
        other = threading.Thread(target=lambda: seen.append(carried()))
        other.start()
        other.join()
    assert seen == [{}]
