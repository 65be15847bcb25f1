"""The inspection service on the bus: every operation passes straight to the application."""

from __future__ import annotations

from typing import ClassVar

from services.inspection.application import InspectionApplication
from shared.bus.rpc import ServiceBase, remote
from shared.contracts.calls.inspection import (
    ConcludeInspection,
    InspectionRequest,
    InspectionsAnswer,
    InspectionsRequest,
    InspectionView,
    PlanInspection,
    RecordFindings,
)
from shared.identity.acting import Acting


class InspectionService(ServiceBase):
    """Visits of the commune and of the department."""

    name: ClassVar[str] = "inspection"
    application: InspectionApplication

    @remote
    def plan(self, acting: Acting, request: PlanInspection) -> InspectionView:
        """Plan a visit."""
        return self.application.plan(acting, request)

    @remote
    def record_findings(self, acting: Acting, request: RecordFindings) -> InspectionView:
        """Record what a visit found."""
        return self.application.record_findings(acting, request)

    @remote
    def conclude(self, acting: Acting, request: ConcludeInspection) -> InspectionView:
        """Close a visit."""
        return self.application.conclude(acting, request)

    @remote
    def inspection(self, acting: Acting, request: InspectionRequest) -> InspectionView:
        """Return one inspection."""
        return self.application.inspection(request)

    @remote
    def inspections(self, acting: Acting, request: InspectionsRequest) -> InspectionsAnswer:
        """List a school's inspections."""
        return self.application.inspections(request)
