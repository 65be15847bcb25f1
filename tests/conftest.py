"""Real servers for tests, one start a session, only when asked for (a missing one skips here and fails in CI); and an end
to what tests open.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from deploy.installation.settings import in_ci
from deploy.servers import MinIO, PostgreSQL, PrivateServer, ProgramMissing, RabbitMQ, VersityGW
from tests import steady_day
from tests.opened import scope, spare_engines, watched_databases

# Before any test module asks which day it is.
steady_day.hold()

# No test is a timed one: on a busy machine an example takes as long as it takes.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


DECIDING = ("assessment", "eventlog", "evidence", "identity", "inspection", "notification", "rulebook")
MEASURED = tuple(
    Path(__file__).parent / name for name in ("golden", "contract", *(f"unit/{service}" for service in DECIDING))
)
"""Where the coverage of the domain and application code comes from. The other tests prove that the parts fit, or try pages
and papers on canned answers; what only they pass through is not tested, and counting lines makes everything that computes
half as fast, wherever the lines are."""


@functools.cache
def is_measured(path: Path) -> bool:
    """Whether lines are counted under the tests of this file."""
    return any(path.is_relative_to(place) for place in MEASURED)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not is_measured(item.path):
            item.add_marker("no_cover")


def pytest_collection_finish() -> None:
    """Take what was collected out of the garbage collector's sight: it stays, and looking at it costs a tenth of a run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def databases_are_closed():
    """A database that nobody closes fails a test, on every Python."""
    with watched_databases(), spare_engines() as spare:
        yield spare


@pytest.fixture(scope="module", autouse=True)
def end_of_module(databases_are_closed):
    """Closes what fixtures of a module opened."""
    with scope():
        yield


@pytest.fixture(autouse=True)
def end_of_test(databases_are_closed, end_of_module):
    """Closes what a test opened."""
    with scope():
        yield
    databases_are_closed.end_of_test()


@pytest.fixture(scope="session")
def servers_folder():
    # Not under pytest's own folder: that one stays for three runs, and a cluster is 40 MB.
    folder = Path(tempfile.mkdtemp(prefix="kiemdinh-servers-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def started(server: PrivateServer):
    try:
        server.start()
    except ProgramMissing as missing:
        if in_ci():
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    try:
        yield server
    finally:
        # Its data goes with it: nobody needs the orderly end, for which PostgreSQL writes out every database of every test.
        server.stop_signal = signal.SIGQUIT if isinstance(server, PostgreSQL) else signal.SIGKILL
        server.stop()


@pytest.fixture(scope="session")
def rabbitmq_node(servers_folder):
    """The broker itself, for tests that stop and start it."""
    yield from started(RabbitMQ(servers_folder / "rabbitmq", ["phong", "phong-gd"]))


@pytest.fixture(scope="session")
def rabbitmq(rabbitmq_node) -> str:
    """The AMQP address of a private broker."""
    return rabbitmq_node.url


@pytest.fixture(scope="session")
def postgresql(servers_folder):
    """A private cluster: `.new_database()` gives the address of a fresh database."""
    yield from started(PostgreSQL(servers_folder / "postgresql"))


@pytest.fixture(scope="session")
def minio_store(servers_folder):
    """The MinIO server itself, for tests that stop and start it."""
    yield from started(MinIO(servers_folder / "minio"))


@pytest.fixture(scope="session")
def minio_server(minio_store):
    """(endpoint, access_key, secret_key) of a private MinIO."""
    return minio_store.address


@pytest.fixture(scope="session")
def versitygw_store(servers_folder):
    """The VersityGW server itself, for tests that stop and start it."""
    yield from started(VersityGW(servers_folder / "versitygw"))


@pytest.fixture(scope="session")
def versitygw_server(versitygw_store):
    """(endpoint, access_key, secret_key) of a private VersityGW."""
    return versitygw_store.address


class Running:
    """An installation that `kiemdinh up` brought up: what it said, where it lies, and the process itself."""

    def __init__(self, profile: str, data: Path, log: Path, *more: str) -> None:
        self.profile, self.data, self.log = profile, data, log
        command = [sys.executable, "-m", "cli.main", "up", "--profile", profile, "--data", str(data), "--json", *more]
        with log.open("ab") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(timeout=60)
            pytest.fail(f"{profile} did not come up: {log.read_text(encoding='utf-8')[-3000:]}")
        self.said = json.loads(line)
        self.url = self.said["url"]
        self.token = (data / "run" / "owner.token").read_text(encoding="ascii").strip()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks it to end and returns its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=90)
        self.process.stdout.close()
        return code


@pytest.fixture
def installation(tmp_path):
    """`installation("embedded")` or `("server")` brings one up on a fresh folder; all are ended after the test."""
    running = []

    def up(profile: str, *more: str, data: Path | None = None) -> Running:
        if profile == "server":
            for kind in (RabbitMQ, PostgreSQL, MinIO):
                try:
                    kind.find()
                except ProgramMissing as missing:
                    if in_ci():
                        pytest.fail(str(missing))
                    pytest.skip(str(missing))
        running.append(Running(profile, data or tmp_path / "data", tmp_path / "launcher.log", *more))
        return running[-1]

    yield up
    for one in running:
        if one.process.poll() is None:
            one.stop()


class SmallDisk:
    """A file system of its own, and a file of somebody else's on it that takes the room away."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._filler = place / "of-somebody-else"

    @property
    def free(self) -> int:
        """Bytes free."""
        told = os.statvfs(self.place)
        return told.f_bavail * told.f_frsize

    def leave(self, free: int) -> None:
        """Take room away until so many bytes are free."""
        with self._filler.open("ab") as file:
            if self.free > free:
                os.posix_fallocate(file.fileno(), self._filler.stat().st_size, self.free - free)

    def leave_nothing(self) -> None:
        """Take the last byte away, page by page."""
        with self._filler.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                return

    def give_back(self) -> None:
        """Free what was taken."""
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path):
    """`small_disk(mib)` mounts a file system that a test may really fill."""
    mounted = []

    def mount(mib: int) -> SmallDisk:
        place = tmp_path / f"disk-{len(mounted)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0755", "tmpfs", str(place)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            if in_ci():
                pytest.fail(f"a file system cannot be mounted here: {done.stderr}")
            pytest.skip("only root can mount the small file system that this fills")
        mounted.append(place)
        return SmallDisk(place)

    yield mount
    for place in mounted:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
