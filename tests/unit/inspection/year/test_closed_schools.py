"""A commune's year knows which of its schools were closed, whatever they are called afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from services.inspection.use_cases.year.repository import YearRepository
from shared.contracts.calls.year.difficulties import RaiseDifficulty
from shared.contracts.calls.year.needs import RaiseNeed
from shared.contracts.calls.year.targets import SetTargets, TargetWanted
from shared.contracts.calls.year.tasks import GiveTask
from shared.contracts.calls.year.training import AskTraining, PlanTraining
from shared.contracts.events.assessment import SchoolClosed, SchoolRegistered
from shared.contracts.problems import SchoolIsClosed
from shared.vocabulary.assessment import Layer, SchoolKind
from shared.vocabulary.commune_year import TargetLead, TaskWanted, TrainingTopic
from tests.unit.inspection.year.reports_kit import OFFICER, Reporting, head

SCHOOL, COMMUNE = "TH-BC", "NL01"


@pytest.fixture
def year(team):
    team.hear_school()
    return YearRepository(team.application.visit_repository)


def test_a_school_that_is_open_takes_up_something_new(year):
    assert year.open_school_of(COMMUNE, SCHOOL).closed_on is None


def test_a_school_that_was_closed_is_listed_with_its_day_and_takes_up_nothing_new(team, year):
    team.hear(SchoolClosed(school=SCHOOL, closed_on=dt.date(2026, 8, 1)))
    team.hear_school()  # given another name: the same event again

    assert [one.closed_on for one in year.schools(COMMUNE)] == [dt.date(2026, 8, 1)]
    with pytest.raises(SchoolIsClosed, match="đã đóng từ 01/8/2026") as refused:
        year.open_school_of(COMMUNE, SCHOOL)
    assert (refused.value.type, refused.value.status) == ("truong-da-dong", 409)


TOPIC, DAY = next(iter(TrainingTopic)), dt.date(2026, 12, 1)
NEW = {
    "need": lambda service: service.raise_need(head("TH-BC"), RaiseNeed(school="TH-BC", year=2026, item="Bàn", quantity=1)),
    "difficulty": lambda service: service.raise_difficulty(
        head("TH-BC"), RaiseDifficulty(school="TH-BC", text="Thiếu phòng học", asks="Xin xây thêm")
    ),
    "wish for training": lambda service: service.ask_training(head("TH-BC"), AskTraining(school="TH-BC", topic=TOPIC)),
    "training": lambda service: service.plan_training(
        OFFICER,
        PlanTraining(
            commune="NL01",
            year=2026,
            topic=TOPIC,
            title="Minh chứng",
            days=[DAY],
            place="UBND xã",
            schools=["MN-SM", "TH-BC"],
            budget_vnd=0,
        ),
    ),
    "target": lambda service: service.set_targets(
        OFFICER,
        SetTargets(
            commune="NL01",
            year=2026,
            targets=[
                TargetWanted(
                    school="TH-BC",
                    criterion="1.1",
                    level=1,
                    by=DAY,
                    lead=TargetLead.SCHOOL,
                    means="",
                    layer=Layer.SCHOOL,
                )
            ],
        ),
    ),
}


@pytest.mark.parametrize("act", NEW.values(), ids=NEW)
def test_nothing_of_the_year_begins_for_a_school_that_was_closed(act):
    village = Reporting().hear_schools()
    village.hear(SchoolClosed(school="TH-BC", closed_on=dt.date(2026, 8, 1)))
    with pytest.raises(SchoolIsClosed):
        act(village.application)
    assert village.application.log.head() == 0


@pytest.mark.parametrize("act", NEW.values(), ids=NEW)
def test_it_begins_for_a_school_that_is_open(act):
    village = Reporting().hear_schools()
    act(village.application)
    assert village.application.log.head() >= 1


def asked_of(schools):
    """Return how many statements it takes to ask some schools for a report, to give them a task and a target each."""
    village, statements = Reporting().hear_schools(), []
    for number in range(40):
        code = f"T{number}"
        village.hear(SchoolRegistered(school=code, name=f"Trường {code}", kind=SchoolKind.PRIMARY, commune="NL01"))
    codes = [f"T{number}" for number in range(schools)]

    def looked(_connection, _cursor, statement, *_rest):
        statements.append("known_schools" in statement)

    event.listen(Engine, "before_cursor_execute", looked)
    try:
        village.ask(schools=codes)
        task = GiveTask(commune="NL01", year=2026, to=codes, text="Nộp hồ sơ", due=DAY, wanted=TaskWanted.REPORT)
        village.application.give_task(OFFICER, task)
        targets = [
            TargetWanted(school=code, criterion="1.1", level=1, by=DAY, lead=TargetLead.SCHOOL, layer=Layer.SCHOOL)
            for code in codes
        ]
        village.application.set_targets(OFFICER, SetTargets(commune="NL01", year=2026, targets=targets))
    finally:
        event.remove(Engine, "before_cursor_execute", looked)
    return sum(statements)


def test_schools_that_are_named_are_looked_up_together():
    assert asked_of(40) == asked_of(2) > 0
