"""Criteria that somebody names during a visit: those of the rulebook that its cycle is pinned to."""

from __future__ import annotations

import datetime as dt

from services.inspection.domain.inspection import Inspection
from services.inspection.use_cases.joining import Decide, Joining
from services.inspection.use_cases.texts import visit_stream
from services.inspection.use_cases.visits import VisitRepository
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.rulebook import Library
from shared.rulebook.problems import NoSuchCriterion
from shared.vocabulary.ids import CriterionCode, InspectionId


class VisitCriteria:
    """Finds the visit of whose rulebook a criterion is."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits
        self._joining = Joining(visits)

    def visit_with(
        self,
        acting: CallContext,
        number: InspectionId,
        criterion: CriterionCode,
        on: dt.date,
        meta: EventMetadata,
        *,
        may: Decide,
    ) -> Inspection:
        """Return a visit of which `may` has nothing to say; where a criterion is named, its rulebook has it.

        A visit without a cycle joins the school's newest first, as with everything that needs its rulebook. Raises
        NoSuchInspection, NoSuchCriterion, NoCycleYet, VisitDateRefused, SubmissionMissing, StillOpen, and what `may` raises.
        """
        stream = visit_stream(number)
        inspection = self._visits.visit(stream).inspection
        may(inspection)
        if not criterion:
            return inspection

        def check(visit: Inspection) -> None:
            require_criterion(self._visits.library, visit, criterion)

        planned = inspection.planned
        assert planned is not None
        if planned.cycle:
            check(inspection)
            return inspection
        self._joining.change(acting, number, on, meta, may=may, decide=check)
        return self._visits.visit(stream).inspection


def require_criterion(library: Library, inspection: Inspection, criterion: CriterionCode) -> None:
    """Raise NoSuchCriterion unless the rulebook of the visit, which belongs to a cycle, has the criterion."""
    planned = inspection.planned
    assert planned is not None
    rulebook = library.by_digest(planned.digest)
    if criterion not in rulebook.criteria:
        raise NoSuchCriterion(
            f"{rulebook.circular} không có tiêu chí {criterion}. Chưa ghi gì. Chọn trong danh sách.",
            criterion=criterion,
            rulebook=rulebook.id,
        )
