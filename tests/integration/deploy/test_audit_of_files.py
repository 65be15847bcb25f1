"""`audit verify` on damaged files: whatever happened to them, it names it and never falls over."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from cli.command import Screen
from cli.local.audit import run, verify_folder
from deploy.compose.addresses import embedded_addresses
from deploy.compose.container import Container
from deploy.compose.prepare import prepare
from deploy.installation.data_folder import LOGGED, DataFolder
from deploy.installation.settings import Profile
from shared.contracts.calls.assessment import RegisterCommune
from shared.eventlog.verify import Unverifiable
from shared.identity.call_context import system


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """An embedded installation with a few events, at rest."""
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    (folder.run / "owner.token").write_text("kd_test\n")
    container = Container(folder, folder.settings(), embedded_addresses(folder, host="", port=0, public_url=""))
    prepare(container)
    for number in range(30):
        container.assessment.register_commune(system("test"), RegisterCommune(commune=f"X{number:02d}", name=f"Xã {number}"))
    container.assessment.log.sign_checkpoint(container.signer("assessment"))
    container.close()
    return folder


def test_an_untouched_folder_is_sound(folder: DataFolder) -> None:
    report = verify_folder(folder)

    assert report.sound
    assert report.checked.events >= 30
    assert report.checked.checkpoints >= 1


def test_a_log_that_is_gone_is_named(folder: DataFolder) -> None:
    (folder.path / "assessment" / "log.sqlite").unlink()

    assert [finding.kind for finding in verify_folder(folder).findings] == ["log-missing"]


def test_a_log_overwritten_with_rubbish_is_named(folder: DataFolder) -> None:
    (folder.path / "assessment" / "log.sqlite").write_bytes(b"rubbish" * 1000)

    assert [finding.kind for finding in verify_folder(folder).findings] == ["log-damaged"]


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_anywhere_in_an_event_is_found_and_nothing_else_makes_it_fall_over(
    folder: DataFolder, seed: int
) -> None:
    file, dice = folder.path / "assessment" / "log.sqlite", random.Random(seed)
    raw = bytearray(file.read_bytes())
    name = f"Xã {dice.randrange(30)}".encode()
    raw[raw.index(name) + dice.randrange(len(name))] ^= 1 << dice.randrange(8)
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    file.write_bytes(raw)

    assert not verify_folder(folder).sound


def test_a_folder_without_an_installation_cannot_be_judged(tmp_path: Path) -> None:
    with pytest.raises(Unverifiable):
        verify_folder(DataFolder(tmp_path))


@pytest.mark.parametrize("service", ["evidence", "assessment", "inspection", "notification", "identity"])
@pytest.mark.parametrize("how", ["unlink", "empty", "no-tables", "folder"])
def test_a_log_that_is_missing_or_empty_is_a_finding_with_exit_code_1_and_json(
    folder: DataFolder, service: str, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder.path / service / "log.sqlite"
    for beside in ("log.sqlite-wal", "log.sqlite-shm"):
        (folder.path / service / beside).unlink(missing_ok=True)
    if how == "folder":
        shutil.rmtree(folder.path / service)
    else:
        file.unlink()
        if how == "empty":
            file.touch()
        if how == "no-tables":
            with contextlib.closing(sqlite3.connect(file)) as db:
                db.execute("CREATE TABLE other (x)")

    code = run(folder.path, Screen(as_json=True))

    said = json.loads(capsys.readouterr().out)
    assert (code, said["sound"]) == (1, False)
    assert ("log-missing", f"{service}: log.sqlite") in {(one["kind"], one["where"]) for one in said["findings"]}


def test_all_logs_missing_is_a_finding_for_each(folder: DataFolder) -> None:
    for service in LOGGED:
        (folder.path / service / "log.sqlite").unlink()

    found = [one.where for one in verify_folder(folder).findings if one.kind == "log-missing"]

    assert found == [f"{service}: log.sqlite" for service in LOGGED]


def test_something_nobody_foresaw_is_told_in_json_with_exit_code_2(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder.path / "kiemdinh.toml").unlink()
    (folder.path / "kiemdinh.toml").mkdir()

    code = run(folder.path, Screen(as_json=True))

    assert (code, json.loads(capsys.readouterr().out)["sound"]) == (2, None)
