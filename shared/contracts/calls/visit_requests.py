"""What a team asks the school for during a visit, and the photos that it takes there: who may do what."""

from __future__ import annotations

from shared.contracts.calls.inspection import InspectionView
from shared.contracts.calls.teams import EvidenceRequestAdded, RequestEvidence, SupplyEvidence, TakePhoto
from shared.contracts.operations import CLERKS_AND_COUNCIL, OFFICES, Operation, Scope, post

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="request_evidence",
        request=RequestEvidence,
        answer=EvidenceRequestAdded,
        roles=OFFICES,  # whose layer it is, the application decides by the team of the visit
        scope=Scope.SCHOOL,
        summary="Đoàn yêu cầu bổ sung minh chứng của một tiêu chí: trường gắn lại được minh chứng của riêng tiêu chí ấy.",
        routes=(post("/schools/{school}/inspections/{inspection}/requests"),),
        commands=("inspection request",),
        follows=("assessment",),
    ),
    Operation(
        name="supply_evidence",
        request=SupplyEvidence,
        answer=InspectionView,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Trường bổ sung minh chứng mà đoàn yêu cầu: tài liệu của trường, lời giải thích, hoặc cả hai.",
        routes=(post("/schools/{school}/inspections/{inspection}/requests/{request}/supply"),),
        commands=("inspection supply",),
        follows=("evidence",),
    ),
    Operation(
        name="take_photo",
        request=TakePhoto,
        answer=InspectionView,
        roles=OFFICES,
        scope=Scope.SCHOOL,
        summary="Ghi một tài liệu của trường là ảnh chụp trong đợt: lúc nào, ở đâu, về tiêu chí nào.",
        routes=(post("/schools/{school}/inspections/{inspection}/photos"),),
        follows=("evidence",),
    ),
)
"""What may be asked, by whom."""
