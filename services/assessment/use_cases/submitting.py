"""Use cases about handing in: what a self-assessment lacks, what was answered to that, and its submission."""

from __future__ import annotations

import msgspec

from services.assessment import presenters
from services.assessment.domain import facts as f
from services.assessment.domain import submission
from services.assessment.domain.rulebook_lookup import indicator_of
from services.assessment.domain.school import School
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import AnswerGap, GapsAnswer, GapsRequest, SubmitSelfAssessment, WithdrawGapAnswer
from shared.identity.call_context import CallContext
from shared.typed_texts import typed_reason


class Submitting:
    """Submits self-assessments, and says what they lack."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def submit_self_assessment(self, acting: CallContext, request: SubmitSelfAssessment) -> Done:
        """Submit the self-assessment; the school's layer is closed. A repeat does nothing.

        Raises NotAllAssessed, EvidenceMissing, ContradictionUnanswered and what else `submission.require_complete` raises
        for what is lacking and not named in `gaps`; an `incomplete` one is submitted without all of it. BadRequest,
        NoSuchCriterion for what is named wrongly; NoSuchCycle; DateRefused for a day before one of the judgements.
        """
        meta, on = self._schools.metadata_on(acting, request.on)
        why = typed_reason(request.reason, "lý do trình khi còn thiếu") if request.incomplete else ""
        given = [
            f.NamedGap(kind=gap.kind, criterion=gap.criterion, level=gap.level, indicator=gap.indicator, reason=gap.reason)
            for gap in request.gaps
        ]

        def decide(school: School) -> None:
            if school.is_submitted(request.cycle):
                return
            rulebook = self._schools.pinned(school, request.cycle)
            named_gaps = submission.checked(given, rulebook)
            assessed = self._schools.as_known_now(school.code, request.cycle)
            if request.incomplete:
                named_gaps = submission.with_the_rest(assessed, named_gaps, why)
            gaps = submission.require_complete(assessed, named_gaps)
            submission.require_judged_by(assessed, on)
            school.submit(request.cycle, on, meta, gaps, criteria=rulebook.criteria)

        return self._schools.done(request.school, decide)

    def gaps(self, request: GapsRequest) -> GapsAnswer:
        """Return what a cycle's self-assessment lacks and what was answered; raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        return presenters.gaps_answer(assessed, request.cycle)

    def answer_gap(self, acting: CallContext, request: AnswerGap) -> Done:
        """Say why something that is lacking need not be there; a repeat does nothing.

        Raises NothingToAnswer, BadRequest, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)
        place = {"criterion": request.criterion, "level": request.level, "indicator": request.indicator}
        reason = typed_reason(request.reason)
        answered = f.GapAnswered(school=request.school, cycle=request.cycle, kind=request.kind, reason=reason, **place)  # type: ignore[arg-type]

        def decide(school: School) -> None:
            indicator_of(self._schools.pinned(school, request.cycle), (request.criterion, request.level, request.indicator))
            answer = submission.answered(self._schools.as_known_now(school.code, request.cycle), answered)
            if answer is not None:
                school.answer_gap(answer, meta)

        return self._schools.done(request.school, decide)

    def withdraw_gap_answer(self, acting: CallContext, request: WithdrawGapAnswer) -> Done:
        """Take an answer back. Raises NothingToAnswer, NoSuchCycle, AlreadySubmitted."""
        meta, _ = self._schools.metadata_on(acting)
        withdrawn = f.GapAnswerWithdrawn(**msgspec.structs.asdict(request))
        return self._schools.done(request.school, lambda school: school.withdraw_gap_answer(withdrawn, meta))
