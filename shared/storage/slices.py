"""Values that rows are asked for by, in questions that either database takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T", bound=str)

_AT_ONCE = 500
"""SQLite takes 32 766 parameters in one statement, PostgreSQL 65 535."""


def slices(values: Iterable[T]) -> Iterator[list[T]]:
    """Return values, each once and in order, in lists of as many as one question names; no list for none."""
    wanted = sorted(set(values))
    return (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
