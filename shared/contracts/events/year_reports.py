"""Public events of the inspection service about reports asked of schools, and syntheses; no typed words, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.commune_year import ReportKind, ReportReceiver
from shared.vocabulary.ids import CommuneCode, Position, ReportRequestId, SchoolCode, SynthesisId


class ReportAsked(PublicEvent, frozen=True, kw_only=True):
    """A commune asked schools for a report, to be handed in by `due`."""

    LABEL: ClassVar[str] = "Yêu cầu báo cáo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "report-asked"
    commune: CommuneCode
    year: int
    request: ReportRequestId
    kind: ReportKind
    schools: tuple[SchoolCode, ...]
    due: dt.date
    asked_on: dt.date


class ReportRequestClosed(PublicEvent, frozen=True, kw_only=True):
    """Nothing more is awaited of a request; the reason stays with the office and the schools."""

    LABEL: ClassVar[str] = "Đóng yêu cầu báo cáo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "report-request-closed"
    commune: CommuneCode
    year: int
    request: ReportRequestId
    closed_on: dt.date


class ReportHandedIn(PublicEvent, frozen=True, kw_only=True):
    """A school handed its part of a report in, for the first time or anew; words and figures stay with it and the office."""

    LABEL: ClassVar[str] = "Trường nộp báo cáo"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "report-handed-in"
    commune: CommuneCode
    year: int
    request: ReportRequestId
    school: SchoolCode
    handed_in_on: dt.date


class ReportReturned(PublicEvent, frozen=True, kw_only=True):
    """The office gave a school's part back: it is awaited again."""

    LABEL: ClassVar[str] = "Trả lại báo cáo của trường"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "report-returned"
    commune: CommuneCode
    year: int
    request: ReportRequestId
    school: SchoolCode
    returned_on: dt.date


class ReportAccepted(PublicEvent, frozen=True, kw_only=True):
    """The office accepted a school's part."""

    LABEL: ClassVar[str] = "Duyệt báo cáo của trường"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "report-accepted"
    commune: CommuneCode
    year: int
    request: ReportRequestId
    school: SchoolCode
    accepted_on: dt.date


class SynthesisDrafted(PublicEvent, frozen=True, kw_only=True):
    """A synthesis was computed from events of ``inspection`` up to `position` and of ``assessment`` up to `heard_position`.

    Flows are counted in the days `from_on` to `as_of`, states at the end of `as_of`. `request` is the report asked of
    schools that it tells of, empty for none.
    """

    LABEL: ClassVar[str] = "Lập bản tổng hợp"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "synthesis-drafted"
    commune: CommuneCode
    year: int
    synthesis: SynthesisId
    kind: ReportKind
    from_on: dt.date
    as_of: dt.date
    position: Position
    heard_position: Position
    request: ReportRequestId


class SynthesisWritten(PublicEvent, frozen=True, kw_only=True):
    """What people write in a synthesis was changed; the words stay with the office."""

    LABEL: ClassVar[str] = "Viết bản tổng hợp"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "synthesis-written"
    commune: CommuneCode
    year: int
    synthesis: SynthesisId
    written_on: dt.date


class SynthesisSent(PublicEvent, frozen=True, kw_only=True):
    """A synthesis was sent to the commune's leaders or to the department."""

    LABEL: ClassVar[str] = "Gửi bản tổng hợp"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "synthesis-sent"
    commune: CommuneCode
    year: int
    synthesis: SynthesisId
    to: ReportReceiver
    number: str
    sent_on: dt.date
