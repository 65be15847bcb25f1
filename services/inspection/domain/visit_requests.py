"""The streams of what a team asks the school for, one for each request, and of the photos of a visit."""

from __future__ import annotations

import datetime as dt
import math
import uuid

from services.inspection.domain import visit_request_facts as vf
from services.inspection.errors import Concluded, EvidenceRequestUnknown, PhotoRefused, VisitDateRefused
from shared.clock import vietnam_date
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import fold, format_date
from shared.vocabulary.ids import CriterionCode, DocumentId, InspectionId, SchoolCode

DEVICE_CLOCK_AHEAD = dt.timedelta(minutes=10)
"""How far a phone's clock may be ahead of ours: a photo is not taken in the future."""

MOST_METRES = 100_000.0
"""A place that is known less exactly is no place."""


def evidence_request_id(inspection: InspectionId, criterion: CriterionCode, what: str) -> uuid.UUID:
    """Return the id of a request, which is its stream: the same words of one visit on one criterion are one."""
    return natural_id("evidence-request", inspection, criterion, " ".join(fold(what).split()))


def photos_stream(inspection: InspectionId) -> uuid.UUID:
    """Return the stream of a visit's photos: phones add to it while the team judges, and neither waits for the other."""
    return natural_id("visit-photos", inspection)


class RequestedEvidence(Aggregate):
    """One request for evidence."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.requested: vf.EvidenceRequested | None = None
        self._supplied: vf.EvidenceSupplied | None = None

    def request(self, requested: vf.EvidenceRequested, today: dt.date, meta: EventMetadata) -> None:
        """Ask for evidence; a repeat does nothing. Raises VisitDateRefused for a day that has passed."""
        if self.requested is not None:
            return
        if requested.due < today:
            raise VisitDateRefused(
                f"Hạn {format_date(requested.due)} của yêu cầu đã qua. Chưa ghi gì. Chọn hạn từ ngày {format_date(today)}."
            )
        self.record(requested, meta)

    def of_visit(self, school: SchoolCode, inspection: InspectionId) -> vf.EvidenceRequested:
        """Return the request when it is of this visit to this school; raises EvidenceRequestUnknown."""
        if self.requested is None or (self.requested.school, self.requested.inspection) != (school, inspection):
            raise EvidenceRequestUnknown("Đợt này không có yêu cầu ấy. Chưa gửi gì. Chọn trong danh sách yêu cầu của đoàn.")
        return self.requested

    def supply(
        self,
        school: SchoolCode,
        inspection: InspectionId,
        text: str,
        documents: tuple[DocumentId, ...],
        on: dt.date,
        meta: EventMetadata,
    ) -> None:
        """Supply what was asked for; a repeat does nothing. Raises EvidenceRequestUnknown."""
        asked = self.of_visit(school, inspection)
        if self.has_processed(meta.command):
            return
        supplied = vf.EvidenceSupplied(
            request=asked.request,
            school=school,
            inspection=inspection,
            cycle=asked.cycle,
            layer=asked.layer,
            criterion=asked.criterion,
            supplied_on=on,
            text=text,
            documents=documents,
        )
        if self._supplied != supplied:
            self.record(supplied, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        if isinstance(fact, vf.EvidenceRequested):
            self.requested = fact
        else:
            assert isinstance(fact, vf.EvidenceSupplied)
            self._supplied = fact


class VisitPhotos(Aggregate):
    """The photos of one visit."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self._photos: dict[DocumentId, vf.PhotoTaken] = {}

    def take(
        self, photo: vf.PhotoTaken, now: dt.datetime, meta: EventMetadata, *, concluded_on: dt.date | None = None
    ) -> None:
        """Add a photo; the same again, as a phone sends it that heard no answer, does nothing.

        After the conclusion of the visit, on the day `concluded_on`, only what was taken until then is added: a phone may
        have been without network. Raises PhotoRefused, Concluded.
        """
        if self._photos.get(photo.document) == photo:
            return
        _check_moment(photo.taken_at, now)
        if concluded_on is not None and vietnam_date(photo.taken_at) > concluded_on:
            raise Concluded(
                f"Đợt kiểm tra đã kết luận ngày {format_date(concluded_on)}, ảnh chụp sau ngày ấy không thuộc đợt. "
                "Chưa ghi gì.",
                inspection=photo.inspection,
            )
        _check_place(photo)
        self.record(photo, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        assert isinstance(fact, vf.PhotoTaken)
        self._photos[fact.document] = fact


def _check_moment(taken_at: dt.datetime, now: dt.datetime) -> None:
    if taken_at.tzinfo is None:
        raise PhotoRefused("Giờ chụp ảnh phải có múi giờ. Chưa ghi gì. Chụp lại, hoặc nhập giờ như 2026-11-05T09:30+07:00.")
    if taken_at > now + DEVICE_CLOCK_AHEAD:
        raise PhotoRefused("Giờ chụp ảnh chưa đến. Chưa ghi gì. Xem lại đồng hồ của máy chụp.")


def _check_place(photo: vf.PhotoTaken) -> None:
    """Raise PhotoRefused unless the place is whole, or left out: both degrees, and how exact they are in metres."""
    latitude, longitude, accuracy_m = photo.latitude, photo.longitude, photo.accuracy_m
    if latitude is None and longitude is None and accuracy_m is None:
        return
    whole = latitude is not None and longitude is not None
    within = _within(latitude, -90, 90) and _within(longitude, -180, 180) and _within(accuracy_m, 0, MOST_METRES)
    if not whole or not within:
        raise PhotoRefused(
            "Vị trí chụp ảnh không hợp lệ: cần vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180, sai số mét không âm. "
            "Chưa ghi gì. Gửi lại không kèm vị trí, hoặc ghi nơi chụp bằng lời."
        )


def _within(value: float | None, least: float, most: float) -> bool:
    return value is None or (math.isfinite(value) and least <= value <= most)
