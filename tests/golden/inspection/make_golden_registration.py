"""Writes the golden log of two registrations: returned and made anew, silent and replied to late, then granted and refused.

Run once (`python -m tests.golden.inspection.make_golden_registration`); its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.contracts.calls import inspection as calls
from shared.contracts.calls import registration as c
from shared.contracts.events.assessment import CycleOpened, RecognitionGranted, SchoolRegistered, SelfAssessmentSubmitted
from shared.contracts.events.base import PublicEvent, envelope
from shared.identity.call_context import CallContext
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, SchoolKind
from shared.vocabulary.inspection import PointAnswer
from shared.vocabulary.roles import Role
from tests.golden.inspection import make_golden as first
from tests.golden.inspection.histories import keep

SCHOOL, CYCLE = "TH-BC", "2026-2027"
HEAD: CallContext = first.officer(Role.HEAD, 5)
V2018 = load_library().get("v2018/tieu_hoc")


class Story(first.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def on(self, month: int, day: int) -> dt.date:
        self.clock.move(dt.datetime(2026, month, day, 3, tzinfo=dt.UTC) - self.clock.now())
        return dt.date(2026, month, day)

    def tell(self) -> InspectionApplication:
        app: InspectionApplication = self.application
        hear_school(app, self.clock.now())
        self.on(10, 2)
        app.open_registration(HEAD, c.OpenRegistration(school=SCHOOL, degree=1, copies=2, number="12/CV-TH"))
        app.check_registration(first.COMMUNE, c.CheckRegistration(school=SCHOOL, missing=["Phụ lục số liệu"]))
        app.check_registration(first.COMMUNE, c.CheckRegistration(school=SCHOOL))
        app.forward_registration(first.COMMUNE, c.ForwardRegistration(school=SCHOOL, number="45/UBND"))
        self.on(10, 5)
        due = dt.date(2026, 10, 20)
        back = c.ReturnRegistration(school=SCHOOL, reason="Thiếu phụ lục số liệu", due=due, number="7/TB")
        app.return_registration(first.DEPARTMENT, back)
        self.on(10, 12)
        app.open_registration(HEAD, c.OpenRegistration(school=SCHOOL, degree=1))
        app.check_registration(first.COMMUNE, c.CheckRegistration(school=SCHOOL))
        app.forward_registration(first.COMMUNE, c.ForwardRegistration(school=SCHOOL))
        app.accept_registration(first.DEPARTMENT, c.AcceptRegistration(school=SCHOOL, number="9/TB"))
        self._evaluate_and_report(app)
        return app

    def _evaluate_and_report(self, app: InspectionApplication) -> None:
        day = self.on(11, 2)
        plan = calls.PlanInspection(school=SCHOOL, cycle=CYCLE, layer=Layer.DEPARTMENT, on=day, title="Đánh giá ngoài")
        visit = app.plan(first.DEPARTMENT, plan).inspection
        ending = calls.ConcludeInspection(school=SCHOOL, inspection=visit, summary="Đoàn đã xem xong tại trường.")
        app.conclude(first.DEPARTMENT, ending)
        self.on(11, 9)
        app.send_draft_report(first.DEPARTMENT, c.SendDraftReport(school=SCHOOL, summary="Đạt Mức 1"))
        self.on(11, 24)
        app.take_silences()
        app.reply_to_draft(HEAD, c.ReplyToDraft(school=SCHOOL, points=["Tiêu chí 1.1: đã bổ sung"]))
        self.on(11, 25)
        answers = [c.AnsweredPoint(point=1, answer=PointAnswer.KEPT, note="Bổ sung sau khảo sát")]
        app.finalise_report(first.DEPARTMENT, c.FinaliseReport(school=SCHOOL, answers=answers))
        decided = self.on(11, 26)
        granted = RecognitionGranted(
            school=SCHOOL,
            school_name="Trường",
            number="118/QĐ",
            degree=1,
            certificate_degree=0,
            decided_on=decided,
            expires_on=dt.date(2031, 11, 26),
            rulebook=V2018.id,
            digest=V2018.digest,
            based_on=visit,
        )
        hear(app, granted, self.clock.now())


def hear(application: InspectionApplication, data: PublicEvent, now: dt.datetime) -> None:
    """Tell the service the next event of the assessment service."""
    sequence = application.received_position("assessment") + 1
    application.receive(
        envelope(
            installation="golden",
            data=data,
            sequence=sequence,
            subject=f"school/{SCHOOL}",
            occurred=now,
            recorded=now,
            correlation="",
            cause="",
        )
    )


def hear_school(application: InspectionApplication, now: dt.datetime) -> None:
    """Tell the service of the school and of its submitted cycle."""
    opened = {"school": SCHOOL, "cycle": CYCLE, "rulebook": V2018.id, "digest": V2018.digest}
    for data in (
        SchoolRegistered(school=SCHOOL, name="Trường", kind=SchoolKind.PRIMARY, commune="NL01"),
        CycleOpened(**opened, year=CYCLE, opened_on=dt.date(2026, 9, 25)),
        SelfAssessmentSubmitted(school=SCHOOL, cycle=CYCLE, submitted_on=dt.date(2026, 10, 1)),
    ):
        hear(application, data, now)


def told(application: InspectionApplication) -> dict[str, Any]:
    """Return what is told of the registration: what must never change."""
    found = msgspec.to_builtins(application.registration(c.RegistrationRequest(school=SCHOOL, cycle=CYCLE)))
    kept = ("step", "label", "on", "by", "position", "text", "document", "late_days")
    history = [{name: done[name] for name in kept} for done in found["history"]]
    told = {name: found[name] for name in ("registration", "state", "points", "degree", "purpose", "position")}
    return told | {"history": history}


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    keep("registration", application, told(application))


if __name__ == "__main__":
    main()
