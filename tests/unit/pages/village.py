"""The portal on real services in memory: what one writes the others hear, and the pages show what is so."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

from services.assessment.application import AssessmentApplication
from services.assessment.domain import facts as f
from services.assessment.service import AssessmentService
from services.evidence.adapters.correction_texts import CorrectionTables
from services.evidence.adapters.printed_texts import PrintedTextTables
from services.evidence.application import EvidenceApplication
from services.evidence.service import EvidenceService
from services.identity.adapters.people import PeopleTables
from services.identity.application import IdentityApplication
from services.identity.directory import DirectoryInbox
from services.identity.service import IdentityService
from services.inspection.application import InspectionApplication
from services.inspection.service import InspectionService
from services.notification.adapters.secret_cipher import AesGcmCipher
from services.notification.application import NotificationApplication
from services.notification.service import NotificationService
from services.portal.settings import PortalSettings
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.clock import SystemClock, today
from shared.contracts.calls import Done
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.contracts.calls import registration as r
from shared.contracts.calls.identity import GrantRequest, Invite
from shared.contracts.events.base import CloudEvent
from shared.eventlog.facts import EventMetadata
from shared.identity.call_context import CallContext, Grant, system
from shared.identity.file_token import FileTokens
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later, filled_once, opened_databases
from tests.portal_app import portal_app
from tests.unit.evidence.evidence_kit import FakeUploads, MemoryDerived, read_text, received_file
from tests.unit.portal_api.world import accept, sign_in

SCHOOL, COMMUNE = "TH-BC", "NAM-LAM"
SCOPES = {
    Role.CLERK: (ScopeKind.SCHOOL, SCHOOL),
    Role.COUNCIL_MEMBER: (ScopeKind.SCHOOL, SCHOOL),
    Role.HEAD: (ScopeKind.SCHOOL, SCHOOL),
    Role.COMMUNE_OFFICER: (ScopeKind.COMMUNE, COMMUNE),
    Role.COMMUNE_LEADER: (ScopeKind.COMMUNE, COMMUNE),
    Role.ECONOMIC_OFFICE: (ScopeKind.COMMUNE, COMMUNE),
    Role.STEERING_COMMITTEE: (ScopeKind.COMMUNE, COMMUNE),
    Role.MASS_ORGANISATION: (ScopeKind.COMMUNE, COMMUNE),
    Role.INSPECTOR: (ScopeKind.COMMUNE, COMMUNE),
    Role.EXTERNAL_EVALUATOR: (ScopeKind.DEPARTMENT, ""),
    Role.DEPARTMENT_OFFICER: (ScopeKind.DEPARTMENT, ""),
    Role.AUDITOR: (ScopeKind.INSTALLATION, ""),
    Role.ADMINISTRATOR: (ScopeKind.INSTALLATION, ""),
}
"""Every role that has pages, and where it acts."""
PASSWORD = "nui cao song dai 2026"


class _NoPost:
    """Nothing is posted from here."""

    def check(self, url: str) -> None:
        raise AssertionError(url)

    def post(self, url: str, headers: Any, body: bytes) -> int:
        raise AssertionError(url)


class _QuickHasher:
    """A hasher that costs nothing; the real one has tests of its own."""

    def hash(self, password: str) -> str:
        return f"quick:{password}"

    def verify(self, password_hash: str, password: str) -> bool:
        return password_hash == f"quick:{password}"

    def is_outdated(self, password_hash: str) -> bool:
        return False


@functools.cache
def _signer() -> Signer:
    """The key of every village of this process: what one has signed the others may show."""
    return Signer.generate("kiemdinh/thu/assessment")


class Village:
    """One commune with one primary school that has opened nothing yet, and a person in every role."""

    def __init__(self) -> None:
        clock, library = SystemClock(), load_library()
        store: dict[str, Any] = {"installation": "thu", "views_url": "sqlite://"}
        with opened_databases() as databases:
            assessment = AssessmentApplication(StoreSettings("sqlite://"), clock, library=library, signer=_signer(), **store)
            evidence = EvidenceApplication(
                StoreSettings("sqlite://"),
                clock,
                derived=MemoryDerived(),
                printed_texts=PrintedTextTables("sqlite://"),
                correction_texts=CorrectionTables("sqlite://"),
                uploads=FakeUploads(),
                tickets=FileTokens(bytes(range(32)), clock),
                **store,
            )
            inspection = InspectionApplication(StoreSettings("sqlite://"), clock, library=library, **store)
            notification = NotificationApplication(
                StoreSettings("sqlite://"), clock, poster=_NoPost(), secret_cipher=AesGcmCipher(b"k" * 32), **store
            )
            self.identity = IdentityApplication(
                StoreSettings("sqlite://"), clock, people=PeopleTables("sqlite://"), passwords=_QuickHasher(), **store
            )
        self.services: dict[str, Any] = {
            "evidence": closed_later(evidence),
            "assessment": closed_later(assessment),
            "inspection": closed_later(inspection),
            "notification": closed_later(notification),
            "identity": closed_later(self.identity),
        }
        kinds = (EvidenceService, AssessmentService, InspectionService, NotificationService, IdentityService)
        self.rpc_client = InProcessRpcClient({n: (k, one) for (n, one), k in zip(self.services.items(), kinds, strict=True)})
        settings = PortalSettings(key=secrets.token_bytes(32), office="xã Nậm Lam, tỉnh An Sơn")
        self.app = portal_app(self.rpc_client, settings, fresh_s=0.0)
        self._told: dict[str, int] = {}
        """Up to which position of a service's log the others have heard everything."""
        filled_once("village", databases, self._begin)

    def _begin(self) -> None:
        self.do(Role.ADMINISTRATOR, "register_commune", a.RegisterCommune(commune=COMMUNE, name="Xã Nậm Lam"), a.CommuneView)
        school = a.RegisterSchool(commune=COMMUNE, code=SCHOOL, name="Trường Tiểu học Bản Chuông", kind=a.SchoolKind.PRIMARY)
        self.do(Role.ADMINISTRATOR, "register_school", school, a.SchoolView)
        self.relay()
        for role, (kind, scope) in SCOPES.items():
            grant = GrantRequest(role=role, scope_kind=kind, scope=scope)
            invite = Invite(login=role.value.replace("_", "."), display_name="Người Thử", grants=[grant])
            invited = self.identity.invite(system("thu"), invite)
            accept(self.identity, invited, PASSWORD)

    def enter(self, role: Role | None) -> Any:
        """Return a browser that is signed in as a role, or a stranger's."""
        client = self.app.test_client()
        if role is not None:
            client.set_cookie("kd_phien", sign_in(self.identity, role.value.replace("_", "."), PASSWORD))
        return client

    def do(self, role: Role, method: str, request: Any, answer: Any, service: str = "assessment") -> Any:
        """Call a service in a role; the others hear of it."""
        kind, scope = SCOPES[role]
        schools = (SCHOOL,) if kind in {ScopeKind.COMMUNE, ScopeKind.DEPARTMENT} else ()
        acting = CallContext(actor="thu", grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=schools),))
        found = self.rpc_client.call(service, method, acting, request, answer)
        self.relay()
        return found

    def relay(self) -> None:
        """Deliver what every service has told and its listeners have not heard, until all is quiet."""
        listeners = [one for one in self.services.values() if one is not self.identity]
        listeners.append(DirectoryInbox(self.identity.directory))
        while news := [name for name, one in self.services.items() if self._told.get(name) != one.log.head()]:
            for name in news:
                head = self.services[name].log.head()
                if not sum(_deliver(self.services[name], name, one) for one in listeners if name in one.sources):
                    self._told[name] = head

    def open_cycle(self, rulebook: str = "") -> str:
        """Open this year's self-assessment; return its name."""
        opening = a.OpenCycle(school=SCHOOL, year="2026-2027", rulebook=rulebook)
        return str(self.do(Role.HEAD, "open_cycle", opening, a.CycleView).cycle)

    def hand_in_earlier_years(self) -> None:
        """Let the two school years before have been submitted: recognition asks for three in a row."""
        for first in (2024, 2025):
            on = dt.date(first, 11, 2)
            opening = a.OpenCycle(school=SCHOOL, year=f"{first}-{first + 1}", on=on)
            self.submit(str(self.do(Role.HEAD, "open_cycle", opening, a.CycleView).cycle))

    def submit(self, cycle: str) -> None:
        """Let the log say that the cycle was submitted today, whatever it holds."""
        now = SystemClock().now()
        fact = f.SelfAssessmentSubmitted(school=SCHOOL, cycle=cycle, submitted_on=today(SystemClock()))
        record = lambda school: school.record(fact, EventMetadata(actor="thu", occurred=now))  # noqa: E731
        self.services["assessment"].school_repository.change(SCHOOL, record)
        self.relay()

    def judge(self, cycle: str, result: str, *criteria: str) -> None:
        """Judge all indicators of criteria, or of every criterion when none is named."""
        keys = self.services["assessment"].library.by_digest(self.status().digest).keys
        judgements = [
            a.Judgement(criterion=c, level=n, indicator=x, result=a.Result(result))
            for c, n, x in keys
            if not criteria or c in criteria
        ]
        judge = a.Judge(school=SCHOOL, cycle=cycle, layer=a.Layer.SCHOOL, judgements=judgements)
        self.do(Role.HEAD, "judge", judge, Done)

    def status(self) -> a.Status:
        """Return what the school looks like."""
        answer: a.Status = self.do(Role.HEAD, "status", a.StatusRequest(school=SCHOOL), a.Status)
        return answer

    def paper(self, text: str, cycle: str = "", *criteria: str, level: int = 1, indicator: str = "-") -> str:
        """Take in and read a paper, and cite it under criteria (level 0: the whole criterion); return the document's id."""
        data = hashlib.sha256(text.encode()).digest()
        kind, scope = SCOPES[Role.CLERK]
        clerk = CallContext(actor="thu", grants=(Grant(role=Role.CLERK, scope_kind=kind, scope=scope),))
        evidence = self.services["evidence"]
        document = evidence.register_document(
            clerk, received_file(data, school=SCHOOL, name=f"{text}.pdf", pages=1)
        ).document
        evidence.record_text(clerk, document, read_text(text))
        self.relay()
        for code in criteria:
            coded = a.CodeEvidence(school=SCHOOL, cycle=cycle, document=document, criterion=code, title=text)
            self.do(Role.CLERK, "code_evidence", coded, a.EvidenceView)
            place = {"level": level, "indicator": indicator if level else ""}
            link = a.LinkEvidence(school=SCHOOL, cycle=cycle, document=document, criterion=code, **place)  # type: ignore[arg-type]
            self.do(Role.CLERK, "link_evidence", link, Done)
        return str(document)

    def visit(self, cycle: str, *results: tuple[str, str]) -> str:
        """Plan a visit of the commune today and record what it found of the first level of criteria; return its id."""
        plan = i.PlanInspection(
            school=SCHOOL, cycle=cycle, layer=a.Layer.COMMUNE, on=today(SystemClock()), title="Kiểm tra kỹ thuật"
        )
        visit = self.do(Role.COMMUNE_OFFICER, "plan", plan, i.InspectionView, "inspection").inspection
        due = today(SystemClock()) + dt.timedelta(days=30)
        findings = [
            i.Finding(criterion=c, level=1, indicator="-", result=a.Result(r), note="Đã xem tại chỗ.", answer_by=due)
            for c, r in results
        ]
        record = i.RecordFindings(school=SCHOOL, inspection=visit, findings=findings)
        self.do(Role.COMMUNE_OFFICER, "record_findings", record, i.InspectionView, "inspection")
        return str(visit)

    def conclude(self, visit: str) -> None:
        """Close a visit of the commune: from now on it speaks for its layer."""
        conclude = i.ConcludeInspection(school=SCHOOL, inspection=visit, summary="Đã xem xong tại chỗ.")
        self.do(Role.COMMUNE_OFFICER, "conclude", conclude, i.InspectionView, "inspection")

    def take_steps(self, *steps: str) -> None:
        """Take steps of the registration of the newest submitted cycle, each by whose it is, today."""
        for step in steps:
            role, method, request = _STEPS[step]
            self.do(role, method, request, r.RegistrationView, "inspection")


