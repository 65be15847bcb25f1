"""Use cases of the inspection service: plan a visit, record what it found, conclude it; who may is checked by layer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import TypeVar

import msgspec

from services.inspection import views
from services.inspection.domain import facts as f
from services.inspection.domain.inspection import Inspection, inspection_id
from services.inspection.errors import CycleUnknown, NoSuchInspection, UnknownEvent, WrongDate, WrongLayer
from services.inspection.published import published
from shared.clock import VIETNAM, Clock, vietnam_date
from shared.contracts.assessment import CycleOpened
from shared.contracts.base import CloudEvent
from shared.contracts.calls.assessment import Layer
from shared.contracts.calls.inspection import (
    ConcludeInspection,
    FindingView,
    InspectionRequest,
    InspectionsAnswer,
    InspectionsRequest,
    InspectionView,
    PlanInspection,
    RecordFindings,
)
from shared.eventlog.application import LoggedApplication
from shared.eventlog.facts import Meta
from shared.eventlog.log import Logged
from shared.eventlog.store import StoreSettings
from shared.eventlog.views import Views
from shared.identity.acting import Acting, Role, ScopeKind
from shared.problems import BadRequest, NotAllowed
from shared.rulebook import Library
from shared.text import format_date, nfc

T = TypeVar("T")

ASSESSMENT = "assessment"

EARLIEST = dt.date(1945, 9, 2)
"""No school of the state, and no visit to one, is older."""

MOST_FINDINGS = 500
"""More than any rulebook has indicators."""

LONGEST_TEXT = 20_000
"""Characters in one field: some eight pages."""

TEAMS = {
    Layer.COMMUNE: frozenset({Role.COMMUNE_OFFICER, Role.INSPECTOR}),
    Layer.DEPARTMENT: frozenset({Role.EXTERNAL_EVALUATOR, Role.DEPARTMENT_OFFICER}),
}
"""Whose layer it is: the commune advises, the department decides (TT17–19/2018 Đ28–30; TT57/2026 Đ17)."""

_KEPT_VIEWS = 500
"""Visits whose view is kept, so that a school's page need not replay them."""

_STAFF = frozenset({Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD})


