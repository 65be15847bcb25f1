"""How much room the disks of an installation have, and the rule that stops taking in before they are full.

A database on a full disk cannot even be read for long: its write-ahead log, its checkpoints and its read models need room.
So what people hand in is refused while there is still a reserve, and the reserve is left to what was accepted before.
"""

from __future__ import annotations

import enum
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from shared.storage.errors import StoreFull

MIB = 1024 * 1024
GIB = 1024 * MIB


class SpaceLevel(enum.StrEnum):
    """How much room there is: enough, less than people were to be warned at, or no more than the reserve."""

    AMPLE = "du"
    LOW = "sap_het"
    SPENT = "het"


class DiskSpace(msgspec.Struct, frozen=True, kw_only=True):
    """The fullest disk of an installation, in bytes; `plenty` is the judgement of it."""

    place: str
    free_bytes: int
    total_bytes: int
    plenty: SpaceLevel


class SpaceThresholds(msgspec.Struct, frozen=True, kw_only=True):
    """When to warn (below so many bytes free, or below so many percent) and what is held in reserve (bytes)."""

    warn_bytes: int = GIB
    warn_percent: float = 5.0
    reserve_bytes: int = 256 * MIB


def free_and_total(place: Path) -> tuple[int, int]:
    """Return the free and all bytes of the disk under a place, which may not be there yet."""
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    return usage.free, usage.total


class DiskSpaceGuard:
    """The room under some places. `measure` gives free and total bytes of one place."""

    def __init__(
        self,
        places: Iterable[Path],
        margins: SpaceThresholds,
        *,
        measure: Callable[[Path], tuple[int, int]] = free_and_total,
    ) -> None:
        self.margins = margins
        self._places = tuple(places)
        self._measure = measure

    def measure_fullest(self) -> DiskSpace:
        """Return how the fullest of the disks is, this moment."""
        found = [(self._measure(place), place) for place in self._places]
        (free, total), place = min(found, key=lambda one: one[0][0])
        return DiskSpace(place=str(place), free_bytes=free, total_bytes=total, plenty=self._judge(free, total))

    def require(self) -> None:
        """Raise StoreFull when no more than the reserve is left: nothing new may be taken in."""
        if self.measure_fullest().plenty is SpaceLevel.SPENT:
            raise StoreFull(
                "Ổ đĩa của hệ thống gần đầy nên tạm ngừng nhận thêm. Chưa lưu gì; những gì đã có vẫn xem được. "
                "Giữ bản giấy, báo người quản trị giải phóng chỗ rồi làm lại."
            )

    def _judge(self, free: int, total: int) -> SpaceLevel:
        if free < self.margins.reserve_bytes:
            return SpaceLevel.SPENT
        if free < self.margins.warn_bytes or free * 100 < self.margins.warn_percent * total:
            return SpaceLevel.LOW
        return SpaceLevel.AMPLE


class UnlimitedDiskSpace:
    """Room where nobody measures it: tests, tools, and what must be stored also in the reserve."""

    def require(self) -> None:
        """Let everything pass."""
