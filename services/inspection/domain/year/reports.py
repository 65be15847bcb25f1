"""The streams of reports: a request to many schools, and the part of each school, so that all can hand in at once."""

from __future__ import annotations

import datetime as dt
import uuid

from services.inspection.domain.year import reports_facts as rf
from services.inspection.errors import VisitDateRefused
from services.inspection.errors_year import (
    ReportAlreadyAccepted,
    ReportChanged,
    ReportNotHandedIn,
    ReportRequestEnded,
    ReportStands,
    ReportUnknown,
    SchoolNotAsked,
)
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold, format_date
from shared.vocabulary.commune_year import HandedInState, ReportKind
from shared.vocabulary.ids import CommuneCode, ReportRequestId, SchoolCode

_WAITING = frozenset({HandedInState.ASKED, HandedInState.RETURNED})


def request_id(commune: CommuneCode, year: int, kind: ReportKind, period: str) -> uuid.UUID:
    """Return the id of a request, which is its stream: a report of one kind on one period is asked for once."""
    return natural_id("report-request", commune, str(year), kind, " ".join(fold(period).split()))


def part_id(request: ReportRequestId, school: SchoolCode) -> uuid.UUID:
    """Return the stream of a school's part of a report."""
    return natural_id("report-part", request, school)


def state_on(last: HandedInState, due: dt.date, today: dt.date, *, is_closed: bool = False) -> HandedInState:
    """Return the state on a day: what was done last, or overdue where the school is waited for after its day `due`.

    A school that `is_closed` by then is not waited for.
    """
    if is_closed and last in _WAITING:
        return HandedInState.SCHOOL_CLOSED
    return HandedInState.OVERDUE if last in _WAITING and due < today else last


