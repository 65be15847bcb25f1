"""Writes the golden log of needs as the first version that had them stored them.

Run once (`python -m tests.golden.inspection.make_golden_needs`); the files are committed and never rewritten.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls.year import needs as calls
from shared.contracts.calls.year.need_views import NeedsRequest
from shared.contracts.events.assessment import SchoolRegistered
from shared.contracts.events.base import PublicEvent, envelope
from shared.contracts.events.evidence import DocumentReceived
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import Appraisal, FundingSource
from shared.vocabulary.ids import CommuneCode, CriterionCode, DocumentId, NeedId, SchoolCode
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection.histories import keep

SCHOOL, COMMUNE = SchoolCode("TH-BC"), CommuneCode("NL")
PHOTO = DocumentId("5c0c4f0e-6d7d-5f4e-8f43-0d8f2f4f9a11")


def _person(role: Role, number: int, kind: ScopeKind, scope: str) -> CallContext:
    return CallContext(
        actor=f"0198f2c4-0000-7000-8000-00000000000{number}",
        grants=(Grant(role=role, scope_kind=kind, scope=scope, schools=(SCHOOL,)),),
        correlation="golden",
    )


HEAD = _person(Role.HEAD, 1, ScopeKind.SCHOOL, SCHOOL)
ECONOMIC = _person(Role.ECONOMIC_OFFICE, 2, ScopeKind.COMMUNE, COMMUNE)


def tell() -> InspectionApplication:
    """Let one need go its whole way, one be changed after it was refused, and one be withdrawn."""
    clock = FixedClock(dt.datetime(2026, 3, 31, 3, tzinfo=dt.UTC))
    application = InspectionApplication(
        StoreSettings("sqlite://"), clock, installation="golden", views_url="sqlite://", library=load_library()
    )
    _hear(application, SchoolRegistered(school=SCHOOL, name="Trường", kind=SchoolKind.PRIMARY, commune=COMMUNE))
    _hear(
        application,
        DocumentReceived(document=PHOTO, school=SCHOOL, sha256="0" * 64, size_bytes=1, media_type="image/jpeg"),
    )
    _build(application, _raise(application, "Xây 02 phòng học", 1_850_000_000), clock)
    _change(application, _raise(application, "Đồ chơi ngoài trời", None))
    gone = calls.WithdrawNeed(need=_raise(application, "Mái che sân chơi", 240_000_000), reason="Đã có người tặng")
    application.withdraw_need(HEAD, gone)
    return application


def _hear(application: InspectionApplication, data: PublicEvent) -> None:
    now = application.clock.now()
    application.receive(
        envelope(
            installation="golden",
            data=data,
            sequence=application.received_position(data.SERVICE) + 1,
            subject=f"school/{SCHOOL}",
            occurred=now,
            recorded=now,
            correlation="",
            cause="",
        )
    )


def _raise(application: InspectionApplication, item: str, cost: int | None) -> NeedId:
    request = calls.RaiseNeed(
        school=SCHOOL,
        year=2026,
        item=item,
        quantity=2,
        unit="phòng",
        cost_vnd=cost,
        criterion=CriterionCode("3.2"),
        site="Điểm trường Bản Lầu",
        reason="Học hai ca",
    )
    return application.raise_need(HEAD, request).id


def _build(application: InspectionApplication, need: NeedId, clock: FixedClock) -> None:
    appraised = calls.AppraiseNeed(need=need, verdict=Appraisal.ADJUSTED, cost_vnd=1_800_000_000, reason="Theo đơn giá tỉnh")
    application.appraise_need(ECONOMIC, appraised)
    for source, amount in ((FundingSource.NEW_RURAL_AREAS, 900_000_000), (FundingSource.COMMUNE_BUDGET, 950_000_000)):
        funded = calls.FundNeed(
            need=need,
            source=source,
            money_year=2026,
            amount_vnd=amount,
            decision="45/QĐ-UBND",
            reason="Giá vật liệu tăng",
        )
        application.fund_need(ECONOMIC, funded)
    clock.move(dt.timedelta(days=120))
    application.start_work(ECONOMIC, calls.StartWork(need=need, on=dt.date(2026, 5, 4)))
    looked = {"quality": "Móng đạt", "problem": "Mưa, đường trơn", "photos": [PHOTO]}
    application.check_work(ECONOMIC, calls.CheckWork(need=need, progress_percent=40, on=dt.date(2026, 6, 1), **looked))
    application.photograph_work(HEAD, calls.PhotographWork(need=need, photos=[PHOTO], note="Đổ mái"))
    application.hand_over_need(ECONOMIC, calls.HandOverNeed(need=need, remaining="Sơn cửa"))


def _change(application: InspectionApplication, need: NeedId) -> None:
    refused = calls.AppraiseNeed(need=need, verdict=Appraisal.REFUSED, reason="Không thuộc danh mục")
    application.appraise_need(ECONOMIC, refused)
    changed = calls.ChangeNeed(need=need, year=2027, item="Đồ chơi ngoài trời", quantity=1, cost_vnd=96_000_000)
    application.change_need(HEAD, changed)


def told(application: InspectionApplication) -> Any:
    """Return what is told of the school's needs, each with its history."""
    listed = application.needs(ECONOMIC, NeedsRequest(commune=COMMUNE)).needs
    by_id = sorted(one.id for one in listed)
    return [msgspec.to_builtins(application.need(ECONOMIC, calls.NeedRequest(need=need))) for need in by_id]


def main() -> None:
    """Write the story and what it must replay to."""
    application = tell()
    keep("needs", application, told(application))


if __name__ == "__main__":
    main()
