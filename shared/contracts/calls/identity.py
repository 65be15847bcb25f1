"""What other services ask identity: whether somebody to whom they gave something may still have it."""

from __future__ import annotations

from shared.contracts.calls import Answer, Call


class StandingRequest(Call, frozen=True, kw_only=True):
    """Ask whether an actor may still do an operation at a school, in the session in which a ticket was given.

    `sitting` is what `Acting.sitting` said then; empty for programs and for what acts outside a session.
    """

    actor: str
    operation: str
    concerns: str
    sitting: str = ""


class StandingAnswer(Answer, frozen=True, kw_only=True):
    """Whether it does: session, token and account are there, and a role covers it."""

    stands: bool
