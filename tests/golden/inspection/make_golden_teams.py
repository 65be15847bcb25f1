"""Writes the golden log of a team: planned ahead, set up, judged on two devices, agreed with dissent, held, concluded.

Run once (`python -m tests.golden.inspection.make_golden_teams`); the files are committed and never rewritten, for they stand
for the logs that are out there.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls import inspection as calls
from shared.contracts.calls import teams
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import TeamRole, VisitConclusion, VisitKind
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection.histories import keep
from tests.golden.inspection.make_golden import SCHOOL, hear_cycle

HOA, LAN, MINH, OFFICER = (f"0198f2c4-0000-7000-8000-00000000001{number}" for number in range(4))
DAY = dt.date(2026, 11, 5)
NINE = dt.datetime(2026, 11, 5, 2, tzinfo=dt.UTC)


def acting(person: str, role: Role = Role.INSPECTOR) -> CallContext:
    grant = Grant(role=role, scope_kind=ScopeKind.DEPARTMENT)
    return CallContext(actor=person, grants=(grant,), correlation="golden")


PLANNER = acting(OFFICER, Role.COMMUNE_OFFICER)


class Story:
    """Tells the story to an application in memory."""

    def __init__(self) -> None:
        self.clock = FixedClock(dt.datetime(2026, 9, 20, 3, tzinfo=dt.UTC))
        self.application = InspectionApplication(
            StoreSettings("sqlite://"), self.clock, installation="golden", views_url="sqlite://", library=load_library()
        )

    def tell(self) -> InspectionApplication:
        app = self.application
        wanted = teams.ProgrammeVisit(school=SCHOOL, on=DAY, kind=VisitKind.SUPERVISION, sites=["Điểm chính", "Nà Hin"])
        programme = teams.PlanProgramme(layer=Layer.COMMUNE, visits=[wanted], title="Kiểm tra năm học")
        (visit,) = app.plan_programme(PLANNER, programme).visits
        self.named: dict[str, Any] = {"school": SCHOOL, "inspection": visit.inspection}
        self.clock.move(dt.timedelta(days=50))
        hear_cycle(app, self.clock.now())
        self._set_up()
        self._judge(LAN, Result.MET, NINE, note="Đủ sổ")
        self._judge(LAN, Result.NOT_MET, NINE + dt.timedelta(hours=1), note="Thiếu sổ năm trước")
        self._judge(HOA, Result.MET, NINE)
        agreement = teams.Agreement(criterion="1.1", level=1, indicator="-", result=Result.MET, note="Sổ đã bổ sung")
        app.agree_findings(
            acting(HOA), teams.AgreeFindings(**self.named, agreements=[agreement], reason="Anh Minh ốm", on=DAY)
        )
        people = [teams.Participant(person=MINH, office="Hiệu trưởng")]
        app.hold_visit(
            acting(HOA), teams.HoldVisit(**self.named, held_on=[DAY], participants=people, school_opinion="Nhất trí")
        )
        conclude = calls.ConcludeInspection(
            **self.named, summary="Đã kiểm tra.", conclusion=VisitConclusion.READY_AFTER_REMEDY, on=DAY
        )
        app.conclude(acting(HOA), conclude)
        return app

    def _set_up(self) -> None:
        members = [
            teams.TeamMemberById(person=HOA, role=TeamRole.HEAD, criteria=["1.1"], worked_here=False, source="Lý lịch"),
            teams.TeamMemberById(person=LAN, role=TeamRole.SECRETARY, years_in_sector=12, trained=True),
            teams.TeamMemberById(person=MINH, role=TeamRole.MEMBER, criteria=["1.1", "1.2"]),
        ]
        request = teams.SetUpTeam(**self.named, decision="12/QĐ-UBND", decided_on=dt.date(2026, 10, 20), members=members)
        self.application.set_up_team(PLANNER, request)

    def _judge(self, person: str, result: Result, at: dt.datetime, note: str = "") -> None:
        opinion = teams.Opinion(criterion="1.1", level=1, indicator="-", result=result, note=note, seen=0, judged_at=at)
        self.application.record_opinions(acting(person), teams.RecordOpinions(**self.named, opinions=[opinion]))


def told(application: InspectionApplication) -> list[dict[str, Any]]:
    """Return what is told of the visits: what must never change, but for what is told beside it."""
    found = application.inspections(PLANNER, calls.InspectionsRequest(school=SCHOOL)).inspections
    kept = ("inspection", "cycle", "kind", "sites", "team", "opinions", "findings", "minutes", "conclusion", "members")
    return [{name: one[name] for name in kept} for one in map(msgspec.to_builtins, found)]


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    keep("teams", application, told(application))


if __name__ == "__main__":
    main()
