"""The call of the inspection service for the titles of things that are due: what tells them apart for who may read them."""

from __future__ import annotations

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import SIGNED_IN, Operation, Scope
from shared.vocabulary.ids import DifficultyId, RecommendationId, ReportRequestId, TaskId, TrainingId
from shared.vocabulary.roles import Role

MOST_TITLES = 2000
LONGEST_TITLE = 80


class TitlesRequest(Call, frozen=True, kw_only=True):
    """Ask for the titles of things by their ids; together at most `MOST_TITLES`."""

    tasks: list[TaskId] = []
    difficulties: list[DifficultyId] = []
    trainings: list[TrainingId] = []
    reports: list[ReportRequestId] = []
    recommendations: list[RecommendationId] = []


class TitlesAnswer(Answer, frozen=True, kw_only=True):
    """Id → the beginning of what was written, on one line of at most `LONGEST_TITLE` characters.

    What the caller may not read is left out, like what there is not.
    """

    titles: dict[str, str]


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="titles",
        request=TitlesRequest,
        answer=TitlesAnswer,
        roles=SIGNED_IN - {Role.SUBSCRIBER},
        scope=Scope.NARROWED,
        summary="Mấy chữ đầu của việc, khó khăn, lớp, báo cáo, kiến nghị mà người hỏi được đọc.",
    ),
)
"""What may be asked, by whom."""
