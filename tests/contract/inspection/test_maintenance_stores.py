"""Yearly checks and known awards on every store: a restart and a rebuild forget nothing, two at once lose nothing."""

from __future__ import annotations

import datetime as dt
import threading

from services.inspection import views
from services.inspection.application import InspectionApplication
from shared.contracts.calls import maintenance as calls
from shared.contracts.events import assessment as told
from shared.contracts.events.base import PublicEvent, envelope
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.inspection import MaintenanceResult
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
OFFICER = CallContext(actor="account-1", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.INSTALLATION),))
GRANTED = told.RecognitionGranted(
    school="TH-BC",
    school_name="Trường",
    number="118/QĐ",
    degree=1,
    certificate_degree=0,
    decided_on=dt.date(2025, 6, 30),
    expires_on=dt.date(2030, 6, 30),
    rulebook="v2018_tt22/tieu_hoc",
    digest="0" * 64,
)


def hear(application: InspectionApplication, data: PublicEvent) -> None:
    application.receive(
        envelope(
            installation="thu",
            data=data,
            sequence=application.received_position("assessment") + 1,
            subject="school/TH-BC",
            occurred=NOW,
            recorded=NOW,
            correlation="",
            cause="",
        )
    )


def check(application: InspectionApplication, year: str, result: str) -> calls.MaintenanceCheckView:
    request = calls.CheckMaintenance(school="TH-BC", year=year, result=MaintenanceResult(result))
    return application.check_maintenance(OFFICER, request)


def checks(application: InspectionApplication) -> list[calls.MaintenanceCheckView]:
    return application.maintenance(calls.MaintenanceRequest(school="TH-BC")).checks


def test_a_restart_and_a_rebuild_forget_no_check_and_know_the_award(start):
    first = start()
    hear(first, GRANTED)
    corrected = {"school": "TH-BC", "number": "118/QĐ", "old": "2030-06-30", "corrected_on": dt.date(2026, 1, 1)}
    hear(first, told.RecognitionCorrected(what="expires_on", new="2031-06-30", **corrected))
    hear(first, told.RemedyRequested(school="TH-BC", number="118/QĐ", requested_on=NOW.date(), until=dt.date(2027, 5, 1)))
    made = [check(first, "2026-2027", "nguy_co"), check(first, "2025-2026", "duy_tri")]
    second = start()
    assert checks(second) == made
    with second.views.reading() as conn:
        (award,) = views.awards(conn, "TH-BC")
    assert (award.expires_on, award.remedy_until) == (dt.date(2031, 6, 30), dt.date(2027, 5, 1))
    second.views.rebuild()
    assert checks(second) == made


def test_two_officers_at_once_record_both_checks(start):
    here, there = start(), start()
    hear(here, GRANTED)
    barrier = threading.Barrier(2)

    def work(application: InspectionApplication, year: str) -> None:
        barrier.wait()
        check(application, year, "duy_tri")

    threads = [threading.Thread(target=work, args=pair) for pair in ((here, "2025-2026"), (there, "2026-2027"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.year for one in checks(here)] == ["2026-2027", "2025-2026"]
    assert sorted(one.position for one in checks(there)) == [1, 2]
