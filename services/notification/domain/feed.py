"""The merged feed: events of other services, each relayed once, and who may see which."""

from __future__ import annotations

import uuid
from typing import ClassVar

from shared.contracts.events.base import CloudEvent
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact, FactRegistry
from shared.identity.call_context import CallContext, Grant
from shared.ids import natural_id
from shared.vocabulary.ids import CommuneCode, SchoolCode, position_before
from shared.vocabulary.roles import Role, ScopeKind

PUBLIC_TYPES = frozenset(
    f"vn.kiemdinh.assessment.{award}-{deed}.v1"
    for award in ("recognition", "certificate")
    for deed in ("granted", "corrected", "revoked")
)
"""What anybody with a seat may see of any school: the register of awards is public (TT17–19/2018 Điều 34)."""

_OF_THE_REGISTER = frozenset(
    f"vn.kiemdinh.assessment.{what}.v1" for what in ("commune-registered", "school-registered", "school-closed")
)
_PUBLISHED = frozenset(f"vn.kiemdinh.inspection.{what}.v1" for what in ("notice-published", "notice-withdrawn"))
_SEES_THE_YEAR = frozenset({Role.ECONOMIC_OFFICE, Role.STEERING_COMMITTEE})
"""Who works for a commune's year and does not follow its schools' assessments step by step."""

_WIDE = frozenset({ScopeKind.DEPARTMENT, ScopeKind.INSTALLATION})
_SEES_PEOPLE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.SUBSCRIBER})


class EventRelayed(Fact, frozen=True, kw_only=True):
    """An event of another service was taken into the feed, as it was published."""

    TOPIC: ClassVar[str] = "notification.event-relayed"
    event: CloudEvent


FACTS = FactRegistry([EventRelayed])


class SourceStream(Aggregate):
    """What one source said; the version of an entry is the sequence of its event."""

    @classmethod
    def before(cls, event: CloudEvent) -> SourceStream:
        """Return the stream as it stands just before an event, without reading it: positions tell where it stands."""
        stream = cls(source_stream(event.source))
        stream.version = position_before(event.sequence)
        return stream

    def relay(self, event: CloudEvent, actor: str) -> None:
        """Take in the next event."""
        meta = EventMetadata(actor=actor, occurred=event.time, correlation=event.correlationid, cause=event.id)
        self.record(EventRelayed(event=event), meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        """Nothing is decided from what was relayed, so nothing is kept."""


def source_stream(source: str) -> uuid.UUID:
    """Return the stream of a source (its URN)."""
    return natural_id("notification", "source", source)


def may_see(acting: CallContext, event: CloudEvent) -> bool:
    """Say whether the caller's scopes reach what an event is about; recognitions are public."""
    return event.type in PUBLIC_TYPES or any(_reaches(grant, event) for grant in acting.grants)


def _reaches(grant: Grant, event: CloudEvent) -> bool:
    if grant.role is Role.MASS_ORGANISATION and event.type not in _PUBLISHED:
        return False
    if grant.role is Role.EXTERNAL_EVALUATOR and _is_of_a_year(event) and event.type not in _PUBLISHED:
        return False
    if grant.role in _SEES_THE_YEAR and not (event.type in _OF_THE_REGISTER or _is_of_a_year(event)):
        return False
    return _covers(grant, event)


def _is_of_a_year(event: CloudEvent) -> bool:
    """Say whether an event is of a commune's year: its plan, tasks, training, difficulties, needs or reports."""
    return event.service == "inspection" and "commune" in event.data and isinstance(event.data.get("year"), int)


def _covers(grant: Grant, event: CloudEvent) -> bool:
    school, commune = event.data.get("school"), event.data.get("commune")
    if isinstance(school, str) and school:
        return grant.covers_school(SchoolCode(school))
    if isinstance(commune, str):
        return grant.covers_commune(CommuneCode(commune))
    if event.service == "identity":
        return grant.scope_kind is ScopeKind.INSTALLATION and grant.role in _SEES_PEOPLE
    return grant.scope_kind in _WIDE
