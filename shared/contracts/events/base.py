"""The envelope (CloudEvents 1.0, structured JSON) and the base of every public event.

A struct and not the CloudEvents SDK: msgspec checks, reads and writes it in one go, and there is one shape to know.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import msgspec

from shared.ids import natural_id
from shared.vocabulary.ids import BEGINNING, Position

EXCHANGE = "kiemdinh.events"
"""The durable topic exchange on which every public event is published; the routing key is the event's type."""


class PublicEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of a public event: full words, units in names, ISO 8601, no null that means something.

    Subclasses set `SERVICE`, `FACT` and `LABEL`, what an auditor reads (Vietnamese, never sent); version 1 unless they say
    otherwise. No field ever holds personal data.
    """

    SERVICE: ClassVar[str]
    FACT: ClassVar[str]
    LABEL: ClassVar[str]
    VERSION: ClassVar[int] = 1

    @classmethod
    def type(cls) -> str:
        """Return the CloudEvents type, which is also the routing key."""
        return f"vn.kiemdinh.{cls.SERVICE}.{cls.FACT}.v{cls.VERSION}"


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it travels (CloudEvents 1.0, JSON format, structured mode).

    `sequence` is dense from 1 for each `source`; `position` is its place in the merged feed and is 0 on the bus.
    `time` says when the fact holds, `recordedtime` when the source's log took it in.
    """

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: dt.datetime
    recordedtime: dt.datetime
    datacontenttype: str = "application/json"
    sequence: Position
    position: Position = BEGINNING
    correlationid: str = ""
    causationid: str = ""
    data: dict[str, Any]

    @property
    def service(self) -> str:
        """Return the short name of the source: the last part of its URN."""
        return self.source.rpartition(":")[2]


def source_urn(installation: str, service: str) -> str:
    """Return the CloudEvents source of one service of one installation."""
    return f"urn:kiemdinh:{installation}:{service}"


def event_id(source: str, sequence: Position) -> str:
    """Return the id of an event: the same at every delivery and every retry."""
    return str(natural_id("event", source, str(sequence)))


def to_json(event: CloudEvent) -> bytes:
    """Return the event as structured-mode JSON."""
    return msgspec.json.encode(event)


def from_json(body: bytes) -> CloudEvent:
    """Read structured-mode JSON.

    Raises msgspec.ValidationError or msgspec.DecodeError when it is not a CloudEvent of ours.
    """
    return msgspec.json.decode(body, type=CloudEvent)


def envelope(
    *,
    installation: str,
    data: PublicEvent,
    sequence: Position,
    subject: str,
    occurred: dt.datetime,
    recorded: dt.datetime,
    correlation: str,
    cause: str,
) -> CloudEvent:
    """Put a public event into its envelope."""
    source = source_urn(installation, data.SERVICE)
    return CloudEvent(
        id=event_id(source, sequence),
        source=source,
        type=data.type(),
        subject=subject,
        time=occurred,
        recordedtime=recorded,
        sequence=sequence,
        correlationid=correlation,
        causationid=cause,
        data=msgspec.to_builtins(data, builtin_types=()),
    )


__all__ = ["EXCHANGE", "CloudEvent", "PublicEvent", "envelope", "event_id", "from_json", "source_urn", "to_json"]
