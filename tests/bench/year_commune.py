"""A commune of many schools and years, with the services and the portal in this process: for benches of whole pages.

Schools, what they hold and what they judged come through the assessment service; the facts of the years are written
straight into the log of inspections, with invented words. In the years before the last most things are over.
"""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
from collections.abc import Iterator
from typing import Any

from werkzeug.test import Client

from deploy.processes.lasting_objects import set_aside
from services.assessment.application import AssessmentApplication
from services.assessment.domain import facts as af
from services.assessment.service import AssessmentService
from services.evidence.adapters.correction_texts import CorrectionTables
from services.evidence.adapters.printed_texts import PrintedTextTables
from services.evidence.application import EvidenceApplication
from services.evidence.service import EvidenceService
from services.identity.adapters.passwords import Argon2Hasher
from services.identity.adapters.people import PeopleTables
from services.identity.application import IdentityApplication
from services.identity.directory import DirectoryInbox
from services.identity.service import IdentityService
from services.inspection.application import InspectionApplication
from services.inspection.domain.year import difficulties_facts as df
from services.inspection.domain.year import needs_facts as nf
from services.inspection.domain.year import plan_facts as pf
from services.inspection.domain.year import reports_facts as rf
from services.inspection.domain.year import targets_facts as tf
from services.inspection.domain.year import tasks_facts as wf
from services.inspection.domain.year import training_facts as gf
from services.inspection.service import InspectionService
from services.notification.adapters.http_post import HttpPoster
from services.notification.adapters.secret_cipher import AesGcmCipher
from services.notification.application import NotificationApplication
from services.notification.service import NotificationService
from services.portal.app import create_app
from services.portal.settings import PortalSettings
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls.identity import AcceptInvitation, GrantRequest, Invite
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.identity.call_context import CallContext, Grant, gateway, system
from shared.identity.file_token import FileTokens
from shared.identity.secret_hash import hash_secret
from shared.ids import natural_id
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.commune_year import (
    Appraisal,
    ClosingWord,
    FundingSource,
    PlanKind,
    ReportKind,
    TargetLead,
    TaskWanted,
    TrainingTopic,
)
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.evidence.evidence_kit import FakeUploads, MemoryDerived

COMMUNE = "NL"
PASSWORD = "nui cao song dai 2026"
AT_ONCE = 200
"""Streams that are stored in one transaction."""
Stream = tuple[str, list[Fact]]


class Written(Aggregate):
    """A stream into which facts are written as they are."""

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        """Keep nothing."""


