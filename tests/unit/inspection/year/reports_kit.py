"""Reports and syntheses of a commune with three schools, in short."""

from __future__ import annotations

import datetime as dt

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls.year import reports as calls
from shared.contracts.calls.year import syntheses as syntheses_calls
from shared.contracts.events.assessment import CommuneRegistered, RecognitionGranted, SchoolRegistered
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import ReportKind, ReportReceiver
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later

NOW = dt.datetime(2026, 11, 2, 3, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 2)
DUE = dt.date(2026, 11, 20)
SCHOOLS = {"MN-SM": "Mầm non Sao Mai", "TH-BC": "Tiểu học Bản Chuông", "TH-PD": "Tiểu học Pá Đông"}


def caller(role: Role, kind: ScopeKind, scope: str, schools: tuple[str, ...] = ()) -> CallContext:
    return CallContext(
        actor=f"account-{role.value}", grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=schools),)
    )


OFFICER = caller(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL01", tuple(SCHOOLS))
STRANGER = caller(Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "XA02", ("TH-XA",))


def head(school: str) -> CallContext:
    return caller(Role.HEAD, ScopeKind.SCHOOL, school)


class Reporting:
    """A service that knows a commune with three schools, and what is done about reports there."""

    def __init__(self, store: str = "sqlite://", views_url: str = "sqlite://") -> None:
        self.clock = FixedClock(NOW)
        self.application = closed_later(
            InspectionApplication(
                StoreSettings(store), self.clock, installation="thu", views_url=views_url, library=load_library()
            )
        )

    def hear(self, data) -> None:
        self.application.receive(
            envelope(
                installation="thu",
                data=data,
                sequence=self.application.received_position(data.SERVICE) + 1,
                subject="",
                occurred=self.clock.now(),
                recorded=self.clock.now(),
                correlation="",
                cause="",
            )
        )

    def hear_schools(self):
        self.hear(CommuneRegistered(commune="NL01", name="Xã Nậm Lam"))
        for school, name in SCHOOLS.items():
            self.hear(SchoolRegistered(school=school, name=name, kind=SchoolKind.PRIMARY, commune="NL01"))
        self.hear(SchoolRegistered(school="TH-XA", name="Trường xã khác", kind=SchoolKind.PRIMARY, commune="XA02"))
        return self

    def hear_award(self, school="TH-BC", decided_on=dt.date(2026, 3, 1), number="12/QĐ"):
        self.hear(
            RecognitionGranted(
                school=school,
                school_name=SCHOOLS[school],
                number=number,
                degree=1,
                certificate_degree=0,
                decided_on=decided_on,
                expires_on=decided_on.replace(year=decided_on.year + 5),
                rulebook="v2018_tt22/tieu_hoc",
                digest="0" * 64,
            )
        )

    def sleep(self, days: int) -> None:
        self.clock.move(dt.timedelta(days=days))

    def ask(self, who=OFFICER, kind=ReportKind.PROGRESS, period="Tháng 11", due=DUE, **more):
        request = calls.AskReport(commune="NL01", year=2026, kind=kind, period=period, due=due, **more)
        return self.application.ask_report(who, request)

    def hand_in(self, number, school, texts=(("Nội dung báo cáo", "Đã xong."),), figures=(), who=None, documents=()):
        request = calls.HandInReport(
            school=school,
            request=number,
            texts=[calls.ReportText(heading=heading, text=text) for heading, text in texts],
            figures=[calls.GivenFigure(name=name, value=value) for name, value in figures],
            documents=list(documents),
        )
        return self.application.hand_in_report(who or head(school), request)

    def give_back(self, number, school, reason="Thiếu số phòng học kiên cố", who=OFFICER, seen=0):
        wanted = calls.ReturnReport(school=school, request=number, reason=reason, seen=seen)
        return self.application.return_report(who, wanted)

    def accept(self, number, school, who=OFFICER, seen=0):
        return self.application.accept_report(who, calls.AcceptReport(school=school, request=number, seen=seen))

    def close(self, number, reason="Gộp vào báo cáo sơ kết", who=OFFICER):
        return self.application.close_report(who, calls.CloseReport(request=number, reason=reason))

    def one(self, number, who=OFFICER):
        return self.application.report_request(who, calls.ReportRequestAsked(request=number))

    def missing(self, number, who=OFFICER):
        return self.application.missing_reports(who, calls.ReportRequestAsked(request=number)).missing

    def listed(self, who=OFFICER, **narrowed):
        return self.application.report_requests(who, calls.ReportsAsked(**narrowed)).requests

    def synthesise(self, who=OFFICER, kind=ReportKind.PROGRESS, year=2026, **more):
        request = syntheses_calls.DraftSynthesis(commune="NL01", year=year, kind=kind, **more)
        return self.application.draft_synthesis(who, request)

    def synthesis(self, number, who=OFFICER):
        return self.application.synthesis(who, syntheses_calls.SynthesisRequest(synthesis=number))

    def counted(self, number, key, who=OFFICER):
        return self.application.synthesis_number(who, syntheses_calls.SynthesisNumberRequest(synthesis=number, key=key))

    def write(self, number, texts, writings=0, who=OFFICER):
        request = syntheses_calls.WriteSynthesis(
            synthesis=number,
            texts=[calls.ReportText(heading=heading, text=text) for heading, text in texts],
            writings=writings,
        )
        return self.application.write_synthesis(who, request)

    def send(self, number, to=ReportReceiver.LEADERS, sign="45/BC-VHXH", on=None, who=OFFICER):
        on = on or self.clock.now().date()
        return self.application.send_synthesis(
            who, syntheses_calls.SendSynthesis(synthesis=number, to=to, number=sign, on=on)
        )


def numbers(view) -> dict[str, int]:
    return {one.key: one.value for one in view.numbers}
