"""A log written once must be read for ever: same root, same answers, whatever the code has become."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import importlib.util
import json
import uuid
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from services.assessment.application import AssessmentApplication
from services.assessment.domain.facts import FACTS, SelfAssessmentSubmitted
from shared.clock import FixedClock
from shared.contracts.calls.assessment import GapsRequest
from shared.eventlog.facts import EventEnvelope
from shared.eventlog.log import RecordedEvent, moment
from shared.eventlog.store import StoreSettings
from shared.rulebook import load_library
from shared.tlog.checkpoint import Signer
from tests.opened import closed_later

FOLDER = Path(__file__).parent


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STORIES = [loaded(f"make_golden{name}") for name in ("", "_figures", "_submission", "_awards")]
MOMENTS = [(story, number) for story in STORIES for number in range(len(story.MOMENTS))]


def stored_rows(story):
    return [json.loads(line) for line in story.LOG.read_text(encoding="utf-8").splitlines()]


def expected(story):
    return json.loads(story.EXPECTED.read_text(encoding="utf-8"))


def leaf(row) -> bytes:
    """The leaf of a stored row, from the specification alone (RFC 6962 section 2.1)."""

    def field(data: bytes) -> bytes:
        return len(data).to_bytes(8, "big") + data

    data = b"kiemdinh-leaf-v1\x00" + b"".join(
        field(part)
        for part in (
            row["originator_id"].encode(),
            str(row["originator_version"]).encode(),
            row["topic"].encode(),
            base64.b64decode(row["state"]),
            str(row["recorded_at_us"]).encode(),
        )
    )
    return hashlib.sha256(b"\x00" + data).digest()


def root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()


def logged(story) -> list[RecordedEvent]:
    found = []
    for position, row in enumerate(stored_rows(story), start=1):
        meta, fact = FACTS.decode(row["topic"], base64.b64decode(row["state"]))
        entry = EventEnvelope(
            originator_id=uuid.UUID(row["originator_id"]),
            originator_version=row["originator_version"],
            meta=meta,
            fact=fact,
        )
        found.append(RecordedEvent(position, moment(row["recorded_at_us"]), entry, leaf(row)))
    return found


@pytest.fixture
def application_over(monkeypatch):
    """The service over golden rows instead of its own log."""

    def made_over(story):
        entries = logged(story)
        made = AssessmentApplication(
            StoreSettings("sqlite://"),
            FixedClock(entries[-1].recorded_at),
            installation="golden",
            views_url="sqlite://",
            library=load_library(),
            signer=Signer.generate("kiemdinh/golden/assessment"),
        )
        closed_later(made)
        monkeypatch.setattr(made.log, "head", lambda: len(entries))
        monkeypatch.setattr(made.log, "read", lambda after, limit=500: entries[after : after + limit])
        of_stream = {}
        for one in entries:
            of_stream.setdefault(one.entry.originator_id, []).append(one)
        monkeypatch.setattr(made, "_last_position", lambda stream: of_stream[stream][-1].position)
        monkeypatch.setattr(made.log, "stream", lambda stream, upto=None: of_stream[stream])
        return made

    return made_over


def story_name(value):
    return value.__name__ if isinstance(value, ModuleType) else str(value)


@pytest.mark.parametrize("story", STORIES, ids=story_name)
def test_the_golden_log_has_the_same_root_for_ever(story):
    rows = stored_rows(story)
    assert len(rows) == expected(story)["size"]
    assert root([leaf(row) for row in rows]).hex() == expected(story)["root"]


@pytest.mark.parametrize("story", STORIES, ids=story_name)
def test_every_golden_row_is_read_and_would_be_stored_with_the_same_bytes(story):
    """A row of an older version of its fact is read as the newest: every field it holds, and the new ones by default."""
    for row, one in zip(stored_rows(story), logged(story), strict=True):
        state = base64.b64decode(row["state"])
        if json.loads(state)["v"] == one.entry.fact.VERSION:
            assert FACTS.encode(one.entry) == state
        else:
            again = json.loads(FACTS.encode(one.entry))
            defaults = {field.name: field.default for field in msgspec.structs.fields(one.entry.fact)}
            old = json.loads(state)["data"]
            assert {name: again["data"][name] for name in old} == old
            assert all(again["data"][name] == defaults[name] for name in again["data"].keys() - old.keys())
            assert again["meta"] == json.loads(state)["meta"]


@pytest.mark.parametrize(("story", "number"), MOMENTS, ids=story_name)
def test_the_golden_school_gives_the_same_answer_for_ever(application_over, story, number):
    assert story.asked(application_over(story))[number] == expected(story)["answers"][number]


def test_a_submission_from_before_the_gate_stands_although_it_would_be_refused_now(application_over):
    """The first log submits with one paper cited and nothing answered: nobody asked then, and no replay asks later."""
    made = application_over(STORIES[0])
    gaps = made.gaps(GapsRequest(school="TH-BC", cycle="2026-2027"))
    assert gaps.submitted_on == dt.date(2026, 11, 5)
    assert len([gap for gap in gaps.gaps if not gap.answer]) > 20
    submitted = [one.entry.fact for one in made.log.read(0, 10_000) if isinstance(one.entry.fact, SelfAssessmentSubmitted)]
    assert [fact.gaps for fact in submitted] == [()]


def test_the_golden_logs_hold_every_fact_there_is():
    """A fact without a golden row is one whose stored form nobody guards."""
    assert {row["topic"] for story in STORIES for row in stored_rows(story)} == set(FACTS.topics)
