"""Read models: never older than the log, rebuilt at will, applied once however many readers there are."""

from __future__ import annotations

import importlib.util
import sys
import threading
import uuid
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, func, select

from shared.eventlog.read_model import BATCH, ReadModel
from shared.problems import Unavailable
from shared.storage.database import open_engine
from shared.storage.database_url import StoreSettings

spec = importlib.util.spec_from_file_location("counting_for_views", Path(__file__).parent / "counting.py")
counting = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = counting
spec.loader.exec_module(counting)

METADATA = MetaData()
SEEN = Table("seen", METADATA, Column("position", Integer, primary_key=True), Column("by", String))


def project(conn, logged):
    conn.execute(SEEN.insert().values(position=logged.position, by=logged.entry.fact.by))


@pytest.fixture
def app(store):
    opened = counting.open_counting(store)
    yield opened
    opened.close()


@pytest.fixture
def views_url(store, tmp_path):
    if store.is_postgres:
        return store.url
    return "sqlite://" if store.url == "sqlite://" else f"sqlite:///{tmp_path}/views.sqlite"


@pytest.fixture
def open_views(app, views_url):
    opened = []

    def make(version=1, projection=project, **options):
        views = ReadModel(views_url, METADATA, projection, app.log, version=version, **options)
        opened.append(views)
        return views

    yield make
    for views in opened:
        views.close()


def append(app, count):
    stream = counting.Counter(uuid.uuid4())
    for number in range(count):
        stream.count_one(f"n{number}")
    app.append(stream)


def positions(views):
    with views.reading() as conn:
        return list(conn.execute(select(SEEN.c.position).order_by(SEEN.c.position)).scalars())


def test_what_was_just_appended_is_read(app, open_views):
    views = open_views()
    assert positions(views) == []
    append(app, 2)
    assert positions(views) == [1, 2]
    append(app, 1)
    assert positions(views) == [1, 2, 3]
    assert views.position() == 3


def test_a_long_log_is_applied_in_batches(app, open_views):
    append(app, BATCH * 2 + 1)

    views = open_views()

    assert views.catch_up() == BATCH * 2 + 1
    assert len(positions(views)) == BATCH * 2 + 1


def test_another_version_rebuilds_everything_and_forgets_what_came_from_elsewhere(app, open_views):
    append(app, 3)
    first = open_views()
    with first.writing() as conn:
        first.save_position(conn, "evidence", 7)
    assert positions(first) == [1, 2, 3]

    def shout(conn, logged):
        conn.execute(SEEN.insert().values(position=logged.position, by=logged.entry.fact.by.upper()))

    second = open_views(version=2, projection=shout)

    with second.reading() as conn:
        assert list(conn.execute(select(SEEN.c.by)).scalars()) == ["N0", "N1", "N2"]
        assert second.upstream_position(conn, "evidence") == 0


def test_the_same_version_keeps_what_is_there(app, open_views, views_url):
    if views_url == "sqlite://":
        return  # a database in memory is gone with its views
    append(app, 3)
    first = open_views()
    positions(first)
    with first.writing() as conn:
        first.save_position(conn, "evidence", 7)

    again = open_views(projection=None)

    assert again.catch_up() == 3
    with again.reading() as conn:
        assert again.upstream_position(conn, "evidence") == 7


def test_foreign_positions_go_with_the_writes_of_their_transaction(app, open_views):
    views = open_views()
    with views.writing() as conn:
        views.save_position(conn, "evidence", 1)
        views.save_position(conn, "evidence", 2)
    with pytest.raises(ZeroDivisionError):
        fail_after_advancing(views, "evidence", 3)

    with views.reading() as conn:
        assert views.upstream_position(conn, "evidence") == 2
        assert views.upstream_position(conn, "assessment") == 0


def fail_after_advancing(views, source, sequence):
    with views.writing() as conn:
        views.save_position(conn, source, sequence)
        raise ZeroDivisionError


def test_a_session_inside_another_is_the_same_one(app, open_views):
    append(app, 1)
    views = open_views()
    with views.writing() as outer, views.writing() as conn, views.reading() as inner:
        assert conn is outer
        assert inner is outer
        views.save_position(conn, "evidence", 4)
        assert views.upstream_position(inner, "evidence") == 4


def test_a_failing_projection_leaves_nothing_half_applied(app, open_views):
    def fail_on_third(conn, logged):
        project(conn, logged)
        if logged.position == 3 and failing:
            raise ZeroDivisionError

    failing = [True]
    append(app, 4)
    views = open_views(projection=fail_on_third)
    with pytest.raises(ZeroDivisionError):
        views.catch_up()
    assert views.position() == 0

    failing.clear()

    assert positions(views) == [1, 2, 3, 4]


def test_views_ahead_of_their_log_are_rebuilt(app, open_views):
    append(app, 2)
    views = open_views()
    positions(views)
    with views.writing() as conn:
        views.save_position(conn, "", 50)
        conn.execute(SEEN.insert().values(position=50, by="lost"))

    assert positions(views) == [1, 2]


def test_readers_that_catch_up_at_once_apply_each_event_once(app, open_views):
    all_views, errors = [open_views() for _ in range(3)], []
    writing = threading.Event()

    def read(views):
        try:
            while not writing.is_set():
                found = positions(views)
                assert found == list(range(1, len(found) + 1))
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=read, args=(views,)) for views in all_views]
    for reader in readers:
        reader.start()
    for _ in range(15):
        append(app, 7)
    writing.set()
    for reader in readers:
        reader.join()

    assert errors == []
    for views in all_views:
        assert positions(views) == list(range(1, 106))


def test_views_of_two_names_live_in_one_database(app, views_url):
    other_metadata = MetaData()
    other = Table("other", other_metadata, Column("position", Integer, primary_key=True))
    first = ReadModel(views_url, METADATA, project, app.log, version=1, name="first")
    second = ReadModel(
        views_url,
        other_metadata,
        lambda conn, logged: conn.execute(other.insert().values(position=logged.position)),
        app.log,
        version=1,
        name="second",
    )
    append(app, 2)

    assert positions(first) == [1, 2]
    with second.reading() as conn:
        assert conn.execute(select(func.count()).select_from(other)).scalar() == 2
    first.close()
    second.close()


def test_a_database_that_does_not_answer_is_a_problem_for_the_caller():
    with pytest.raises(Unavailable):
        ReadModel("postgresql://nobody:x@127.0.0.1:1/none", METADATA, project, None, version=1)
    with pytest.raises(Unavailable):
        counting.open_counting(StoreSettings("sqlite:////no/such/folder/log.sqlite"))
    with pytest.raises(Unavailable):
        counting.open_counting(StoreSettings("postgresql://nobody:x@127.0.0.1:1/none"))


def test_a_sqlite_engine_waits_for_locks_and_keeps_foreign_keys(tmp_path):
    for durable, synchronous in ((False, 1), (True, 2)):
        engine = open_engine(f"sqlite:///{tmp_path}/engine.sqlite", durable=durable)
        with engine.connect() as conn:
            asked = {
                name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("synchronous", "foreign_keys", "journal_mode")
            }
        assert asked == {"synchronous": synchronous, "foreign_keys": 1, "journal_mode": "wal"}
        engine.dispose()
