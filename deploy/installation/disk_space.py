"""What an installation does about the room on its disk: measures it, warns long before, and keeps a file it can give up.

The file (`ballast.bin`) holds room against other programs: when they fill the disk, it is removed, so that databases go on
and an installation that was stopped can be started again to be read. It is made again when there is room.
"""

from __future__ import annotations

import errno
import os

from deploy.installation.data_folder import DataFolder
from deploy.installation.settings import Settings
from deploy.installation.start_options import CannotStart
from shared.logs import Journal
from shared.observability.health import HealthRegistry
from shared.storage.disk_space import GIB, MIB, DiskSpace, DiskSpaceGuard, SpaceLevel, SpaceThresholds
from shared.worker import Rhythm, Worker

journal = Journal("space")

BALLAST_BYTES = 32 * MIB
NEEDED_TO_START_BYTES = 8 * MIB
"""Lock, addresses, token, and a write-ahead log with its index for each of a dozen databases (measured: 3 MiB)."""

LOOK_EVERY_S = 2.0
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def room_of(folder: DataFolder, settings: Settings) -> DiskSpaceGuard:
    """The room of an installation: of its folder, and of the archive and spool, which may be links to other disks."""
    disk = settings.disk
    margins = SpaceThresholds(
        warn_bytes=disk.warn_free_mib * MIB,
        warn_percent=disk.warn_free_percent,
        reserve_bytes=disk.reserve_mib * MIB,
    )
    return DiskSpaceGuard((folder.path, folder.archive, folder.spool), margins)


def size(free: int) -> str:
    """A number of bytes for people."""
    return f"{free / GIB:.1f} GiB".replace(".", ",") if free >= GIB else f"{free // MIB} MiB"


def advice(space: DiskSpace, margins: SpaceThresholds) -> str:
    """What to say to people about the room, empty while there is enough."""
    if space.plenty is SpaceLevel.AMPLE:
        return ""
    if space.plenty is SpaceLevel.LOW:
        return (
            f"Ổ đĩa sắp hết chỗ: còn {size(space.free_bytes)}. Giải phóng chỗ hoặc chuyển sang ổ lớn hơn; "
            f"còn dưới {size(margins.reserve_bytes)} thì hệ thống ngừng nhận thêm."
        )
    return (
        f"Ổ đĩa gần đầy: còn {size(space.free_bytes)}. Hệ thống đang ngừng nhận thêm, vẫn xem được. "
        f"Giải phóng chỗ (giữ trống ít nhất {size(margins.reserve_bytes)}) thì tự nhận tiếp, không cần khởi động lại."
    )


class Ballast:
    """The file that holds room until it is needed."""

    def __init__(self, folder: DataFolder) -> None:
        self._path = folder.path / "ballast.bin"

    def release(self) -> bool:
        """Remove the file; say whether there was one."""
        try:
            self._path.unlink()
        except OSError:
            return False
        journal.warning("ballast-given-up", bytes=BALLAST_BYTES)
        return True

    def create(self) -> None:
        """Make the file where it is missing; a disk that has no room for it after all keeps none."""
        if self._path.exists() and self._path.stat().st_size == BALLAST_BYTES:
            return
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, BALLAST_BYTES)
        except OSError:
            self._path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


class SpaceWatch(Worker):
    """Looks at the room again and again; logs when it changes, and reports how it is on the health page."""

    rhythm = Rhythm(idle=LOOK_EVERY_S, longest_retry=LOOK_EVERY_S)

    def __init__(self, room: DiskSpaceGuard, ballast: Ballast, health_registry: HealthRegistry) -> None:
        super().__init__("space", health_registry)
        self._room = room
        self._ballast = ballast
        self._health_registry = health_registry
        self._reported = SpaceLevel.AMPLE

    def step(self) -> int:
        """Look once."""
        space = self._room.measure_fullest()
        self._keep_ballast(space)
        if space.plenty is SpaceLevel.SPENT:
            self._health_registry.report_failure("disk", advice(space, self._room.margins))
        else:
            self._health_registry.clear_failure("disk")
            self._health_registry.set_detail("disk", advice(space, self._room.margins) or f"còn {size(space.free_bytes)}")
        if space.plenty is not self._reported:
            self._reported = space.plenty
            say = journal.info if space.plenty is SpaceLevel.AMPLE else journal.warning
            say("disk-room", plenty=space.plenty.value, free_bytes=space.free_bytes, total_bytes=space.total_bytes)
        return 0

    def _keep_ballast(self, space: DiskSpace) -> None:
        if space.free_bytes < NEEDED_TO_START_BYTES:
            self._ballast.release()
        elif space.free_bytes > self._room.margins.reserve_bytes + 2 * BALLAST_BYTES:
            self._ballast.create()


def make_room_to_start(folder: DataFolder, settings: Settings) -> None:
    """Give up the ballast when a start would else fail; raises CannotStart when even that leaves too little."""
    room = room_of(folder, settings)
    if room.measure_fullest().free_bytes >= NEEDED_TO_START_BYTES:
        return
    Ballast(folder).release()
    space = room.measure_fullest()
    if space.free_bytes < NEEDED_TO_START_BYTES:
        raise CannotStart(no_room(space.place, space.free_bytes))


def no_room(place: str, free_bytes: int) -> str:
    """The sentence for a start that finds no room."""
    return (
        f"Ổ đĩa chứa {place} đã đầy (còn {size(free_bytes)}), chưa khởi động được. Dữ liệu còn nguyên. "
        f"Giải phóng ít nhất {size(NEEDED_TO_START_BYTES)} để xem lại được (nhận thêm cần nhiều hơn, xem [disk] trong "
        "kiemdinh.toml), rồi chạy lại."
    )


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or what caused it, is a disk without room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return True
        if "is full" in str(error) or "No space left" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
