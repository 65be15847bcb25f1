"""Use cases of the inspection service: plan a visit, record what it found, conclude it, answer it; who may, by layer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import NamedTuple

import msgspec
from cachetools import LRUCache

from services.inspection import presenters, views
from services.inspection.domain import facts as f
from services.inspection.domain.finding_state import STATES, state_of
from services.inspection.domain.inspection import Inspection, inspection_id
from services.inspection.domain.planning import KnownCycle, require_day, require_visitable
from services.inspection.errors import CycleUnknown, NoSuchInspection, StillOpen, VisitDateRefused
from services.inspection.published import published
from services.inspection.teams import (
    TEAMS,
    checked_members,
    reads_drafts,
    require_member,
    require_planner,
    require_team,
)
from shared.caching import LockedCache
from shared.clock import VIETNAM, Clock, today, vietnam_date
from shared.contracts.calls.inspection import (
    AnswerFinding,
    AskedFinding,
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
from shared.contracts.events.base import CloudEvent
from shared.contracts.problems import DocumentUnknown, UnknownEventVersion
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.facts import EventMetadata
from shared.eventlog.log import RecordedEvent, microseconds
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.problems import BadRequest
from shared.rulebook import Library
from shared.storage.database_url import StoreSettings
from shared.text import format_date, nfc
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CycleId, DocumentId, InspectionId, Position, SchoolCode

SOURCES = ("assessment", "evidence", "identity")
"""Who tells of cycles and schools, of kept documents, of accounts and tokens."""

EARLIEST_DAY = dt.date(1945, 9, 2)
"""No school of the state, and no visit to one, is older."""

MOST_FINDINGS = 500
"""More than any rulebook has indicators."""

MOST_DOCUMENTS = 50
"""Papers with one answer."""

MOST_LISTED, MOST_VISITS = 500, 2000

LONGEST_TEXT = 20_000
"""Characters in one field: some eight pages."""

_KEPT_VISITS = 500
"""Visits that are kept replayed, so that a school's page need not replay them."""


class _Recheck(NamedTuple):
    """What stands before a plan: an open visit, or the one to look after."""

    open: bool
    of: InspectionId


