"""Questions about how far the work of a self-assessment is: one criterion with everything, or all of them in a line each."""

from __future__ import annotations

import msgspec

from services.assessment import work_presenters
from services.assessment.domain.reviewing import allowed
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.writing import codes_at
from services.assessment.use_cases.commenting import is_clerk
from services.assessment.use_cases.council import work_of
from services.assessment.use_cases.reading_rights import is_kept_from_drafts
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls.writing import CriterionWorkRequest, CriterionWorkView, WorkBoard, WorkBoardRequest
from shared.contracts.operations import COUNCIL
from shared.identity.call_context import CallContext
from shared.vocabulary.ids import SchoolCode

_COMMENT = "comment"


class Progress:
    """Answers how far a school is; records nothing."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def criterion_work(self, acting: CallContext, request: CriterionWorkRequest) -> CriterionWorkView:
        """Return the work on one criterion; raises NoSuchCriterion, NoSuchSchool, NoSuchCycle, NotYetKnown, DateRefused."""
        as_of = self._schools.as_of(request.valid_at, request.known_at)
        assessed = self._schools.assessment(request.school, as_of, cycle=request.cycle)
        cycle = work_of(assessed, request.school)
        criterion = criterion_of(assessed.rulebook, request.criterion)
        codes = codes_at(assessed, criterion.code)
        clerk = is_clerk(acting, request.school)
        may: list[str] = []
        if cycle.submitted is None and (clerk or _is_of_council(acting, request.school)):
            may = allowed(cycle.work, criterion.code, acting.actor, codes, is_clerk=clerk)
            if not _is_of_council(acting, request.school):
                may = [what for what in may if what == _COMMENT]
        view = work_presenters.criterion_work(assessed, cycle, criterion, codes, may)
        if is_kept_from_drafts(acting, "assessment.criterion_work", request.school):
            view = msgspec.structs.replace(view, comments=[], request=None)
        return view

    def work_board(self, request: WorkBoardRequest) -> WorkBoard:
        """Return the work on every criterion of a cycle; raises NoSuchSchool, NoSuchCycle, NotYetKnown, DateRefused."""
        as_of = self._schools.as_of(request.valid_at, request.known_at)
        assessed = self._schools.assessment(request.school, as_of, cycle=request.cycle)
        return work_presenters.work_board(assessed, work_of(assessed, request.school))


def _is_of_council(acting: CallContext, school: SchoolCode) -> bool:
    """Say whether the caller has a role that writing is open to."""
    return any(grant.role in COUNCIL and grant.covers_school(school) for grant in acting.grants)
