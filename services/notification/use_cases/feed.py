"""The use case of a program that reads the merged feed from where it stopped."""

from __future__ import annotations

from services.notification.domain.feed import may_see
from services.notification.published import published
from shared.contracts.calls.notification import MergedFeedAnswer, MergedFeedRequest
from shared.contracts.events.base import CloudEvent, to_json
from shared.eventlog.application import EventSourcedApplication
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.vocabulary.ids import Position, position_before

LARGEST_PAGE = 1000
LOOKED_THROUGH = 5000
"""So many events are looked through for one page that asks for few of them; `next_after` leads on."""

_BATCH = 500


class Feed:
    """Hands out the merged feed."""

    def __init__(self, application: EventSourcedApplication) -> None:
        self._application = application

    def feed(self, acting: CallContext, request: MergedFeedRequest) -> MergedFeedAnswer:
        """Return the events after a position that the caller's scopes reach, in order; raises BadRequest."""
        if request.after < 0 or not 1 <= request.limit <= LARGEST_PAGE:
            raise BadRequest(f"Xin từ 1 đến {LARGEST_PAGE} sự kiện, sau một vị trí không âm.", path="$.limit")
        head = self._application.log.head()
        types, events, after = frozenset(request.types), list[str](), request.after
        stop = after + LOOKED_THROUGH
        while len(events) < request.limit and after < stop:
            page = self._application.log.read(after, min(_BATCH, request.limit if not types else _BATCH))
            if not page:
                break
            for logged in page:
                after = logged.position
                event = published(logged)
                if (not types or event.type in types) and may_see(acting, event):
                    events.append(to_json(event).decode())
                    if len(events) == request.limit:
                        break
        return MergedFeedAnswer(events=events, next_after=after, head=max(head, after))

    def event_at(self, position: Position) -> CloudEvent:
        """Return the event at a feed position."""
        return published(self._application.log.read(position_before(position), 1)[0])
