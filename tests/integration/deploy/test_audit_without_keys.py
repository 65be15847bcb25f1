"""Keys that are gone: nothing starts with new ones over old logs, doctor and audit name them; a new folder gets its own."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.local.audit import verify_folder
from cli.local.doctor import Severity, installation_checks
from deploy.compose.prepare import make_keys, prepare
from deploy.installation.start_options import CannotStart
from shared.eventlog.verify import Unverifiable

spec = importlib.util.spec_from_file_location("audited", Path(__file__).parent / "audited.py")
kit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(kit)


def kiemdinh(*words):
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def folder(tmp_path):
    return kit.new_folder(tmp_path / "data")


@pytest.mark.parametrize("gone", ["passport", "tickets", "portal", "webhooks", "log-evidence.key", "log-identity.key"])
def test_one_key_gone_from_a_folder_with_logs_stops_the_start_and_makes_no_new_one(folder, gone):
    (folder.path / "secrets" / gone).unlink()

    container = kit.container_of(folder)
    with pytest.raises(CannotStart, match=f"Thiếu khóa .*{re.escape(gone)}.*Khôi phục thư mục secrets từ bản sao lưu"):
        prepare(container)

    assert not (folder.path / "secrets" / gone).exists()


def test_an_emptied_key_counts_as_gone(folder):
    (folder.path / "secrets" / "log-assessment.key").write_text("")

    with pytest.raises(CannotStart, match=r"log-assessment\.key"):
        prepare(kit.container_of(folder))


def test_an_embedded_installation_without_secrets_does_not_come_up_and_says_why(folder):
    shutil.rmtree(folder.path / "secrets")

    came_up = kiemdinh("up", "--profile", "embedded", "--data", str(folder.path), "--json")

    assert came_up.returncode == 1
    assert came_up.stdout == ""
    assert "Khôi phục thư mục secrets từ bản sao lưu" in came_up.stderr
    assert "Traceback" not in came_up.stderr
    assert list((folder.path / "secrets").iterdir()) == []


def test_keys_put_back_from_the_backup_let_it_start_again(folder, tmp_path):
    shutil.move(folder.path / "secrets", tmp_path / "kept")
    with pytest.raises(CannotStart):
        prepare(kit.container_of(folder))
    shutil.rmtree(folder.path / "secrets", ignore_errors=True)
    shutil.copytree(tmp_path / "kept", folder.path / "secrets")

    container = kit.container_of(folder)
    prepare(container)
    container.close()

    assert kit.verified(folder).sound


def test_a_start_that_was_cut_while_it_made_keys_makes_the_rest(tmp_path):
    from deploy.installation.data_folder import DataFolder
    from deploy.installation.settings import Profile

    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    (folder.run / "owner.token").write_text("kd_test\n")
    make_keys(folder, folder.settings().installation)
    (folder.path / "secrets" / "log-identity.key").unlink()

    container = kit.container_of(folder)
    prepare(container)
    container.close()

    assert folder.missing_keys() == []


def test_the_auditor_cannot_tell_without_keys_and_says_so_in_json_with_exit_code_2(folder):
    shutil.rmtree(folder.path / "secrets")
    with pytest.raises(Unverifiable, match="Thiếu khóa"):
        verify_folder(folder)

    told = kiemdinh("audit", "verify", "--data", str(folder.path), "--json")

    assert told.returncode == 2
    said = json.loads(told.stdout)
    assert said["sound"] is None
    assert "Khôi phục thư mục secrets" in said["findings"][0]["detail"]


def test_the_doctor_names_keys_that_are_gone_and_the_mend(folder):
    (folder.path / "secrets" / "passport").unlink()

    (check,) = [one for one in installation_checks(folder.path) if one.name == "keys"]

    assert check.severity is Severity.WRONG
    assert "passport" in check.detail
    assert "sao lưu" in check.fix


def test_the_doctor_finds_nothing_wrong_with_the_keys_of_a_folder_where_nothing_ran(tmp_path):
    from deploy.installation.data_folder import DataFolder
    from deploy.installation.settings import Profile

    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)

    (check,) = [one for one in installation_checks(folder.path) if one.name == "keys"]

    assert check.severity is Severity.NOTE


@pytest.mark.server
@pytest.mark.slow
def test_a_server_installation_without_a_key_does_not_come_up_and_makes_no_new_one(installation):
    first = installation("server")
    first.stop()
    (first.data / "secrets" / "log-evidence.key").unlink()

    came_up = kiemdinh("up", "--profile", "server", "--data", str(first.data), "--json")

    assert came_up.returncode == 1
    assert "Khôi phục thư mục secrets từ bản sao lưu" in came_up.stderr
    assert not (first.data / "secrets" / "log-evidence.key").exists()
