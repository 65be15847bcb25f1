"""Roles that a caller may give and take, and whose people are whose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from services.identity.domain.facts import GrantFact
from services.identity.errors import TermsRefused, WrongScope
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.problems import NotAllowed
from shared.text import format_date
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.labels import ROLE_LABELS, SCOPE_KIND_LABELS
from shared.vocabulary.roles import SCHOOL_ROLES, Role, ScopeKind, scopes_of

_LASTING = frozenset({Role.ADMINISTRATOR, Role.SUBSCRIBER})
"""Roles that end only by being taken back: somebody must always administer, and tokens end on days of their own."""
_MODEST = SCHOOL_ROLES - {Role.HEAD}


def check_scope(grant: GrantFact) -> None:
    """Check that a role exists in such a scope, and that the scope is named where it needs a name and only there.

    Raises WrongScope.
    """
    if grant.scope_kind not in scopes_of(grant.role):
        places = " hoặc ".join(SCOPE_KIND_LABELS[kind] for kind in ScopeKind if kind in scopes_of(grant.role))
        raise WrongScope(
            f"Vai trò {ROLE_LABELS[grant.role]} chỉ giao ở {places}, không ở {SCOPE_KIND_LABELS[grant.scope_kind]}. "
            "Chưa đổi gì. Chọn lại nơi giao.",
            role=grant.role,
            scope_kind=grant.scope_kind,
        )
    named = grant.scope_kind in {ScopeKind.SCHOOL, ScopeKind.COMMUNE}
    if named != bool(grant.scope):
        wanted = "cần mã của đơn vị" if named else "không đi với mã đơn vị"
        raise WrongScope(
            f"Vai trò ở {SCOPE_KIND_LABELS[grant.scope_kind]} {wanted}. Chưa đổi gì.",
            role=grant.role,
            scope_kind=grant.scope_kind,
        )


def check_terms(role: Role, until: dt.date | None, today: dt.date) -> None:
    """Check that a role may end by itself, on a day that has not passed. Raises TermsRefused."""
    if until is None:
        return
    if role in _LASTING:
        raise TermsRefused(
            f"Vai trò {ROLE_LABELS[role]} không có ngày hết. Chưa đổi gì. Bỏ ngày; khi thôi thì thu vai trò.", path="until"
        )
    if until < today:
        raise TermsRefused(
            f"Ngày hết {format_date(until)} đã qua. Chưa đổi gì. Chọn ngày từ hôm nay, {format_date(today)}.", path="until"
        )


def check_may_give(acting: CallContext, operation: str, grant: GrantFact) -> None:
    """Check that the caller may give or take this role: an administrator any, a head the school roles of an own school.

    Raises NotAllowed.
    """
    if is_administrator(acting):
        return
    if grant.role not in SCHOOL_ROLES or grant.scope_kind is not ScopeKind.SCHOOL:
        raise NotAllowed("Hiệu trưởng chỉ giao được vai trò trong trường mình. Việc này cần người quản trị.")
    permissions.require(acting, operation, school=SchoolCode(grant.scope))


def belongs(grants: Iterable[GrantFact], home: GrantFact | None, schools: Collection[SchoolCode]) -> bool:
    """Say whether a person is one of these schools': by a role there, or, with no role left, by the first one ever given.

    Only then may a head know the name, and give the person a role; everybody else is invited.
    """
    held = tuple(grants) or ((home,) if home else ())
    return any(_in(grant, schools) for grant in held)


def may_renew(grants: Collection[GrantFact], home: GrantFact | None, schools: Collection[SchoolCode]) -> bool:
    """Say whether the heads of these schools may send a person a new invitation, which sets a new password.

    All roles must be in these schools; or the first was, and what was given elsewhere later is no more than a clerk's or a
    council member's work at another school: so nobody can take a person from the home school by giving a role, and no head
    comes into an office's account, or another head's.
    """
    elsewhere = [grant for grant in grants if not _in(grant, schools)]
    if not grants or not elsewhere:
        return bool(grants)
    modest = all(grant.scope_kind is ScopeKind.SCHOOL and grant.role in _MODEST for grant in elsewhere)
    return home is not None and _in(home, schools) and modest


def _in(grant: GrantFact, schools: Collection[SchoolCode]) -> bool:
    return grant.scope_kind is ScopeKind.SCHOOL and grant.role in SCHOOL_ROLES and grant.scope in schools


def is_administrator(acting: CallContext) -> bool:
    """Say whether the caller runs the installation."""
    return any(g.role is Role.ADMINISTRATOR and g.scope_kind is ScopeKind.INSTALLATION for g in acting.grants)


def own_schools(acting: CallContext, operation: str) -> frozenset[SchoolCode]:
    """Return the schools in which the caller, who is no administrator, may do the operation."""
    return frozenset(
        SchoolCode(grant.scope)
        for grant in acting.grants
        if grant.scope_kind is ScopeKind.SCHOOL and permissions.may(acting, operation, school=SchoolCode(grant.scope))
    )
