"""The launcher of the server composition: own servers where none are named, then one process a role, kept running."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from deploy.compose.addresses import OPERATIONS, Addresses, save_addresses
from deploy.installation.data_folder import LOGGED, DataFolder
from deploy.installation.disk_space import make_room_to_start
from deploy.installation.folder_lock import FolderLock
from deploy.installation.settings import ObjectStore, Profile, Settings, role_environment
from deploy.installation.start_options import CannotStart, StartOptions
from deploy.processes.announce import (
    REPORT_EVERY_S,
    DemoFailed,
    Ready,
    announce,
    make_owner_token,
    play_demo,
    print_ready_line,
    ready_line,
    write_launcher_state,
)
from deploy.processes.http_probe import answers_ok
from deploy.processes.ports import choose_ports
from deploy.processes.supervisor import LaunchInterrupted, RoleProcess, ServerProcess, Supervisor
from deploy.servers import MinIO, PostgreSQL, RabbitMQ
from deploy.servers.postgresql import ensure_database
from shared.logs import Journal

journal = Journal("launcher")

SERVERS_TIMEOUT_S = 120.0
PREPARE_TIMEOUT_S = 120.0
ROLES_TIMEOUT_S = 180.0


class ServerLauncher:
    """One start of one installation, from the lock to the last process's end."""

    def __init__(self, folder: DataFolder, settings: Settings, start: StartOptions) -> None:
        self._folder = folder
        self._settings = settings
        self._start = start
        self._stop = threading.Event()
        self._supervisor = Supervisor(self._stop.is_set)
        self._reported_at = 0.0
        self._url = ""

    def run(self) -> None:
        """Starts everything, says so, keeps it running until SIGINT or SIGTERM, ends everything."""
        with FolderLock(self._folder.path) as lock, self._signals():
            self._folder.withdraw()
            began = time.monotonic()
            try:
                ready = self._bring_up()
                announce(self._folder, lock, ready, took_s=time.monotonic() - began)
                if self._start.demo:
                    self._play()
                if not self._stop.is_set():
                    print_ready_line(self._folder, ready, as_json=self._start.as_json)
                self._supervisor.watch(self._report_state)
            finally:
                began = time.monotonic()
                self._supervisor.stop()
                self._folder.withdraw()
                journal.info("stopped", seconds=round(time.monotonic() - began, 1))

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def asked(*_: object) -> None:
            self._stop.set()

        before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _bring_up(self) -> Ready:
        make_room_to_start(self._folder, self._settings)
        make_owner_token(self._folder)
        addresses = self._servers()
        journal.info("databases-answer")
        save_addresses(self._folder, addresses)
        self._url = addresses.url
        sign_in = self._prepare()
        journal.info("prepared")
        self._roles(addresses)
        return ready_line(self._folder, addresses, sign_in)

    # servers

    def _servers(self, *, with_broker: bool = True) -> Addresses:
        """Starts our own servers, those that nobody named, and returns where everything answers."""
        named, place = self._settings.servers, self._folder.servers
        broker = None if named.amqp or not with_broker else RabbitMQ(place / "rabbitmq", named.subscribers)
        database = None if named.postgresql else PostgreSQL(place / "postgresql")
        objects = None if named.objects.endpoint else MinIO(place / "minio")
        own = [
            ServerProcess(name, server)
            for name, server in (("postgresql", database), ("minio", objects), ("rabbitmq", broker))
            if server is not None
        ]
        if own:
            self._supervisor.add(*own)
            self._supervisor.launch_last()
            # RabbitMQ takes five seconds to come up; meanwhile databases and buckets are made.
            self._supervisor.wait_until_ready(SERVERS_TIMEOUT_S, "postgresql", "minio")
        http = self._settings.http
        ports = choose_ports(self._folder, portal=self._start.port or http.port, door=http.door_port)
        urls = self._databases(named.postgresql or (database.url if database else ""))
        return Addresses(
            profile=Profile.SERVER,
            amqp=named.amqp or (broker.url if broker else ""),
            subscribers_amqp=broker.subscriber_url if broker else named.subscribers_amqp,
            subscribers=broker.subscriber_urls if broker else {},
            databases=urls,
            views={source: urls[source] for source in LOGGED},
            objects=named.objects if objects is None else _own_store(objects, named.objects.bucket),
            host=http.host,
            portal_port=ports["portal"],
            door_port=ports["door"],
            public_url=http.public_url,
            door_url=http.door_url,
        )

    def _databases(self, owner_url: str) -> dict[str, str]:
        """A database and a role for every service, which nobody else may use."""
        import psycopg

        urls: dict[str, str] = {}
        with psycopg.connect(owner_url, autocommit=True, connect_timeout=10) as connection:
            for source in (*LOGGED, OPERATIONS):
                name = f"kiemdinh_{source}"
                password = self._folder.password(f"database-{source}")
                ensure_database(connection, name, password)
                urls[source] = _with_user(owner_url, name, password)
        return urls

    @contextlib.contextmanager
    def at_rest(self) -> Iterator[Addresses]:
        """What a stopped installation keeps can be read inside the block: its databases and objects answer, no role runs."""
        with FolderLock(self._folder.path):
            try:
                yield self._servers(with_broker=False)
            finally:
                self._supervisor.stop()

    # roles

    def _prepare(self) -> str:
        """Runs the preparing role to its end; returns the path of the one-time sign-in."""
        command = [sys.executable, "-m", "deploy.processes.role", "prepare", "--data", str(self._folder.path)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, env=role_environment(), timeout=PREPARE_TIMEOUT_S, check=False
        )
        if done.returncode != 0:
            raise CannotStart("Không chuẩn bị được cơ sở dữ liệu và hàng đợi; nguyên nhân ở các dòng phía trên.")
        self._supervisor.wait_until_ready(SERVERS_TIMEOUT_S)
        return str(json.loads(done.stdout)["sign_in"])

    def _roles(self, addresses: Addresses) -> None:
        from deploy.compose.roles import roles

        behind = [role for role in roles() if role.web is None]
        doors = [role for role in roles() if role.web is not None]
        self._supervisor.add(*(RoleProcess(self._folder, role.name) for role in behind))
        self._supervisor.launch_last()
        self._supervisor.add(*(RoleProcess(self._folder, role.name) for role in doors))
        self._supervisor.launch_last()
        self._supervisor.wait_until_ready(ROLES_TIMEOUT_S)
        self._wait_for_answer(addresses.portal_port, "/api/v1/health", "Cổng thông tin")
        self._wait_for_answer(addresses.door_port, "/door/health", "Cửa nhận tệp")

    def _wait_for_answer(self, port: int, path: str, name: str) -> None:
        deadline = time.monotonic() + ROLES_TIMEOUT_S
        while not answers_ok("127.0.0.1", port, path):
            if self._stop.is_set():
                raise LaunchInterrupted
            if time.monotonic() > deadline:
                raise CannotStart(f"{name} không trả lời ở cổng {port}. Xem nhật ký trong {self._folder.logs}.")
            self._supervisor.look_after()
            time.sleep(0.1)

    # the demo, and the state

    def _play(self) -> None:
        """Plays the demo while looking after the roles; raises DemoFailed."""
        failed: list[DemoFailed] = []

        def play() -> None:
            try:
                play_demo(self._folder, as_json=self._start.as_json, stopped=self._stop.is_set)
            except DemoFailed as failure:
                failed.append(failure)

        played = threading.Thread(target=play)
        played.start()
        while played.is_alive():
            self._supervisor.look_after()
            self._report_state()
            played.join(0.1)
        if failed:
            raise failed[0]

    def _report_state(self) -> None:
        if time.monotonic() - self._reported_at > REPORT_EVERY_S:
            self._reported_at = time.monotonic()
            write_launcher_state(self._folder, self._url, self._supervisor.facts())


def _own_store(minio: MinIO, bucket: str) -> ObjectStore:
    address = minio.address
    return ObjectStore(
        endpoint=address.endpoint, access_key=address.access_key, secret_key=address.secret_key, bucket=bucket
    )


def _with_user(owner_url: str, name: str, password: str) -> str:
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{name}:{password}@{host}", f"/{name}", parts.query, ""))
