"""A log with corrections, and the words beside it, are read for ever as they were written."""

from __future__ import annotations

import base64
import importlib.util
import json
import uuid
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from services.evidence.domain.facts import CATALOGUE
from services.evidence.ports import KeptCorrection
from shared.contracts.events.base import to_json
from shared.eventlog.log import moment
from tests.unit.evidence.evidence_kit import World

FOLDER = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("make_golden_corrections", FOLDER / "make_golden_corrections.py")
assert SPEC
assert SPEC.loader
story = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(story)

ROWS = [json.loads(line) for line in story.LOG.read_text(encoding="utf-8").splitlines()]
EXPECTED = json.loads(story.EXPECTED.read_text(encoding="utf-8"))
BESIDE = json.loads(story.BESIDE.read_text(encoding="utf-8"))


@pytest.fixture
def world() -> World:
    """The service over the golden rows, with the words and texts that lay beside them."""
    made = World()
    for key, data in BESIDE["texts"].items():
        made.derived.put(key, base64.b64decode(data))
    for key, (document, page, salt, content) in BESIDE["corrections"].items():
        made.corrections.keep(
            key, document, page, KeptCorrection(salt=base64.b64decode(salt), content=base64.b64decode(content))
        )
    for row in ROWS:
        made.clock.move(moment(row["recorded_at_us"]) - made.clock.now())
        event = StoredEvent(
            uuid.UUID(row["originator_id"]), row["originator_version"], row["topic"], base64.b64decode(row["state"])
        )
        made.application.recorder.insert_events([event])
    return made


def test_the_golden_log_of_corrections_has_the_same_root_for_ever(world):
    assert world.application.log.head() == EXPECTED["size"] == len(ROWS)
    assert world.application.log.root(len(ROWS)).hex() == EXPECTED["root"]


def test_every_golden_row_is_read_and_would_be_stored_with_the_same_bytes_unless_there_is_a_newer_version(world):
    for row, logged in zip(ROWS, world.application.log.read(0, 1000), strict=True):
        state = base64.b64decode(row["state"])
        if json.loads(state)["v"] == type(logged.entry.fact).VERSION:
            assert CATALOGUE.encode(logged.entry) == state


def test_the_golden_logs_hold_every_fact_there_is():
    logs = FOLDER.glob("log-*.jsonl")
    topics = {json.loads(line)["topic"] for log in logs for line in log.read_text(encoding="utf-8").splitlines()}
    assert topics == set(CATALOGUE.topics)


def test_the_golden_pages_read_as_people_corrected_them(world):
    assert story.asked(world) == EXPECTED["pages"]


def test_what_the_world_heard_of_the_golden_corrections_is_what_it_would_hear_now(world):
    heard = [to_json(world.application.published(logged)).decode() for logged in world.application.log.read(0, 1000)]
    assert heard == EXPECTED["published"]
    assert not any(word in event for event in heard for word in ("Thử", "Lô"))
