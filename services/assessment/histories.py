"""Keeps the replayable histories of the schools asked about last, and catches them up with the log."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from services.assessment.domain.replay import SchoolHistory
from services.assessment.domain.streams import school_stream
from shared.eventlog.log import Log
from shared.vocabulary.ids import Position, SchoolCode

_CACHED_EVENTS = 20_000
_CAUGHT_UP_EVENTS = 500
"""A history that is so many events of the whole log behind is caught up; beyond, it is looked whether anything is new."""


class _Kept(NamedTuple):
    """A history that holds everything of its school up to a position of the log."""

    upto: Position
    history: SchoolHistory


class Histories:
    """The replayable histories of the schools asked about last."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, school: SchoolCode, upto: Position | None = None) -> SchoolHistory:
        """Return a school's history with everything that the log holds now; empty for a school that it does not know.

        Where nothing above a position matters, `upto` names it: then the log need not be asked where it ends.
        """
        head = self._log.head() if upto is None else upto
        with self._lock:
            former = self._kept.get(school)
        current = self._up_to_date(school, former, head)
        if current.history.entries:
            self._keep(school, current)
        return current.history

    def _up_to_date(self, school: SchoolCode, cached: _Kept | None, head: Position) -> _Kept:
        streams = school_stream(school)
        if cached is None:
            return self._read(school, head)
        missing = head - cached.upto
        if missing <= 0:
            return cached
        if missing <= _CAUGHT_UP_EVENTS:
            news = self._log.read_group(streams, cached.upto, missing)
            return _Kept(head, cached.history.extended(news) if news else cached.history)
        if self._log.group_size(streams) == len(cached.history.entries):
            return _Kept(head, cached.history)  # nothing is ever taken out of a log: as many are the same
        return self._read(school, head)

    def _read(self, school: SchoolCode, head: Position) -> _Kept:
        history = SchoolHistory(self._log.group(school_stream(school)))
        # It was read in one statement, so what came to the log before its last entry is in it as well.
        return _Kept(max(head, history.last), history)

    def _keep(self, school: SchoolCode, history: _Kept) -> None:
        with self._lock:
            self._kept[school] = history
            self._kept.move_to_end(school)
            while len(self._kept) > 1 and sum(len(one.history.entries) for one in self._kept.values()) > _CACHED_EVENTS:
                self._kept.popitem(last=False)