_STEPS: dict[str, tuple[Role, str, Any]] = {
    "open": (Role.HEAD, "open_registration", r.OpenRegistration(school=SCHOOL)),
    "check": (Role.COMMUNE_OFFICER, "check_registration", r.CheckRegistration(school=SCHOOL)),
    "forward": (Role.COMMUNE_OFFICER, "forward_registration", r.ForwardRegistration(school=SCHOOL)),
    "accept": (Role.DEPARTMENT_OFFICER, "accept_registration", r.AcceptRegistration(school=SCHOOL)),
    "return": (
        Role.DEPARTMENT_OFFICER,
        "return_registration",
        r.ReturnRegistration(school=SCHOOL, reason="Thiếu phụ lục số liệu"),
    ),
    "draft": (Role.DEPARTMENT_OFFICER, "send_draft_report", r.SendDraftReport(school=SCHOOL)),
    "reply": (Role.HEAD, "reply_to_draft", r.ReplyToDraft(school=SCHOOL)),
    "final": (Role.DEPARTMENT_OFFICER, "finalise_report", r.FinaliseReport(school=SCHOOL)),
}
"""Step → who takes it, by which call."""


def _deliver(source: Any, name: str, listener: Any) -> int:
    news: Iterator[CloudEvent] = (source.published(one) for one in source.log.read(listener.received_position(name), 500))
    return sum(1 for event in news if listener.receive(event) is None)
