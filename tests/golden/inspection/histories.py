"""A history of the inspection service that was stored once and is read for ever: its rows, and what they must replay to."""

from __future__ import annotations

import base64
import json
import uuid
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.events.base import to_json
from shared.eventlog.log import moment
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from tests.opened import closed_later

FOLDER = Path(__file__).parent


def history(name: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the stored rows of a history, and what they must replay to; '' is that of the first version."""
    log, expected = _files(name)
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return rows, json.loads(expected.read_text(encoding="utf-8"))


def replayed(rows: list[dict[str, Any]]) -> InspectionApplication:
    """Return the service over rows that are stored as they are, at the moments they were."""
    clock = FixedClock(moment(rows[0]["recorded_at_us"]))
    made = closed_later(
        InspectionApplication(
            StoreSettings("sqlite://"), clock, installation="golden", views_url="sqlite://", library=load_library()
        )
    )
    for row in rows:
        clock.move(moment(row["recorded_at_us"]) - clock.now())
        event = StoredEvent(
            uuid.UUID(row["originator_id"]), row["originator_version"], row["topic"], base64.b64decode(row["state"])
        )
        made.recorder.insert_events([event])
    return made


def published(application: InspectionApplication) -> list[str]:
    """Return what the world hears of each event."""
    return [to_json(application.published(logged)).decode() for logged in application.log.read(0, 1000)]


def keep(name: str, application: InspectionApplication, told: Any) -> None:
    """Write a history and what it must replay to, once; it stays for ever."""
    log, expected = _files(name)
    rows = [
        {
            "originator_id": row.originator_id.hex,
            "originator_version": row.originator_version,
            "topic": row.topic,
            "recorded_at_us": row.recorded_at_us,
            "state": base64.b64encode(row.state).decode(),
        }
        for row in application.log.tables.select_logged(0, 100_000)
    ]
    replays_to = {
        "size": len(rows),
        "root": application.log.root(len(rows)).hex(),
        "published": published(application),
        "told": told,
    }
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    expected.write_text(json.dumps(replays_to, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _files(name: str) -> tuple[Path, Path]:
    tail = f"-{name}" if name else ""
    return FOLDER / f"log{tail}.jsonl", FOLDER / f"expected{tail}.json"
