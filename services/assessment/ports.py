"""What the assessment application needs from outside, beside its log and the law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from shared.eventlog.log import Log

Pause = Callable[[float], None]
"""Waits for some seconds; a test's does not."""


class Prover(Protocol):
    """Makes offline proofs of a stream's events."""

    def __call__(self, log: Log, positions: list[int], size: int) -> str:
        """Return a bundle as JSON text: the events at `positions` are in the log of `size` events."""
        ...
