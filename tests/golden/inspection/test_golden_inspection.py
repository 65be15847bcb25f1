"""A log of visits written by the first version is read for ever: same root, same visits, same public events."""

from __future__ import annotations

import base64
import datetime as dt
import importlib.util
import json
import uuid
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from services.inspection.application import InspectionApplication
from services.inspection.domain.facts import FACTS
from shared.clock import FixedClock
from shared.contracts.calls import inspection as calls
from shared.contracts.events.base import to_json
from shared.eventlog.log import moment
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import Result
from tests.opened import closed_later

SPEC = importlib.util.spec_from_file_location("make_golden_visits", Path(__file__).parent / "make_golden.py")
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


def test_the_golden_log_of_visits_has_the_same_root_for_ever(application):
    assert application.log.head() == EXPECTED["size"] == len(ROWS)
    assert application.log.root(len(ROWS)).hex() == EXPECTED["root"]


def test_every_golden_row_of_a_visit_is_read_and_would_be_stored_with_the_same_bytes(application):
    for row, logged in zip(ROWS, application.log.read(0, 1000), strict=True):
        assert FACTS.encode(logged.entry) == base64.b64decode(row["state"])


def test_the_golden_visits_are_told_as_the_first_version_told_them(application):
    inspections = application.inspections(story.COMMUNE, calls.InspectionsRequest(school=story.SCHOOL)).inspections
    assert story.asked(application, inspections) == EXPECTED["inspections"]


def test_what_the_world_heard_of_the_golden_visits_is_what_it_would_hear_now(application):
    told = [to_json(application.published(logged)).decode() for logged in application.log.read(0, 1000)]
    assert told == EXPECTED["published"]


def test_a_golden_visit_that_stands_open_is_moved_worked_on_and_concluded_by_its_layers_team(application):
    """It was planned further ahead than is allowed now, and found something before its day: neither locks it."""
    story.hear_cycle(application, application.clock.now())
    (visit,) = (one["inspection"] for one in EXPECTED["inspections"] if not one["concluded"])
    named = {"school": story.SCHOOL, "inspection": visit}
    early = dt.date(2026, 10, 1)
    application.reschedule(story.COMMUNE, calls.RescheduleInspection(**named, on=early, reason="Đã đến sớm"))
    finding = calls.Finding(criterion="1.1", level=1, indicator="-", result=Result.MET)
    application.record_findings(story.INSPECTOR, calls.RecordFindings(**named, findings=[finding]))
    done = application.conclude(story.INSPECTOR, calls.ConcludeInspection(**named, summary="Đã xem lại."))
    assert (done.on, done.concluded, done.members) == (early, True, [])


def test_names_that_nobody_checked_are_told_to_nobody(application):
    """The first version took any text as a member: it stays in its row, and is no member of the visit."""
    inspections = application.inspections(story.COMMUNE, calls.InspectionsRequest(school=story.SCHOOL)).inspections
    assert [one.members for one in inspections] == [[], [], []]
    assert "ai cũng được" in base64.b64decode(ROWS[0]["state"]).decode()
    assert "ai cũng được" not in "".join(EXPECTED["published"])
