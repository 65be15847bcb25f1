"""A disk that fills stops taking in, not reading; it warns long before, and goes on by itself when there is room again.

The data folder lies on a small file system of its own, which is really filled.
"""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from client.api_client import Client
from deploy.installation.data_folder import DataFolder
from deploy.installation.disk_space import BALLAST_BYTES
from deploy.installation.settings import Profile
from shared.problems import Problem
from shared.storage.disk_space import MIB

DISK_MIB = 224
WARN_MIB, RESERVE_MIB = 96, 48

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def disk(small_disk):
    return small_disk(DISK_MIB)


def picture(text: str) -> bytes:
    page = Image.new("L", (700, 120), 255)
    ImageDraw.Draw(page).text((20, 40), text, fill=0, font_size=32)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def prepare(data: Path, profile: Profile) -> None:
    DataFolder.open(data, profile)
    toml = (data / "kiemdinh.toml").read_text(encoding="utf-8")
    toml = toml.replace("warn_free_mib = 1024", f"warn_free_mib = {WARN_MIB}")
    toml = toml.replace("reserve_mib = 256", f"reserve_mib = {RESERVE_MIB}")
    (data / "kiemdinh.toml").write_text(toml, encoding="utf-8")


class Office:
    """A running installation, its clerk, and the receipts the clerk holds."""

    def __init__(self, running, scans: Path) -> None:
        self.running = running
        self.scans = scans
        self.receipts: dict[str, bytes] = {}
        self.admin = Client(running.url, running.token)

    def set_up(self) -> None:
        self.admin.post("communes", {"commune": "HL", "name": "Xã Hỗn Loạn"})
        school = {"commune": "HL", "code": "TH-HL", "name": "Trường Tiểu học Hỗn Loạn", "kind": "tieu_hoc"}
        self.admin.post("schools", school)
        grants = [{"role": "van_thu", "scope_kind": "truong", "scope": "TH-HL"}]
        self.clerk_token = self.admin.post("tokens", {"name": "x", "grants": grants})["token"]
        self.clerk = Client(self.running.url, self.clerk_token)

    def go_on(self, before: Office) -> None:
        """Be the same office after a new start."""
        self.receipts, self.clerk_token = before.receipts, before.clerk_token
        self.clerk = Client(self.running.url, self.clerk_token)

    def upload(self, number: int) -> None:
        scan = self.scans / f"scan-{number}.png"
        scan.write_bytes(picture(f"Biên bản số {number}"))
        receipt = self.clerk.upload("TH-HL", scan, lambda _: None)
        self.receipts[receipt["document"]] = scan.read_bytes()

    def refused(self, act) -> int:
        with pytest.raises(Problem) as told:
            act()
        assert told.value.type in {"kho-day", "may-chu-vang"}
        assert "Chưa" in told.value.detail
        return told.value.status

    def everything_is_read(self) -> None:
        assert [one["code"] for one in self.admin.get("schools")["schools"]] == ["TH-HL"]
        assert self.admin.get("schools/TH-HL/documents")["total"] >= len(self.receipts)
        for document, scan in self.receipts.items():
            back = self.scans / "back"
            self.admin.download(f"documents/{document}/original", back)
            assert back.read_bytes() == scan

    def register_one(self, number: int) -> None:
        self.admin.post("communes", {"commune": f"X{number}", "name": f"Xã số {number}"})

    def space_told(self) -> str:
        return self.admin.get("admin/status")["machine"]["space"]


def eventually(holds, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def takes_in(act) -> bool:
    try:
        act()
    except Problem:
        return False
    return True


def kiemdinh(*words):
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words], capture_output=True, text=True, timeout=120, check=False
    )


def sound(data: Path) -> bool:
    verified = kiemdinh("audit", "verify", "--data", str(data), "--json")
    return bool(json.loads(verified.stdout)["sound"])


def disk_check(data: Path) -> dict[str, str]:
    report = json.loads(kiemdinh("doctor", "--data", str(data), "--json").stdout)
    return next(check for check in report["checks"] if check["name"] == "disk")


