"""The stream of one registration: a school's cycle on its way to the decision, in rounds if it is returned."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NamedTuple

import msgspec

from services.inspection.domain import registration_facts as rf
from services.inspection.domain.registration_path import EvaluationVisit, Surroundings, refusal_of
from services.inspection.errors import PointsUnanswered, ReplyTimeRuns, VisitDateRefused
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.text import format_date
from shared.vocabulary.ids import CycleId, RegistrationId, SchoolCode
from shared.vocabulary.inspection import RegistrationState, RegistrationStep

STEPS: dict[type[rf.RegistrationFact], RegistrationStep] = {
    rf.RegistrationOpened: RegistrationStep.OPEN,
    rf.RegistrationChecked: RegistrationStep.CHECK,
    rf.RegistrationForwarded: RegistrationStep.FORWARD,
    rf.RegistrationAccepted: RegistrationStep.ACCEPT,
    rf.RegistrationReturned: RegistrationStep.RETURN,
    rf.DraftReportSent: RegistrationStep.DRAFT,
    rf.SchoolReplied: RegistrationStep.REPLY,
    rf.SilenceTaken: RegistrationStep.SILENCE,
    rf.ReportFinalised: RegistrationStep.FINAL,
    rf.RegistrationDecided: RegistrationStep.DECIDE,
}
_DAYS: dict[type[rf.RegistrationFact], str] = {
    rf.RegistrationOpened: "opened_on",
    rf.RegistrationChecked: "checked_on",
    rf.RegistrationForwarded: "forwarded_on",
    rf.RegistrationAccepted: "accepted_on",
    rf.RegistrationReturned: "returned_on",
    rf.DraftReportSent: "sent_on",
    rf.SchoolReplied: "replied_on",
    rf.SilenceTaken: "silent_on",
    rf.ReportFinalised: "final_on",
    rf.RegistrationDecided: "decided_on",
}


class DoneStep(NamedTuple):
    """A fact of a registration, who brought it about, and its version in the stream."""

    fact: rf.RegistrationFact
    by: str
    version: int

    @property
    def step(self) -> RegistrationStep:
        """Return what was done."""
        return STEPS[type(self.fact)]

    @property
    def on(self) -> dt.date:
        """Return the day it holds for."""
        return day_of(self.fact)


def registration_stream(school: SchoolCode, cycle: CycleId) -> uuid.UUID:
    """Return the stream of a school's registration of a cycle, which is its id too."""
    return natural_id("registration", school, cycle)


def registration_of(school: SchoolCode, cycle: CycleId) -> RegistrationId:
    """Return the id of a school's registration of a cycle."""
    return RegistrationId(str(registration_stream(school, cycle)))


def names_of(school: SchoolCode, cycle: CycleId) -> dict[str, Any]:
    """Return what every fact of a registration names, by the names of its fields."""
    return {"registration": registration_of(school, cycle), "school": school, "cycle": cycle}


def day_of(fact: rf.RegistrationFact) -> dt.date:
    """Return the day a fact holds for."""
    day = getattr(fact, _DAYS[type(fact)])
    assert isinstance(day, dt.date)
    return day


