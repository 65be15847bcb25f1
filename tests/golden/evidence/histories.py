"""Histories of the evidence service, stored once and read for ever: their rows, and what they must replay to."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent

from shared.contracts.events.base import to_json
from shared.eventlog.log import moment
from tests.unit.evidence.evidence_kit import World

FOLDER = Path(__file__).parent
NAMES = ("prints", "year-prints", "corrections")


def history(name: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the stored rows of a history, and what they must replay to."""
    log, expected = _files(name)
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return rows, json.loads(expected.read_text(encoding="utf-8"))


def store(world: World, rows: Iterable[Mapping[str, Any]]) -> None:
    """Store rows as they are, at the moments they were."""
    for row in rows:
        world.clock.move(moment(row["recorded_at_us"]) - world.clock.now())
        event = StoredEvent(
            uuid.UUID(row["originator_id"]), row["originator_version"], row["topic"], base64.b64decode(row["state"])
        )
        world.application.recorder.insert_events([event])


def published(world: World) -> list[str]:
    """Return what the world hears of each event."""
    return [to_json(world.application.published(logged)).decode() for logged in world.application.log.read(0, 1000)]


def keep(name: str, world: World, **told: Any) -> None:
    """Write a history, what it must replay to, and what the service tells of it, once; released, it stays for ever."""
    log, expected = _files(name)
    rows = [
        {
            "originator_id": str(logged.entry.originator_id),
            "originator_version": logged.entry.originator_version,
            "topic": logged.entry.fact.TOPIC,
            "state": base64.b64encode(world.application.facts.encode(logged.entry)).decode(),
            "recorded_at_us": int(logged.recorded_at.timestamp()) * 1_000_000,
        }
        for logged in world.application.log.read(0, 1000)
    ]
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    replays_to = {"size": len(rows), "root": world.application.log.root(len(rows)).hex(), "published": published(world)}
    expected.write_text(json.dumps(replays_to | told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _files(name: str) -> tuple[Path, Path]:
    return FOLDER / f"log-{name}.jsonl", FOLDER / f"expected-{name}.json"
