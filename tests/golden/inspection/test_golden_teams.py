"""A log of a team at work, as the first version with teams stored it, is read for ever."""

from __future__ import annotations

import base64
import json
import uuid

import pytest
from eventsourcing.persistence import StoredEvent

from services.inspection.application import InspectionApplication
from services.inspection.domain.facts import FACTS
from services.inspection.domain.team_facts import TEAM_FACTS
from shared.clock import FixedClock
from shared.contracts.events.base import to_json
from shared.eventlog.log import moment
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from tests.golden.inspection import make_golden_teams as story
from tests.golden.inspection.make_golden import hear_cycle
from tests.opened import closed_later

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
    hear_cycle(made, clock.now())
    return made


def test_the_golden_log_of_a_team_holds_every_fact_of_teams_and_has_the_same_root_for_ever(application):
    assert {row["topic"] for row in ROWS} >= {fact.TOPIC for fact in TEAM_FACTS}
    assert application.log.head() == EXPECTED["size"] == len(ROWS)
    assert application.log.root(len(ROWS)).hex() == EXPECTED["root"]


def test_every_golden_row_of_a_team_would_be_stored_with_the_same_bytes(application):
    for row, logged in zip(ROWS, application.log.read(0, 1000), strict=True):
        assert FACTS.encode(logged.entry) == base64.b64decode(row["state"])


def test_what_a_golden_team_judged_and_agreed_on_is_told_as_it_was(application):
    assert story.told(application) == EXPECTED["inspections"]


def test_what_the_world_heard_of_a_golden_team_is_what_it_would_hear_now(application):
    told = [to_json(application.published(logged)).decode() for logged in application.log.read(0, 1000)]
    assert told == EXPECTED["published"]


def test_what_people_typed_in_a_golden_team_is_told_to_nobody_outside():
    world = "".join(EXPECTED["published"])
    for typed in ("Đủ sổ", "Thiếu sổ", "Sổ đã bổ sung", "Anh Minh ốm", "Nhất trí", "Hiệu trưởng", "Lý lịch", "12/QĐ"):
        assert typed not in world
