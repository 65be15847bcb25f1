"""Use cases about the improvement plan: its items and their reviews, what is owed, what it costs."""

from __future__ import annotations

from services.assessment import decision_presenters as present
from services.assessment.domain import deciding, improvement
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.school import School
from services.assessment.domain.streams import school_stream
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls import Done
from shared.contracts.calls.improvement import (
    AddImprovement,
    ChangeImprovement,
    ImprovementAdded,
    ImprovementsAnswer,
    ImprovementsRequest,
    ReviewImprovement,
)
from shared.identity.call_context import CallContext
from shared.ids import id_within, new_id
from shared.rulebook.conventions import ReviewDays, conventions
from shared.typed_texts import typed_text
from shared.vocabulary.ids import ImprovementId

_TEXTS = {
    "problem": "vấn đề",
    "aim": "mục tiêu",
    "action": "việc làm",
    "measure": "cách đo",
    "owner": "người phụ trách",
    "source": "nguồn kinh phí",
    "evidence_expected": "minh chứng dự kiến",
}
"""The texts of an item, as a person calls them."""


class Improving:
    """Keeps the improvement plan of a cycle, before and after the report is submitted."""

    def __init__(self, schools: SchoolRepository, days: ReviewDays | None = None) -> None:
        self._schools = schools
        self._days = days or conventions().review_days

    def add_improvement(self, acting: CallContext, request: AddImprovement) -> ImprovementAdded:
        """Put an item into the plan and return its id; a repeat answers with the id that it has.

        Raises BadRequest, NoSuchCriterion, NoSuchCycle.
        """
        meta, _ = self._schools.metadata_on(acting)
        school_code, cycle = request.school, request.cycle
        named = id_within(school_stream(school_code), "improvement-item", cycle, meta.command) if meta.command else new_id()
        given = _item(request, ImprovementId(str(named)))

        def decide(school: School) -> ImprovementId:
            assessed = self._schools.as_known_now(school.code, cycle)
            work = deciding.work_of(assessed)
            item = improvement.checked_item(assessed.rulebook, given)
            if same := improvement.same_item(work, item):
                return same
            school.add_to_submitted(item, meta)
            return item.item

        item, position = self._schools.change(school_code, decide)
        return ImprovementAdded(id=item, position=position)

    def change_improvement(self, acting: CallContext, request: ChangeImprovement) -> Done:
        """Write an item of the plan anew; a repeat does nothing.

        Raises BadRequest, NoSuchCriterion, NoSuchCycle, NoSuchImprovement, ChangedMeanwhile.
        """
        meta, _ = self._schools.metadata_on(acting)
        given = _item(request, request.item)

        def decide(school: School) -> None:
            if school.has_processed(meta.command):
                return
            assessed = self._schools.as_known_now(school.code, request.cycle)
            work = deciding.work_of(assessed)
            item = improvement.changed_item(work, improvement.checked_item(assessed.rulebook, given), request.expected)
            if item is not None:
                school.add_to_submitted(item, meta)

        return self._schools.done(request.school, decide)

    def review_improvement(self, acting: CallContext, request: ReviewImprovement) -> Done:
        """Write down a review of an item; a repeat does nothing.

        Raises DocumentUnknown, DateRefused, NoSuchCycle, NoSuchImprovement, DoneWithoutEvidence.
        """
        for document in request.evidence:
            self._schools.require_document(document, request.school)
        meta, on = self._schools.metadata_on(acting, request.on)
        given = sf.ImprovementReviewed(
            school=request.school,
            cycle=request.cycle,
            item=request.item,
            occasion=request.occasion,
            reviewed_on=on,
            status=request.status,
            result=typed_text(request.result, "kết quả"),
            adjustment=typed_text(request.adjustment, "điều chỉnh"),
            evidence=tuple(dict.fromkeys(request.evidence)),
        )

        def decide(school: School) -> None:
            school.require_day(request.cycle, on)
            work = deciding.work_of(self._schools.as_known_now(school.code, request.cycle))
            review = improvement.decide_review(work, given)
            if review is not None:
                school.add_to_submitted(review, meta)

        return self._schools.done(request.school, decide)

    def improvements(self, request: ImprovementsRequest) -> ImprovementsAnswer:
        """Return the plan, or what is overdue in it, what is due next and the sums. Raises NoSuchSchool, NoSuchCycle."""
        assessed = self._schools.as_known_now(request.school, request.cycle)
        return present.improvements_answer(assessed, self._days, self._schools.today(), overdue_only=request.overdue)


def _item(request: AddImprovement | ChangeImprovement, item: ImprovementId) -> sf.ImprovementItemSet:
    texts = {field: typed_text(getattr(request, field), what) for field, what in _TEXTS.items()}
    return sf.ImprovementItemSet(
        school=request.school,
        cycle=request.cycle,
        item=item,
        criterion=request.criterion,
        standard=request.standard,
        starts=request.starts,
        ends=request.ends,
        person=request.person,
        cost_vnd=request.cost_vnd,
        **texts,
    )
