"""The list of stores is true of an installation: its files, its versions, the documentation; newer stores are refused."""

from __future__ import annotations

import importlib.util
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cli.local.audit import verify_folder
from cli.local.doctor import Severity, installation_checks
from deploy.compose.prepare import prepare
from deploy.compose.stores import STORES, newer_stores, url_of
from deploy.installation.start_options import CannotStart
from shared.eventlog.verify import Unverifiable
from shared.storage.database import open_engine
from shared.storage.migrations import SqlSchema

spec = importlib.util.spec_from_file_location("audited", Path(__file__).parent / "audited.py")
kit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit)

OPERATIONS_DOC = Path(__file__).parents[3] / "docs" / "operations.md"


@pytest.fixture
def folder(tmp_path):
    return kit.new_folder(tmp_path / "data")


def change(file: Path, sql: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(sql)
    connection.close()


def test_the_databases_of_an_installation_are_those_of_the_list_and_no_others(folder):
    there = {file.relative_to(folder.path).as_posix() for file in folder.path.rglob("*.sqlite")}

    assert there == set(STORES.database_files())
    for store in STORES:
        if not store.database:
            assert (folder.path / store.embedded).exists() or store.service == "evidence", store.name


def test_every_durable_database_says_the_version_that_the_list_says(folder):
    addresses = kit.container_of(folder).addresses
    for store in STORES.migrated():
        engine = open_engine(url_of(store, addresses))
        with engine.connect() as connection:
            assert store.migrations.kept_version(SqlSchema(connection)) == store.version, store.name
        engine.dispose()
    assert newer_stores(addresses) == []


def test_the_table_in_the_documentation_is_the_list():
    assert STORES.table() in OPERATIONS_DOC.read_text(encoding="utf-8")


def test_an_installation_from_before_versions_were_kept_is_prepared_and_goes_on(folder):
    files = {folder.path / store.embedded for store in STORES.migrated()}
    for file in files:
        change(file, "DROP TABLE schema_version")

    container = kit.container_of(folder)
    assert prepare(container)["sign_in"]
    container.close()

    assert verify_folder(folder).findings == []
    test_every_durable_database_says_the_version_that_the_list_says(folder)


@pytest.mark.parametrize("name", ["evidence_log", "people", "webhooks", "dead_letters"])
def test_a_store_that_newer_software_made_is_refused_by_all_who_would_open_it(folder, name):
    change(folder.path / STORES[name].embedded, f"UPDATE schema_version SET version = 99 WHERE store = '{name}'")
    before = {file: file.stat().st_mtime_ns for file in (folder.path / "secrets").iterdir()}
    container = kit.container_of(folder)

    with pytest.raises(CannotStart, match=f"{name}.*mới hơn.*Chưa đổi gì"):
        prepare(container)

    container.close()
    assert before == {file: file.stat().st_mtime_ns for file in (folder.path / "secrets").iterdir()}
    with pytest.raises(Unverifiable, match=name):
        verify_folder(folder)
    [check] = [check for check in installation_checks(folder.path) if check.name == "stores"]
    assert check.severity is Severity.WRONG
    assert name in check.detail


def test_up_on_a_newer_store_ends_with_words_and_without_a_traceback(folder):
    change(folder.path / "identity" / "people.sqlite", "UPDATE schema_version SET version = 99")
    words = ["up", "--profile", "embedded", "--data", str(folder.path), "--json"]

    ended = subprocess.run(
        [sys.executable, "-m", "cli.main", *words], capture_output=True, text=True, timeout=120, check=False
    )

    assert ended.returncode == 1
    assert "Kho “people” do bản phần mềm mới hơn dựng" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


@pytest.mark.parametrize("name", ["people", "webhooks"])
def test_what_no_log_gives_back_is_missed_by_the_auditor(folder, name):
    (folder.path / STORES[name].embedded).unlink()

    found = {(finding.kind, finding.where) for finding in verify_folder(folder).findings}

    assert ("durable-missing", STORES[name].embedded.replace("/", ": ")) in found


def test_a_healthy_installation_is_told_so(folder):
    [check] = [check for check in installation_checks(folder.path) if check.name == "stores"]
    assert check.severity is Severity.GOOD
