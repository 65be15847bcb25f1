"""What every store promises: leaves with their events, dense positions, exactly-once tracking, nothing lost on kill -9."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest
from eventsourcing.persistence import (
    IntegrityError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    StoredEvent,
    Tracking,
)

from shared.clock import FixedClock
from shared.eventlog.application import AlreadyReceived, EventSourcedApplication
from shared.eventlog.log import InconsistentLog, microseconds
from shared.eventlog.recorders import merkle_store
from shared.eventlog.verify import verify_log
from shared.problems import Conflict, Unavailable
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer, log_origin
from shared.tlog.leaf import leaf_hash
from shared.tlog.merkle import root_of, verify_consistency, verify_inclusion

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("counting_for_contract", HERE / "counting.py")
counting = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = counting
spec.loader.exec_module(counting)
Counter, open_counting, MOMENT = counting.Counter, counting.open_counting, counting.MOMENT


@pytest.fixture
def app(store):
    opened = open_counting(store)
    yield opened
    opened.close()


def count(app: EventSourcedApplication, stream: uuid.UUID, by: str = "a", command: str = "", tracking=None):
    return app.change(Counter, stream, lambda counter: counter.count_one(by, command), tracking=tracking)


def assert_dense_and_fitting(app: EventSourcedApplication, expected: int) -> None:
    rows = app.log.tables.select_logged(0, expected + 10)
    assert [row.position for row in rows] == list(range(1, expected + 1))
    for row in rows:
        fits = leaf_hash(row.originator_id, row.originator_version, row.topic, row.state, row.recorded_at_us)
        assert row.leaf_hash == fits
    assert [row.recorded_at_us for row in rows] == sorted(row.recorded_at_us for row in rows)
    assert app.log.root(expected) == root_of([row.leaf_hash for row in rows])


def test_positions_are_dense_from_one_and_streams_read_back(app):
    first, second = uuid.uuid4(), uuid.uuid4()

    answers = [count(app, first), count(app, second), count(app, first)]

    assert answers == [(1, 1), (1, 2), (2, 3)]
    assert app.log.head() == 3
    assert [logged.position for logged in app.log.read(0)] == [1, 2, 3]
    assert [logged.position for logged in app.log.read(1, limit=1)] == [2]
    assert [logged.position for logged in app.log.stream(first)] == [1, 3]
    assert [logged.position for logged in app.log.stream(first, upto=2)] == [1]
    assert app.log.read(0)[0].entry.fact.by == "a"
    assert app.load(Counter, first).count == 2
    assert app.load(Counter, uuid.uuid4()).version == 0
    assert_dense_and_fitting(app, 3)


def test_many_streams_read_back_in_the_order_of_the_log_whatever_the_order_of_asking(app, monkeypatch):
    monkeypatch.setattr(merkle_store, "_IDS_AT_ONCE", 2)
    asked = [uuid.uuid4() for _ in range(5)]
    for stream in [*asked, uuid.uuid4(), *reversed(asked)]:
        count(app, stream)

    found = app.log.streams([*reversed(asked), asked[0], uuid.uuid4()])

    assert [logged.position for logged in found] == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]
    assert [logged.entry.originator_id for logged in found[-5:]] == asked[::-1]
    assert app.log.streams([]) == []


def test_several_streams_and_events_are_stored_in_one_transaction(app):
    one, two = Counter(uuid.uuid4()), Counter(uuid.uuid4())
    for _ in range(3):
        one.count_one("a")
        two.count_one("b")

    assert app.append(one, two) == 6
    assert_dense_and_fitting(app, 6)
    assert len({logged.recorded_at for logged in app.log.read(0)}) == 1


def test_a_change_that_records_nothing_tells_the_streams_last_position(app):
    stream = uuid.uuid4()
    assert app.change(Counter, stream, lambda counter: counter.count) == (0, 0)
    count(app, stream)
    count(app, uuid.uuid4())

    assert app.change(Counter, stream, lambda counter: counter.count) == (1, 1)


def test_a_repeated_command_changes_nothing(app):
    stream = uuid.uuid4()
    count(app, stream, command="c-1")

    assert count(app, stream, command="c-1") == (1, 1)
    assert count(app, stream, command="c-2") == (2, 2)
    assert app.log.head() == 2


def test_a_conflict_leaves_the_log_untouched(app):
    stream = uuid.uuid4()
    mine, theirs = app.load(Counter, stream), app.load(Counter, stream)
    mine.count_one("mine")
    theirs.count_one("theirs")
    app.append(theirs)

    with pytest.raises(IntegrityError):
        app.append(mine)

    count(app, uuid.uuid4())
    assert_dense_and_fitting(app, 2)


def test_one_conflicting_event_among_several_streams_keeps_all_of_them_out(app):
    stream = uuid.uuid4()
    stale = app.load(Counter, stream)
    stale.count_one("stale")
    count(app, stream)
    fresh = Counter(uuid.uuid4())
    fresh.count_one("fresh")

    with pytest.raises(IntegrityError):
        app.append(fresh, stale)

    assert app.log.stream(fresh.id) == []
    assert_dense_and_fitting(app, 1)


def test_a_change_is_decided_anew_when_somebody_else_was_first(app):
    stream = uuid.uuid4()
    seen = []

    def decide(counter):
        if not seen:
            count(app, stream, "other")
        seen.append(counter.version)
        return counter.count_one("me")

    assert app.change(Counter, stream, decide) == (2, 2)
    assert seen == [0, 1]


def test_a_change_gives_up_when_others_are_always_first(app):
    stream = uuid.uuid4()

    def decide(counter):
        count(app, stream, "other")
        return counter.count_one("me")

    with pytest.raises(Conflict):
        app.change(Counter, stream, decide)
    assert {logged.entry.fact.by for logged in app.log.read(0)} == {"other"}


def test_tracked_events_are_applied_exactly_once(app):
    stream = uuid.uuid4()
    assert app.received_position("evidence") == 0

    assert count(app, stream, tracking=Tracking("evidence", 1)) == (1, 1)
    with pytest.raises(AlreadyReceived):
        count(app, stream, tracking=Tracking("evidence", 1))
    app.change(Counter, stream, lambda counter: None, tracking=Tracking("evidence", 2))
    with pytest.raises(AlreadyReceived):
        app.change(Counter, stream, lambda counter: None, tracking=Tracking("evidence", 2))
    count(app, stream, tracking=Tracking("inspection", 1))

    assert app.received_position("evidence") == 2
    assert app.received_position("inspection") == 1
    assert_dense_and_fitting(app, 2)


def test_tracking_survives_a_conflict_on_the_stream(app):
    stream = uuid.uuid4()
    seen = []

    def decide(counter):
        if not seen:
            count(app, stream, "other")
        seen.append(counter.version)
        return counter.count_one("me")

    assert app.change(Counter, stream, decide, tracking=Tracking("evidence", 1)) == (2, 2)
    assert app.received_position("evidence") == 1


def test_stored_rows_can_be_neither_changed_nor_removed(app):
    count(app, uuid.uuid4())
    app.log.sign_checkpoint(Signer.generate(log_origin("thu", "counting")))
    for table, column in (("{events}", "topic"), ("{leaves}", "leaf_hash"), ("{checkpoints}", "note")):
        for sql in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises((IntegrityError, PersistenceError)):
                app.log.tables.write(sql, [()])
    assert app.log.head() == 1


def clock_of_the_store(app, clock):
    """Return what sets the clock that events are recorded by."""
    recorder = app.recorder
    if not app.store.is_postgres:
        return lambda us: clock.move(dt.timedelta(microseconds=us - microseconds(clock.now())))
    with recorder.datastore.transaction(commit=True) as curs:
        curs.execute("CREATE TABLE test_clock AS SELECT 0::bigint AS us")
    asked = recorder.insert_events_statement.as_string()
    assert recorder.clock_sql in asked
    recorder.insert_events_statement = asked.replace(recorder.clock_sql, "(SELECT us FROM test_clock)")

    def set_clock(us):
        with recorder.datastore.transaction(commit=True) as curs:
            curs.execute("UPDATE test_clock SET us = %s", (us,))

    return set_clock


def test_recorded_times_never_go_back_even_when_the_clock_does(store):
    clock = FixedClock(MOMENT)
    app = open_counting(store, clock)
    set_clock = clock_of_the_store(app, clock)

    for us in (1_000_000, 5_000_000, 2_000_000, 5_000_001):
        set_clock(us)
        count(app, uuid.uuid4())

    assert [row.recorded_at_us for row in app.log.tables.select_logged(0, 9)] == [1_000_000, 5_000_000, 5_000_000, 5_000_001]
    assert_dense_and_fitting(app, 4)
    app.close()


def test_a_moment_names_the_last_position_recorded_by_then(store):
    clock = FixedClock(MOMENT)
    app = open_counting(store, clock)
    set_clock = clock_of_the_store(app, clock)
    assert app.log.position_at(MOMENT) == 0
    for tens in range(5):
        set_clock(microseconds(MOMENT + dt.timedelta(seconds=10 * tens)))
        count(app, uuid.uuid4())
        count(app, uuid.uuid4())

    seconds = [(-1, 0), (0, 2), (9, 2), (10, 4), (39, 8), (40, 10), (999, 10)]
    assert [(s, app.log.position_at(MOMENT + dt.timedelta(seconds=s))) for s, _ in seconds] == seconds
    app.close()


def test_a_log_that_grows_past_a_tile_keeps_its_root_and_proofs(app):
    for size in (255, 1, 1, 300, 3):
        stream = Counter(uuid.uuid4())
        for _ in range(size):
            stream.count_one("a")
        app.append(stream)
        head = app.log.head()
        hashes = app.log.tables.select_nodes(0, 0, head)
        assert app.log.root(head) == root_of(hashes)
        for position in {1, head // 2, head - 1, head} - {0}:
            proof = app.log.inclusion_proof(position, head)
            assert verify_inclusion(hashes[position - 1], position - 1, head, proof, app.log.root(head))
    roots = {size: app.log.root(size) for size in (1, 255, 256, 257, 512, 560)}
    for old, root in roots.items():
        assert verify_consistency(old, 560, root, roots[560], app.log.consistency_proof(old, 560))
    assert app.log.tables.count_nodes(8) == 2


def test_checkpoints_are_numbered_kept_and_continue_one_another(app):
    signer = Signer.generate(log_origin("thu", "counting"))
    assert app.log.checkpoint() is None
    assert app.log.next_checkpoint_number() == 1

    empty = app.log.sign_checkpoint(signer)
    count(app, uuid.uuid4())
    first = app.log.sign_checkpoint(signer)
    same = app.log.sign_checkpoint(signer)

    assert (empty.number, empty.size, first.number, first.size, same) == (1, 0, 2, 1, first)
    assert signer.verifier.open(first.note).root == app.log.root(1)
    assert app.log.checkpoints(after=1) == [first]
    assert app.log.checkpoint() == first
    assert app.log.next_checkpoint_number() == 3


def test_a_log_that_is_not_what_was_signed_before_is_not_signed(app):
    signer = Signer.generate(log_origin("thu", "counting"))
    count(app, uuid.uuid4())
    app.log.sign_checkpoint(signer)
    tamper(app, "UPDATE {leaves} SET leaf_hash = ? WHERE leaf_index = 0", (b"\1" * 32,))
    count(app, uuid.uuid4())

    fresh = type(app.log)(app.log.tables, app.facts)
    with pytest.raises(InconsistentLog):
        fresh.sign_checkpoint(signer)


def test_events_that_do_not_fit_their_leaves_are_not_signed(app):
    signer = Signer.generate(log_origin("thu", "counting"))
    count(app, uuid.uuid4())
    tamper(app, "UPDATE {events} SET topic = 'counting.uncounted'", ())

    with pytest.raises(InconsistentLog):
        app.log.sign_checkpoint(signer)


def tamper(app, sql, parameters):
    """Do what only somebody with the whole database in his hands can do."""
    tables = app.log.tables
    if app.store.is_postgres:
        for table in ("{events}", "{leaves}", "{checkpoints}"):
            tables.write(f"ALTER TABLE {table} DISABLE TRIGGER ALL", [()])
    else:
        for table in ("stored_events", "log_leaves", "log_checkpoints"):
            for verb in ("update", "delete"):
                tables.write(f"DROP TRIGGER IF EXISTS {table}_{verb}_denied", [()])
    tables.write(sql, [parameters])


def test_threads_that_write_at_once_leave_a_dense_log_without_a_lost_event(app):
    common, told, errors = uuid.uuid4(), [], []

    def work(name):
        try:
            for number in range(12):
                told.append(count(app, common if number % 3 == 0 else uuid.uuid4(), f"{name}-{number}")[1])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert sorted(told) == list(range(1, 73))
    assert app.load(Counter, common).count == 24
    assert_dense_and_fitting(app, 72)


def test_threads_that_track_the_same_events_apply_each_once(app):
    stream, applied = uuid.uuid4(), []

    def work(name):
        for sequence in range(1, 11):
            try:
                count(app, stream, f"{name}-{sequence}", tracking=Tracking("evidence", sequence))
            except AlreadyReceived:
                continue
            applied.append(sequence)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(set(applied)) == sorted(applied)
    assert app.received_position("evidence") == 10
    assert app.load(Counter, stream).count == len(applied)


def writer(store: StoreSettings, name: str, rounds: int) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, str(HERE / "counting.py"), store.url, name, str(rounds)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[2])},
    )


def test_processes_that_write_at_once_leave_a_dense_log(shared_store):
    writers = [writer(shared_store, f"p{n}", 10) for n in range(3)]
    told = []
    for process in writers:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        told += [int(line) for line in out.split()]

    app = open_counting(shared_store)
    assert sorted(told) == list(range(1, 61))
    assert_dense_and_fitting(app, 60)
    assert verify_log(shared_store, "counting").sound
    app.close()


def test_a_writer_killed_at_any_moment_leaves_a_log_that_verifies_and_holds_every_receipt(shared_store):
    told = []
    for attempt in range(4):
        process = writer(shared_store, f"k{attempt}", 100_000)
        for _ in range(3 + attempt * 5):
            told.append(int(process.stdout.readline()))
        time.sleep(0.003 * attempt)
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.stdout.close()
        process.wait()

    app = open_counting(shared_store)
    head = app.log.head()
    assert set(told) <= set(range(1, head + 1))
    assert len(set(told)) == len(told)
    assert_dense_and_fitting(app, head)
    verdict = verify_log(shared_store, "counting")
    assert verdict.sound
    assert verdict.events == head
    app.close()


def test_the_librarys_own_reader_sees_the_same_events(app):
    for _ in range(5):
        count(app, uuid.uuid4())

    told = app.recorder.select_notifications(start=None, limit=10)
    ids = [notification.id for notification in told]
    assert app.recorder.max_notification_id() == ids[-1]
    assert [n.id for n in app.recorder.select_notifications(start=ids[1], limit=2)] == ids[1:3]
    assert [
        n.id for n in app.recorder.select_notifications(start=ids[1], limit=9, stop=ids[3], inclusive_of_start=False)
    ] == ids[2:4]
    assert [n.id for n in app.recorder.select_notifications(start=ids[0], limit=9, topics=["counting.counted"])] == ids
    assert app.recorder.select_notifications(start=ids[0], limit=9, topics=["x"]) == []


def test_the_recorder_gives_ids_back_and_takes_an_empty_list(app):
    event = StoredEvent(uuid.uuid4(), 1, "counting.counted", b"{}")

    assert len(app.recorder.insert_events([event])) == 1
    assert not app.recorder.insert_events([])
    assert app.log.head() == 1


def test_opening_a_store_again_changes_nothing(shared_store):
    first = open_counting(shared_store)
    count(first, uuid.uuid4(), tracking=Tracking("evidence", 4))
    first.close()

    again = open_counting(shared_store)

    assert again.log.head() == 1
    assert again.received_position("evidence") == 4
    again.close()


@pytest.mark.server
def test_a_connection_that_dies_after_the_commit_stores_the_event_once(postgresql, monkeypatch):
    app = open_counting(StoreSettings(postgresql.new_database()))
    monkeypatch.setattr("shared.eventlog.recorders.postgres.time.sleep", lambda seconds: None)
    insert, calls = app.recorder._insert_once, []

    def die_after_commit(events, expected, **kwargs):
        calls.append(len(events))
        ids = insert(events, expected, **kwargs)
        if len(calls) == 1:
            raise OperationalError("the connection is closed")
        return ids

    app.recorder._insert_once = die_after_commit
    stream = uuid.uuid4()

    assert count(app, stream, tracking=Tracking("evidence", 1)) == (1, 1)

    assert calls == [1, 1]
    assert_dense_and_fitting(app, 1)
    assert app.received_position("evidence") == 1
    app.close()


@pytest.mark.server
def test_a_repeat_that_meets_somebody_elses_event_is_a_conflict_and_is_decided_anew(postgresql, monkeypatch):
    app = open_counting(StoreSettings(postgresql.new_database()))
    other = open_counting(app.store)
    monkeypatch.setattr("shared.eventlog.recorders.postgres.time.sleep", lambda seconds: None)
    insert, calls, stream = app.recorder._insert_once, [], uuid.uuid4()

    def die_before_commit(events, expected, **kwargs):
        calls.append(len(events))
        if len(calls) == 1:
            count(other, stream, "other")
            raise OperationalError("the connection is closed")
        return insert(events, expected, **kwargs)

    app.recorder._insert_once = die_before_commit

    assert count(app, stream, "me") == (2, 2)
    assert [logged.entry.fact.by for logged in app.log.read(0)] == ["other", "me"]
    app.close()
    other.close()


@pytest.mark.server
def test_a_server_that_stays_away_is_a_problem_for_the_caller(postgresql, monkeypatch):
    app = open_counting(StoreSettings(postgresql.new_database()))
    monkeypatch.setattr("shared.eventlog.recorders.postgres.time.sleep", lambda seconds: None)

    def away(events, expected, **kwargs):
        raise OperationalError("no route to host")

    app.recorder._insert_once = away

    with pytest.raises(Unavailable):
        count(app, uuid.uuid4())
    app.close()


@pytest.mark.server
def test_sessions_that_the_server_ends_are_replaced(postgresql):
    app = open_counting(StoreSettings(postgresql.new_database()))
    count(app, uuid.uuid4())
    with app.recorder.datastore.transaction(commit=True) as curs:
        curs.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert count(app, uuid.uuid4()) == (1, 2)
    assert app.log.head() == 2
    assert_dense_and_fitting(app, 2)
    app.close()


@pytest.mark.server
def test_the_librarys_function_that_loses_tracking_is_not_even_there(postgresql):
    app = open_counting(StoreSettings(postgresql.new_database()))

    found = app.log.tables.query("SELECT count(*) AS n FROM pg_proc WHERE left(proname, 9) = 'es_insert'")

    assert found[0]["n"] == 0
    app.close()


def test_nothing_is_taken_from_the_process_environment(store, monkeypatch):
    for name, value in {
        "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
        "SINGLE_ROW_TRACKING": "n",
        "COUNTING_CREATE_TABLE": "n",
    }.items():
        monkeypatch.setenv(name, value)
    app = open_counting(store)

    count(app, uuid.uuid4(), tracking=Tracking("evidence", 3))

    assert app.received_position("evidence") == 3
    assert_dense_and_fitting(app, 1)
    app.close()


def test_two_signers_at_once_make_one_checkpoint(app, monkeypatch):
    signer = Signer.generate(log_origin("thu", "counting"))
    count(app, uuid.uuid4())
    first = app.log.sign_checkpoint(signer)
    count(app, uuid.uuid4())
    tables, late = app.log.tables, []
    insert = tables.insert_checkpoint

    def overtaken(row):
        if not late:
            late.append(row)
            insert(row)
        insert(row)

    monkeypatch.setattr(tables, "insert_checkpoint", overtaken)

    second = app.log.sign_checkpoint(signer)

    assert (first.number, second.number, second.size) == (1, 2, 2)
    assert len(app.log.checkpoints()) == 2


@pytest.mark.parametrize(
    "change",
    [
        ("UPDATE {checkpoints} SET size = 1, number = 1", ()),
        ("UPDATE {checkpoints} SET note = 'kiemdinh/thu/counting'", ()),
        ("DELETE FROM {leaves}", ()),
        ("DELETE FROM {leaves} WHERE leaf_index = 0", ()),
    ],
)
def test_a_log_or_checkpoint_that_was_tampered_with_is_not_signed_on(app, change):
    signer = Signer.generate(log_origin("thu", "counting"))
    count(app, uuid.uuid4())
    count(app, uuid.uuid4())
    app.log.sign_checkpoint(signer)
    tamper(app, *change)

    fresh = type(app.log)(app.log.tables, app.facts)
    with pytest.raises(InconsistentLog):
        fresh.sign_checkpoint(signer)


def test_an_event_that_vanished_before_it_was_signed_is_missed(app):
    signer = Signer.generate(log_origin("thu", "counting"))
    for _ in range(2):
        count(app, uuid.uuid4())
    tamper(app, "DELETE FROM {events} WHERE notification_id = (SELECT max(notification_id) FROM {leaves})", ())

    with pytest.raises(InconsistentLog):
        app.log.sign_checkpoint(signer)


def test_a_new_key_goes_on_where_the_old_one_ended(app):
    count(app, uuid.uuid4())
    app.log.sign_checkpoint(Signer.generate("kiemdinh/old/counting"))
    count(app, uuid.uuid4())

    renewed = app.log.sign_checkpoint(Signer.generate("kiemdinh/new/counting"))

    assert (renewed.number, renewed.size) == (2, 2)


def test_an_event_whose_leaf_cannot_be_made_is_not_stored(app, monkeypatch):
    count(app, uuid.uuid4())

    def broken(rows, recorded_at_us):
        raise ArithmeticError

    module = sys.modules[type(app.recorder).__module__]
    monkeypatch.setattr(module, "hash_stored", broken)
    with pytest.raises(ArithmeticError):
        count(app, uuid.uuid4(), tracking=Tracking("evidence", 1))
    monkeypatch.undo()

    assert app.received_position("evidence") == 0
    count(app, uuid.uuid4())
    assert_dense_and_fitting(app, 2)


def test_what_the_product_never_uses_is_refused_as_not_supported(app):
    with pytest.raises(NotSupportedError, match="by position"):
        app.recorder.subscribe()
    with pytest.raises(NotSupportedError, match="no snapshots"):
        app.factory.aggregate_recorder(purpose="snapshots")
