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
    dead_letters = DeadLetters(url, SystemClock())
    halted = dead_letters.halt("assessment", event(2**40, source="evidence"), "Lỗi.")
    odd = dead_letters.malformed("assessment", "evidence", b"\x00\xff{bad", "Không đọc được.", sequence=2**70, type_="\x00")
    assert {letter.id for letter in dead_letters.list()} == {halted.id, odd.id}
    assert dead_letters.get(halted.id).sequence == 2**40
    dead_letters.retry(halted.id)
    assert [letter.id for letter in dead_letters.retry_requested("assessment", "evidence")] == [halted.id]
    dead_letters.resolve("assessment", "evidence", 2**40)
    assert dead_letters.get(halted.id).state is DeadLetterState.RESOLVED
    dead_letters.close()


def test_several_relays_keep_their_progress_in_one_table(url):
    stores = [SqlRelayCursor(url) for _ in range(3)]
    with ThreadPoolExecutor(3) as relays:
        list(relays.map(lambda n: [stores[n].save(f"s{n}", position) for position in range(1, 21)], range(3)))
    assert [stores[0].load(f"s{n}") for n in range(3)] == [20, 20, 20]
    for store in stores:
        store.close()
