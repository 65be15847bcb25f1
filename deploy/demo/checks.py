"""How a step of the demo says that it did not hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.problems import Problem


class StepFailed(Exception):
    """A step did not hold; the message says what was expected and what was seen."""


def check(holds: bool, what: str) -> None:
    """Raise StepFailed unless it holds."""
    if not holds:
        raise StepFailed(f"không đúng như mong đợi: {what}")


def refused(act: Callable[[], Any]) -> str:
    """Return the type of the problem that an act meets, '' when it is carried out."""
    try:
        act()
    except Problem as problem:
        return problem.type
    return ""
