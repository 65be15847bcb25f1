"""The registration that a decision of the department rests on: its steps as the inspection service told of them.

Only the steps of the last registration count: one that was returned and made anew begins afresh.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.assessment.domain import facts as f
from services.assessment.errors import (
    DraftNotSent,
    NotAcceptedYet,
    NotConcluded,
    NotRegisteredYet,
    ReplyStillDue,
    ReportNotFinal,
)
from shared.problems import Problem
from shared.text import format_date
from shared.vocabulary.ids import CycleId
from shared.vocabulary.inspection import RegistrationStep

Steps = Mapping[RegistrationStep, dt.date]
"""Step of a cycle's registration → the day it was taken, as it was known on the day of the decision."""


class Decision(NamedTuple):
    """A decision that is about to be recorded: its day, and what its refusals end with: what else may be done, '' for none.

    A grant of which a paper exists may be copied from it, a refusal may not.
    """

    on: dt.date
    otherwise: str = ""


def registered_visit(
    cycle: CycleId, steps: Steps, visits: Sequence[f.VisitConcluded], decision: Decision
) -> f.VisitConcluded:
    """Return the visit that a decision on a registered cycle rests on: the last one begun after the acceptance.

    `visits` are the concluded ones that began after the submission. Raises NotRegisteredYet, NotAcceptedYet, NotConcluded,
    DraftNotSent, ReplyStillDue, ReportNotFinal: the first step that is missing by the day of the decision. It may have been
    taken already, and the word of it be on its way.
    """

    def require(*any_of: RegistrationStep) -> None:
        if not any(step in steps for step in any_of):
            raise _refusal(any_of[0], cycle, decision)

    require(RegistrationStep.OPEN)
    require(RegistrationStep.ACCEPT)
    accepted = steps[RegistrationStep.ACCEPT]
    since = [visit for visit in visits if visit.first_day >= accepted]
    if not since:
        raise NotConcluded(
            f"Sở tiếp nhận hồ sơ ngày {format_date(accepted)}; chưa có đợt đánh giá ngoài nào bắt đầu từ ngày ấy và đã kết "
            f"luận (đợt {cycle}). Chưa ghi gì. Đoàn làm việc sau tiếp nhận và kết luận trước.{decision.otherwise}",
            cycle=cycle,
        ).awaiting_news()
    require(RegistrationStep.DRAFT)
    drafted = [visit for visit in since if visit.concluded_on <= steps[RegistrationStep.DRAFT]]
    if not drafted:
        raise _refusal(RegistrationStep.DRAFT, cycle, decision)
    require(RegistrationStep.REPLY, RegistrationStep.SILENCE)
    require(RegistrationStep.FINAL)
    return max(drafted, key=lambda visit: visit.concluded_on)


class _Missing(NamedTuple):
    """How a step that is missing is refused: under which name, what is not so yet, and what is done first."""

    refusal: type[Problem]
    is_not_so: str
    first: str


_MISSING = {
    RegistrationStep.OPEN: _Missing(
        NotRegisteredYet, "trường chưa đăng ký đánh giá ngoài đợt {cycle}", "Hiệu trưởng đăng ký trước."
    ),
    RegistrationStep.ACCEPT: _Missing(NotAcceptedYet, "Sở chưa tiếp nhận hồ sơ đăng ký đợt {cycle}", "Sở tiếp nhận trước."),
    RegistrationStep.DRAFT: _Missing(DraftNotSent, "đoàn chưa gửi trường dự thảo báo cáo đợt {cycle}", "Gửi dự thảo trước."),
    RegistrationStep.REPLY: _Missing(
        ReplyStillDue,
        "trường chưa phản hồi dự thảo đợt {cycle} và chưa hết hạn phản hồi",
        "Chờ trường phản hồi, hoặc chờ hết hạn.",
    ),
    RegistrationStep.FINAL: _Missing(
        ReportNotFinal,
        "đoàn chưa có báo cáo chính thức đợt {cycle}",
        "Ghi báo cáo chính thức trước, rồi ghi quyết định.",
    ),
}


def _refusal(step: RegistrationStep, cycle: CycleId, decision: Decision) -> Problem:
    """Return the refusal of a decision while a step is missing, which may have been taken with the word on its way."""
    missing = _MISSING[step]
    is_not_so = missing.is_not_so.format(cycle=cycle)
    return missing.refusal(
        f"Đến ngày {format_date(decision.on)} {is_not_so}. Chưa ghi gì. {missing.first}{decision.otherwise}", cycle=cycle
    ).awaiting_news()
