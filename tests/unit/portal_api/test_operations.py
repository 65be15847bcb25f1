"""What the administrator sees of the machine and can do about dead letters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from services.portal.adapters.operations import MachineOperations
from services.portal.requests import QueueView
from shared.bus.deadletters import DeadLetters
from shared.clock import FixedClock
from shared.contracts.base import CloudEvent
from shared.problems import NotFound

NOON = dt.datetime(2026, 11, 2, 5, 0, tzinfo=dt.UTC)


def event(sequence: int) -> CloudEvent:
    return CloudEvent(
        id=f"e-{sequence}",
        source="urn:kiemdinh:t:evidence",
        type="vn.kiemdinh.evidence.document-received.v1",
        subject="x",
        time=NOON,
        recordedtime=NOON,
        sequence=sequence,
        data={},
    )


@pytest.fixture
def tables() -> list[DeadLetters]:
    clock = FixedClock(NOON)
    found = [DeadLetters("sqlite://", clock), DeadLetters("sqlite://", clock)]
    found[0].halt("assessment", event(3), "Lỗi")
    clock.move(dt.timedelta(minutes=1))
    found[1].halt("notification", event(4), "Lỗi khác")
    yield found
    for table in found:
        table.close()


def test_dead_letters_of_every_consumer_are_listed_the_latest_first(tables: list[DeadLetters], tmp_path: Path) -> None:
    operations = MachineOperations(tables, tmp_path, profile="embedded")

    assert [letter.consumer for letter in operations.dead_letters()] == ["notification", "assessment"]
    machine = operations.machine()
    assert (machine.profile, machine.dead_letters, machine.queues) == ("embedded", 2, [])
    assert 0 < machine.free_bytes <= machine.total_bytes


def test_a_dead_letter_is_retried_in_the_table_that_has_it(tables: list[DeadLetters], tmp_path: Path) -> None:
    operations = MachineOperations(tables, tmp_path, profile="server", queues=lambda: [QueueView(name="q", waiting=2)])
    wanted = operations.dead_letters()[0]

    operations.retry_dead_letter(wanted.id)

    assert [letter.id for letter in tables[1].wanted("notification", "evidence")] == [wanted.id]
    assert tables[0].wanted("assessment", "evidence") == []
    assert operations.machine().queues[0].waiting == 2
    with pytest.raises(NotFound):
        operations.retry_dead_letter("khong-co")
