"""Who asks, in which roles, and why: carried by every command, query and event."""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """One role in one scope. `scope` is the school or commune code; empty for department and installation.

    `schools` lists the school codes that a commune grant reached when the call token was issued; of an external evaluator of
    the department, those of the visits on whose team he is, for he sees no other school (TT17–19/2018 Đ30).
    """

    role: Role
    scope_kind: ScopeKind
    scope: str = ""
    schools: tuple[SchoolCode, ...] = ()

    @property
    def is_by_visits(self) -> bool:
        """Say whether this grant reaches only the schools that its holder was sent to."""
        return self.role is Role.EXTERNAL_EVALUATOR and self.scope_kind is ScopeKind.DEPARTMENT

    def covers_school(self, school: SchoolCode) -> bool:
        """Say whether this grant reaches the school."""
        if self.is_by_visits:
            return school in self.schools
        if self.scope_kind in {ScopeKind.DEPARTMENT, ScopeKind.INSTALLATION}:
            return True
        return school == self.scope if self.scope_kind is ScopeKind.SCHOOL else school in self.schools

    def covers_commune(self, commune: CommuneCode) -> bool:
        """Say whether this grant reaches the whole commune."""
        if self.is_by_visits:
            return False
        if self.scope_kind in {ScopeKind.DEPARTMENT, ScopeKind.INSTALLATION}:
            return True
        return self.scope_kind is ScopeKind.COMMUNE and commune == self.scope


class CallContext(msgspec.Struct, frozen=True, kw_only=True):
    """The caller of one operation.

    `actor` is an account id or ``system:<name>``; never a person's name. `correlation` joins everything that one request
    set in motion, `cause` is the id of what directly led here (an event id), `command` makes a repeat recognisable,
    and `occurred` is when the fact holds if that differs from now. `sitting` names the session (hash, not secret)
    in which a person acts, so that what was given in it ends with it.
    """

    actor: str
    grants: tuple[Grant, ...] = ()
    correlation: str = ""
    cause: str = ""
    command: str = ""
    occurred: dt.datetime | None = None
    sitting: str = ""


def system(name: str, *, correlation: str = "", cause: str = "") -> CallContext:
    """Return the call context of a component of the system itself, with the installation's administrator rights."""
    grant = Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION)
    return CallContext(actor=f"system:{name}", grants=(grant,), correlation=correlation, cause=cause)


GATEWAY = "system:gateway"
"""The gateway itself, in front of people who are not signed in yet. It holds no role: what it may do, permissions name."""

OWNER_ACTOR = "system:owner"
OWNER_GRANTS = (
    Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),
    Grant(role=Role.CLERK, scope_kind=ScopeKind.INSTALLATION),
)
"""The owner of the data folder runs the installation, and may bring paper in by the command line; he does not judge."""


def gateway(*, correlation: str = "") -> CallContext:
    """Return the call context of the gateway where it asks for itself: who is this, let this person in."""
    return CallContext(actor=GATEWAY, correlation=correlation)
