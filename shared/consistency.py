"""Consistency tokens: how far a caller has heard of each log, as positions, carried to whoever is asked next.

A token is a mapping from a source to a position of its log. Within `carrying`, every call takes the token along, and what an
answer adds to it is noted; nobody has to hand it on. Written out, it is a dictionary of structured fields (RFC 8941):
``assessment=12, evidence=340``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token

from shared.vocabulary.ids import BEGINNING, Position

HEADER = "Consistency-Token"
"""The name of the HTTP header that carries a token, both ways."""

MOST_SOURCES = 8
LARGEST_POSITION = 10**15 - 1
"""The largest integer of a structured field."""

_MEMBER = re.compile(r"([a-z]{1,32})=([0-9]{1,15})\Z")

_carried: ContextVar[dict[str, Position] | None] = ContextVar("consistency_token", default=None)


class NoToken(ValueError):
    """A text that is no consistency token."""


def parse(text: str) -> dict[str, Position]:
    """Return the token that a text says; an empty one for an empty text. Raises NoToken."""
    members = [member.strip(" \t") for member in text.split(",", MOST_SOURCES)] if text.strip(" \t") else []
    if len(members) > MOST_SOURCES:
        raise NoToken(f"more than {MOST_SOURCES} sources")
    token: dict[str, Position] = {}
    for member in members:
        match = _MEMBER.match(member)
        if match is None:
            raise NoToken("not source=position")
        add(token, match[1], Position(int(match[2])))
    return token


def render(token: Mapping[str, Position]) -> str:
    """Return a token as text."""
    return ", ".join(f"{source}={position}" for source, position in sorted(token.items()))


def add(token: dict[str, Position], source: str, position: Position) -> None:
    """Let a token say that a source was at least at a position."""
    token[source] = max(position, token.get(source, BEGINNING))


@contextmanager
def carrying(token: Mapping[str, Position]) -> Iterator[dict[str, Position]]:
    """Carry a token within; the mapping given is it, and grows by what is noted."""
    carried = dict(token)
    before = begin(carried)
    try:
        yield carried
    finally:
        end(before)


def begin(token: dict[str, Position]) -> Token[dict[str, Position] | None]:
    """Carry a token from now on in this context, until `end`; for what begins and ends in different functions."""
    return _carried.set(token)


def end(before: Token[dict[str, Position] | None]) -> None:
    """Carry again what was carried before."""
    _carried.reset(before)


def carried() -> dict[str, Position]:
    """Return a copy of the token that is carried here, empty when none is."""
    return dict(_carried.get() or {})


def note(source: str, position: Position) -> None:
    """Note that a log reached a position, for whoever is answered; nothing where nobody carries a token."""
    token = _carried.get()
    if token is not None and position > 0:
        add(token, source, position)
