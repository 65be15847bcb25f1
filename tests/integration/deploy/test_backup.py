"""A backup taken while everything goes on can be put back whole, and one that is not whole is refused by name."""

from __future__ import annotations

import io
import json
import shutil
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageDraw

from cli.api_client import Client
from cli.local.backup import snapshot
from cli.local.backup.manifest import BadBackup, FileEntry, encode, manifests, read_manifest
from cli.local.backup.repository import BackupRepository
from cli.local.backup.restore import restore
from cli.local.backup.snapshot import CannotBackUp, take
from deploy.installation.data_folder import LOGGED, DataFolder
from deploy.installation.disk_space import Ballast
from deploy.installation.settings import Profile
from shared.clock import SystemClock
from shared.contracts.calls.identity import AccountRequest
from shared.problems import Problem
from shared.storage.disk_space import MIB
from tests.integration.deploy.audited import EVERYBODY, application, busy_folder, container_of, hand_in, verified
from tests.unit.identity.as_gateway import AsGateway

pytestmark = pytest.mark.timeout(240)

PASSWORD = "con trâu ăn cỏ non"


def kiemdinh(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words], capture_output=True, text=True, timeout=120, check=False
    )


def said(*words: str) -> dict:
    done = kiemdinh(*words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """An installation at rest in which something happened in every service."""
    return busy_folder(tmp_path / "data")


def backed_up(folder: DataFolder, place: Path):
    return take(folder, place, SystemClock())


def put_back(place: Path, data: Path) -> DataFolder:
    restore(place, data, SystemClock())
    return DataFolder(data)


def entry_of(place: Path, ending: str) -> FileEntry:
    return next(one for one in read_manifest(manifests(place)[-1]).files if one.path.endswith(ending))


# --- while people work


def picture(text: str) -> bytes:
    page = Image.new("L", (700, 120), 255)
    ImageDraw.Draw(page).text((20, 40), text, fill=0, font_size=32)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


class Clerk:
    """Uploads without a pause and keeps the receipts."""

    def __init__(self, url: str, token: str, scans: Path) -> None:
        self.client = Client(url, token)
        self.scans = scans
        self.receipts: dict[str, bytes] = {}
        self.trouble: list[Exception] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self) -> None:
        number = 0
        while not self.stop.is_set():
            scan = self.scans / "scan.png"
            scan.write_bytes(picture(f"Biên bản số {number}"))
            try:
                receipt = self.client.upload("TH-HL", scan, lambda _: None)
            except Problem as problem:
                self.trouble.append(problem)
                return
            self.receipts[receipt["document"]] = scan.read_bytes()
            number += 1

    def has(self, count: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.receipts) < count and not self.trouble:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_backup_taken_while_scans_come_in_holds_every_receipt_given_before_and_runs_elsewhere(installation, tmp_path):
    running = installation("embedded")
    admin = Client(running.url, running.token)
    admin.post("communes", {"commune": "HL", "name": "Xã Hỗn Loạn"})
    admin.post("schools", {"commune": "HL", "code": "TH-HL", "name": "Trường Hỗn Loạn", "kind": "tieu_hoc"})
    grants = [{"role": "van_thu", "scope_kind": "truong", "scope": "TH-HL"}]
    token = admin.post("tokens", {"name": "x", "grants": grants})["token"]
    clerk = Clerk(running.url, token, tmp_path)
    clerk.thread.start()
    clerk.has(8)

    given_before = dict(clerk.receipts)
    first = said("backup", "--data", str(running.data), "--to", str(tmp_path / "usb"))
    clerk.has(len(clerk.receipts) + 5)
    given_later = dict(clerk.receipts)
    second = said("backup", "--data", str(running.data), "--to", str(tmp_path / "usb"))
    clerk.stop.set()
    clerk.thread.join(timeout=60)
    assert clerk.trouble == []
    assert running.stop() == 0
    assert second["logs"]["evidence"] > first["logs"]["evidence"] > 0
    assert second["new_files"] < second["files"]

    newest = said("restore", "--from", str(tmp_path / "usb"), "--data", str(tmp_path / "newest"))
    assert newest["sound"] is True
    stamp = Path(first["backup"]).stem.removeprefix("backup-")
    said("restore", "--from", str(tmp_path / "usb"), "--data", str(tmp_path / "first"), "--made", stamp)
    assert said("audit", "verify", "--data", str(tmp_path / "first"))["sound"] is True
    for name, receipts in (("newest", given_later), ("first", given_before)):
        again = installation("embedded", data=tmp_path / name)
        reader = Client(again.url, token)
        assert reader.get("schools/TH-HL/documents")["total"] >= len(receipts)
        for document, scan in receipts.items():
            reader.download(f"documents/{document}/original", tmp_path / "back")
            assert (tmp_path / "back").read_bytes() == scan
        (tmp_path / "more.png").write_bytes(picture(f"Thêm một tờ vào {name}"))
        reader.upload("TH-HL", tmp_path / "more.png", lambda _: None)
        assert again.stop() == 0
        assert said("audit", "verify", "--data", str(tmp_path / name))["sound"] is True


