"""Use cases about the school's own layer: judging indicators and describing criteria."""

from __future__ import annotations

from services.assessment.domain import facts as f
from services.assessment.domain.school import IndicatorVerdict, School
from services.assessment.errors import LayerRefused
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls import Done
from shared.contracts.calls.assessment import DescribeCriterion, Description, Judge, Judgement, SaveCriterion
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.typed_texts import typed_text
from shared.vocabulary.assessment import Layer

MOST_JUDGEMENTS = 500
"""More than any rulebook has indicators."""


class Judging:
    """Takes what the council of a school judges and writes."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def judge(self, acting: CallContext, request: Judge) -> Done:
        """Judge indicators in the school's own layer, all or none.

        Raises LayerRefused, NoSuchCycle, AlreadySubmitted, NoSuchCriterion, NotApplicableRefused,
        EducationLevelRefused, DateRefused,
        ChangedMeanwhile.
        """
        if request.layer is not Layer.SCHOOL:
            raise LayerRefused(
                "Kết quả của xã và của Sở ghi qua đợt kiểm tra, đánh giá ngoài. Chưa ghi gì.", layer=request.layer
            )
        meta, on = self._schools.metadata_on(acting, request.on)
        judged = self._judged(request.judgements)

        def decide(school: School) -> None:
            school.judge(request.cycle, judged, on, self._schools.pinned(school, request.cycle), meta)

        return self._schools.done(request.school, decide)

    def describe_criterion(self, acting: CallContext, request: DescribeCriterion) -> Done:
        """Write what the council says of a criterion.

        Raises NoSuchCriterion, AlreadySubmitted, ChangedMeanwhile, BadRequest.
        """
        meta, _ = self._schools.metadata_on(acting)
        described = _described(request, request)

        def decide(school: School) -> None:
            rulebook = self._schools.pinned(school, request.cycle)
            school.describe_criterion(described, rulebook, meta, expected=request.expected)

        return self._schools.done(request.school, decide)

    def save_criterion(self, acting: CallContext, request: SaveCriterion) -> Done:
        """Save judgements and description of one criterion in one decision, all or nothing.

        Raises what `judge` and `describe_criterion` raise, BadRequest for a judgement of another criterion.
        """
        if any(judgement.criterion != request.criterion for judgement in request.judgements):
            raise BadRequest(f"Chỉ ghi được tiêu chí {request.criterion} ở đây. Chưa ghi gì.", path="$.judgements")
        meta, on = self._schools.metadata_on(acting, request.on)
        judged, description = self._judged(request.judgements), request.description
        described = _described(request, description) if description is not None else None
        expected = description.expected if description is not None else None

        def decide(school: School) -> None:
            rulebook = self._schools.pinned(school, request.cycle)
            school.save_criterion(request.cycle, judged, described, on, rulebook, meta, expected=expected)

        return self._schools.done(request.school, decide)

    def _judged(self, judgements: list[Judgement]) -> list[IndicatorVerdict]:
        """Return judgements as the school's stream takes them; raises BadRequest."""
        if len(judgements) > MOST_JUDGEMENTS:
            raise BadRequest(f"Mỗi lần ghi nhiều nhất {MOST_JUDGEMENTS} kết quả.", path="$.judgements")
        return [
            IndicatorVerdict(
                key=(judgement.criterion, judgement.level, judgement.indicator),
                part=judgement.part,
                result=judgement.result,
                note=typed_text(judgement.note, "ghi chú"),
                expected=judgement.expected,
            )
            for judgement in judgements
        ]


def _described(
    where: DescribeCriterion | SaveCriterion, description: DescribeCriterion | Description
) -> f.CriterionDescribed:
    return f.CriterionDescribed(
        school=where.school,
        cycle=where.cycle,
        criterion=where.criterion,
        strengths=typed_text(description.strengths, "điểm mạnh"),
        weaknesses=typed_text(description.weaknesses, "điểm yếu"),
        improvement=typed_text(description.improvement, "kế hoạch cải tiến"),
    )
