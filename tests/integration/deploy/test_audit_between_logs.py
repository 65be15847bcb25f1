"""The auditor sets the logs against each other: what one store forgot, the others remember."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
from pathlib import Path

import pytest

from shared.bus.events.relay_cursor import SqlRelayCursor
from shared.clock import FixedClock
from shared.contracts.calls.assessment import RegisterCommune
from shared.identity.call_context import system

spec = importlib.util.spec_from_file_location("audited", Path(__file__).parent / "audited.py")
kit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit)

NOW = dt.datetime.now(dt.UTC)
EMPTY = ("DELETE FROM stored_events", "DELETE FROM log_leaves", "DELETE FROM log_checkpoints", "DELETE FROM log_nodes")


def cut(size: int) -> tuple[str, ...]:
    """The statements that cut a log, with the checkpoints above the cut, as if the rest had never been."""
    return (
        f"DELETE FROM stored_events WHERE notification_id > {size}",
        f"DELETE FROM log_leaves WHERE leaf_index >= {size}",
        f"DELETE FROM log_checkpoints WHERE size > {size}",
        "DELETE FROM log_nodes",
    )


@pytest.fixture
def folder(tmp_path):
    return kit.busy_folder(tmp_path / "data")


def test_an_installation_whose_logs_were_all_relayed_is_sound(folder):
    report = kit.verified(folder)

    assert report.findings == []
    assert report.checked.relayed == sum(kit.heads(folder)[source] for source in kit.SOURCES)
    assert report.checked.objects == 2


@pytest.mark.parametrize("service", ["evidence", "assessment", "inspection", "identity"])
def test_a_log_emptied_with_its_checkpoints_and_its_guards_put_back_is_found_by_its_relayed_copies(folder, service):
    kit.tamper(folder, service, *EMPTY)

    found = {(one.kind, one.where) for one in kit.verified(folder).findings}

    head = kit.heads(folder)[service]
    assert head == 0
    assert any(kind == "event-gone" and where.startswith(f"{service}: số 1–") for kind, where in found)
    assert "position-beyond-log" in {kind for kind, _ in found}


@pytest.mark.parametrize("service", ["evidence", "assessment", "inspection", "identity"])
def test_a_tail_cut_with_its_checkpoints_is_found(folder, service):
    head = kit.heads(folder)[service]
    kit.tamper(folder, service, *cut(head - 1))

    found = {(one.kind, one.where) for one in kit.verified(folder).findings}

    assert ("event-gone", f"{service}: số {head}") in found


def test_an_event_rewritten_with_its_leaf_and_signed_anew_differs_from_its_copy(folder):
    kit.rewrite(folder, "assessment", "Xã Một", "Xã Một bị sửa")

    assert {(one.kind, one.where) for one in kit.verified(folder).findings} >= {("event-differs", "assessment: số 1")}


def test_a_copy_rewritten_in_the_notification_log_differs_from_its_event(folder):
    kit.rewrite(folder, "notification", "Xã Một", "Xã Một bị sửa")

    assert "event-differs" in kit.kinds(folder)


def test_an_emptied_notification_log_is_found_by_the_positions_it_left(folder):
    kit.tamper(folder, "notification", *EMPTY)

    found = {(one.kind, one.where) for one in kit.verified(folder).findings}

    assert ("position-beyond-log", "notification: vị trí theo evidence") in found


def test_a_notification_log_emptied_with_its_positions_is_found_by_what_was_relayed(folder):
    kit.tamper(folder, "notification", *EMPTY, "DELETE FROM tracking")

    found = {(one.kind, one.where) for one in kit.verified(folder).findings}

    assert ("relayed-missing", "notification: từ evidence") in found


def test_a_webhook_that_was_served_beyond_the_end_of_the_feed_is_found(folder):
    head = kit.heads(folder)["notification"]
    kit.add_webhook(folder, position=head)
    assert kit.verified(folder).sound

    kit.tamper(folder, "notification", *cut(head - 1), "UPDATE tracking SET notification_id = notification_id - 1")

    wheres = {one.where for one in kit.verified(folder).findings if one.kind == "position-beyond-log"}
    assert any(where.startswith("webhook wh_") for where in wheres)


@pytest.mark.parametrize("by", [1, 1000])
def test_a_position_of_the_notification_service_moved_forward_is_found(folder, by):
    kit.tamper(
        folder,
        "notification",
        f"UPDATE tracking SET notification_id = notification_id + {by} WHERE application_name = 'evidence'",
    )

    assert "position-beyond-log" in kit.kinds(folder)


@pytest.mark.parametrize("how", ["DELETE FROM tracking", "UPDATE tracking SET notification_id = notification_id - 1"])
def test_a_position_of_the_notification_service_set_back_or_deleted_is_found(folder, how):
    kit.tamper(folder, "notification", f"{how} WHERE application_name = 'evidence'")

    assert kit.kinds(folder) == {"position-set-back"}


@pytest.mark.parametrize("service", ["evidence", "assessment", "inspection", "identity"])
def test_a_read_model_beyond_the_end_of_its_log_is_found(folder, service):
    name = "portal" if service == "identity" else service
    kit.change(folder.path / service / "views.sqlite", f"UPDATE {name}_progress SET position = position + 5")

    assert "position-beyond-log" in kit.kinds(folder)


def test_a_relay_beyond_the_end_of_its_log_is_found(folder):
    kit.change(folder.path / "operations.sqlite", "UPDATE relay_progress SET position = 999 WHERE name = 'identity'")

    assert {(one.kind, one.where) for one in kit.verified(folder).findings} == {
        ("position-beyond-log", "relay: vị trí theo identity")
    }


def test_a_locked_object_without_its_event_is_found_though_every_other_trace_was_removed(folder):
    kit.tamper(folder, "evidence", *EMPTY)
    hour_ago = (NOW - dt.timedelta(hours=1)).timestamp()
    for path in (folder.path / "evidence" / "archive").rglob("*"):
        os.utime(path, (hour_ago, hour_ago))

    assert "object-without-event" in kit.kinds(folder)


def test_an_object_that_a_crash_left_without_its_event_is_counted_and_no_finding(folder):
    place = folder.path / "evidence" / "archive" / "sha256" / "ab" / "cd"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{'abcd' * 16}.1").write_bytes(b"orphan")

    report = kit.verified(folder)

    assert report.sound
    assert report.checked.orphans == 1


def test_what_a_restored_backup_had_more_in_its_archive_than_in_its_logs_is_no_finding(folder):
    hour_ago = NOW - dt.timedelta(hours=1)
    place = kit.locked_stray(folder)
    os.utime(place, (hour_ago.timestamp(), hour_ago.timestamp()))
    assert "object-without-event" in kit.kinds(folder)

    (folder.path / "restored.json").write_text(f'{{"restored_at": "{NOW.isoformat()}"}}')

    report = kit.verified(folder)
    assert report.sound, report.findings
    assert {note.kind for note in report.notes} >= {"object-without-event"}


def test_texts_and_images_of_a_document_without_an_event_are_found(folder):
    (folder.path / "evidence" / "derived" / "01890000-0000-7000-8000-000000000000").mkdir(parents=True)

    assert kit.kinds(folder) == {"derived-without-event"}


def test_events_that_nobody_took_in_yet_are_no_finding(folder):
    container = kit.container_of(folder)
    container.assessment.register_commune(system("test"), RegisterCommune(commune="X9", name="Xã Chín"))
    progress = SqlRelayCursor(container.addresses.databases["operations"])
    progress.save("assessment", container.assessment.log.head())
    progress.close()
    container.close()

    assert kit.verified(folder).findings == []


def test_events_that_nobody_took_in_though_the_installation_went_on_for_long_are_found(folder):
    container = kit.container_of(folder)
    container.assessment.register_commune(system("test"), RegisterCommune(commune="X9", name="Xã Chín"))
    progress = SqlRelayCursor(container.addresses.databases["operations"])
    progress.save("assessment", container.assessment.log.head())
    progress.close()
    container.close()
    later = kit.container_of(folder)
    later.clock = FixedClock(dt.datetime.now(dt.UTC) + dt.timedelta(hours=4))
    later.assessment.register_commune(system("test"), RegisterCommune(commune="X10", name="Xã Mười"))
    later.assessment.log.sign_checkpoint(later.signer("assessment"))
    later.close()

    assert kit.kinds(folder) == {"relayed-missing"}


@pytest.mark.parametrize("file", ["evidence/views.sqlite", "identity/views.sqlite", "operations.sqlite"])
def test_a_missing_read_model_is_noted_since_it_is_made_again(folder, file):
    for beside in ("", "-wal", "-shm"):
        (folder.path / f"{file}{beside}").unlink(missing_ok=True)

    report = kit.verified(folder)

    assert report.sound
    assert "view-missing" in {note.kind for note in report.notes}


def test_missing_webhooks_are_a_finding_since_no_log_gives_them_back(folder):
    for beside in ("", "-wal", "-shm"):
        (folder.path / "notification" / f"views.sqlite{beside}").unlink(missing_ok=True)

    assert kit.kinds(folder) == {"durable-missing"}


def test_missing_positions_beside_a_log_are_a_finding(folder):
    kit.tamper(folder, "assessment", "DROP TABLE tracking")

    assert "tracking-missing" in kit.kinds(folder)


def test_an_archive_that_is_gone_is_a_finding_for_every_document(folder):
    import shutil

    shutil.rmtree(folder.path / "evidence" / "archive")

    assert [one.kind for one in kit.verified(folder).findings] == ["object-missing"] * 2


def test_rubbish_in_place_of_positions_is_a_finding(folder):
    (folder.path / "operations.sqlite").write_bytes(b"rubbish" * 1000)
    for beside in ("-wal", "-shm"):
        (folder.path / f"operations.sqlite{beside}").unlink(missing_ok=True)

    assert "positions-damaged" in kit.kinds(folder)


def test_a_notification_service_that_stands_still_over_a_dead_letter_is_noted(folder):
    from shared.bus.events.dead_letters import DeadLetters

    container = kit.container_of(folder)
    container.assessment.register_commune(system("test"), RegisterCommune(commune="X9", name="Xã Chín"))
    head = container.assessment.log.head()
    progress = SqlRelayCursor(container.addresses.databases["operations"])
    progress.save("assessment", head)
    progress.close()
    letters = DeadLetters(container.addresses.databases["operations"], container.clock)
    (logged,) = container.assessment.log.read(head - 1)
    letters.halt("notification", container.assessment.published(logged), "hỏng")
    letters.close()
    container.close()
    later = kit.container_of(folder)
    later.clock = FixedClock(dt.datetime.now(dt.UTC) + dt.timedelta(hours=4))
    later.assessment.register_commune(system("test"), RegisterCommune(commune="X10", name="Xã Mười"))
    later.assessment.log.sign_checkpoint(later.signer("assessment"))
    later.close()

    report = kit.verified(folder)

    assert report.findings == []
    assert "relayed-missing" in {note.kind for note in report.notes}


def test_a_folder_whose_tables_lack_the_newest_columns_can_be_judged_before_it_runs_under_this_software(folder):
    kit.change(folder.path / "notification" / "views.sqlite", "ALTER TABLE notification_webhooks DROP COLUMN stopped")

    assert kit.verified(folder).findings == []
