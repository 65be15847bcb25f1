"""What things are called, to who may read them: the beginning of a text, and nothing of another school's."""

from __future__ import annotations

import datetime as dt

import pytest

from services.inspection.use_cases.titles import title_of
from shared.contracts.calls.titles import LONGEST_TITLE, MOST_TITLES, TitlesRequest
from shared.contracts.calls.year.difficulties import RaiseDifficulty
from shared.contracts.calls.year.reports import AskReport
from shared.contracts.calls.year.training import PlanTraining
from shared.problems import BadRequest
from shared.vocabulary.commune_year import ReportKind, TrainingTopic
from shared.vocabulary.roles import Role
from tests.opened import closed_later
from tests.unit.inspection.recommendation_kit import CLERK, add
from tests.unit.inspection.year.tasks_kit import DUE, CommuneAtWork, of_school


@pytest.fixture
def commune():
    made = CommuneAtWork()
    closed_later(made.application)
    return made


def titles(commune, who, **asked):
    return commune.application.titles(who, TitlesRequest(**asked)).titles


def test_two_tasks_of_a_school_are_told_apart_by_their_first_words(commune):
    first, second = commune.give(text="Nộp danh mục minh chứng").id, commune.give(text="Rà soát\nsân chơi").id

    assert titles(commune, commune.head, tasks=[first, second]) == {
        first: "Nộp danh mục minh chứng",
        second: "Rà soát sân chơi",
    }


def test_of_another_schools_things_and_another_communes_nothing_is_told(commune):
    task = commune.give("MN-BC").id
    raised = RaiseDifficulty(school="MN-BC", year=2026, text="Thiếu phòng học", asks="Xây thêm")
    difficulty = commune.application.raise_difficulty(commune.other_head, raised).id
    asking = AskReport(
        commune="NL01",
        year=2026,
        kind=ReportKind.PROGRESS,
        period="Tháng 11",
        schools=["MN-BC"],
        due=DUE,
        sections=["Kết quả"],
    )
    report = commune.application.ask_report(commune.officer, asking).id
    planned = PlanTraining(
        commune="NL01",
        year=2026,
        topic=next(iter(TrainingTopic)),
        title="Lớp của Bé Ong",
        days=[dt.date(2026, 12, 20)],
        place="Trường MN",
        schools=["MN-BC"],
        budget_vnd=0,
    )
    training = commune.application.plan_training(commune.officer, planned).id
    asked = {"tasks": [task], "difficulties": [difficulty], "reports": [report], "trainings": [training]}

    for who in (commune.head, commune.elsewhere, commune.masses):
        assert titles(commune, who, **asked) == {}
    assert titles(commune, of_school(Role.HEAD, "MN-BC"), **asked) == {
        task: "Nộp danh mục minh chứng",
        difficulty: "Thiếu phòng học",
        report: "Tháng 11",
        training: "Lớp của Bé Ong",
    }
    assert titles(commune, commune.officer, **asked).keys() == {task, difficulty, report, training}


def test_a_draft_of_a_recommendation_has_no_title_for_its_school(team):
    team.hear_school()
    team.hear_cycle()
    visit = team.plan()
    number = add(team, visit, "Lập sổ theo dõi thiết bị")
    asked = TitlesRequest(recommendations=[number])
    told = team.application.titles(CLERK, asked).titles

    team.conclude(visit)

    assert told == {}
    assert team.application.titles(team.officer, asked).titles == {number: "Lập sổ theo dõi thiết bị"}
    assert team.application.titles(CLERK, asked).titles == {number: "Lập sổ theo dõi thiết bị"}


def test_what_there_is_not_is_left_out(commune):
    assert titles(commune, commune.officer, tasks=["khong-co"], recommendations=["cung-khong"]) == {}


def test_more_than_the_most_are_refused(commune):
    with pytest.raises(BadRequest):
        titles(commune, commune.officer, tasks=["t"] * MOST_TITLES, reports=["b"])


def test_a_long_text_is_cut_between_words_and_one_without_spaces_within():
    cut = title_of("Nộp danh mục minh chứng của các tiêu chí đã tự đánh giá trong học kỳ một năm học này")

    assert cut == "Nộp danh mục minh chứng của các tiêu chí đã tự đánh giá trong học kỳ một năm…"
    assert len(title_of("a" * 200)) == LONGEST_TITLE
    assert title_of("a" * LONGEST_TITLE) == "a" * LONGEST_TITLE
