"""Takes in what every other service tells, in the order of its source."""

from __future__ import annotations

from eventsourcing.persistence import IntegrityError, Tracking

from services.notification.domain.feed import SourceStream
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import AlreadyReceived, EventSourcedApplication


class FeedInbox:
    """Appends events of other services to the merged feed, which is the log of this one."""

    def __init__(self, application: EventSourcedApplication) -> None:
        self._application = application

    def receive(self, event: CloudEvent) -> None:
        """Append the next event of its source to the feed, exactly once."""
        stream = SourceStream.before(event)
        stream.relay(event, f"system:{self._application.name}")
        tracking = Tracking(event.service, event.sequence)
        try:
            self._application.append(stream, tracking=tracking)
        except IntegrityError:
            if self._application.received_position(event.service) < event.sequence:
                raise
            raise AlreadyReceived(f"{event.service} {event.sequence}") from None
