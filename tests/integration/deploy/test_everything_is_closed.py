"""Who opens a database closes it: after `close`, and after an opening that failed, none is left for the collector."""

from __future__ import annotations

import contextlib
import gc
import sqlite3
import warnings
from pathlib import Path

import pytest
from PIL import Image

from cli.local.audit import verify_folder
from deploy.compose.addresses import embedded_addresses, save_addresses
from deploy.compose.container import APPLICATIONS, SOURCES, Container
from deploy.compose.prepare import prepare
from deploy.installation.data_folder import DataFolder
from deploy.installation.settings import Profile
from deploy.processes.role import PREPARE
from deploy.processes.role import main as start_role
from services.evidence.domain.media import Media
from services.identity.adapters.people import PeopleTables
from shared.bus.events.dead_letters import DeadLetters
from shared.bus.events.relay_cursor import SqlRelayCursor
from shared.clock import SystemClock
from shared.contracts.calls.assessment import RegisterCommune
from shared.eventlog.verify import Unverifiable
from shared.identity.call_context import system
from shared.storage.errors import StoreFault
from tests.opened import WatchedConnection


@pytest.fixture
def opened(monkeypatch) -> list[WatchedConnection]:
    """Every connection that is opened, held so that no collector closes it."""
    connections: list[WatchedConnection] = []
    connect = sqlite3.connect

    def connect_and_hold(*arguments, **options):
        connections.append(connect(*arguments, **options))
        return connections[-1]

    for module in (sqlite3, sqlite3.dbapi2):
        monkeypatch.setattr(module, "connect", connect_and_hold)
    return connections


def left_open(connections: list[WatchedConnection]) -> list[str]:
    unclosed = [each for each in connections if not each.is_closed]
    for each in unclosed:
        each.close()
    return ["\n".join(f"{one.filename}:{one.lineno}" for one in each.opened_by) for each in unclosed]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    (folder.run / "owner.token").write_text("kd_test\n")
    save_addresses(folder, embedded_addresses(folder, host="", port=0, public_url=""))
    return folder


def container_of(folder: DataFolder) -> Container:
    return Container(folder, folder.settings(), embedded_addresses(folder, host="", port=0, public_url=""))


def test_a_composition_that_was_worked_with_leaves_no_database_open(folder, opened) -> None:
    with contextlib.closing(container_of(folder)) as container:
        prepare(container)
        container.assessment.register_commune(system("test"), RegisterCommune(commune="NL", name="Xã Nậm Lam"))
        container.assessment.log.sign_checkpoint(container.signer("assessment"))
        logged = (container.evidence, container.assessment, container.inspection, container.identity)
        for source, application in zip(SOURCES, logged, strict=True):
            container.relay(source, application)
        assert container.dead_letters.list() == []

    assert len(opened) > len(APPLICATIONS) * 2
    assert left_open(opened) == []


def test_a_composition_that_took_a_file_in_leaves_no_child_behind(folder, tmp_path) -> None:
    file = tmp_path / "a.png"
    Image.new("L", (8, 8)).save(file)
    with contextlib.closing(container_of(folder)) as container:
        prepare(container)
        assert container.ingest is not None
        container.inspector.look(file, Media.PNG)
        child = container.inspector._child
        assert child is not None
        assert child.poll() is None

    assert child.returncode is not None


def test_closing_twice_is_closing_once(folder, opened) -> None:
    container = container_of(folder)
    prepare(container)

    container.close()
    container.close()

    assert left_open(opened) == []


def test_preparing_a_folder_leaves_no_database_open(folder, opened, capsys) -> None:
    assert start_role([PREPARE, "--data", str(folder.path)]) == 0

    assert "sign_in" in capsys.readouterr().out
    assert opened
    assert left_open(opened) == []


def test_an_audit_leaves_no_database_open(folder, opened) -> None:
    with contextlib.closing(container_of(folder)) as container:
        prepare(container)

    assert verify_folder(folder).sound
    assert left_open(opened) == []


def test_an_audit_of_a_damaged_log_leaves_no_database_open(folder, opened) -> None:
    with contextlib.closing(container_of(folder)) as container:
        prepare(container)
    (folder.path / "identity" / "log.sqlite").write_bytes(b"rubbish" * 1000)

    with contextlib.suppress(Unverifiable):
        verify_folder(folder)

    assert left_open(opened) == []


@pytest.mark.parametrize("broken", ["log", "views"])
@pytest.mark.parametrize("service", APPLICATIONS)
def test_a_service_that_cannot_open_its_databases_leaves_none_open(folder, opened, service, broken) -> None:
    with contextlib.closing(container_of(folder)) as container:
        prepare(container)
        name = "identity" if service == "portal" else service
        url = (container.addresses.databases if broken == "log" else container.addresses.views)[name]
    Path(url.removeprefix("sqlite:///")).write_bytes(b"rubbish" * 1000)

    with pytest.raises(Exception, match=r"(?i)not a database|đọc|lưu") as refused:
        getattr(container_of(folder), service)

    assert refused.tb is not None  # it still holds the half-made service, which no collector can have closed
    assert left_open(opened) == []


def test_views_of_another_shape_leave_no_database_open(folder, opened) -> None:
    with contextlib.closing(container_of(folder)) as container:
        prepare(container)
    views = folder.path / "assessment" / "views.sqlite"
    with contextlib.closing(sqlite3.connect(views)) as connection:
        connection.executescript("DROP TABLE assessment_progress; CREATE TABLE assessment_progress (something INTEGER)")

    with pytest.raises(StoreFault) as refused:
        _ = container_of(folder).assessment

    assert refused.tb is not None
    assert left_open(opened) == []


@pytest.mark.parametrize("store", [PeopleTables, SqlRelayCursor, lambda url: DeadLetters(url, SystemClock())])
def test_a_store_that_cannot_open_its_database_leaves_none_open(tmp_path, opened, store) -> None:
    file = tmp_path / "kept.sqlite"
    file.write_bytes(b"rubbish" * 1000)

    with pytest.raises(Exception, match=r"(?i)not a database|đọc|lưu") as refused:
        store(f"sqlite:///{file}")

    assert refused.tb is not None
    assert opened
    assert left_open(opened) == []


def test_a_database_nobody_closes_is_told_with_who_opened_it() -> None:
    connection = sqlite3.connect(":memory:")

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        del connection
        gc.collect()

    assert [warning.category for warning in told] == [ResourceWarning]
    assert "test_everything_is_closed.py" in str(told[0].message)


def test_a_database_that_could_not_be_opened_is_nobodys_to_close() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with pytest.raises(sqlite3.OperationalError):
            sqlite3.connect("/no/such/folder/at/all.sqlite")
        gc.collect()

    assert told == []
