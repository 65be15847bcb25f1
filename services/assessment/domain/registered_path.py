"""The registration that a decision of the department rests on: its steps as the inspection service told of them.

Only the steps of the last registration count: one that was returned and made anew begins afresh.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

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

_PAPER = "Quyết định đã có trên giấy thì ghi kèm bản quét."


def registered_visit(
    cycle: CycleId, steps: Steps, visits: Sequence[f.VisitConcluded], decided_on: dt.date
) -> f.VisitConcluded:
    """Return the visit that a decision on a registered cycle rests on: the last one begun after the acceptance.

    `visits` are the concluded ones that began after the submission. Raises NotRegisteredYet, NotAcceptedYet, NotConcluded,
    DraftNotSent, ReplyStillDue, ReportNotFinal: the first step that is missing by the day of the decision.
    """
    _require(steps, (RegistrationStep.OPEN,), _not_registered, cycle, decided_on)
    _require(steps, (RegistrationStep.ACCEPT,), _not_accepted, cycle, decided_on)
    accepted = steps[RegistrationStep.ACCEPT]
    since = [visit for visit in visits if visit.first_day >= accepted]
    if not since:
        raise NotConcluded(
            f"Sở tiếp nhận hồ sơ ngày {format_date(accepted)}; chưa có đợt đánh giá ngoài nào bắt đầu từ ngày ấy và đã kết "
            f"luận (đợt {cycle}). Chưa ghi gì. Đoàn làm việc sau tiếp nhận và kết luận trước. {_PAPER}",
            cycle=cycle,
        )
    _require(steps, (RegistrationStep.DRAFT,), _not_drafted, cycle, decided_on)
    drafted = [visit for visit in since if visit.concluded_on <= steps[RegistrationStep.DRAFT]]
    if not drafted:
        raise _not_drafted(cycle, format_date(decided_on))
    _require(steps, (RegistrationStep.REPLY, RegistrationStep.SILENCE), _still_due, cycle, decided_on)
    _require(steps, (RegistrationStep.FINAL,), _not_final, cycle, decided_on)
    return max(drafted, key=lambda visit: visit.concluded_on)


def _require(
    steps: Steps,
    any_of: tuple[RegistrationStep, ...],
    refusal: Callable[[CycleId, str], Problem],
    cycle: CycleId,
    decided_on: dt.date,
) -> None:
    if not any(step in steps for step in any_of):
        raise refusal(cycle, format_date(decided_on))


def _not_registered(cycle: CycleId, day: str) -> Problem:
    return NotRegisteredYet(
        f"Đến ngày {day} trường chưa đăng ký đánh giá ngoài đợt {cycle}. Chưa ghi gì. Hiệu trưởng đăng ký trước. {_PAPER}",
        cycle=cycle,
    )


def _not_accepted(cycle: CycleId, day: str) -> Problem:
    return NotAcceptedYet(
        f"Đến ngày {day} Sở chưa tiếp nhận hồ sơ đăng ký đợt {cycle}. Chưa ghi gì. Sở tiếp nhận trước. {_PAPER}", cycle=cycle
    )


def _not_drafted(cycle: CycleId, day: str) -> Problem:
    return DraftNotSent(
        f"Đến ngày {day} đoàn chưa gửi trường dự thảo báo cáo đợt {cycle}. Chưa ghi gì. Gửi dự thảo trước. {_PAPER}",
        cycle=cycle,
    )


def _still_due(cycle: CycleId, day: str) -> Problem:
    return ReplyStillDue(
        f"Đến ngày {day} trường chưa phản hồi dự thảo đợt {cycle} và chưa hết hạn phản hồi. Chưa ghi gì. "
        f"Chờ trường phản hồi, hoặc chờ hết hạn. {_PAPER}",
        cycle=cycle,
    )


def _not_final(cycle: CycleId, day: str) -> Problem:
    return ReportNotFinal(
        f"Đến ngày {day} đoàn chưa có báo cáo chính thức đợt {cycle}. Chưa ghi gì. "
        f"Ghi báo cáo chính thức trước, rồi ghi quyết định. {_PAPER}",
        cycle=cycle,
    )
