"""Questions about recommendations: one, those to a school or of a visit, all that the caller reaches."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from services.inspection import views
from services.inspection.domain.recommendation import state_on
from services.inspection.presenters import recommendations as presenters
from services.inspection.teams import reads_drafts
from services.inspection.use_cases.recommending import no_recommendation, recommendation_stream
from services.inspection.use_cases.visits import VisitRepository
from services.inspection.views import RecommendationRow
from shared.clock import today
from shared.contracts.calls.recommendations import (
    RecommendationRequest,
    RecommendationsAnswer,
    RecommendationsRequest,
    RecommendationView,
    SchoolRecommendationsAnswer,
    SchoolRecommendationsRequest,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school, reaching
from shared.problems import BadRequest
from shared.vocabulary.ids import RecommendationId, SchoolCode
from shared.vocabulary.inspection import RecommendationState, Responsible
from shared.vocabulary.roles import Role

MOST_RECOMMENDATIONS = 500


class RecommendationQueries:
    """Answers questions about recommendations; records nothing."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def recommendation(self, acting: CallContext, request: RecommendationRequest) -> RecommendationView:
        """Return one recommendation; to its school it is there from the conclusion on, to others never.

        Raises RecommendationUnknown, whether there is none or the caller may not know of it.
        """
        number = RecommendationId(str(recommendation_stream(request.recommendation)))
        with self._visits.views.reading() as conn:
            row = views.recommendation(conn, number)
            if row is None or not may_see(acting, "inspection.recommendation", row):
                raise no_recommendation(request.recommendation)
            return self._shown(conn, [row])[0]

    def school_recommendations(
        self, acting: CallContext, request: SchoolRecommendationsRequest
    ) -> SchoolRecommendationsAnswer:
        """Return the recommendations to a school; of a visit: what it made, and what it took over from earlier ones."""
        with self._visits.views.reading() as conn:
            rows = [
                row
                for row in views.recommendations(conn, school=request.school)
                if may_see(acting, "inspection.school_recommendations", row)
            ]
            shown = self._shown(conn, self._urgent_first(rows))
        if request.inspection:
            shown = [one for one in shown if request.inspection in {one.inspection, *one.carried_into}]
        return SchoolRecommendationsAnswer(recommendations=shown)

    def recommendations(self, acting: CallContext, request: RecommendationsRequest) -> RecommendationsAnswer:
        """Return one page of the recommendations that the caller reaches: overdue first, then by due date; BadRequest."""
        if not 1 <= request.limit <= MOST_RECOMMENDATIONS or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_RECOMMENDATIONS} kiến nghị.", path="$.limit")
        with self._visits.views.reading() as conn:
            rows = self._reached(conn, acting, request)
            states = {row.recommendation: self._state(row) for row in rows}
            wanted = [row for row in rows if _is_wanted(request, states[row.recommendation])]
            page = self._urgent_first(wanted)[request.after : request.after + request.limit]
            shown = self._shown(conn, page)
        counts = _by_state(states.values())
        by_school = _by_school(rows, states)
        return RecommendationsAnswer(recommendations=shown, counts=counts, total=len(wanted), by_school=by_school)

    def _reached(self, conn: Connection, acting: CallContext, request: RecommendationsRequest) -> list[RecommendationRow]:
        """Return what the caller may see of what is asked for, whatever its state."""
        rows = views.recommendations(
            conn, commune=request.commune, school=request.school or SchoolCode(""), layer=request.layer or ""
        )
        return [
            row
            for row in rows
            if request.responsible in {None, row.responsible} and may_see(acting, "inspection.recommendations", row)
        ]

    def _shown(self, conn: Connection, rows: Sequence[RecommendationRow]) -> list[RecommendationView]:
        acts = views.acts_of(conn, [row.recommendation for row in rows])
        carried, day = views.carried_into(conn, rows), self._today
        return [
            presenters.recommendation_view(row, acts.get(row.recommendation, []), carried[row.recommendation], day)
            for row in rows
        ]

    @property
    def _today(self) -> dt.date:
        return today(self._visits.clock)

    def _state(self, row: RecommendationRow) -> RecommendationState:
        return state_on(row.state, row.due, self._today)

    def _urgent_first(self, rows: Iterable[RecommendationRow]) -> list[RecommendationRow]:
        """Return overdue ones, then the others by the day they are due, those that are done last."""

        def urgency(row: RecommendationRow) -> tuple[bool, bool, dt.date, str, int]:
            state = self._state(row)
            overdue, done = state is RecommendationState.OVERDUE, state is RecommendationState.DONE
            return not overdue, done, row.due, row.school, row.position

        return sorted(rows, key=urgency)


def may_see(acting: CallContext, operation: str, row: RecommendationRow) -> bool:
    """Say whether a recommendation is there for the caller of an operation.

    A draft is for everybody but the school. The economic office sees what is its own to answer, and no draft.
    """
    grants = [grant for grant in reaching(acting, operation, row.school) if grant.role is not Role.ECONOMIC_OFFICE]
    if grants:
        return not row.draft or reads_drafts(acting, row.school)
    own = row.responsible is Responsible.ECONOMIC_OFFICE and not row.draft
    return own and reaches_school(acting, operation, row.school)


def _by_state(states: Iterable[RecommendationState]) -> dict[str, int]:
    counted = Counter(states)
    return {state.value: counted[state] for state in RecommendationState}


def _by_school(
    rows: Iterable[RecommendationRow], states: Mapping[RecommendationId, RecommendationState]
) -> dict[SchoolCode, dict[str, int]]:
    """Return school → state → how many; of drafts, on which nobody has to act yet, none."""
    found: dict[SchoolCode, list[RecommendationState]] = {}
    for row in rows:
        if not row.draft:
            found.setdefault(row.school, []).append(states[row.recommendation])
    return {school: _by_state(of) for school, of in found.items()}


def _is_wanted(request: RecommendationsRequest, state: RecommendationState) -> bool:
    return request.state in {None, state} and (not request.overdue or state is RecommendationState.OVERDUE)
