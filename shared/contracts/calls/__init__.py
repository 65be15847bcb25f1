"""The questions and commands one service may put to another over RPC, and their answers: plain data, one module a service.

A request that concerns one school has a `school` field, one that concerns a commune a `commune` field: permission checks
read them. Answers are designed for the portal and the REST API, which serve them unchanged.
"""

from __future__ import annotations

import datetime as dt

import msgspec


class Call(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every request."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every answer."""


class Nothing(Call, frozen=True, kw_only=True):
    """A request that needs no data."""


class Done(Answer, frozen=True, kw_only=True):
    """A command was carried out; `position` is the log position of its last event (unchanged when it was a repeat)."""

    position: int


class Health(Answer, frozen=True, kw_only=True):
    """How one role is. `lag` counts events known elsewhere and not yet applied here; `details` is for the administrator."""

    healthy: bool
    service: str
    head: int = 0
    lag: dict[str, int] = {}
    details: dict[str, str] = {}


class FeedRequest(Call, frozen=True, kw_only=True):
    """Ask a source's own feed for public events after a sequence, at most `limit` (1 to 1000), in order."""

    after: int
    limit: int = 100


class FeedAnswer(Answer, frozen=True, kw_only=True):
    """Public events as structured-mode JSON texts, in order, and the head of the log when they were read."""

    events: list[str]
    head: int


class CheckpointView(Answer, frozen=True, kw_only=True):
    """A signed statement of a log's size and Merkle root (C2SP tlog-checkpoint)."""

    number: int
    origin: str
    size: int
    root: str
    signed_at: dt.datetime
    note: str
