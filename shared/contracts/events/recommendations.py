"""Public events of the inspection service about recommendations: made, answered, verified, extended; no words, no papers."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, CycleId, InspectionId, RecommendationId, SchoolCode
from shared.vocabulary.inspection import RecommendationSeverity, Responsible, Verification


class RecommendationMade(PublicEvent, frozen=True, kw_only=True):
    """A visit recommends something, to be done by `due`; of which criterion, '' for none. Until it is concluded: a draft."""

    LABEL: ClassVar[str] = "Nêu kiến nghị"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "recommendation-made"
    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    severity: RecommendationSeverity
    responsible: Responsible
    due: dt.date
    made_on: dt.date


class RecommendationAnswered(PublicEvent, frozen=True, kw_only=True):
    """Whoever is responsible answered; the words and the papers stay with the school and the office."""

    LABEL: ClassVar[str] = "Trả lời kiến nghị"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "recommendation-answered"
    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    layer: Layer
    answered_on: dt.date


class RecommendationVerified(PublicEvent, frozen=True, kw_only=True):
    """The office looked at what was answered: done, done in part, or not done."""

    LABEL: ClassVar[str] = "Xác nhận kiến nghị"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "recommendation-verified"
    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    layer: Layer
    result: Verification
    verified_on: dt.date


class RecommendationExtended(PublicEvent, frozen=True, kw_only=True):
    """More time was given: it is to be done by `due`."""

    LABEL: ClassVar[str] = "Gia hạn kiến nghị"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "recommendation-extended"
    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    layer: Layer
    due: dt.date
    extended_on: dt.date
