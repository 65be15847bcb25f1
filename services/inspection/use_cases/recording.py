"""Use cases about what a visit found: findings recorded, the visit concluded."""

from __future__ import annotations

from services.inspection.domain.inspection import IndicatorFinding, Inspection
from services.inspection.teams import require_leader, require_member
from services.inspection.use_cases.joining import Joining
from services.inspection.use_cases.visits import VisitRepository
from shared.clock import today
from shared.contracts.calls.inspection import ConcludeInspection, Finding, InspectionView, RecordFindings
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.typed_texts import typed_text

MOST_FINDINGS = 500
"""More than any rulebook has indicators."""


class Recording:
    """Takes findings and conclusions of visits."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits
        self._joining = Joining(visits)

    def record_findings(self, acting: CallContext, request: RecordFindings) -> InspectionView:
        """Record findings, all or none.

        Raises NotAllowed, NoSuchInspection, Concluded, TeamMustAgree, NoCycleYet, NoSuchCriterion, NotApplicableRefused,
        VisitDateRefused.
        """
        meta, on = self._visits.metadata_on(acting, request.on)
        if len(request.findings) > MOST_FINDINGS:
            raise BadRequest(f"Mỗi lần ghi nhiều nhất {MOST_FINDINGS} phát hiện.", path="$.findings")
        findings = [_found(finding) for finding in request.findings]

        def may(inspection: Inspection) -> None:
            inspection.of_school(request.school)
            require_member(acting, inspection)

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            self._visits.require_opened(planned, on)
            rulebook = self._visits.library.by_digest(planned.digest)
            inspection.record_findings(request.school, findings, on, today(self._visits.clock), rulebook, meta)

        return self._joining.change(acting, request.inspection, on, meta, may=may, decide=decide)

    def conclude(self, acting: CallContext, request: ConcludeInspection) -> InspectionView:
        """Close the visit with a summary; of a team that was set up only its head or its secretary does.

        Raises NotAllowed, NoSuchInspection, Concluded, NoCycleYet, VisitDateRefused, BadRequest.
        """
        meta, on = self._visits.metadata_on(acting, request.on)
        summary = typed_text(request.summary, "kết luận")

        def may(inspection: Inspection) -> None:
            inspection.of_school(request.school)
            with self._visits.views.reading() as conn:
                require_leader(conn, acting, inspection, concluding=True)

        def decide(inspection: Inspection) -> None:
            self._visits.require_opened(inspection.of_school(request.school), on)
            inspection.conclude(request.school, summary, on, meta, request.conclusion)

        return self._joining.change(acting, request.inspection, on, meta, may=may, decide=decide)


def _found(finding: Finding) -> IndicatorFinding:
    return IndicatorFinding(
        criterion=finding.criterion,
        level=finding.level,
        indicator=finding.indicator,
        result=finding.result,
        note=typed_text(finding.note, "ghi chú"),
        answer_by=finding.answer_by,
    )
