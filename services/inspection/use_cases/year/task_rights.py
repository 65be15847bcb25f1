"""Who has a task, who may see one, and which role speaks for a unit of the commune."""

from __future__ import annotations

from collections.abc import Mapping

from services.inspection.domain.year.tasks_facts import TaskGiven
from services.inspection.views.year.tasks_rows import TaskRow
from shared.contracts.operations import YEAR_READERS
from shared.identity.call_context import CallContext, Grant
from shared.problems import NotAllowed
from shared.vocabulary.commune_year import CommuneUnit
from shared.vocabulary.roles import SCHOOL_ROLES, Role
from shared.vocabulary.year_labels import COMMUNE_UNIT_LABELS

UNIT_ROLES: Mapping[CommuneUnit, Role] = {
    CommuneUnit.LEADERS: Role.COMMUNE_LEADER,
    CommuneUnit.CULTURE_OFFICE: Role.COMMUNE_OFFICER,
    CommuneUnit.ECONOMIC_OFFICE: Role.ECONOMIC_OFFICE,
    CommuneUnit.STEERING_COMMITTEE: Role.STEERING_COMMITTEE,
    CommuneUnit.MASS_ORGANISATIONS: Role.MASS_ORGANISATION,
}
"""Who speaks for each unit."""


def may_see(acting: CallContext, row: TaskRow) -> bool:
    """Say whether a task is there for the caller: all of a commune for its readers, else only one's own."""
    return any(_shows(grant, row) for grant in acting.grants)


def _shows(grant: Grant, row: TaskRow) -> bool:
    if grant.role in YEAR_READERS and grant.covers_commune(row.commune):
        return True
    if row.unit:
        return grant.role is UNIT_ROLES[CommuneUnit(row.unit)] and grant.covers_commune(row.commune)
    return grant.role in SCHOOL_ROLES | YEAR_READERS and grant.covers_school(row.school)


def require_receiver(acting: CallContext, given: TaskGiven) -> None:
    """Raise NotAllowed unless the caller speaks for the school or the unit that has the task."""
    if given.unit:
        role = UNIT_ROLES[CommuneUnit(given.unit)]
        has = any(grant.role is role and grant.covers_commune(given.commune) for grant in acting.grants)
        who = f"người của {COMMUNE_UNIT_LABELS[CommuneUnit(given.unit)]}"
    else:
        has = any(grant.role in SCHOOL_ROLES and grant.covers_school(given.school) for grant in acting.grants)
        who = "văn thư, Hội đồng hoặc Hiệu trưởng của trường được giao"
    if not has:
        raise NotAllowed(f"Việc này giao cho nơi khác. Chưa gửi gì. Người báo cáo là {who}.")
