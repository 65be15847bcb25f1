"""Requests and answers that the REST API adds to the services' own: the feed's page, where to go."""

from __future__ import annotations

import msgspec

from shared.contracts.calls import Answer, Call
from shared.contracts.events.base import CloudEvent
from shared.vocabulary.ids import Position


class Healthy(Answer, frozen=True, kw_only=True):
    """Whether the portal answers and its own log can be read; nothing more is told to strangers."""

    healthy: bool


class FeedPage(Answer, frozen=True, kw_only=True):
    """Events in order; `next_after` is what to ask with next, `head` the feed's end."""

    events: list[CloudEvent]
    next_after: int
    head: Position


class RawFeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """The same page with events as the texts they came in."""

    events: list[msgspec.Raw]
    next_after: int
    head: Position


class CheckpointQuestion(Call, frozen=True, kw_only=True):
    """Ask for the latest checkpoint of evidence, assessment, inspection, notification or identity."""

    service: str


class Redirect(Answer, frozen=True, kw_only=True):
    """Where to go: answered as 302 with a Location."""

    url: str
