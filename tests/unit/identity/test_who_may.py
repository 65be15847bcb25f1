"""Which role goes with which scope, who may give which, and what the one table of permissions lets through."""

from __future__ import annotations

import itertools

import pytest

from services.identity.domain import roles
from services.identity.domain.facts import GrantFact
from services.identity.errors import WrongScope
from shared.identity import permissions
from shared.identity.call_context import CallContext, Grant, system
from shared.problems import NotAllowed
from shared.vocabulary.roles import Role, ScopeKind


def acting(role: Role, kind: ScopeKind, scope: str = "", schools: tuple[str, ...] = ()) -> CallContext:
    return CallContext(actor="a", grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=schools),))


def grant(role: Role, kind: ScopeKind, scope: str = "") -> GrantFact:
    return GrantFact(role=role, scope_kind=kind, scope=scope)


@pytest.mark.parametrize(
    ("role", "kind", "scope"),
    [
        (Role.CLERK, ScopeKind.SCHOOL, "TH-A"),
        (Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL"),
        (Role.EXTERNAL_EVALUATOR, ScopeKind.DEPARTMENT, ""),
        (Role.AUDITOR, ScopeKind.INSTALLATION, ""),
        (Role.AUDITOR, ScopeKind.SCHOOL, "TH-A"),
        (Role.ADMINISTRATOR, ScopeKind.INSTALLATION, ""),
    ],
)
def test_a_role_in_its_own_kind_of_scope_is_taken(role: Role, kind: ScopeKind, scope: str) -> None:
    roles.check_scope(grant(role, kind, scope))


@pytest.mark.parametrize(
    ("role", "kind", "scope"),
    [
        (Role.CLERK, ScopeKind.INSTALLATION, ""),
        (Role.ADMINISTRATOR, ScopeKind.SCHOOL, "TH-A"),
        (Role.DEPARTMENT_OFFICER, ScopeKind.COMMUNE, "NL"),
        (Role.HEAD, ScopeKind.SCHOOL, ""),
        (Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT, "SGD"),
    ],
)
def test_a_role_in_a_scope_it_does_not_exist_in_is_refused(role: Role, kind: ScopeKind, scope: str) -> None:
    with pytest.raises(WrongScope):
        roles.check_scope(grant(role, kind, scope))


def test_a_head_gives_school_roles_in_the_own_school_only() -> None:
    head = acting(Role.HEAD, ScopeKind.SCHOOL, "TH-A")

    for role in roles.SCHOOL_ROLES:
        roles.check_may_give(head, "identity.invite", grant(role, ScopeKind.SCHOOL, "TH-A"))
    for refused in (
        grant(Role.CLERK, ScopeKind.SCHOOL, "TH-B"),
        grant(Role.INSPECTOR, ScopeKind.SCHOOL, "TH-A"),
        grant(Role.AUDITOR, ScopeKind.SCHOOL, "TH-A"),
        grant(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL"),
        grant(Role.ADMINISTRATOR, ScopeKind.INSTALLATION),
    ):
        with pytest.raises(NotAllowed):
            roles.check_may_give(head, "identity.invite", refused)


def test_an_administrator_gives_every_role() -> None:
    roles.check_may_give(system("x"), "identity.invite", grant(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL"))


def test_the_own_schools_of_a_head_are_those_of_the_grants() -> None:
    grants = (
        Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope="TH-A"),
        Grant(role=Role.CLERK, scope_kind=ScopeKind.SCHOOL, scope="TH-B"),
    )

    assert roles.own_schools(CallContext(actor="a", grants=grants), "identity.accounts") == {"TH-A"}


def test_an_operation_without_a_rule_is_refused_to_every_role() -> None:
    for role, kind in itertools.product(Role, ScopeKind):
        assert not permissions.may(acting(role, kind, "TH-A"), "assessment.erase_everything", school="TH-A")
    with pytest.raises(NotAllowed):
        permissions.require(system("x"), "assessment.erase_everything")


def test_every_rule_holds_for_each_role_exactly_as_the_table_says() -> None:
    for operation, allowed in permissions.RULES.items():
        for role in Role:
            assert permissions.may(acting(role, ScopeKind.INSTALLATION), operation) == (role in allowed)


def test_a_grant_reaches_its_own_scope_and_no_other() -> None:
    school = acting(Role.HEAD, ScopeKind.SCHOOL, "TH-A")
    commune = acting(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL", ("TH-A", "TH-B"))
    department = acting(Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT)

    reach = {
        name: tuple(permissions.may(who, "assessment.status", school=code) for code in ("TH-A", "TH-B", "TH-C"))
        for name, who in (("school", school), ("commune", commune), ("department", department))
    }

    assert reach == {"school": (True, False, False), "commune": (True, True, False), "department": (True, True, True)}


def test_a_commune_is_reached_by_its_own_office_only() -> None:
    commune = acting(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL", ("TH-A",))

    assert permissions.may(commune, "assessment.schools", commune="NL")
    assert not permissions.may(commune, "assessment.schools", commune="BM")
    assert not permissions.may(acting(Role.HEAD, ScopeKind.SCHOOL, "TH-A"), "assessment.schools", commune="NL")


def test_the_public_register_is_open_to_nobody_in_particular() -> None:
    assert permissions.may(CallContext(actor="khach"), "assessment.register")
    assert not permissions.may(CallContext(actor="khach"), "assessment.status")
