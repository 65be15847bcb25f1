"""Structured logs: one JSON line an event on stderr, joined by correlation id. Never personal data, never request bodies.

structlog takes the events and msgspec writes the lines; what stays ours is the promise about what a line never holds (no
text of an error, no name) and that a line which finds no room is lost without harm.
"""

from __future__ import annotations

import contextlib
import contextvars
import datetime as dt
import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict

from shared.ids import new_id

CORRELATION: contextvars.ContextVar[str] = contextvars.ContextVar("kiemdinh_correlation", default="")
"""What joins everything that one request set in motion, across processes."""

_FIELDS = "kiemdinh_fields"


def correlation() -> str:
    """Return the correlation id of what is being done now, empty when nothing is."""
    return CORRELATION.get()


@contextlib.contextmanager
def correlated(correlation_id: str = "") -> Iterator[str]:
    """Give everything logged inside the same correlation id; a fresh one when none is given."""
    chosen = correlation_id or str(new_id())
    token = CORRELATION.set(chosen)
    try:
        yield chosen
    finally:
        CORRELATION.reset(token)


class Journal:
    """The logger of one part of the product.

    `event` names what happened, in kebab-case, from a small vocabulary; everything that varies is a field. A field holds
    ids, counts, durations and types; never a person's name, a file name, or text that a user wrote.
    """

    def __init__(self, part: str) -> None:
        logger = logging.getLogger(f"kiemdinh.{part}")
        self._logger: structlog.stdlib.BoundLogger = structlog.wrap_logger(
            logger, processors=_OURS, wrapper_class=structlog.stdlib.BoundLogger
        ).bind()

    def info(self, event: str, /, **fields: Any) -> None:
        """Something an operator may want to know."""
        self._logger.info(event, **fields)

    def warning(self, event: str, /, **fields: Any) -> None:
        """Something that heals by itself, or that somebody will be shown."""
        self._logger.warning(event, **fields)

    def error(self, event: str, /, error: BaseException | None = None, **fields: Any) -> None:
        """Something that does not heal by itself. Of an error its type and place are told, its text is not."""
        if error is not None:
            fields = {**fields, "error": type(error).__name__, "where": where(error.__traceback__)}
        self._logger.error(event, **fields)


def where(trace: TracebackType | None, depth: int = 6) -> list[str]:
    """Return the innermost places of a traceback, without any value."""
    frames = traceback.extract_tb(trace)[-depth:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _as_record(_logger: object, _method: str, event: EventDict) -> tuple[tuple[str], dict[str, Any]]:
    """Hand an event to `logging` with its fields apart: handlers read a word, and no field overwrites the record's own."""
    return (event.pop("event"),), {"extra": {_FIELDS: event}}


_OURS: tuple[Any, ...] = (structlog.stdlib.filter_by_level, _as_record)


_write_json = msgspec.json.Encoder(enc_hook=str).encode


class JsonLines(logging.Formatter):
    """Writes a record as one JSON line: ts, level, service, role, event, correlation, and the event's own fields.

    What libraries say through `logging` goes the same way as what we say, so there is one shape of line. A formatter of
    `logging` alone: with structlog's stack of processors, which copies each record, a line cost twice as much.
    """

    def __init__(self, service: str, role: str) -> None:
        self._service = service
        self._role = role
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "ts": dt.datetime.fromtimestamp(record.created, tz=dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "role": self._role,
            "event": record.getMessage(),
            "correlation": CORRELATION.get(),
            "logger": record.name,
            **getattr(record, _FIELDS, {}),
        }
        failed = record.exc_info
        if failed and failed[0]:
            line |= {"error": failed[0].__name__, "where": where(failed[2])}
        return _write_json(line).decode()


class Unfailing:
    """For a handler: a line that cannot be written (a full disk, a closed pipe) is lost, and nobody is disturbed."""

    def handleError(self, _record: logging.LogRecord) -> None:  # noqa: N802  # the library's name
        """Lose the line; the library would write a traceback for each, to where there may be no room either."""


class _Stream(Unfailing, logging.StreamHandler[TextIO]):
    """Standard error."""


# These write message bodies, or a line a second while a broker is away; what matters of it we tell ourselves.
_TALKATIVE = ("amqp", "kombu", "nameko", "urllib3", "werkzeug")


def configure(
    service: str, role: str, *, level: int = logging.INFO, shown: int = logging.NOTSET, stream: TextIO | None = None
) -> None:
    """Send this process's logs to stderr as JSON lines, from `shown` on. Libraries are heard from ERROR on."""
    handler = _Stream(stream or sys.stderr)
    handler.setLevel(shown)
    handler.setFormatter(JsonLines(service, role))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
