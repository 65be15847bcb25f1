"""Questions about visits: one, those of a school, all that the caller reaches, and what they ask of schools."""

from __future__ import annotations

import datetime as dt
import uuid

from services.inspection import views
from services.inspection.domain.finding_state import STATES, state_of
from services.inspection.presenters import visits as presenters
from services.inspection.use_cases.texts import no_inspection, visit_stream
from services.inspection.use_cases.visits import VisitRepository
from shared.clock import today
from shared.contracts.calls.inspection import (
    AskedFinding,
    FindingsAnswer,
    FindingsRequest,
    InspectionRequest,
    InspectionsAnswer,
    InspectionsRequest,
    InspectionView,
    VisitsAnswer,
    VisitsRequest,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.problems import BadRequest
from shared.vocabulary.ids import SchoolCode

MOST_LISTED, MOST_VISITS = 500, 2000


class VisitQueries:
    """Answers questions about visits; records nothing."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def inspection(self, acting: CallContext, request: InspectionRequest) -> InspectionView:
        """Return one inspection with its findings; raises NoSuchInspection."""
        found = self._visits.view(acting, visit_stream(request.inspection))
        if found.school != request.school:
            raise no_inspection(request.inspection)
        return found

    def inspections(self, acting: CallContext, request: InspectionsRequest) -> InspectionsAnswer:
        """Return a school's inspections, newest first."""
        with self._visits.views.reading() as conn:
            found = views.inspections(conn, request.school)
        return InspectionsAnswer(inspections=[self._visits.view(acting, uuid.UUID(one)) for one in found])

    def findings(self, acting: CallContext, request: FindingsRequest) -> FindingsAnswer:
        """Return what concluded visits ask of the schools that the caller reaches, the most urgent first; BadRequest."""
        if request.state not in {"", *STATES}:
            raise BadRequest(f"Trạng thái là một trong: {', '.join(STATES)}.", path="$.state")
        if not 1 <= request.limit <= MOST_LISTED or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_LISTED} phát hiện.", path="$.limit")
        day = today(self._visits.clock)
        with self._visits.views.reading() as conn:
            rows = views.asked(conn, commune=request.commune, layer=request.layer or "")
        mine = [row for row in rows if reaches_school(acting, "inspection.findings", row.school)]
        stated = [(row, state_of(row.result, row.answer_by, answered=row.answered, today=day)) for row in mine]
        counts = {state: sum(of == state for _, of in stated) for state in STATES}
        by_school: dict[SchoolCode, dict[str, int]] = {}
        for row, of in stated:
            if of:
                by_school.setdefault(row.school, dict.fromkeys(STATES, 0))[of] += 1
        wanted = [(row, of) for row, of in stated if of and request.state in {"", of}]
        wanted.sort(key=lambda pair: (STATES.index(pair[1]), pair[0].answer_by or dt.date.max, pair[0].school))
        page = wanted[request.after : request.after + request.limit]
        shown = [self._asked(row, day) for row, _ in page]
        return FindingsAnswer(findings=shown, counts=counts, total=len(wanted), by_school=by_school)

    def visits(self, acting: CallContext, request: VisitsRequest) -> VisitsAnswer:
        """Return the visits to the schools that the caller reaches, newest planned day first; raises BadRequest."""
        if not 1 <= request.limit <= MOST_VISITS or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_VISITS} đợt.", path="$.limit")
        with self._visits.views.reading() as conn:
            rows = views.visits(conn, commune=request.commune, layer=request.layer or "")
        mine = [row for row in rows if reaches_school(acting, "inspection.visits", row.school)]
        page = mine[request.after : request.after + request.limit]
        return VisitsAnswer(visits=[presenters.visit_line(row, self._visits.library) for row in page], total=len(mine))

    def _asked(self, one: views.FindingRow, day: dt.date) -> AskedFinding:
        visit = self._visits.visit(uuid.UUID(one.inspection))
        planned, concluded = visit.inspection.planned, visit.inspection.concluded
        assert planned is not None
        assert concluded is not None
        return AskedFinding(
            school=one.school,
            inspection=one.inspection,
            cycle=planned.cycle,
            layer=planned.layer,
            title=planned.title,
            on=visit.inspection.planned_on,
            concluded_on=concluded.concluded_on,
            finding=presenters.finding_view(visit, (one.criterion, one.level, one.indicator), day),
        )
