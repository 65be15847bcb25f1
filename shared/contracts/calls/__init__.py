"""The questions and commands one service may put to another over RPC, and their answers: plain data, one module a service.

A request that concerns one school has a `school` field, one that concerns a commune a `commune` field: permission checks
read them. Answers are designed for the portal and the REST API, which serve them unchanged.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.vocabulary.ids import BEGINNING, Position, TreeSize


class Call(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every request."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every answer."""


class SecretCall(Call, frozen=True, kw_only=True):
    """Base of a request that carries a secret: on the bus it can be read by services alone, and it never shows in print."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class SecretAnswer(Answer, frozen=True, kw_only=True):
    """Base of an answer that carries a secret, or says who acts: services alone can give and read it; print never shows it.

    Whoever has the broker's account but not the installation's key cannot stand in for the service that answers so.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Nothing(Call, frozen=True, kw_only=True):
    """A request that needs no data."""


class Done(Answer, frozen=True, kw_only=True):
    """A command was carried out; `position` is the log position of its last event (unchanged when it was a repeat)."""

    position: Position


class Acknowledged(Answer, frozen=True, kw_only=True):
    """A command was carried out of which no log tells."""


class Health(Answer, frozen=True, kw_only=True):
    """How one role is. `lag` counts events known elsewhere and not yet applied here; `details` is for the administrator."""

    healthy: bool
    service: str
    head: Position = BEGINNING
    lag: dict[str, int] = {}
    details: dict[str, str] = {}


class FeedRequest(Call, frozen=True, kw_only=True):
    """Ask a source's own feed for public events after a sequence, at most `limit` (1 to 1000), in order."""

    after: Position
    limit: int = 100


class FeedAnswer(Answer, frozen=True, kw_only=True):
    """Public events as structured-mode JSON texts, in order, and the head of the log when they were read."""

    events: list[str]
    head: Position


class CheckpointView(Answer, frozen=True, kw_only=True):
    """A signed statement of a log's size and Merkle root (C2SP tlog-checkpoint)."""

    number: int
    origin: str
    size: TreeSize
    root: str
    signed_at: dt.datetime
    note: str
