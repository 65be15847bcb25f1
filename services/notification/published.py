"""Turns each stored fact into its public event: the one that was relayed, with its position in the merged feed."""

from __future__ import annotations

import msgspec

from services.notification.domain.feed import EventRelayed
from shared.contracts.events.base import CloudEvent
from shared.eventlog.log import RecordedEvent


def published(logged: RecordedEvent) -> CloudEvent:
    """Return a relayed event as it was published, with its feed position."""
    fact = logged.entry.fact
    assert isinstance(fact, EventRelayed)
    return msgspec.structs.replace(fact.event, position=logged.position)
