"""Writes the golden log of yearly checks as the first version that had them stored them.

Run once (`python -m tests.golden.inspection.make_golden_maintenance`); the files are committed and never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls.maintenance import CheckMaintenance, MaintenanceRequest
from shared.contracts.events.assessment import RecognitionGranted
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection.histories import keep

SCHOOL = "TH-BC"
OFFICER = CallContext(
    actor="0198f2c4-0000-7000-8000-000000000001",
    grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.DEPARTMENT),),
    correlation="golden",
)


def tell() -> InspectionApplication:
    """Let a recognised school be checked in two years, in one of them twice."""
    clock = FixedClock(dt.datetime(2027, 5, 20, 3, tzinfo=dt.UTC))
    application = InspectionApplication(
        StoreSettings("sqlite://"), clock, installation="golden", views_url="sqlite://", library=load_library()
    )
    _hear_recognition(application, clock.now())
    for year, result, note, on in (
        ("2025-2026", MaintenanceResult.KEPT, "", dt.date(2026, 5, 20)),
        ("2026-2027", MaintenanceResult.NOT_KEPT, "Thiếu hai phòng học", dt.date(2027, 3, 10)),
        ("2026-2027", MaintenanceResult.AT_RISK, "Đã có một phòng", dt.date(2027, 5, 20)),
    ):
        request = CheckMaintenance(school=SCHOOL, year=year, result=result, note=note, on=on)
        application.check_maintenance(OFFICER, request)
    return application


def _hear_recognition(application: InspectionApplication, now: dt.datetime) -> None:
    granted = RecognitionGranted(
        school=SCHOOL,
        school_name="Trường Tiểu học Bản Chuông",
        number="118/QĐ-SGDĐT",
        degree=1,
        certificate_degree=0,
        decided_on=dt.date(2025, 6, 30),
        expires_on=dt.date(2030, 6, 30),
        rulebook="v2018_tt22/tieu_hoc",
        digest="0" * 64,
    )
    application.receive(
        envelope(
            installation="golden",
            data=granted,
            sequence=1,
            subject=f"school/{SCHOOL}",
            occurred=now,
            recorded=now,
            correlation="",
            cause="",
        )
    )


def told(application: InspectionApplication) -> Any:
    """Return what is told of the school's checks."""
    return msgspec.to_builtins(application.maintenance(MaintenanceRequest(school=SCHOOL)))


def main() -> None:
    """Write the story and what it must replay to."""
    application = tell()
    keep("maintenance", application, told(application))


if __name__ == "__main__":
    main()
