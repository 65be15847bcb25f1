"""What is stored: facts with explicit topics and versions, each in an envelope that says who, why and when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import msgspec

from shared.identity.call_context import CallContext

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the stored data of one version of a fact into that of the next; pure, and kept for ever."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened, named in the past tense.

    `TOPIC` ("assessment.indicator-judged") is explicit, so that a renamed class cannot orphan the log. Never personal data.
    """

    TOPIC: ClassVar[str]
    VERSION: ClassVar[int] = 1


class EventMetadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who, why and when. `occurred` is when the fact holds; when it was recorded is the log's to say."""

    actor: str
    occurred: dt.datetime
    correlation: str = ""
    cause: str = ""
    command: str = ""


def metadata_of(acting: CallContext, now: dt.datetime) -> EventMetadata:
    """Return the metadata of facts that `acting` brings about; `now` is when they hold unless `acting` says otherwise."""
    return EventMetadata(
        actor=acting.actor,
        occurred=acting.occurred or now,
        correlation=acting.correlation,
        cause=acting.cause,
        command=acting.command,
    )


class EventEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in its stream; satisfies eventsourcing's domain event protocol."""

    originator_id: uuid.UUID
    originator_version: int
    meta: EventMetadata
    fact: Fact


class UnknownFact(Exception):
    """The log holds a topic or version that this code does not know: it is older than the log."""


class FactRegistry:
    """The closed list of facts of one service, with upcasters from older versions.

    >>> # FactRegistry([DocumentReceived], upcasters={("evidence.document-received", 1): add_media_type})
    """

    def __init__(self, facts: Iterable[type[Fact]], upcasters: Mapping[tuple[str, int], Upcaster] | None = None) -> None:
        self._by_topic = {fact.TOPIC: fact for fact in facts}
        self._upcasters = dict(upcasters or {})
        self._readers = {topic: msgspec.json.Decoder(_stored_type(fact)) for topic, fact in self._by_topic.items()}

    @property
    def topics(self) -> tuple[str, ...]:
        """Return every topic, sorted."""
        return tuple(sorted(self._by_topic))

    def encode(self, entry: EventEnvelope) -> bytes:
        """Return the bytes that are stored for an entry: version, meta, data, in this order."""
        fact = entry.fact
        if self._by_topic.get(fact.TOPIC) is not type(fact):
            raise UnknownFact(fact.TOPIC)
        return msgspec.json.encode({"v": fact.VERSION, "meta": entry.meta, "data": fact})

    def decode(self, topic: str, state: bytes) -> tuple[EventMetadata, Fact]:
        """Read stored bytes back, upcasting older versions.

        Raises UnknownFact for a topic or version that this registry does not hold.
        """
        fact_type = self._by_topic.get(topic)
        if fact_type is None:
            raise UnknownFact(topic)
        head = msgspec.json.decode(state, type=_StoredVersion)
        if head.v == fact_type.VERSION:
            stored = self._readers[topic].decode(state)
            return stored.meta, stored.data
        return self._upcast(fact_type, state, head.v)

    def _upcast(self, fact_type: type[Fact], state: bytes, version: int) -> tuple[EventMetadata, Fact]:
        raw = msgspec.json.decode(state, type=_StoredRaw)
        data = raw.data
        while version < fact_type.VERSION:
            upcaster = self._upcasters.get((fact_type.TOPIC, version))
            if upcaster is None:
                break
            data, version = upcaster(data), version + 1
        if version != fact_type.VERSION:
            raise UnknownFact(f"{fact_type.TOPIC} v{version}")
        return raw.meta, msgspec.convert(data, fact_type)


class _StoredVersion(msgspec.Struct):
    v: int


class _StoredRaw(msgspec.Struct):
    v: int
    meta: EventMetadata
    data: dict[str, Any]


def _stored_type(fact: type[Fact]) -> Any:
    return msgspec.defstruct("Stored", [("v", int), ("meta", EventMetadata), ("data", fact)])
