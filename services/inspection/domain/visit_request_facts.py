"""What is stored about what a team asks the school for, what the school supplies, and the photos of a visit."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.eventlog.facts import Fact
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, EvidenceRequestId, InspectionId, SchoolCode


class EvidenceRequested(Fact, frozen=True, kw_only=True):
    """A team asked the school for evidence of one criterion by the day `due`; `what` in the team's words."""

    TOPIC: ClassVar[str] = "inspection.evidence-requested"

    request: EvidenceRequestId
    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    what: str
    due: dt.date
    requested_on: dt.date


class EvidenceSupplied(Fact, frozen=True, kw_only=True):
    """The school supplied it: kept documents of its own, words, or both. What comes later is added to what came before."""

    TOPIC: ClassVar[str] = "inspection.evidence-supplied"

    request: EvidenceRequestId
    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    supplied_on: dt.date
    text: str = ""
    documents: tuple[DocumentId, ...] = ()


class PhotoTaken(Fact, frozen=True, kw_only=True):
    """A kept document of the school is a photo of the visit.

    `latitude` and `longitude` in degrees (WGS 84), `accuracy_m` in metres, as the device told them, None where it did not;
    `place` in words. Told again of the same document, the later holds.
    """

    TOPIC: ClassVar[str] = "inspection.photo-taken"

    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    document: DocumentId
    taken_at: dt.datetime
    criterion: CriterionCode = CriterionCode("")
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    place: str = ""


VISIT_REQUEST_FACTS = (EvidenceRequested, EvidenceSupplied, PhotoTaken)
"""Every fact about what is asked for and seen during a visit."""
