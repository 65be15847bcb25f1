"""Planning a visit through the portal: a team of the department may read the school from the next request on."""

from __future__ import annotations

from collections.abc import Sequence

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
    note_evaluations([planned])
    return planned


def plan_programme(request: PlanProgramme) -> list[InspectionView]:
    """Plan visits to many schools, all or none, and write the department's through; raises Problem."""
    planned = call_service("inspection", "plan_programme", request, ProgrammeAnswer).visits
    note_evaluations(planned)
    return planned


def note_evaluations(visits: Sequence[InspectionView]) -> None:
    """Write the department's visits, with who goes, through to the directory."""
    entries = [
        EvaluationEntry(inspection=visit.inspection, code=visit.school, members=" ".join(visit.members))
        for visit in visits
        if visit.layer is Layer.DEPARTMENT
    ]
    if entries:
        note(NoteUnits(evaluations=entries))


def eligible(layer: Layer, school: SchoolCode) -> list[Holder]:
    """Return the people who may be sent on a visit of a layer to a school, by name; nobody to whom this is not told.

    They are offered by role alone: the inspection service checks whoever is chosen.
    """
    if not may("identity.holders", school=school):
        return []
    asked = HoldersRequest(school=school, roles=sorted(TEAMS[layer]))
    return call_service("identity", "holders", asked, HoldersAnswer).holders
