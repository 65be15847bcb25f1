"""Builders for schools: entries as a log would give them, and an application in memory."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import itertools

import pytest

from services.assessment.application import AssessmentApplication
from services.assessment.domain import facts as f
from services.assessment.domain.streams import school_stream
from shared.clock import FixedClock
from shared.contracts.calls import assessment as calls
from shared.contracts.events import registration
from shared.contracts.events.base import envelope
from shared.contracts.events.evidence import DocumentReceived
from shared.contracts.events.inspection import FindingRecorded, InspectionConcluded
from shared.eventlog.facts import EventEnvelope, EventMetadata
from shared.eventlog.log import RecordedEvent
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.tlog.checkpoint import Signer
from shared.vocabulary.inspection import ForwardedTo, RegistrationPurpose
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later, filled_once, opened_databases

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
SCHOOL = "TH-BC"
DOCUMENT = "0198f2c4-6f1e-7d05-9d3e-2f6b1a9e8a52"


def at(day: dt.date, hour: int = 3) -> dt.datetime:
    """Return a moment on a day in Việt Nam."""
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)


class LogBuilder:
    """Makes log entries of one school at positions of one's choice."""

    def __init__(self) -> None:
        self.entries: list[RecordedEvent] = []

    def add(self, fact, day: dt.date, *, recorded: dt.date | None = None, gap: int = 0) -> RecordedEvent:
        position = (self.entries[-1].position if self.entries else 0) + 1 + gap
        meta = EventMetadata(actor="account-1", occurred=at(day))
        version = len(self.entries) + 1
        entry = EventEnvelope(originator_id=school_stream(SCHOOL), originator_version=version, meta=meta, fact=fact)
        logged = RecordedEvent(position, at(recorded or day), entry, b"")
        self.entries.append(logged)
        return logged

    def register(self, day: dt.date = TODAY) -> RecordedEvent:
        kind = calls.SchoolKind.PRIMARY
        return self.add(f.SchoolRegistered(school=SCHOOL, name="Trường Bản Chuông", kind=kind, commune="NL01"), day)

    def open(
        self, rulebook, day: dt.date, cycle: str = "2026-2027", *, recorded: dt.date | None = None, reopens: str = ""
    ) -> RecordedEvent:
        opened = f.CycleOpened(
            school=SCHOOL,
            cycle=cycle,
            year="2026-2027",
            rulebook=rulebook.id,
            digest=rulebook.digest,
            opened_on=day,
            because="vì thế",
            reopens=reopens,
        )
        return self.add(opened, day, recorded=recorded)

    def judge(self, key, result, day, *, layer="school", cycle="2026-2027", recorded=None) -> RecordedEvent:
        return self.add(judged(key, result, layer=layer, cycle=cycle), day, recorded=recorded)


def judged(key, result, *, layer="school", cycle="2026-2027", note=""):
    criterion, level, indicator = key
    return f.IndicatorJudged(
        school=SCHOOL,
        cycle=cycle,
        layer=calls.Layer(layer),
        criterion=criterion,
        level=level,
        indicator=indicator,
        result=calls.Result(result),
        note=note,
    )


