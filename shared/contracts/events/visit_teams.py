"""Public events about the team of a visit: that it was set up, judged, agreed, was there; no notes, names and opinions."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode, CycleId, InspectionId, SchoolCode, Sha256


class TeamSetUp(PublicEvent, frozen=True, kw_only=True):
    """The team of a visit was set up by a decision of the day `decided_on`; set up anew, the later one holds.

    `members` are the ids of those who go, pseudonymous as in the events of ``identity``.
    """

    LABEL: ClassVar[str] = "Lập đoàn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "team-set-up"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    decided_on: dt.date
    members: tuple[str, ...]


class VisitJoinedCycle(PublicEvent, frozen=True, kw_only=True):
    """A visit that was planned before the school opened a cycle belongs to one from here on."""

    LABEL: ClassVar[str] = "Đưa đợt kiểm tra vào đợt tự đánh giá"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "visit-joined-cycle"
    inspection: InspectionId
    school: SchoolCode
    layer: Layer
    cycle: CycleId
    digest: Sha256


class MemberJudged(PublicEvent, frozen=True, kw_only=True):
    """A member of the team judged an indicator on the day `judged_on`; who and how stays with the office of the layer."""

    LABEL: ClassVar[str] = "Thành viên đoàn cho ý kiến"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "member-judged"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    judged_on: dt.date


class FindingAgreed(PublicEvent, frozen=True, kw_only=True):
    """What the team agreed on of one indicator on the day `agreed_on`; a later one replaces an earlier one."""

    LABEL: ClassVar[str] = "Đoàn thống nhất"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "finding-agreed"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    agreed_on: dt.date


class VisitHeld(PublicEvent, frozen=True, kw_only=True):
    """The minutes of a visit were written down: it was held on these days; a later record replaces an earlier one."""

    LABEL: ClassVar[str] = "Lập biên bản đợt kiểm tra"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "visit-held"
    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    held_on: tuple[dt.date, ...]
