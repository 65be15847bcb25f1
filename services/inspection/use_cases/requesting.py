"""Use cases during a visit: evidence asked for, evidence supplied, photos taken."""

from __future__ import annotations

import datetime as dt
import uuid

from services.inspection.domain import facts as f
from services.inspection.domain import visit_request_facts as vf
from services.inspection.domain.inspection import Inspection
from services.inspection.domain.visit_requests import (
    RequestedEvidence,
    VisitPhotos,
    evidence_request_id,
    photos_stream,
)
from services.inspection.errors import Concluded, EvidenceRequestUnknown
from services.inspection.teams import require_member
from services.inspection.use_cases.kept_documents import chosen_documents, require_kept
from services.inspection.use_cases.texts import visit_stream
from services.inspection.use_cases.visit_criteria import VisitCriteria
from services.inspection.use_cases.visits import VisitRepository
from shared.contracts.calls.inspection import InspectionView
from shared.contracts.calls.teams import EvidenceRequestAdded, RequestEvidence, SupplyEvidence, TakePhoto
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.text import format_date
from shared.typed_texts import typed_text
from shared.vocabulary.ids import EvidenceRequestId, InspectionId, SchoolCode


class Requesting:
    """Takes what teams ask for, what schools supply, and photos."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits
        self._criteria = VisitCriteria(visits)

    def request_evidence(self, acting: CallContext, request: RequestEvidence) -> EvidenceRequestAdded:
        """Ask for evidence of one criterion while the visit is open; the same words again are the same request.

        Raises NotAllowed, Concluded, VisitDateRefused, BadRequest, and what `VisitCriteria.visit_with` raises.
        """
        what = typed_text(request.what, "yêu cầu")
        if not what:
            raise BadRequest("Chưa nhập cần bổ sung gì. Chưa ghi gì.", path="$.what")
        if not request.criterion:
            raise BadRequest("Chưa chọn tiêu chí cần bổ sung minh chứng. Chưa ghi gì.", path="$.criterion")
        meta, on = self._visits.metadata_on(acting)

        def may(inspection: Inspection) -> None:
            inspection.of_school(request.school)
            require_member(acting, inspection)
            _require_not_concluded(inspection)

        inspection = self._criteria.visit_with(acting, request.inspection, request.criterion, on, meta, may=may)
        planned = inspection.of_school(request.school)
        stream = evidence_request_id(planned.inspection, request.criterion, what)
        requested = vf.EvidenceRequested(
            request=EvidenceRequestId(str(stream)),
            school=planned.school,
            inspection=planned.inspection,
            cycle=planned.cycle,
            layer=planned.layer,
            criterion=request.criterion,
            what=what,
            due=request.due,
            requested_on=on,
        )
        _, position = self._visits.application.change(
            RequestedEvidence, stream, lambda asked: asked.request(requested, on, meta)
        )
        return EvidenceRequestAdded(request=requested.request, position=position)

    def supply_evidence(self, acting: CallContext, request: SupplyEvidence) -> InspectionView:
        """Supply for the school what was asked for, until the visit is concluded.

        Raises NoSuchInspection, EvidenceRequestUnknown, Concluded, DocumentUnknown, BadRequest.
        """
        text = typed_text(request.text, "giải thích")
        documents = chosen_documents(request.documents)
        if not text and not documents:
            raise BadRequest("Chưa có chữ nào và chưa chọn tài liệu nào. Chưa gửi gì.", path="$.text")
        inspection, planned = self._visit(request.school, request.inspection)
        meta, on = self._visits.metadata_on(acting)

        def decide(asked: RequestedEvidence) -> None:
            asked.of_visit(planned.school, planned.inspection)
            _require_not_concluded(inspection)
            require_kept(self._visits.views, documents, planned.school)
            asked.supply(planned.school, planned.inspection, text, documents, on, meta)

        self._visits.application.change(RequestedEvidence, _request_stream(request.request), decide)
        return self._visits.view(acting, uuid.UUID(planned.inspection))

    def take_photo(self, acting: CallContext, request: TakePhoto) -> InspectionView:
        """Add a kept document of the school to the photos of a visit.

        Raises NotAllowed, Concluded, DocumentUnknown, PhotoRefused, BadRequest, and what `VisitCriteria.visit_with` raises.
        """
        place = typed_text(request.place, "nơi chụp")
        meta, on = self._visits.metadata_on(acting)

        def may(inspection: Inspection) -> None:
            inspection.of_school(request.school)
            require_member(acting, inspection)
            require_kept(self._visits.views, [request.document], request.school)

        inspection = self._criteria.visit_with(acting, request.inspection, request.criterion, on, meta, may=may)
        planned = inspection.of_school(request.school)
        photo = vf.PhotoTaken(
            school=planned.school,
            inspection=planned.inspection,
            cycle=planned.cycle,
            layer=planned.layer,
            document=request.document,
            taken_at=_in_utc(request.taken_at),
            criterion=request.criterion,
            latitude=request.latitude,
            longitude=request.longitude,
            accuracy_m=request.accuracy_m,
            place=place,
        )
        concluded_on = inspection.concluded.concluded_on if inspection.concluded else None
        self._visits.application.change(
            VisitPhotos,
            photos_stream(planned.inspection),
            lambda photos: photos.take(photo, self._visits.clock.now(), meta, concluded_on=concluded_on),
        )
        return self._visits.view(acting, uuid.UUID(planned.inspection))

    def _visit(self, school: SchoolCode, number: InspectionId) -> tuple[Inspection, f.InspectionPlanned]:
        """Return a visit to the school and its plan; raises NoSuchInspection."""
        inspection = self._visits.visit(visit_stream(number)).inspection
        return inspection, inspection.of_school(school)


def _require_not_concluded(inspection: Inspection) -> None:
    if inspection.concluded is not None:
        raise Concluded(
            f"Đợt kiểm tra đã kết luận ngày {format_date(inspection.concluded.concluded_on)}. Chưa ghi gì. "
            "Việc còn lại theo kiến nghị của đoàn."
        )


def _request_stream(request: EvidenceRequestId) -> uuid.UUID:
    try:
        return uuid.UUID(request)
    except ValueError:
        raise EvidenceRequestUnknown("Đợt này không có yêu cầu ấy. Chưa gửi gì. Chọn trong danh sách.") from None


def _in_utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment
