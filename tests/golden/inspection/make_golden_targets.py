"""Writes the golden log of targets, with every fact there is about them.

Run once (`python -m tests.golden.inspection.make_golden_targets`); like the first, its files are never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.contracts.calls.year import targets as calls
from shared.contracts.events.assessment import IndicatorJudged, SchoolRegistered
from shared.contracts.events.base import PublicEvent, envelope
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.commune_year import TargetLead
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection import make_golden as first
from tests.golden.inspection.histories import keep

COMMUNE, YEAR = "NL-XA", 2026
LEADER = CallContext(
    actor="0198f2c4-0000-7000-8000-000000000021",
    grants=(Grant(role=Role.COMMUNE_LEADER, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE, schools=(first.SCHOOL,)),),
    correlation="golden",
)
TOLD_FIELDS = ("id", "criterion", "level", "by", "lead", "means", "layer", "met_on", "is_revised", "rulebook")


class Story(first.Story):  # type: ignore[name-defined, misc]  # loaded from its file
    """Tells the story to an application in memory."""

    def tell(self) -> InspectionApplication:
        app: InspectionApplication = self.application
        self._hear_cycle()
        self._hear(SchoolRegistered(school=first.SCHOOL, name="Trường", kind=SchoolKind.PRIMARY, commune=COMMUNE))
        self._judge(Layer.SCHOOL, Result.MET)
        self.clock.move(dt.timedelta(days=5))
        wanted = {"school": first.SCHOOL, "level": 1, "by": dt.date(2026, 12, 31)}
        targets = [
            calls.TargetWanted(**wanted, criterion="1.1", lead=TargetLead.ECONOMIC_OFFICE, means="Sửa hai phòng học"),
            calls.TargetWanted(**wanted, criterion="1.2", layer=Layer.COMMUNE),
            calls.TargetWanted(**wanted, criterion="4.1"),
        ]
        app.set_targets(LEADER, calls.SetTargets(commune=COMMUNE, year=YEAR, targets=targets))
        self.clock.move(dt.timedelta(days=5))
        self._judge(Layer.SCHOOL, Result.NOT_MET)
        of = {"commune": COMMUNE, "year": YEAR, "school": first.SCHOOL}
        later = {"by": dt.date(2027, 3, 31), "lead": TargetLead.CULTURE_OFFICE, "reason": "Công trình chậm ba tháng"}
        app.revise_target(LEADER, calls.ReviseTarget(**of, criterion="1.1", **later))
        self._judge(Layer.SCHOOL, Result.MET)
        app.drop_target(LEADER, calls.DropTarget(**of, criterion="4.1", reason="Trường sáp nhập trong năm"))
        return app

    def _judge(self, layer: Layer, result: Result) -> None:
        place = {"criterion": "1.1", "level": 1, "indicator": "-", "result": result}
        self._hear(IndicatorJudged(school=first.SCHOOL, cycle=first.CYCLE, layer=layer, **place))

    def _hear(self, data: PublicEvent) -> None:
        sequence = self.application.received_position("assessment") + 1
        now = self.clock.now()
        told = {"subject": first.SCHOOL, "occurred": now, "recorded": now, "correlation": "", "cause": ""}
        self.application.receive(envelope(installation="golden", data=data, sequence=sequence, **told))


def told(application: InspectionApplication) -> dict[str, Any]:
    """Return what is told of targets on any day: what must never change."""
    found = application.school_targets(calls.SchoolTargetsRequest(school=first.SCHOOL)).targets
    rows = [{name: getattr(one.target, name) for name in TOLD_FIELDS} for one in found]
    told: dict[str, Any] = msgspec.to_builtins({"targets": rows})
    return told


def main() -> None:
    """Write the story and what it must replay to."""
    application = Story().tell()
    keep("targets", application, told(application))


if __name__ == "__main__":
    main()
