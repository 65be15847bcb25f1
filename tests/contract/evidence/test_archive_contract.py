"""What every archive promises: a folder, MinIO, VersityGW."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import os
import socket
import threading
import uuid

import minio.error
import pytest
from werkzeug.wsgi import FileWrapper, _RangeWrapper

from services.evidence.adapters import folder_archive
from services.evidence.adapters.files import write_atomically
from services.evidence.adapters.folder_archive import FolderArchive
from services.evidence.adapters.folder_derived import FolderDerived
from services.evidence.adapters.minio_archive import MinioArchive, MinioDerived, S3Settings, connect
from services.evidence.errors import ArchiveUnavailable, DigestMismatch, ObjectMissing, RetentionActive, StorageFull
from services.evidence.ports import DerivedObjectMissing
from shared.clock import FixedClock, SystemClock

SOON = dt.timedelta(hours=1)


def s3(address, **changes) -> S3Settings:
    endpoint, access, secret = address
    url = endpoint if "://" in endpoint else f"http://{endpoint}"
    return S3Settings(endpoint=url, access_key=access, secret_key=secret, **changes)


class Kit:
    """An archive, and hands that reach behind it."""

    def __init__(self, archive, folder, settings=None) -> None:
        self.archive, self.folder, self.settings = archive, folder, settings

    def spooled(self, data: bytes):
        path = self.folder / f"spool-{uuid.uuid4().hex}"
        path.write_bytes(data)
        return path, hashlib.sha256(data).hexdigest()

    def put(self, data: bytes) -> tuple[str, str]:
        path, sha256 = self.spooled(data)
        version = self.archive.put(path, sha256)
        path.unlink()
        return sha256, version

    def lay_over(self, sha256: str, data: bytes) -> None:
        """Put other bytes under the same name, as somebody with access to the store would."""
        if self.settings is None:
            self.archive._place(sha256, "2").write_bytes(data)
            return
        connect(self.settings).put_object(self.settings.bucket, key(sha256), io.BytesIO(data), len(data))


def key(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


@pytest.fixture(
    params=[
        "folder",
        pytest.param("minio", marks=pytest.mark.server),
        pytest.param("versitygw", marks=pytest.mark.server),
    ]
)
def kit(request, tmp_path):
    (tmp_path / "spool").mkdir()
    if request.param == "folder":
        return Kit(FolderArchive(tmp_path / "archive", SystemClock()), tmp_path / "spool")
    settings = s3(request.getfixturevalue(f"{request.param}_server"), bucket=f"test-{uuid.uuid4().hex[:12]}")
    archive = MinioArchive(settings, SystemClock())
    archive.prepare()
    return Kit(archive, tmp_path / "spool", settings)


def content(archive, sha256, version) -> bytes:
    with archive.open(sha256, version) as file:
        return file.read()


@pytest.mark.parametrize("size", [1, 70_000, 17 * 1024 * 1024])
def test_what_was_put_comes_back_byte_for_byte(kit, size):
    data = os.urandom(size)
    sha256, version = kit.put(data)
    assert content(kit.archive, sha256, version) == data
    assert kit.archive.stat(sha256, version).size_bytes == size
    assert kit.archive.stat(sha256, version).retained_until is None


def test_what_is_opened_gives_any_part_of_it(kit):
    data = os.urandom(9 * 1024**2)
    sha256, version = kit.put(data)
    with kit.archive.open(sha256, version) as file:
        part = _RangeWrapper(FileWrapper(file, 1 << 18), 8_500_000, 300_000)
        assert b"".join(part) == data[8_500_000:8_800_000]


def test_the_first_version_stays_readable_when_something_is_laid_over_it(kit):
    sha256, version = kit.put(b"the first scan")
    kit.lay_over(sha256, b"something else")
    assert content(kit.archive, sha256, version) == b"the first scan"


def test_the_same_bytes_may_be_put_again(kit):
    sha256, first = kit.put(b"twice")
    _, second = kit.put(b"twice")
    assert content(kit.archive, sha256, first) == content(kit.archive, sha256, second) == b"twice"


def test_a_locked_version_cannot_be_removed_and_keeps_its_term(kit):
    sha256, version = kit.put(b"locked")
    until = dt.datetime.now(tz=dt.UTC) + SOON
    kit.archive.lock(sha256, version, until)
    with pytest.raises(RetentionActive):
        kit.archive.discard(sha256, version)
    assert content(kit.archive, sha256, version) == b"locked"
    kept = kit.archive.stat(sha256, version).retained_until
    assert kept is not None
    assert until <= kept < until + dt.timedelta(seconds=2)


def test_a_term_can_be_made_longer_but_not_shorter(kit):
    sha256, version = kit.put(b"term")
    until = (dt.datetime.now(tz=dt.UTC) + SOON).replace(microsecond=0)
    kit.archive.lock(sha256, version, until)
    kit.archive.lock(sha256, version, until)
    kit.archive.lock(sha256, version, until + SOON)
    with pytest.raises(RetentionActive):
        kit.archive.lock(sha256, version, until)
    assert kit.archive.stat(sha256, version).retained_until == until + SOON


def test_a_version_that_is_not_locked_can_be_removed_and_is_missed_then(kit):
    sha256, version = kit.put(b"orphan")
    kit.archive.discard(sha256, version)
    for act in (kit.archive.open, kit.archive.stat):
        with pytest.raises(ObjectMissing):
            act(sha256, version)


@pytest.mark.parametrize("version", ["99", "../../x", "3f1a0c1e-0000-4000-8000-000000000000"])
def test_a_version_that_never_was_is_missing(kit, version):
    sha256, _ = kit.put(b"here")
    with pytest.raises(ObjectMissing):
        kit.archive.open(sha256, version)


def test_other_bytes_under_the_name_are_told_by_their_hash(kit):
    path, _ = kit.spooled(b"other bytes")
    promised = hashlib.sha256(b"promised bytes").hexdigest()
    version = kit.archive.put(path, promised)
    with pytest.raises(DigestMismatch) as told:
        kit.archive.open(promised, version)
    assert told.value.type == "sai-lech"


def test_many_at_once_put_the_same_bytes(kit):
    made: list[str] = []
    workers = [threading.Thread(target=lambda: made.append(kit.put(b"at once")[1])) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sha256 = hashlib.sha256(b"at once").hexdigest()
    assert [content(kit.archive, sha256, version) for version in made] == [b"at once"] * 4


def test_the_probe_tells_what_the_store_really_does(kit):
    probe = kit.archive.probe()
    assert probe.keeps_versions
    assert probe.enforces_locks is (kit.settings is not None)
    assert probe.detail


# ---- the folder alone


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "spool").mkdir()
    return Kit(FolderArchive(tmp_path / "archive", SystemClock()), tmp_path / "spool")


def test_one_flipped_bit_on_the_disk_is_seen(folder):
    sha256, version = folder.put(b"scan" * 1000)
    path = folder.archive._place(sha256, version)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[1234] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DigestMismatch):
        folder.archive.open(sha256, version)


def test_a_damaged_version_is_never_given_out_for_a_new_put(folder):
    sha256, version = folder.put(b"scan")
    path = folder.archive._place(sha256, version)
    path.chmod(0o644)
    path.write_bytes(b"scam")
    _, second = folder.put(b"scan")
    assert second != version
    assert content(folder.archive, sha256, second) == b"scan"


def test_kept_files_are_read_only(folder):
    sha256, version = folder.put(b"scan")
    assert folder.archive._place(sha256, version).stat().st_mode & 0o222 == 0


def test_a_lock_that_ran_out_no_longer_holds(tmp_path):
    clock = FixedClock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    kit = Kit(FolderArchive(tmp_path / "archive", clock), tmp_path)
    sha256, version = kit.put(b"old")
    kit.archive.lock(sha256, version, clock.now() + SOON)
    clock.move(2 * SOON)
    kit.archive.discard(sha256, version)
    with pytest.raises(ObjectMissing):
        kit.archive.stat(sha256, version)


def test_bytes_from_another_disk_are_copied(folder, monkeypatch):
    real = os.link

    def link(source, target):
        if "spool" in str(source):
            raise OSError(errno.EXDEV, "another disk")
        real(source, target)

    monkeypatch.setattr(folder_archive.os, "link", link)
    sha256, version = folder.put(b"from afar")
    assert content(folder.archive, sha256, version) == b"from afar"


@pytest.mark.parametrize("step", ["link", "fsync", "mkdir"])
def test_a_full_disk_at_any_step_leaves_nothing_behind(folder, monkeypatch, step):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    path, sha256 = folder.spooled(b"too much")
    with monkeypatch.context() as patched:
        patched.setattr(folder_archive.Path if step == "mkdir" else os, step, full)
        with pytest.raises(StorageFull) as told:
            folder.archive.put(path, sha256)
    assert told.value.type == "kho-day"
    assert [p for p in (folder.folder.parent / "archive").rglob("*") if p.is_file()] == []
    assert path.read_bytes() == b"too much"


def test_an_error_that_is_not_a_full_disk_is_not_called_one(folder, monkeypatch):
    def broken(*_args):
        raise OSError(errno.EIO, "broken")

    path, sha256 = folder.spooled(b"x")
    monkeypatch.setattr(folder_archive.os, "link", broken)
    with pytest.raises(OSError, match="broken"):
        folder.archive.put(path, sha256)


def test_a_whole_file_or_none_is_written(tmp_path, monkeypatch):
    write_atomically(tmp_path / "a" / "b", b"old")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        write_atomically(tmp_path / "a" / "b", b"new")
    assert (tmp_path / "a" / "b").read_bytes() == b"old"
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b"]


# ---- object stores alone


def dead_address() -> tuple[str, str, str]:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{closed.getsockname()[1]}", "access-key", "secret-key"


def test_a_server_that_is_away_is_told_soon_and_as_a_problem(tmp_path):
    settings = s3(dead_address(), retries=1, connect_seconds=0.5)
    kit = Kit(MinioArchive(settings, SystemClock()), tmp_path, settings)
    path, sha256 = kit.spooled(b"x")
    for act in (
        lambda: kit.archive.put(path, sha256),
        lambda: kit.archive.open(sha256, "v"),
        lambda: kit.archive.stat(sha256, "v"),
        lambda: kit.archive.lock(sha256, "v", dt.datetime.now(tz=dt.UTC)),
        kit.archive.probe,
    ):
        with pytest.raises(ArchiveUnavailable) as told:
            act()
        assert (told.value.type, told.value.status) == ("may-chu-vang", 503)
    with pytest.raises(ArchiveUnavailable):
        MinioDerived(settings).get("a/b")


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("XMinioStorageFull", StorageFull),
        ("NoSuchVersion", ObjectMissing),
        ("AccessDenied", RetentionActive),
        ("SlowDown", ArchiveUnavailable),
        ("NoSuchBucket", ArchiveUnavailable),
    ],
)
def test_what_the_server_says_becomes_our_own_word(tmp_path, monkeypatch, code, problem):
    settings = s3(dead_address())
    archive = MinioArchive(settings, SystemClock())

    def refuse(*_args, **_kwargs):
        raise minio.error.S3Error(None, code, "message", "resource", "request", "host")

    monkeypatch.setattr(archive._client, "put_object", refuse)
    path, sha256 = Kit(archive, tmp_path).spooled(b"x")
    with pytest.raises(problem):
        archive.put(path, sha256)


class Pretender(MinioArchive):
    """Speaks to a server that says yes to locks and does not keep them."""

    def _lock(self, key, version, until):
        pass


class Forgetful(MinioArchive):
    """Speaks to a server without versions: the last bytes are all there is."""

    def _put(self, key, file, size):
        super()._put(key, file, size)
        return "null"

    def _content(self, key, version):
        return b"second"

    def _remove(self, key, version):
        pass


@pytest.mark.server
def test_the_probe_sees_through_a_server_that_only_pretends_to_lock(minio_server):
    probe = Pretender(s3(minio_server, bucket=f"test-{uuid.uuid4().hex[:12]}"), SystemClock()).probe()
    assert (probe.keeps_versions, probe.enforces_locks) == (True, False)
    assert "giả vờ" in probe.detail


@pytest.mark.server
def test_the_probe_sees_a_server_that_keeps_no_versions(minio_server):
    probe = Forgetful(s3(minio_server, bucket=f"test-{uuid.uuid4().hex[:12]}"), SystemClock()).probe()
    assert (probe.keeps_versions, probe.enforces_locks) == (False, False)


@pytest.mark.server
def test_a_bucket_without_versions_is_refused(minio_server, tmp_path):
    settings = s3(minio_server, bucket=f"test-{uuid.uuid4().hex[:12]}")
    connect(settings).make_bucket(settings.bucket)
    kit = Kit(MinioArchive(settings, SystemClock()), tmp_path, settings)
    path, sha256 = kit.spooled(b"x")
    with pytest.raises(ArchiveUnavailable, match="phiên bản"):
        kit.archive.put(path, sha256)


# ---- derived stores


@pytest.fixture(
    params=[
        "folder",
        pytest.param("minio", marks=pytest.mark.server),
        pytest.param("versitygw", marks=pytest.mark.server),
    ]
)
def derived(request, tmp_path):
    if request.param == "folder":
        return FolderDerived(tmp_path)
    store = MinioDerived(s3(request.getfixturevalue(f"{request.param}_server"), bucket=f"test-{uuid.uuid4().hex[:12]}"))
    store.prepare()
    store.prepare()
    return store


def test_derived_objects_are_kept_replaced_and_missed(derived):
    derived.put("doc/hash/page-0001.webp", b"one")
    derived.put("doc/hash/page-0001.webp", b"two")
    assert derived.get("doc/hash/page-0001.webp") == b"two"
    with pytest.raises(DerivedObjectMissing):
        derived.get("doc/hash/page-0002.webp")


def test_a_large_derived_object_goes_in_from_a_file_and_comes_out_as_one(derived, tmp_path):
    path = tmp_path / "made"
    path.write_bytes(b"pdf" * 100_000)
    derived.put("doc/pdfa/a.pdf", b"before")
    derived.put_file("doc/pdfa/a.pdf", path)
    with derived.open("doc/pdfa/a.pdf") as file:
        assert file.read() == path.read_bytes()
    with pytest.raises(DerivedObjectMissing):
        derived.open("doc/pdfa/b.pdf")


def test_a_derived_key_never_leaves_its_folder(tmp_path):
    (tmp_path / "secret").write_bytes(b"x")
    store = FolderDerived(tmp_path / "derived")
    for bad in ("../secret", "/etc/passwd", "a/../../secret", "", "a//b", ".hidden"):
        with pytest.raises(DerivedObjectMissing):
            store.get(bad)


def test_the_inventory_names_what_lies_there_and_its_locks_can_be_asked_for(kit):
    locked, version = kit.put(b"locked")
    free, _ = kit.put(b"free")
    kit.archive.lock(locked, version, dt.datetime.now(dt.UTC) + SOON)

    found = {kept.sha256: kept for kept in kit.archive.inventory()}

    assert set(found) == {locked, free}
    assert all(dt.datetime.now(dt.UTC) - kept.stored_at < SOON for kept in found.values())
    assert kit.archive.stat(locked, found[locked].version).retained_until is not None
    assert kit.archive.stat(free, found[free].version).retained_until is None


def test_an_inventory_of_nothing_is_empty(kit):
    assert list(kit.archive.inventory()) == []


def test_derived_objects_are_listed_by_document(derived):
    derived.put("one/text.json", b"1")
    derived.put("one/page.webp", b"2")
    derived.put("two/text.json", b"3")

    assert set(derived.documents()) >= {"one", "two"}


def test_derived_objects_are_discarded_by_the_beginning_of_their_key(derived):
    for key in ("gone/text.json", "gone/dang-doc/page-0001.webp", "gone/dang-doc/words-0001.json", "gone-not/text.json"):
        derived.put(key, b"1")

    derived.discard("gone/dang-doc")
    assert derived.get("gone/text.json") == b"1"
    with pytest.raises(DerivedObjectMissing):
        derived.get("gone/dang-doc/words-0001.json")

    derived.discard("gone")
    derived.discard("never")
    assert derived.get("gone-not/text.json") == b"1"
    with pytest.raises(DerivedObjectMissing):
        derived.get("gone/text.json")