class InspectionApplication(LoggedApplication):
    """Visits to schools. An Inbox for what assessment tells of cycles. `library` holds the rulebooks."""

    name = "inspection"  # type: ignore[misc]  # a plain class attribute in the library
    facts = f.FACTS
    sources = (ASSESSMENT,)

    def __init__(self, store: StoreSettings, clock: Clock, *, installation: str, views_url: str, library: Library) -> None:
        super().__init__(store, clock, installation=installation)
        self.library = library
        self.views = self.own(
            lambda: Views(views_url, views.METADATA, views.project, self.log, version=views.VERSION, name=self.name)
        )
        self._kept: dict[uuid.UUID, InspectionView] = {}

    def published(self, logged: Logged) -> CloudEvent:
        """Return what the world hears of a stored event."""
        return published(self.installation, logged)

    # --- commands

    def plan(self, acting: Acting, request: PlanInspection) -> InspectionView:
        """Plan a visit; the same plan again is the same visit.

        Raises NotAllowed, WrongLayer, CycleUnknown, WrongDate, BadRequest.
        """
        _require_team(acting, request.layer, request.school)
        title = " ".join(_written(request.title, "tên đợt kiểm tra").split())
        if not title:
            raise BadRequest("Chưa nhập tên đợt kiểm tra.", path="$.title")
        digest, _ = self._cycle(request.school, request.cycle, request.on)
        stream = inspection_id(request.school, request.cycle, request.layer, request.on, title)
        planned = f.InspectionPlanned(
            inspection=str(stream),
            school=request.school,
            cycle=request.cycle,
            digest=digest,
            layer=request.layer,
            planned_on=request.on,
            title=title,
            members=tuple(request.members),
        )
        meta, _ = self._when(acting)
        self.change(Inspection, stream, lambda inspection: inspection.plan(planned, meta))
        return self._view(stream)

    def record_findings(self, acting: Acting, request: RecordFindings) -> InspectionView:
        """Record findings, all or none.

        Raises NotAllowed, NoSuchInspection, Concluded, NoSuchCriterion, NotApplicableRefused, WrongDate.
        """
        meta, on = self._when(acting, request.on)
        if len(request.findings) > MOST_FINDINGS:
            raise BadRequest(f"Mỗi lần ghi nhiều nhất {MOST_FINDINGS} phát hiện.", path="$.findings")
        findings = [msgspec.structs.replace(one, note=_written(one.note, "ghi chú")) for one in request.findings]

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            _require_team(acting, planned.layer, request.school)
            self._cycle(planned.school, planned.cycle, on)
            rulebook = self.library.by_digest(planned.digest)
            inspection.record_findings(request.school, findings, on, rulebook, meta)

        return self._change(request.inspection, decide)

    def conclude(self, acting: Acting, request: ConcludeInspection) -> InspectionView:
        """Close the visit with a summary. Raises NotAllowed, NoSuchInspection, WrongDate."""
        meta, on = self._when(acting, request.on)
        summary = _written(request.summary, "kết luận")

        def decide(inspection: Inspection) -> None:
            planned = inspection.of_school(request.school)
            _require_team(acting, planned.layer, request.school)
            self._cycle(planned.school, planned.cycle, on)
            inspection.conclude(request.school, summary, on, meta)

        return self._change(request.inspection, decide)

    # --- questions

    def inspection(self, request: InspectionRequest) -> InspectionView:
        """Return one inspection with its findings; raises NoSuchInspection."""
        found = self._view(_stream(request.inspection))
        if found.school != request.school:
            raise _no_inspection(request.inspection)
        return found

    def inspections(self, request: InspectionsRequest) -> InspectionsAnswer:
        """Return a school's inspections, newest first."""
        with self.views.reading() as conn:
            found = views.inspections(conn, request.school)
        return InspectionsAnswer(inspections=[self._view(uuid.UUID(one)) for one in found])

    # --- what assessment tells (Inbox)

    def received_position(self, source: str) -> int:
        """Return the sequence up to which another service's events are applied."""
        with self.views.reading() as conn:
            return self.views.foreign_position(conn, source)

    def receive(self, event: CloudEvent) -> None:
        """Apply the next event of the assessment service exactly once; raises UnknownEvent for a newer kind of cycle."""
        with self.views.writing() as conn:
            if event.sequence <= self.views.foreign_position(conn, ASSESSMENT):
                return
            views.hear(conn, event)
            if event.type != CycleOpened.type() and event.type.rpartition(".")[0] == CycleOpened.type().rpartition(".")[0]:
                raise UnknownEvent(
                    f"Chưa hiểu sự kiện {event.type}. Nâng cấp dịch vụ kiểm tra, rồi gửi lại.", event=event.id
                )
            self.views.advance(conn, ASSESSMENT, event.sequence)

    # --- inside

    def _change(self, inspection: str, decide: Callable[[Inspection], None]) -> InspectionView:
        stream = _stream(inspection)
        self.change(Inspection, stream, decide)
        return self._view(stream)

    def _cycle(self, school: str, cycle: str, on: dt.date) -> tuple[str, dt.date]:
        """Return the digest and opening day of a cycle that is open on a day; raises CycleUnknown, WrongDate."""
        with self.views.reading() as conn:
            found = views.cycle(conn, school, cycle)
        if found is None:
            raise CycleUnknown(
                f"Chưa thấy đợt “{cycle}” của trường {school}. Nếu trường vừa mở đợt, thử lại sau vài giây.", cycle=cycle
            )
        if on < found[1]:
            raise WrongDate(f"Ngày {format_date(on)} trước ngày trường mở đợt tự đánh giá, {format_date(found[1])}.")
        return found

    def _when(self, acting: Acting, on: dt.date | None = None) -> tuple[Meta, dt.date]:
        """Return the meta of facts that hold on a day, and that day in Việt Nam; raises WrongDate for one to come."""
        now = self.clock.now()
        today = vietnam_date(now)
        if on is None or on == today:
            return self.meta(msgspec.structs.replace(acting, occurred=now)), today
        if on > today:
            raise WrongDate(f"Ngày {format_date(on)} chưa đến. Nhập ngày đến hôm nay, {format_date(today)}.")
        if on < EARLIEST:
            raise WrongDate(f"Ngày {format_date(on)} quá xa. Nhập ngày từ {format_date(EARLIEST)}.")
        occurred = dt.datetime.combine(on, dt.time(), VIETNAM).astimezone(dt.UTC)
        return self.meta(msgspec.structs.replace(acting, occurred=occurred)), on

    def _view(self, stream: uuid.UUID) -> InspectionView:
        """Return a visit; what was told of it last is good while its stream has not grown. Raises NoSuchInspection."""
        kept = self._kept.get(stream)
        if kept is None or kept.position != self._last_position(stream):
            kept = self._read(stream)
            if len(self._kept) >= _KEPT_VIEWS:
                self._kept.clear()
            self._kept[stream] = kept
        return kept

    def _read(self, stream: uuid.UUID) -> InspectionView:
        entries = self.log.stream(stream)
        positions = {logged.entry.originator_version: logged.position for logged in entries}
        inspection = Inspection(stream).replay(logged.entry for logged in entries)
        planned, concluded = inspection.planned, inspection.concluded
        if planned is None:
            raise _no_inspection(str(stream))
        return InspectionView(
            inspection=planned.inspection,
            school=planned.school,
            cycle=planned.cycle,
            layer=planned.layer,
            on=planned.planned_on,
            title=planned.title,
            concluded=concluded is not None,
            summary=concluded.summary if concluded else "",
            findings=[_finding(found, positions[version]) for found, version in inspection.findings.values()],
            position=entries[-1].position,
        )


def _require_team(acting: Acting, layer: Layer, school: str) -> None:
    """Raise unless the caller's team judges this layer of this school.

    An evaluator of the department must not belong to the school (TT17–19/2018 Đ30).
    """
    team = TEAMS.get(layer)
    if team is None:
        raise WrongLayer("Đợt kiểm tra chỉ ghi lớp của xã hoặc của Sở.", layer=layer)
    if not any(grant.role in team and grant.covers_school(school) for grant in acting.grants):
        raise NotAllowed("Vai trò hiện có không ghi được lớp này. Xin quyền ở người quản trị.")
    staff = [grant for grant in acting.grants if grant.role in _STAFF and grant.scope_kind is ScopeKind.SCHOOL]
    if layer is Layer.DEPARTMENT and any(grant.scope == school for grant in staff):
        raise NotAllowed("Người thuộc trường không đánh giá ngoài chính trường mình. Sở cử người khác.")


def _finding(found: f.FindingRecorded, position: int) -> FindingView:
    return FindingView(
        criterion=found.criterion,
        level=found.level,
        indicator=found.indicator,
        result=found.result,
        note=found.note,
        recorded_on=found.found_on,
        position=position,
        answer_by=found.answer_by,
    )


def _written(text: str, what: str) -> str:
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


__all__ = ["InspectionApplication"]
