"""The one place that decides who may do what. Deny by default: an operation without a rule is refused to everybody.

Sources: the commune plan (roles of school, commune, department), TT17–19/2018 Điều 24–30, TT57/2026 Điều 9 and 17. The
external team may not touch the school's own layer; the system administrator runs the installation and does not judge.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts.catalogue import OPERATIONS
from shared.contracts.operations import OVERSIGHT, Scope
from shared.identity.call_context import GATEWAY, CallContext, Grant
from shared.problems import NotAllowed
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import Role

_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

_OWN: dict[str, frozenset[Role]] = {
    "installation.health": _ADMINISTRATORS,
    "installation.dead_letters": _ADMINISTRATORS,
    "installation.retry_dead_letter": _ADMINISTRATORS,
    "installation.verify": OVERSIGHT,
}
"""What the portal does itself: no call between services, so in no service's table."""

RULES: dict[str, frozenset[Role]] = {
    **{name: operation.roles for name, operation in OPERATIONS.items() if not operation.public},
    **_OWN,
}
"""Operation → the roles that may do it inside their scope; whose layer a visit is, say, the application decides then."""

_OF_COMMUNES = frozenset(name for name, operation in OPERATIONS.items() if operation.scope is Scope.COMMUNE)
"""Operations on a commune, which must be reached whatever school is named beside it."""

MACHINES: dict[str, frozenset[str]] = {
    GATEWAY: frozenset(name for name, operation in OPERATIONS.items() if GATEWAY in operation.machines)
    # Every service answers these, and only of some the gateway asks: whether it is there, and the foot of what is printed.
    | {"identity.health", "assessment.checkpoint", "evidence.checkpoint"},
}
"""Actor without any role → the operations that it may do as itself, and no other. Only who holds the key can act as one."""

OPEN_LISTS = frozenset(name for name, operation in OPERATIONS.items() if operation.open_list)
"""Lists that whoever is signed in may ask for without naming anything: each shows what its `RULES` let the caller see."""

PUBLIC_OPERATIONS = frozenset(name for name, operation in OPERATIONS.items() if operation.public)
"""Operations open to anyone: the public register of recognitions."""


def may(
    acting: CallContext, operation: str, *, school: SchoolCode = SchoolCode(""), commune: CommuneCode = CommuneCode("")
) -> bool:
    """Say whether the caller may do `operation`, on `school` or `commune` when one is named.

    With neither named, the operation must be covered by any grant (lists narrow themselves to what the caller may read).
    """
    if operation in PUBLIC_OPERATIONS or operation in MACHINES.get(acting.actor, ()):
        return True
    both = operation in _OF_COMMUNES
    return any(_covers(grant, school, commune, both=both) for grant in _fitting(acting, operation))


def reaches_school(acting: CallContext, operation: str, school: SchoolCode) -> bool:
    """Say whether any grant with which the caller may do `operation` reaches the school: how lists narrow themselves."""
    return bool(reaching(acting, operation, school))


def reaching(acting: CallContext, operation: str, school: SchoolCode) -> list[Grant]:
    """Return the grants with which the caller may do `operation` for the school."""
    return [grant for grant in _fitting(acting, operation) if grant.covers_school(school)]


def require(
    acting: CallContext, operation: str, *, school: SchoolCode = SchoolCode(""), commune: CommuneCode = CommuneCode("")
) -> None:
    """Do nothing when the caller may, or asks for a list of what is their own; else raise NotAllowed."""
    asks_for_own = operation in OPEN_LISTS and bool(acting.grants) and not (school or commune)
    if not asks_for_own and not may(acting, operation, school=school, commune=commune):
        raise NotAllowed("Vai trò hiện có không làm được việc này. Xin quyền ở Hiệu trưởng hoặc người quản trị.")


def _fitting(acting: CallContext, operation: str) -> Iterable[Grant]:
    roles = RULES.get(operation, frozenset())
    return (grant for grant in acting.grants if grant.role in roles)


def _covers(grant: Grant, school: SchoolCode, commune: CommuneCode, *, both: bool) -> bool:
    """Say whether a grant reaches what is named; a school stands for its commune unless `both` must be reached."""
    if school and not grant.covers_school(school):
        return False
    return not commune or grant.covers_commune(commune) or (bool(school) and not both)
