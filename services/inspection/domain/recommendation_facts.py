"""What is stored about recommendations: made by a visit, answered, verified, extended; people are account ids only."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.eventlog.facts import Fact
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, InspectionId, RecommendationId, SchoolCode
from shared.vocabulary.inspection import RecommendationSeverity, Responsible, Verification


class RecommendationMade(Fact, frozen=True, kw_only=True):
    """A visit recommends something to whoever is responsible, to be done by the day `due`.

    `cycle` is that of the visit, '' while it has none; `criterion` is '' for what is about the school as a whole.
    """

    TOPIC: ClassVar[str] = "inspection.recommendation-made"

    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    text: str
    severity: RecommendationSeverity
    responsible: Responsible
    due: dt.date
    made_on: dt.date


class RecommendationAnswered(Fact, frozen=True, kw_only=True):
    """Whoever is responsible answered; `documents` are kept documents of the school."""

    TOPIC: ClassVar[str] = "inspection.recommendation-answered"

    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    layer: Layer
    answered_on: dt.date
    text: str
    documents: tuple[DocumentId, ...] = ()


class RecommendationVerified(Fact, frozen=True, kw_only=True):
    """The layer's office or team looked at what was answered. `seen_in` is the visit in which it looked, '' for none."""

    TOPIC: ClassVar[str] = "inspection.recommendation-verified"

    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    layer: Layer
    result: Verification
    verified_on: dt.date
    note: str = ""
    seen_in: InspectionId = InspectionId("")


class RecommendationExtended(Fact, frozen=True, kw_only=True):
    """More time was given, until the day `due`, with the reason."""

    TOPIC: ClassVar[str] = "inspection.recommendation-extended"

    recommendation: RecommendationId
    school: SchoolCode
    inspection: InspectionId
    layer: Layer
    due: dt.date
    extended_on: dt.date
    reason: str


RECOMMENDATION_FACTS = (RecommendationMade, RecommendationAnswered, RecommendationVerified, RecommendationExtended)
"""Every fact about recommendations."""
