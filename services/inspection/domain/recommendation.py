"""The stream of one recommendation: made once, then answered, verified, extended until it is done; its state on a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from services.inspection.domain import recommendation_facts as rf
from services.inspection.errors import (
    NotAnswered,
    RecommendationDone,
    RecommendationStands,
    RecommendationUnknown,
    VisitDateRefused,
)
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold, format_date
from shared.vocabulary.ids import CriterionCode, DocumentId, InspectionId, SchoolCode
from shared.vocabulary.inspection import RecommendationState, Verification
from shared.vocabulary.labels import RESPONSIBLE_LABELS, SEVERITY_LABELS

AFTER_VERIFICATION: Mapping[Verification, RecommendationState] = {
    Verification.DONE: RecommendationState.DONE,
    Verification.PARTLY: RecommendationState.PARTLY,
    Verification.NOT_DONE: RecommendationState.NOT_DONE,
}
"""What was found → the state that follows."""

_WAITING = frozenset({RecommendationState.OPEN, RecommendationState.PARTLY, RecommendationState.NOT_DONE})


def recommendation_id(inspection: InspectionId, criterion: CriterionCode, text: str) -> uuid.UUID:
    """Return the id of a recommendation, which is its stream: the same words of one visit on one criterion are one."""
    return natural_id("recommendation", inspection, criterion, " ".join(fold(text).split()))


def state_on(last: RecommendationState, due: dt.date, today: dt.date) -> RecommendationState:
    """Return the state on a day: what was done last, or overdue where it waits for somebody after its day `due`.

    What is answered waits for the office, and is not overdue.
    """
    return RecommendationState.OVERDUE if last in _WAITING and due < today else last


class Recommendation(Aggregate):
    """One recommendation."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.made: rf.RecommendationMade | None = None
        self.state = RecommendationState.OPEN
        """What was done last; overdue is computed (`state_on`)."""
        self._due = dt.date.min
        self._answers: list[rf.RecommendationAnswered] = []

    def make(self, made: rf.RecommendationMade, today: dt.date, meta: EventMetadata) -> None:
        """Recommend it; the same particulars again do nothing.

        Raises VisitDateRefused for a day to do it by that has passed, and RecommendationStands for other particulars than
        those that stand.
        """
        if self.has_processed(meta.command) or (self.made is not None and self._is_so(self.made, made)):
            return
        if made.due < today:
            raise VisitDateRefused(
                f"Hạn {format_date(made.due)} của kiến nghị đã qua. Chưa ghi gì. Chọn hạn từ ngày {format_date(today)}."
            )
        if self.made is not None:
            raise self._stands(self.made)
        self.record(made, meta)

    def _is_so(self, stands: rf.RecommendationMade, sent: rf.RecommendationMade) -> bool:
        """Say whether what is sent was made so, or is so since it was extended."""
        same = (stands.severity, stands.responsible) == (sent.severity, sent.responsible)
        return same and sent.due in {stands.due, self._due}

    def _stands(self, made: rf.RecommendationMade) -> RecommendationStands:
        is_done = self.state is RecommendationState.DONE
        state = ", đã xác nhận đạt" if is_done else ""
        way = "Cần nêu lại" if is_done else "Cần thêm thời gian thì gia hạn kiến nghị ấy; nêu việc khác"
        return RecommendationStands(
            f"Đợt này đã có kiến nghị cùng lời ấy: {SEVERITY_LABELS[made.severity].lower()}, "
            f"{RESPONSIBLE_LABELS[made.responsible]} thực hiện, hạn {format_date(self._due)}{state}. Chưa ghi gì. "
            f"{way} thì viết lời khác.",
            recommendation=made.recommendation,
            due=self._due.isoformat(),
            severity=made.severity,
            responsible=made.responsible,
        )

    def of_school(self, school: SchoolCode) -> rf.RecommendationMade:
        """Return how it was made when it is to this school; raises RecommendationUnknown."""
        if self.made is None or self.made.school != school:
            raise RecommendationUnknown("Trường này không có kiến nghị ấy. Chưa ghi gì. Chọn trong danh sách kiến nghị.")
        return self.made

    def answer(
        self, school: SchoolCode, text: str, documents: tuple[DocumentId, ...], on: dt.date, meta: EventMetadata
    ) -> None:
        """Answer it; a repeat does nothing. Raises RecommendationUnknown, RecommendationDone."""
        made = self.of_school(school)
        if self.has_processed(meta.command):
            return
        self._require_not_done()
        answered = rf.RecommendationAnswered(
            recommendation=made.recommendation,
            school=school,
            inspection=made.inspection,
            layer=made.layer,
            answered_on=on,
            text=text,
            documents=documents,
        )
        is_repeat = self.state is RecommendationState.ANSWERED and self._answers[-1] == answered
        if not is_repeat:
            self.record(answered, meta)

    def verify(
        self, school: SchoolCode, result: Verification, note: str, seen_in: InspectionId, on: dt.date, meta: EventMetadata
    ) -> None:
        """Say what was found of what was answered; once done it is over, and saying so again does nothing.

        Raises RecommendationUnknown, NotAnswered, RecommendationDone.
        """
        made = self.of_school(school)
        already_done = self.state is RecommendationState.DONE and result is Verification.DONE
        if already_done or self.has_processed(meta.command):
            return
        self._require_not_done()
        if not self._answers:
            raise NotAnswered("Chưa ai trả lời kiến nghị này. Chưa ghi gì. Chờ bên chịu trách nhiệm trả lời, hoặc gia hạn.")
        verified = rf.RecommendationVerified(
            recommendation=made.recommendation,
            school=school,
            inspection=made.inspection,
            layer=made.layer,
            result=result,
            verified_on=on,
            note=note,
            seen_in=seen_in,
        )
        self.record(verified, meta)

    def extend(self, school: SchoolCode, due: dt.date, reason: str, on: dt.date, meta: EventMetadata) -> None:
        """Give more time, on the day `on`; a repeated command does nothing.

        Raises RecommendationUnknown, RecommendationDone, and VisitDateRefused for a day that is no later than the present
        one, or has passed.
        """
        made = self.of_school(school)
        if self.has_processed(meta.command):
            return
        self._require_not_done()
        if due <= self._due or due < on:
            earliest = max(self._due + dt.timedelta(days=1), on)
            raise VisitDateRefused(
                f"Hạn đang là {format_date(self._due)}. Chưa gia hạn. Chọn hạn mới từ ngày {format_date(earliest)}."
            )
        extended = rf.RecommendationExtended(
            recommendation=made.recommendation,
            school=school,
            inspection=made.inspection,
            layer=made.layer,
            due=due,
            extended_on=on,
            reason=reason,
        )
        self.record(extended, meta)

    def _require_not_done(self) -> None:
        if self.state is RecommendationState.DONE:
            raise RecommendationDone("Kiến nghị này đã được xác nhận đạt. Chưa ghi gì. Việc mới thì đoàn nêu kiến nghị mới.")

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case rf.RecommendationMade():
                self.made, self._due = fact, fact.due
            case rf.RecommendationAnswered():
                self.state = RecommendationState.ANSWERED
                self._answers.append(fact)
            case rf.RecommendationVerified():
                self.state = AFTER_VERIFICATION[fact.result]
            case _:
                assert isinstance(fact, rf.RecommendationExtended)
                self._due = fact.due
