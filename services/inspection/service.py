"""The inspection service on the bus: every operation passes straight to the application."""

from __future__ import annotations

from typing import ClassVar

from services.inspection.application import InspectionApplication
from shared.bus.rpc import ServiceBase, remote
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
    def reschedule(self, acting: Acting, request: RescheduleInspection) -> InspectionView:
        """Move the day of a visit."""
        return self.application.reschedule(acting, request)

    @remote
    def record_findings(self, acting: Acting, request: RecordFindings) -> InspectionView:
        """Record what a visit found."""
        return self.application.record_findings(acting, request)

    @remote
    def conclude(self, acting: Acting, request: ConcludeInspection) -> InspectionView:
        """Close a visit."""
        return self.application.conclude(acting, request)

    @remote
    def answer_finding(self, acting: Acting, request: AnswerFinding) -> InspectionView:
        """Answer a finding for the school."""
        return self.application.answer_finding(acting, request)

    @remote
    def inspection(self, acting: Acting, request: InspectionRequest) -> InspectionView:
        """Return one inspection."""
        return self.application.inspection(acting, request)

    @remote
    def inspections(self, acting: Acting, request: InspectionsRequest) -> InspectionsAnswer:
        """List a school's inspections."""
        return self.application.inspections(acting, request)

    @remote
    def visits(self, acting: Acting, request: VisitsRequest) -> VisitsAnswer:
        """List visits across schools."""
        return self.application.visits(acting, request)

    @remote
    def findings(self, acting: Acting, request: FindingsRequest) -> FindingsAnswer:
        """List what visits ask of schools."""
        return self.application.findings(acting, request)
