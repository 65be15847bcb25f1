"""Puts the public event of a stored one into its CloudEvents envelope: the same bytes for the relay and for the feed."""

from __future__ import annotations

from typing import Protocol

from shared.contracts.events.base import CloudEvent, PublicEvent, envelope
from shared.eventlog.log import RecordedEvent


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


class EventSource(Protocol):
    """What the relay reads: a log by position (shared.eventlog.log.Log)."""

    def read(self, after: int, limit: int = 500) -> list[RecordedEvent]:
        """Return events with positions above `after`, in order."""
        ...
