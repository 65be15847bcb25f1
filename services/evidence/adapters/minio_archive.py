"""The archive on an S3 server (MinIO, or another that passes the contract suite): the only module that knows minio-py.

The surface is kept small: put, get by version, retention, delete by version. Every read names its version, because a plain
delete or an overwrite only lays something on top. The client library has no checksum call in 7.2.20: our SHA-256 is the
checksum, compared at every read. Files are sent with a known length from a spooled file, which cannot fail half-way.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import InvalidResponseError, S3Error, ServerError
from minio.retention import Retention

from services.evidence.adapters.folder_archive import scratch_file
from services.evidence.errors import ArchiveUnavailable, DigestMismatch, ObjectMissing, RetentionActive, StorageFull
from services.evidence.ports import ArchivedObject, ArchiveProbe, DerivedObjectMissing, ObjectFacts
from shared.clock import Clock
from shared.vocabulary.ids import Sha256

_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "InvalidVersionId", "NoSuchVersionId", "XMinioInvalidResourceName"})
_FULL = frozenset({"XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage"})
_LOCKED = frozenset({"AccessDenied", "ObjectLocked", "InvalidRequest", "InvalidRetentionDate", "MethodNotAllowed"})
_PART_BYTES = 16 * 1024**2
_CHUNK = 1 << 18


class S3Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach an S3 server. `endpoint` is ``http(s)://host:port``; `region` spares a request per bucket."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str = "kiemdinh-evidence"
    region: str = "us-east-1"
    connect_seconds: float = 3.0
    read_seconds: float = 30.0
    retries: int = 3


def connect(settings: S3Settings) -> Minio:
    """Return a client with our own timeouts; minio-py's default waits five minutes per socket operation."""
    scheme, _, host = settings.endpoint.rpartition("://")
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=settings.connect_seconds, read=settings.read_seconds),
        retries=urllib3.Retry(total=settings.retries, backoff_factor=0.3, status_forcelist=(500, 502, 503, 504)),
        maxsize=8,
        block=False,
        cert_reqs="CERT_REQUIRED",
    )
    return Minio(
        host,
        access_key=settings.access_key,
        secret_key=settings.secret_key,
        secure=scheme == "https",
        region=settings.region,
        http_client=pool,
    )


class MinioArchive:
    """A `DocumentArchive` in a bucket with object lock."""

    name = "minio"

    def __init__(self, settings: S3Settings, clock: Clock) -> None:
        self._client = connect(settings)
        self._bucket = settings.bucket
        self._region = settings.region
        self._clock = clock

    def prepare(self) -> None:
        """Create the bucket with object lock (which brings versioning) when it is not there."""
        _make_bucket(self._client, self._bucket, self._region, lock=True)

    def put(self, spooled: Path, sha256: Sha256) -> str:
        with spooled.open("rb") as file, _translated(sha256, ""):
            return self._put(_key(sha256), file, spooled.stat().st_size)

    def open(self, sha256: Sha256, version: str) -> BinaryIO:
        with _translated(sha256, version):
            whole = scratch_file()
            try:
                digest = self._fetch(_key(sha256), version, whole)
                if digest != sha256:
                    raise DigestMismatch(sha256=sha256, version=version)
                whole.seek(0)
            except BaseException:
                whole.close()
                raise
            return whole

    def stat(self, sha256: Sha256, version: str) -> ObjectFacts:
        with _translated(sha256, version):
            found = self._client.stat_object(self._bucket, _key(sha256), version_id=version or None)
            retention = self._retention(_key(sha256), version)
            return ObjectFacts(size_bytes=int(found.size or 0), retained_until=retention)

    def inventory(self) -> Iterator[ArchivedObject]:
        # Without versions: minio-py cannot read the times in VersityGW's listing of them.
        with _translated("", ""):
            for found in self._client.list_objects(self._bucket, prefix="sha256/", recursive=True):
                stored_at = found.last_modified or self._clock.now()
                yield ArchivedObject(
                    sha256=Sha256(str(found.object_name).rpartition("/")[2]), version="", stored_at=stored_at
                )

    def lock(self, sha256: Sha256, version: str, until: dt.datetime) -> None:
        with _translated(sha256, version):
            before = self._retention(_key(sha256), version)
            if before is not None and before >= until:
                if before - until < dt.timedelta(seconds=1):
                    return
                raise RetentionActive("Không rút ngắn được thời hạn khóa của bản lưu.", sha256=sha256, version=version)
            self._lock(_key(sha256), version, until)

    def discard(self, sha256: Sha256, version: str) -> None:
        with _translated(sha256, version):
            self._remove(_key(sha256), version)

    def probe(self) -> ArchiveProbe:
        with _translated("", ""):
            self.prepare()
            key = f"probe/{uuid.uuid4().hex}"
            first = self._put(key, io.BytesIO(b"first"), 5)
            second = self._put(key, io.BytesIO(b"second"), 6)
            keeps = first != second and self._content(key, first) == b"first"
            until = self._clock.now() + dt.timedelta(minutes=2)
            locks = keeps and self._lock_holds(key, first, until)
            if second != first:
                self._remove(key, second)
        return ArchiveProbe(keeps_versions=keeps, enforces_locks=locks, detail=_verdict(keeps, locks))

    def _put(self, key: str, file: BinaryIO, size: int) -> str:
        result = self._client.put_object(
            self._bucket, key, file, size, part_size=_PART_BYTES if size > _PART_BYTES else 0, num_parallel_uploads=1
        )
        if not result.version_id:
            raise ArchiveUnavailable("Kho không giữ phiên bản, không dùng được. Chưa lưu gì. Báo người quản trị.")
        return str(result.version_id)

    def _fetch(self, key: str, version: str, into: BinaryIO) -> str:
        response = self._client.get_object(self._bucket, key, version_id=version)
        digest = hashlib.sha256()
        try:
            for chunk in response.stream(_CHUNK):
                digest.update(chunk)
                into.write(chunk)
        finally:
            response.close()
            response.release_conn()
        return digest.hexdigest()

    def _content(self, key: str, version: str) -> bytes:
        into = io.BytesIO()
        self._fetch(key, version, into)
        return into.getvalue()

    def _retention(self, key: str, version: str) -> dt.datetime | None:
        try:
            retention = self._client.get_object_retention(self._bucket, key, version_id=version or None)
        except S3Error as error:
            # VersityGW answers "no configuration" as an error where MinIO answers with nothing.
            if error.code in {"NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"}:
                return None
            raise
        # A lock of the other mode can be taken off by whoever has the right to: that is none.
        return None if retention is None or retention.mode != COMPLIANCE else retention.retain_until_date.astimezone(dt.UTC)

    def _lock(self, key: str, version: str, until: dt.datetime) -> None:
        # S3 keeps whole seconds: round up, never down.
        whole = (until + dt.timedelta(microseconds=999_999)).replace(microsecond=0)
        self._client.set_object_retention(self._bucket, key, Retention(COMPLIANCE, whole), version_id=version)

    def _remove(self, key: str, version: str) -> None:
        self._client.remove_object(self._bucket, key, version_id=version)

    def _lock_holds(self, key: str, version: str, until: dt.datetime) -> bool:
        self._lock(key, version, until)
        removed = _went_through(lambda: self._remove(key, version))
        shortened = _went_through(lambda: self._lock(key, version, until - dt.timedelta(minutes=1)))
        return not removed and not shortened and self._content(key, version) == b"first"


