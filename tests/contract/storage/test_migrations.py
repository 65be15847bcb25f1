"""Stores change step by step, whoever opens them first, on either database; what newer software made is refused."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
import sqlalchemy as sa
from eventsourcing.persistence import StoredEvent, Tracking

from services.evidence.adapters import correction_texts, printed_texts
from services.identity.adapters import people
from services.identity.ports import OnPapers, Person, ProgramSecret
from services.notification import webhook_store as webhooks
from shared.bus.events import dead_letters, relay_cursor
from shared.eventlog.recorders import log_factory
from shared.storage.database import Database, open_engine
from shared.storage.database_url import StoreSettings
from shared.storage.errors import StoreFault
from shared.storage.migrations import Migration, Migrations, NewerSchema, SqlSchema, statements

FIRST = Migration(1, "things", statements("CREATE TABLE things (name VARCHAR NOT NULL PRIMARY KEY)"))
SECOND = Migration(
    2,
    "things have a colour",
    statements("ALTER TABLE things ADD COLUMN colour VARCHAR DEFAULT 'red' NOT NULL", "UPDATE things SET colour = 'blue'"),
)


def broken(schema):
    schema.run("CREATE TABLE half_done (name VARCHAR)")
    schema.run("ALTER TABLE nothing ADD COLUMN colour VARCHAR")


THIRD = Migration(3, "breaks", broken)


def things(*steps: Migration) -> Migrations:
    return Migrations("things", *steps, proof="things")


@pytest.fixture
def database(shared_url):
    opened = Database(shared_url, "things")
    yield opened
    opened.close()


def rows(database: Database, sql: str) -> list[tuple]:
    with database.reading() as conn:
        return [tuple(row) for row in conn.exec_driver_sql(sql)]


def version(database: Database, steps: Migrations) -> int:
    with database.reading() as conn:
        return steps.version(SqlSchema(conn))


def test_a_new_database_takes_every_step(database):
    assert version(database, things(FIRST, SECOND)) == 0

    database.migrate(things(FIRST, SECOND))

    assert version(database, things(FIRST, SECOND)) == 2
    assert rows(database, "SELECT name, colour FROM things") == []


def test_a_database_from_before_versions_were_kept_is_at_version_1_and_goes_on_from_there(database):
    with database.writing() as conn:
        conn.exec_driver_sql("CREATE TABLE things (name VARCHAR NOT NULL PRIMARY KEY)")
        conn.exec_driver_sql("INSERT INTO things VALUES ('apple')")
    assert version(database, things(FIRST, SECOND)) == 1

    for _ in range(2):  # the second time nothing is left to do
        database.migrate(things(FIRST, SECOND))

    assert rows(database, "SELECT name, colour FROM things") == [("apple", "blue")]
    assert rows(database, "SELECT store, version FROM schema_version") == [("things", 2)]


def test_what_newer_software_made_is_refused_in_words_and_left_as_it_is(shared_url):
    newer = Database(shared_url, "things")
    newer.migrate(things(FIRST, SECOND))
    older = Database(shared_url, "things")

    with pytest.raises(NewerSchema, match=r"things.*phiên bản lược đồ 2, bản này chỉ biết đến 1.*Dùng lại bản phần mềm mới"):
        older.migrate(things(FIRST))

    assert version(newer, things(FIRST, SECOND)) == 2
    newer.close()


def test_a_step_that_fails_changes_nothing_at_all(shared_url, database):
    database.migrate(things(FIRST))
    failing = Database(shared_url, "things")

    with pytest.raises(StoreFault):
        failing.migrate(things(FIRST, SECOND, THIRD))

    assert version(database, things(FIRST)) == 1
    with database.reading() as conn:
        assert not sa.inspect(conn).has_table("half_done")
        assert [column["name"] for column in sa.inspect(conn).get_columns("things")] == ["name"]


def test_of_two_that_open_at_once_one_takes_the_steps_and_the_other_waits(two_openers):
    first, second = two_openers(lambda url: Database(url, str(uuid.uuid4())))
    taken, begun = [], threading.Event()

    def slow(schema):
        taken.append(threading.get_ident())
        begun.set()
        time.sleep(0.3)
        schema.run("CREATE TABLE things (name VARCHAR)")

    steps = Migrations("things", Migration(1, "slowly", slow), proof="things")
    threads = [threading.Thread(target=database.migrate, args=(steps,)) for database in (first, second)]
    threads[0].start()
    begun.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join()

    assert len(taken) == 1
    assert [version(database, steps) for database in (first, second)] == [1, 1]


MODULES = [
    (people.MIGRATIONS, people.METADATA),
    (webhooks.MIGRATIONS, webhooks.METADATA),
    (printed_texts.MIGRATIONS, printed_texts.METADATA),
    (correction_texts.MIGRATIONS, correction_texts.METADATA),
    (dead_letters.MIGRATIONS, dead_letters.metadata),
    (relay_cursor.MIGRATIONS, relay_cursor.metadata),
]


def shape(conn: sa.Connection, names: list[str]) -> dict:
    inspector = sa.inspect(conn)
    return {
        name: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(name)},
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "indexes": sorted(
                (i["name"], tuple(i["column_names"]))
                for i in inspector.get_indexes(name)
                if "duplicates_constraint" not in i
            ),
            "unique": sorted(tuple(u["column_names"]) for u in inspector.get_unique_constraints(name)),
        }
        for name in names
    }


@pytest.mark.parametrize(("steps", "metadata"), MODULES, ids=lambda part: getattr(part, "store", ""))
def test_the_steps_end_at_the_tables_that_the_code_reads(shared_url, steps, metadata):
    names = sorted(metadata.tables)
    database = Database(shared_url, "steps")
    database.migrate(steps)
    with database.reading() as conn:
        made = shape(conn, names)
    with database.writing() as conn:
        metadata.drop_all(conn)
        metadata.create_all(conn)
    with database.reading() as conn:
        assert made == shape(conn, names)
    database.close()


@pytest.mark.parametrize(("steps", "metadata"), MODULES, ids=lambda part: getattr(part, "store", ""))
def test_the_tables_of_an_installation_from_before_open_with_their_rows(shared_url, steps, metadata):
    engine = open_engine(shared_url)
    metadata.create_all(engine)
    engine.dispose()
    database = Database(shared_url, "before")

    database.migrate(steps)

    assert version(database, steps) == steps.latest
    database.close()


def test_people_of_before_papers_stay_and_can_be_written_on_them(shared_url):
    database = Database(shared_url, "before")
    database.migrate(Migrations("people", *people.MIGRATIONS.steps[:1], proof="people"))
    with database.writing() as conn:
        conn.exec_driver_sql("INSERT INTO people VALUES ('a-1', 'van-thu-1', 'Người một', 'hash')")
        conn.exec_driver_sql("INSERT INTO people_programs VALUES ('t-1', 'secret', 'Cổng')")
    database.close()

    tables = people.PeopleTables(shared_url)
    entry = OnPapers(person="a-1", school="TH-A", name="", office="Văn thư", account="a-1")
    tables.put_on_papers([entry])

    person = Person(account="a-1", login="van-thu-1", display_name="Người một", password_hash="hash")
    assert tables.person("a-1") == person
    assert tables.program("secret") == ProgramSecret(token="t-1", name="Cổng")
    assert tables.on_papers("TH-A") == [(entry, person)]
    tables.close()


def test_a_log_of_before_versions_were_kept_opens_with_what_it_has(shared_url):
    factory = log_factory(StoreSettings(shared_url), "counting")
    recorder = factory.process_recorder()
    recorder.insert_events([StoredEvent(uuid.uuid4(), 1, "counting.counted", b"{}")], tracking=Tracking("evidence", 7))
    recorder.write("DROP TABLE schema_version", [()])

    for _ in range(2):
        again = log_factory(StoreSettings(shared_url), "counting")
        opened = again.process_recorder()
        assert opened.leaf_count() == 1
        assert opened.max_tracking_id("evidence") == 7
        assert opened.guard_faults() == []
        assert [dict(row) for row in opened.query("SELECT store, version FROM schema_version")] == [
            {"store": "counting_log", "version": 1}
        ]
        again.close()
    factory.close()


def test_a_log_that_newer_software_made_is_refused(shared_url):
    factory = log_factory(StoreSettings(shared_url), "counting")
    factory.process_recorder().write("UPDATE schema_version SET version = 99", [()])

    again = log_factory(StoreSettings(shared_url), "counting")
    with pytest.raises(NewerSchema, match="counting_log"):
        again.process_recorder()
    again.close()
    factory.close()


def test_a_guard_that_was_taken_away_is_there_again_after_the_next_opening(shared_url):
    factory = log_factory(StoreSettings(shared_url), "counting")
    recorder = factory.process_recorder()
    name = "append_only ON counting_log_leaves" if "postgresql" in shared_url else "log_leaves_update_denied"
    somebody = Database(shared_url, "somebody")
    with somebody.writing() as conn:
        conn.exec_driver_sql(f"DROP TRIGGER {name}")
    somebody.close()
    assert recorder.guard_faults() != []

    again = log_factory(StoreSettings(shared_url), "counting")
    assert again.process_recorder().guard_faults() == []
    again.close()
    factory.close()


def test_two_that_open_a_new_log_at_once_find_one_log(shared_url):
    factories = [log_factory(StoreSettings(shared_url), "counting") for _ in range(4)]
    errors, start = [], threading.Barrier(4)

    def open_it(factory):
        try:
            start.wait(10)
            factory.process_recorder().insert_events([StoredEvent(uuid.uuid4(), 1, "counting.counted", b"{}")])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it, args=(factory,)) for factory in factories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    opened = factories[0].process_recorder()
    assert opened.leaf_count() == 4
    assert len(opened.query("SELECT store FROM schema_version")) == 1
    for factory in factories:
        factory.close()
