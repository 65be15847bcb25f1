"""Nothing a test opened stays open: builders hand over what is to be closed, and a database nobody closed fails the test."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import sys
import traceback
import warnings
from collections.abc import Iterator

_scopes: list[contextlib.ExitStack] = []


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
