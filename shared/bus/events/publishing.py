"""Puts the public event of a stored one into its CloudEvents envelope: the same bytes for the relay and for the feed."""

from __future__ import annotations

import functools
from typing import Protocol, TypeVar

import msgspec

from shared.contracts.events.base import CloudEvent, PublicEvent, envelope
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.ids import Position

E = TypeVar("E", bound=PublicEvent)


def cloud_event(installation: str, logged: RecordedEvent, data: PublicEvent, subject: str) -> CloudEvent:
    """Return the CloudEvent of a stored event; its `sequence` is the log position."""
    meta = logged.entry.meta
    return envelope(
        installation=installation,
        data=data,
        sequence=logged.position,
        subject=subject,
        occurred=meta.occurred,
        recorded=logged.recorded_at,
        correlation=meta.correlation,
        cause=meta.cause,
    )


def public_event_of(fact: Fact, kind: type[E]) -> E:
    """Return the public event of a fact: the fields its public event names, and no others."""
    return kind(**{name: getattr(fact, name) for name in _names(kind)})


@functools.cache
def _names(kind: type[PublicEvent]) -> tuple[str, ...]:
    return tuple(field.name for field in msgspec.structs.fields(kind))


class EventSource(Protocol):
    """What the relay reads: a log by position (shared.eventlog.log.Log)."""

    def read(self, after: Position, limit: int = 500) -> list[RecordedEvent]:
        """Return events with positions above `after`, in order."""
        ...
