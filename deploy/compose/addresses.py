"""Where the servers of a running installation answer: written by the launcher, read by every role."""

from __future__ import annotations

import msgspec

from deploy.installation.data_folder import LOGGED, DataFolder, write_atomically
from deploy.installation.settings import ObjectStore, Profile
from shared.bus.transport.connections import INPROC_URL

FILE = "addresses.json"
OPERATIONS = "operations"
"""The database of dead letters and relay positions: of the bus, not of any service."""


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses and secrets of one start. `databases` maps a log's source, and `operations`, to a URL.

    `subscribers_amqp` is the broker's address for programs of others, who may only listen; `subscribers` the addresses of
    those that have an account each, by name.
    `views` maps a source to the URL of its read models: a file beside the log, or the same PostgreSQL database.
    """

    profile: Profile
    amqp: str
    subscribers_amqp: str = ""
    subscribers: dict[str, str] = {}
    databases: dict[str, str]
    views: dict[str, str]
    objects: ObjectStore | None = None
    host: str
    portal_port: int
    door_port: int = 0
    public_url: str = ""
    door_url: str = ""

    @property
    def url(self) -> str:
        """Where people reach the portal."""
        return self.public_url or f"http://{_reachable(self.host)}:{self.portal_port}"

    @property
    def door(self) -> str:
        """The origin of the file gateway; empty when it is reached under the portal's own address."""
        if self.door_url or self.public_url:
            return self.door_url
        return f"http://{_reachable(self.host)}:{self.door_port}" if self.door_port else ""


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"", "0.0.0.0", "::"} else host  # noqa: S104  # compared, not bound


def embedded_addresses(folder: DataFolder, *, host: str, port: int, public_url: str) -> Addresses:
    """Everything in files of the folder, and a broker inside the process."""
    return Addresses(
        profile=Profile.EMBEDDED,
        amqp=INPROC_URL,
        databases={name: folder.log_url(name) for name in LOGGED}
        | {OPERATIONS: f"sqlite:///{folder.path / 'operations.sqlite'}"},
        views={name: folder.views_url(name) for name in LOGGED},
        host=host,
        portal_port=port,
        public_url=public_url,
    )


def save_addresses(folder: DataFolder, addresses: Addresses) -> None:
    """Writes the addresses for the roles; only the owner of the folder can read them."""
    write_atomically(folder.run / FILE, msgspec.json.encode(addresses))


def load_addresses(folder: DataFolder) -> Addresses:
    """What the launcher wrote; raises OSError when nothing runs, msgspec.ValidationError for another version's file."""
    return msgspec.json.decode((folder.run / FILE).read_bytes(), type=Addresses)
