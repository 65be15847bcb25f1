"""An inspection service in memory, and the cycles it heard of."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls import inspection as calls
from shared.contracts.events.assessment import CycleOpened, SchoolRegistered, SelfAssessmentSubmitted
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
TT57 = load_library().get("v2026_tt57/pho_thong")
VISIT_DAY = dt.date(2026, 11, 2)


def acting(*grants: tuple[Role, ScopeKind, str], actor: str = "account-1") -> CallContext:
    made = tuple(
        Grant(
            role=role,
            scope_kind=kind,
            scope=scope,
            schools=("TH-BC",) if (kind, scope) in {(ScopeKind.COMMUNE, "NL01"), (ScopeKind.DEPARTMENT, "")} else (),
        )
        for role, kind, scope in grants
    )
    return CallContext(actor=actor, grants=made, correlation="c-1")


class Team:
    """An application in memory with shorthands for what teams do."""

    officer = acting((Role.COMMUNE_OFFICER, ScopeKind.COMMUNE, "NL01"))
    inspector = acting((Role.INSPECTOR, ScopeKind.COMMUNE, "NL01"))
    evaluator = acting((Role.EXTERNAL_EVALUATOR, ScopeKind.DEPARTMENT, ""))
    department = acting((Role.DEPARTMENT_OFFICER, ScopeKind.DEPARTMENT, ""))
    head = acting((Role.HEAD, ScopeKind.SCHOOL, "TH-BC"))

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        made = InspectionApplication(
            StoreSettings("sqlite://"), self.clock, installation="thu", views_url="sqlite://", library=load_library()
        )
        self.application = closed_later(made)
        self.keys = TT57.keys

    def hear(self, data, sequence=None):
        """Hear the next event of its source, or one of a sequence of its own."""
        sequence = sequence or self.application.received_position(data.SERVICE) + 1
        event = envelope(
            installation="thu",
            data=data,
            sequence=sequence,
            subject="school/TH-BC",
            occurred=NOW,
            recorded=NOW,
            correlation="",
            cause="",
        )
        self.application.receive(event)
        return event

    def hear_school(self, school="TH-BC", commune="NL01"):
        return self.hear(SchoolRegistered(school=school, name="Trường", kind=SchoolKind.PRIMARY, commune=commune))

    def hear_submitted(self, on=dt.date(2026, 10, 1), cycle="2026-2027", school="TH-BC"):
        return self.hear(SelfAssessmentSubmitted(school=school, cycle=cycle, submitted_on=on))

    def hear_cycle(self, sequence=None, rulebook=TT57, school="TH-BC", opened_on=dt.date(2026, 9, 25), cycle="2026-2027"):
        opened = CycleOpened(
            school=school,
            cycle=cycle,
            year=cycle.partition(".")[0],
            rulebook=rulebook.id,
            digest=rulebook.digest,
            opened_on=opened_on,
        )
        return self.hear(opened, sequence)

    def plan(self, layer="commune", who=None, on=VISIT_DAY, title="Kiểm tra kỹ thuật", school="TH-BC", **more):
        default = self.officer if layer == "commune" else self.department
        request = calls.PlanInspection(
            school=school, cycle=more.pop("cycle", "2026-2027"), layer=Layer(layer), on=on, title=title, **more
        )
        return self.application.plan(who or default, request)

    def find(self, visit, results, who=None, on=VISIT_DAY, school="TH-BC", **more):
        default = self.inspector if visit.layer is Layer.COMMUNE else self.evaluator
        findings = [
            calls.Finding(criterion=key[0], level=key[1], indicator=key[2], result=Result(result), **more)
            for key, result in results.items()
        ]
        request = calls.RecordFindings(school=school, inspection=visit.inspection, findings=findings, on=on)
        return self.application.record_findings(who or default, request)

    def conclude(self, visit, who=None, on=VISIT_DAY, school="TH-BC", summary="Đã kiểm tra tại trường."):
        default = self.inspector if visit.layer is Layer.COMMUNE else self.evaluator
        request = calls.ConcludeInspection(school=school, inspection=visit.inspection, summary=summary, on=on)
        return self.application.conclude(who or default, request)

    def reschedule(self, visit, on, who=None, reason="Mưa lũ"):
        default = self.officer if visit.layer is Layer.COMMUNE else self.department
        request = calls.RescheduleInspection(school="TH-BC", inspection=visit.inspection, on=on, reason=reason)
        return self.application.reschedule(who or default, request)

    def answer(self, visit, key, text="Đã bổ sung sổ.", documents=(), who=None, school="TH-BC"):
        request = calls.AnswerFinding(
            school=school,
            inspection=visit.inspection,
            criterion=key[0],
            level=key[1],
            indicator=key[2],
            text=text,
            documents=list(documents),
        )
        return self.application.answer_finding(who or self.head, request)


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def grants():
    return acting