class Office:
    """An application in memory with shorthands for what people do."""

    def __init__(self, store="sqlite://", views="sqlite://") -> None:
        self.clock = FixedClock(NOW)
        self.library = load_library()
        with opened_databases() as databases:
            made = AssessmentApplication(
                StoreSettings(store),
                self.clock,
                installation="thu",
                views_url=views,
                library=self.library,
                signer=signer(),
            )
        self.application = closed_later(made)
        self._databases = databases if (store, views) == ("sqlite://", "sqlite://") else []
        self._sequences = {name: itertools.count(1) for name in ("evidence", "inspection")}

    acting = CallContext(
        actor="account-1", grants=(Grant(role=Role.ADMINISTRATOR, scope_kind=ScopeKind.INSTALLATION),), correlation="c-1"
    )

    def once(self, build, *arguments, **named):
        """Return what `build` of an office returns; the next office to which nothing has happened yet copies what it did."""
        told = any(next(copy.copy(n)) != 1 for n in self._sequences.values())
        if not self._databases or self.clock.now() != NOW or told or self.application.log.head():
            return build(self, *arguments, **named)

        def fill():
            return build(self, *arguments, **named), {name: next(copy.copy(n)) for name, n in self._sequences.items()}

        key = (build.__module__, build.__qualname__, arguments, tuple(sorted(named.items())))
        found, sequences = filled_once(key, self._databases, fill)
        self._sequences = {name: itertools.count(n) for name, n in sequences.items()}
        return found

    def with_school(self, code=SCHOOL, name="Trường Tiểu học Bản Chuông", kind="tieu_hoc") -> Office:
        self.application.register_commune(self.acting, calls.RegisterCommune(commune="NL01", name="Xã Nà Lừa"))
        request = calls.RegisterSchool(commune="NL01", code=code, name=name, kind=calls.SchoolKind(kind))
        self.application.register_school(self.acting, request)
        return self

    def with_cycle(self, on=dt.date(2026, 9, 25), year="2026-2027", school=SCHOOL, rulebook="") -> calls.CycleView:
        return self.application.open_cycle(self.acting, calls.OpenCycle(school=school, year=year, on=on, rulebook=rulebook))

    def rulebook(self, cycle):
        return self.library.by_digest(cycle.digest)

    def judge(self, cycle, results, on=None, acting=None, school=SCHOOL):
        judgements = [
            calls.Judgement(criterion=key[0], level=key[1], indicator=key[2], result=calls.Result(result))
            for key, result in results.items()
        ]
        request = calls.Judge(school=school, cycle=cycle.cycle, layer=calls.Layer.SCHOOL, judgements=judgements, on=on)
        return self.application.judge(acting or self.acting, request)

    def judge_all(self, cycle, result="met", on=None, school=SCHOOL):
        return self.judge(cycle, dict.fromkeys(self.rulebook(cycle).keys, result), on=on, school=school)

    def cite_all(self, cycle, document=DOCUMENT, school=SCHOOL):
        """Cite one coded document under every criterion."""
        self.tell_document(document, school)
        place = {"school": school, "cycle": cycle.cycle, "document": document}
        criteria = list(self.rulebook(cycle).criteria)
        self.application.code_evidence(
            self.acting, calls.CodeEvidence(**place, criterion=criteria[0], title="Kế hoạch kiểm định")
        )
        for criterion in criteria:
            self.application.link_evidence(self.acting, calls.LinkEvidence(**place, criterion=criterion))

    def submit(self, cycle, on=None, gaps=(), school=SCHOOL):
        request = calls.SubmitSelfAssessment(school=school, cycle=cycle.cycle, on=on, gaps=list(gaps))
        return self.application.submit_self_assessment(self.acting, request)

    def submit_anyway(self, cycle, on=None, school=SCHOOL):
        """Submit although much is lacking, with a reason for each kind at each criterion."""
        return self.submit(cycle, on, self.all_gaps(self.rulebook(cycle)), school)

    def with_earlier_years(self, *first_years, school=SCHOOL):
        """Open and submit a cycle of each school year before: the years of data that TT57/2026 asks for."""
        for first in first_years or (2024, 2025):
            cycle = self.with_cycle(dt.date(first, 11, 2), f"{first}-{first + 1}", school)
            self.judge_all(cycle, on=dt.date(first + 1, 5, 10), school=school)
            self.submit_anyway(cycle, dt.date(first + 1, 5, 20), school)
        return self

    @staticmethod
    def all_gaps(rulebook, *kinds, reason="Trường mới thành lập, chưa có hồ sơ"):
        """Name every kind of gap at every criterion."""
        return [
            calls.GapReason(kind=kind, criterion=criterion, reason=reason)
            for kind in kinds or calls.GapKind
            for criterion in rulebook.criteria
        ]

    def status(self, **wanted) -> calls.Status:
        return self.application.status(calls.StatusRequest(**{"school": SCHOOL, **wanted}))

    def state(self, on, school=SCHOOL, document="", **conditions):
        return self.application.state_conditions(
            self.acting, calls.StateConditions(school=school, conditions=conditions, on=on, document=document)
        )

    def tell(self, data, sequence=None):
        """Deliver the next public event of another service."""
        service = data.SERVICE
        event = envelope(
            installation="thu",
            data=data,
            sequence=sequence or next(self._sequences[service]),
            subject=f"school/{data.school}",
            occurred=NOW,
            recorded=NOW,
            correlation="c-9",
            cause="",
        )
        self.application.receive(event)
        return event

    def tell_document(self, document=DOCUMENT, school=SCHOOL):
        return self.tell(
            DocumentReceived(document=document, school=school, sha256="0" * 64, size_bytes=9, media_type="application/pdf")
        )

    def tell_finding(
        self,
        cycle,
        key,
        result="met",
        layer="department",
        on=dt.date(2026, 11, 2),
        school=SCHOOL,
        inspection="visit-1",
        **more,
    ):
        return self.tell(
            FindingRecorded(
                inspection=inspection,
                school=school,
                cycle=cycle if isinstance(cycle, str) else cycle.cycle,
                layer=calls.Layer(layer),
                criterion=key[0],
                level=key[1],
                indicator=key[2],
                result=calls.Result(result),
                found_on=on,
            ),
            **more,
        )

    def tell_concluded(
        self, cycle, layer="department", on=dt.date(2026, 11, 10), school=SCHOOL, inspection="visit-1", **more
    ):
        concluded = InspectionConcluded(
            inspection=inspection, school=school, cycle=cycle.cycle, layer=calls.Layer(layer), concluded_on=on
        )
        return self.tell(concluded, **more)

    def visit(self, cycle, results, layer="department", on=dt.date(2026, 11, 2), concluded=None, **more):
        """Tell of a visit from its first finding to its conclusion."""
        for key, result in results.items():
            self.tell_finding(cycle, key, result, layer, on, **more)
        return self.tell_concluded(cycle, layer, concluded or on, **more)

    def evaluate(self, cycle, result="met", on=dt.date(2026, 11, 2), **more):
        """Tell of a registration, of a visit that looked at everything and, of the department's, of its final report.

        `result` is one for all indicators, or those of each.
        """
        results = result if isinstance(result, dict) else dict.fromkeys(self.rulebook(cycle).keys, result)
        self.tell_steps(cycle, "opened", "checked", "forwarded", "accepted", on=on)
        ended = self.visit(cycle, results, on=on, **more)
        if more.get("layer", "department") == "department":
            self.tell_steps(cycle, "draft", "reply", "final", on=more.get("concluded") or on)
        return ended

    def tell_steps(self, cycle, *steps, on=dt.date(2026, 11, 2), school=SCHOOL, inspection="visit-1"):
        """Tell of steps of a registration, all of one day."""
        named = {"registration": f"registration-{cycle.cycle}", "school": school, "cycle": cycle.cycle}
        told = {
            "opened": lambda: registration.RegistrationOpened(
                **named, opened_on=on, purpose=RegistrationPurpose.BOTH, degree=1, late_days=0
            ),
            "checked": lambda: registration.RegistrationChecked(**named, checked_on=on, missing_count=0),
            "forwarded": lambda: registration.RegistrationForwarded(**named, forwarded_on=on, to=ForwardedTo.DEPARTMENT),
            "accepted": lambda: registration.RegistrationAccepted(**named, accepted_on=on),
            "returned": lambda: registration.RegistrationReturned(**named, returned_on=on),
            "draft": lambda: registration.DraftReportSent(**named, sent_on=on, inspection=inspection),
            "reply": lambda: registration.SchoolReplied(**named, replied_on=on, point_count=0, late_days=0),
            "silence": lambda: registration.SilenceTaken(**named, silent_on=on),
            "final": lambda: registration.ReportFinalised(**named, final_on=on, document=""),
        }
        for step in steps:
            self.tell(told[step]())


@functools.cache
def signer() -> Signer:
    """The key of every office of this process."""
    return Signer.generate("kiemdinh/thu/assessment")


@pytest.fixture
def log() -> LogBuilder:
    return LogBuilder()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture(scope="session")
def library():
    return load_library()


@pytest.fixture
def judgement():
    return judged
