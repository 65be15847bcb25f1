"""Public events of the inspection service about what a team asks for and sees at a school: no words, no papers, no place."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, CycleId, EvidenceRequestId, InspectionId, SchoolCode


class EvidenceRequested(PublicEvent, frozen=True, kw_only=True):
    """A team asks the school for evidence of one criterion by `due`.

    Until the visit is concluded the school may cite and withdraw evidence of that criterion, also after its submission.
    """

    LABEL: ClassVar[str] = "Yêu cầu bổ sung minh chứng"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "evidence-requested"
    request: EvidenceRequestId
    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    due: dt.date
    requested_on: dt.date


class EvidenceSupplied(PublicEvent, frozen=True, kw_only=True):
    """The school supplied what was asked for."""

    LABEL: ClassVar[str] = "Trường bổ sung minh chứng"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "evidence-supplied"
    request: EvidenceRequestId
    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    supplied_on: dt.date


class PhotoTaken(PublicEvent, frozen=True, kw_only=True):
    """A member of the team took a photo at the school; of which criterion, '' for none."""

    LABEL: ClassVar[str] = "Chụp ảnh trong đợt"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "photo-taken"
    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    taken_at: dt.datetime
