"""Training, notices and difficulties on every store: a rebuild forgets nothing, two at once overwrite nothing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from services.inspection import errors_year as e
from services.inspection.application import InspectionApplication
from shared.contracts.calls.year import difficulties as d
from shared.contracts.calls.year import training as t
from shared.identity.call_context import CallContext, Grant
from shared.problems import Problem
from shared.vocabulary.commune_year import ClosingWord
from shared.vocabulary.roles import Role, ScopeKind
from tests.golden.inspection import make_golden_training as story

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
OFFICER = CallContext(actor="account-1", grants=(Grant(role=Role.COMMUNE_OFFICER, scope_kind=ScopeKind.INSTALLATION),))
HEAD = CallContext(actor="account-2", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope=story.ONE),))


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do all of these at the same time; return the types of what was refused."""
    refused: list[str] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except Problem as problem:
            refused.append(problem.type)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_a_restart_and_a_rebuild_tell_the_same(start):
    first = start()
    story.hear(first, NOW)
    story.train(first)
    story.publish(first)
    story.treat(first)
    told = story.told(first)
    second = start()
    assert story.told(second) == told
    second.views.rebuild()
    assert story.told(second) == told


def test_of_two_who_write_the_attendance_at_once_one_is_told_to_look_again(start):
    first, second = start(), start()
    story.hear(first, NOW)
    planned = t.PlanTraining(commune=story.COMMUNE, year=2026, topic="hoi_dong", title="Lớp", days=[NOW.date()], place="Xã")
    number = first.plan_training(OFFICER, planned).id

    def hold(application: InspectionApplication, person: str) -> Callable[[], object]:
        people = [t.AttendedById(person=person)]
        return lambda: application.hold_training(
            OFFICER, t.HoldTraining(training=number, held_on=NOW.date(), attendance=people)
        )

    assert at_once(hold(first, story.PEOPLE[0]), hold(second, story.PEOPLE[1])) == [e.TrainingHeldAlready.type]
    held = first.training(OFFICER, t.TrainingRequest(training=number))
    assert len(held.attendance) == 1
    assert second.training(OFFICER, t.TrainingRequest(training=number)) == held


def test_a_difficulty_is_closed_once_whoever_is_quicker(start):
    first, second = start(), start()
    story.hear(first, NOW)
    raised = d.RaiseDifficulty(school=story.ONE, text="Thiếu phòng", asks="Bố trí phòng")
    number = first.raise_difficulty(HEAD, raised).id
    first.answer_difficulty(OFFICER, d.AnswerDifficulty(difficulty=number, text="Xã bố trí"))

    def close(application: InspectionApplication) -> Callable[[], object]:
        return lambda: application.close_difficulty(HEAD, d.CloseDifficulty(difficulty=number, word=ClosingWord.SOLVED))

    def forward(application: InspectionApplication) -> Callable[[], object]:
        return lambda: application.forward_difficulty(
            OFFICER, d.ForwardDifficulty(difficulty=number, to="so", summary="Vượt khả năng")
        )

    refused = at_once(close(first), forward(second))
    assert refused in ([e.DifficultyClosedAlready.type], [e.DifficultyNotAnswered.type])
    shown = first.difficulty(OFFICER, d.DifficultyRequest(difficulty=number))
    assert shown == second.difficulty(OFFICER, d.DifficultyRequest(difficulty=number))
    assert [act.kind for act in shown.acts][1:] in (["closed"], ["forwarded"])