class InspectionApplication(EventSourcedApplication):
    """Visits to schools. An Inbox for what other services tell. `library` holds the rulebooks."""

    name = "inspection"  # type: ignore[misc]  # a plain class attribute in the library
    facts = f.FACTS
    sources = SOURCES

    def __init__(self, store: StoreSettings, clock: Clock, *, installation: str, views_url: str, library: Library) -> None:
        super().__init__(store, clock, installation=installation)
        self.library = library
        self.views = self.own(
            lambda: ReadModel(views_url, views.METADATA, views.project, self.log, version=views.VERSION, name=self.name)
        )
        self._kept: LockedCache[uuid.UUID, presenters.VisitSnapshot] = LockedCache(LRUCache(_KEPT_VISITS))

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event."""
        return published(self.installation, logged)

    # --- commands

    def plan(self, acting: CallContext, request: PlanInspection) -> InspectionView:
        """Plan a visit; the same plan again is the same visit.

        Raises NotAllowed, WrongLayer, CycleUnknown, VisitDateRefused, SubmissionMissing, NotTheNewest, StillOpen, NoAccount,
        MemberRefused, NoSuchInspection, BadRequest.
        """
        require_team(acting, request.layer, request.school)
        title = " ".join(_bounded_text(request.title, "tên đợt kiểm tra").split())
        if not title:
            raise BadRequest("Chưa nhập tên đợt kiểm tra.", path="$.title")
        stream = inspection_id(request.school, request.cycle, request.layer, request.on, title)
        # Alone among planners, so that of two plans at once one sees the other.
        with self.views.writing():
            self.views.catch_up()
            if not self._last_position(stream):
                self._plan(acting, request, stream, title)
        return self._view(acting, stream)

    def _plan(self, acting: CallContext, request: PlanInspection, stream: uuid.UUID, title: str) -> None:
        digest = self._visitable(request.layer, request.school, request.cycle, request.on).digest
        before = self._before(request)
        if before.open:
            raise StillOpen(
                "Trường này còn một đợt cùng loại chưa kết luận. Chưa lập gì. Kết luận đợt ấy, hoặc dời ngày của nó."
            )
        with self.views.reading() as conn:
            now_us = microseconds(self.clock.now())
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
        meta, _ = self._metadata_for_day(acting)
        self.change(Inspection, stream, lambda inspection: inspection.plan(planned, meta))

    def reschedule(self, acting: CallContext, request: RescheduleInspection) -> InspectionView:
        """Move the day of a visit.

        Raises NotAllowed, NoSuchInspection, Concluded, CycleUnknown, VisitDateRefused, SubmissionMissing, NotTheNewest,
        BadRequest.
        """
        meta, _ = self._metadata_for_day(acting)
        reason = _bounded_text(request.reason, "lý do dời ngày")
        if not reason:
            raise BadRequest("Chưa nhập lý do dời ngày. Chưa dời gì.", path="$.reason")

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            require_planner(acting, planned.layer, request.school)
            self._visitable(planned.layer, planned.school, planned.cycle, request.on)
            inspection.reschedule(request.school, request.on, reason, meta)

        return self._change(acting, request.inspection, decide)

    def record_findings(self, acting: CallContext, request: RecordFindings) -> InspectionView:
        """Record findings, all or none.

        Raises NotAllowed, NoSuchInspection, Concluded, NoSuchCriterion, NotApplicableRefused, VisitDateRefused.
        """
        meta, on = self._metadata_for_day(acting, request.on)
        if len(request.findings) > MOST_FINDINGS:
            raise BadRequest(f"Mỗi lần ghi nhiều nhất {MOST_FINDINGS} phát hiện.", path="$.findings")
        findings = [
            msgspec.structs.replace(finding, note=_bounded_text(finding.note, "ghi chú")) for finding in request.findings
        ]

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            require_member(acting, inspection)
            self._require_opened(planned, on)
            rulebook = self.library.by_digest(planned.digest)
            inspection.record_findings(request.school, findings, on, today(self.clock), rulebook, meta)

        return self._change(acting, request.inspection, decide)

    def conclude(self, acting: CallContext, request: ConcludeInspection) -> InspectionView:
        """Close the visit with a summary. Raises NotAllowed, NoSuchInspection, VisitDateRefused, BadRequest."""
        meta, on = self._metadata_for_day(acting, request.on)
        summary = _bounded_text(request.summary, "kết luận")

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            require_member(acting, inspection, concluding=True)
            self._require_opened(planned, on)
            inspection.conclude(request.school, summary, on, meta)

        return self._change(acting, request.inspection, decide)

    def answer_finding(self, acting: CallContext, request: AnswerFinding) -> InspectionView:
        """Answer a finding for the school.

        Raises NoSuchInspection, VisitNotConcluded, NoSuchFinding, DocumentUnknown, BadRequest.
        """
        text = _bounded_text(request.text, "trả lời")
        documents = tuple(dict.fromkeys(request.documents))
        if len(documents) > MOST_DOCUMENTS:
            raise BadRequest(f"Mỗi trả lời gắn nhiều nhất {MOST_DOCUMENTS} tài liệu.", path="$.documents")
        if not text and not documents:
            raise BadRequest("Chưa có chữ nào và chưa chọn tài liệu nào. Chưa gửi gì.", path="$.text")
        self._require_documents(documents, request.school)
        meta, on = self._metadata_for_day(acting)
        key = (request.criterion, request.level, request.indicator)

        def decide(inspection: Inspection) -> None:
            inspection.answer_finding(request.school, key, text, documents, on, meta)

        return self._change(acting, request.inspection, decide)

    # --- questions

    def inspection(self, acting: CallContext, request: InspectionRequest) -> InspectionView:
        """Return one inspection with its findings; raises NoSuchInspection."""
        found = self._view(acting, _stream(request.inspection))
        if found.school != request.school:
            raise _no_inspection(request.inspection)
        return found

    def inspections(self, acting: CallContext, request: InspectionsRequest) -> InspectionsAnswer:
        """Return a school's inspections, newest first."""
        with self.views.reading() as conn:
            found = views.inspections(conn, request.school)
        return InspectionsAnswer(inspections=[self._view(acting, uuid.UUID(one)) for one in found])

    def findings(self, acting: CallContext, request: FindingsRequest) -> FindingsAnswer:
        """Return what concluded visits ask of the schools that the caller reaches, the most urgent first; BadRequest."""
        if request.state not in {"", *STATES}:
            raise BadRequest(f"Trạng thái là một trong: {', '.join(STATES)}.", path="$.state")
        if not 1 <= request.limit <= MOST_LISTED or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_LISTED} phát hiện.", path="$.limit")
        day = today(self.clock)
        with self.views.reading() as conn:
            rows = views.asked(conn, commune=request.commune, layer=request.layer or "")
        mine = [row for row in rows if reaches_school(acting, "inspection.findings", row.school)]
        stated = [(row, state_of(row.result, row.answer_by, answered=row.answered, today=day)) for row in mine]
        counts = {state: sum(of == state for _, of in stated) for state in STATES}
        by_school: dict[SchoolCode, dict[str, int]] = {}
        for row, of in stated:
            if of:
                by_school.setdefault(row.school, dict.fromkeys(STATES, 0))[of] += 1
        wanted = [(row, of) for row, of in stated if of and request.state in {"", of}]
        wanted.sort(key=lambda pair: (STATES.index(pair[1]), pair[0].answer_by or dt.date.max, pair[0].school))
        page = wanted[request.after : request.after + request.limit]
        shown = [self._asked(row, day) for row, _ in page]
        return FindingsAnswer(findings=shown, counts=counts, total=len(wanted), by_school=by_school)

    def visits(self, acting: CallContext, request: VisitsRequest) -> VisitsAnswer:
        """Return the visits to the schools that the caller reaches, newest planned day first; raises BadRequest."""
        if not 1 <= request.limit <= MOST_VISITS or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_VISITS} đợt.", path="$.limit")
        with self.views.reading() as conn:
            rows = views.visits(conn, commune=request.commune, layer=request.layer or "")
        mine = [row for row in rows if reaches_school(acting, "inspection.visits", row.school)]
        page = mine[request.after : request.after + request.limit]
        return VisitsAnswer(visits=[presenters.visit_line(row, self.library) for row in page], total=len(mine))

    def _asked(self, one: views.FindingRow, day: dt.date) -> AskedFinding:
        visit = self._visit(uuid.UUID(one.inspection))
        planned, concluded = visit.inspection.planned, visit.inspection.concluded
        assert planned is not None
        assert concluded is not None
        return AskedFinding(
            school=one.school,
            inspection=one.inspection,
            cycle=planned.cycle,
            layer=planned.layer,
            title=planned.title,
            on=visit.inspection.planned_on,
            concluded_on=concluded.concluded_on,
            finding=presenters.finding_view(visit, (one.criterion, one.level, one.indicator), day),
        )

    # --- what other services tell (Inbox)

    def received_position(self, source: str) -> Position:
        """Return the sequence up to which another service's events are applied."""
        with self.views.reading() as conn:
            return self.views.upstream_position(conn, source)

    def receive(self, event: CloudEvent) -> None:
        """Apply another service's next event exactly once; raises UnknownEventVersion for a newer kind of what is needed."""
        with self.views.writing() as conn:
            if event.sequence <= self.views.upstream_position(conn, event.service):
                return
            if views.is_newer(event):
                raise UnknownEventVersion(
                    f"Chưa hiểu sự kiện {event.type}. Nâng cấp dịch vụ kiểm tra, rồi gửi lại.", event=event.id
                )
            views.project_foreign(conn, event)
            self.views.save_position(conn, event.service, event.sequence)

    # --- inside

    def _change(self, acting: CallContext, inspection: str, decide: Callable[[Inspection], None]) -> InspectionView:
        stream = _stream(inspection)
        self.change(Inspection, stream, decide)
        return self._view(acting, stream)

    def _cycle(self, school: SchoolCode, cycle: CycleId) -> tuple[KnownCycle, list[KnownCycle]]:
        """Return a cycle, and all of the school; raises CycleUnknown."""
        with self.views.reading() as conn:
            known = views.cycles(conn, school)
        known_cycle = next((candidate for candidate in known if candidate.cycle == cycle), None)
        if known_cycle is None:
            raise CycleUnknown(
                f"Chưa thấy đợt “{cycle}” của trường {school}. Nếu trường vừa mở đợt, thử lại sau vài giây.", cycle=cycle
            ).awaiting_news()
        return known_cycle, known

    def _visitable(self, layer: Layer, school: SchoolCode, cycle: CycleId, on: dt.date) -> KnownCycle:
        """Return a cycle that the layer may visit on a day.

        Raises CycleUnknown, VisitDateRefused, SubmissionMissing, NotTheNewest.
        """
        known_cycle, known = self._cycle(school, cycle)
        require_day(on, known_cycle, today(self.clock))
        require_visitable(layer, known_cycle, known, on)
        return known_cycle

    def _require_opened(self, planned: f.InspectionPlanned, on: dt.date) -> None:
        require_day(on, self._cycle(planned.school, planned.cycle)[0], today(self.clock))

    def _before(self, request: PlanInspection) -> _Recheck:
        """Return what stands before a plan; raises NoSuchInspection for a recheck of what was never concluded."""
        with self.views.reading() as conn:
            visits = views.visits_to(conn, request.school, request.cycle, request.layer)
        concluded = sorted(((day, number) for number, day in visits if day), key=lambda pair: pair[0])
        named = request.recheck_of
        if named and named not in {number for _, number in concluded}:
            raise NoSuchInspection("Không có đợt đã kết luận ấy để kiểm tra lại. Chọn trong danh sách.", inspection=named)
        return _Recheck(
            any(day is None for _, day in visits), named or (concluded[-1][1] if concluded else InspectionId(""))
        )

    def _require_documents(self, documents: tuple[DocumentId, ...], school: SchoolCode) -> None:
        with self.views.reading() as conn:
            owners = {document: views.document_school(conn, document) for document in documents}
        foreign = [document for document, owner in owners.items() if owner != school]
        if foreign:
            raise DocumentUnknown(
                "Kho của trường chưa có tài liệu đã chọn. Chưa gửi gì. Tải lên trước; nếu vừa tải, thử lại sau vài giây.",
                documents=foreign,
            ).awaiting_news(awaited=not any(owners[document] for document in foreign))

    def _metadata_for_day(self, acting: CallContext, on: dt.date | None = None) -> tuple[EventMetadata, dt.date]:
        """Return the meta of facts that hold on a day, and that day in Việt Nam; raises VisitDateRefused for one to come."""
        now = self.clock.now()
        day = vietnam_date(now)
        if on is None or on == day:
            return self.meta(msgspec.structs.replace(acting, occurred=now)), day
        if on > day:
            raise VisitDateRefused(f"Ngày {format_date(on)} chưa đến. Nhập ngày đến hôm nay, {format_date(day)}.")
        if on < EARLIEST_DAY:
            raise VisitDateRefused(f"Ngày {format_date(on)} quá xa. Nhập ngày từ {format_date(EARLIEST_DAY)}.")
        occurred = dt.datetime.combine(on, dt.time(), VIETNAM).astimezone(dt.UTC)
        return self.meta(msgspec.structs.replace(acting, occurred=occurred)), on

    def _view(self, acting: CallContext, stream: uuid.UUID) -> InspectionView:
        """Return a visit as the caller sees it. Raises NoSuchInspection."""
        visit = self._visit(stream)
        planned = visit.inspection.planned
        assert planned is not None
        return presenters.inspection_view(visit, today(self.clock), with_drafts=reads_drafts(acting, planned.school))

    def _visit(self, stream: uuid.UUID) -> presenters.VisitSnapshot:
        """Return a visit; one that was replayed is good while its stream has not grown. Raises NoSuchInspection."""
        snapshot = self._kept.get(stream)
        if snapshot is None or snapshot.position != self._last_position(stream):
            snapshot = self._read(stream)
            self._kept.put(stream, snapshot)
        return snapshot

    def _read(self, stream: uuid.UUID) -> presenters.VisitSnapshot:
        entries = self.log.stream(stream)
        inspection = Inspection(stream).replay(logged.entry for logged in entries)
        if inspection.planned is None:
            raise _no_inspection(str(stream))
        return presenters.VisitSnapshot(
            inspection=inspection,
            positions={logged.entry.originator_version: logged.position for logged in entries},
            criteria_total=len(self.library.by_digest(inspection.planned.digest).criteria),
            position=entries[-1].position,
        )


def _bounded_text(text: str, what: str) -> str:
    clean = nfc(text).strip()
    if len(clean) > LONGEST_TEXT:
        raise BadRequest(f"Phần {what} dài {len(clean)} chữ cái, nhiều nhất {LONGEST_TEXT}. Chưa ghi gì. Rút gọn lại.")
    return clean


def _stream(inspection: str) -> uuid.UUID:
    try:
        return uuid.UUID(inspection)
    except ValueError:
        raise _no_inspection(inspection) from None


def _no_inspection(inspection: str) -> NoSuchInspection:
    return NoSuchInspection("Trường này không có đợt kiểm tra ấy. Chọn trong danh sách.", inspection=inspection)


__all__ = ["TEAMS", "InspectionApplication"]