class Registration(Aggregate):
    """One registration. Its fields are what was done last in the present round; a new round begins with each opening."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.history: list[DoneStep] = []
        self.opened: rf.RegistrationOpened | None = None
        self._begin_round()

    def _begin_round(self) -> None:
        self.checked: rf.RegistrationChecked | None = None
        self.forwarded: rf.RegistrationForwarded | None = None
        self.accepted: rf.RegistrationAccepted | None = None
        self.returned: rf.RegistrationReturned | None = None
        self.draft: rf.DraftReportSent | None = None
        self.reply: rf.SchoolReplied | None = None
        self.silence: rf.SilenceTaken | None = None
        self.final: rf.ReportFinalised | None = None
        self.decisions: list[rf.RegistrationDecided] = []
        self.round: list[DoneStep] = []

    @property
    def granted(self) -> bool:
        """Say whether the department granted an award."""
        return any(decided.granted for decided in self.decisions)

    def state(self, visit: EvaluationVisit | None) -> RegistrationState:
        """Return how far it went; `visit` is the department's visit since the acceptance."""
        s = RegistrationState
        for reached, state in (
            (self.granted, s.GRANTED),
            (self.decisions, s.REFUSED),
            (self.final, s.FINAL),
            (self.reply, s.REPLIED),
            (self.silence, s.SILENCE),
            (self.draft, s.DRAFT_SENT),
            (self.accepted and visit, s.EVALUATION),
            (self.accepted, s.ACCEPTED),
            (self.returned, s.RETURNED),
            (self.forwarded, s.FORWARDED),
            (self.checked and self.checked.missing, s.INCOMPLETE),
            (self.checked, s.CHECKED),
            (self.opened, s.REGISTERED),
        ):
            if reached:
                return state
        return s.NONE

    def take(self, fact: rf.RegistrationFact, around: Surroundings, meta: EventMetadata) -> None:
        """Record a step that somebody does; a repeat, also on another day, does nothing.

        Raises the refusal of a step out of order (`registration_path`), VisitDateRefused, ReplyTimeRuns, PointsUnanswered.
        """
        if self.has_processed(meta.command) or self._is_repeat(fact):
            return
        refusal = refusal_of(self, STEPS[type(fact)], around)
        if refusal is not None:
            raise refusal
        self._require_after_former(day_of(fact))
        if isinstance(fact, rf.ReportFinalised):
            self._require_answered(fact)
        self.record(fact, meta)

    def waits_for_reply(self) -> bool:
        """Say whether the draft was sent, and neither replied to, nor passed over in silence, nor made final."""
        return self.draft is not None and not (self.reply or self.silence or self.final or self.decisions)

    def take_silence(self, due: dt.date, today: dt.date, meta: EventMetadata) -> bool:
        """Record that the time to reply has ended with its last day, once that day is over; say whether it was recorded."""
        if not self.waits_for_reply() or today <= due:
            return False
        assert self.opened is not None
        self.record(rf.SilenceTaken(**names_of(self.opened.school, self.opened.cycle), silent_on=due), meta)
        return True

    def decide(self, decided: rf.RegistrationDecided, meta: EventMetadata) -> None:
        """Record what the department decided on the final report; what is recorded, or rests on none, is passed over."""
        if self.final is None or decided.decided_on < self.final.final_on or decided in self.decisions:
            return
        self.record(decided, meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        assert isinstance(fact, rf.RegistrationFact)
        done = DoneStep(fact, meta.actor, version)
        self.history.append(done)
        match fact:
            case rf.RegistrationOpened():
                self._begin_round()
                self.opened = fact
            case rf.RegistrationChecked():
                self.checked = fact
            case rf.RegistrationForwarded():
                self.forwarded = fact
            case rf.RegistrationAccepted():
                self.accepted = fact
            case rf.RegistrationReturned():
                self.returned = fact
            case rf.DraftReportSent():
                self.draft = fact
            case rf.SchoolReplied():
                self.reply = fact
            case rf.SilenceTaken():
                self.silence = fact
            case rf.ReportFinalised():
                self.final = fact
            case _:
                assert isinstance(fact, rf.RegistrationDecided)
                self.decisions.append(fact)
        self.round.append(done)

    def _is_repeat(self, fact: rf.RegistrationFact) -> bool:
        if isinstance(fact, rf.RegistrationOpened) and self.returned is not None:
            return False
        done = [one.fact for one in self.round if type(one.fact) is type(fact)]
        return bool(done) and _content(done[-1]) == _content(fact)

    def _require_after_former(self, on: dt.date) -> None:
        """Raise VisitDateRefused for a day before the step before; silence, which nobody did, is none."""
        former = max((one.on for one in self.round if one.step is not RegistrationStep.SILENCE), default=on)
        if on < former:
            raise VisitDateRefused(
                f"Bước trước ghi ngày {format_date(former)}, sau ngày {format_date(on)}. Chưa ghi gì. "
                f"Chọn ngày từ {format_date(former)}."
            )

    def _require_answered(self, final: rf.ReportFinalised) -> None:
        if self.reply is None and self.silence is not None and final.final_on <= self.silence.silent_on:
            raise ReplyTimeRuns(
                f"Trường được phản hồi đến hết ngày {format_date(self.silence.silent_on)}. Chưa ghi gì. "
                "Ghi báo cáo chính thức từ ngày sau đó."
            )
        points = range(1, len(self.reply.points) + 1) if self.reply else range(0)
        answered = {one.point for one in final.answers}
        open_points = sorted(set(points) - answered)
        unknown = sorted(answered - set(points))
        if open_points or unknown:
            words = f"Điểm {', '.join(map(str, open_points))} chưa trả lời." if open_points else ""
            words += f" Phản hồi không có điểm {', '.join(map(str, unknown))}." if unknown else ""
            raise PointsUnanswered(
                f"{words.strip()} Chưa ghi gì. Ghi “tiếp thu” hoặc “bảo lưu” cho từng điểm trường nêu, mỗi điểm một lần.",
                points=open_points,
            )


def _content(fact: rf.RegistrationFact) -> rf.RegistrationFact:
    """Return a fact without its day and what was computed from it: the same act told again."""
    held: dict[str, Any] = {_DAYS[type(fact)]: dt.date.min}
    if isinstance(fact, rf.RegistrationOpened | rf.SchoolReplied):
        held["late_days"] = 0
    return msgspec.structs.replace(fact, **held)
