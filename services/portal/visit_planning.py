"""Planning a visit through the portal: a team of the department may read the school from the next request on."""

from __future__ import annotations

from services.portal.requests import AccountView
from services.portal.web.context import call_service, directory, portal
from shared.contracts.calls.inspection import InspectionView, PlanInspection
from shared.vocabulary.assessment import Layer
from shared.vocabulary.roles import Role

_OFFERED = {
    Layer.COMMUNE: frozenset({Role.COMMUNE_OFFICER, Role.INSPECTOR}),
    Layer.DEPARTMENT: frozenset({Role.EXTERNAL_EVALUATOR, Role.DEPARTMENT_OFFICER}),
}
"""Whose accounts are offered as members of a visit; the inspection service checks whoever is chosen."""


def plan_visit(request: PlanInspection) -> InspectionView:
    """Plan a visit and write the department's through to the directory, as its event will; raises Problem."""
    planned = call_service("inspection", "plan", request, InspectionView)
    if planned.layer is Layer.DEPARTMENT:
        directory().put_evaluation(planned.inspection, planned.school, planned.members)
    return planned


def eligible(layer: Layer, school: str) -> list[AccountView]:
    """Return the people who may be sent on a visit of a layer to a school, by name."""
    entry = directory().school(school)
    return portal().holders(_OFFERED[layer], school, entry.commune if entry else "")
