"""Whom a deadline matters to: who is told of it, who may see it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from services.notification.domain.deadlines.model import Held, KeptDeadline, Roles
from shared.contracts.operations import KEPT_FROM_DRAFTS
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.deadlines import DeadlineKind
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


def commune_of(deadline: KeptDeadline, communes: CommuneOf) -> CommuneCode:
    """Return the commune that a deadline belongs to."""
    return deadline.commune or communes(deadline.school)


class Audience:
    """Who is reminded of what: everybody who holds roles, found by where they hold them.

    What the schools of a commune are told together is not for a `closed` one.
    """

    def __init__(
        self, holders: Mapping[str, Iterable[Held]], communes: CommuneOf, closed: Collection[SchoolCode] = ()
    ) -> None:
        self._communes, self._closed = communes, closed
        self._by_place: defaultdict[tuple[str, str], list[Held]] = defaultdict(list)
        for held in (one for grants in holders.values() for one in grants):
            for place in self._places(held):
                self._by_place[place].append(held)

    def of(self, deadline: KeptDeadline, day: dt.date) -> list[str]:
        """Return whom a deadline matters to on a day, by a role that owes or watches it, or by name; in order."""
        wanted = deadline.who | deadline.watch
        commune = commune_of(deadline, self._communes)
        named = (deadline.school,) if deadline.school else deadline.schools
        schools: list[tuple[str, str]] = [(_SCHOOL, school) for school in named] or [(_SCHOOLS_OF, commune)]
        found = {
            held.person
            for place in (*schools, (_COMMUNE, commune), (_WIDE, ""))
            for held in self._by_place.get(place, ())
            if held.role in wanted and (held.until is None or day <= held.until)
        }
        return sorted(found | set(deadline.persons))

    def _places(self, held: Held) -> list[tuple[str, str]]:
        """Return where a role counts. An external evaluator is sent to single visits, and named there."""
        if held.role is Role.EXTERNAL_EVALUATOR:
            return []
        if held.scope_kind == ScopeKind.SCHOOL:
            school = SchoolCode(held.scope)
            together = [] if school in self._closed else [(_SCHOOLS_OF, self._communes(school))]
            return [(_SCHOOL, school), *together]
        return [(_COMMUNE, held.scope)] if held.scope_kind == ScopeKind.COMMUNE else [(_WIDE, "")]


_SCHOOL, _SCHOOLS_OF, _COMMUNE, _WIDE = "school", "schools-of", "commune", "wide"


def may_see(acting: CallContext, deadline: KeptDeadline, communes: CommuneOf) -> bool:
    """Say whether the caller's roles reach a deadline."""
    return acting.actor in deadline.persons or any(_shows(grant, deadline, communes) for grant in acting.grants)


def _shows(grant: Grant, deadline: KeptDeadline, communes: CommuneOf) -> bool:
    if grant.role in SCHOOL_ROLES and grant.scope_kind is ScopeKind.SCHOOL:
        return _is_of_school(SchoolCode(grant.scope), deadline, communes) and (
            bool(deadline.school) or grant.role in deadline.who | deadline.watch
        )
    wanted = _sees_all_of(grant.role, deadline) or grant.role in deadline.who | deadline.watch
    return wanted and _reaches(grant, deadline, communes)


def _sees_all_of(role: Role, deadline: KeptDeadline) -> bool:
    """Say whether a role sees deadlines that are not its own: who is kept from drafts, not when their parts are due."""
    return role in _SEE_ALL and not (role in KEPT_FROM_DRAFTS and deadline.kind is DeadlineKind.CRITERION)


def has_role(acting: CallContext, deadline: KeptDeadline, roles: Roles, communes: CommuneOf) -> bool:
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


def _reaches(grant: Grant, deadline: KeptDeadline, communes: CommuneOf) -> bool:
    if grant.scope_kind is ScopeKind.COMMUNE:
        return grant.scope == commune_of(deadline, communes)
    if deadline.school:
        return grant.covers_school(deadline.school)
    return grant.covers_commune(deadline.commune)


def _is_of_school(school: SchoolCode, deadline: KeptDeadline, communes: CommuneOf) -> bool:
    if deadline.school or deadline.schools:
        return school == deadline.school or school in deadline.schools
    return bool(deadline.commune) and communes(school) == deadline.commune
