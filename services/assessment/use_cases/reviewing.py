"""Use cases about the steps of a criterion before the council votes: handed in, taken back, sent back, reviewed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.reviewing import (
    hands_in,
    require_reviewer,
    require_wanting_changes,
    require_writer,
    reviews,
    takes_back,
    wants_changes,
)
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.school import School
from services.assessment.domain.streams import codes_stream, council_stream
from services.assessment.domain.work import SelfAssessmentWork
from services.assessment.domain.writing import Codes, codes_at
from services.assessment.use_cases.council import work_of
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls import Done
from shared.contracts.calls.writing import HandIn, RequestChanges, ReviewCriterion, TakeBack
from shared.eventlog.facts import Fact
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.typed_texts import typed_text
from shared.vocabulary.ids import Position

Step = HandIn | TakeBack | ReviewCriterion | RequestChanges
Decision = Callable[[SelfAssessmentWork, Codes, Position, dt.date], Fact | None]
"""Takes the work, the school's codes, the position that it stands at and today; None where nothing is new."""


class Reviewing:
    """Takes a criterion from its writer to its reviewer and back."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def hand_in(self, acting: CallContext, request: HandIn) -> Done:
        """Hand a criterion in for review; what is handed in already stays so.

        Raises NothingWritten, CopiedUnread, CodesDangling, AlreadyReviewed, NotYourDuty, NoSuchCriterion, NoSuchSchool,
        NoSuchCycle, AlreadySubmitted.
        """

        def decide(work: SelfAssessmentWork, codes: Codes, of: Position, _: dt.date) -> Fact | None:
            require_writer(work, request.criterion, acting.actor)
            if not hands_in(work.seen(request.criterion), request.criterion, codes):
                return None
            return sf.CriterionHandedIn(school=request.school, cycle=request.cycle, criterion=request.criterion, of=of)

        return self._step(acting, request, decide)

    def take_back(self, acting: CallContext, request: TakeBack) -> Done:
        """Take back a criterion that was handed in; raises NotHandedIn, NotYourDuty and what `hand_in` raises of places."""

        def decide(work: SelfAssessmentWork, _: Codes, __: Position, ___: dt.date) -> Fact | None:
            require_writer(work, request.criterion, acting.actor)
            if not takes_back(work.seen(request.criterion), request.criterion):
                return None
            return sf.CriterionTakenBack(school=request.school, cycle=request.cycle, criterion=request.criterion)

        return self._step(acting, request, decide)

    def review_criterion(self, acting: CallContext, request: ReviewCriterion) -> Done:
        """Find a criterion ready for the council; one that is reviewed already stays so.

        Raises ReviewsOwnWork, NotYourDuty, NotHandedIn, CopiedUnread, CodesDangling and what `hand_in` raises of places.
        """

        def decide(work: SelfAssessmentWork, codes: Codes, of: Position, _: dt.date) -> Fact | None:
            require_reviewer(work, request.criterion, acting.actor)
            if not reviews(work.seen(request.criterion), request.criterion, codes):
                return None
            return sf.CriterionReviewed(school=request.school, cycle=request.cycle, criterion=request.criterion, of=of)

        return self._step(acting, request, decide)

    def request_changes(self, acting: CallContext, request: RequestChanges) -> Done:
        """Want a criterion changed; the same wish again does nothing.

        Raises NotYourDuty, ReviewsOwnWork, NotHandedIn, DateRefused, BadRequest and what `hand_in` raises of places.
        """
        text = typed_text(request.text, "yêu cầu sửa")
        if not text:
            raise BadRequest("Chưa ghi cần sửa gì. Chưa gửi. Ghi rõ chỗ cần sửa.", path="$.text")
        wanted = sf.ChangesRequested(
            school=request.school, cycle=request.cycle, criterion=request.criterion, text=text, due=request.due
        )

        def decide(work: SelfAssessmentWork, _: Codes, __: Position, today: dt.date) -> Fact | None:
            require_wanting_changes(work, request.criterion, acting.actor)
            return wanted if wants_changes(work.seen(request.criterion), wanted, today) else None

        return self._step(acting, request, decide)

    def _step(self, acting: CallContext, request: Step, decision: Decision) -> Done:
        meta, today = self._schools.metadata_on(acting)

        def decide(school: School) -> None:
            if school.has_processed(meta.command):
                return
            assessed = self._schools.as_known_now(school.code, request.cycle)
            criterion_of(assessed.rulebook, request.criterion)
            work = work_of(assessed, school.code).work
            fact = decision(work, codes_at(assessed, request.criterion), school.position, today)
            if fact is not None:
                school.add_work(fact, meta, council_stream(school.code, request.cycle), codes_stream(school.code))

        return self._schools.done(request.school, decide)
