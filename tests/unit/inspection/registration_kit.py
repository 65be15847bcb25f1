"""A department, a commune and a school that bring one registration through its steps."""

from __future__ import annotations

import datetime as dt

from services.inspection.application import InspectionApplication
from services.inspection.settings import InspectionSettings
from shared.clock import FixedClock
from shared.contracts.calls import registration as c
from shared.contracts.events.evidence import DocumentReceived
from shared.rulebook import load_library
from shared.rulebook.working_days import holiday_table
from shared.storage.database_url import StoreSettings
from shared.vocabulary.inspection import PointAnswer, RouteStation
from tests.opened import closed_later
from tests.unit.inspection.conftest import Team

V2018 = load_library().get("v2018/tieu_hoc")
TT57 = load_library().get("v2026_tt57/pho_thong")
SUBMITTED = dt.date(2026, 10, 1)
ACCEPTED = dt.date(2026, 10, 5)
VISITED = dt.date(2026, 11, 2)
SENT = dt.date(2026, 11, 9)
KEY = ("1.1", 1, "-")
DRAFT = "ban-du-thao"
"""The kept draft report, which goes along where its time to reply has run out already."""
STRAIGHT = (RouteStation.SCHOOL, RouteStation.DEPARTMENT)
HOLIDAYS = holiday_table([dt.date(2026, 11, 20), dt.date(2027, 1, 1)])
"""A day that is none in the calendar, between the draft and the end of the time to reply."""


class Path(Team):
    """A submitted cycle of one school, and a shorthand for each step; `on` left out is a day that fits."""

    def __init__(self, rulebook=V2018, database="sqlite://", **settings) -> None:
        self.clock = FixedClock(dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC))
        made = InspectionApplication(
            StoreSettings(database),
            self.clock,
            installation="thu",
            views_url="sqlite://" if database == "sqlite://" else f"{database}-views",
            library=load_library(),
            settings=InspectionSettings(**settings),
        )
        self.application = closed_later(made)
        self.keys = rulebook.keys
        self.hear_school()
        self.hear_cycle(rulebook=rulebook)
        kept = {"school": "TH-BC", "sha256": "0" * 64, "size_bytes": 1, "media_type": "application/pdf"}
        self.hear(DocumentReceived(document=DRAFT, **kept))

    def submitted(self, on=SUBMITTED):
        self.hear_submitted(on)
        return self

    def open(self, on=SUBMITTED, who=None, **told):
        request = c.OpenRegistration(school="TH-BC", on=on, **told)
        return self.application.open_registration(who or self.head, request)

    def check(self, *missing, on=SUBMITTED, who=None, **told):
        request = c.CheckRegistration(school="TH-BC", on=on, missing=list(missing), **told)
        return self.application.check_registration(who or self.officer, request)

    def forward(self, on=SUBMITTED, who=None, **told):
        request = c.ForwardRegistration(school="TH-BC", on=on, **told)
        return self.application.forward_registration(who or self.officer, request)

    def accept(self, on=ACCEPTED, who=None, **told):
        request = c.AcceptRegistration(school="TH-BC", on=on, **told)
        return self.application.accept_registration(who or self.department, request)

    def give_back(self, on=ACCEPTED, reason="Thiếu phụ lục số liệu", **told):
        request = c.ReturnRegistration(school="TH-BC", on=on, reason=reason, **told)
        return self.application.return_registration(self.department, request)

    def evaluate(self, on=VISITED, title="Đánh giá ngoài", conclude=True, **more):
        visit = self.plan("department", on=on, title=title, **more)
        return self.conclude(visit, on=on) if conclude else visit

    def draft(self, on=SENT, who=None, document=DRAFT, **told):
        request = c.SendDraftReport(school="TH-BC", on=on, document=document, **told)
        return self.application.send_draft_report(who or self.department, request)

    def reply(self, *points, on=SENT, who=None, **told):
        request = c.ReplyToDraft(school="TH-BC", on=on, points=list(points), **told)
        return self.application.reply_to_draft(who or self.head, request)

    def final(self, *answers, on=None, who=None, **told):
        given = [c.AnsweredPoint(point=point, answer=PointAnswer(answer)) for point, answer in answers]
        request = c.FinaliseReport(school="TH-BC", on=on, answers=given, **told)
        return self.application.finalise_report(who or self.department, request)

    def show(self, cycle=""):
        return self.application.registration(c.RegistrationRequest(school="TH-BC", cycle=cycle))

    def queue(self, who=None, **told):
        return self.application.registrations(who or self.department, c.RegistrationsRequest(**told))

    def to_department(self):
        """Register, check and forward a submitted cycle."""
        self.submitted()
        self.open()
        self.check()
        self.forward()
        return self

    def to_draft(self):
        """Go on until the draft is with the school."""
        self.to_department()
        self.accept()
        self.evaluate()
        self.draft()
        return self

    def to_final(self):
        """Go on until the report is final."""
        self.to_draft()
        self.reply()
        self.final(on=SENT)
        return self
