"""A log with recommendations, requests and photos is read for ever: same root, same answers, same public events."""

from __future__ import annotations

import base64
import importlib.util
import json
import uuid
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from services.inspection.application import InspectionApplication
from services.inspection.domain.facts import FACTS
from services.inspection.domain.recommendation_facts import RECOMMENDATION_FACTS
from services.inspection.domain.visit_request_facts import VISIT_REQUEST_FACTS
from shared.clock import FixedClock
from shared.contracts.events.base import to_json
from shared.eventlog.log import moment
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from tests.opened import closed_later

SPEC = importlib.util.spec_from_file_location(
    "make_golden_recommendations", Path(__file__).parent / "make_golden_recommendations.py"
)
assert SPEC
assert SPEC.loader
story = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(story)

ROWS = [json.loads(line) for line in story.LOG.read_text(encoding="utf-8").splitlines()]
EXPECTED = json.loads(story.EXPECTED.read_text(encoding="utf-8"))


@pytest.fixture
def application():
    """The service over the golden rows, stored as they are at the moments they were."""
    clock = FixedClock(moment(ROWS[0]["recorded_at_us"]))
    made = InspectionApplication(
        StoreSettings("sqlite://"), clock, installation="golden", views_url="sqlite://", library=load_library()
    )
    closed_later(made)
    for row in ROWS:
        clock.move(moment(row["recorded_at_us"]) - clock.now())
        event = StoredEvent(
            uuid.UUID(row["originator_id"]), row["originator_version"], row["topic"], base64.b64decode(row["state"])
        )
        made.recorder.insert_events([event])
    return made


def test_the_golden_log_of_recommendations_has_the_same_root_for_ever(application):
    assert application.log.head() == EXPECTED["size"] == len(ROWS)
    assert application.log.root(len(ROWS)).hex() == EXPECTED["root"]


def test_every_golden_row_of_a_recommendation_is_read_and_would_be_stored_with_the_same_bytes(application):
    for row, logged in zip(ROWS, application.log.read(0, 1000), strict=True):
        assert FACTS.encode(logged.entry) == base64.b64decode(row["state"])


def test_the_golden_log_holds_every_fact_about_recommendations_requests_and_photos():
    """A fact without a golden row is one whose stored form nobody guards."""
    topics = {kind.TOPIC for kind in (*RECOMMENDATION_FACTS, *VISIT_REQUEST_FACTS)}
    assert topics <= {row["topic"] for row in ROWS}


def test_the_golden_recommendations_requests_and_photos_are_told_as_they_were(application):
    assert story.asked(application) == EXPECTED["told"]


def test_what_the_world_heard_of_the_golden_recommendations_is_what_it_would_hear_now(application):
    told = [to_json(application.published(logged)).decode() for logged in application.log.read(0, 1000)]
    assert told == EXPECTED["published"]
