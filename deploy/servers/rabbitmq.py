"""A private RabbitMQ node from Debian's package, with its own name, cookie, port mapper, ports, users and data."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from deploy.provision.requirements import find_program, rabbitmq_server
from deploy.servers.process import (
    LOOPBACK,
    PrivateServer,
    bound_to_launcher,
    end_process,
    required,
    write_secret,
)

INSTALL_HINT = "apt-get install rabbitmq-server"
USER = "kiemdinh"
VHOST = "kiemdinh"

SUBSCRIBER = "subscriber"
"""The account that subscribing programs share; one that has its own is called `subscriber-<name>`."""


def subscriber_permissions(account: str) -> dict[str, str]:
    """Return what a subscribing program's account may do: make, bind and read queues of its own, and nothing else.

    They are called by the account (`subscriber.…`) or named by the broker. It cannot declare, delete or publish to an
    exchange of ours, call a service, or touch a queue of our consumers or of another account. An exchange that it makes
    itself under the same names reaches its own queues only.
    """
    own = rf"{re.escape(account)}\..+|amq\.gen-.+"
    return {
        "configure": f"^({own})$",
        # Binding a queue writes to the queue, not to the exchange. The default exchange goes by the name amq.default here:
        # who may write to it puts messages straight into any queue, also by way of a dead-letter exchange without a name.
        "write": f"^({own})$",
        "read": rf"^(kiemdinh\.events|{own})$",
    }


SUBSCRIBER_LIMITS = {"max-connections": 64, "max-channels": 256}
SUBSCRIBER_QUEUE_BOUNDS = {
    "max-length": 200_000,
    "max-length-bytes": 256 * 1024 * 1024,
    "expires": 7 * 24 * 3600 * 1000,
}
"""What bounds a stranger's queue, whatever longer its owner asked for: events, bytes, and milliseconds without a reader. Who
falls out of it pulls what is missing from the feed."""
SUBSCRIBER_STREAM_BOUNDS = {"max-length-bytes": 256 * 1024 * 1024, "max-age": "7D"}
"""The same for a stream, to which the broker applies no policy that says anything else."""

CONFIGURATION = """\
listeners.tcp.default = {host}:{amqp}
load_definitions = {definitions}
disk_free_limit.absolute = 200MB
log.console = true
log.console.level = warning
log.file = false
"""


class RabbitMQ(PrivateServer):
    """RabbitMQ on free loopback ports; `url` is what clients connect to.

    `subscribers` are names of subscribing programs that have an account each; one that is no longer named cannot sign in.
    """

    program = "rabbitmq-server"
    port_names = ("amqp", "distribution", "epmd")

    def __init__(self, folder: Path, subscribers: Iterable[str] = ()) -> None:
        super().__init__(folder)
        self._accounts = (SUBSCRIBER, *(f"{SUBSCRIBER}-{name}" for name in sorted(set(subscribers))))
        self._port_mapper: subprocess.Popen[bytes] | None = None

    @staticmethod
    def find() -> Path:
        """The server program; raises ProgramMissing."""
        return required(rabbitmq_server(), "rabbitmq-server", INSTALL_HINT)

    @property
    def url(self) -> str:
        """The AMQP address with the user that owns the virtual host."""
        return self._url(USER, self.password)

    @property
    def subscriber_url(self) -> str:
        """The AMQP address for programs that only listen; see `subscriber_permissions`."""
        return self._url(SUBSCRIBER, self._subscriber_password(SUBSCRIBER))

    @property
    def subscriber_urls(self) -> dict[str, str]:
        """The same for the programs that have an account each, by name."""
        own = self._accounts[1:]
        return {one.removeprefix(f"{SUBSCRIBER}-"): self._url(one, self._subscriber_password(one)) for one in own}

    def _subscriber_password(self, account: str) -> str:
        # Derived, so that nothing more has to be kept: it opens less than what it is derived from.
        return hmac.new(self.password.encode(), account.encode(), hashlib.sha256).hexdigest()

    def _url(self, user: str, password: str) -> str:
        return f"amqp://{user}:{quote(password, safe='')}@{LOOPBACK}:{self.ports['amqp']}/{VHOST}"

    def prepare(self) -> None:
        self.find()
        definitions = self.folder / "definitions.json"
        write_secret(definitions, json.dumps(self._definitions()))
        write_secret(
            self.folder / "rabbitmq.conf",
            CONFIGURATION.format(host=LOOPBACK, amqp=self.ports["amqp"], definitions=definitions),
        )
        for name, text in (("enabled_plugins", "[].\n"), ("advanced.config", "[].\n"), ("rabbitmq-env.conf", "")):
            (self.folder / name).write_text(text, encoding="ascii")
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            write_secret(cookie, secrets.token_hex(24))
        # Erlang refuses a cookie that others may read.
        cookie.chmod(0o400)

    def _definitions(self) -> dict[str, Any]:
        """Users, host, permissions and bounds, taken in at every start."""
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        subscribers = [
            {**_user(account, self._subscriber_password(account)), "limits": SUBSCRIBER_LIMITS} for account in self._accounts
        ]
        # Definitions add and change, they remove nothing: an account that is no longer wanted gets a password nobody knows.
        ended = [_user(account, secrets.token_hex(32)) for account in self._former_accounts()]
        return {
            "vhosts": [{"name": VHOST}],
            "users": [_user(USER, self.password), *subscribers, *ended],
            "permissions": [
                {"user": USER, "vhost": VHOST, **everything},
                *({"user": account, "vhost": VHOST, **subscriber_permissions(account)} for account in self._accounts),
            ],
            "policies": [
                {
                    "vhost": VHOST,
                    "name": f"subscribers-{kind}",
                    "pattern": r"^(subscriber(-[a-z0-9-]+)?\.|amq\.gen-)",
                    "apply-to": "queues",
                    "priority": priority,
                    "definition": bounds,
                }
                for kind, priority, bounds in (
                    ("queues", 10, SUBSCRIBER_QUEUE_BOUNDS),
                    ("streams", 9, SUBSCRIBER_STREAM_BOUNDS),
                )
            ],
        }

    def _former_accounts(self) -> list[str]:
        """Accounts that an earlier start made and this one does not; their list lies beside the broker's data."""
        memory = self.folder / "accounts.json"
        known = set(json.loads(memory.read_text(encoding="ascii"))) if memory.exists() else set()
        memory.write_text(json.dumps(sorted(known | set(self._accounts))), encoding="ascii")
        return sorted(known - set(self._accounts))

    def command(self) -> list[str]:
        return [str(self.find())]

    def environment(self) -> Mapping[str, str]:
        folder = self.folder
        return self.plain_environment() | {
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "RABBITMQ_NODENAME": self.node_name,
            "RABBITMQ_DIST_PORT": str(self.ports["distribution"]),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_PID_FILE": str(folder / "rabbitmq.pid"),
            # Makes the script become the Erlang machine instead of its parent: our child's pid is the broker's.
            "RUNNING_UNDER_SYSTEMD": "true",
            # Idle schedulers sleep instead of spinning (the machine is shared with seven services), the port mapper is ours,
            # and node-to-node traffic stays on the loopback.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        }

    @property
    def node_name(self) -> str:
        """Unique per folder, so that two installations on one machine never meet."""
        return f"kiemdinh-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]}@localhost"

    def answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.ports["amqp"]), timeout=1) as connection:
                connection.settimeout(2)
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return connection.recv(1) == b"\x01"
        except OSError:
            return False

    def _spawn(self) -> None:
        self._start_port_mapper()
        super()._spawn()

    def stop(self) -> None:
        super().stop()
        self._stop_port_mapper()

    def _end_orphan(self) -> None:
        """Also ends the port mapper of a broker that died, so that the node finds its old ports free."""
        self._stop_port_mapper()
        super()._end_orphan()

    def _stop_port_mapper(self) -> None:
        if self._port_mapper is not None:
            end_process(self._port_mapper.pid, signal.SIGTERM, 5)
            self._port_mapper.wait()
            self._port_mapper = None

    def _start_port_mapper(self) -> None:
        """Our own epmd in the foreground: the one that erl would start outlives everybody and listens on the common port."""
        program = required(find_program("epmd"), "epmd", INSTALL_HINT)
        command = [str(program), "-address", LOOPBACK, "-port", str(self.ports["epmd"])]
        self._port_mapper = subprocess.Popen(
            bound_to_launcher(command, "TERM"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.plain_environment(),
            start_new_session=True,
        )


def _user(name: str, password: str) -> dict[str, Any]:
    """A user as RabbitMQ's definitions hold one: the password as a salted SHA-256."""
    salt = secrets.token_bytes(4)
    digest = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
    return {"name": name, "password_hash": digest, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": ""}
