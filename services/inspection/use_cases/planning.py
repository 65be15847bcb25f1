"""Use cases about the plan of visits: one, a programme of many in one act, one moved to another day."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from services.inspection.domain import facts as f
from services.inspection.domain.inspection import Inspection, inspection_id
from services.inspection.domain.kinds import RULED_ON_ELIGIBILITY, kind_of, regime_of
from services.inspection.domain.planning import require_near
from services.inspection.errors import (
    NoCycleYet,
    NoSuchInspection,
    NotTheNewest,
    StillOpen,
    SubmissionMissing,
    VisitDateRefused,
)
from services.inspection.teams import check_never_worked_there, checked_members, require_planner, require_team
from services.inspection.use_cases.texts import naming, one_line, site_names
from services.inspection.use_cases.visits import EARLIEST_DAY, VisitRepository
from shared.clock import today
from shared.contracts.calls.inspection import InspectionView, PlanInspection, RescheduleInspection
from shared.contracts.calls.teams import PlanProgramme, ProgrammeAnswer
from shared.eventlog.log import microseconds
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.text import format_date
from shared.typed_texts import typed_text
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CycleId, InspectionId, SchoolCode, Sha256
from shared.vocabulary.inspection import VisitKind

MOST_IN_A_PROGRAMME = 500
"""More than a province has schools to visit in a year by one office."""

_NO_CYCLE = (CycleId(""), Sha256(""))


class _WantedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that somebody wants planned; without a `cycle`, for the newest or for the one that the school will open."""

    school: SchoolCode
    layer: Layer
    on: dt.date
    title: str
    cycle: CycleId
    kind: VisitKind | None
    sites: tuple[str, ...]
    members: tuple[str, ...] = ()
    recheck_of: InspectionId = InspectionId("")

    def stream(self, cycle: CycleId) -> uuid.UUID:
        """Return the stream of the visit under a cycle."""
        return inspection_id(self.school, cycle, self.layer, self.on, self.title)


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
        wanted = _WantedVisit(
            school=request.school,
            layer=request.layer,
            on=request.on,
            title=_title(request.title),
            cycle=request.cycle,
            kind=request.kind,
            sites=site_names(request.sites),
            members=tuple(request.members),
            recheck_of=request.recheck_of,
        )
        (stream,) = self._plan_all(acting, [wanted])
        return self._visits.view(acting, stream)

    def plan_programme(self, acting: CallContext, request: PlanProgramme) -> ProgrammeAnswer:
        """Plan visits to many schools, all or none; what is planned already stays as it is.

        A refusal names the school that it is about. Raises what `plan` raises, but nothing about members.
        """
        if not 1 <= len(request.visits) <= MOST_IN_A_PROGRAMME:
            raise BadRequest(f"Một chương trình có từ 1 đến {MOST_IN_A_PROGRAMME} đợt. Chưa lập gì.", path="$.visits")
        wanted = []
        for number, visit in enumerate(request.visits):
            with naming(f"Trường {visit.school}", school=visit.school, at=f"$.visits[{number}]"):
                require_planner(acting, request.layer, visit.school)
                wanted.append(
                    _WantedVisit(
                        school=visit.school,
                        layer=request.layer,
                        on=visit.on,
                        title=_title(visit.title or request.title),
                        cycle=visit.cycle,
                        kind=visit.kind or request.kind,
                        sites=site_names(visit.sites),
                    )
                )
        streams = self._plan_all(acting, wanted, named=True)
        return ProgrammeAnswer(visits=[self._visits.view(acting, stream) for stream in streams])

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
            self._visits.require_movable(planned, request.on)
            inspection.reschedule(request.school, request.on, reason, meta)

        return self._visits.change(acting, request.inspection, decide)

    def _plan_all(self, acting: CallContext, wanted: Sequence[_WantedVisit], *, named: bool = False) -> list[uuid.UUID]:
        """Plan visits in one transaction, all or none; return their streams in order."""
        meta, _ = self._visits.metadata_on(acting)
        planned: dict[uuid.UUID, f.InspectionPlanned] = {}
        streams = []

        def decide() -> tuple[None, list[Inspection]]:
            visits = []
            for stream, fact in planned.items():
                visit = self._visits.application.load(Inspection, stream)
                visit.plan(fact, meta)
                visits.append(visit)
            return None, visits

        # Alone among planners, so that of two plans at once one sees the other.
        with self._visits.views.writing():
            self._visits.views.catch_up()
            for one in wanted:
                with naming(f"Trường {one.school}", school=one.school) if named else contextlib.nullcontext():
                    stream = self._standing(one) or self._add(one, planned)
                    streams.append(stream)
            if planned:
                self._visits.application.change_together(decide)
        return streams

    def _standing(self, wanted: _WantedVisit) -> uuid.UUID | None:
        """Return the stream of a visit that was planned so before."""
        cycles = (
            [wanted.cycle] if wanted.cycle else [CycleId(""), *(one.cycle for one in self._visits.cycles(wanted.school))]
        )
        streams = (wanted.stream(cycle) for cycle in cycles)
        return next((stream for stream in streams if self._visits.application.last_position(stream)), None)

    def _add(self, wanted: _WantedVisit, planned: dict[uuid.UUID, f.InspectionPlanned]) -> uuid.UUID:
        """Add the plan of a visit to those that will be stored, unless it is among them; return its stream."""
        cycle, digest = self._cycle_of(wanted)
        stream = wanted.stream(cycle)
        if stream not in planned:
            others = [one for one in planned.values() if (one.school, one.cycle) == (wanted.school, cycle)]
            planned[stream] = self._planned(wanted, stream, cycle, digest, beside=bool(others))
        return stream

    def _cycle_of(self, wanted: _WantedVisit) -> tuple[CycleId, Sha256]:
        """Return the cycle that a visit is for, with its rulebook; '' for one that the school will open."""
        if wanted.cycle:
            return wanted.cycle, self._visits.visitable(wanted.layer, wanted.school, wanted.cycle, wanted.on).digest
        require_near(wanted.on, today(self._visits.clock))
        if wanted.on < EARLIEST_DAY:
            raise VisitDateRefused(f"Ngày {format_date(wanted.on)} quá xa. Nhập ngày từ {format_date(EARLIEST_DAY)}.")
        try:
            cycle = self._visits.cycle_to_visit(wanted.layer, wanted.school, wanted.on)
        except (NoCycleYet, NotTheNewest, SubmissionMissing, VisitDateRefused):
            return _NO_CYCLE
        return cycle.cycle, cycle.digest

    def _planned(
        self, wanted: _WantedVisit, stream: uuid.UUID, cycle: CycleId, digest: Sha256, *, beside: bool
    ) -> f.InspectionPlanned:
        before = self._visits.before(wanted.school, cycle, wanted.layer)
        if wanted.recheck_of and wanted.recheck_of not in before.concluded:
            raise NoSuchInspection(
                "Không có đợt đã kết luận ấy để kiểm tra lại. Chọn trong danh sách.", inspection=wanted.recheck_of
            )
        if before.open or beside:
            raise StillOpen(
                "Trường này còn một đợt cùng cấp (xã/Sở) chưa kết luận. Chưa lập gì. Kết luận đợt ấy, hoặc dời ngày của nó."
            )
        regime = regime_of(self._visits.library, digest, wanted.on)
        with self._visits.views.reading() as conn:
            now_us = microseconds(self._visits.clock.now())
            team = checked_members(conn, wanted.layer, wanted.school, wanted.members, now_us)
            check_never_worked_there(conn, wanted.layer, wanted.school, team, surely=regime in RULED_ON_ELIGIBILITY)
        kind = kind_of(wanted.layer, wanted.kind, regime)
        return f.InspectionPlanned(
            inspection=InspectionId(str(stream)),
            school=wanted.school,
            cycle=cycle,
            digest=digest,
            layer=wanted.layer,
            planned_on=wanted.on,
            title=wanted.title,
            team=team or msgspec.UNSET,
            recheck_of=wanted.recheck_of or before.last or msgspec.UNSET,
            # Without a cycle the circular is not known yet: what the department's visit is follows from it once it is.
            kind=kind if digest or wanted.kind or wanted.layer is Layer.COMMUNE else msgspec.UNSET,
            sites=wanted.sites or msgspec.UNSET,
        )


def _title(text: str) -> str:
    title = one_line(text, "tên đợt kiểm tra")
    if not title:
        raise BadRequest("Chưa nhập tên đợt kiểm tra.", path="$.title")
    return title
