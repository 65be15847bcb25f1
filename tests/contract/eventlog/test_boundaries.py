"""Decisions over several streams, on every store: stored only while all that they rest on stands as it was read."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from eventsourcing.persistence import IntegrityError, Tracking

from shared.clock import SystemClock
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.boundary import Boundary
from shared.eventlog.facts import EventMetadata, Fact, FactRegistry
from shared.ids import id_within, natural_id

MOMENT = dt.datetime(2026, 9, 14, 1, 41, tzinfo=dt.UTC)
HOUSE = natural_id("house")
OTHER = natural_id("another house")


class Noted(Fact, frozen=True, kw_only=True):
    TOPIC = "house.noted"
    room: str


def room(name: str) -> uuid.UUID:
    return id_within(HOUSE, "room", name)


class House(Boundary):
    def __init__(self):
        super().__init__()
        self.notes: list[tuple[str, int]] = []

    def stream_of(self, fact):
        return room(fact.room)

    def apply(self, fact, meta, order):
        self.notes.append((fact.room, order))

    def note(self, where: str, command: str = "") -> None:
        if not self.has_processed(command):
            self.record(Noted(room=where), EventMetadata(actor="a", occurred=MOMENT, command=command))


class Houses(EventSourcedApplication):
    name = "houses"
    facts = FactRegistry([Noted])

    def house(self) -> House:
        return House().replay(self.log.group(HOUSE))


@pytest.fixture
def houses(shared_store):
    opened = [Houses(shared_store, SystemClock(), installation="thu") for _ in range(2)]
    yield opened
    for one in opened:
        one.close()


def noted(app: Houses) -> list[tuple[str, int]]:
    return app.house().notes


def test_facts_go_to_streams_of_their_own_and_are_read_back_together_in_the_order_of_the_log(houses):
    here, there = houses
    for number, (app, where) in enumerate(((here, "a"), (there, "b"), (here, "a"), (there, "c")), start=1):
        house = app.house()
        house.note(where)
        assert app.append(house) == number
    assert noted(here) == noted(there) == [("a", 1), ("b", 2), ("a", 3), ("c", 4)]
    assert [one.entry.originator_version for one in here.log.stream(room("a"))] == [1, 2]
    assert (here.log.group_size(HOUSE), here.log.group_size(OTHER)) == (4, 0)
    assert [one.position for one in here.log.read_group(HOUSE, 1, 2)] == [2, 3]
    assert here.log.read_group(OTHER, 0, 4) == here.log.group(OTHER) == []


def test_of_two_who_write_to_different_streams_neither_waits_for_the_other(houses):
    mine, theirs = houses[0].house(), houses[1].house()
    mine.note("a")
    theirs.note("b")
    assert [houses[1].append(theirs), houses[0].append(mine)] == [1, 2]


def test_a_decision_that_rests_on_a_stream_is_not_stored_once_that_was_changed(houses):
    mine, theirs = houses[0].house(), houses[1].house()
    mine.rest_on(room("b"), room("c"))
    mine.note("a")
    theirs.note("b")
    houses[1].append(theirs)
    with pytest.raises(IntegrityError):
        houses[0].append(mine)
    assert noted(houses[0]) == [("b", 1)]


def test_what_was_refused_leaves_no_trace_of_the_tracking_that_came_with_it(houses):
    mine, theirs = houses[0].house(), houses[1].house()
    mine.rest_on(room("b"))
    mine.note("a")
    theirs.note("b")
    houses[1].append(theirs)
    with pytest.raises(IntegrityError):
        houses[0].append(mine, tracking=Tracking("elsewhere", 7))
    assert houses[0].received_position("elsewhere") == 0
    again = houses[0].house()
    again.rest_on(room("b"))
    again.note("a")
    assert houses[0].append(again, tracking=Tracking("elsewhere", 7)) == 2
    assert houses[1].received_position("elsewhere") == 7


def test_a_decision_may_rest_on_a_stream_that_it_also_writes_to(houses):
    mine, theirs = houses[0].house(), houses[1].house()
    mine.rest_on(room("a"))
    mine.note("a")
    mine.rest_on(room("a"))
    mine.note("a")
    assert houses[0].append(mine) == 2
    theirs.note("a")
    with pytest.raises(IntegrityError):
        houses[1].append(theirs)


def test_a_decision_that_is_stored_again_because_others_were_first_sees_what_they_wrote(houses):
    here, there = houses
    seen = []

    def decide():
        house = here.house()
        seen.append(list(house.notes))
        if len(seen) == 1:
            other = there.house()
            other.note("b", "theirs")
            there.append(other)
        house.rest_on(room("b"))
        house.note("a", "mine")
        return len(seen), (house,)

    assert here.change_together(decide) == (2, 2)
    assert seen == [[], [("b", 1)]]


def test_a_repeated_command_records_nothing_and_tells_the_last_position(houses):
    here, there = houses
    for app in (here, there):
        house = app.house()
        house.note("a", "once")
        assert app.append(house) == 1
    assert not there.house().changed
    assert here.append(House()) == 0


def test_ids_of_a_group_lie_side_by_side_and_others_do_not_lie_between():
    first, last = HOUSE.int >> 64 << 64, HOUSE.int | (1 << 64) - 1
    inside = {room(str(number)) for number in range(100)}
    assert len(inside) == 100
    assert all(first <= one.int <= last for one in inside)
    assert not first <= OTHER.int <= last
    assert {(one.version, one.variant) for one in inside} == {(HOUSE.version, HOUSE.variant)}
