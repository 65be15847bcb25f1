"""Logs of the evidence service are read for ever as the version wrote them that brought them: roots, answers, events."""

from __future__ import annotations

import base64
import json

import pytest

from services.evidence.domain.facts import CATALOGUE
from services.evidence.ports import KeptCorrection
from tests.golden.evidence import make_golden_corrections, make_golden_prints, make_golden_year_prints
from tests.golden.evidence.histories import FOLDER, NAMES, history, published, store
from tests.unit.evidence.evidence_kit import World
from tests.unit.evidence.test_signed_papers import commune_world


def world_of(name: str) -> World:
    """Return the service over the golden rows, with what lay beside them."""
    world = commune_world()
    if name == "corrections":
        beside = json.loads(make_golden_corrections.BESIDE.read_text(encoding="utf-8"))
        for key, data in beside["texts"].items():
            world.derived.put(key, base64.b64decode(data))
        for key, (document, page, salt, content) in beside["corrections"].items():
            kept = KeptCorrection(salt=base64.b64decode(salt), content=base64.b64decode(content))
            world.corrections.keep(key, document, page, kept)
    store(world, history(name)[0])
    return world


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_log_has_the_same_root_for_ever(name):
    rows, expected = history(name)
    log = world_of(name).application.log
    assert log.head() == expected["size"] == len(rows)
    assert log.root(len(rows)).hex() == expected["root"]


@pytest.mark.parametrize("name", NAMES)
def test_every_golden_row_is_read_and_would_be_stored_with_the_same_bytes_unless_there_is_a_newer_version(name):
    rows, _ = history(name)
    for row, logged in zip(rows, world_of(name).application.log.read(0, 1000), strict=True):
        state = base64.b64decode(row["state"])
        version = json.loads(state)["v"]
        assert version <= type(logged.entry.fact).VERSION
        if version == type(logged.entry.fact).VERSION:
            assert CATALOGUE.encode(logged.entry) == state


@pytest.mark.parametrize("name", NAMES)
def test_what_the_world_heard_of_a_golden_log_is_what_it_would_hear_now(name):
    assert published(world_of(name)) == history(name)[1]["published"]


def test_the_golden_logs_hold_every_fact_there_is():
    logs = FOLDER.glob("log-*.jsonl")
    topics = {json.loads(line)["topic"] for log in logs for line in log.read_text(encoding="utf-8").splitlines()}
    assert topics == set(CATALOGUE.topics)


def test_the_golden_prints_are_told_as_they_were():
    assert make_golden_prints.asked(world_of("prints")) == history("prints")[1]["prints"]
    assert make_golden_year_prints.asked(world_of("year-prints")) == history("year-prints")[1]["prints"]


def test_the_golden_pages_read_as_people_corrected_them():
    assert make_golden_corrections.asked(world_of("corrections")) == history("corrections")[1]["pages"]
