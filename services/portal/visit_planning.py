"""Planning a visit through the portal: a team of the department may read the school from the next request on."""

from __future__ import annotations

from services.portal.web.context import call_service, may, note
from shared.contracts.calls.identity import EvaluationEntry, Holder, HoldersAnswer, HoldersRequest, NoteUnits
from shared.contracts.calls.inspection import InspectionView, PlanInspection
from shared.contracts.calls.teams import PlanProgramme, ProgrammeAnswer
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.teams import TEAMS


def plan_visit(request: PlanInspection) -> InspectionView:
    """Plan a visit and write the department's through to the directory, as its event will; raises Problem."""
    planned = call_service("inspection", "plan", request, InspectionView)
    _write_through([planned])
    return planned


def plan_programme(request: PlanProgramme) -> list[InspectionView]:
    """Plan visits to many schools, all or none, and write the department's through; raises Problem."""
    planned = call_service("inspection", "plan_programme", request, ProgrammeAnswer).visits
    _write_through(planned)
    return planned


def _write_through(planned: list[InspectionView]) -> None:
    visits = [
        EvaluationEntry(inspection=one.inspection, code=one.school, members=" ".join(one.members))
        for one in planned
        if one.layer is Layer.DEPARTMENT
    ]
    if visits:
        note(NoteUnits(evaluations=visits))


def eligible(layer: Layer, school: SchoolCode) -> list[Holder]:
    """Return the people who may be sent on a visit of a layer to a school, by name; nobody to whom this is not told.

    They are offered by role alone: the inspection service checks whoever is chosen.
    """
    if not may("identity.holders", school=school):
        return []
    asked = HoldersRequest(school=school, roles=sorted(TEAMS[layer]))
    return call_service("identity", "holders", asked, HoldersAnswer).holders
