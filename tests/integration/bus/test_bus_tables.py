"""The bus's own tables on PostgreSQL: what SQLite lets pass, it does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.bus.events.dead_letters import DeadLetters, DeadLetterState
from shared.bus.events.relay_cursor import SqlRelayCursor
from shared.clock import SystemClock
from tests.contract.bus.scene import event

pytestmark = pytest.mark.server


@pytest.fixture
def url(postgresql) -> str:
    return postgresql.new_database()


def test_dead_letters_live_in_postgresql(url):
    letters = DeadLetters(url, SystemClock())
    halted = letters.halt("assessment", event(2**40, source="evidence"), "Lỗi.")
    odd = letters.malformed("assessment", "evidence", b"\x00\xff{bad", "Không đọc được.", sequence=2**70, type_="\x00")
    assert {letter.id for letter in letters.list()} == {halted.id, odd.id}
    assert letters.get(halted.id).sequence == 2**40
    letters.retry(halted.id)
    assert [letter.id for letter in letters.retry_requested("assessment", "evidence")] == [halted.id]
    letters.resolve("assessment", "evidence", 2**40)
    assert letters.get(halted.id).state is DeadLetterState.RESOLVED
    letters.close()


def test_several_relays_keep_their_progress_in_one_table(url):
    stores = [SqlRelayCursor(url) for _ in range(3)]
    with ThreadPoolExecutor(3) as relays:
        list(relays.map(lambda n: [stores[n].save(f"s{n}", position) for position in range(1, 21)], range(3)))
    assert [stores[0].load(f"s{n}") for n in range(3)] == [20, 20, 20]
    for store in stores:
        store.close()
