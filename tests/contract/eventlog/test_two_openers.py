"""What a log and its read models promise when several processes hold them, each with a clock and connections of its own."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
import threading
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.clock import FixedClock
from shared.eventlog.read_model import ReadModel
from shared.eventlog.verify import verify_log
from shared.storage.database import Database
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer, log_origin

spec = importlib.util.spec_from_file_location("counting_for_two", Path(__file__).parent / "counting.py")
counting = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = counting
spec.loader.exec_module(counting)
Counter, open_counting = counting.Counter, counting.open_counting

LATE = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
"""Ahead of every clock, PostgreSQL's too."""
EARLY = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)

METADATA = sa.MetaData()
SEEN = sa.Table("seen", METADATA, sa.Column("position", sa.Integer, primary_key=True))


def project(conn, logged):
    conn.execute(SEEN.insert().values(position=logged.position))


def append(app, count):
    stream = Counter(uuid.uuid4())
    for _ in range(count):
        stream.count_one("a")
    app.append(stream)


@pytest.fixture
def signer():
    return Signer.generate(log_origin("thu", "counting"))


def opener(*clocks):
    """Opens the counting application, the first with the first clock, the second with the second."""
    left = iter(clocks)
    return lambda url: open_counting(StoreSettings(url), FixedClock(next(left)))


def assert_sound(app, signer):
    assert verify_log(app.store, "counting", signer.verifier).findings == []


def test_a_process_whose_clock_is_behind_signs_no_earlier_than_the_checkpoint_before(two_openers, signer):
    ahead, behind = two_openers(opener(LATE, EARLY))
    append(ahead, 1)
    first = ahead.log.sign_checkpoint(signer)
    append(behind, 1)

    second = behind.log.sign_checkpoint(signer)

    assert first.signed_at == LATE
    assert (second.number, second.signed_at) == (2, LATE)
    assert_sound(behind, signer)


def test_a_process_whose_clock_is_behind_signs_no_earlier_than_the_event_was_recorded(two_openers, signer):
    ahead, behind = two_openers(opener(LATE, EARLY))
    append(ahead, 1)
    [event] = ahead.log.read(0)

    signed = behind.log.sign_checkpoint(signer)

    assert signed.signed_at == event.recorded_at > EARLY
    assert_sound(behind, signer)


def test_a_clock_that_is_set_back_between_two_checkpoints_moves_nothing_back(shared_url, signer):
    clock = FixedClock(LATE)
    app = open_counting(StoreSettings(shared_url), clock)
    append(app, 1)
    times = [app.log.sign_checkpoint(signer).signed_at]
    for back in (dt.timedelta(hours=-1), dt.timedelta(minutes=30), dt.timedelta(hours=1)):
        clock.move(back)
        append(app, 1)
        times.append(app.log.sign_checkpoint(signer).signed_at)

    assert times == [LATE, LATE, LATE, LATE + dt.timedelta(minutes=30)]
    recorded = [event.recorded_at for event in app.log.read(0)]
    assert recorded == sorted(recorded)
    assert_sound(app, signer)
    app.close()


def test_what_is_committed_between_two_reads_of_one_snapshot_is_not_seen_in_it(two_openers):
    reader, writer = two_openers(lambda url: Database(url, "things"))
    with writer.writing() as conn:
        METADATA.create_all(conn)
        conn.execute(SEEN.insert().values(position=1))
    count = sa.select(sa.func.count()).select_from(SEEN)

    with reader.reading() as conn:
        first = conn.execute(count).scalar_one()
        with writer.writing() as other:
            other.execute(SEEN.insert().values(position=2))
        assert (first, conn.execute(count).scalar_one()) == (1, 1)
    with reader.reading() as conn:
        assert conn.execute(count).scalar_one() == 2


class Process:
    """One process of a service: its log and its read models, with connections of its own."""

    def __init__(self, url: str) -> None:
        self.app = open_counting(StoreSettings(url))
        beside = url if url.startswith("postgresql") else url.replace("shared.sqlite", "views.sqlite")
        self.views = ReadModel(beside, METADATA, project, self.app.log, version=1)

    def seen(self) -> list[int]:
        with self.views.reading() as conn:
            return list(conn.execute(sa.select(SEEN.c.position).order_by(SEEN.c.position)).scalars())

    def close(self) -> None:
        self.views.close()
        self.app.close()


def test_views_that_one_process_rebuilds_while_another_catches_up_have_no_gap(two_openers, monkeypatch):
    catching_up, rebuilding = two_openers(Process)
    append(catching_up.app, 5)
    assert catching_up.seen() == [1, 2, 3, 4, 5]
    append(catching_up.app, 5)
    emptied, go_on = threading.Event(), threading.Event()
    read, read_again = catching_up.app.log.read, rebuilding.app.log.read
    rebuild = threading.Thread(target=rebuilding.views.rebuild)

    def wait_when_emptied(*asked):
        emptied.set()
        assert go_on.wait(30)
        return read_again(*asked)

    def read_while_the_other_empties(*asked):
        entries = read(*asked)
        if not emptied.is_set():
            rebuild.start()
            assert emptied.wait(30)
        return entries

    monkeypatch.setattr(rebuilding.app.log, "read", wait_when_emptied)
    monkeypatch.setattr(catching_up.app.log, "read", read_while_the_other_empties)

    assert catching_up.views.catch_up() == 10
    assert catching_up.seen() == list(range(1, 11))
    go_on.set()
    rebuild.join(30)

    assert rebuilding.seen() == list(range(1, 11))


def test_views_that_two_processes_catch_up_at_once_hold_every_event_once(two_openers):
    processes = two_openers(Process)
    append(processes[0].app, 700)
    reached = []
    threads = [threading.Thread(target=lambda p=process: reached.append(p.views.catch_up())) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert reached == [700, 700]
    assert [process.seen() for process in processes] == [list(range(1, 701))] * 2
