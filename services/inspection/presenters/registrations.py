"""Turns registrations into answers: history, stations of the strip, points, times; every sentence in Vietnamese."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from services.inspection.domain import registration_facts as rf
from services.inspection.domain.registration import DoneStep, Registration
from services.inspection.domain.registration_path import Surroundings, refusal_of
from shared.contracts.calls.registration import RegistrationDeadline, RegistrationEvent, ReplyPoint, StationView
from shared.rulebook.registration_deadlines import TimedStep, TimeRule
from shared.rulebook.working_days import HolidayTable
from shared.text import format_date
from shared.vocabulary.ids import BEGINNING, DocumentId, PersonId, Position
from shared.vocabulary.inspection import RegistrationStep
from shared.vocabulary.labels import AWARD_KIND_LABELS, REGISTRATION_STEP_LABELS

RETURNED_AGAIN = "Trường bổ sung hồ sơ và đăng ký lại"
RETURNED_SOURCE = "Thông báo trả hồ sơ của Sở"


REPLIED_IN_TIME = "Trường đã phản hồi trong hạn, ghi sau"


def history(registration: Registration, positions: dict[int, Position]) -> list[RegistrationEvent]:
    """Return every step in the order in which it was told; what is not recorded yet has no position.

    A silence that was recorded before a reply of a day in time was told is marked as overtaken by it.
    """
    told = [event_view(done, positions) for done in registration.history]
    for n, done in enumerate(registration.history):
        if isinstance(done.fact, rf.SilenceTaken) and _is_overtaken(registration.history[n + 1 :]):
            told[n] = msgspec.structs.replace(told[n], text=REPLIED_IN_TIME)
    return told


def _is_overtaken(later: Sequence[DoneStep]) -> bool:
    """Say whether a reply in time was told after a silence, before the dossier was registered anew."""
    for done in later:
        if isinstance(done.fact, rf.RegistrationOpened):
            return False
        if isinstance(done.fact, rf.SchoolReplied):
            return not done.fact.late_days
    return False


def event_view(done: DoneStep, positions: dict[int, Position]) -> RegistrationEvent:
    """Return one step of the history; what is not recorded yet has no position."""
    fact = done.fact
    late = fact.late_days if isinstance(fact, rf.RegistrationOpened | rf.SchoolReplied) else 0
    return RegistrationEvent(
        step=done.step,
        label=REGISTRATION_STEP_LABELS[done.step],
        on=done.on,
        by=PersonId(done.by),
        position=positions.get(done.version, BEGINNING),
        text=_text(fact),
        document=DocumentId(getattr(fact, "document", "")),
        late_days=late,
        number=getattr(fact, "number", ""),
    )


def _text(fact: rf.RegistrationFact) -> str:
    """Return what is worth reading of a step beside its day."""
    match fact:
        case rf.RegistrationChecked():
            return "Còn thiếu: " + "; ".join(fact.missing) if fact.missing else "Hồ sơ đủ"
        case rf.RegistrationReturned():
            return fact.reason
        case rf.DraftReportSent():
            return fact.summary
        case rf.SchoolReplied():
            return "Nhất trí" if not fact.points else f"Nêu {len(fact.points)} điểm"
        case rf.RegistrationDecided():
            award = AWARD_KIND_LABELS[fact.award] if fact.award else ""
            return f"{award} số {fact.number}" if fact.granted else "Không công nhận"
        case _:
            number = getattr(fact, "number", "")
            return f"Công văn {number}" if number else ""


def stations(registration: Registration, around: Surroundings) -> list[StationView]:
    """Return the steps of the path as a strip shows them: done, the one that is next, or to come."""
    shown: list[StationView] = []
    now_found = bool(registration.decisions)
    for step in _strip(registration, around):
        done_on = _done_on(registration, around, step)
        refusal = None if done_on else refusal_of(registration, step, around)
        now = not now_found and done_on is None
        now_found = now_found or now
        words = refusal.detail if refusal is not None else ""
        shown.append(StationView(step=step, label=REGISTRATION_STEP_LABELS[step], done_on=done_on, now=now, refusal=words))
    return shown


def _strip(registration: Registration, around: Surroundings) -> list[RegistrationStep]:
    s = RegistrationStep
    by_commune = around.by_commune or registration.checked or registration.forwarded
    commune = [s.CHECK, s.FORWARD] if by_commune else []
    if registration.accepted:  # the route may be another one since: what was not done before is not to be done any more
        commune = [step for step in commune if _done_on(registration, around, step)]
    heard = s.SILENCE if registration.silence and not registration.reply else s.REPLY
    return [s.OPEN, *commune, s.ACCEPT, s.EVALUATE, s.DRAFT, heard, s.FINAL, s.DECIDE]


def _done_on(registration: Registration, around: Surroundings, step: RegistrationStep) -> dt.date | None:
    """Return the day on which a step was done in the present round; a dossier that lacks something is not checked."""
    if registration.returned is not None:
        return None
    if step is RegistrationStep.CHECK and registration.checked and registration.checked.missing:
        return None
    if step is RegistrationStep.EVALUATE:
        return around.visit.concluded_on if around.visit else None
    return next((done.on for done in reversed(registration.round) if done.step is step), None)


def points(registration: Registration) -> list[ReplyPoint]:
    """Return the points of the reply with what the team did with each."""
    if registration.reply is None:
        return []
    answers = {one.point: one for one in registration.final.answers} if registration.final else {}
    return [
        ReplyPoint(
            number=number,
            text=text,
            answer=answers[number].answer if number in answers else None,
            note=answers[number].note if number in answers else "",
        )
        for number, text in enumerate(registration.reply.points, 1)
    ]


def times(
    registration: Registration, around: Surroundings, rules: dict[TimedStep, TimeRule], holidays: HolidayTable
) -> list[RegistrationDeadline]:
    """Return the times that run, or ran, in the present round."""
    found: list[RegistrationDeadline] = []
    returned, accepted, draft, final = registration.returned, registration.accepted, registration.draft, registration.final
    if returned is not None and returned.due is not None:
        found.append(RegistrationDeadline(what=RETURNED_AGAIN, due=returned.due, source=RETURNED_SOURCE, confidence="high"))
    if accepted is not None:
        visit = around.visit
        met = visit.first_day if visit is not None and visit.concluded_on is not None else None
        found.append(_time(rules[TimedStep.EVALUATE], accepted.accepted_on, holidays, met))
    if draft is not None:
        found.append(_time(rules[TimedStep.REPLY], draft.sent_on, holidays, heard_on(registration)))
    heard = heard_on(registration)
    if heard is not None:
        found.append(_time(rules[TimedStep.ANSWER], heard, holidays, final.final_on if final else None))
    if final is not None:
        decided = min((one.decided_on for one in registration.decisions), default=None)
        found.append(_time(rules[TimedStep.DECIDE], final.final_on, holidays, decided))
    return found


def heard_on(registration: Registration) -> dt.date | None:
    """Return the day of the school's reply, or of its silence."""
    if registration.reply is not None:
        return registration.reply.replied_on
    return registration.silence.silent_on if registration.silence else None


