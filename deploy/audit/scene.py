"""What is audited: an installation at rest or running, its parts, and what reading a damaged store may raise."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import sqlalchemy.exc
from eventsourcing.persistence import PersistenceError

from deploy.compose.addresses import Addresses, embedded_addresses, load_addresses
from deploy.compose.parts import Parts
from deploy.datafolder import DataFolder, WrongFolder
from deploy.lock import AlreadyRunning
from deploy.server import Launcher
from deploy.servers import ProgramMissing, ServerFailed
from deploy.servers.process import process_started
from deploy.settings import BadSettings, Profile, Settings
from deploy.starting import Start
from deploy.supervisor import Interrupted, NotReady
from shared.eventlog.facts import UnknownFact
from shared.eventlog.verify import CannotTell
from shared.problems import Problem

UNREADABLE = (
    sqlite3.Error,
    PersistenceError,
    sqlalchemy.exc.SQLAlchemyError,
    UnicodeDecodeError,
    msgspec.MsgspecError,
    UnknownFact,
    ValueError,
    TypeError,
    OverflowError,
)
"""What reading a damaged database raises, below the checks that know what they look for."""

AWAY = (CannotTell, Problem, psycopg.Error, OSError)
"""What a store raises that does not answer."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """One installation under audit."""

    folder: DataFolder
    parts: Parts
    running: bool

    @property
    def embedded(self) -> bool:
        """Say whether everything lies in this folder: then what cannot be read is damaged, and not merely away."""
        return self.parts.settings.profile is Profile.EMBEDDED

    def lies_here(self, url: str) -> bool:
        """Say whether a database can be opened: always said of a server, of a file when it is there and not empty."""
        if not url.startswith("sqlite:///"):
            return True
        file = Path(url.removeprefix("sqlite:///"))
        return file.is_file() and file.stat().st_size > 0


@contextlib.contextmanager
def opened(folder: DataFolder) -> Iterator[Scene]:
    """Give an installation, running or not; a stopped one's own servers run inside the block. Raises CannotTell."""
    try:
        settings = folder.settings()
    except (WrongFolder, BadSettings, OSError) as error:
        raise CannotTell(str(error)) from error
    if missing := folder.missing_keys():
        raise CannotTell(folder.lost_keys(missing))
    with contextlib.ExitStack() as held:
        running = _runs(folder)
        try:
            addresses = _addresses(folder, settings, held, running=running)
        except (AlreadyRunning, ProgramMissing, ServerFailed, NotReady, Interrupted, OSError, psycopg.Error) as error:
            raise CannotTell(str(error)) from error
        parts = held.enter_context(contextlib.closing(Parts(folder, settings, addresses)))
        yield Scene(folder, parts, running)


def _runs(folder: DataFolder) -> bool:
    told = folder.announced("installation.json")
    return told is not None and process_started(int(told["pid"])) is not None


def _addresses(folder: DataFolder, settings: Settings, held: contextlib.ExitStack, *, running: bool) -> Addresses:
    if settings.profile is Profile.EMBEDDED:
        return embedded_addresses(folder, host="", port=0, public_url="")
    if running:
        return load_addresses(folder)
    return held.enter_context(Launcher(folder, settings, Start()).at_rest())
