"""The spool on a disk that is really full: what was taken back stays taken back, and nothing lies about afterwards."""

from __future__ import annotations

import hashlib
import io
import os

import pytest

from services.evidence.adapters.spool import Spool
from services.evidence.errors import StorageFull
from shared.ids import new_id
from shared.storage.disk_space import MIB, DiskSpaceGuard, SpaceThresholds
from shared.storage.errors import StoreFull as ReserveReached

BYTES = os.urandom(3 * MIB)


def append(spool, upload, data):
    with spool.acquire(upload) as held:
        return held.append(io.BytesIO(data), len(data))


def test_a_slice_that_found_no_room_leaves_no_byte_behind_and_is_sent_again_whole(small_disk):
    disk, upload = small_disk(8), str(new_id())
    spool = Spool(disk.place / "spool")
    append(spool, upload, BYTES[:MIB])
    disk.leave(MIB + 10_000)
    with pytest.raises(StorageFull):
        append(spool, upload, BYTES[MIB:])
    assert spool.received(upload) == MIB

    disk.give_back()
    append(spool, upload, BYTES[MIB:])
    with spool.acquire(upload) as held:
        assert held.digest() == hashlib.sha256(BYTES).hexdigest()
    with Spool(disk.place / "spool").acquire(upload) as held:
        assert held.digest() == hashlib.sha256(BYTES).hexdigest()


def test_a_file_refused_at_its_first_slice_leaves_nothing(small_disk):
    disk = small_disk(8)
    spool = Spool(disk.place / "spool")
    (disk.place / "spool").mkdir()
    disk.leave(MIB)
    with pytest.raises(StorageFull):
        append(spool, str(new_id()), BYTES)
    assert list((disk.place / "spool").iterdir()) == []


def test_a_file_that_would_eat_into_the_reserve_is_refused_in_the_middle(small_disk):
    disk = small_disk(8)
    spool = Spool(disk.place / "spool", DiskSpaceGuard([disk.place], SpaceThresholds(reserve_bytes=6 * MIB)))
    with pytest.raises(ReserveReached):
        append(spool, str(new_id()), BYTES)
    assert list((disk.place / "spool").iterdir()) == []
    disk.leave(5 * MIB)
    with pytest.raises(ReserveReached):
        append(spool, str(new_id()), b"x")
    assert list((disk.place / "spool").iterdir()) == []


def test_an_upload_without_a_byte_is_swept_soon_unless_somebody_holds_it(tmp_path):
    spool, empty, held, grown = Spool(tmp_path), *(str(new_id()) for _ in range(3))
    append(spool, grown, b"x")
    with spool.acquire(empty), spool.acquire(held):
        for upload in (empty, held, grown):
            part = tmp_path / f"{upload}.part"
            old = part.stat().st_mtime - 120
            os.utime(part, (old, old))
        assert spool.sweep(3600) == 0
    with spool.acquire(held):
        assert spool.sweep(3600) == 1
        assert {path.stem for path in tmp_path.iterdir()} == {held, grown}
