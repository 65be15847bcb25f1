"""A private PostgreSQL cluster from Debian's package: TCP on the loopback only, passwords always, with checksums."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.provision.requirements import postgresql_programs
from deploy.servers.process import LOOPBACK, PrivateServer, ProgramMissing, ServerFailed, required, write_secret

INSTALL_HINT = "apt-get install postgresql"
OWNER = "kiemdinh"

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "400",
    "shared_buffers": "64MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


class PostgreSQL(PrivateServer):
    """PostgreSQL on a free loopback port; every service gets its own database and role."""

    program = "postgres"
    port_names = ("postgresql",)
    # A fast shutdown: sessions are ended, a checkpoint is written.
    stop_signal = signal.SIGINT
    # The server passes through as another user when we are root; the cluster below is closed to all but him.
    folder_mode = 0o711

    @staticmethod
    def find() -> Path:
        """The folder with `initdb` and `postgres`, the newest version first; raises ProgramMissing."""
        return required(postgresql_programs(), "postgresql", INSTALL_HINT)

    def database_url(self, user: str, password: str, database: str) -> str:
        """The address of a database for one user."""
        return f"postgresql://{user}:{password}@{LOOPBACK}:{self.ports['postgresql']}/{database}"

    @property
    def url(self) -> str:
        """The owner's address; only the launcher uses it."""
        return self.database_url(OWNER, self.password, "postgres")

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.folder / "data"

    def prepare(self) -> None:
        programs = self.find()
        if (self.data / "PG_VERSION").exists():
            return
        self._clear_half_made()
        self.data.mkdir(mode=0o700)
        password = self.folder / "owner.password"
        write_secret(password, self.password)
        user = _unprivileged()
        if user is not None:
            os.chown(self.data, user.pw_uid, user.pw_gid)
            os.chown(password, user.pw_uid, user.pw_gid)
        initdb = [
            str(programs / "initdb"), "--pgdata", str(self.data), "--username", OWNER, "--pwfile", str(password),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--data-checksums",
        ]  # fmt: skip
        done = subprocess.run(
            self._as_unprivileged(initdb), env=self.environment(), capture_output=True, text=True, check=False, cwd="/"
        )
        password.unlink()
        if done.returncode != 0:
            raise ServerFailed("initdb", f"ended with {done.returncode}", done.stdout + done.stderr)

    def command(self) -> list[str]:
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        postgres = [str(self.find() / "postgres"), "-D", str(self.data), f"--port={self.ports['postgresql']}", *options]
        return self._as_unprivileged(postgres)

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def ensure_database(self, name: str, password: str) -> str:
        """The address of the database `name`, owned by a role of the same name that nobody else may use; idempotent."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            ensure_database(connection, name, password)
        return self.database_url(name, password, name)

    def new_database(self) -> str:
        """The address of a new empty database under a random name."""
        return self.ensure_database(f"fresh_{secrets.token_hex(6)}", secrets.token_hex(16))

    def _clear_half_made(self) -> None:
        """Removes a cluster whose `initdb` was cut: without PG_VERSION nothing in it was ever served."""
        if self.data.exists():
            shutil.rmtree(self.data)

    def _as_unprivileged(self, command: Sequence[str]) -> list[str]:
        """PostgreSQL refuses to run as root: drops to an unprivileged user, with the death signal kept across the change."""
        user = _unprivileged()
        if user is None:
            return list(command)
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise ProgramMissing("setpriv", "apt-get install util-linux")
        drop = [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        capabilities = ["--inh-caps=-all", "--bounding-set=-all"]
        if not _reachable(self.folder, user):
            # Below a folder of root's own (as /root is), no other user gets through; the one capability to pass closed
            # folders lets the server reach its data without opening anybody's folder to the whole machine.
            capabilities = [
                "--inh-caps=-all,+dac_override",
                "--ambient-caps=-all,+dac_override",
                "--bounding-set=-all,+dac_override",
            ]
        return [*drop, *capabilities, "--pdeathsig=INT", "--", *command]


def ensure_database(connection: psycopg.Connection[tuple[object, ...]], name: str, password: str) -> None:
    """Creates role and database `name` where missing and sets the role's password; the connection must autocommit."""
    role = sql.Identifier(name)
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(role))


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to become; None when we are nobody special already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerFailed("postgres", "cannot run as root, and there is no unprivileged user to become", "")


def _reachable(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` may pass through every folder above and including `folder`."""
    return all(_may_pass(place.stat(), user) for place in (folder, *folder.parents))


def _may_pass(status: os.stat_result, user: pwd.struct_passwd) -> bool:
    if status.st_uid == user.pw_uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == user.pw_gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
