"""Writes the golden log of a print of a commune's year that comes home at a school, as its first version stored it.

Run once (`python tests/golden/evidence/make_golden_year_prints.py`); once released, the files are never rewritten.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from shared.contracts.calls.evidence import YearPrintsRequest
from shared.contracts.events.base import to_json
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.evidence.evidence_kit import World
from tests.unit.evidence.test_signed_papers import COMMUNE, LINES, come_home, commune_world, of_commune, scan, year_print

FOLDER = Path(__file__).parent
LOG = FOLDER / "log-year-prints.jsonl"
EXPECTED = FOLDER / "expected-year-prints.json"


def story() -> World:
    """A plan is printed, and a school of the commune brings its scan in."""
    world = commune_world()
    world.application.register_year_print(of_commune(Role.COMMUNE_OFFICER), year_print())
    come_home(world, scan(*LINES))
    return world


def main() -> None:
    """Write both files."""
    world = story()
    log = world.application.log
    rows = [
        {
            "originator_id": str(logged.entry.originator_id),
            "originator_version": logged.entry.originator_version,
            "topic": logged.entry.fact.TOPIC,
            "state": base64.b64encode(world.application.facts.encode(logged.entry)).decode(),
            "recorded_at_us": int(logged.recorded_at.timestamp()) * 1_000_000,
        }
        for logged in log.read(0, 1000)
    ]
    LOG.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    expected = {
        "root": log.root(len(rows)).hex(),
        "published": [to_json(world.application.published(logged)).decode() for logged in log.read(0, 1000)],
        "prints": asked(world),
    }
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def asked(world: World) -> list[list[object]]:
    """What the service answers of the prints of the year."""
    prints = world.application.year_prints(YearPrintsRequest(commune=COMMUNE, year=2027)).prints
    return [[one.paper, one.commune, one.year, one.kind, one.document, one.differences] for one in prints]


if __name__ == "__main__":
    with scope():
        main()
