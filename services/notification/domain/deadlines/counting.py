"""The number of a thing among those of its kind: what tells two of one day apart, made of public facts alone."""

from __future__ import annotations

from services.notification.domain.deadlines.model import Known, Note
from services.notification.domain.deadlines.notes import COUNTED
from shared.vocabulary.deadlines import DeadlineKind


def numbered(known: Known, kind: DeadlineKind, *of: str) -> tuple[str, Note]:
    """Return which one of its kind the next is, counted from 1 in the order of the feed, and the note that remembers it."""
    key = COUNTED + ":".join((kind.value, *of))
    number = str(int(known.note(key) or "0") + 1)
    return number, Note(key, number)
