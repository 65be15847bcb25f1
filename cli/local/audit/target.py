"""What is audited: an installation at rest or running, its parts, and what reading a damaged store may raise."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterator

import msgspec
import psycopg
import sqlalchemy.exc
from eventsourcing.persistence import PersistenceError

from deploy.compose.addresses import Addresses, embedded_addresses, load_addresses
from deploy.compose.container import Container
from deploy.compose.stores import newer_stores
from deploy.installation.data_folder import DataFolder, WrongFolder
from deploy.installation.folder_lock import AlreadyRunning
from deploy.installation.settings import BadSettings, Profile, Settings
from deploy.installation.start_options import StartOptions
from deploy.processes.server_launcher import ServerLauncher
from deploy.processes.supervisor import LaunchInterrupted, NotReady
from deploy.servers import ProgramMissing, ServerFailed
from deploy.servers.process import process_started
from services.evidence.domain.text import UnknownText
from shared.eventlog.facts import UnknownFact
from shared.eventlog.verify import Unverifiable
from shared.problems import Problem
from shared.storage.errors import StoreFault

UNREADABLE = (
    StoreFault,
    sqlite3.Error,
    PersistenceError,
    sqlalchemy.exc.SQLAlchemyError,
    UnicodeDecodeError,
    msgspec.MsgspecError,
    UnknownFact,
    UnknownText,
    ValueError,
    TypeError,
    OverflowError,
)
"""What reading a damaged database raises, below the checks that know what they look for."""

AWAY = (Unverifiable, Problem, psycopg.Error, OSError)
"""What a store raises that does not answer."""


@dataclasses.dataclass(frozen=True, slots=True)
class AuditTarget:
    """One installation under audit."""

    folder: DataFolder
    container: Container
    running: bool

    @property
    def embedded(self) -> bool:
        """Say whether everything lies in this folder: then what cannot be read is damaged, and not merely away."""
        return self.container.settings.profile is Profile.EMBEDDED


@contextlib.contextmanager
def opened(folder: DataFolder) -> Iterator[AuditTarget]:
    """Give an installation, running or not; a stopped one's own servers run inside the block. Raises Unverifiable."""
    try:
        settings = folder.settings()
    except (WrongFolder, BadSettings, OSError) as error:
        raise Unverifiable(str(error)) from error
    if missing := folder.missing_keys():
        raise Unverifiable(folder.lost_keys(missing))
    with contextlib.ExitStack() as held:
        running = _runs(folder)
        try:
            addresses = _addresses(folder, settings, held, running=running)
        except (AlreadyRunning, ProgramMissing, ServerFailed, NotReady, LaunchInterrupted, OSError, psycopg.Error) as error:
            raise Unverifiable(str(error)) from error
        if newer := newer_stores(addresses):
            raise Unverifiable(str(newer[0]))
        container = held.enter_context(contextlib.closing(Container(folder, settings, addresses)))
        yield AuditTarget(folder, container, running)


def _runs(folder: DataFolder) -> bool:
    announced = folder.announced("installation.json")
    return announced is not None and process_started(int(announced["pid"])) is not None


def _addresses(folder: DataFolder, settings: Settings, held: contextlib.ExitStack, *, running: bool) -> Addresses:
    if settings.profile is Profile.EMBEDDED:
        return embedded_addresses(folder, host="", port=0, public_url="")
    if running:
        return load_addresses(folder)
    return held.enter_context(ServerLauncher(folder, settings, StartOptions()).at_rest())
