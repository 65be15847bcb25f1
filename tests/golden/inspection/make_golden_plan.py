"""Writes the golden log of a commune's plan as the first version that had them stored them.

Run once (`python -m tests.golden.inspection.make_golden_plan`); the files are committed and never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls.year import plan as calls
from shared.contracts.events import assessment as told_by_assessment
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import PlanKind, TargetLead
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection.histories import keep

COMMUNE, YEAR = "NL01", 2026
OFFICER = CallContext(
    actor="0198f2c4-0000-7000-8000-000000000001",
    grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope=COMMUNE),),
    correlation="golden",
)
RULEBOOK = load_library().get("v2018/tieu_hoc")


def tell() -> InspectionApplication:
    """Let a plan of three schools be drafted, listed, issued with one school left out, adjusted and issued again."""
    clock = FixedClock(dt.datetime(2026, 2, 5, 3, tzinfo=dt.UTC))
    application = InspectionApplication(
        StoreSettings("sqlite://"), clock, installation="golden", views_url="sqlite://", library=load_library()
    )
    hear(application, clock.now())
    plan = {"commune": COMMUNE, "year": YEAR}
    words = calls.DraftPlan(
        **plan,
        bases=["Căn cứ Kế hoạch số 315/KH-UBND"],
        aims="Xác định đúng mức chất lượng.",
        goals="Bảo đảm điều kiện.",
        sections=[calls.PlanSectionText(heading="Mục đích, yêu cầu", items=["Yêu cầu\nTrung thực."])],
    )
    application.draft_plan(OFFICER, words)
    new = calls.SetPlanEntry(**plan, school="TH-A", kind=PlanKind.RECOGNISE_NEW, target_level=2, target_degree=1)
    application.set_plan_entry(OFFICER, new)
    kept = calls.SetPlanEntry(
        **plan,
        school="TH-B",
        kind=PlanKind.RECOGNISE_NEW,
        target_degree=1,
        register_by=dt.date(2026, 6, 20),
        evaluate_by=dt.date(2026, 9, 30),
        responsible="Nhà trường; Phòng VH-XH",
        lead=TargetLead.CULTURE_OFFICE,
        override="Bằng cũ thất lạc, lập hồ sơ mới",
    )
    application.set_plan_entry(OFFICER, kept)
    issue = calls.IssuePlan(
        **plan, number="08/KH-UBND", leave_out="Trường mới lập, chưa đủ khóa học", signer_office="Phó Chủ tịch"
    )
    application.issue_plan(OFFICER, issue)
    clock.move(dt.timedelta(days=160))
    application.adjust_plan(OFFICER, calls.AdjustPlan(**plan, reason="Thông tư 57/2026 có hiệu lực"))
    application.drop_plan_entry(OFFICER, calls.DropPlanEntry(**plan, school="TH-A", reason="Chuyển sang kế hoạch năm sau"))
    application.issue_plan(OFFICER, msgspec.structs.replace(issue, number="60/KH-UBND", signer_office=""))
    return application


def hear(application: InspectionApplication, now: dt.datetime) -> None:
    """Let the service hear of the schools and of what one of them holds."""
    schools = [
        told_by_assessment.SchoolRegistered(school=code, name=f"Trường {code}", kind=SchoolKind.PRIMARY, commune=COMMUNE)
        for code in ("TH-A", "TH-B", "TH-C")
    ]
    award = told_by_assessment.RecognitionGranted(
        school="TH-B",
        school_name="Trường TH-B",
        number="118/QĐ-UBND",
        degree=1,
        certificate_degree=0,
        decided_on=dt.date(2021, 11, 20),
        expires_on=dt.date(2026, 11, 20),
        rulebook=RULEBOOK.id,
        digest=RULEBOOK.digest,
    )
    for number, data in enumerate([*schools, award], start=1):
        application.receive(
            envelope(
                installation="golden",
                data=data,
                sequence=number,
                subject=f"school/{data.school}",
                occurred=now,
                recorded=now,
                correlation="",
                cause="",
            )
        )


def told(application: InspectionApplication) -> Any:
    """Return what is told of the plan."""
    asked = calls.YearPlanRequest(commune=COMMUNE, year=YEAR)
    return msgspec.to_builtins(application.commune_plan(asked))


def main() -> None:
    """Write the story and what it must replay to."""
    application = tell()
    keep("plan", application, told(application))


if __name__ == "__main__":
    main()
