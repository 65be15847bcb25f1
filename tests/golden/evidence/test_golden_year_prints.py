"""A log with prints of a commune's year is read for ever as the version that brought them wrote it."""

from __future__ import annotations

import base64
import importlib.util
import json
import uuid
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from services.evidence.domain.facts import CATALOGUE
from shared.contracts.events.base import to_json
from shared.eventlog.log import moment
from tests.unit.evidence.evidence_kit import World
from tests.unit.evidence.test_signed_papers import commune_world

SPEC = importlib.util.spec_from_file_location(
    "make_golden_year_prints", Path(__file__).parent / "make_golden_year_prints.py"
)
assert SPEC
assert SPEC.loader
story = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(story)

ROWS = [json.loads(line) for line in story.LOG.read_text(encoding="utf-8").splitlines()]
EXPECTED = json.loads(story.EXPECTED.read_text(encoding="utf-8"))


@pytest.fixture
def world() -> World:
    """The service over the golden rows, stored as they are at the moments they were."""
    made = commune_world()
    for row in ROWS:
        made.clock.move(moment(row["recorded_at_us"]) - made.clock.now())
        event = StoredEvent(
            uuid.UUID(row["originator_id"]), row["originator_version"], row["topic"], base64.b64decode(row["state"])
        )
        made.application.recorder.insert_events([event])
    return made


def test_the_golden_log_of_year_prints_has_the_same_root_for_ever(world):
    assert world.application.log.head() == len(ROWS)
    assert world.application.log.root(len(ROWS)).hex() == EXPECTED["root"]


def test_every_golden_row_is_read_and_would_be_stored_with_the_same_bytes_unless_there_is_a_newer_version(world):
    for row, logged in zip(ROWS, world.application.log.read(0, 1000), strict=True):
        state = base64.b64decode(row["state"])
        version = json.loads(state)["v"]
        assert version <= type(logged.entry.fact).VERSION
        if version == type(logged.entry.fact).VERSION:
            assert CATALOGUE.encode(logged.entry) == state


def test_the_golden_year_prints_are_told_as_they_were(world):
    assert story.asked(world) == EXPECTED["prints"]


def test_what_the_world_heard_of_the_golden_year_prints_is_what_it_would_hear_now(world):
    assert [to_json(world.application.published(logged)).decode() for logged in world.application.log.read(0, 1000)] == (
        EXPECTED["published"]
    )
