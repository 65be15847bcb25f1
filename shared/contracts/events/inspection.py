"""Public events of the inspection service: visits planned, what they found, visits concluded; no notes, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode, CycleId, InspectionId, SchoolCode
from shared.vocabulary.inspection import VisitConclusion, VisitKind


class InspectionPlanned(PublicEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A visit was planned: commune (technical inspection, advisory) or department (external evaluation, deciding).

    `members` are the ids of the accounts and tokens that go, pseudonymous as in the events of ``identity``; without it,
    anybody of the layer's team may go. `kind` says what the visit is for. `cycle` is empty for a visit that is planned
    before the school opened one: ``visit-joined-cycle`` follows.
    """

    LABEL: ClassVar[str] = "Lập đợt kiểm tra"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "inspection-planned"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    planned_on: dt.date
    members: tuple[str, ...] = ()
    kind: VisitKind | msgspec.UnsetType = msgspec.UNSET


class InspectionRescheduled(PublicEvent, frozen=True, kw_only=True):
    """The day of a visit was moved to `planned_on`."""

    LABEL: ClassVar[str] = "Dời ngày đợt kiểm tra"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "inspection-rescheduled"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    planned_on: dt.date


class FindingRecorded(PublicEvent, frozen=True, kw_only=True):
    """What the team found of one indicator on the day `found_on`; a later finding replaces an earlier one."""

    LABEL: ClassVar[str] = "Ghi phát hiện"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "finding-recorded"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    found_on: dt.date


class InspectionConcluded(PublicEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A visit was closed; nothing more is found by it. `conclusion` is what the commune's team concluded, where it did."""

    LABEL: ClassVar[str] = "Kết luận đợt kiểm tra"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "inspection-concluded"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    concluded_on: dt.date
    conclusion: VisitConclusion | msgspec.UnsetType = msgspec.UNSET


class FindingAnswered(PublicEvent, frozen=True, kw_only=True):
    """The school answered a finding of a concluded visit; the words and the papers stay with the school and the office."""

    LABEL: ClassVar[str] = "Trường trả lời kiến nghị"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "finding-answered"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    answered_on: dt.date
