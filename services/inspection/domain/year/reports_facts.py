"""What is stored about reports asked of schools, and syntheses; nothing in them names a person."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.commune_year import PlanKind, ReportKind, ReportReceiver
from shared.vocabulary.ids import DocumentId, Position, ReportRequestId, SchoolCode, SynthesisId


class HeadedText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words under a heading."""

    heading: str
    text: str


class ReportedFigure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole number under the name that the request gave it."""

    name: str
    value: int


class ReportAsked(YearFact, frozen=True, kw_only=True):
    """A report was asked of schools: which headings to write under, which figures to give, by the day `due`.

    `period` is what people call the time it is about ("Tháng 11"); `from_on` and `to_on` are its days, where they were said.
    """

    TOPIC: ClassVar[str] = "inspection.report-asked"

    request: ReportRequestId
    kind: ReportKind
    period: str
    schools: tuple[SchoolCode, ...]
    due: dt.date
    asked_on: dt.date
    headings: tuple[str, ...]
    figures: tuple[str, ...] = ()
    text: str = ""
    from_on: dt.date | None = None
    to_on: dt.date | None = None


class ReportRequestClosed(YearFact, frozen=True, kw_only=True):
    """Nothing more is awaited of a request, with the reason; what came stays."""

    TOPIC: ClassVar[str] = "inspection.report-request-closed"

    request: ReportRequestId
    closed_on: dt.date
    reason: str


class ReportHandedIn(YearFact, frozen=True, kw_only=True):
    """A school handed its part in, for the first time or anew; `documents` are kept documents of the school."""

    TOPIC: ClassVar[str] = "inspection.report-handed-in"

    request: ReportRequestId
    school: SchoolCode
    handed_in_on: dt.date
    texts: tuple[HeadedText, ...] = ()
    figures: tuple[ReportedFigure, ...] = ()
    documents: tuple[DocumentId, ...] = ()


class ReportReturned(YearFact, frozen=True, kw_only=True):
    """The office gave a school's part back, with the reason."""

    TOPIC: ClassVar[str] = "inspection.report-returned"

    request: ReportRequestId
    school: SchoolCode
    returned_on: dt.date
    reason: str


class ReportAccepted(YearFact, frozen=True, kw_only=True):
    """The office accepted a school's part; it is not changed any more."""

    TOPIC: ClassVar[str] = "inspection.report-accepted"

    request: ReportRequestId
    school: SchoolCode
    accepted_on: dt.date


class SchoolAtHand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A school of the commune as it was called when the synthesis was computed; `closed`: it was closed by then."""

    school: SchoolCode
    name: str
    closed: bool = False


class AwardAtHand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An award as it was known when the synthesis was computed."""

    school: SchoolCode
    kind: AwardKind
    granted_number: str
    number: str
    degree: int
    decided_on: dt.date
    expires_on: dt.date
    supersedes: str = ""
    revoked_on: dt.date | None = None


class CountedNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number that was computed: what it counts stands under its key in the table of numbers."""

    key: str
    value: int


class SchoolStanding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a school stood: what the plan wants of it, whether that is reached, what it held. `kind` None: not in the plan."""

    school: SchoolCode
    name: str
    kind: PlanKind | None = None
    target_level: int = 0
    target_degree: int = 0
    reached: bool = False
    award_number: str = ""
    award_degree: int = 0
    award_until: dt.date | None = None


class GivenFigures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the schools gave under one name, by school name; schools that gave nothing are left out."""

    name: str
    given: tuple[tuple[SchoolCode, int], ...]


class SynthesisDrafted(YearFact, frozen=True, kw_only=True):
    """A synthesis was computed from the own log up to `position`, and from what assessment had told up to `heard_position`.

    All that was computed is kept, so that it is printed the same whatever comes later. Flows are counted in the days
    `from_on` to `as_of`, states at the end of `as_of`: the last day of the period, or the day of computing when that is
    earlier. `missing` are schools that had not handed in the request's report ('': no request is told of).
    """

    TOPIC: ClassVar[str] = "inspection.synthesis-drafted"

    synthesis: SynthesisId
    commune_name: str
    kind: ReportKind
    period: str
    from_on: dt.date
    to_on: dt.date
    as_of: dt.date
    drafted_on: dt.date
    position: Position
    heard_position: Position
    request: ReportRequestId
    schools: tuple[SchoolAtHand, ...]
    awards: tuple[AwardAtHand, ...]
    numbers: tuple[CountedNumber, ...]
    standings: tuple[SchoolStanding, ...]
    figures: tuple[GivenFigures, ...]
    missing: tuple[SchoolCode, ...]
    headings: tuple[str, ...]


class SynthesisWritten(YearFact, frozen=True, kw_only=True):
    """What people write in a synthesis was changed; what was computed stays apart. The whole of it, by heading."""

    TOPIC: ClassVar[str] = "inspection.synthesis-written"

    synthesis: SynthesisId
    written_on: dt.date
    texts: tuple[HeadedText, ...]


class SynthesisSent(YearFact, frozen=True, kw_only=True):
    """A synthesis was sent under a number; from the first time on it is read only."""

    TOPIC: ClassVar[str] = "inspection.synthesis-sent"

    synthesis: SynthesisId
    to: ReportReceiver
    number: str
    sent_on: dt.date


FACTS: tuple[type[Fact], ...] = (
    ReportAsked,
    ReportRequestClosed,
    ReportHandedIn,
    ReportReturned,
    ReportAccepted,
    SynthesisDrafted,
    SynthesisWritten,
    SynthesisSent,
)
"""The facts of this part of the year."""
