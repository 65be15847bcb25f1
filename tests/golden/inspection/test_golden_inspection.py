"""Histories of the inspection service are read for ever: same roots, same bytes, same answers, same public events."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest

from services.inspection.application import InspectionApplication
from services.inspection.domain.facts import FACTS
from shared.contracts.calls import inspection as calls
from shared.vocabulary.assessment import Result
from tests.golden.inspection import (
    make_golden,
    make_golden_answers,
    make_golden_maintenance,
    make_golden_needs,
    make_golden_plan,
    make_golden_recommendations,
    make_golden_registration,
    make_golden_reports,
    make_golden_targets,
    make_golden_tasks,
    make_golden_teams,
    make_golden_training,
)
from tests.golden.inspection.histories import history, published, replayed

STORIES: dict[str, Any] = {
    "": make_golden,
    "answers": make_golden_answers,
    "teams": make_golden_teams,
    "recommendations": make_golden_recommendations,
    "registration": make_golden_registration,
    "maintenance": make_golden_maintenance,
    "tasks": make_golden_tasks,
    "needs": make_golden_needs,
    "plan": make_golden_plan,
    "reports": make_golden_reports,
    "targets": make_golden_targets,
    "training": make_golden_training,
}
HEARD = {
    "teams": make_golden.hear_cycle,
    "plan": make_golden_plan.hear,
    "reports": make_golden_reports.hear,
    "training": make_golden_training.hear,
}
"""What a history rests on of other services' events, where it is told only with it."""

HISTORIES = {name: history(name) for name in STORIES}


def replay(name: str) -> InspectionApplication:
    application = replayed(HISTORIES[name][0])
    if name in HEARD:
        HEARD[name](application, application.clock.now())
    return application


@pytest.mark.parametrize("name", STORIES)
def test_a_golden_history_has_the_same_root_and_the_same_bytes_for_ever(name):
    rows, expected = HISTORIES[name]
    application = replay(name)
    assert application.log.head() == expected["size"] == len(rows)
    assert application.log.root(len(rows)).hex() == expected["root"]
    for row, logged in zip(rows, application.log.read(0, 1000), strict=True):
        assert FACTS.encode(logged.entry) == base64.b64decode(row["state"])


@pytest.mark.parametrize("name", STORIES)
def test_a_golden_history_is_told_as_the_version_that_wrote_it_told_it(name):
    assert STORIES[name].told(replay(name)) == HISTORIES[name][1]["told"]


@pytest.mark.parametrize("name", STORIES)
def test_what_the_world_heard_of_a_golden_history_is_what_it_would_hear_now(name):
    assert published(replay(name)) == HISTORIES[name][1]["published"]


def test_golden_histories_hold_every_fact():
    """A fact without a golden row is one whose stored form nobody guards."""
    held = {row["topic"] for rows, _ in HISTORIES.values() for row in rows}
    assert held == set(FACTS.topics)


def test_a_golden_visit_that_stands_open_is_moved_worked_on_and_concluded_by_its_layers_team():
    """It was planned further ahead than is allowed now, and found something before its day: neither locks it."""
    application = replay("")
    make_golden.hear_cycle(application, application.clock.now())
    (visit,) = (one["inspection"] for one in HISTORIES[""][1]["told"] if not one["concluded"])
    named = {"school": make_golden.SCHOOL, "inspection": visit}
    early = dt.date(2026, 10, 1)
    application.reschedule(make_golden.COMMUNE, calls.RescheduleInspection(**named, on=early, reason="Đã đến sớm"))
    finding = calls.Finding(criterion="1.1", level=1, indicator="-", result=Result.MET)
    application.record_findings(make_golden.INSPECTOR, calls.RecordFindings(**named, findings=[finding]))
    done = application.conclude(make_golden.INSPECTOR, calls.ConcludeInspection(**named, summary="Đã xem lại."))
    assert (done.on, done.concluded, done.members) == (early, True, [])


def test_names_that_nobody_checked_are_told_to_nobody():
    """The first version took any text as a member: it stays in its row, and is no member of the visit."""
    rows, expected = HISTORIES[""]
    request = calls.InspectionsRequest(school=make_golden.SCHOOL)
    inspections = replay("").inspections(make_golden.COMMUNE, request).inspections
    assert [one.members for one in inspections] == [[], [], []]
    assert "ai cũng được" in base64.b64decode(rows[0]["state"]).decode()
    assert "ai cũng được" not in "".join(expected["published"])


def test_what_people_typed_in_a_golden_team_is_told_to_nobody_outside():
    world = "".join(HISTORIES["teams"][1]["published"])
    for typed in ("Đủ sổ", "Thiếu sổ", "Sổ đã bổ sung", "Anh Minh ốm", "Nhất trí", "Hiệu trưởng", "Lý lịch", "12/QĐ"):
        assert typed not in world


def test_a_registration_is_told_where_nothing_was_heard_of_the_cycle_yet():
    """After its views were made anew a service asks its own log first, and the other services' feeds later."""
    application = replay("registration")
    assert application.received_position("assessment") == 0
    assert make_golden_registration.told(application)["state"] == "cong_nhan"


def test_what_people_typed_about_golden_tasks_is_told_to_nobody_outside():
    world = "".join(HISTORIES["tasks"][1]["published"])
    for typed in ("Chỉ đạo chung", "Về việc", "Nộp danh mục", "Thiếu tiêu chí", "Đã bổ sung", "27 tiêu chí", "III.2"):
        assert typed not in world
    for person in make_golden_tasks.PERSONS:
        assert person not in world
