"""Writes the golden history of a visit whose day was moved and whose finding was answered.

Run once, when these facts had no golden row. Never run it to make a test pass: what is stored stays readable for ever.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.contracts.calls import inspection as calls
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection import make_golden as first
from tests.golden.inspection.histories import keep

HEAD = CallContext(
    actor="0198f2c4-0000-7000-8000-000000000009",
    grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=first.SCHOOL),),
    correlation="golden",
)
TOLD_FIELDS = ("inspection", "on", "moved_because", "concluded", "summary")


class Story(first.Story):
    """Tells the story to an application in memory."""

    def tell(self) -> InspectionApplication:
        self._hear_cycle()
        visit = self._plan(first.COMMUNE, Layer.COMMUNE, dt.date(2026, 10, 20), "Kiểm tra kỹ thuật", [])
        named = {"school": first.SCHOOL, "inspection": visit.inspection}
        moved = calls.RescheduleInspection(**named, on=dt.date(2026, 10, 22), reason="Mưa lũ")
        self.application.reschedule(first.COMMUNE, moved)
        self.clock.move(dt.timedelta(days=40))
        day = dt.date(2026, 10, 22)
        self._find(first.INSPECTOR, visit, day, ("1.1", 1, "-"), Result.NOT_MET, "Thiếu sổ", dt.date(2027, 1, 15))
        self._conclude(first.INSPECTOR, visit, day, "Đã kiểm tra.")
        answer = calls.AnswerFinding(**named, criterion="1.1", level=1, indicator="-", text="Đã lập sổ")
        self.application.answer_finding(HEAD, answer)
        return self.application


def told(application: InspectionApplication) -> list[dict[str, Any]]:
    """Return what is told of the visit and of what was answered: what must never change."""
    found = application.inspections(first.COMMUNE, calls.InspectionsRequest(school=first.SCHOOL)).inspections
    answers = [msgspec.to_builtins(answer) for view in found for one in view.findings for answer in one.answers]
    return [{name: one[name] for name in TOLD_FIELDS} | {"answers": answers} for one in map(msgspec.to_builtins, found)]


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    keep("answers", application, told(application))


if __name__ == "__main__":
    main()
