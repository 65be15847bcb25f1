"""Deeds on a visit that need its rulebook: one that was planned before the school opened a cycle joins the newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.inspection.domain import facts as f
from services.inspection.domain.inspection import Inspection
from services.inspection.errors import StillOpen
from services.inspection.use_cases.texts import visit_stream
from services.inspection.use_cases.visits import VisitRepository
from shared.contracts.calls.inspection import InspectionView
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext
from shared.problems import Problem
from shared.vocabulary.ids import CycleId, InspectionId, Sha256

Decide = Callable[[Inspection], None]
"""What checks or records something of a visit."""


class Joining:
    """Changes visits that must belong to a cycle."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def change(
        self,
        acting: CallContext,
        inspection: InspectionId,
        on: dt.date,
        meta: EventMetadata,
        *,
        may: Decide,
        decide: Decide,
        must_join: bool = True,
    ) -> InspectionView:
        """Let `decide` record facts of a visit that belongs to a cycle, after `may`, which raises for whoever may not.

        `on` is the day for which a cycle is looked for. Unless it `must_join`, a visit whose school has none stays without.
        Raises NoSuchInspection, NoCycleYet, VisitDateRefused, SubmissionMissing, StillOpen, and what the two raise.
        """
        stream = visit_stream(inspection)
        visit = self._visits.visit(stream).inspection
        may(visit)
        planned = visit.planned
        assert planned is not None
        if planned.cycle:
            return self._visits.change(acting, inspection, in_turn(may, decide))
        # Alone among planners: of two visits that join a cycle at once, one sees the other.
        with self._visits.views.writing():
            self._visits.views.catch_up()
            join = self._join(planned, on, meta, must_join=must_join)
            self._visits.application.change(Inspection, stream, in_turn(may, join, decide))
        return self._visits.view(acting, stream)

    def _join(self, planned: f.InspectionPlanned, on: dt.date, meta: EventMetadata, *, must_join: bool) -> Decide:
        try:
            cycle, digest, recheck_of = self._cycle_for(planned, on)
        except Problem:
            if must_join:
                raise
            return lambda inspection: None
        return lambda inspection: inspection.join(cycle, digest, recheck_of, meta)

    def _cycle_for(self, planned: f.InspectionPlanned, on: dt.date) -> tuple[CycleId, Sha256, InspectionId]:
        cycle = self._visits.cycle_to_visit(planned.layer, planned.school, on)
        before = self._visits.before(planned.school, cycle.cycle, planned.layer)
        if before.open:
            raise StillOpen(
                f"Đợt tự đánh giá {cycle.cycle} còn một đợt cùng cấp (xã/Sở) chưa kết luận. Chưa ghi gì. "
                "Kết luận đợt ấy trước."
            )
        return cycle.cycle, cycle.digest, before.last


def in_turn(*steps: Decide) -> Decide:
    """Return what does all of these to a visit, one after the other."""

    def decide(inspection: Inspection) -> None:
        for step in steps:
            step(inspection)

    return decide
