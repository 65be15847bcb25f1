"""Turns each stored fact about accounts, tokens and people on papers into its public event."""

from __future__ import annotations

from services.identity.domain import facts as f
from shared.bus.events.publishing import cloud_event, public_event_of
from shared.contracts.events import identity as public
from shared.contracts.events.base import CloudEvent, PublicEvent
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent

_PUBLIC_EVENTS: dict[type[Fact], type[PublicEvent]] = {
    f.AccountInvited: public.AccountInvited,
    f.AccountOpened: public.AccountOpened,
    f.RoleGranted: public.RoleGranted,
    f.RoleRevoked: public.RoleRevoked,
    f.AccountClosed: public.AccountClosed,
    f.AdministratorLeft: public.AdministratorLeft,
    f.TokenIssued: public.TokenIssued,
    f.TokenRevoked: public.TokenRevoked,
    f.PersonRecorded: public.PersonRecorded,
    f.PersonOfCommuneRecorded: public.PersonOfCommuneRecorded,
    f.PersonErased: public.PersonErased,
}


def published(installation: str, logged: RecordedEvent) -> CloudEvent:
    """Return what the world hears of a stored event, in its envelope."""
    return cloud_event(installation, logged, public_event(logged), subject(logged))


def public_event(logged: RecordedEvent) -> PublicEvent:
    """Return the public event of a stored event."""
    fact = logged.entry.fact
    if isinstance(fact, f.TokenIssued):
        roles = sorted({grant.role.value for grant in fact.grants})
        return public.TokenIssued(token=fact.token, roles=roles, expires_at=fact.expires_at, account=fact.account)
    return public_event_of(fact, _PUBLIC_EVENTS[type(fact)])


def subject(logged: RecordedEvent) -> str:
    """Return the CloudEvents subject: ``account/<id>``, ``token/<id>`` or ``person/<id>``."""
    fact = logged.entry.fact
    if isinstance(fact, f.AdministratorLeft):
        return f"account/{fact.account}"
    if isinstance(fact, f.PersonRecorded | f.PersonOfCommuneRecorded | f.PersonErased):
        return f"person/{fact.person}"
    kind = "token" if isinstance(fact, f.TokenIssued | f.TokenRevoked) else "account"
    return f"{kind}/{logged.entry.originator_id}"
