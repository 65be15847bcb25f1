"""Use cases about the plan of a visit: made, and moved to another day."""

from __future__ import annotations

import uuid
from typing import NamedTuple

import msgspec

from services.inspection import views
from services.inspection.domain import facts as f
from services.inspection.domain.inspection import Inspection, inspection_id
from services.inspection.errors import NoSuchInspection, StillOpen
from services.inspection.teams import checked_members, require_planner, require_team
from services.inspection.use_cases.visits import VisitRepository
from shared.contracts.calls.inspection import InspectionView, PlanInspection, RescheduleInspection
from shared.eventlog.log import microseconds
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.typed_texts import typed_text
from shared.vocabulary.ids import InspectionId


class _Recheck(NamedTuple):
    """What stands before a plan: an open visit, or the one to look after."""

    open: bool
    of: InspectionId


class Planning:
    """Plans visits and moves their days."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def plan(self, acting: CallContext, request: PlanInspection) -> InspectionView:
        """Plan a visit; the same plan again is the same visit.

        Raises NotAllowed, WrongLayer, CycleUnknown, VisitDateRefused, SubmissionMissing, NotTheNewest, StillOpen, NoAccount,
        MemberRefused, NoSuchInspection, BadRequest.
        """
        require_team(acting, request.layer, request.school)
        title = " ".join(typed_text(request.title, "tên đợt kiểm tra").split())
        if not title:
            raise BadRequest("Chưa nhập tên đợt kiểm tra.", path="$.title")
        stream = inspection_id(request.school, request.cycle, request.layer, request.on, title)
        # Alone among planners, so that of two plans at once one sees the other.
        with self._visits.views.writing():
            self._visits.views.catch_up()
            if not self._visits.application.last_position(stream):
                self._plan(acting, request, stream, title)
        return self._visits.view(acting, stream)

    def _plan(self, acting: CallContext, request: PlanInspection, stream: uuid.UUID, title: str) -> None:
        digest = self._visits.visitable(request.layer, request.school, request.cycle, request.on).digest
        before = self._before(request)
        if before.open:
            raise StillOpen(
                "Trường này còn một đợt cùng loại chưa kết luận. Chưa lập gì. Kết luận đợt ấy, hoặc dời ngày của nó."
            )
        with self._visits.views.reading() as conn:
            now_us = microseconds(self._visits.clock.now())
            team = checked_members(conn, request.layer, request.school, request.members, now_us)
        planned = f.InspectionPlanned(
            inspection=InspectionId(str(stream)),
            school=request.school,
            cycle=request.cycle,
            digest=digest,
            layer=request.layer,
            planned_on=request.on,
            title=title,
            team=team or msgspec.UNSET,
            recheck_of=before.of or msgspec.UNSET,
        )
        meta, _ = self._visits.metadata_on(acting)
        self._visits.application.change(Inspection, stream, lambda inspection: inspection.plan(planned, meta))

    def reschedule(self, acting: CallContext, request: RescheduleInspection) -> InspectionView:
        """Move the day of a visit.

        Raises NotAllowed, NoSuchInspection, Concluded, CycleUnknown, VisitDateRefused, SubmissionMissing, NotTheNewest,
        BadRequest.
        """
        meta, _ = self._visits.metadata_on(acting)
        reason = typed_text(request.reason, "lý do dời ngày")
        if not reason:
            raise BadRequest("Chưa nhập lý do dời ngày. Chưa dời gì.", path="$.reason")

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            require_planner(acting, planned.layer, request.school)
            self._visits.visitable(planned.layer, planned.school, planned.cycle, request.on)
            inspection.reschedule(request.school, request.on, reason, meta)

        return self._visits.change(acting, request.inspection, decide)

    def _before(self, request: PlanInspection) -> _Recheck:
        """Return what stands before a plan; raises NoSuchInspection for a recheck of what was never concluded."""
        with self._visits.views.reading() as conn:
            visits = views.visits_to(conn, request.school, request.cycle, request.layer)
        concluded = sorted(((day, number) for number, day in visits if day), key=lambda pair: pair[0])
        named = request.recheck_of
        if named and named not in {number for _, number in concluded}:
            raise NoSuchInspection("Không có đợt đã kết luận ấy để kiểm tra lại. Chọn trong danh sách.", inspection=named)
        return _Recheck(
            any(day is None for _, day in visits), named or (concluded[-1][1] if concluded else InspectionId(""))
        )
