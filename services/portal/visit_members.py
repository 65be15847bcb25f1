"""Who goes on a visit, as the portal sees it: asked before anything is kept for the visit in another service."""

from __future__ import annotations

from services.portal.web.context import call_service, caller, may
from shared.contracts.calls.evidence import OpenPhotoUpload, UploadOpened
from shared.contracts.calls.inspection import InspectionRequest, InspectionView
from shared.problems import NotAllowed
from shared.vocabulary.ids import InspectionId, SchoolCode
from shared.vocabulary.teams import TEAMS


def require_on_visit(school: SchoolCode, inspection: InspectionId, *, planners: bool = False) -> InspectionView:
    """Return a visit that the caller goes on; with `planners`, or that the caller's office plans.

    A visit for which nobody was named is open to the layer's whole team. Raises NoSuchInspection, NotAllowed.
    """
    asked = InspectionRequest(school=school, inspection=inspection)
    view = call_service("inspection", "inspection", asked, InspectionView)
    acting = caller()
    sent = [member.person for member in view.team.members] if view.team else view.members
    of_layer = any(grant.role in TEAMS[view.layer] and grant.covers_school(school) for grant in acting.grants)
    planning = planners and may("inspection.set_up_team", school=school)
    if not of_layer or (sent and acting.actor not in sent and not planning):
        raise NotAllowed("Chỉ thành viên của đoàn làm được việc này. Chưa ghi gì. Báo trưởng đoàn hoặc cơ quan lập đợt.")
    return view


def open_photo_upload(request: OpenPhotoUpload) -> UploadOpened:
    """Open the upload of a photo for who goes on the visit; the evidence service knows no visits. Raises NotAllowed."""
    require_on_visit(request.school, request.inspection)
    return call_service("evidence", "open_photo_upload", request, UploadOpened)
