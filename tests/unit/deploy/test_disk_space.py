"""The room on the disk is judged, told in words, and kept for what was accepted before."""

from __future__ import annotations

import errno
import os
import sys

import pytest

from cli.local import doctor
from cli.local.doctor import Severity
from deploy.installation import disk_space as module
from deploy.installation.data_folder import DataFolder, write_atomically
from deploy.installation.disk_space import BALLAST_BYTES, Ballast, SpaceWatch, advice, is_full, make_room_to_start, room_of
from deploy.installation.settings import Profile
from deploy.installation.start_options import CannotStart
from deploy.processes import supervisor
from deploy.processes.heartbeat import SILENT_AFTER_S
from shared.observability.health import HealthRegistry
from shared.storage.disk_space import GIB, MIB, DiskSpaceGuard, SpaceLevel, SpaceThresholds
from shared.storage.errors import StoreFull

MARGINS = SpaceThresholds(warn_bytes=GIB, warn_percent=5, reserve_bytes=256 * MIB)


class Measured:
    """A disk of 10 GiB with as much room as a test says."""

    def __init__(self, free):
        self.free = free

    def __call__(self, _place):
        return self.free, 10 * GIB


def room(tmp_path, measured):
    return DiskSpaceGuard([tmp_path], MARGINS, measure=measured)


@pytest.mark.parametrize(
    ("free", "plenty"),
    [
        (10 * GIB, SpaceLevel.AMPLE),
        (GIB, SpaceLevel.AMPLE),
        (GIB - 1, SpaceLevel.LOW),
        (256 * MIB, SpaceLevel.LOW),
        (256 * MIB - 1, SpaceLevel.SPENT),
        (0, SpaceLevel.SPENT),
    ],
)
def test_room_is_judged_by_what_is_free(tmp_path, free, plenty):
    looked = room(tmp_path, Measured(free))
    assert looked.measure_fullest().plenty is plenty
    if plenty is SpaceLevel.SPENT:
        with pytest.raises(StoreFull, match="Chưa lưu gì"):
            looked.require()
    else:
        looked.require()


def test_a_large_disk_warns_by_its_share(tmp_path):
    large = DiskSpaceGuard([tmp_path], MARGINS, measure=lambda _: (40 * GIB, 1000 * GIB))
    assert large.measure_fullest().plenty is SpaceLevel.LOW


def test_the_fullest_of_several_disks_counts(tmp_path):
    other = tmp_path / "other"
    several = DiskSpaceGuard([tmp_path, other], MARGINS, measure=lambda place: (0 if place == other else 9 * GIB, 10 * GIB))
    assert several.measure_fullest().place == str(other)
    assert several.measure_fullest().plenty is SpaceLevel.SPENT


def test_the_settings_say_when(tmp_path):
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    toml = (folder.path / "kiemdinh.toml").read_text(encoding="utf-8")
    (folder.path / "kiemdinh.toml").write_text(toml.replace("reserve_mib = 256", "reserve_mib = 7"), "utf-8")
    assert room_of(folder, folder.settings()).margins.reserve_bytes == 7 * MIB
    (folder.path / "kiemdinh.toml").write_text('profile = "embedded"\ninstallation = "abc"\n', "utf-8")
    assert room_of(folder, folder.settings()).margins == SpaceThresholds()


