"""A team at work on every store: whoever syncs first, from whichever process, the team reaches one agreed state."""

from __future__ import annotations

import datetime as dt
import itertools
import threading

import pytest

from services.inspection.application import InspectionApplication
from services.inspection.errors import StillOpen
from shared.clock import FixedClock
from shared.contracts.calls import inspection as calls
from shared.contracts.calls import teams
from shared.contracts.events.assessment import CycleOpened
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.storage.database_url import StoreSettings
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.inspection import TeamRole
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 2)
NINE = dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC)
LIBRARY = load_library()
TT57 = LIBRARY.get("v2026_tt57/pho_thong")
HOA, LAN, MINH = (f"0198f2c4-0000-7000-8000-00000000000{number}" for number in range(1, 4))
OFFICER = CallContext(actor="account-1", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.INSTALLATION),))
SENT = ((LAN, Result.MET, NINE), (LAN, Result.NOT_MET, NINE + dt.timedelta(hours=1)), (MINH, Result.MET, NINE))
"""Lan judged on two devices, neither of which saw the other."""


def acting(person: str) -> CallContext:
    return CallContext(actor=person, grants=(Grant(role=Role.INSPECTOR, scope_kind=ScopeKind.INSTALLATION),))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def start(request, tmp_path):
    """Start the service once more on a store, as another process; `name` names one store of several."""
    stores, started = {}, []

    def urls(name):
        if request.param == "postgresql":
            url = str(request.getfixturevalue("postgresql").new_database())
            return url, url
        return f"sqlite:///{tmp_path}/{name}-log.sqlite", f"sqlite:///{tmp_path}/{name}-views.sqlite"

    def begin(name="one") -> InspectionApplication:
        store, views = stores.setdefault(name, urls(name))
        application = InspectionApplication(
            StoreSettings(store), FixedClock(NOW), installation="thu", views_url=views, library=LIBRARY
        )
        started.append(application)
        return application

    yield begin
    for application in started:
        application.views.close()
        application.close()


def hear_cycle(application) -> None:
    opened = CycleOpened(
        school="TH-BC",
        cycle="2026-2027",
        year="2026-2027",
        rulebook=TT57.id,
        digest=TT57.digest,
        opened_on=dt.date(2026, 9, 25),
    )
    event = envelope(
        installation="thu",
        data=opened,
        sequence=1,
        subject="school/TH-BC",
        occurred=NOW,
        recorded=NOW,
        correlation="",
        cause="",
    )
    application.receive(event)


def planned(application, title="Kiểm tra", cycle="2026-2027") -> calls.InspectionView:
    request = calls.PlanInspection(school="TH-BC", cycle=cycle, layer=Layer.COMMUNE, on=DAY, title=title)
    return application.plan(OFFICER, request)


def set_up(application, visit) -> None:
    roles = {HOA: TeamRole.HEAD, LAN: TeamRole.MEMBER, MINH: TeamRole.MEMBER}
    members = [teams.TeamMemberById(person=person, role=role, criteria=["1.1"]) for person, role in roles.items()]
    request = teams.SetUpTeam(school="TH-BC", inspection=visit.inspection, decided_on=DAY, members=members)
    application.set_up_team(OFFICER, request)


def judge(application, visit, person, result, at, key=("1.1", 1, "-")):
    criterion, level, indicator = key
    opinion = teams.Opinion(criterion=criterion, level=level, indicator=indicator, result=result, seen=0, judged_at=at)
    request = teams.RecordOpinions(school="TH-BC", inspection=visit.inspection, opinions=[opinion])
    return application.record_opinions(acting(person), request)


def agree(application, visit, result):
    agreement = teams.Agreement(criterion="1.1", level=1, indicator="-", result=result)
    request = teams.AgreeFindings(
        school="TH-BC", inspection=visit.inspection, agreements=[agreement], reason="Trưởng đoàn vắng"
    )
    return application.agree_findings(acting(HOA), request)


def told(view):
    (one,) = view.opinions
    opinions = [(o.person, o.result, o.judged_on, [other.result for other in o.others]) for o in one.opinions]
    return opinions, one.diverging, one.agreed.result, one.agreed.dissent, one.agreed.missing


def test_in_whatever_order_devices_sync_both_opinions_are_kept_and_the_agreed_state_is_one(start):
    states = []
    for number, order in enumerate(itertools.permutations(SENT)):
        application = start(f"order-{number}")
        hear_cycle(application)
        visit = planned(application)
        set_up(application, visit)
        for person, result, at in order:
            judge(application, visit, person, result, at)
        states.append(told(agree(application, visit, Result.MET)))
        again = start(f"order-{number}")
        request = calls.InspectionRequest(school="TH-BC", inspection=visit.inspection)
        assert told(again.inspection(OFFICER, request)) == states[-1]
    assert [state for state in states if state != states[0]] == []
    opinions, diverging, result, dissent, missing = states[0]
    assert opinions == [(LAN, Result.NOT_MET, DAY, [Result.MET]), (MINH, Result.MET, DAY, [])]
    assert (diverging, result, dissent, missing) == (True, Result.MET, [LAN], [HOA])


def test_members_who_sync_at_once_in_two_processes_lose_nothing(start):
    here, there = start(), start()
    hear_cycle(here)
    visit = planned(here)
    set_up(here, visit)
    barrier = threading.Barrier(2)

    def work(application, person):
        barrier.wait()
        for key in TT57.keys[:8]:
            judge(application, visit, person, Result.MET, NINE, tuple(key))

    threads = [threading.Thread(target=work, args=pair) for pair in ((here, LAN), (there, MINH))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = here.inspection(OFFICER, calls.InspectionRequest(school="TH-BC", inspection=visit.inspection))
    assert [[opinion.person for opinion in one.opinions] for one in seen.opinions] == [[LAN, MINH]] * 8


def test_of_two_visits_that_could_join_a_cycle_at_once_one_does(start):
    here, there = start(), start()
    ahead = planned(here, cycle="")
    hear_cycle(here)
    barrier, refused = threading.Barrier(2), []

    def do(act):
        barrier.wait()
        try:
            act()
        except StillOpen as problem:
            refused.append(problem)

    acts = (
        lambda: judge(here, ahead, LAN, Result.MET, NINE),
        lambda: planned(there, title="Khác"),
    )
    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    found = here.inspections(OFFICER, calls.InspectionsRequest(school="TH-BC")).inspections
    assert sum(one.cycle == "2026-2027" for one in found) == 1
