"""The way of every use case to a visit: its stream to decide on, the visit as it stands, and the cycle that it rests on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import msgspec
from cachetools import LRUCache

from services.inspection import views
from services.inspection.domain import facts as f
from services.inspection.domain.inspection import Inspection
from services.inspection.domain.kinds import regime_of
from services.inspection.domain.planning import KnownCycle, cycle_to_visit, require_day, require_near, require_visitable
from services.inspection.domain.team_rules import proposals_of
from services.inspection.errors import CycleUnknown, VisitDateRefused, VisitNotConcluded
from services.inspection.presenters import visits as presenters
from services.inspection.presenters.requests import with_requests
from services.inspection.presenters.teams import with_proposals
from services.inspection.snapshots import VisitSnapshot
from services.inspection.teams import reads_drafts, reads_opinions
from services.inspection.use_cases.texts import no_inspection, visit_stream
from services.inspection.views.year.training_rows import attended
from shared.caching import LockedCache
from shared.clock import VIETNAM, Clock, today, vietnam_date
from shared.contracts.calls.inspection import InspectionView
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import EventMetadata
from shared.eventlog.log import Log
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.rulebook import Library
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TrainingTopic
from shared.vocabulary.ids import CycleId, InspectionId, SchoolCode

EARLIEST_DAY = dt.date(1945, 9, 2)
"""No school of the state, and no visit to one, is older."""

_KEPT_VISITS = 500
"""Visits that are kept replayed, so that a school's page need not replay them."""