def test_the_watch_tells_the_administrator_and_the_journal_once_a_change(tmp_path, caplog):
    measured, health_registry = Measured(9 * GIB), HealthRegistry()
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    watch = SpaceWatch(room(tmp_path, measured), Ballast(folder), health_registry)
    caplog.set_level("INFO")
    for free in (9 * GIB, GIB // 2, GIB // 2, MIB, 9 * GIB):
        measured.free = free
        watch.step()
        assert health_registry.healthy == (free != MIB)
    assert [one.getMessage() for one in caplog.records].count("disk-room") == 3
    assert health_registry.details()["disk"] == "còn 9,0 GiB"


def test_the_watch_keeps_a_ballast_and_gives_it_up_for_others_to_write(tmp_path):
    measured = Measured(9 * GIB)
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    watch = SpaceWatch(room(tmp_path, measured), Ballast(folder), HealthRegistry())
    watch.step()
    kept = folder.path / "ballast.bin"
    assert kept.stat().st_size == BALLAST_BYTES
    assert kept.stat().st_blocks * 512 >= BALLAST_BYTES
    measured.free = 0
    watch.step()
    assert not kept.exists()
    watch.step()
    measured.free = 9 * GIB
    watch.step()
    assert kept.exists()


def test_a_ballast_that_finds_no_room_is_not_kept_in_part(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    monkeypatch.setattr(module.os, "posix_fallocate", full)
    Ballast(folder).create()
    assert not (folder.path / "ballast.bin").exists()


def test_a_start_without_room_gives_up_the_ballast_then_says_what_to_do(tmp_path, monkeypatch):
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    Ballast(folder).create()
    kept = folder.path / "ballast.bin"

    def measure(_place):
        return (0 if kept.exists() else BALLAST_BYTES), GIB

    monkeypatch.setattr(module, "room_of", lambda *_: DiskSpaceGuard([folder.path], MARGINS, measure=measure))
    make_room_to_start(folder, folder.settings())
    assert not kept.exists()

    monkeypatch.setattr(module, "room_of", lambda *_: DiskSpaceGuard([folder.path], MARGINS, measure=lambda _: (0, GIB)))
    with pytest.raises(CannotStart, match=r"đã đầy.*Giải phóng ít nhất 8 MiB"):
        make_room_to_start(folder, folder.settings())


def test_advice_says_what_is_and_what_to_do(tmp_path):
    assert advice(room(tmp_path, Measured(9 * GIB)).measure_fullest(), MARGINS) == ""
    assert "còn dưới 256 MiB thì hệ thống ngừng" in advice(room(tmp_path, Measured(GIB // 2)).measure_fullest(), MARGINS)
    assert "không cần khởi động lại" in advice(room(tmp_path, Measured(0)).measure_fullest(), MARGINS)


def test_doctor_follows_the_same_margins(tmp_path, monkeypatch):
    folder = DataFolder.open(tmp_path / "data", Profile.EMBEDDED)
    for free, severity in ((9 * GIB, Severity.GOOD), (GIB // 2, Severity.NOTE), (MIB, Severity.WRONG)):
        looked = DiskSpaceGuard([folder.path], MARGINS, measure=Measured(free))
        monkeypatch.setattr("cli.local.doctor.room_of", lambda *_, looked=looked: looked)
        disk = doctor._space(folder.path)
        assert disk.severity is severity
        assert bool(disk.fix) == (severity is not Severity.GOOD)


def test_a_full_disk_is_known_behind_what_it_caused():
    outer = RuntimeError("no")
    outer.__cause__ = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert is_full(outer)
    assert is_full(RuntimeError("database or disk is full"))
    assert not is_full(OSError(errno.EACCES, "denied"))


def test_a_file_that_finds_no_room_leaves_the_old_one_and_nothing_half_written(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "full")

    write_atomically(tmp_path / "state.json", b"old")
    monkeypatch.setattr("deploy.installation.data_folder.os.fsync", full)
    with pytest.raises(OSError, match="full"):
        write_atomically(tmp_path / "state.json", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("state.json", b"old")]


def test_a_silent_role_is_not_killed_while_the_disk_leaves_it_no_room_to_speak(tmp_path, monkeypatch):
    folder = DataFolder.open(tmp_path / "data", Profile.SERVER)
    role = supervisor.RoleProcess(folder, "quiet", [sys.executable, "-c", "import time; time.sleep(60)"])
    free, later = [0], [0.0]
    monkeypatch.setattr(supervisor, "free_and_total", lambda _: (free[0], GIB))
    began = supervisor.time.monotonic()

    class Later:
        @staticmethod
        def monotonic():
            return began + later[0]

    role.launch()
    try:
        monkeypatch.setattr(supervisor, "time", Later)
        later[0] = SILENT_AFTER_S + 30
        assert not role.hangs
        free[0] = GIB
        later[0] += SILENT_AFTER_S / 2
        assert not role.hangs
        later[0] += SILENT_AFTER_S
        assert role.hangs
    finally:
        monkeypatch.undo()
        role.end(0)
