"""A log on a disk that fills in the middle of an append keeps what it promised, refuses the rest, and goes on with room."""

from __future__ import annotations

import importlib.util
import sys
import uuid
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, func, select

from shared.eventlog.read_model import ReadModel
from shared.eventlog.verify import verify_log
from shared.storage.database_url import StoreSettings
from shared.storage.disk_space import MIB, DiskSpaceGuard, SpaceLevel, SpaceThresholds
from shared.storage.errors import StoreFull
from shared.tlog.checkpoint import Signer

COUNTING = Path(__file__).parents[2] / "contract" / "eventlog" / "counting.py"
spec = importlib.util.spec_from_file_location("counting_on_a_full_disk", COUNTING)
counting = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = counting
spec.loader.exec_module(counting)

METADATA = MetaData()
SEEN = Table("seen", METADATA, Column("position", Integer, primary_key=True), Column("by", String))


def project(conn, logged):
    conn.execute(SEEN.insert().values(position=logged.position, by=logged.entry.fact.by))


def count(app, events, by="somebody"):
    stream = counting.Counter(uuid.uuid4())
    for _ in range(events):
        stream.count_one(by)
    app.append(stream)


def fill_up(app, most=2000):
    """Append until it is refused; return how many events were accepted."""
    for accepted in range(most):
        try:
            count(app, 50, by="x" * 300)
        except StoreFull:
            return accepted * 50
    pytest.fail("never full")


@pytest.fixture
def disk(small_disk):
    return small_disk(8)


@pytest.fixture
def store(disk):
    return StoreSettings(f"sqlite:///{disk.place}/log.sqlite")


@pytest.fixture
def app(store):
    opened = counting.open_counting(store)
    yield opened
    opened.close()


def seen(views):
    with views.reading() as conn:
        return conn.execute(select(func.count()).select_from(SEEN)).scalar()


def test_what_was_accepted_before_the_disk_was_full_is_there_whole_and_it_goes_on_with_room(app, store, disk):
    signer = Signer.generate("example.vn/full")
    disk.leave(3 * MIB)
    accepted = fill_up(app)
    assert accepted > 0
    assert app.log.head() == accepted
    assert len(app.log.read(0, accepted + 1)) == accepted

    disk.give_back()
    count(app, 3)
    assert app.log.head() == accepted + 3
    app.log.sign_checkpoint(signer)
    app.close()
    assert verify_log(store, app.name, signer.verifier).findings == []


def test_read_models_that_find_no_room_are_read_as_they_stand_and_catch_up_later(app, disk):
    views = ReadModel(f"sqlite:///{disk.place}/views.sqlite", METADATA, project, app.log, version=1)
    count(app, 100)
    assert (seen(views), views.behind) == (100, 0)
    disk.leave(3 * MIB)
    accepted = 100 + fill_up(app)
    disk.leave_nothing()

    read = seen(views)
    assert 100 <= read < accepted
    assert views.behind == accepted - read

    disk.give_back()
    assert (seen(views), views.behind) == (accepted, 0)
    views.close()


def test_read_models_that_say_who_may_do_what_are_never_read_stale(app, disk):
    views = ReadModel(f"sqlite:///{disk.place}/views.sqlite", METADATA, project, app.log, version=1, never_stale=True)
    count(app, 100)
    assert seen(views) == 100
    fill_up(app)
    disk.leave_nothing()
    with pytest.raises(StoreFull):
        seen(views)
    views.close()


def test_the_reserve_is_left_to_what_was_accepted_before(app, disk):
    app.room = DiskSpaceGuard([disk.place], SpaceThresholds(warn_bytes=4 * MIB, warn_percent=0, reserve_bytes=2 * MIB))
    assert app.room.measure_fullest().plenty is SpaceLevel.AMPLE
    accepted = fill_up(app)
    assert accepted > 0
    assert disk.free > MIB
    assert app.room.measure_fullest().plenty is SpaceLevel.SPENT
    app.log.sign_checkpoint(Signer.generate("example.vn/full"))