def _time(rule: TimeRule, begun: dt.date, holidays: HolidayTable, met: dt.date | None) -> RegistrationDeadline:
    return RegistrationDeadline(
        what=rule.what,
        due=rule.due(begun, holidays),
        source=rule.source,
        confidence=str(rule.confidence),
        note=rule.note_on(begun, holidays),
        met_on=met,
    )


def warnings(registration: Registration, *, by_commune: bool, of_tt57: bool) -> list[str]:
    """Return what is late, and what is a setting and not law."""
    found = []
    if registration.opened is not None and registration.opened.late_days:
        found.append(f"Đăng ký trễ {registration.opened.late_days} ngày so với hạn đăng ký lại.")
    if registration.reply is not None and registration.reply.late_days:
        on = format_date(registration.reply.replied_on)
        found.append(f"Phản hồi ngày {on} quá hạn {registration.reply.late_days} ngày, vẫn được xem xét.")
    way = "trường – xã – Sở" if by_commune else "trường – Sở"
    found.append(f"Đường đi của hồ sơ ({way}) là cài đặt của hệ thống: chưa tìm thấy điều khoản nào sau 01/7/2025.")
    if of_tt57:
        found.append("TT57/2026 Đ11–15 chưa tìm thấy: các bước và thời hạn theo quy ước của 2018.")
    return found
