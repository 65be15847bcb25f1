"""Writes the golden log of a document and two prints as 0.5 stored them.

Run once (`python -m tests.golden.evidence.make_golden_prints`); the files are committed and never rewritten, for they stand
for the logs that are out there.
"""

from __future__ import annotations

import datetime as dt

from services.evidence.domain.text import FailureReason
from shared.contracts.calls.evidence import AttachSigned, ConfirmFields, RetryReading
from tests.golden.evidence.histories import keep
from tests.opened import scope
from tests.unit.evidence.evidence_kit import SCHOOL, World, clerk
from tests.unit.evidence.test_signed_papers import LINES, OTHER_PAPER, PAPER, come_home, register, scan


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
    keep("prints", world, prints=asked(world))


def asked(world: World) -> list[list[object]]:
    """What the service answers of its prints."""
    from shared.contracts.calls.evidence import PrintsRequest

    prints = world.application.signed_papers(PrintsRequest(school=SCHOOL)).prints
    return [[one.paper, one.kind, one.subject, one.draft, one.document, one.differences] for one in prints]


if __name__ == "__main__":
    with scope():
        main()
