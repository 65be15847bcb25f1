"""A log written once must be read for ever: same root, same answers, whatever the code has become."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import importlib.util
import itertools
import json
import uuid
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent

from services.assessment.application import AssessmentApplication
from services.assessment.domain.facts import FACTS, SelfAssessmentSubmitted
from services.assessment.domain.streams import stream_of
from services.assessment.errors import AlreadySubmitted
from shared.clock import FixedClock
from shared.contracts.calls import assessment as calls
from shared.contracts.calls.assessment import GapsRequest
from shared.eventlog.facts import EventEnvelope
from shared.eventlog.log import RecordedEvent, moment
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog import verify_proof
from shared.tlog.checkpoint import Signer
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later

FOLDER = Path(__file__).parent


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


STORIES = [
    loaded(f"make_golden{name}")
    for name in ("", "_figures", "_submission", "_awards", "_streams", "_work", "_requests", "_registration", "_closing")
]
STREAMS = STORIES[4]
MOMENTS = [(story, number) for story in STORIES for number in range(len(story.MOMENTS))]


def stored_rows(story):
    return [json.loads(line) for line in story.LOG.read_text(encoding="utf-8").splitlines()]


def data_of(story, topic):
    return [json.loads(base64.b64decode(row["state"]))["data"] for row in stored_rows(story) if row["topic"] == topic]


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


def stored_again(story) -> AssessmentApplication:
    """The service over a log of its own into which the golden rows were written as they are, moment by moment."""
    rows = stored_rows(story)
    clock = FixedClock(moment(rows[0]["recorded_at_us"]))
    made = closed_later(
        AssessmentApplication(
            StoreSettings("sqlite://"),
            clock,
            installation="golden",
            views_url="sqlite://",
            library=load_library(),
            signer=Signer.generate("kiemdinh/golden/assessment"),
        )
    )
    for recorded_at_us, together in itertools.groupby(rows, lambda row: row["recorded_at_us"]):
        clock.move(moment(recorded_at_us) - clock.now())
        events = [
            StoredEvent(
                uuid.UUID(row["originator_id"]), row["originator_version"], row["topic"], base64.b64decode(row["state"])
            )
            for row in together
        ]
        made.recorder.insert_events(events)
    return made


@pytest.fixture
def application_over():
    return stored_again


def story_name(value):
    return value.__name__ if isinstance(value, ModuleType) else str(value)


@pytest.mark.parametrize("story", STORIES, ids=story_name)
def test_the_golden_log_has_the_same_root_for_ever(story):
    rows = stored_rows(story)
    assert len(rows) == expected(story)["size"]
    assert root([leaf(row) for row in rows]).hex() == expected(story)["root"]


@pytest.mark.parametrize("story", STORIES, ids=story_name)
def test_the_golden_rows_stored_anew_make_the_same_root(application_over, story):
    assert application_over(story).log.root(expected(story)["size"]).hex() == expected(story)["root"]


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


def test_the_streams_of_a_school_are_named_for_ever_by_what_they_are_about(application_over):
    """A stream that got another id would begin anew at version 1 beside what it held."""
    made = application_over(STREAMS)
    of_stream = {row["originator_id"] for row in stored_rows(STREAMS)}
    assert len(of_stream) == expected(STREAMS)["streams"]
    for one in made.log.read(0, 10_000):
        assert stream_of(one.entry.fact) == one.entry.originator_id


def test_a_cycle_of_before_shows_the_sentence_that_was_stored_with_it(application_over):
    made = application_over(STORIES[0])
    stored = {one["cycle"]: one["because"] for one in data_of(STORIES[0], "assessment.cycle-opened")}
    shown = {one.cycle: one.because for one in made.cycles(calls.SchoolRequest(school="TH-BC")).cycles}
    assert shown == stored
    status = made.status(calls.StatusRequest(school="TH-BC"))
    assert stored[status.cycle] in status.because[0]


def test_a_cycle_stores_why_as_data_and_shows_it_in_the_words_of_before(application_over):
    made = application_over(STREAMS)
    stored = {one["cycle"]: one for one in data_of(STREAMS, "assessment.cycle-opened")}
    assert [one["chosen"] for one in stored.values()] == ["named", "in_force", "kept"]
    assert all("because" not in one for one in stored.values())
    shown = {one.cycle: one.because for one in made.cycles(calls.SchoolRequest(school="TH-BC")).cycles}
    assert shown["2023-2024"] == "Chọn đích danh TT17/2018 (v2018/tieu_hoc)."
    assert shown["2026-2027.2"] == "Mở lại đợt 2026-2027 để sửa, giữ bộ tiêu chí của đợt ấy."
    assert shown["2026-2027"].startswith("Ngày 25/9/2026 áp dụng TT57/2026 cho trường tiểu học")


def test_a_log_of_before_goes_on_in_streams_of_its_own_and_keeps_its_root(application_over):
    """Everything lies in one stream there; what is new goes to its sheet, and decides with all that was."""
    story = STORIES[0]
    made, size = application_over(story), expected(story)["size"]
    old = {row["originator_id"] for row in stored_rows(story)}
    clerk = CallContext(actor="a", grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),))
    before = made.criterion(calls.CriterionRequest(school="TH-BC", cycle="2026-2027", criterion="1.1"))
    judged = calls.Judgement(
        criterion="1.1", level=1, indicator="-", result=calls.Result.NOT_MET, expected=before.indicators[0].position
    )
    closed = calls.SaveCriterion(school="TH-BC", cycle="2026-2027", criterion="1.1", judgements=[judged])
    with pytest.raises(AlreadySubmitted):
        made.save_criterion(clerk, closed)
    again = made.reopen_cycle(clerk, calls.ReopenCycle(school="TH-BC", cycle="2026-2027", reason="Sửa tiêu chí 1.1"))
    taken_over = made.criterion(calls.CriterionRequest(school="TH-BC", cycle=again.cycle, criterion="1.1"))
    assert (taken_over.strengths, taken_over.indicators[0].position) == (before.strengths, before.indicators[0].position)
    made.save_criterion(clerk, msgspec.structs.replace(closed, cycle=again.cycle))
    news = [one.entry for one in made.log.read(size)]
    assert [one.fact.TOPIC for one in news] == ["assessment.cycle-opened", "assessment.indicator-judged"]
    assert [one.originator_id.hex in old for one in news] == [True, False]
    assert made.log.root(size).hex() == expected(story)["root"]
    status = made.status(calls.StatusRequest(school="TH-BC"))
    assert status.criteria["1.1"].level == 0
    bundle = json.loads(made.prove(calls.ProveRequest(school="TH-BC")).bundle)
    assert verify_proof.check_bundle(bundle, None) == size + 2
    earlier = json.loads(made.prove(calls.ProveRequest(school="TH-BC", known_at=size)).bundle)
    assert earlier["format"] == "kiemdinh-proof-v1"
    assert verify_proof.check_bundle(earlier, None) == size + 2
