"""How much is new in a person's in-box, for the bell on every page: asked now and then, never waited for long."""

from __future__ import annotations

from services.portal.web.context import account, call_service, caller, wiring
from shared.contracts.calls import Nothing
from shared.contracts.calls.deadlines import UnseenAnswer
from shared.problems import Problem

TIMEOUT_S = 1.0
_UNKNOWN = -1


def unseen() -> int | None:
    """Return how much is new in the in-box of the person who reads; None for no person, and while it cannot be asked."""
    if account() is None:
        return None
    found = wiring().unseen.get(caller().actor, _ask)
    return found if found is not None and found >= 0 else None


def forget_unseen() -> None:
    """Ask anew from now on: somebody has looked into an in-box."""
    wiring().unseen.forget()


def _ask(_: str) -> int:
    try:
        return call_service("notification", "unseen", Nothing(), UnseenAnswer, timeout=TIMEOUT_S).unseen
    except Problem:
        return _UNKNOWN
