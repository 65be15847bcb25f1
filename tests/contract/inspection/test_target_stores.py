"""Targets on every store: what is met while it is set is told once, a restart and a rebuild forget and repeat nothing."""

from __future__ import annotations

import datetime as dt
import threading

from services.inspection.application import InspectionApplication
from shared.contracts.calls.year import targets as calls
from shared.contracts.events import assessment as told
from shared.contracts.events.base import CloudEvent, PublicEvent, envelope
from shared.identity.call_context import CallContext, Grant
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer, Result, SchoolKind
from shared.vocabulary.commune_year import TargetState
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
TT57 = load_library().get("v2026_tt57/pho_thong")
OFFICER = CallContext(actor="account-1", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.INSTALLATION),))
OPENED = told.CycleOpened(
    school="TH-BC",
    cycle="2026-2027",
    year="2026-2027",
    rulebook=TT57.id,
    digest=TT57.digest,
    opened_on=dt.date(2026, 9, 25),
)


def event(data: PublicEvent, sequence: int) -> CloudEvent:
    moments = {"occurred": NOW, "recorded": NOW, "correlation": "", "cause": ""}
    return envelope(installation="thu", data=data, sequence=sequence, subject="school/TH-BC", **moments)


def judged(criterion: str, result: Result, sequence: int) -> CloudEvent:
    place = {"criterion": criterion, "level": 1, "indicator": "-", "result": result}
    return event(told.IndicatorJudged(school="TH-BC", cycle="2026-2027", layer=Layer.SCHOOL, **place), sequence)


def hear_school(application: InspectionApplication) -> None:
    school = told.SchoolRegistered(school="TH-BC", name="Trường", kind=SchoolKind.PRIMARY, commune="NL01")
    application.receive(event(school, 1))
    application.receive(event(OPENED, 2))


def set_target(application: InspectionApplication, *criteria: str) -> None:
    wanted = [
        calls.TargetWanted(school="TH-BC", criterion=criterion, level=1, by=dt.date(2026, 12, 31)) for criterion in criteria
    ]
    application.set_targets(OFFICER, calls.SetTargets(commune="NL01", year=2026, targets=wanted))


def board(application: InspectionApplication) -> list[calls.TargetView]:
    return application.target_board(calls.TargetBoardRequest(commune="NL01", year=2026)).targets


def topics(application: InspectionApplication) -> list[str]:
    return [logged.entry.fact.TOPIC.rpartition("-")[2] for logged in application.log.read(0, 1000)]


def test_targets_and_their_results_are_there_after_a_restart(start):
    before = start()
    hear_school(before)
    set_target(before, "1.1", "1.2")
    before.receive(judged("1.1", Result.MET, 3))
    told_before = board(before)
    assert [one.state for one in told_before] == [TargetState.MET, TargetState.ON_THE_WAY]
    assert board(start()) == told_before


def test_what_is_told_anew_after_a_rebuild_records_nothing(start):
    application = start()
    hear_school(application)
    set_target(application, "1.1")
    events = [judged("1.1", result, 3 + n) for n, result in enumerate((Result.MET, Result.NOT_MET, Result.MET))]
    for one in events:
        application.receive(one)
    told_before, recorded = board(application), topics(application)
    application.views.rebuild()
    hear_school(application)
    for one in events:
        application.receive(one)
    assert (board(application), topics(application)) == (told_before, recorded)


def test_a_target_that_is_set_while_its_result_arrives_is_met_once(start):
    for criterion, sequence in (("1.1", 3), ("1.2", 4), ("1.3", 5), ("1.4", 6)):
        one, other = start(), start()
        if sequence == 3:
            hear_school(one)
        together = threading.Barrier(2)
        told_result = judged(criterion, Result.MET, sequence)

        def meet(act, *arguments, together=together):
            together.wait()
            act(*arguments)

        acts = [
            threading.Thread(target=meet, args=(set_target, one, criterion)),
            threading.Thread(target=meet, args=(other.receive, told_result)),
        ]
        for act in acts:
            act.start()
        for act in acts:
            act.join()
        assert next(each for each in board(one) if each.criterion == criterion).state is TargetState.MET
        assert topics(one) == ["set", "met"] * (sequence - 2)


def test_two_processes_that_hear_the_same_judgement_tell_it_once(start):
    one, other = start(), start()
    hear_school(one)
    set_target(one, "1.1")
    told_result = judged("1.1", Result.MET, 3)
    together = threading.Barrier(2)

    def hear(application: InspectionApplication) -> None:
        together.wait()
        application.receive(told_result)

    acts = [threading.Thread(target=hear, args=(application,)) for application in (one, other)]
    for act in acts:
        act.start()
    for act in acts:
        act.join()
    assert topics(one) == ["set", "met"]
