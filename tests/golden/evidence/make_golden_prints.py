"""Writes the golden log of a document and two prints as 0.5 stored them.

Run once (`python tests/golden/evidence/make_golden_prints.py`); the files are committed and never rewritten, for they stand
for the logs that are out there.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from services.evidence.domain.text import FailureReason
from shared.contracts.calls.evidence import AttachSigned, ConfirmFields, RetryReading
from shared.contracts.events.base import to_json
from tests.opened import scope
from tests.unit.evidence.evidence_kit import SCHOOL, World, clerk
from tests.unit.evidence.test_signed_papers import LINES, OTHER_PAPER, PAPER, come_home, register, scan

FOLDER = Path(__file__).parent
LOG = FOLDER / "log-prints.jsonl"
EXPECTED = FOLDER / "expected-prints.json"


def story() -> World:
    """A print comes home and is read anew, another is a draft, a scan without a code is attached by hand."""
    world = World()
    application = world.application
    register(world)
    register(world, paper=OTHER_PAPER, kind="phieu_tieu_chi", subject="2026-2027/1.4", draft=True)
    world.clock.move(dt.timedelta(days=3))
    home = come_home(world, scan(*(line.replace("ngày 12", "ngày 15") for line in LINES)))
    application.record_lock(clerk(), home, dt.date(2046, 9, 17))
    application.confirm_fields(clerk(), ConfirmFields(document=home, fields={"loai_van_ban": "Quyết định"}))
    application.retry_reading(clerk(), RetryReading(document=home))
    application.record_text(clerk(), home, scan(*LINES))
    bare = come_home(world, scan(*LINES, codes=()), data=b"bare")
    application.attach_signed(clerk(), AttachSigned(school=SCHOOL, document=bare, paper=PAPER))
    broken = world.receive(b"broken").document
    application.fail_reading(clerk(), broken, FailureReason.DAMAGED)
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
        "size": len(rows),
        "root": log.root(len(rows)).hex(),
        "published": [to_json(world.application.published(logged)).decode() for logged in log.read(0, 1000)],
        "prints": asked(world),
    }
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def asked(world: World) -> list[list[object]]:
    """What the service answers of its prints."""
    from shared.contracts.calls.evidence import PrintsRequest

    prints = world.application.signed_papers(PrintsRequest(school=SCHOOL)).prints
    return [[one.paper, one.kind, one.subject, one.draft, one.document, one.differences] for one in prints]


if __name__ == "__main__":
    with scope():
        main()
