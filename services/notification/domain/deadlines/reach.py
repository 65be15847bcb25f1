"""Whom a deadline matters to: who is told of it, who may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from services.notification.domain.deadlines.model import Deadline, Held, Roles
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import SCHOOL_ROLES, Role, ScopeKind

CommuneOf = Callable[[SchoolCode], CommuneCode]
"""The commune of a school, '' for one that is not known."""

_SEE_ALL = frozenset(
    {
        *(Role.COMMUNE_OFFICER, Role.COMMUNE_LEADER, Role.STEERING_COMMITTEE),
        *(Role.DEPARTMENT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR),
    }
)
"""Who sees every deadline in their scope; all others see what they owe or watch, and schools what is about themselves."""


def commune_of(deadline: Deadline, communes: CommuneOf) -> CommuneCode:
    """Return the commune that a deadline belongs to."""
    return deadline.commune or communes(deadline.school)


def is_told(person: str, held: Iterable[Held], deadline: Deadline, communes: CommuneOf, day: dt.date) -> bool:
    """Say whether a person is reminded of a deadline on a day: by a role that owes or watches it, or by name."""
    if person in deadline.persons:
        return True
    wanted = deadline.who | deadline.watch
    return any(
        one.role in wanted and (one.until is None or day <= one.until) and _covers(one, deadline, communes) for one in held
    )


def _covers(held: Held, deadline: Deadline, communes: CommuneOf) -> bool:
    if held.role is Role.EXTERNAL_EVALUATOR:
        # Sent to single visits, he is named there.
        return False
    if held.scope_kind == ScopeKind.SCHOOL:
        return _is_of_school(SchoolCode(held.scope), deadline, communes)
    if held.scope_kind == ScopeKind.COMMUNE:
        return held.scope == commune_of(deadline, communes)
    return True


def may_see(acting: CallContext, deadline: Deadline, communes: CommuneOf) -> bool:
    """Say whether the caller's roles reach a deadline."""
    return acting.actor in deadline.persons or any(_shows(grant, deadline, communes) for grant in acting.grants)


def _shows(grant: Grant, deadline: Deadline, communes: CommuneOf) -> bool:
    if grant.role in SCHOOL_ROLES and grant.scope_kind is ScopeKind.SCHOOL:
        return _is_of_school(SchoolCode(grant.scope), deadline, communes) and (
            bool(deadline.school) or grant.role in deadline.who | deadline.watch
        )
    wanted = grant.role in _SEE_ALL or grant.role in deadline.who | deadline.watch
    return wanted and _reaches(grant, deadline, communes)


def has_role(acting: CallContext, deadline: Deadline, roles: Roles, communes: CommuneOf) -> bool:
    """Say whether the caller holds one of some roles where a deadline is."""
    return any(
        grant.role in roles
        and (
            _is_of_school(SchoolCode(grant.scope), deadline, communes)
            if grant.scope_kind is ScopeKind.SCHOOL
            else _reaches(grant, deadline, communes)
        )
        for grant in acting.grants
    )


def _reaches(grant: Grant, deadline: Deadline, communes: CommuneOf) -> bool:
    if grant.scope_kind is ScopeKind.COMMUNE:
        return grant.scope == commune_of(deadline, communes)
    if deadline.school:
        return grant.covers_school(deadline.school)
    return grant.covers_commune(deadline.commune)


def _is_of_school(school: SchoolCode, deadline: Deadline, communes: CommuneOf) -> bool:
    if deadline.school:
        return school == deadline.school
    return bool(deadline.commune) and communes(school) == deadline.commune
