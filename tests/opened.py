"""Nothing a test opened stays open: builders hand over what is to be closed, and a database nobody closed fails the test."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import sys
import traceback
import warnings
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from sqlalchemy import Engine, event

from shared.storage import database

_scopes: list[contextlib.ExitStack] = []
_opened: list[list[sqlite3.Connection]] = []
_kept: dict[Hashable, tuple[list[sqlite3.Connection], Any]] = {}


def closed_later(part):
    """Return what `part` is: it is closed when the test, or the module's fixture, that opened it has ended."""
    _scopes[-1].callback(part.close)
    return part


@contextlib.contextmanager
def scope() -> Iterator[None]:
    """Close, at the end, what is handed over meanwhile."""
    with contextlib.ExitStack() as stack:
        _scopes.append(stack)
        try:
            yield
        finally:
            _scopes.remove(stack)


class WatchedConnection(sqlite3.Connection):
    """A connection that says, when it is dropped unclosed, who opened it. Python 3.13 warns as well, earlier ones do not."""

    def __init__(self, *arguments, **options):
        # By hand: traceback's own summary looks at the files, which costs more than what is done with most connections.
        self.opened_by = [
            (frame.f_code.co_filename, number, frame.f_code.co_name)
            for frame, number in itertools.islice(traceback.walk_stack(sys._getframe(1)), 40)
        ]
        self.is_closed = True  # until it is open: one that could not be opened is not to be closed either
        super().__init__(*arguments, **options)
        self.is_closed = False
        for connections in _opened:
            connections.append(self)

    def close(self):
        self.is_closed = True
        super().close()

    def __del__(self):
        if not getattr(self, "is_closed", True):
            self.close()
            ours = [f"{file}:{line} {name}" for file, line, name in self.opened_by if "site-packages" not in file]
            warnings.warn("a database nobody closed, opened by\n  " + "\n  ".join(ours[:12]), ResourceWarning, stacklevel=2)


@contextlib.contextmanager
def watched_databases() -> Iterator[None]:
    """Watch every SQLite connection that is opened in this process meanwhile."""
    connect = sqlite3.connect

    def connect_watched(*arguments, **options):
        # The sixth argument is the factory; nobody gives one.
        return connect(*arguments, **{"factory": WatchedConnection, **options})

    sqlite3.connect = sqlite3.dbapi2.connect = connect_watched
    try:
        yield
    finally:
        sqlite3.connect = sqlite3.dbapi2.connect = connect
        for copies, _ in _kept.values():
            for copy in copies:
                copy.close()
        _kept.clear()


@contextlib.contextmanager
def opened_databases() -> Iterator[list[sqlite3.Connection]]:
    """Note which databases are opened meanwhile, in their order."""
    connections: list[sqlite3.Connection] = []
    _opened.append(connections)
    try:
        yield connections
    finally:
        _opened.remove(connections)


def filled_once(key: Hashable, databases: list[sqlite3.Connection], fill: Callable[[], Any]) -> Any:
    """Return what `fill` returns, which writes into empty databases what is the same for everyone who names this key.

    It is done once a process; the next get a copy of what was written, as if another process had done it.
    """
    if key in _kept:
        copies, found = _kept[key]
        for copy, database_ in zip(copies, databases, strict=True):
            copy.backup(database_)
        return found
    found = fill()
    copies = [sqlite3.Connection(":memory:") for _ in databases]
    for copy, database_ in zip(copies, databases, strict=True):
        database_.backup(copy)
    _kept[key] = (copies, found)
    return found


class SpareEngines:
    """Engines of databases in memory that were closed, for the next database of that name.

    An engine keeps how its statements are compiled; most tests would otherwise spend longer on compiling than on asking.
    What was in the database went with its connection.
    """

    def __init__(self) -> None:
        self._spare: dict[tuple[str, bool], list[Engine]] = defaultdict(list)
        self._closed: dict[Engine, tuple[str, bool]] = {}

    def end_of_test(self) -> None:
        """From now on nobody closes for a second time what is closed."""
        for engine, kind in self._closed.items():
            self._spare[kind].append(engine)
        self._closed.clear()

    def open(self, name: str, *, durable: bool) -> Engine:
        """Return an engine that nobody else has."""
        kind = (name, durable)
        if self._spare[kind]:
            return self._spare[kind].pop()
        engine = database.open_engine("sqlite://", durable=durable)
        event.listen(engine, "engine_disposed", lambda one: self._closed.update({one: kind}))
        return engine


@contextlib.contextmanager
def spare_engines() -> Iterator[SpareEngines]:
    """Let every `Database` in memory that is opened meanwhile use an engine again."""
    spare = SpareEngines()
    made = database.Database.__init__
    opened = database.open_engine

    def make(self, url, name, *, durable=False):
        with contextlib.ExitStack() as stack:
            if database.is_memory(url):
                engine = spare.open(name, durable=durable)
                database.open_engine = lambda *_, **__: engine
                stack.callback(setattr, database, "open_engine", opened)
            made(self, url, name, durable=durable)

    database.Database.__init__ = make
    try:
        yield spare
    finally:
        database.Database.__init__ = made
