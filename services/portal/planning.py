"""Planning a visit through the portal: a team of the department may read the school from the next request on."""

from __future__ import annotations

from services.portal.web.context import ask, directory
from shared.contracts.calls.assessment import Layer
from shared.contracts.calls.inspection import InspectionView, PlanInspection


def plan_visit(request: PlanInspection) -> InspectionView:
    """Plan a visit and write the department's through to the directory, as its event will; raises Problem."""
    planned = ask("inspection", "plan", request, InspectionView)
    if planned.layer is Layer.DEPARTMENT:
        directory().put_evaluation(planned.inspection, planned.school, planned.members)
    return planned
