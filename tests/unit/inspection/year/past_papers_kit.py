"""A commune's year of which each of the thirteen papers can be printed, and what becomes of it and its schools."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.inspection.application import InspectionApplication
from shared.clock import SystemClock, today
from shared.contracts.calls.papers import ComposedPaper
from shared.contracts.calls.year import difficulties as d
from shared.contracts.calls.year import directing, plan, publicity, reports, syntheses, targets, tasks, training
from shared.contracts.calls.year import needs as n
from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.events import assessment as told
from shared.contracts.events.base import CloudEvent, PublicEvent, envelope
from shared.identity.call_context import CallContext, Grant
from shared.papers.docx import to_docx
from shared.papers.model import Paper, PersonOnPaper
from shared.papers.pdf import to_pdf
from shared.papers.resolving import people_in, resolve
from shared.papers.text import printed_text
from shared.papers.xlsx import to_xlsx
from shared.rulebook import load_library
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import (
    Appraisal,
    CommitteeRole,
    PlanKind,
    ReportKind,
    TaskWanted,
    TrainingTopic,
    YearPaperKind,
)
from shared.vocabulary.roles import Role, ScopeKind
from shared.vocabulary.self_assessment import PaperFormat

CLOCK = SystemClock()
"""The true time: positions of the log are told from what others told by when each was recorded."""
TODAY = today(CLOCK)
DUE = dt.date(TODAY.year, 12, 31)
SCHOOLS = {"MN-BC": "Mầm non Bản Chuông", "TH-BC": "Tiểu học Bản Chuông", "TH-PD": "Tiểu học Pá Đông"}
MEMBER = "0198f2c4-0000-7000-8000-000000000001"
_LAW = load_library().get("v2026_tt57/pho_thong")
_OLD_LAW = load_library().get("v2018/tieu_hoc")
_DRAW = {PaperFormat.WORD: to_docx, PaperFormat.SHEET: to_xlsx, PaperFormat.PDF: to_pdf}


def somebody(role: Role) -> CallContext:
    return CallContext(actor=f"account-{role}", grants=(Grant(role=role, scope_kind=ScopeKind.INSTALLATION),))


OFFICER, ECONOMIC, HEAD = somebody(Role.COMMUNE_OFFICER), somebody(Role.ECONOMIC_OFFICE), somebody(Role.HEAD)


class PrintedYear:
    """An inspection service that hears of a commune and its schools at the moment at which it is told."""

    def __init__(
        self, application: InspectionApplication, commune: str = "NL01", schools: tuple[str, str] = ("TH-BC", "TH-PD")
    ) -> None:
        self.application = application
        self._year: dict[str, Any] = {"commune": commune, "year": TODAY.year}
        self._first, self._second = schools
        self._criteria = list(_LAW.criteria)
        self._told: list[CloudEvent] = []

    def hear(self, *data: PublicEvent, on: dt.datetime | None = None) -> None:
        for one in data:
            sequence = self.application.received_position(one.SERVICE) + 1
            at = {"occurred": on or CLOCK.now(), "recorded": CLOCK.now()}
            said = {"subject": "", "correlation": "", "cause": "", "sequence": sequence}
            self._told.append(envelope(installation="thu", data=one, **at, **said))
            self.application.receive(self._told[-1])

    def rebuild(self) -> None:
        """Build the read models anew, from the log and from what was told."""
        self.application.views.rebuild()
        for event in self._told:
            self.application.receive(event)

    def hear_school(self, school: str, name: str, **more: dt.datetime) -> None:
        self.hear(told.SchoolRegistered(school=school, name=name, kind=SchoolKind.PRIMARY, commune="NL01"), **more)

    def hear_award(self, school: str, number: str, decided_on: dt.date) -> None:
        held = {
            "rulebook": _OLD_LAW.id,
            "digest": _OLD_LAW.digest,
            "expires_on": dt.date(decided_on.year + 5, decided_on.month, 1),
        }
        named = {"school": school, "school_name": school, "number": number, "degree": 1, "certificate_degree": 0}
        self.hear(told.RecognitionGranted(**named, **held, decided_on=decided_on))

    def begin(self) -> None:
        """Let the commune have three schools, and everything of a year that a paper tells of."""
        self.hear(told.CommuneRegistered(commune="NL01", name="Xã Nậm Lam"))
        for school, name in SCHOOLS.items():
            self.hear_school(school, name)
        self.hear_award("TH-BC", "118/QĐ", dt.date(TODAY.year - 5, 6, 1))
        self.enter("TH-BC")
        self.set_target("TH-BC")
        self.sit("12/QĐ-UBND")
        self.give("Nộp danh mục minh chứng", "TH-BC", "TH-PD")
        self.call("Tự đánh giá")
        self.publish("Họp dân")
        self.raise_difficulty("Thiếu phòng tin học")
        self.need("Phòng học")
        self.ask("Tháng 11")
        for kind in (ReportKind.PROGRESS, ReportKind.MID_YEAR, ReportKind.FINAL):
            self.synthesise(kind)

    def go_on(self, mark: str = "") -> None:
        """Let more happen to everything that a paper tells of; what is marked otherwise is something else."""
        self.enter(self._second, f"Hiệu trưởng {mark}")
        self.set_target(self._second)
        self.sit(f"90{mark}/QĐ-UBND")
        self.give(f"Nộp báo cáo {mark}", self._second)
        self.call(f"Viết báo cáo {mark}")
        self.publish(f"Ngày hội {mark}")
        self.raise_difficulty(f"Thiếu sân chơi {mark}")
        self.need(f"Sân chơi {mark}")
        self.ask(f"Tháng 12 {mark}")
        for kind in (ReportKind.PROGRESS, ReportKind.MID_YEAR, ReportKind.FINAL):
            self.synthesise(kind)

    def schools_change(self) -> None:
        """Rename commune and schools, let one join and one close, and award one."""
        self.hear(told.CommuneRegistered(commune="NL01", name="Xã Tên Mới"))
        for school in SCHOOLS:
            self.hear_school(school, f"Trường tên mới {school}")
        self.hear_school("AA-MOI", "An Bình mới lập")
        self.hear(told.SchoolClosed(school="MN-BC", closed_on=TODAY))
        self.hear_award("TH-PD", "300/QĐ", TODAY)

    # --- what is asked

    def compose(self, kind: YearPaperKind, **moment: object) -> ComposedPaper:
        if kind is YearPaperKind.REMINDER_SHEET:
            moment.setdefault("valid_at", DUE + dt.timedelta(days=2))
        return self.application.compose_year_paper(ComposeYearPaper(**self._year, kind=kind, **moment))

    def drawn(self, kind: YearPaperKind, **moment: object) -> dict[PaperFormat, bytes]:
        """Return the bytes of a paper in each of its formats."""
        composed = self.compose(kind, **moment)
        return {one: _DRAW[one](named(composed.paper)) for one in composed.formats}

    def words(self, kind: YearPaperKind, **moment: object) -> str:
        return "\n".join(printed_text(named(self.compose(kind, **moment).paper)))

    # --- what is done

    def enter(self, school: str, by: str = "Hiệu trưởng") -> None:
        wanted = {"kind": PlanKind.RECOGNISE_NEW, "target_degree": 1, "override": "Xã chọn theo nguyện vọng"}
        entry = plan.SetPlanEntry(**self._year, school=school, responsible=by, **wanted)
        self.application.set_plan_entry(OFFICER, entry)

    def set_target(self, school: str) -> None:
        """Set a target for a criterion that has none from here: the last, the one before it …"""
        wanted = targets.TargetWanted(school=school, criterion=self._criteria.pop(), level=1, by=DUE)
        self.application.set_targets(OFFICER, targets.SetTargets(**self._year, targets=[wanted]))

    def sit(self, number: str) -> None:
        member = directing.CommitteeMemberEntry(person=MEMBER, role=CommitteeRole.HEAD, duty="Chỉ đạo chung")
        wanted = directing.SetCommittee(**self._year, number=number, decided_on=TODAY, members=[member])
        self.application.set_committee(OFFICER, wanted)

    def give(self, text: str, *to: str) -> None:
        self.application.give_task(
            OFFICER, tasks.GiveTask(**self._year, to=list(to), text=text, due=DUE, wanted=TaskWanted.REPORT)
        )

    def call(self, title: str) -> None:
        """Call every school to a class."""
        wanted = training.PlanTraining(
            **self._year, title=title, days=[DUE], topic=TrainingTopic.COUNCIL, place="Hội trường xã", schools=[]
        )
        self.application.plan_training(OFFICER, wanted)

    def publish(self, title: str) -> None:
        self.application.publish_notice(
            OFFICER, publicity.PublishNotice(**self._year, title=title, body="19 giờ tại nhà văn hóa.", number="64/TB-UBND")
        )

    def raise_difficulty(self, text: str) -> None:
        self.application.raise_difficulty(HEAD, d.RaiseDifficulty(school=self._first, text=text, asks="Bố trí một phòng"))

    def need(self, item: str) -> None:
        wanted = n.RaiseNeed(
            school=self._first, item=item, year=TODAY.year, quantity=2, cost_vnd=900_000_000, criterion="1.1"
        )
        number = self.application.raise_need(HEAD, wanted).id
        self.application.appraise_need(ECONOMIC, n.AppraiseNeed(need=number, verdict=Appraisal.FOUNDED))

    def ask(self, period: str) -> None:
        wanted = reports.AskReport(**self._year, kind=ReportKind.PROGRESS, period=period, due=DUE)
        self.application.ask_report(OFFICER, wanted)

    def synthesise(self, kind: ReportKind) -> None:
        self.application.draft_synthesis(OFFICER, syntheses.DraftSynthesis(**self._year, kind=kind))


def named(paper: Paper, name: str = "Nông Văn Một") -> Paper:
    """Return a paper with what identity calls the people on it."""
    return resolve(paper, {person: PersonOnPaper(name, "Phó Chủ tịch") for person in people_in(paper)}, {})
