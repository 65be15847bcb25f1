"""Needs and money on every store: two at once lose nothing, a rebuild forgets nothing, sums agree both ways."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections import Counter

from services.inspection.application import InspectionApplication
from services.inspection.errors_year import FundingTooHigh, NeedMoved
from shared.contracts.calls.year import need_views as views
from shared.contracts.calls.year import needs as calls
from shared.contracts.events.assessment import SchoolRegistered
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import Appraisal, FundingSource
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
SCHOOLS = ("TH-A", "TH-B", "TH-C")
MILLION = 1_000_000


def somebody(role: Role) -> CallContext:
    return CallContext(actor=f"account-{role}", grants=(Grant(role=role, scope_kind=ScopeKind.INSTALLATION),))


HEAD, ECONOMIC = somebody(Role.HEAD), somebody(Role.ECONOMIC_OFFICE)


def begun(start) -> InspectionApplication:
    """Start the service, which hears of the schools."""
    application = start()
    for sequence, school in enumerate(SCHOOLS, start=1):
        data = SchoolRegistered(school=school, name=school, kind=SchoolKind.PRIMARY, commune="NL")
        application.receive(
            envelope(
                installation="thu",
                data=data,
                sequence=sequence,
                subject=f"school/{school}",
                occurred=NOW,
                recorded=NOW,
                correlation="",
                cause="",
            )
        )
    return application


def founded(application: InspectionApplication, item: str, school: str = "TH-A", cost: int = 900 * MILLION) -> str:
    raised = calls.RaiseNeed(school=school, year=2026, item=item, quantity=1, cost_vnd=cost)
    need = application.raise_need(HEAD, raised).id
    application.appraise_need(ECONOMIC, calls.AppraiseNeed(need=need, verdict=Appraisal.FOUNDED))
    return str(need)


def fund(application: InspectionApplication, need: str, source: str, year: int, amount: int, **more) -> None:
    named = {"source": FundingSource(source), "money_year": year, "amount_vnd": amount}
    application.fund_need(ECONOMIC, calls.FundNeed(need=need, **named, **more))


def at_once(*acts) -> list[Exception]:
    """Do things at the same moment; return what was refused."""
    barrier, refused = threading.Barrier(len(acts)), list[Exception]()

    def work(act) -> None:
        barrier.wait()
        try:
            act()
        except (FundingTooHigh, NeedMoved) as error:
            refused.append(error)

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_two_who_fund_the_same_need_at_once_never_exceed_its_cost(start):
    here, there = begun(start), start()
    need = founded(here, "Phòng học")
    refused = at_once(
        lambda: fund(here, need, "ns_xa", 2026, 600 * MILLION), lambda: fund(there, need, "xhh", 2026, 600 * MILLION)
    )
    assert [type(error) for error in refused] == [FundingTooHigh]
    seen = here.need(ECONOMIC, calls.NeedRequest(need=need))
    assert (seen.funded_vnd, seen.version) == (600 * MILLION, 3)


def test_of_two_who_saw_the_same_need_one_overwrites_nothing(start):
    here, there = begun(start), start()
    need = founded(here, "Phòng học")
    refused = at_once(
        lambda: fund(here, need, "ns_xa", 2026, 5 * MILLION, seen=2),
        lambda: fund(there, need, "ns_xa", 2026, 7 * MILLION, seen=2),
    )
    assert [type(error) for error in refused] == [NeedMoved]


def test_sums_agree_in_random_years_and_after_a_rebuild(start):
    application, chance = begun(start), random.Random(24)
    money: dict[tuple[str, str, str, int], int] = {}
    for number in range(25):
        school = chance.choice(SCHOOLS)
        need = founded(application, f"Hạng mục {number}", school, cost=10**12)
        for _ in range(chance.randint(0, 4)):
            key = (need, school, chance.choice(list(FundingSource)).value, chance.randint(2026, 2028))
            money[key] = chance.randint(1, 10**11)
            fund(application, need, key[2], key[3], money[key])
        if chance.random() < 0.2:
            application.withdraw_need(ECONOMIC, calls.WithdrawNeed(need=need, reason="Đã có người tặng"))
            money = {key: amount for key, amount in money.items() if key[0] != need}

    def told(there: InspectionApplication) -> views.NeedSumsAnswer:
        return there.need_sums(ECONOMIC, views.NeedSumsRequest(commune="NL"))

    sums = told(application)
    for place, lines, name in ((1, sums.by_school, "school"), (2, sums.by_source, "source"), (3, sums.by_year, "year")):
        expected: Counter[object] = Counter()
        for key, amount in money.items():
            expected[key[place]] += amount
        assert {getattr(line, name): line.amount for line in lines} == expected
    other = start()
    assert told(other) == sums
    other.views.rebuild()
    assert told(other) == sums
