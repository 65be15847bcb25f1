"""The order of the steps from registration to decision, and the refusal of each step that is not the next one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from services.inspection.errors import (
    AlreadyAccepted,
    AlreadyForwarded,
    AlreadyReplied,
    DossierIncomplete,
    DossierNotChecked,
    DossierReturned,
    DraftAlreadySent,
    NoDraft,
    NoFinalReport,
    NotAccepted,
    NotForwarded,
    NotRegistered,
    RegistrationAlreadyDecided,
    RegistrationPending,
    ReplyTimeRuns,
    ReportAlreadyFinal,
    StepNotOnRoute,
    VisitNotConcluded,
)
from shared.problems import Problem
from shared.text import format_date
from shared.vocabulary.ids import InspectionId
from shared.vocabulary.inspection import RegistrationStep

if TYPE_CHECKING:
    from services.inspection.domain.registration import Registration


class EvaluationVisit(msgspec.Struct, frozen=True, kw_only=True):
    """The department's visit that a registration rests on: its first day of work, and its conclusion if it has one."""

    inspection: InspectionId
    first_day: dt.date
    concluded_on: dt.date | None


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a step depends on beside the registration: the route, the visit since the acceptance, the last day to reply."""

    by_commune: bool
    visit: EvaluationVisit | None = None
    reply_due: dt.date | None = None


Refusal = Problem | None


def refusal_of(registration: Registration, step: RegistrationStep, around: Surroundings) -> Refusal:
    """Return why a step cannot be done now, naming the first step that is missing; None when it is the next one."""
    return _REFUSALS[step](registration, around)


def _first(*refusals: Callable[[Registration, Surroundings], Refusal]) -> Callable[[Registration, Surroundings], Refusal]:
    def first(registration: Registration, around: Surroundings) -> Refusal:
        return next((refusal for check in refusals if (refusal := check(registration, around)) is not None), None)

    return first


def _decided(registration: Registration, _: Surroundings) -> Refusal:
    if not registration.decisions:
        return None
    on = format_date(registration.decisions[-1].decided_on)
    return RegistrationAlreadyDecided(
        f"Sở đã quyết định ngày {on}. Chưa ghi gì. Muốn xét nữa, trường mở lại đợt, trình bản mới rồi đăng ký lại."
    )


def _pending(registration: Registration, _: Surroundings) -> Refusal:
    if registration.opened is None or registration.returned is not None:
        return None
    return RegistrationPending(
        f"Đợt {registration.opened.cycle} đã đăng ký ngày {format_date(registration.opened.opened_on)}. "
        "Hồ sơ đang được xét, chưa ghi gì thêm. Xem “Hồ sơ đã đến đâu”."
    )


def _off_route(_: Registration, around: Surroundings) -> Refusal:
    if around.by_commune:
        return None
    return StepNotOnRoute("Ở đây hồ sơ đi thẳng từ trường lên Sở, xã không kiểm tra và chuyển. Chưa ghi gì.")


def _not_registered(registration: Registration, _: Surroundings) -> Refusal:
    if registration.opened is None:
        return NotRegistered("Trường chưa đăng ký đánh giá ngoài. Chưa ghi gì. Hiệu trưởng đăng ký trước.")
    if registration.returned is not None:
        on = format_date(registration.returned.returned_on)
        return DossierReturned(f"Sở đã trả hồ sơ ngày {on}. Chưa ghi gì. Trường bổ sung rồi đăng ký lại.")
    return None


def _already_forwarded(registration: Registration, _: Surroundings) -> Refusal:
    if registration.forwarded is None:
        return None
    on = format_date(registration.forwarded.forwarded_on)
    return AlreadyForwarded(f"Xã đã chuyển hồ sơ ngày {on}. Chưa ghi gì. Chờ Sở tiếp nhận hoặc trả lại.")


def _already_accepted(registration: Registration, _: Surroundings) -> Refusal:
    if registration.accepted is None:
        return None
    on = format_date(registration.accepted.accepted_on)
    return AlreadyAccepted(f"Sở đã tiếp nhận hồ sơ ngày {on}. Chưa ghi gì.")


def _unchecked(registration: Registration, _: Surroundings) -> Refusal:
    if registration.checked is None:
        return DossierNotChecked("Xã chưa kiểm tra hồ sơ đăng ký. Chưa ghi gì. Cán bộ xã kiểm tra trước.")
    if registration.checked.missing:
        listed = "; ".join(registration.checked.missing)
        return DossierIncomplete(
            f"Xã ghi hồ sơ còn thiếu: {listed}. Chưa ghi gì. Trường bổ sung, xã kiểm tra lại.",
            missing=list(registration.checked.missing),
        )
    return None


def _not_with_department(registration: Registration, around: Surroundings) -> Refusal:
    if not around.by_commune or registration.forwarded or registration.accepted:
        return None
    return _unchecked(registration, around) or NotForwarded(
        "Xã chưa chuyển hồ sơ lên Sở. Chưa ghi gì. Cán bộ xã chuyển hồ sơ trước."
    )


def _not_accepted(registration: Registration, around: Surroundings) -> Refusal:
    if registration.accepted is not None:
        return None
    return _not_with_department(registration, around) or NotAccepted(
        "Sở chưa tiếp nhận hồ sơ. Chưa ghi gì. Sở tiếp nhận, hoặc trả lại kèm lý do, trước."
    )


def _not_evaluated(registration: Registration, around: Surroundings) -> Refusal:
    if registration.draft is not None:
        return None
    if around.visit is None or around.visit.concluded_on is None:
        assert registration.accepted is not None
        why = "Đoàn của Sở chưa kết luận" if around.visit else "Chưa có đợt đánh giá ngoài nào của Sở"
        since = format_date(registration.accepted.accepted_on)
        return VisitNotConcluded(
            f"{why} từ ngày tiếp nhận {since}. Chưa ghi gì. Đoàn làm việc từ ngày tiếp nhận trở đi và kết luận trước."
        )
    return None


def _not_drafted(registration: Registration, _: Surroundings) -> Refusal:
    if registration.draft is not None:
        return None
    return NoDraft("Đoàn chưa gửi dự thảo báo cáo cho trường. Chưa ghi gì. Gửi dự thảo trước.")


def _already_drafted(registration: Registration, _: Surroundings) -> Refusal:
    if registration.draft is None:
        return None
    return DraftAlreadySent(f"Đoàn đã gửi dự thảo ngày {format_date(registration.draft.sent_on)}. Chưa ghi gì.")


def _already_replied(registration: Registration, _: Surroundings) -> Refusal:
    if registration.reply is None:
        return None
    return AlreadyReplied(f"Trường đã phản hồi ngày {format_date(registration.reply.replied_on)}. Chưa ghi gì.")


def _reply_time_runs(registration: Registration, around: Surroundings) -> Refusal:
    if registration.reply or registration.silence:
        return None
    until = f" đến hết ngày {format_date(around.reply_due)}" if around.reply_due else ""
    return ReplyTimeRuns(
        f"Trường chưa phản hồi dự thảo và còn hạn{until}. Chưa ghi gì. Chờ trường phản hồi, hoặc chờ hết hạn."
    )


def _already_final(registration: Registration, _: Surroundings) -> Refusal:
    if registration.final is None:
        return None
    return ReportAlreadyFinal(
        f"Báo cáo đã chính thức ngày {format_date(registration.final.final_on)}. Chưa ghi gì. Chờ quyết định của Sở."
    )


def _not_final(registration: Registration, _: Surroundings) -> Refusal:
    if registration.final is not None:
        return None
    return NoFinalReport("Đoàn chưa có báo cáo chính thức. Chưa ghi gì. Ghi báo cáo chính thức trước.")


_EVALUATED = _first(_not_registered, _decided, _not_accepted, _not_evaluated)
_REFUSALS: dict[RegistrationStep, Callable[[Registration, Surroundings], Refusal]] = {
    RegistrationStep.OPEN: _first(_decided, _pending),
    RegistrationStep.CHECK: _first(_off_route, _not_registered, _decided, _already_accepted, _already_forwarded),
    RegistrationStep.FORWARD: _first(
        _off_route, _not_registered, _decided, _already_accepted, _already_forwarded, _unchecked
    ),
    RegistrationStep.ACCEPT: _first(_not_registered, _decided, _already_accepted, _not_with_department),
    RegistrationStep.RETURN: _first(_not_registered, _decided, _already_accepted, _not_with_department),
    RegistrationStep.EVALUATE: _first(_not_registered, _decided, _not_accepted),
    RegistrationStep.DRAFT: _first(_EVALUATED, _already_final, _already_drafted),
    RegistrationStep.REPLY: _first(_EVALUATED, _not_drafted, _already_final, _already_replied),
    RegistrationStep.SILENCE: _first(_EVALUATED, _not_drafted, _already_final, _already_replied),
    RegistrationStep.FINAL: _first(_EVALUATED, _not_drafted, _already_final, _reply_time_runs),
    RegistrationStep.DECIDE: _first(_EVALUATED, _not_drafted, _reply_time_runs, _not_final),
}
