"""What is stored about inspections: every fact of the service, with its topic; people are account ids only."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from services.inspection.domain.maintenance_facts import MaintenanceChecked
from services.inspection.domain.recommendation_facts import RECOMMENDATION_FACTS
from services.inspection.domain.registration_facts import REGISTRATION_FACTS
from services.inspection.domain.team_facts import TEAM_FACTS
from services.inspection.domain.visit_request_facts import VISIT_REQUEST_FACTS
from services.inspection.domain.year import YEAR_FACTS
from shared.eventlog.facts import Fact, FactRegistry
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, InspectionId, SchoolCode, Sha256
from shared.vocabulary.inspection import VisitConclusion, VisitKind


class InspectionPlanned(Fact, frozen=True, kw_only=True):
    """A visit was planned under a cycle; its rulebook is that of the cycle.

    `team` are the account or token ids of those who go, each checked when the visit was planned; left out, anybody of the
    layer's team may go. `members` is what the first version took without checking: kept, and relied on by nothing.
    `recheck_of` names the concluded visit that this one looks after. A visit that is planned before the school opened a
    cycle has an empty `cycle` and `digest`, until it joins one (`team_facts.VisitJoinedCycle`).
    """

    TOPIC: ClassVar[str] = "inspection.inspection-planned"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    digest: Sha256
    layer: Layer
    planned_on: dt.date
    title: str
    members: tuple[str, ...] = ()
    team: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    recheck_of: InspectionId | msgspec.UnsetType = msgspec.UNSET
    kind: VisitKind | msgspec.UnsetType = msgspec.UNSET
    sites: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class InspectionRescheduled(Fact, frozen=True, kw_only=True):
    """The day of a visit was moved, with the reason; what was found stays."""

    TOPIC: ClassVar[str] = "inspection.inspection-rescheduled"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    planned_on: dt.date
    reason: str


class FindingRecorded(Fact, frozen=True, kw_only=True):
    """What the team found of one indicator on a day; `answer_by` asks the school to answer by a day."""

    TOPIC: ClassVar[str] = "inspection.finding-recorded"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    found_on: dt.date
    note: str = ""
    answer_by: dt.date | None = None


class InspectionConcluded(Fact, frozen=True, kw_only=True):
    """The visit was closed with a summary; nothing more is found by it. `conclusion` is that of the commune's team."""

    TOPIC: ClassVar[str] = "inspection.inspection-concluded"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    concluded_on: dt.date
    summary: str
    conclusion: VisitConclusion | msgspec.UnsetType = msgspec.UNSET


class FindingAnswered(Fact, frozen=True, kw_only=True):
    """The school answered a finding of a concluded visit; `documents` are kept documents of the school."""

    TOPIC: ClassVar[str] = "inspection.finding-answered"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    answered_on: dt.date
    text: str
    documents: tuple[DocumentId, ...] = ()


FACTS = FactRegistry(
    [
        InspectionPlanned,
        InspectionRescheduled,
        FindingRecorded,
        InspectionConcluded,
        FindingAnswered,
        *RECOMMENDATION_FACTS,
        *VISIT_REQUEST_FACTS,
        *REGISTRATION_FACTS,
        MaintenanceChecked,
        *TEAM_FACTS,
        *YEAR_FACTS,
    ]
)
"""The closed list of facts of this service."""
