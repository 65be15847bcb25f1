"""Taking files in (checked, stored, logged, receipt) against a bare durable put of the same bytes, in the same run.

    python tests/bench/bench_ingest.py [--seconds 6]

Bare is a file written and put by the same client of the same store: nothing checked, logged or answered. Rounds alternate,
so a noisy neighbour slows both; the aim is a ratio of at least 0.7.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import statistics
import struct
import tempfile
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.servers import MinIO, ProgramMissing
from services.evidence.adapters.correction_texts import CorrectionTables
from services.evidence.adapters.folder_archive import FolderArchive
from services.evidence.adapters.folder_derived import FolderDerived
from services.evidence.adapters.minio_archive import MinioArchive, S3Settings
from services.evidence.adapters.printed_texts import PrintedTextTables
from services.evidence.adapters.spool import Spool
from services.evidence.adapters.subprocesses import SubprocessFileInspector
from services.evidence.application import EvidenceApplication
from services.evidence.ingest import Ingest, Upload
from services.evidence.ports import DocumentArchive
from shared.clock import SystemClock
from shared.contracts.events.assessment import SchoolRegistered
from shared.contracts.events.base import CloudEvent, source_urn
from shared.identity.file_token import FileTokens
from shared.storage.database_url import StoreSettings

AIM = 0.7
SIZES = (300_000, 1_500_000, 6_000_000)
"""A black-and-white page, a photographed page, a colour stack."""

SCHOOL = "TH-1"
ROUND_SECONDS = 0.5

Put = Callable[[bytes], None]


def image(size: int) -> bytes:
    """Return a PNG of about `size` bytes of noise that nobody sent before."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    width = 2480
    rows = max(size // (width + 1), 1)
    noise = os.urandom(width)
    pixels = b"".join(b"\0" + noise[n % width :] + noise[: n % width] for n in range(rows))
    header = struct.pack(">IIBBBBB", width, rows, 8, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(pixels, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


@contextlib.contextmanager
def ingest_put(folder: Path, archive: DocumentArchive) -> Iterator[Put]:
    """Give a function that takes one file in, whole, as the file gateway does."""
    clock, spool = SystemClock(), Spool(folder / "spool")
    application = EvidenceApplication(
        StoreSettings(f"sqlite:///{folder}/log.sqlite"),
        clock,
        installation="bench",
        views_url=f"sqlite:///{folder}/views.sqlite",
        derived=FolderDerived(folder / "derived"),
        printed_texts=PrintedTextTables("sqlite://"),
        correction_texts=CorrectionTables("sqlite://"),
        uploads=spool,
        tickets=FileTokens(bytes(32), clock),
    )
    now = clock.now()
    data = {"school": SCHOOL, "name": "x", "kind": "tieu_hoc", "commune": "x", "levels": []}
    source = source_urn("bench", "assessment")
    kind = SchoolRegistered.type()
    application.receive(
        CloudEvent(id="1", source=source, type=kind, subject="s", time=now, recordedtime=now, sequence=1, data=data)
    )
    inspector = SubprocessFileInspector()
    ingest = Ingest(application, spool, archive, inspector)

    def put(content: bytes) -> None:
        upload = Upload(
            upload=str(uuid.uuid4()), school=SCHOOL, name="a.png", size=len(content), sha256="", actor="account-1"
        )
        assert ingest.put(upload, 0, io.BytesIO(content), len(content)).receipt is not None

    with contextlib.closing(application), contextlib.closing(inspector):
        yield put


def bare_put(folder: Path, archive: DocumentArchive) -> Put:
    """Return a function that writes a file and puts it with the same client; nothing is checked or logged."""

    def put(content: bytes) -> None:
        spooled = folder / uuid.uuid4().hex
        spooled.write_bytes(content)
        archive.put(spooled, hashlib.sha256(content).hexdigest())
        spooled.unlink()

    return put


def rate(put: Put, size: int, seconds: float) -> float:
    """Return megabytes a second; making the bytes is not counted."""
    spent = done = 0.0
    while spent < seconds:
        content = image(size)
        start = time.perf_counter()
        put(content)
        spent += time.perf_counter() - start
        done += len(content)
    return done / spent / 1e6


def compare(store: str, bare: Put, ours: Put, seconds: float) -> list[dict[str, object]]:
    """Return a row for every size: the medians over alternating rounds."""
    rows: list[dict[str, object]] = []
    for size in SIZES:
        rates: dict[str, list[float]] = {"bare": [], "intake": []}
        bare(image(size))
        ours(image(size))
        for turn in range(max(int(seconds / (2 * ROUND_SECONDS)), 3)):
            pair = [("bare", bare), ("intake", ours)]
            for name, put in pair if turn % 2 else pair[::-1]:
                rates[name].append(rate(put, size, ROUND_SECONDS))
        medians = {name: statistics.median(values) for name, values in rates.items()}
        rows.append(
            {
                "store": store,
                "bytes": size,
                "bare_mb_s": round(medians["bare"], 1),
                "intake_mb_s": round(medians["intake"], 1),
                "intake_files_s": round(medians["intake"] * 1e6 / size, 1),
                "ratio": round(medians["intake"] / medians["bare"], 3),
                "aim": AIM,
            }
        )
    return rows


@contextlib.contextmanager
def minio(folder: Path) -> Iterator[MinioArchive]:
    """Start a private MinIO with an archive bucket."""
    server = MinIO(folder / "minio")
    server.start()
    try:
        endpoint, access, secret = server.address
        archive = MinioArchive(
            S3Settings(endpoint=f"http://{endpoint}", access_key=access, secret_key=secret), SystemClock()
        )
        archive.prepare()
        yield archive
    finally:
        server.stop()


def main() -> None:
    """Print a JSON line for every store and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0, help="for each size and store")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a").mkdir()
        (folder / "b").mkdir()
        kept = FolderArchive(folder / "a" / "archive", SystemClock())
        with ingest_put(folder / "a", kept) as ours:
            for row in compare("folder", bare_put(folder, kept), ours, asked.seconds):
                print(json.dumps(row))
        try:
            with minio(folder) as archive, ingest_put(folder / "b", archive) as ours:
                for row in compare("minio", bare_put(folder, archive), ours, asked.seconds):
                    print(json.dumps(row))
        except ProgramMissing as missing:
            print(json.dumps({"store": "minio", "skipped": str(missing)}))


if __name__ == "__main__":
    main()