def test_a_full_disk_is_warned_of_then_only_read_then_written_again_without_a_restart(installation, disk, tmp_path):
    data = disk.place / "data"
    prepare(data, Profile.EMBEDDED)
    office = Office(installation("embedded", data=data), tmp_path)
    office.set_up()
    office.upload(1)
    office.upload(2)
    running = office.running
    eventually(lambda: (data / "ballast.bin").exists())

    assert office.space_told() == ""
    assert disk_check(data)["mood"] == "tot"
    disk.leave((WARN_MIB - 10) * MIB)
    assert "sắp hết chỗ" in office.space_told()
    assert disk_check(data)["mood"] == "luu_y"
    office.upload(3)
    assert office.admin.get("admin/status")["healthy"] is True

    disk.leave((RESERVE_MIB - 4) * MIB)
    assert office.refused(lambda: office.upload(4)) == 507
    assert office.refused(lambda: office.register_one(4)) == 507
    assert "ngừng nhận thêm" in office.space_told()
    assert disk_check(data)["mood"] == "sai"
    eventually(lambda: office.admin.get("admin/status")["healthy"] is False)
    office.everything_is_read()

    disk.leave_nothing()
    eventually(lambda: not (data / "ballast.bin").exists())
    eventually(lambda: disk.free > BALLAST_BYTES / 2)
    until = time.monotonic() + 12
    while time.monotonic() < until:
        disk.leave_nothing()
        office.everything_is_read()
        office.refused(lambda: office.upload(5))
        office.refused(lambda: office.register_one(5))
        assert running.process.poll() is None
        time.sleep(0.3)
    assert disk.free == 0

    disk.give_back()
    eventually(lambda: takes_in(lambda: office.upload(6)))
    eventually(lambda: takes_in(lambda: office.register_one(6)))
    eventually(lambda: office.admin.get("admin/status")["healthy"])
    eventually(lambda: (data / "ballast.bin").exists())
    office.everything_is_read()
    assert len(office.receipts) == 4
    assert [path.name for path in (data / "evidence" / "spool").iterdir() if path.suffix != ".done"] == []
    assert running.process.poll() is None
    assert running.stop() == 0
    assert sound(data)


def test_an_installation_on_a_full_disk_is_started_to_be_read(installation, disk, tmp_path):
    data = disk.place / "data"
    prepare(data, Profile.EMBEDDED)
    office = Office(installation("embedded", data=data), tmp_path)
    office.set_up()
    office.upload(1)
    eventually(lambda: (data / "ballast.bin").exists())
    assert office.running.stop() == 0
    disk.leave_nothing()

    again = Office(installation("embedded", data=data), tmp_path)
    again.go_on(office)
    again.everything_is_read()
    assert again.refused(lambda: again.upload(2)) == 507
    again.running.stop(signal.SIGKILL)

    disk.leave_nothing()
    refused = kiemdinh("up", "--data", str(data), "--json")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "đã đầy" in refused.stderr
    assert "Traceback" not in refused.stderr

    disk.give_back()
    third = Office(installation("embedded", data=data), tmp_path)
    third.go_on(again)
    third.everything_is_read()
    third.upload(3)
    third.running.stop()
    assert sound(data)


@pytest.mark.server
@pytest.mark.slow
def test_the_server_composition_stops_taking_in_before_its_databases_run_out_of_room(installation, small_disk, tmp_path):
    disk = small_disk(1400)
    data = disk.place / "data"
    DataFolder.open(data, Profile.SERVER)
    office = Office(installation("server", data=data), tmp_path)
    office.set_up()
    office.upload(1)
    eventually(lambda: (data / "ballast.bin").exists())

    disk.leave(230 * MIB)
    assert office.refused(lambda: office.upload(2)) == 507
    assert office.refused(lambda: office.register_one(2)) == 507
    assert "ngừng nhận thêm" in office.space_told()
    office.everything_is_read()

    # Others take the last byte: its servers may stop answering then, but nothing is lost and nobody need start it again.
    until = time.monotonic() + 20
    while time.monotonic() < until:
        disk.leave_nothing()
        time.sleep(0.5)

    disk.give_back()
    eventually(lambda: takes_in(lambda: office.upload(4)), 90)
    eventually(lambda: takes_in(lambda: office.register_one(4)), 90)
    eventually(lambda: office.admin.get("admin/status")["healthy"], 90)
    office.everything_is_read()
    assert office.running.process.poll() is None
    assert office.running.stop() == 0
    assert sound(data)
