"""A list is answered a page at a time: which part of it, and how a caller comes by all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from shared.problems import BadRequest

T = TypeVar("T")


class Page(Protocol):
    """An answer that holds one page of a list, and says how many lines there are."""

    @property
    def total(self) -> int:
        """How many lines there are on all pages."""


A = TypeVar("A", bound=Page)


def page_of(rows: Sequence[T], after: int, limit: int, *, most: int, what: str) -> Sequence[T]:
    """Return one page of a list; raises BadRequest for a page that is none."""
    if not 1 <= limit <= most or after < 0:
        raise BadRequest(f"Mỗi lần xem từ 1 đến {most} {what}.", path="$.limit")
    return rows[after : after + limit]


def every_line(ask: Callable[[int], A], lines: Callable[[A], Sequence[T]]) -> list[T]:
    """Return the lines of all pages; `ask` is asked for the page after so many lines."""
    found: list[T] = []
    while True:
        answer = ask(len(found))
        part = lines(answer)
        found += part
        if not part or len(found) >= answer.total:
            return found
