"""The inspection service on the bus: every operation passes straight to the application."""

from __future__ import annotations

from typing import ClassVar

from services.inspection.application import InspectionApplication
from shared.bus.rpc.server import ServiceBase, rpc
from shared.contracts.calls.inspection import (
    AnswerFinding,
    ConcludeInspection,
    FindingsAnswer,
    FindingsRequest,
    InspectionRequest,
    InspectionsAnswer,
    InspectionsRequest,
    InspectionView,
    PlanInspection,
    RecordFindings,
    RescheduleInspection,
    VisitsAnswer,
    VisitsRequest,
)
from shared.identity.call_context import CallContext


class InspectionService(ServiceBase):
    """Visits of the commune and of the department."""

    name: ClassVar[str] = "inspection"
    application: InspectionApplication

    @rpc
    def plan(self, acting: CallContext, request: PlanInspection) -> InspectionView:
        """Plan a visit."""
        return self.application.plan(acting, request)

    @rpc
    def reschedule(self, acting: CallContext, request: RescheduleInspection) -> InspectionView:
        """Move the day of a visit."""
        return self.application.reschedule(acting, request)

    @rpc
    def record_findings(self, acting: CallContext, request: RecordFindings) -> InspectionView:
        """Record what a visit found."""
        return self.application.record_findings(acting, request)

    @rpc
    def conclude(self, acting: CallContext, request: ConcludeInspection) -> InspectionView:
        """Close a visit."""
        return self.application.conclude(acting, request)

    @rpc
    def answer_finding(self, acting: CallContext, request: AnswerFinding) -> InspectionView:
        """Answer a finding for the school."""
        return self.application.answer_finding(acting, request)

    @rpc
    def inspection(self, acting: CallContext, request: InspectionRequest) -> InspectionView:
        """Return one inspection."""
        return self.application.inspection(acting, request)

    @rpc
    def inspections(self, acting: CallContext, request: InspectionsRequest) -> InspectionsAnswer:
        """List a school's inspections."""
        return self.application.inspections(acting, request)

    @rpc
    def visits(self, acting: CallContext, request: VisitsRequest) -> VisitsAnswer:
        """List visits across schools."""
        return self.application.visits(acting, request)

    @rpc
    def findings(self, acting: CallContext, request: FindingsRequest) -> FindingsAnswer:
        """List what visits ask of schools."""
        return self.application.findings(acting, request)