class MinioDerived:
    """A `DerivedStore` in a bucket of its own, without lock or versions."""

    def __init__(self, settings: S3Settings) -> None:
        self._client = connect(settings)
        self._bucket = f"{settings.bucket}-derived"
        self._region = settings.region

    def prepare(self) -> None:
        """Create the bucket when it is not there."""
        _make_bucket(self._client, self._bucket, self._region, lock=False)

    def put(self, key: str, data: bytes) -> None:
        with _translated(key, ""):
            self._client.put_object(self._bucket, key, io.BytesIO(data), len(data))

    def get(self, key: str) -> bytes:
        try:
            with _translated(key, ""):
                response = self._client.get_object(self._bucket, key)
                try:
                    return bytes(response.read())
                finally:
                    response.close()
                    response.release_conn()
        except ObjectMissing as error:
            raise DerivedObjectMissing(key) from error

    def discard(self, folder: str) -> None:
        with _translated(folder, ""):
            for found in self._client.list_objects(self._bucket, prefix=f"{folder}/", recursive=True):
                self._client.remove_object(self._bucket, str(found.object_name))

    def put_file(self, key: str, path: Path) -> None:
        size = path.stat().st_size
        with path.open("rb") as file, _translated(key, ""):
            self._client.put_object(
                self._bucket, key, file, size, part_size=_PART_BYTES if size > _PART_BYTES else 0, num_parallel_uploads=1
            )

    def open(self, key: str) -> BinaryIO:
        whole = scratch_file()
        try:
            with _translated(key, ""):
                response = self._client.get_object(self._bucket, key)
                try:
                    for chunk in response.stream(_CHUNK):
                        whole.write(chunk)
                finally:
                    response.close()
                    response.release_conn()
        except ObjectMissing as error:
            whole.close()
            raise DerivedObjectMissing(key) from error
        except BaseException:
            whole.close()
            raise
        whole.seek(0)
        return whole

    def documents(self) -> Iterator[str]:
        with _translated("", ""):
            for found in self._client.list_objects(self._bucket):
                yield str(found.object_name).rstrip("/")


def _key(sha256: Sha256) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _make_bucket(client: Minio, bucket: str, region: str, *, lock: bool) -> None:
    with _translated("", ""):
        if client.bucket_exists(bucket):
            return
        try:
            client.make_bucket(bucket, region, object_lock=lock)
        except S3Error as error:
            # Two processes that start together may both create it.
            if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                raise


@contextmanager
def _translated(stored: str, version: str) -> Iterator[None]:
    """Say in our own errors what the server or the network said."""
    try:
        yield
    except S3Error as error:
        raise _problem(error, stored, version) from error
    except (urllib3.exceptions.HTTPError, InvalidResponseError, ServerError, ConnectionError, TimeoutError) as error:
        raise ArchiveUnavailable from error


def _problem(error: S3Error, stored: str, version: str) -> Exception:
    code = str(error.code)
    if code in _FULL:
        return StorageFull()
    if code in _MISSING or (code == "InvalidArgument" and "version" in str(error.message).lower()):
        return ObjectMissing(f"Bản lưu {stored[:12]} không còn trong kho. Đã báo kiểm toán.", sha256=stored, version=version)
    if code in _LOCKED:
        return RetentionActive("Kho từ chối: bản lưu đang trong thời hạn khóa.", sha256=stored, version=version)
    return ArchiveUnavailable(code=code)


def _went_through(attempt: Any) -> bool:
    try:
        attempt()
    except S3Error:
        return False
    return True


def _verdict(keeps: bool, locks: bool) -> str:
    if keeps and locks:
        return "Kho giữ mọi phiên bản và khóa thật: xóa và rút ngắn thời hạn đều bị từ chối."
    if keeps:
        return "Kho giữ phiên bản nhưng chỉ giả vờ khóa: bản đã khóa vẫn xóa hoặc rút ngắn được. Đổi kho khác."
    return "Kho không giữ phiên bản cũ. Không dùng làm kho lưu được."