class VisitRepository:
    """Visits to decide on and to ask about; those that were asked about last are kept replayed."""

    def __init__(self, application: EventSourcedApplication, library: Library, views: ReadModel) -> None:
        self.application = application
        self.library = library
        self.views = views
        self._kept: LockedCache[uuid.UUID, VisitSnapshot] = LockedCache(LRUCache(_KEPT_VISITS))

    @property
    def log(self) -> Log:
        """The log of the service."""
        return self.application.log

    @property
    def clock(self) -> Clock:
        """What says what time it is."""
        return self.application.clock

    def metadata_on(self, acting: CallContext, on: dt.date | None = None) -> tuple[EventMetadata, dt.date]:
        """Return the meta of facts that hold on a day, and that day in Việt Nam; raises VisitDateRefused for one to come."""
        now = self.clock.now()
        day = vietnam_date(now)
        if on is None or on == day:
            return self.application.meta(msgspec.structs.replace(acting, occurred=now)), day
        if on > day:
            raise VisitDateRefused(f"Ngày {format_date(on)} chưa đến. Nhập ngày đến hôm nay, {format_date(day)}.")
        if on < EARLIEST_DAY:
            raise VisitDateRefused(f"Ngày {format_date(on)} quá xa. Nhập ngày từ {format_date(EARLIEST_DAY)}.")
        occurred = dt.datetime.combine(on, dt.time(), VIETNAM).astimezone(dt.UTC)
        return self.application.meta(msgspec.structs.replace(acting, occurred=occurred)), on

    def change(self, acting: CallContext, inspection: InspectionId, decide: Callable[[Inspection], None]) -> InspectionView:
        """Let `decide` record facts of a visit and store them; return it. Raises NoSuchInspection, and what it raises."""
        stream = visit_stream(inspection)
        self.application.change(Inspection, stream, decide)
        return self.view(acting, stream)

    def view(self, acting: CallContext, stream: uuid.UUID) -> InspectionView:
        """Return a visit as the caller sees it. Raises NoSuchInspection."""
        planned = self.visit(stream).inspection.planned
        assert planned is not None
        return self.shown(
            stream,
            with_drafts=reads_drafts(acting, planned.school),
            with_opinions=reads_opinions(acting, planned.layer, planned.school),
        )

    def shown(self, stream: uuid.UUID, *, with_drafts: bool, with_opinions: bool) -> InspectionView:
        """Return a visit with what is not for everybody, or without. Raises NoSuchInspection."""
        visit, day = self.visit(stream), today(self.clock)
        planned = visit.inspection.planned
        assert planned is not None
        with self.views.reading() as conn:
            requests = views.evidence_requests(conn, planned.inspection)
            photos = views.visit_photos(conn, planned.inspection) if with_drafts else []
        shown = presenters.inspection_view(visit, day, with_drafts=with_drafts, with_opinions=with_opinions)
        if with_drafts and shown.team is not None:
            shown = with_proposals(shown, self.training_proposals(visit.inspection))
        return with_requests(shown, requests, photos, day)

    def training_proposals(self, inspection: Inspection) -> list[str]:
        """Return what the attendance of classes proposes of the team of a visit."""
        people = [member.person for member in inspection.sent if member.trained is None]
        if not people:
            return []
        with self.views.reading() as conn:
            present = attended(conn, topic=TrainingTopic.EXTERNAL_EVALUATION, people=people)
        return proposals_of(inspection.sent, {one.person: one.held_on for one in present})

    def visit(self, stream: uuid.UUID) -> VisitSnapshot:
        """Return a visit; one that was replayed is good while its stream has not grown. Raises NoSuchInspection."""
        snapshot = self._kept.get(stream)
        if snapshot is None or snapshot.position != self.application.last_position(stream):
            snapshot = self._read(stream)
            self._kept.put(stream, snapshot)
        return snapshot

    def _read(self, stream: uuid.UUID) -> VisitSnapshot:
        entries = self.log.stream(stream)
        inspection = Inspection(stream).replay(logged.entry for logged in entries)
        planned = inspection.planned
        if planned is None:
            raise no_inspection(str(stream))
        return VisitSnapshot(
            inspection=inspection,
            positions={logged.entry.originator_version: logged.position for logged in entries},
            criteria_total=len(self.library.by_digest(planned.digest).criteria) if planned.digest else 0,
            regime=regime_of(self.library, planned.digest, inspection.planned_on),
            position=entries[-1].position,
        )

    def visitable(self, layer: Layer, school: SchoolCode, cycle: CycleId, on: dt.date) -> KnownCycle:
        """Return a cycle that the layer may visit on a day.

        Raises CycleUnknown, VisitDateRefused, SubmissionMissing, NotTheNewest.
        """
        known_cycle, known = self._cycle(school, cycle)
        require_day(on, known_cycle, today(self.clock))
        require_visitable(layer, known_cycle, known, on)
        return known_cycle

    def require_movable(self, planned: f.InspectionPlanned, on: dt.date) -> None:
        """Raise unless a visit may be moved to a day: one without a cycle to any that is near, else as `visitable`."""
        if planned.cycle:
            self.visitable(planned.layer, planned.school, planned.cycle, on)
        else:
            require_near(on, today(self.clock))

    def cycle_to_visit(self, layer: Layer, school: SchoolCode, on: dt.date) -> KnownCycle:
        """Return the newest cycle of a school that the layer may visit on a day.

        Raises NoCycleYet, VisitDateRefused, SubmissionMissing.
        """
        return cycle_to_visit(layer, self.cycles(school), on, today(self.clock))

    def cycles(self, school: SchoolCode) -> list[KnownCycle]:
        """Return the cycles that are known of a school."""
        with self.views.reading() as conn:
            return views.cycles(conn, school)

    def before(self, school: SchoolCode, cycle: CycleId, layer: Layer) -> views.EarlierVisits:
        """Return what stands of a layer's visits to a cycle."""
        with self.views.reading() as conn:
            return views.earlier_visits(conn, school, cycle, layer)

    def require_concluded(self, school: SchoolCode, inspection: InspectionId, on: dt.date) -> None:
        """Raise unless a visit, on which something else is to rest, is one of the school that was concluded by a day.

        Raises NoSuchInspection, VisitNotConcluded, VisitDateRefused.
        """
        visit = self.visit(visit_stream(inspection)).inspection
        if visit.planned is None or visit.planned.school != school:
            raise no_inspection(inspection)
        if visit.concluded is None:
            raise VisitNotConcluded("Đợt kiểm tra ấy chưa kết luận. Chưa ghi gì. Kết luận đợt, hoặc ghi không kèm đợt nào.")
        if on < visit.concluded.concluded_on:
            concluded = format_date(visit.concluded.concluded_on)
            raise VisitDateRefused(
                f"Đợt ấy kết luận ngày {concluded}, sau ngày {format_date(on)}. Chưa ghi gì. Chọn ngày từ {concluded}."
            )

    def require_opened(self, planned: f.InspectionPlanned, on: dt.date) -> None:
        """Raise VisitDateRefused for a day on which the cycle of a visit was not open yet. Raises CycleUnknown."""
        require_day(on, self._cycle(planned.school, planned.cycle)[0], today(self.clock))

    def _cycle(self, school: SchoolCode, cycle: CycleId) -> tuple[KnownCycle, list[KnownCycle]]:
        """Return a cycle, and all of the school; raises CycleUnknown."""
        known = self.cycles(school)
        known_cycle = next((candidate for candidate in known if candidate.cycle == cycle), None)
        if known_cycle is None:
            raise CycleUnknown(
                f"Chưa thấy đợt “{cycle}” của trường {school}. Nếu trường vừa mở đợt, thử lại sau vài giây.", cycle=cycle
            ).awaiting_news()
        return known_cycle, known
