"""The registration that a decision of the department rests on: its steps as the inspection service told of them.

Only the steps of the last registration count: one that was returned and made anew begins afresh.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
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
    _require(steps, (RegistrationStep.OPEN,), _not_registered, cycle, decision)
    _require(steps, (RegistrationStep.ACCEPT,), _not_accepted, cycle, decision)
    accepted = steps[RegistrationStep.ACCEPT]
    since = [visit for visit in visits if visit.first_day >= accepted]
    if not since:
        raise NotConcluded(
            f"Sở tiếp nhận hồ sơ ngày {format_date(accepted)}; chưa có đợt đánh giá ngoài nào bắt đầu từ ngày ấy và đã kết "
            f"luận (đợt {cycle}). Chưa ghi gì. Đoàn làm việc sau tiếp nhận và kết luận trước.{decision.otherwise}",
            cycle=cycle,
        ).awaiting_news()
    _require(steps, (RegistrationStep.DRAFT,), _not_drafted, cycle, decision)
    drafted = [visit for visit in since if visit.concluded_on <= steps[RegistrationStep.DRAFT]]
    if not drafted:
        raise _not_drafted(cycle, decision).awaiting_news()
    _require(steps, (RegistrationStep.REPLY, RegistrationStep.SILENCE), _still_due, cycle, decision)
    _require(steps, (RegistrationStep.FINAL,), _not_final, cycle, decision)
    return max(drafted, key=lambda visit: visit.concluded_on)


def _require(
    steps: Steps,
    any_of: tuple[RegistrationStep, ...],
    refusal: Callable[[CycleId, Decision], Problem],
    cycle: CycleId,
    decision: Decision,
) -> None:
    if not any(step in steps for step in any_of):
        raise refusal(cycle, decision).awaiting_news()


def _not_registered(cycle: CycleId, decision: Decision) -> Problem:
    return NotRegisteredYet(
        f"Đến ngày {format_date(decision.on)} trường chưa đăng ký đánh giá ngoài đợt {cycle}. Chưa ghi gì. "
        f"Hiệu trưởng đăng ký trước.{decision.otherwise}",
        cycle=cycle,
    )


def _not_accepted(cycle: CycleId, decision: Decision) -> Problem:
    return NotAcceptedYet(
        f"Đến ngày {format_date(decision.on)} Sở chưa tiếp nhận hồ sơ đăng ký đợt {cycle}. Chưa ghi gì. "
        f"Sở tiếp nhận trước.{decision.otherwise}",
        cycle=cycle,
    )


def _not_drafted(cycle: CycleId, decision: Decision) -> Problem:
    return DraftNotSent(
        f"Đến ngày {format_date(decision.on)} đoàn chưa gửi trường dự thảo báo cáo đợt {cycle}. Chưa ghi gì. "
        f"Gửi dự thảo trước.{decision.otherwise}",
        cycle=cycle,
    )


def _still_due(cycle: CycleId, decision: Decision) -> Problem:
    return ReplyStillDue(
        f"Đến ngày {format_date(decision.on)} trường chưa phản hồi dự thảo đợt {cycle} và chưa hết hạn phản hồi. "
        f"Chưa ghi gì. Chờ trường phản hồi, hoặc chờ hết hạn.{decision.otherwise}",
        cycle=cycle,
    )


def _not_final(cycle: CycleId, decision: Decision) -> Problem:
    return ReportNotFinal(
        f"Đến ngày {format_date(decision.on)} đoàn chưa có báo cáo chính thức đợt {cycle}. Chưa ghi gì. "
        f"Ghi báo cáo chính thức trước, rồi ghi quyết định.{decision.otherwise}",
        cycle=cycle,
    )
