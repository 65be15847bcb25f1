"""A commune of two schools with its economic office, and what they say about needs in short."""

from __future__ import annotations

import datetime as dt

from services.inspection.application import InspectionApplication
from shared.clock import FixedClock
from shared.contracts.calls.year import need_views as views
from shared.contracts.calls.year import needs as calls
from shared.contracts.events.assessment import CommuneRegistered, SchoolRegistered
from shared.contracts.events.base import PublicEvent, envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import Appraisal, FundingSource
from shared.vocabulary.roles import Role, ScopeKind
from tests.opened import closed_later

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
SCHOOLS = ("TH-A", "TH-B")
MILLION = 1_000_000


def somebody(role: Role, commune: str = "NL", schools: tuple[str, ...] = SCHOOLS) -> CallContext:
    grant = Grant(role=role, scope_kind=ScopeKind.COMMUNE, scope=commune, schools=schools)
    return CallContext(actor=f"account-{role}", grants=(grant,), correlation="c-1")


def of_school(role: Role, school: str) -> CallContext:
    return CallContext(
        actor=f"account-{school}", grants=(Grant(role=role, scope_kind=ScopeKind.SCHOOL, scope=school),), correlation="c-1"
    )


HEAD, OTHER_HEAD = of_school(Role.HEAD, "TH-A"), of_school(Role.HEAD, "TH-B")
ECONOMIC, OFFICER = somebody(Role.ECONOMIC_OFFICE), somebody(Role.COMMUNE_OFFICER)
LEADER = somebody(Role.COMMUNE_LEADER)
ELSEWHERE = somebody(Role.ECONOMIC_OFFICE, "XX", ())


class Village:
    """An inspection service in memory that heard of a commune's schools."""

    def __init__(self, store: str = "sqlite://", views_url: str = "sqlite://", schools: tuple[str, ...] = SCHOOLS) -> None:
        made = InspectionApplication(
            StoreSettings(store), FixedClock(NOW), installation="thu", views_url=views_url, library=load_library()
        )
        self.application = closed_later(made)
        self.hear(CommuneRegistered(commune="NL", name="Xã Nậm Lam"))
        for school in schools:
            self.hear(SchoolRegistered(school=school, name=f"Trường {school}", kind=SchoolKind.PRIMARY, commune="NL"))

    def hear(self, data: PublicEvent) -> None:
        self.application.receive(
            envelope(
                installation="thu",
                data=data,
                sequence=self.application.received_position(data.SERVICE) + 1,
                subject="school/TH-A",
                occurred=NOW,
                recorded=NOW,
                correlation="",
                cause="",
            )
        )

    def raised(self, item: str = "Phòng học", who: CallContext = HEAD, school: str = "TH-A", year: int = 2026, **more):
        """Raise a need and return its id."""
        told = {"quantity": 2, "cost_vnd": 900 * MILLION, "criterion": "3.2", **more}
        return self.application.raise_need(who, calls.RaiseNeed(school=school, item=item, year=year, **told)).id

    def appraise(self, need: str, verdict: str = "co_so", who: CallContext = ECONOMIC, **more) -> views.NeedRecorded:
        request = calls.AppraiseNeed(need=need, verdict=Appraisal(verdict), **more)
        return self.application.appraise_need(who, request)

    def fund(self, need: str, amount: int, source: str = "ns_xa", year: int = 2026, who: CallContext = ECONOMIC, **more):
        request = calls.FundNeed(need=need, source=FundingSource(source), money_year=year, amount_vnd=amount, **more)
        return self.application.fund_need(who, request)

    def check(self, need: str, progress: int, who: CallContext = ECONOMIC, **more) -> views.NeedRecorded:
        return self.application.check_work(who, calls.CheckWork(need=need, progress_percent=progress, **more))

    def one(self, need: str, who: CallContext = OFFICER) -> views.NeedView:
        return self.application.need(who, calls.NeedRequest(need=need))

    def listed(self, who: CallContext = OFFICER, **narrowed) -> views.NeedsAnswer:
        return self.application.needs(who, views.NeedsRequest(**narrowed))

    def sums(self, who: CallContext = OFFICER, **narrowed) -> views.NeedSumsAnswer:
        return self.application.need_sums(who, views.NeedSumsRequest(**narrowed))

    def founded(self, **more) -> str:
        """Raise a need and find it founded."""
        need = self.raised(**more)
        self.appraise(need)
        return need
