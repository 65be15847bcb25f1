"""Turns each stored fact about accounts and tokens into its public event."""

from __future__ import annotations

import msgspec

from services.identity.domain import facts as f
from shared.contracts.events import identity as public
from shared.contracts.events.base import CloudEvent, PublicEvent, envelope
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent

_PUBLIC_EVENTS: dict[type[Fact], type[PublicEvent]] = {
    f.AccountInvited: public.AccountInvited,
    f.AccountOpened: public.AccountOpened,
    f.RoleGranted: public.RoleGranted,
    f.RoleRevoked: public.RoleRevoked,
    f.AccountClosed: public.AccountClosed,
    f.AdministratorLeft: public.AdministratorLeft,
    f.TokenRevoked: public.TokenRevoked,
}
_FIELDS = {kind: msgspec.structs.fields(kind) for kind in _PUBLIC_EVENTS.values()}


def published(installation: str, logged: RecordedEvent) -> CloudEvent:
    """Return what the world hears of a stored event, in its envelope."""
    meta = logged.entry.meta
    return envelope(
        installation=installation,
        data=public_event(logged),
        sequence=logged.position,
        subject=subject(logged),
        occurred=meta.occurred,
        recorded=logged.recorded_at,
        correlation=meta.correlation,
        cause=meta.cause,
    )


def public_event(logged: RecordedEvent) -> PublicEvent:
    """Return the public event of a stored event."""
    fact = logged.entry.fact
    if isinstance(fact, f.TokenIssued):
        roles = sorted({grant.role.value for grant in fact.grants})
        return public.TokenIssued(token=fact.token, roles=roles, expires_at=fact.expires_at)
    kind = _PUBLIC_EVENTS[type(fact)]
    return kind(**{field.name: getattr(fact, field.name) for field in _FIELDS[kind]})


def subject(logged: RecordedEvent) -> str:
    """Return the CloudEvents subject: ``account/<id>`` or ``token/<id>``."""
    fact = logged.entry.fact
    if isinstance(fact, f.AdministratorLeft):
        return f"account/{fact.account}"
    kind = "token" if isinstance(fact, f.TokenIssued | f.TokenRevoked) else "account"
    return f"{kind}/{logged.entry.originator_id}"
