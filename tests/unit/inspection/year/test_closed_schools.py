"""A commune's year knows which of its schools were closed, whatever they are called afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from services.inspection.use_cases.year.repository import YearRepository
from shared.contracts.calls.year.difficulties import RaiseDifficulty
from shared.contracts.calls.year.needs import RaiseNeed
from shared.contracts.calls.year.targets import (
    SchoolTargetsRequest,
    SetTargets,
    TargetBoardRequest,
    TargetRequest,
    TargetWanted,
)
from shared.contracts.calls.year.tasks import GiveTask, ReportTask, TaskRequest, TasksRequest
from shared.contracts.calls.year.training import AskTraining, PlanTraining
from shared.contracts.events.assessment import SchoolClosed, SchoolRegistered
from shared.contracts.problems import SchoolIsClosed
from shared.vocabulary.assessment import Layer, SchoolKind
from shared.vocabulary.commune_year import HandedInState, TargetLead, TargetState, TaskState, TaskWanted, TrainingTopic
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


def closed(village, school="TH-BC", on=dt.date(2026, 11, 5)):
    village.hear(SchoolClosed(school=school, closed_on=on))


def test_a_closed_school_is_not_waited_for_from_its_closing_on():
    village = Reporting().hear_schools()
    number = village.ask().id
    village.hand_in(number, "MN-SM")
    closed(village)
    closed(village, "MN-SM")
    assert [one.school for one in village.missing(number)] == ["TH-BC", "TH-PD"]
    village.sleep(3)
    assert [one.school for one in village.missing(number)] == ["TH-PD"]
    village.sleep(60)
    states = {part.school: (part.state, part.days_late) for part in village.one(number).parts}
    assert states["MN-SM"] == (HandedInState.HANDED_IN, 0)
    assert states["TH-BC"] == (HandedInState.SCHOOL_CLOSED, 0)
    assert states["TH-PD"][0] is HandedInState.OVERDUE


def test_what_a_closed_school_had_to_do_is_over_and_what_it_reported_waits_for_the_office():
    village = Reporting().hear_schools()
    service, asked = village.application, {"commune": "NL01", "year": 2026, "wanted": TaskWanted.REPORT}
    open_one, told = (
        service.give_task(OFFICER, GiveTask(to=["TH-BC"], text=text, due=DAY, **asked)).id for text in ("Nộp", "Sửa")
    )
    service.report_task(head("TH-BC"), ReportTask(task=told, text="Đã sửa xong."))
    closed(village)
    village.sleep(90)
    listed = service.tasks(OFFICER, TasksRequest())
    assert {one.id: one.state for one in listed.tasks} == {
        open_one: TaskState.SCHOOL_CLOSED,
        told: TaskState.REPORTED,
    }
    assert (listed.counts["qua_han"], listed.counts["truong_dong"]) == (0, 1)
    assert [one.id for one in service.tasks(OFFICER, TasksRequest(open_only=True)).tasks] == [told]
    assert service.tasks(OFFICER, TasksRequest(overdue=True)).tasks == []
    assert service.task(OFFICER, TaskRequest(task=open_one)).state is TaskState.SCHOOL_CLOSED


def test_the_board_marks_a_closed_school_and_calls_none_of_its_targets_late():
    village = Reporting().hear_schools()
    service = village.application
    wanted = [
        TargetWanted(school=school, criterion="1.1", level=1, by=DAY, lead=TargetLead.SCHOOL, layer=Layer.SCHOOL)
        for school in ("TH-BC", "TH-PD")
    ]
    service.set_targets(OFFICER, SetTargets(commune="NL01", year=2026, targets=wanted))
    closed(village)
    village.sleep(90)
    board = service.target_board(TargetBoardRequest(commune="NL01", year=2026))
    assert {one.school: one.state for one in board.targets} == {
        "TH-BC": TargetState.SCHOOL_CLOSED,
        "TH-PD": TargetState.LATE,
    }
    assert {one.school: one.closed_on for one in board.schools}["TH-BC"] == dt.date(2026, 11, 5)
    assert board.counts[TargetState.LATE] == 1
    (own,) = service.school_targets(SchoolTargetsRequest(school="TH-BC")).targets
    assert own.target.state is TargetState.SCHOOL_CLOSED
    one = service.target(TargetRequest(commune="NL01", year=2026, school="TH-BC", criterion="1.1"))
    assert one.target.state is TargetState.SCHOOL_CLOSED


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
