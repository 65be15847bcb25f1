"""Writes the golden log of visits as the first version stored them: with what later versions no longer let anybody store.

Run once (`python -m tests.golden.inspection.make_golden`); the files are committed and never rewritten, for they stand for
the logs that are out there.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls import inspection as calls
from shared.contracts.events.assessment import CycleOpened
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection.histories import keep

SCHOOL = "TH-BC"
CYCLE = "2026-2027"
OPENED = dt.date(2026, 9, 25)
TOLD_FIELDS = ("inspection", "school", "cycle", "layer", "on", "title", "concluded", "summary", "position")
FINDING_FIELDS = ("criterion", "level", "indicator", "result", "note", "recorded_on", "position", "answer_by")


def officer(role: Role, number: int) -> CallContext:
    return CallContext(
        actor=f"0198f2c4-0000-7000-8000-00000000000{number}",
        grants=(Grant(role=role, scope_kind=ScopeKind.DEPARTMENT),),
        correlation="golden",
    )


COMMUNE, INSPECTOR = officer(Role.COMMUNE_OFFICER, 1), officer(Role.INSPECTOR, 2)
DEPARTMENT, EVALUATOR = officer(Role.DEPARTMENT_OFFICER, 3), officer(Role.EXTERNAL_EVALUATOR, 4)


class Story:
    """Tells the story to an application in memory."""

    def __init__(self) -> None:
        self.clock = FixedClock(dt.datetime(2026, 9, 25, 3, tzinfo=dt.UTC))
        self.application = InspectionApplication(
            StoreSettings("sqlite://"), self.clock, installation="golden", views_url="sqlite://", library=load_library()
        )

    def tell(self) -> InspectionApplication:
        self._hear_cycle()
        first = self._plan(COMMUNE, Layer.COMMUNE, dt.date(2026, 10, 20), "Kiểm tra kỹ thuật", ["ai cũng được"])
        second = self._plan(COMMUNE, Layer.COMMUNE, dt.date(2028, 1, 5), "Kiểm tra bổ sung", [])
        evaluation = self._plan(DEPARTMENT, Layer.DEPARTMENT, dt.date(2026, 11, 10), "Đánh giá ngoài", [])
        self.clock.move(dt.timedelta(days=50))
        early, later = dt.date(2026, 10, 1), dt.date(2026, 10, 21)
        self._find(INSPECTOR, first, early, ("1.1", 1, "-"), Result.NOT_MET, "Thiếu sổ", dt.date(2026, 10, 2))
        self._find(INSPECTOR, first, later, ("1.1", 1, "-"), Result.NOT_MET, "Thiếu hai sổ", dt.date(2027, 1, 15))
        self._find(INSPECTOR, first, later, ("1.2", 1, "-"), Result.MET, "", None)
        self._find(INSPECTOR, second, early, ("1.3", 2, "-"), Result.NOT_ASSESSED, "Chưa xem", None)
        self._conclude(INSPECTOR, first, early, "Đã kiểm tra.")
        self._find(EVALUATOR, evaluation, later, ("1.1", 1, "-"), Result.MET, "", None)
        self._conclude(EVALUATOR, evaluation, later, "")
        return self.application

    def _hear_cycle(self) -> None:
        hear_cycle(self.application, self.clock.now())

    def _plan(self, who: CallContext, layer: Layer, on: dt.date, title: str, members: list[str]) -> calls.InspectionView:
        request = calls.PlanInspection(school=SCHOOL, cycle=CYCLE, layer=layer, on=on, title=title, members=members)
        return self.application.plan(who, request)

    def _find(
        self,
        who: CallContext,
        visit: calls.InspectionView,
        on: dt.date,
        key: tuple[str, int, str],
        result: Result,
        note: str,
        answer_by: dt.date | None,
    ) -> None:
        code, level, letter = key
        finding = calls.Finding(criterion=code, level=level, indicator=letter, result=result, note=note, answer_by=answer_by)
        request = calls.RecordFindings(school=SCHOOL, inspection=visit.inspection, findings=[finding], on=on)
        self.application.record_findings(who, request)

    def _conclude(self, who: CallContext, visit: calls.InspectionView, on: dt.date, summary: str) -> None:
        request = calls.ConcludeInspection(school=SCHOOL, inspection=visit.inspection, summary=summary, on=on)
        self.application.conclude(who, request)


def hear_cycle(application: InspectionApplication, now: dt.datetime) -> None:
    """Tell the service of the cycle under which the story plays."""
    rulebook = load_library().get("v2026_tt57/pho_thong")
    opened = CycleOpened(
        school=SCHOOL, cycle=CYCLE, year=CYCLE, rulebook=rulebook.id, digest=rulebook.digest, opened_on=OPENED
    )
    application.receive(
        envelope(
            installation="golden",
            data=opened,
            sequence=1,
            subject=f"school/{SCHOOL}",
            occurred=now,
            recorded=now,
            correlation="",
            cause="",
        )
    )


def told(application: InspectionApplication) -> list[dict[str, Any]]:
    """Return what the first version told of visits: what must never change."""
    told = []
    for view in application.inspections(COMMUNE, calls.InspectionsRequest(school=SCHOOL)).inspections:
        found: dict[str, Any] = msgspec.to_builtins(view)
        findings = [{name: one[name] for name in FINDING_FIELDS} for one in found["findings"]]
        told.append({name: found[name] for name in TOLD_FIELDS} | {"findings": findings})
    return told


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    keep("", application, told(application))


if __name__ == "__main__":
    main()
