"""Puts a stored event's public face into its CloudEvents envelope: the same bytes for the relay and for the feed."""

from __future__ import annotations

from typing import Protocol

from shared.contracts.base import CloudEvent, PublicEvent, envelope
from shared.eventlog.log import Logged


def cloud_event(installation: str, logged: Logged, data: PublicEvent, subject: str) -> CloudEvent:
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


class PublishedLog(Protocol):
    """What the relay reads: a log by position (shared.eventlog.log.Log)."""

    def read(self, after: int, limit: int = 500) -> list[Logged]:
        """Return events with positions above `after`, in order."""
        ...
