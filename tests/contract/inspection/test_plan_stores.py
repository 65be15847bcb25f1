"""A commune's plan on every store: a restart and a rebuild forget nothing, two at once lose nothing and issue once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from services.inspection import errors_year
from services.inspection.application import InspectionApplication
from shared.contracts.calls.year import plan as calls
from shared.contracts.events import assessment as told
from shared.contracts.events.base import envelope
from shared.identity.call_context import CallContext, Grant
from shared.problems import Problem
from shared.vocabulary.assessment import SchoolKind
from shared.vocabulary.commune_year import PlanKind, PlanState
from shared.vocabulary.roles import Role, ScopeKind

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
OFFICER = CallContext(
    actor="account-1", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.COMMUNE, scope="NL01"),)
)
SCHOOLS = [f"TH-{number:02}" for number in range(1, 9)]
PLAN = {"commune": "NL01", "year": 2026}


def hear_schools(application: InspectionApplication) -> None:
    for sequence, school in enumerate(SCHOOLS, start=1):
        event = envelope(
            installation="thu",
            data=told.SchoolRegistered(school=school, name=school, kind=SchoolKind.PRIMARY, commune="NL01"),
            sequence=sequence,
            subject=f"school/{school}",
            occurred=NOW,
            recorded=NOW,
            correlation="",
            cause="",
        )
        application.receive(event)


def enter(application: InspectionApplication, school: str, degree: int = 1, seen: int = 0) -> calls.PlanEntryView:
    request = calls.SetPlanEntry(**PLAN, school=school, kind=PlanKind.RECOGNISE_NEW, target_degree=degree, seen=seen)
    return application.set_plan_entry(OFFICER, request)


def issue(application: InspectionApplication, number: str, leave_out: str = "") -> calls.PlanIssueView:
    return application.issue_plan(OFFICER, calls.IssuePlan(**PLAN, number=number, leave_out=leave_out))


def shown(application: InspectionApplication) -> calls.YearPlanView:
    return application.commune_plan(calls.YearPlanRequest(**PLAN))


def together(*acts: Callable[[], object]) -> list[Problem]:
    """Do all at once; return what was refused."""
    refused: list[Problem] = []
    ready = threading.Barrier(len(acts))

    def act(one: Callable[[], object]) -> None:
        ready.wait()
        try:
            one()
        except Problem as problem:
            refused.append(problem)

    threads = [threading.Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_a_plan_is_there_after_a_restart_and_the_same_to_a_second_process(start):
    first = start()
    hear_schools(first)
    for school in SCHOOLS:
        enter(first, school)
    issue(first, "08/KH-UBND")
    told_first = shown(first)
    assert (told_first.state, told_first.progress.with_entry) == (PlanState.ISSUED, len(SCHOOLS))
    assert shown(start()) == told_first


def test_entries_that_two_processes_set_at_once_are_all_there(start):
    first, second = start(), start()
    hear_schools(first)
    refused = together(
        *(lambda school=school, at=at: enter(at, school) for school, at in zip(SCHOOLS, [first, second] * 4, strict=True))
    )
    assert refused == []
    assert shown(first).progress.with_entry == shown(second).progress.with_entry == len(SCHOOLS)


def test_of_two_who_change_the_same_entry_as_they_saw_it_one_is_refused(start):
    first, second = start(), start()
    hear_schools(first)
    seen = enter(first, "TH-01").version
    refused = together(
        lambda: enter(first, "TH-01", degree=2, seen=seen), lambda: enter(second, "TH-01", degree=0, seen=seen)
    )
    assert [type(one) for one in refused] == [errors_year.PlanChangedMeanwhile]


def test_a_plan_that_two_issue_at_once_is_issued_once(start):
    first, second = start(), start()
    hear_schools(first)
    reason = "Trường mới lập, chưa đủ khóa học"
    refused = together(lambda: issue(first, "08/KH-UBND", reason), lambda: issue(second, "09/KH-UBND", reason))
    assert [type(one) for one in refused] == [errors_year.PlanAlreadyIssued]
    assert len(shown(first).issues) == 1


def test_an_entry_and_the_issue_at_once_leave_a_list_that_agrees_with_what_was_issued(start):
    first, second = start(), start()
    hear_schools(first)
    refused = together(
        lambda: issue(first, "08/KH-UBND", "Trường mới lập, chưa đủ khóa học"), lambda: enter(second, "TH-01")
    )
    entered = not refused
    left_out = shown(first).issues[0].left_out
    assert ("TH-01" in left_out) is not entered
