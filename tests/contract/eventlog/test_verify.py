"""The auditor finds one flipped bit, one removed or swapped row, a cut log and a forged checkpoint, in either store."""

from __future__ import annotations

import importlib.util
import sys
import uuid
from pathlib import Path

import pytest

from shared.eventlog.verify import Unverifiable, verify_log
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer, log_origin
from shared.tlog.kept_notes import read_kept

spec = importlib.util.spec_from_file_location("counting_for_verify", Path(__file__).parent / "counting.py")
counting = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = counting
spec.loader.exec_module(counting)

SIGNER = Signer.generate(log_origin("thu", "counting"))
COMMON = uuid.UUID(int=1)


@pytest.fixture
def app(shared_store):
    """A log of 300 events: checkpoints at 10, 200 and 290, ten more events behind the last."""
    opened = counting.open_counting(shared_store)
    for size in (10, 190, 90, 10):
        streams = [counting.Counter(uuid.uuid4()) for _ in range(size // 2)]
        common = opened.load(counting.Counter, COMMON)
        for stream in streams:
            stream.count_one("a")
            common.count_one("b")
        opened.append(*streams, common)
        if opened.log.head() < 300:
            opened.log.sign_checkpoint(SIGNER)
    yield opened
    opened.close()


def run(app, *statements):
    """Change rows as somebody with the whole database in his hands can, then put the guards back."""
    tables = app.log.tables
    if app.store.is_postgres:
        for table in ("{events}", "{leaves}", "{checkpoints}"):
            tables.write(f"ALTER TABLE {table} DISABLE TRIGGER ALL", [()])
        for sql, parameters in statements:
            tables.write(sql, [parameters])
        for table in ("{events}", "{leaves}", "{checkpoints}"):
            tables.write(f"ALTER TABLE {table} ENABLE TRIGGER ALL", [()])
        return
    for table in ("stored_events", "log_leaves", "log_checkpoints"):
        for verb in ("update", "delete"):
            tables.write(f"DROP TRIGGER {table}_{verb}_denied", [()])
    for sql, parameters in statements:
        tables.write(sql.replace("::uuid", ""), [parameters])
    app.recorder.create_table()


def findings(app):
    verdict = verify_log(app.store, "counting", SIGNER.verifier)
    assert verdict.sound == (not verdict.findings)
    return {(finding.kind, finding.where.removeprefix("counting: ")) for finding in verdict.findings}


def kinds(app):
    return {kind for kind, _ in findings(app)}


def row_of(app, position):
    return app.log.tables.select_logged(position - 1, 1)[0]


def flipped(data: bytes, byte: int) -> bytes:
    changed = bytearray(data)
    changed[byte] ^= 1
    return bytes(changed)


def event_at(position: int) -> str:
    return f"notification_id = (SELECT notification_id FROM {{leaves}} WHERE leaf_index = {position - 1})"


def test_an_untouched_log_is_sound_and_counted(app):
    verdict = verify_log(app.store, "counting", SIGNER.verifier)

    assert verdict.findings == []
    assert (verdict.events, verdict.checkpoints, verdict.service) == (300, 3, "counting")
    assert verdict.root == app.log.root(300)


@pytest.mark.parametrize("position", [1, 150, 300])
def test_one_flipped_bit_in_a_stored_state_is_found_and_named(app, position):
    changed = flipped(row_of(app, position).state, 5)
    run(app, (f"UPDATE {{events}} SET state = ? WHERE {event_at(position)}", (changed,)))

    assert findings(app) == {("event-altered", f"số {position}")}


def test_one_flipped_bit_in_a_topic_is_found(app):
    run(app, (f"UPDATE {{events}} SET topic = 'counting.countee' WHERE {event_at(7)}", ()))

    assert findings(app) == {("event-altered", "số 7")}


def test_a_changed_version_is_found(app):
    run(app, (f"UPDATE {{events}} SET originator_version = originator_version + 1024 WHERE {event_at(3)}", ()))

    assert ("event-altered", "số 3") in findings(app)


def test_a_changed_stream_is_found(app):
    run(app, (f"UPDATE {{events}} SET originator_id = ?::uuid WHERE {event_at(3)}", (uuid.uuid4().hex,)))

    assert ("event-altered", "số 3") in findings(app)


def test_a_stream_id_in_other_letters_is_found(app):
    if app.store.is_postgres:
        return  # a uuid column has no letters
    found = next(row for row in app.log.tables.select_logged(0, 300) if any(c.isalpha() for c in row.originator_id.hex))
    run(app, (f"UPDATE {{events}} SET originator_id = upper(originator_id) WHERE {event_at(found.position)}", ()))

    assert ("event-altered", f"số {found.position}") in findings(app)


def test_a_value_of_another_type_is_found(app):
    if app.store.is_postgres:
        return  # PostgreSQL keeps to its types
    run(app, (f"UPDATE {{events}} SET topic = 5, state = 'text' WHERE {event_at(3)}", ()))

    assert ("event-altered", "số 3") in findings(app)


@pytest.mark.parametrize("by", [1, -1, 1024])
def test_one_flipped_bit_in_a_recorded_time_is_found(app, by):
    run(app, (f"UPDATE {{leaves}} SET recorded_at_us = recorded_at_us + {by} WHERE leaf_index = 4", ()))

    assert ("event-altered", "số 5") in findings(app)


def test_one_flipped_bit_in_a_leaf_hash_is_found_in_the_leaf_and_in_every_checkpoint_over_it(app):
    changed = flipped(row_of(app, 150).leaf_hash, 31)
    run(app, ("UPDATE {leaves} SET leaf_hash = ? WHERE leaf_index = 149", (changed,)))

    assert findings(app) == {
        ("event-altered", "số 150"),
        ("checkpoint-disagrees", "mốc niêm 2"),
        ("checkpoint-disagrees", "mốc niêm 3"),
        ("cached-hash-altered", "nút 8/0"),
    }


def test_a_leaf_that_names_another_stream_is_found(app):
    run(app, ("UPDATE {leaves} SET originator_version = 77 WHERE leaf_index = 9", ()))

    assert findings(app) == {("leaf-altered", "số 10")}


def test_an_event_rewritten_together_with_its_leaf_is_found_by_the_checkpoint(app):
    from shared.tlog.leaf import leaf_hash

    row = row_of(app, 20)
    state = flipped(row.state, 5)
    fitting = leaf_hash(row.originator_id, row.originator_version, row.topic, state, row.recorded_at_us)
    run(
        app,
        (f"UPDATE {{events}} SET state = ? WHERE {event_at(20)}", (state,)),
        ("UPDATE {leaves} SET leaf_hash = ? WHERE leaf_index = 19", (fitting,)),
    )

    assert ("checkpoint-disagrees", "mốc niêm 2") in findings(app)
    assert ("checkpoint-disagrees", "mốc niêm 1") not in findings(app)


def test_a_removed_event_is_found(app):
    run(app, (f"DELETE FROM {{events}} WHERE {event_at(30)}", ()))

    assert ("event-removed", "số 30") in findings(app)


def test_a_removed_leaf_is_found_with_its_event(app):
    run(app, ("DELETE FROM {leaves} WHERE leaf_index = 29", ()))

    assert {"leaf-missing", "event-without-leaf", "checkpoint-disagrees"} <= kinds(app)
    assert ("leaf-missing", "số 30") in findings(app)


def test_an_event_removed_with_its_leaf_is_found(app):
    run(
        app,
        (f"DELETE FROM {{events}} WHERE {event_at(30)}", ()),
        ("DELETE FROM {leaves} WHERE leaf_index = 29", ()),
    )

    assert ("leaf-missing", "số 30") in findings(app)


def test_several_removed_rows_are_named_as_one_stretch(app):
    run(app, ("DELETE FROM {leaves} WHERE leaf_index BETWEEN 29 AND 39", ()))

    assert ("leaf-missing", "số 30–40") in findings(app)


def test_a_tail_cut_below_a_checkpoint_is_found(app):
    run(
        app,
        ("DELETE FROM {events} WHERE notification_id IN (SELECT notification_id FROM {leaves} WHERE leaf_index >= 250)", ()),
        ("DELETE FROM {leaves} WHERE leaf_index >= 250", ()),
    )

    assert ("log-truncated", "mốc niêm 3") in findings(app)


def test_two_rows_with_swapped_contents_are_found(app):
    one, two = row_of(app, 40), row_of(app, 41)
    run(
        app,
        (f"UPDATE {{events}} SET state = ?, topic = 'swap' WHERE {event_at(40)}", (two.state,)),
        (f"UPDATE {{events}} SET state = ? WHERE {event_at(41)}", (flipped(one.state, 4),)),
    )

    assert {("event-altered", "số 40"), ("event-altered", "số 41")} <= findings(app)


def test_two_whole_rows_with_swapped_places_are_found_even_behind_the_last_checkpoint(app):
    swap = (
        "UPDATE {events} SET notification_id = -notification_id WHERE notification_id IN "
        "(SELECT notification_id FROM {leaves} WHERE leaf_index IN (295, 296))"
    )
    ids = [
        row["notification_id"]
        for row in app.log.tables.query(
            "SELECT notification_id FROM {leaves} WHERE leaf_index IN (295, 296) ORDER BY leaf_index"
        )
    ]
    run(
        app,
        (swap, ()),
        ("UPDATE {events} SET notification_id = ? WHERE notification_id = ?", (ids[1], -ids[0])),
        ("UPDATE {events} SET notification_id = ? WHERE notification_id = ?", (ids[0], -ids[1])),
    )

    assert {("event-altered", "số 296"), ("event-altered", "số 297")} <= findings(app)


def test_leaves_with_swapped_indices_are_found(app):
    if not app.store.is_postgres:
        return  # SQLite's CHECK ties the index to the event
    run(
        app,
        ("UPDATE {leaves} SET leaf_index = -leaf_index WHERE leaf_index IN (295, 296)", ()),
        ("UPDATE {leaves} SET leaf_index = 591 + leaf_index WHERE leaf_index < 0", ()),
    )

    assert "event-moved" in kinds(app)


def test_a_time_that_goes_back_is_found(app):
    run(app, ("UPDATE {leaves} SET recorded_at_us = recorded_at_us - 60000000 WHERE leaf_index = 299", ()))

    assert {"time-went-back", "event-altered"} == kinds(app)


def test_a_forged_checkpoint_is_found(app):
    last = app.log.checkpoint()
    forger = Signer.generate(SIGNER.name)
    run(app, ("UPDATE {checkpoints} SET note = ? WHERE number = 3", (forger.sign(last.size, last.root),)))

    assert findings(app) == {("checkpoint-forged", "mốc niêm 3")}


def test_one_flipped_bit_anywhere_in_a_checkpoint_is_found(app):
    last = app.log.checkpoint()
    for byte in range(0, len(last.note), 60 if app.store.is_postgres else 7):
        note = last.note[:byte] + chr(ord(last.note[byte]) ^ 1) + last.note[byte + 1 :]
        run(app, ("UPDATE {checkpoints} SET note = ? WHERE number = 3", (note,)))
        found = kinds(app)
        assert found, byte
        assert found <= {"checkpoint-forged", "checkpoint-altered"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("size = size - 1", "checkpoint-altered"),
        ("root = ?", "checkpoint-altered"),
        ("signed_at_us = signed_at_us - 3600000000", "checkpoint-altered"),
        ("number = 5", "checkpoint-missing"),
    ],
)
def test_a_changed_column_of_a_checkpoint_is_found(app, change, kind):
    parameters = (b"\1" * 32,) if "?" in change else ()
    run(app, (f"UPDATE {{checkpoints}} SET {change} WHERE number = 3", parameters))

    assert kind in kinds(app)


def test_a_removed_checkpoint_is_found(app):
    run(app, ("DELETE FROM {checkpoints} WHERE number = 2", ()))

    assert ("checkpoint-missing", "mốc niêm 3") in findings(app)


def test_a_checkpoint_of_another_log_is_found(app):
    last = app.log.checkpoint()
    other = Signer.generate(log_origin("thu", "other"))
    run(app, ("UPDATE {checkpoints} SET note = ? WHERE number = 3", (other.sign(last.size, last.root),)))

    assert findings(app) == {("checkpoint-forged", "mốc niêm 3")}


def test_every_kept_hash_is_checked_against_the_leaves_below_it_and_no_others(app):
    common = app.load(counting.Counter, COMMON)
    for _ in range(300):
        common.count_one("b")
    app.append(common)
    app.log.sign_checkpoint(SIGNER)
    assert app.log.tables.count_nodes(8) == 2
    assert findings(app) == set()

    run(app, ("UPDATE {nodes} SET hash = ? WHERE node_index = 1", (b"\1" * 32,)))

    assert findings(app) == {("cached-hash-altered", "nút 8/1")}


def test_an_altered_kept_hash_is_found(app):
    run(app, ("UPDATE {nodes} SET hash = ?", (b"\1" * 32,)))

    assert findings(app) == {("cached-hash-altered", "nút 8/0")}


def test_guards_that_were_removed_are_found(app):
    if app.store.is_postgres:
        app.log.tables.write("ALTER TABLE {leaves} DISABLE TRIGGER append_only", [()])
    else:
        app.log.tables.write("DROP TRIGGER log_leaves_delete_denied", [()])

    assert kinds(app) == {"guard-removed"}


def test_without_a_key_signatures_are_left_but_roots_are_checked(app):
    run(app, ("UPDATE {leaves} SET leaf_hash = ? WHERE leaf_index = 2", (b"\1" * 32,)))

    verdict = verify_log(app.store, "counting")

    assert "checkpoint-disagrees" in {finding.kind for finding in verdict.findings}


def test_nothing_is_said_about_a_log_that_is_not_there(shared_store, tmp_path):
    (tmp_path / "text.sqlite").write_text("không phải nhật ký " * 100, encoding="utf-8")
    away = [
        shared_store,
        StoreSettings(f"sqlite:///{tmp_path}/none.sqlite"),
        StoreSettings(f"sqlite:///{tmp_path}/text.sqlite"),
        StoreSettings("postgresql://nobody:x@127.0.0.1:1/none"),
    ]
    for store in away:
        with pytest.raises(Unverifiable):
            verify_log(store, "counting")
    assert not (tmp_path / "none.sqlite").exists()


def test_a_guard_replaced_by_one_that_does_nothing_is_found(app):
    tables = app.log.tables
    if app.store.is_postgres:
        denied = tables._denied
        tables.write(
            f"CREATE OR REPLACE FUNCTION {denied}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$", [()]
        )
    else:
        tables.write("DROP TRIGGER stored_events_update_denied", [()])
        tables.write("CREATE TRIGGER stored_events_update_denied BEFORE UPDATE ON stored_events BEGIN SELECT 1; END", [()])

    assert kinds(app) == {"guard-altered"}


def test_a_guard_for_fewer_cases_under_the_same_name_is_found(app):
    tables = app.log.tables
    if app.store.is_postgres:
        tables.write("DROP TRIGGER append_only ON {events}", [()])
        tables.write(
            "CREATE TRIGGER append_only BEFORE TRUNCATE ON {events} FOR EACH STATEMENT EXECUTE FUNCTION "
            f"{tables._denied}()",
            [()],
        )
    else:
        tables.write("DROP TRIGGER stored_events_update_denied", [()])
        tables.write(
            "CREATE TRIGGER stored_events_update_denied BEFORE UPDATE ON stored_events WHEN old.notification_id > 9999 "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
            [()],
        )

    assert kinds(app) == {"guard-altered"}


def test_a_trigger_that_nobody_of_ours_made_is_found(app):
    tables = app.log.tables
    if app.store.is_postgres:
        tables.write(
            "CREATE FUNCTION public.listen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$", [()]
        )
        tables.write("CREATE TRIGGER listen AFTER INSERT ON {events} FOR EACH ROW EXECUTE FUNCTION public.listen()", [()])
    else:
        tables.write("CREATE TRIGGER listen AFTER INSERT ON stored_events BEGIN SELECT 1; END", [()])

    assert kinds(app) == {"guard-foreign"}


def test_a_rule_that_turns_inserts_into_nothing_is_found(app):
    if not app.store.is_postgres:
        return  # SQLite has no rules
    app.log.tables.write("CREATE RULE nothing AS ON INSERT TO {checkpoints} DO INSTEAD NOTHING", [()])

    assert kinds(app) == {"guard-foreign"}


def test_a_guard_that_fires_only_on_replicas_is_found(app):
    if not app.store.is_postgres:
        return  # SQLite has no replicas
    app.log.tables.write("ALTER TABLE {leaves} ENABLE REPLICA TRIGGER append_only", [()])

    assert kinds(app) == {"guard-removed"}


@pytest.mark.parametrize("by", [1, -1, 3_600_000_000])
def test_a_time_of_signing_other_than_the_signed_one_is_found(app, by):
    run(app, (f"UPDATE {{checkpoints}} SET signed_at_us = signed_at_us + {by} WHERE number = 3", ()))

    assert ("checkpoint-altered", "mốc niêm 3") in findings(app)


def test_a_checkpoint_laid_down_twice_is_found(app):
    columns = "number + 1, size, root, signed_at_us, note"
    run(app, (f"INSERT INTO {{checkpoints}} SELECT {columns} FROM {{checkpoints}} WHERE number = 3", ()))

    assert findings(app) == {("checkpoint-doubled", "mốc niêm 4")}


@pytest.mark.parametrize(("gone", "first"), [("number > 0", 1), ("number > 2", 201)])
def test_checkpoints_that_should_long_be_there_are_missed(app, gone, first):
    run(app, (f"DELETE FROM {{checkpoints}} WHERE {gone}", ()))

    late = verify_log(app.store, "counting", SIGNER.verifier, signed_before_us=2**62)
    early = verify_log(app.store, "counting", SIGNER.verifier, signed_before_us=1)

    assert [(one.kind, one.where) for one in late.findings] == [("checkpoint-absent", f"counting: số {first}")]
    assert early.sound


def test_checkpoints_signed_before_times_were_signed_hold_and_are_counted(app):
    for row in app.log.tables.select_checkpoints(0, 2):
        run(app, ("UPDATE {checkpoints} SET note = ? WHERE number = ?", (SIGNER.sign(row.size, row.root), row.number)))

    verdict = verify_log(app.store, "counting", SIGNER.verifier)

    assert verdict.sound
    assert verdict.untimed == 2


def kept(note: str):
    return read_kept("tờ giấy", note)


def test_a_log_that_goes_on_from_a_checkpoint_kept_elsewhere_is_sound(app):
    notes = [note for row in app.log.checkpoints() for note in kept(row.note)]

    assert verify_log(app.store, "counting", SIGNER.verifier, kept_notes=notes).sound


def test_a_tail_cut_with_its_checkpoints_is_found_by_the_one_kept_elsewhere(app):
    note = kept(app.log.checkpoint().note)
    run(
        app,
        ("DELETE FROM {events} WHERE notification_id IN (SELECT notification_id FROM {leaves} WHERE leaf_index >= 250)", ()),
        ("DELETE FROM {leaves} WHERE leaf_index >= 250", ()),
        ("DELETE FROM {checkpoints} WHERE size > 250", ()),
        ("DELETE FROM {nodes}", ()),
    )

    assert verify_log(app.store, "counting", SIGNER.verifier).sound
    verdict = verify_log(app.store, "counting", SIGNER.verifier, kept_notes=note)
    assert [one.kind for one in verdict.findings] == ["kept-checkpoint-ahead"]


def test_a_log_rewritten_and_signed_anew_with_its_own_key_is_found_by_the_checkpoint_kept_elsewhere(app):
    from shared.tlog.leaf import leaf_hash

    note, row = kept(app.log.checkpoint().note), row_of(app, 20)
    state = row.state.replace(b"counting", b"doctored") if b"counting" in row.state else flipped(row.state, 5)
    fitting = leaf_hash(row.originator_id, row.originator_version, row.topic, state, row.recorded_at_us)
    run(
        app,
        (f"UPDATE {{events}} SET state = ? WHERE {event_at(20)}", (state,)),
        ("UPDATE {leaves} SET leaf_hash = ? WHERE leaf_index = 19", (fitting,)),
        ("DELETE FROM {checkpoints}", ()),
        ("DELETE FROM {nodes}", ()),
    )
    again = counting.open_counting(app.store)
    again.log.sign_checkpoint(SIGNER)
    again.close()

    assert verify_log(app.store, "counting", SIGNER.verifier).sound
    verdict = verify_log(app.store, "counting", SIGNER.verifier, kept_notes=note)
    assert [one.kind for one in verdict.findings] == ["kept-checkpoint-disagrees"]


def test_a_kept_checkpoint_that_the_key_of_today_did_not_sign_is_said_to_be_so(app):
    last = app.log.checkpoint()
    note = kept(Signer.generate(SIGNER.name).sign(last.size, last.root))

    verdict = verify_log(app.store, "counting", SIGNER.verifier, kept_notes=note)

    assert [one.kind for one in verdict.findings] == ["kept-checkpoint-forged"]
