"""Roles and scopes, and which goes with which."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """What a person or a program is, inside one scope (domain: commune plan part IV; TT57/2026 Điều 9, 17)."""

    CLERK = "van_thu"
    COUNCIL_MEMBER = "hoi_dong"
    HEAD = "hieu_truong"
    COMMUNE_OFFICER = "can_bo_xa"
    COMMUNE_LEADER = "lanh_dao_xa"
    ECONOMIC_OFFICE = "phong_kinh_te"
    STEERING_COMMITTEE = "ban_chi_dao"
    MASS_ORGANISATION = "doan_the"
    INSPECTOR = "kiem_tra"
    EXTERNAL_EVALUATOR = "danh_gia_ngoai"
    DEPARTMENT_OFFICER = "can_bo_so"
    AUDITOR = "kiem_toan"
    SUBSCRIBER = "chuong_trinh"
    ADMINISTRATOR = "quan_tri"


class ScopeKind(enum.StrEnum):
    """How wide a grant reaches."""

    SCHOOL = "truong"
    COMMUNE = "xa"
    DEPARTMENT = "so"
    INSTALLATION = "tat_ca"


SCHOOL_ROLES = frozenset({Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD})
"""Roles inside a school: all that a head may give."""

_WIDE = frozenset({ScopeKind.COMMUNE, ScopeKind.DEPARTMENT})
_SCOPES: dict[Role, frozenset[ScopeKind]] = {
    Role.CLERK: frozenset({ScopeKind.SCHOOL}),
    Role.COUNCIL_MEMBER: frozenset({ScopeKind.SCHOOL}),
    Role.HEAD: frozenset({ScopeKind.SCHOOL}),
    Role.COMMUNE_OFFICER: frozenset({ScopeKind.COMMUNE}),
    Role.COMMUNE_LEADER: frozenset({ScopeKind.COMMUNE}),
    Role.ECONOMIC_OFFICE: frozenset({ScopeKind.COMMUNE}),
    Role.STEERING_COMMITTEE: frozenset({ScopeKind.COMMUNE}),
    Role.MASS_ORGANISATION: frozenset({ScopeKind.COMMUNE}),
    Role.INSPECTOR: _WIDE | {ScopeKind.SCHOOL},
    Role.EXTERNAL_EVALUATOR: _WIDE | {ScopeKind.SCHOOL},
    Role.DEPARTMENT_OFFICER: frozenset({ScopeKind.DEPARTMENT}),
    Role.AUDITOR: frozenset(ScopeKind),
    Role.SUBSCRIBER: frozenset({ScopeKind.INSTALLATION}),
    Role.ADMINISTRATOR: frozenset({ScopeKind.INSTALLATION}),
}


def scopes_of(role: Role) -> frozenset[ScopeKind]:
    """Return the scopes in which a role exists."""
    return _SCOPES[role]
