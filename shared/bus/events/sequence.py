"""The pure decisions of a consumer: what a sequence means, whether a message is an event of ours, how long to wait."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection

import msgspec

from shared.contracts.events.base import CloudEvent, event_id, from_json, source_urn
from shared.vocabulary.ids import BEGINNING, Position, next_position


class SequenceCheck(enum.Enum):
    """What to do with an event, given the position reached in its source."""

    APPLY = "apply"
    DUPLICATE = "duplicate"
    GAP = "gap"


def check_sequence(position: Position, sequence: Position) -> SequenceCheck:
    """Return what an event with `sequence` (dense from 1) is to a consumer that has applied all up to `position`."""
    if sequence <= position:
        return SequenceCheck.DUPLICATE
    return SequenceCheck.APPLY if sequence == next_position(position) else SequenceCheck.GAP


class MalformedMessage(Exception):
    """A message that is no event of its source as we know it. `reason` is for people, in Vietnamese."""

    def __init__(self, reason: str, *, sequence: Position = BEGINNING, type_: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.sequence = sequence
        self.type = type_


class EventDecoder:
    """Reads messages of one source of one installation. `known_types`, if given, is the closed list of event types."""

    def __init__(self, installation: str, service: str, known_types: Collection[str] = ()) -> None:
        self._urn = source_urn(installation, service)
        self._form = re.compile(rf"vn\.kiemdinh\.{re.escape(service)}\.[a-z0-9-]+\.v[1-9][0-9]*")
        self._known = frozenset(known_types)

    def read(self, body: bytes | str) -> CloudEvent:
        """Return the event in a message; raises MalformedMessage. Nothing in the message's headers is looked at."""
        event = self.read_own(body)
        if self._known and event.type not in self._known:
            raise _malformed(event, "Loại sự kiện hoặc phiên bản mà phần mềm này chưa biết.")
        return event

    def read_own(self, body: bytes | str) -> CloudEvent:
        """Return the event in a text of the source's own feed, where types that we do not know yet have their place too."""
        try:
            event = from_json(body.encode() if isinstance(body, str) else body)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise MalformedMessage("Không đọc được nội dung: không phải sự kiện đúng dạng CloudEvents.") from error
        if event.specversion != "1.0" or event.source != self._urn:
            raise _malformed(event, "Sự kiện của một nguồn khác, không phải nguồn mà hàng đợi này nhận.")
        if event.sequence < 1 or event.id != event_id(event.source, event.sequence):
            raise _malformed(event, "Số thứ tự và mã sự kiện không khớp nhau.")
        if not self._form.fullmatch(event.type):
            raise _malformed(event, "Tên loại sự kiện không đúng dạng của nguồn này.")
        return event


def _malformed(event: CloudEvent, reason: str) -> MalformedMessage:
    return MalformedMessage(reason, sequence=max(event.sequence, BEGINNING), type_=event.type)


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How patient a consumer is, in seconds.

    `retries` are the pauses before an event that fails is tried again, then the source is halted; `halted` is the pause
    between slow automatic retries afterwards; `poll` the time between two looks at the source's feed; `look` how soon a
    stop, a wish to retry or a silent broker is noticed; `longest` bounds the growing pauses while a server is away.
    """

    retries: tuple[float, ...] = (0.2, 1.0, 5.0)
    halted: float = 60.0
    poll: float = 10.0
    look: float = 0.5
    longest: float = 5.0

    def backoff(self, failures: int) -> float:
        """Return how long to wait after so many failures in a row (at least 1)."""
        return min(0.1 * 2.0 ** min(failures - 1, 10), self.longest)