def test_all_databases_are_of_one_moment_whatever_is_written_meanwhile(folder, tmp_path, monkeypatch):
    container = container_of(folder)
    heads = {}
    real = snapshot._one_moment

    def written_to_meanwhile(where):
        moment = real(where)

        class Moment:
            def __enter__(self):
                databases = moment.__enter__()
                heads["before"] = container.evidence.log.head()
                hand_in(container, 120)
                return databases

            def __exit__(self, *trouble):
                return moment.__exit__(*trouble)

        return Moment()

    monkeypatch.setattr(snapshot, "_one_moment", written_to_meanwhile)
    taken = backed_up(folder, tmp_path / "usb")
    assert container.evidence.log.head() > heads["before"]
    container.close()
    assert taken.manifest.logs["evidence"].events == heads["before"]
    restored = put_back(tmp_path / "usb", tmp_path / "again")
    report = verified(restored)
    assert report.findings == []
    assert [note.kind for note in report.notes] == []


# --- what comes back


def roots(container) -> dict[str, bytes]:
    return {name: application(container, name).log.root(application(container, name).log.head()) for name in LOGGED}


def test_what_is_put_back_is_what_was_there(folder, tmp_path):
    container = container_of(folder)
    clerk = next(one for one in container.identity.accounts(EVERYBODY).accounts if one.login == "van.thu")
    link = container.identity.renew_invitation(EVERYBODY, AccountRequest(account=clerk.account)).invitation_url
    AsGateway(container.identity).accept_invitation(link.rpartition("/")[2], PASSWORD)
    before = roots(container)
    container.close()

    backed_up(folder, tmp_path / "usb")
    restored = put_back(tmp_path / "usb", tmp_path / "again")
    assert verified(restored).notes == []
    container = container_of(restored)
    assert roots(container) == before
    assert AsGateway(container.identity).sign_in("van.thu", PASSWORD)[0].account == clerk.account
    container.close()
    for place in (restored.path, restored.path / "secrets"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    for key in (restored.path / "secrets").iterdir():
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert key.read_bytes() == (folder.path / "secrets" / key.name).read_bytes()
    assert not (restored.path / "run").exists() or list((restored.path / "run").iterdir()) == []
    derived = [path for path in (folder.path / "evidence" / "derived").rglob("*") if path.is_file()]
    assert derived
    for path in derived:
        assert (restored.path / path.relative_to(folder.path)).read_bytes() == path.read_bytes()


def test_a_backup_is_for_its_owner_only_also_in_a_folder_that_others_may_enter(folder, tmp_path):
    (tmp_path / "usb").mkdir(mode=0o755)
    backed_up(folder, tmp_path / "usb")
    files = [path for path in (tmp_path / "usb").rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_second_backup_copies_no_paper_again(folder, tmp_path):
    first = backed_up(folder, tmp_path / "usb")
    second = backed_up(folder, tmp_path / "usb")
    papers = [one for one in second.manifest.files if one.path.startswith(("evidence/archive/", "evidence/derived/"))]
    assert len(second.manifest.files) == len(first.manifest.files)
    assert second.new_files <= len(second.manifest.files) - len(papers) + sum(one.path.endswith(".lock") for one in papers)


# --- what is refused


def test_a_flipped_byte_is_refused_by_the_name_of_its_file(folder, tmp_path):
    backed_up(folder, tmp_path / "usb")
    for ending in ("evidence/log.sqlite", "identity/people.sqlite", ".1"):
        entry = entry_of(tmp_path / "usb", ending)
        place = BackupRepository(tmp_path / "usb").place(entry.sha256)
        kept = place.read_bytes()
        place.chmod(0o600)
        place.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        refused = kiemdinh("restore", "--from", str(tmp_path / "usb"), "--data", str(tmp_path / "again"), "--json")
        assert refused.returncode == 1
        assert entry.path in json.loads(refused.stdout)["detail"]
        assert not (tmp_path / "again").exists()
        place.write_bytes(kept)
    put_back(tmp_path / "usb", tmp_path / "again")


def test_a_missing_file_is_refused_by_its_name(folder, tmp_path):
    backed_up(folder, tmp_path / "usb")
    entry = entry_of(tmp_path / "usb", "secrets/log-evidence.key")
    BackupRepository(tmp_path / "usb").place(entry.sha256).unlink()
    with pytest.raises(BadBackup, match=r"thiếu tệp secrets/log-evidence\.key"):
        put_back(tmp_path / "usb", tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("place", [0, 40, 400, -3, -70])
def test_a_manifest_that_was_changed_is_refused(folder, tmp_path, place):
    backed_up(folder, tmp_path / "usb")
    path = manifests(tmp_path / "usb")[0]
    kept = bytearray(path.read_bytes())
    kept[place] ^= 1
    path.write_bytes(kept)
    with pytest.raises(BadBackup, match="Bản kê"):
        put_back(tmp_path / "usb", tmp_path / "again")


def test_a_manifest_cannot_write_outside_the_folder(folder, tmp_path):
    backed_up(folder, tmp_path / "usb")
    path = manifests(tmp_path / "usb")[0]
    manifest = read_manifest(path)
    for escape in ("../outside", "/etc/outside", ""):
        bad = [msgspec.structs.replace(manifest.files[0], path=escape), *manifest.files[1:]]
        path.write_bytes(encode(msgspec.structs.replace(manifest, files=bad)))
        with pytest.raises(BadBackup, match="hỏng"):
            put_back(tmp_path / "usb", tmp_path / "again")


def test_a_folder_with_something_in_it_is_not_restored_into(folder, tmp_path):
    backed_up(folder, tmp_path / "usb")
    with pytest.raises(BadBackup, match="đã có thứ bên trong"):
        put_back(tmp_path / "usb", folder.path)
    assert verified(folder).sound


def test_a_backup_goes_neither_into_the_folder_nor_around_it_nor_over_other_things(folder, tmp_path):
    for inside in (folder.path / "backup", folder.path, tmp_path):
        with pytest.raises(CannotBackUp, match="nằm chung"):
            backed_up(folder, inside)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").touch()
    with pytest.raises(BadBackup, match="đã có thứ khác"):
        backed_up(folder, tmp_path / "full")
    other = DataFolder.open(tmp_path / "other", Profile.EMBEDDED)
    shutil.copytree(folder.path, other.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("kiemdinh.toml"))
    backed_up(folder, tmp_path / "usb")
    with pytest.raises(BadBackup, match="hệ thống khác"):
        backed_up(other, tmp_path / "usb")


def test_a_target_that_is_full_gets_no_manifest_and_keeps_the_backup_before(folder, small_disk, tmp_path):
    disk = small_disk(16)
    place = disk.place / "usb"
    backed_up(folder, place)
    before = manifests(place)
    disk.leave(MIB // 32)
    refused = kiemdinh("backup", "--data", str(folder.path), "--to", str(place), "--json")
    assert refused.returncode == 1
    assert "hết chỗ" in json.loads(refused.stdout)["detail"]
    assert "Traceback" not in refused.stderr
    assert manifests(place) == before
    disk.give_back()
    assert verified(put_back(place, tmp_path / "again")).sound


def test_a_backup_that_is_killed_in_the_middle_is_none(folder, tmp_path, monkeypatch):
    backed_up(folder, tmp_path / "usb")
    before = manifests(tmp_path / "usb")

    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    monkeypatch.setattr(snapshot._Work, "derived", killed)
    with pytest.raises(Killed):
        backed_up(folder, tmp_path / "usb")
    assert manifests(tmp_path / "usb") == before
    monkeypatch.undo()
    assert len(manifests(tmp_path / "usb")) == 1
    backed_up(folder, tmp_path / "usb")
    assert verified(put_back(tmp_path / "usb", tmp_path / "again")).sound


def test_a_paper_that_is_damaged_in_the_archive_is_told_and_a_good_copy_is_kept(folder, tmp_path):
    paper = next(path for path in (folder.path / "evidence" / "archive" / "sha256").rglob("*.1") if path.is_file())
    good = paper.read_bytes()

    def damage() -> None:
        paper.chmod(0o600)
        paper.write_bytes(good[:-1] + b"?")

    damage()
    alone = kiemdinh("backup", "--data", str(folder.path), "--to", str(tmp_path / "alone"), "--json")
    assert alone.returncode == 1
    told = json.loads(alone.stdout)
    assert [Path(path).name for path in told["damaged"]] == [paper.name]
    assert {finding.kind for finding in verified(put_back(tmp_path / "alone", tmp_path / "hurt")).findings} == {
        "object-missing"
    }

    paper.write_bytes(good)
    backed_up(folder, tmp_path / "usb")
    damage()
    assert backed_up(folder, tmp_path / "usb").manifest.damaged == []
    assert verified(put_back(tmp_path / "usb", tmp_path / "healed")).sound


def test_the_server_composition_is_told_what_to_do_instead(tmp_path):
    DataFolder.open(tmp_path / "data", Profile.SERVER)
    refused = kiemdinh("backup", "--data", str(tmp_path / "data"), "--to", str(tmp_path / "usb"))
    assert refused.returncode == 1
    assert "cp -a" in refused.stderr
    assert not (tmp_path / "usb").exists()


@pytest.mark.server
@pytest.mark.slow
def test_a_copy_of_a_server_folder_at_rest_runs_elsewhere(installation, tmp_path):
    running = installation("server")
    admin = Client(running.url, running.token)
    admin.post("communes", {"commune": "HL", "name": "Xã Hỗn Loạn"})
    admin.post("schools", {"commune": "HL", "code": "TH-HL", "name": "Trường Hỗn Loạn", "kind": "tieu_hoc"})
    grants = [{"role": "van_thu", "scope_kind": "truong", "scope": "TH-HL"}]
    token = admin.post("tokens", {"name": "x", "grants": grants})["token"]
    clerk = Clerk(running.url, token, tmp_path)
    clerk.thread.start()
    clerk.has(2)
    clerk.stop.set()
    clerk.thread.join(timeout=60)
    assert running.stop() == 0

    subprocess.run(["cp", "-a", str(running.data), str(tmp_path / "again")], check=True)
    shutil.rmtree(running.data)
    again = installation("server", data=tmp_path / "again")
    reader = Client(again.url, token)
    for document, scan in clerk.receipts.items():
        reader.download(f"documents/{document}/original", tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == scan
    (tmp_path / "more.png").write_bytes(picture("Thêm một tờ"))
    reader.upload("TH-HL", tmp_path / "more.png", lambda _: None)
    assert again.stop() == 0
    assert said("audit", "verify", "--data", str(tmp_path / "again"))["sound"] is True


def test_a_folder_without_an_installation_is_refused_in_words(tmp_path):
    refused = kiemdinh("backup", "--data", str(tmp_path), "--to", str(tmp_path / "usb"))
    assert refused.returncode == 1
    assert "không có hệ thống nào" in refused.stderr
    empty = kiemdinh("restore", "--from", str(tmp_path), "--data", str(tmp_path / "again"))
    assert empty.returncode == 1
    assert "không có bản sao lưu trọn vẹn nào" in empty.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_installation_on_a_full_disk_can_be_backed_up_to_another(small_disk, tmp_path):
    disk = small_disk(64)
    folder = busy_folder(disk.place / "data")
    Ballast(folder).create()
    disk.leave_nothing()
    backed_up(folder, tmp_path / "usb")
    assert not (folder.path / "ballast.bin").exists()

    disk.leave_nothing()
    refused = kiemdinh("backup", "--data", str(folder.path), "--to", str(tmp_path / "usb"))
    assert refused.returncode == 1
    assert "đã đầy" in refused.stderr
    assert "Traceback" not in refused.stderr
    disk.give_back()
    assert verified(put_back(tmp_path / "usb", tmp_path / "again")).sound
