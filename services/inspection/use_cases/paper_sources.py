"""Where papers of visits get what they tell: a visit in full, recommendations and a registration, as they stood."""

from __future__ import annotations

import uuid

from services.inspection import views
from services.inspection.settings import InspectionSettings
from services.inspection.use_cases.past import PastVisits
from services.inspection.use_cases.recommendation_queries import RecommendationQueries
from services.inspection.use_cases.registration_answers import registration_view
from services.inspection.use_cases.registrations import RegistrationRepository
from shared.contracts.calls.inspection import InspectionView
from shared.contracts.calls.recommendations import RecommendationView, SchoolRecommendationsRequest
from shared.contracts.calls.registration import RegistrationView
from shared.identity.call_context import CallContext
from shared.vocabulary.ids import CycleId, SchoolCode


def full_view(past: PastVisits, stream: uuid.UUID) -> InspectionView:
    """Return a visit with everything that its offices see, whoever prints: a paper is the same for all. NoSuchInspection."""
    return past.shown(stream, with_drafts=True, with_opinions=True)


def recommendations_to(acting: CallContext, past: PastVisits, school: SchoolCode) -> list[RecommendationView]:
    """Return the recommendations to a school that the caller may see."""
    request = SchoolRecommendationsRequest(school=school)
    return RecommendationQueries(past).school_recommendations(acting, request).recommendations


def registered_cycle(past: PastVisits, school: SchoolCode) -> CycleId:
    """Return the cycle that a school registered last, '' for none."""
    with past.views.reading() as conn:
        return views.registered_cycle(conn, school)


def registration_of(past: PastVisits, settings: InspectionSettings, school: SchoolCode, cycle: CycleId) -> RegistrationView:
    """Return a school's registration of a cycle, or that there is none; silence counts once it is recorded."""
    registrations = RegistrationRepository(past, settings)
    return registration_view(registrations, registrations.snapshot(school, cycle), school, cycle)
