"""What a database says is reported as what it is: away, full, or a fault that a second attempt does not heal."""

from __future__ import annotations

import logging
import sqlite3
import uuid

import pytest
import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError, StoredEvent

from shared.eventlog.recorders import log_factory
from shared.problems import Unavailable
from shared.storage.database import Database
from shared.storage.database_url import StoreSettings
from shared.storage.errors import StoreFault, StoreFull, said, translate_database_errors


@pytest.fixture
def database(shared_url):
    opened = Database(shared_url, "things")
    with opened.writing() as conn:
        conn.exec_driver_sql("CREATE TABLE things (name VARCHAR PRIMARY KEY)")
    yield opened
    opened.close()


@pytest.fixture
def recorder(shared_url):
    factory = log_factory(StoreSettings(shared_url), "counting")
    yield factory.process_recorder()
    factory.close()


def test_a_column_that_is_missing_is_a_fault_of_ours_and_not_a_server_that_is_away(database, caplog):
    with (
        caplog.at_level(logging.ERROR, logger="kiemdinh.storage"),
        pytest.raises(StoreFault) as told,
        database.reading() as conn,
    ):
        conn.execute(sa.text("SELECT colour FROM things"))

    assert (told.value.status, told.value.type) == (500, "loi-noi-bo")
    assert "colour" in said(told.value)
    assert "colour" not in told.value.detail
    [line] = caplog.records
    assert line.getMessage() == "store-fault"
    assert "colour" in line.kiemdinh_fields["said"]


def test_a_table_of_the_log_that_drifted_is_a_fault_when_read_and_when_written(recorder):
    recorder.insert_events([StoredEvent(uuid.uuid4(), 1, "counting.counted", b"{}")])
    recorder.write("ALTER TABLE {leaves} RENAME COLUMN leaf_hash TO hash_of_leaf", [()])

    with pytest.raises(StoreFault):
        recorder.select_logged(0, 10)
    with pytest.raises(StoreFault), translate_database_errors():
        recorder.insert_events([StoredEvent(uuid.uuid4(), 1, "counting.counted", b"{}")])


@pytest.mark.server
def test_a_value_is_never_written_to_the_journal(postgresql, caplog):
    database = Database(postgresql.new_database(), "things")  # SQLite takes any value for any type
    with caplog.at_level(logging.ERROR), pytest.raises(StoreFault), database.reading() as conn:
        conn.execute(sa.text("SELECT CAST('Nguyễn Thị Bé' AS integer)"))

    [line] = caplog.records
    assert line.kiemdinh_fields["said"].startswith("22P02")
    assert "Nguyễn" not in str(line.kiemdinh_fields)
    database.close()


def test_what_breaks_a_constraint_is_an_answer_and_passes(database, recorder):
    with pytest.raises(sa.exc.IntegrityError), database.writing() as conn:
        conn.execute(sa.text("INSERT INTO things VALUES ('a'), ('a')"))
    event = StoredEvent(uuid.uuid4(), 1, "counting.counted", b"{}")
    recorder.insert_events([event])
    with pytest.raises(IntegrityError), translate_database_errors():
        recorder.insert_events([event])


def test_a_lock_that_somebody_else_holds_is_a_store_that_is_away_for_a_while(shared_url, database):
    other = Database(shared_url, "somebody-else")
    with other.writing() as holder, database._engine.connect() as conn:
        impatient = "PRAGMA busy_timeout = 50"
        if conn.dialect.name == "postgresql":
            holder.execute(sa.text("LOCK TABLE things IN ACCESS EXCLUSIVE MODE"))
            impatient = "SET lock_timeout = '50ms'"
        conn.exec_driver_sql(impatient)
        with pytest.raises(Unavailable), translate_database_errors():
            conn.exec_driver_sql("INSERT INTO things VALUES ('b')")
    other.close()


@pytest.mark.server
def test_sessions_that_the_server_ends_and_statements_it_stops_are_a_store_that_is_away(postgresql):
    database = Database(postgresql.new_database(), "things")
    for sql in ("SELECT pg_terminate_backend(pg_backend_pid())", "SET LOCAL statement_timeout = 20; SELECT pg_sleep(1)"):
        with pytest.raises(Unavailable), database.reading() as conn:
            conn.exec_driver_sql(sql)
    database.close()


def test_a_server_that_is_not_there_and_a_file_that_cannot_be_opened_are_away(tmp_path):
    for url in ("postgresql://nobody@127.0.0.1:1/nothing", f"sqlite:///{tmp_path}/missing/there.sqlite"):
        database = Database(url, "things")
        with pytest.raises(Unavailable), database.reading() as conn:
            conn.execute(sa.text("SELECT 1"))
        database.close()


def test_a_file_that_is_no_database_is_a_fault_and_says_so(tmp_path):
    (tmp_path / "odd.sqlite").write_bytes(b"this is a letter, not a database" * 200)
    database = Database(f"sqlite:///{tmp_path}/odd.sqlite", "things")
    with pytest.raises(StoreFault) as told, database.reading() as conn:
        conn.execute(sa.text("SELECT 1"))
    assert "not a database" in said(told.value)
    database.close()


def test_a_database_that_may_grow_no_more_is_full(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/small.sqlite", "things")
    with database.writing() as conn:
        conn.exec_driver_sql("CREATE TABLE things (content BLOB)")
        conn.exec_driver_sql("PRAGMA max_page_count = 3")
    with pytest.raises(StoreFull), database.writing() as conn:
        conn.execute(sa.text("INSERT INTO things VALUES (zeroblob(1000000))"))
    database.close()


def test_an_error_that_only_looks_like_one_of_the_drivers_passes_as_it_is():
    for error in (ValueError("database is locked"), sqlite3.OperationalError("raised by hand")):
        with pytest.raises(type(error)), translate_database_errors():
            raise error