class YearCommune:
    """The services on SQLite files of a folder, which are filled while they are empty, and browsers of who works there."""

    def __init__(self, folder: str, schools: int, years: int) -> None:
        clock, library = SystemClock(), load_library()
        self.today = today(clock)
        self.schools = [f"T-{number:03}" for number in range(schools)]
        self.years = list(range(self.today.year - years + 1, self.today.year + 1))
        self._book = library.get("v2026_tt57/pho_thong")

        def kept(name: str) -> dict[str, Any]:
            views = f"sqlite:///{folder}/{name}-views.sqlite"
            return {"store": StoreSettings(f"sqlite:///{folder}/{name}.sqlite"), "views_url": views, "installation": "bench"}

        signer, cipher = Signer.generate("kiemdinh/bench/assessment"), AesGcmCipher(secrets.token_bytes(32))
        people, passwords = PeopleTables(f"sqlite:///{folder}/people.sqlite"), Argon2Hasher()
        poster = HttpPoster()
        self.assessment = AssessmentApplication(clock=clock, library=library, signer=signer, **kept("assessment"))
        self.inspection = InspectionApplication(clock=clock, library=library, **kept("inspection"))
        self._notification = NotificationApplication(
            clock=clock, poster=poster, secret_cipher=cipher, **kept("notification")
        )
        self._identity = IdentityApplication(clock=clock, people=people, passwords=passwords, **kept("identity"))
        evidence = EvidenceApplication(
            clock=clock,
            derived=MemoryDerived(),
            printed_texts=PrintedTextTables(f"sqlite:///{folder}/printed.sqlite"),
            correction_texts=CorrectionTables(f"sqlite:///{folder}/corrections.sqlite"),
            uploads=FakeUploads(),
            tickets=FileTokens(secrets.token_bytes(32), clock),
            **kept("evidence"),
        )
        self._services: dict[str, tuple[type[Any], Any]] = {
            "evidence": (EvidenceService, evidence),
            "assessment": (AssessmentService, self.assessment),
            "inspection": (InspectionService, self.inspection),
            "notification": (NotificationService, self._notification),
            "identity": (IdentityService, self._identity),
        }
        self._rpc_client = InProcessRpcClient(self._services)
        self.app = create_app(self._rpc_client, PortalSettings(key=secrets.token_bytes(32)))
        if not self.assessment.log.head():
            self._register()
            self._write(itertools.chain.from_iterable(self._year(year) for year in self.years))
        self.relay()
        set_aside()

    def close(self) -> None:
        """Close every database."""
        for _, application in self._services.values():
            application.close()

    def acting(self, role: Role) -> CallContext:
        """Return who acts in a role of the commune."""
        grant = Grant(role=role, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE, schools=tuple(self.schools))
        return CallContext(actor="account-1", grants=(grant,))

    def browser(self, role: Role, scope_kind: ScopeKind, scope: str) -> Client:
        """Return a browser in which somebody with a role is signed in."""
        asked = Invite(
            login=f"nguoi-{self._identity.log.head()}",
            display_name="Người Một",
            grants=[GrantRequest(role=role, scope_kind=scope_kind, scope=scope)],
        )
        link = hash_secret(self._identity.invite(system("bench"), asked).invitation_url.rpartition("/")[2])
        client = self.app.test_client()
        accepted = self._identity.accept_invitation(gateway(), AcceptInvitation(link=link, password=PASSWORD))
        client.set_cookie("kd_phien", accepted.session)
        self.relay()
        return client

    def relay(self) -> None:
        """Let every service hear what the others told, until all is quiet."""
        applications = [one for _, one in self._services.values() if one is not self._identity]
        listeners = [*applications, DirectoryInbox(self._identity.directory)]
        while sum(self._heard(name, one) for one in listeners for name in self._services if name in one.sources):
            pass

    def _heard(self, name: str, listener: Any) -> int:
        source = self._services[name][1]
        news = source.log.read(listener.received_position(name), 500)
        for one in news:
            listener.receive(source.published(one))
        return len(news)

    # --- what the assessment service knows

    def _register(self) -> None:
        administrator = CallContext(
            actor="account-0", grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),)
        )
        self.assessment.register_commune(administrator, a.RegisterCommune(commune=COMMUNE, name="Xã Nậm Lam"))
        for number, school in enumerate(self.schools):
            asked = a.RegisterSchool(
                commune=COMMUNE, code=school, name=f"Trường Tiểu học Bản {number}", kind=SchoolKind.PRIMARY
            )
            self.assessment.register_school(administrator, asked)
            self._assess(school, recognised=number % 3 > 0)

    def _assess(self, school: str, *, recognised: bool) -> None:
        head = CallContext(actor="account-2", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=school),))
        first = self.today.year
        opened = self.assessment.open_cycle(head, a.OpenCycle(school=school, year=f"{first}-{first + 1}"))
        judgements = [
            a.Judgement(
                criterion=key.criterion,
                level=key.level,
                indicator=key.indicator,
                result=Result.MET if number % 4 < 2 else Result.NOT_MET,
            )
            for number, key in enumerate(self._book.keys)
            if key.level == 1
        ]
        self.assessment.judge(head, a.Judge(school=school, cycle=opened.cycle, layer=Layer.SCHOOL, judgements=judgements))
        if recognised:
            fact = af.RecognitionGranted(
                school=school,
                school_name=school,
                number=f"{school}/QĐ-SGDĐT",
                degree=1,
                certificate_degree=1,
                decided_on=dt.date(first - 2, 5, 2),
                expires_on=dt.date(first + 3, 5, 2),
                cycle=opened.cycle,
                rulebook=self._book.id,
                digest=self._book.digest,
                copied_from_paper="0" * 64,
                override="Chép từ quyết định giấy",
            )
            self.assessment.school_repository.change(school, lambda told: told.record(fact, self._meta()))

    def _meta(self, on: dt.date | None = None) -> EventMetadata:
        at = dt.datetime.combine(on or self.today, dt.time(1), dt.UTC)
        return EventMetadata(actor="account-1", occurred=min(at, SystemClock().now()))

    # --- the facts of a year

    def _write(self, streams: Iterator[Stream]) -> None:
        while some := list(itertools.islice(streams, AT_ONCE)):
            written = []
            for name, facts in some:
                stream = Written(natural_id("bench", name))
                for fact in facts:
                    stream.record(fact, self._meta(dt.date(fact.year, 3, 1)))  # type: ignore[attr-defined]
                written.append(stream)
            self.inspection.append(*written)

    def _year(self, year: int) -> Iterator[Stream]:
        on, over = dt.date(year, 1, 15), year < self.today.year
        of_year: dict[str, Any] = {"commune": COMMUNE, "year": year}
        yield f"plan {year}", list(self._plan(of_year, on))
        for number in range(4):
            yield f"training {year} {number}", list(self._training(of_year, dt.date(year, 2 + number, 10), str(number)))
            yield f"report {year} {number}", list(self._report(of_year, dt.date(year, 2 + 2 * number, 20), str(number)))
        for school in self.schools:
            yield from self._of_school(of_year | {"school": school}, on, over=over)

    def _plan(self, of_year: dict[str, Any], on: dt.date) -> Iterator[Fact]:
        sections = tuple(pf.PlanSection(heading=f"Nhóm việc {n}", items=("Việc một", "Việc hai")) for n in range(5))
        yield pf.PlanDrafted(
            **of_year, drafted_on=on, bases=("Căn cứ Luật",), aims="Mục đích", goals="Mục tiêu", sections=sections
        )
        for number, school in enumerate(self.schools):
            kind = PlanKind.MAINTAIN if number % 3 else PlanKind.RECOGNISE_NEW
            yield pf.PlanEntrySet(
                **of_year,
                school=school,
                set_on=on,
                kind=kind,
                proposed=kind,
                target_level=1,
                target_degree=1,
                responsible="Phòng Văn hóa – Xã hội",
                lead=TargetLead.SCHOOL,
                register_by=dt.date(on.year, 6, 30),
                evaluate_by=dt.date(on.year, 12, 15),
            )
        yield pf.PlanIssued(**of_year, number=f"{on.year}/KH-UBND", issued_on=on, signer_office="Chủ tịch UBND xã")

    def _training(self, of_year: dict[str, Any], on: dt.date, number: str) -> Iterator[Fact]:
        named: dict[str, Any] = {
            **of_year,
            "training": str(natural_id("bench", f"training {on.year} {number}")),
            "topic": list(TrainingTopic)[int(number)],
        }
        yield gf.TrainingPlanned(
            **named,
            title="Tập huấn tự đánh giá",
            days=(on,),
            first_day=on,
            last_day=on,
            place="Hội trường xã",
            schools=tuple(self.schools),
            budget_vnd=10**7,
        )
        attendance = tuple(
            gf.Attended(person=str(natural_id("bench person", school)), school=school) for school in self.schools
        )
        count = len(attendance)
        yield gf.TrainingHeld(**named, held_on=on, attendance=attendance, present_count=count, asked_count=count)

    def _report(self, of_year: dict[str, Any], on: dt.date, number: str) -> Iterator[Fact]:
        request = str(natural_id("bench", f"report {on.year} {number}"))
        yield rf.ReportAsked(
            **of_year,
            request=request,
            kind=list(ReportKind)[int(number)],
            period=f"Quý {int(number) + 1}",
            schools=tuple(self.schools),
            due=on + dt.timedelta(days=10),
            asked_on=on,
            headings=("Kết quả", "Đề nghị"),
            figures=("Số lớp", "Số phòng"),
        )
        told = tuple(rf.HeadedText(heading=heading, text="Đã làm xong.") for heading in ("Kết quả", "Đề nghị"))
        figures = tuple(rf.ReportedFigure(name=name, value=12) for name in ("Số lớp", "Số phòng"))
        for school in self.schools[: -10 or None]:
            of_school = {**of_year, "request": request, "school": school}
            yield rf.ReportHandedIn(**of_school, handed_in_on=on, texts=told, figures=figures)
            yield rf.ReportAccepted(**of_school, accepted_on=on)

    def _of_school(self, named: dict[str, Any], on: dt.date, *, over: bool) -> Iterator[Stream]:
        for topic, write, count in (
            ("target", self._target, 3),
            ("task", self._task, 3),
            ("difficulty", self._difficulty, 1),
            ("need", self._need, 2),
        ):
            for number in range(count):
                name = f"{topic} {named['school']} {on.year} {number}"
                told = named | {topic: str(natural_id("bench", name))}
                yield name, list(write(told, on, number, over=over or number == 1))

    def _target(self, told: dict[str, Any], on: dt.date, number: int, *, over: bool) -> Iterator[Fact]:
        told = told | {"criterion": list(self._book.criteria)[number], "level": 1, "layer": Layer.SCHOOL}
        due = dt.date(on.year, 12, 20)
        lead = TargetLead.SCHOOL
        yield tf.CriterionTargetSet(**told, digest=self._book.digest, by=due, lead=lead, means="Sửa phòng học", set_on=on)
        if over:
            yield tf.CriterionTargetMet(**told, met_on=on)

    def _task(self, told: dict[str, Any], on: dt.date, number: int, *, over: bool) -> Iterator[Fact]:
        told = told | {"unit": ""}
        yield wf.TaskGiven(
            **told,
            giving=str(natural_id("bench giving", f"{on.year} {number}")),
            text=f"Rà soát minh chứng lần {number + 1}",
            wanted=TaskWanted.NOTHING,
            due=dt.date(on.year, 12, 10 + number),
            given_on=on,
        )
        if over:
            yield wf.TaskReported(**told, reported_on=on, text="Đã làm.")
            yield wf.TaskAccepted(**told, accepted_on=on)

    def _difficulty(self, told: dict[str, Any], on: dt.date, _: int, *, over: bool) -> Iterator[Fact]:
        criterion = next(iter(self._book.criteria))
        yield df.DifficultyRaised(**told, criterion=criterion, text="Thiếu phòng học", asks="Xin thêm phòng", raised_on=on)
        if over:
            yield df.DifficultyClosed(**told, word=ClosingWord.SOLVED, closed_on=on)

    def _need(self, told: dict[str, Any], on: dt.date, number: int, *, over: bool) -> Iterator[Fact]:
        wanted = {"item": "Sửa phòng học", "quantity": 2, "criterion": list(self._book.criteria)[number], "cost_vnd": 10**9}
        yield nf.NeedRaised(**told, **wanted, raised_on=on)
        yield nf.NeedAppraised(**told, verdict=Appraisal.FOUNDED, cost_vnd=10**9, appraised_on=on)
        if over:
            source = list(FundingSource)[on.year % len(FundingSource)]
            yield nf.NeedFunded(**told, source=source, money_year=on.year, amount_vnd=10**9, funded_on=on)