class ReportRequest(Aggregate):
    """One request for a report."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.asked: rf.ReportAsked | None = None
        self.closed: rf.ReportRequestClosed | None = None

    def ask(self, asked: rf.ReportAsked, meta: EventMetadata) -> None:
        """Ask for it; the same again does nothing. Raises VisitDateRefused for a day that has passed, ReportStands."""
        if self.has_processed(meta.command) or (self.asked is not None and _same(self.asked, asked)):
            return
        if asked.due < asked.asked_on:
            raise VisitDateRefused(
                f"Hạn {format_date(asked.due)} đã qua. Chưa ghi gì. Chọn hạn từ ngày {format_date(asked.asked_on)}."
            )
        if self.asked is not None:
            raise ReportStands(
                f"Báo cáo “{self.asked.period}” loại này đã được yêu cầu ngày {format_date(self.asked.asked_on)}, hạn "
                f"{format_date(self.asked.due)}. Chưa ghi gì. Mở yêu cầu ấy, hoặc đặt tên kỳ khác.",
                request=self.asked.request,
            )
        self.record(asked, meta)

    def close(self, reason: str, on: dt.date, meta: EventMetadata) -> None:
        """Await nothing more; closing again does nothing. Raises ReportUnknown."""
        asked = self.existing()
        if self.closed is not None or self.has_processed(meta.command):
            return
        self.record(
            rf.ReportRequestClosed(
                commune=asked.commune, year=asked.year, request=asked.request, closed_on=on, reason=reason
            ),
            meta,
        )

    def existing(self) -> rf.ReportAsked:
        """Return what was asked; raises ReportUnknown."""
        if self.asked is None:
            raise ReportUnknown("Không có yêu cầu báo cáo này. Chọn trong danh sách báo cáo.")
        return self.asked

    def of_school(self, school: SchoolCode) -> rf.ReportAsked:
        """Return what was asked of a school; raises ReportUnknown, SchoolNotAsked."""
        asked = self.existing()
        if school not in asked.schools:
            raise SchoolNotAsked(
                f"Yêu cầu này không hỏi trường mã {school}. Chưa ghi gì. Chọn trong các báo cáo của trường.", school=school
            )
        return asked

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case rf.ReportAsked():
                self.asked = fact
            case _:
                assert isinstance(fact, rf.ReportRequestClosed)
                self.closed = fact


class SchoolReport(Aggregate):
    """The part of one school in one report."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.state = HandedInState.ASKED
        """What was done last; overdue is computed (`state_on`)."""
        self.handed_in: rf.ReportHandedIn | None = None

    def hand_in(self, handed_in: rf.ReportHandedIn, request: ReportRequest, meta: EventMetadata) -> None:
        """Hand the part in, also anew until it is accepted; the same again does nothing.

        Raises ReportAlreadyAccepted, ReportRequestEnded.
        """
        if self.has_processed(meta.command) or self._stands(handed_in):
            return
        if self.state is HandedInState.ACCEPTED:
            raise ReportAlreadyAccepted("Xã đã duyệt báo cáo này. Chưa ghi gì. Cần sửa thì báo xã trả lại báo cáo.")
        if request.closed is not None:
            raise ReportRequestEnded(
                f"Xã đã đóng yêu cầu này ngày {format_date(request.closed.closed_on)}. "
                "Chưa gửi gì. Liên hệ Phòng Văn hóa – Xã hội."
            )
        self.record(handed_in, meta)

    def give_back(self, reason: str, on: dt.date, request: ReportRequest, seen: int, meta: EventMetadata) -> None:
        """Give the part back, also one that was accepted; returning it again does nothing. `seen` as in `accept`.

        Raises ReportNotHandedIn, ReportChanged, and ReportRequestEnded once nothing is awaited: the school could not hand in
        anew.
        """
        if self.has_processed(meta.command) or self._was_so(HandedInState.RETURNED, seen):
            return
        given = self._given()
        self._require_seen(seen)
        if request.closed is not None:
            raise ReportRequestEnded(
                f"Yêu cầu này đã đóng ngày {format_date(request.closed.closed_on)}, trường không gửi lại được nữa. "
                "Chưa trả lại gì. Cần bản sửa thì lập yêu cầu mới."
            )
        self.record(
            rf.ReportReturned(
                commune=given.commune,
                year=given.year,
                request=given.request,
                school=given.school,
                returned_on=on,
                reason=reason,
            ),
            meta,
        )

    def accept(self, on: dt.date, seen: int, meta: EventMetadata) -> None:
        """Accept the part; accepting it again does nothing. `seen` is the version that was read, 0 to ask for nothing.

        Raises ReportNotHandedIn, ReportChanged.
        """
        if self.has_processed(meta.command) or self._was_so(HandedInState.ACCEPTED, seen):
            return
        given = self._given()
        self._require_seen(seen)
        if self.state is HandedInState.RETURNED:
            raise ReportNotHandedIn(
                "Báo cáo đã trả lại, trường chưa gửi lại. Chưa ghi gì. Chờ trường gửi bản sửa rồi duyệt."
            )
        self.record(
            rf.ReportAccepted(
                commune=given.commune, year=given.year, request=given.request, school=given.school, accepted_on=on
            ),
            meta,
        )

    def _was_so(self, state: HandedInState, seen: int) -> bool:
        """Say whether it is in a state already, and got there from the version that was read."""
        return self.state is state and seen in {0, self.version - 1, self.version}

    def _require_seen(self, seen: int) -> None:
        if seen not in {0, self.version}:
            given = self._given()
            now = {
                HandedInState.HANDED_IN: f"trường đã gửi lại ngày {format_date(given.handed_in_on)}",
                HandedInState.RETURNED: "có người đã trả lại",
            }.get(self.state, "có người đã duyệt")
            raise ReportChanged(
                f"Sau bản vừa đọc, {now}. Chưa ghi gì. Mở lại, đọc bản đang có rồi duyệt hoặc trả lại.",
                seen=self.version,
                state=self.state.value,
            )

    def _given(self) -> rf.ReportHandedIn:
        if self.handed_in is None:
            raise ReportNotHandedIn("Trường chưa gửi báo cáo này. Chưa ghi gì. Nhắc trường gửi trước.")
        return self.handed_in

    def _stands(self, sent: rf.ReportHandedIn) -> bool:
        """Say whether what is sent lies with the office already, as it is."""
        stands = self.handed_in
        if stands is None or self.state is HandedInState.RETURNED:
            return False
        return (stands.texts, stands.figures, stands.documents) == (sent.texts, sent.figures, sent.documents)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case rf.ReportHandedIn():
                self.state, self.handed_in = HandedInState.HANDED_IN, fact
            case rf.ReportReturned():
                self.state = HandedInState.RETURNED
            case _:
                assert isinstance(fact, rf.ReportAccepted)
                self.state = HandedInState.ACCEPTED


def _same(stands: rf.ReportAsked, sent: rf.ReportAsked) -> bool:
    """Say whether two requests ask the same of the same schools by the same day."""
    names = ("schools", "due", "headings", "figures", "text", "from_on", "to_on")
    return all(getattr(stands, name) == getattr(sent, name) for name in names)
