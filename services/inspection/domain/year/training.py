"""The streams of a training class, and of a school's wish for one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from services.inspection.domain.year.training_facts import (
    TrainingAsked,
    TrainingCancelled,
    TrainingHeld,
    TrainingPlanned,
)
from services.inspection.errors_year import (
    TrainingCancelledAlready,
    TrainingHeldAlready,
    TrainingRefused,
    TrainingUnknown,
)
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold, format_date
from shared.vocabulary.commune_year import TrainingTopic
from shared.vocabulary.ids import CommuneCode, SchoolCode

MOST_DAYS = 31


def training_id(commune: CommuneCode, year: int, topic: TrainingTopic, title: str, days: Sequence[dt.date]) -> uuid.UUID:
    """Return the id of a class, which is its stream: the same title on the same days is one class."""
    told = " ".join(fold(title).split())
    return natural_id("training", commune, str(year), topic, told, *(day.isoformat() for day in days))


def wish_id(commune: CommuneCode, year: int, school: SchoolCode, topic: TrainingTopic) -> uuid.UUID:
    """Return the stream of a school's wish for a class on a topic in a year."""
    return natural_id("training-asked", commune, str(year), school, topic)


def class_days(days: Sequence[dt.date], year: int) -> tuple[dt.date, ...]:
    """Return the days of a class in order, each once.

    Raises TrainingRefused for none, for more than `MOST_DAYS`, and for one that is not in the year or the one beside it.
    """
    ordered = tuple(sorted(set(days)))
    if not 1 <= len(ordered) <= MOST_DAYS:
        raise TrainingRefused(f"Lớp tập huấn cần 1 đến {MOST_DAYS} ngày. Chưa ghi gì. Nhập lại ngày mở lớp.", path="$.days")
    for day in ordered:
        _require_near(day, year, path="$.days")
    return ordered


def _require_near(day: dt.date, year: int, *, path: str) -> None:
    if abs(day.year - year) > 1:
        raise TrainingRefused(
            f"Ngày {format_date(day)} không thuộc năm {year}. Chưa ghi gì. Xem lại ngày mở lớp hoặc năm của kế hoạch.",
            path=path,
        )


def _require_planned_day(planned: TrainingPlanned, held: TrainingHeld) -> None:
    if held.held_on in planned.days:
        return
    _require_near(held.held_on, planned.year, path="$.held_on")
    if not held.reason:
        days = ", ".join(format_date(day) for day in planned.days)
        raise TrainingRefused(
            f"Lớp này lập cho ngày {days}, không phải ngày {format_date(held.held_on)}. Chưa ghi gì. "
            "Chọn ngày đã lập, hoặc ghi lý do mở vào ngày khác.",
            path="$.held_on",
        )


class TrainingClass(Aggregate):
    """One class: planned, then held or cancelled."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.planned: TrainingPlanned | None = None
        self.held: TrainingHeld | None = None
        self.cancelled = False

    def plan(self, planned: TrainingPlanned, meta: EventMetadata) -> None:
        """Plan it, or plan it anew while nobody held it; the same again does nothing.

        Raises TrainingCancelledAlready, TrainingHeldAlready.
        """
        if self.has_processed(meta.command) or self.planned == planned:
            return
        self._require_not_cancelled("Cần mở lại thì lập lớp tên khác hoặc ngày khác.")
        if self.held is not None:
            raise TrainingHeldAlready("Lớp này đã mở và điểm danh. Chưa ghi gì. Lớp khác thì đặt tên hoặc ngày khác.")
        self.record(planned, meta)

    def hold(self, held: TrainingHeld, seen: int, meta: EventMetadata) -> None:
        """Write the attendance down; the same again does nothing. `seen`: the version that the sender corrects.

        Raises TrainingUnknown, TrainingCancelledAlready, TrainingHeldAlready for a correction of what was not seen, and
        TrainingRefused for a day that was not planned, unless it says why and lies near the year of the class, and for a
        class to which nobody came.
        """
        planned = self.of_commune()
        if self.has_processed(meta.command) or self.held == held:
            return
        self._require_not_cancelled("Lớp đã mở thật thì lập lớp mới rồi điểm danh.")
        _require_planned_day(planned, held)
        if self.held is None and not held.present_count:
            raise TrainingRefused(
                "Chưa điểm danh ai có mặt. Chưa ghi gì. Lớp không mở được thì hủy lớp, kèm lý do.", path="$.attendance"
            )
        if self.held is not None and seen != self.version:
            raise TrainingHeldAlready(
                f"Lớp này đã điểm danh: {self.held.present_count}/{self.held.asked_count} người có mặt. Chưa ghi đè gì. "
                "Xem danh sách đang có, rồi sửa từ đó.",
                version=self.version,
            )
        self.record(held, meta)

    def cancel(self, reason: str, on: dt.date, meta: EventMetadata) -> None:
        """Cancel it; once is enough. Raises TrainingUnknown, TrainingHeldAlready."""
        planned = self.of_commune()
        if self.cancelled or self.has_processed(meta.command):
            return
        if self.held is not None:
            raise TrainingHeldAlready("Lớp này đã mở và điểm danh, không hủy được. Chưa ghi gì. Sai thì sửa điểm danh.")
        self.record(
            TrainingCancelled(
                commune=planned.commune,
                year=planned.year,
                training=planned.training,
                topic=planned.topic,
                cancelled_on=on,
                reason=reason,
            ),
            meta,
        )

    def of_commune(self) -> TrainingPlanned:
        """Return how it was planned; raises TrainingUnknown."""
        if self.planned is None:
            raise no_training()
        return self.planned

    def _require_not_cancelled(self, way: str) -> None:
        if self.cancelled:
            raise TrainingCancelledAlready(f"Lớp này đã hủy. Chưa ghi gì. {way}")

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case TrainingPlanned():
                self.planned = fact
            case TrainingHeld():
                self.held = fact
            case _:
                assert isinstance(fact, TrainingCancelled)
                self.cancelled = True


class TrainingWish(Aggregate):
    """A school's wish for a class on one topic in one year."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.asked = False

    def ask(self, asked: TrainingAsked, meta: EventMetadata) -> None:
        """Ask for it; asked once, it is asked."""
        if not self.asked:
            self.record(asked, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        self.asked = True


def no_training() -> TrainingUnknown:
    """Return the refusal that there is no such class."""
    return TrainingUnknown("Không có lớp tập huấn ấy. Chưa ghi gì. Chọn trong danh sách lớp của xã.")
