"""The one place that decides who may do what. Deny by default: an operation without a rule is refused to everybody.

Sources: the commune plan (roles of school, commune, department), TT17–19/2018 Điều 24–30, TT57/2026 Điều 9 and 17. The
external team may not touch the school's own layer; the system administrator runs the installation and does not judge.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.identity.call_context import CallContext, Grant
from shared.problems import NotAllowed
from shared.vocabulary.roles import Role

_SCHOOL_STAFF = frozenset({Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD})
_OFFICES = frozenset({Role.COMMUNE_OFFICER, Role.INSPECTOR, Role.EXTERNAL_EVALUATOR, Role.DEPARTMENT_OFFICER})
_READERS = _SCHOOL_STAFF | _OFFICES | {Role.AUDITOR, Role.ADMINISTRATOR}
_ADMIN = frozenset({Role.ADMINISTRATOR})
_EVERYONE_SIGNED_IN = frozenset(Role)

RULES: dict[str, frozenset[Role]] = {
    # evidence
    "evidence.open_upload": _SCHOOL_STAFF,
    "evidence.receipt": _READERS,
    "evidence.document": _READERS,
    "evidence.page": _READERS,
    "evidence.documents": _READERS,
    "evidence.search": _READERS,
    "evidence.progress": _READERS,
    "evidence.confirm_fields": _SCHOOL_STAFF,
    "evidence.retry_reading": _SCHOOL_STAFF | _ADMIN,
    "evidence.open_download": _READERS,
    "evidence.feed": _ADMIN,
    "evidence.health": _ADMIN,
    "evidence.checkpoint": _READERS,
    # assessment
    "assessment.register_commune": _ADMIN,
    "assessment.rename_commune": _ADMIN,
    "assessment.communes": _EVERYONE_SIGNED_IN,
    "assessment.register_school": _ADMIN,
    "assessment.rename_school": _ADMIN,
    "assessment.school": _READERS,
    "assessment.schools": _EVERYONE_SIGNED_IN,
    "assessment.state_conditions": frozenset({Role.HEAD, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER}),
    "assessment.open_cycle": frozenset({Role.HEAD}),
    "assessment.reopen_cycle": frozenset({Role.HEAD}),
    "assessment.cycles": _READERS,
    "assessment.submissions": _OFFICES | {Role.AUDITOR, Role.ADMINISTRATOR},
    "assessment.cycle_changes": _READERS,
    "assessment.code_evidence": _SCHOOL_STAFF,
    "assessment.link_evidence": _SCHOOL_STAFF,
    "assessment.unlink_evidence": _SCHOOL_STAFF,
    "assessment.evidence": _READERS,
    "assessment.coded_documents": _READERS,
    "assessment.judge": frozenset({Role.HEAD, Role.COUNCIL_MEMBER}),
    "assessment.describe_criterion": frozenset({Role.HEAD, Role.COUNCIL_MEMBER}),
    "assessment.save_criterion": frozenset({Role.HEAD, Role.COUNCIL_MEMBER}),
    "assessment.submit_self_assessment": frozenset({Role.HEAD}),
    "assessment.gaps": _READERS,
    "assessment.answer_gap": frozenset({Role.HEAD, Role.COUNCIL_MEMBER}),
    "assessment.withdraw_gap_answer": frozenset({Role.HEAD, Role.COUNCIL_MEMBER}),
    "assessment.state_figures": _SCHOOL_STAFF,
    "assessment.figures": _READERS,
    "assessment.status": _READERS,
    "assessment.criterion": _READERS,
    "assessment.explain": _READERS,
    "assessment.history": _READERS,
    "assessment.compare": _READERS,
    "assessment.grant_recognition": frozenset({Role.DEPARTMENT_OFFICER}),
    "assessment.revoke_recognition": frozenset({Role.DEPARTMENT_OFFICER}),
    "assessment.grant_certificate": frozenset({Role.DEPARTMENT_OFFICER}),
    "assessment.revoke_certificate": frozenset({Role.DEPARTMENT_OFFICER}),
    "assessment.correct_award": frozenset({Role.DEPARTMENT_OFFICER}),
    "assessment.refuse_recognition": frozenset({Role.DEPARTMENT_OFFICER}),
    "assessment.request_remedy": frozenset({Role.DEPARTMENT_OFFICER}),
    "assessment.simulate": frozenset({Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER, Role.AUDITOR}),
    "assessment.prove": _READERS,
    "assessment.feed": _ADMIN,
    "assessment.health": _ADMIN,
    "assessment.checkpoint": _READERS,
    # inspection
    "inspection.plan": frozenset({Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER}),
    # Whose layer it is, the application decides by the team of the visit.
    "inspection.record_findings": _OFFICES,
    "inspection.conclude": _OFFICES,
    "inspection.reschedule": frozenset({Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER}),
    "inspection.answer_finding": _SCHOOL_STAFF,
    "inspection.findings": (_OFFICES - {Role.EXTERNAL_EVALUATOR}) | {Role.AUDITOR, Role.ADMINISTRATOR},
    "inspection.visits": _OFFICES | {Role.AUDITOR, Role.ADMINISTRATOR},
    "inspection.inspection": _READERS,
    "inspection.inspections": _READERS,
    "inspection.feed": _ADMIN,
    "inspection.health": _ADMIN,
    "inspection.checkpoint": _READERS,
    # notification
    "notification.feed": _READERS | {Role.SUBSCRIBER},
    "notification.register_webhook": _ADMIN | {Role.SUBSCRIBER},
    "notification.webhooks": _ADMIN | {Role.SUBSCRIBER},
    "notification.remove_webhook": _ADMIN | {Role.SUBSCRIBER},
    "notification.retry_webhook": _ADMIN | {Role.SUBSCRIBER},
    "notification.health": _ADMIN,
    "notification.checkpoint": _READERS,
    # accounts, kept by the portal
    "identity.invite": _ADMIN | {Role.HEAD},
    "identity.accounts": _ADMIN | {Role.HEAD},
    "identity.grant_role": _ADMIN | {Role.HEAD},
    "identity.revoke_role": _ADMIN | {Role.HEAD},
    "identity.close_account": _ADMIN,
    "identity.issue_token": _ADMIN,
    "identity.tokens": _ADMIN,
    "identity.revoke_token": _ADMIN,
    "identity.standing": _ADMIN,
    "identity.feed": _ADMIN,
    "identity.health": _ADMIN,
    "identity.checkpoint": _READERS,
    # the installation
    "installation.health": _ADMIN,
    "installation.dead_letters": _ADMIN,
    "installation.retry_dead_letter": _ADMIN,
    "installation.verify": _ADMIN | {Role.AUDITOR},
}
"""Operation → the roles that may do it inside their scope."""

PUBLIC_OPERATIONS = frozenset({"assessment.register"})
"""Operations open to anyone: the public register of recognitions."""


def may(acting: CallContext, operation: str, *, school: str = "", commune: str = "") -> bool:
    """Say whether the caller may do `operation`, on `school` or `commune` when one is named.

    With neither named, the operation must be covered by any grant (lists narrow themselves to what the caller may read).
    """
    if operation in PUBLIC_OPERATIONS:
        return True
    return any(_covers(grant, school, commune) for grant in _fitting(acting, operation))


def reaches_school(acting: CallContext, operation: str, school: str) -> bool:
    """Say whether any grant with which the caller may do `operation` reaches the school: how lists narrow themselves."""
    return any(grant.covers_school(school) for grant in _fitting(acting, operation))


def require(acting: CallContext, operation: str, *, school: str = "", commune: str = "") -> None:
    """Do nothing when the caller may, else raise NotAllowed."""
    if not may(acting, operation, school=school, commune=commune):
        raise NotAllowed("Vai trò hiện có không làm được việc này. Xin quyền ở Hiệu trưởng hoặc người quản trị.")


def _fitting(acting: CallContext, operation: str) -> Iterable[Grant]:
    roles = RULES.get(operation, frozenset())
    return (grant for grant in acting.grants if grant.role in roles)


def _covers(grant: Grant, school: str, commune: str) -> bool:
    if school and not grant.covers_school(school):
        return False
    return not commune or grant.covers_commune(commune) or bool(school)
