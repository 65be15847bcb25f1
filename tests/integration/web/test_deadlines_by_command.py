"""Deadlines and reminders by the command line, as people type it, against all services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import icalendar
import pytest

from shared.clock import SystemClock, today
from shared.vocabulary.roles import Role
from tests.integration.web.desk import Desk
from tests.unit.pages.village import COMMUNE, SCHOOL

OFFICER, HEAD, ADMINISTRATOR = Role.COMMUNE_OFFICER, Role.HEAD, Role.ADMINISTRATOR
TODAY = today(SystemClock())


class DeadlinesDesk(Desk):
    """A desk of a commune that visits its school."""

    def __init__(self) -> None:
        super().__init__(relays=False)
        self.village.open_cycle()
        self.visit = self.village.visit("2026-2027")


@pytest.fixture(scope="module")
def desk() -> Iterator[DeadlinesDesk]:
    made = DeadlinesDesk()
    yield made
    made.close()


def test_each_line_of_the_list_is_a_deadline_with_id_kind_due_and_state(desk):
    code, lines = desk.run(OFFICER, "deadline", "list", "--commune", COMMUNE)

    (visit,) = [line for line in lines if line["kind"] == "visit"]
    assert code == 0
    assert visit["id"] == f"visit:{desk.visit}"
    assert (visit["school"], visit["commune"], visit["due"], visit["state"]) == (
        SCHOOL,
        COMMUNE,
        TODAY.isoformat(),
        "hom_nay",
    )


def test_the_list_without_arguments_shows_what_the_caller_may_see(desk):
    _, of_head = desk.run(HEAD, "deadline", "list")
    code, refused = desk.run(HEAD, "deadline", "list", "--commune", COMMUNE)

    assert {line["school"] for line in of_head} == {SCHOOL}
    assert (code, refused[0]["status"]) == (1, 403)


def test_a_calendar_is_written_to_a_file(desk, tmp_path):
    file = tmp_path / "han.ics"

    code, _ = desk.run(OFFICER, "deadline", "list", "--commune", COMMUNE, "--ics", str(file))

    (event,) = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert code == 0
    assert event.decoded("DTSTART") == TODAY


def test_reminders_are_told_once_and_by_the_administrator_alone(desk):
    at = dt.datetime.combine(TODAY, dt.time(7)).isoformat()

    code, told = desk.run(ADMINISTRATOR, "reminder", "run", "--at", at)
    _, again = desk.run(ADMINISTRATOR, "reminder", "run", "--at", at)
    refused, _ = desk.run(OFFICER, "reminder", "run", "--at", at)

    assert code == 0
    assert {(line["deadline"], line["step"]) for line in told} == {(f"visit:{desk.visit}", "0")}
    assert all(line["person"] for line in told)
    assert again == []
    assert refused == 1


def test_a_moment_that_is_none_is_refused_before_anything_is_asked(desk):
    code, _ = desk.run(ADMINISTRATOR, "reminder", "run", "--at", "hôm qua")

    assert code == 2


def test_two_tasks_of_a_school_on_one_day_are_told_apart_for_who_may_read_them(desk):
    due, year = (TODAY + dt.timedelta(days=9)).isoformat(), str(TODAY.year)
    for text in ("Nộp danh mục minh chứng", "Rà soát sân chơi"):
        desk.ok(OFFICER, "task", "give", COMMUNE, year, "--to", SCHOOL, "--text", text, "--due", due)
    desk.village.relay()

    tasks = [line for line in desk.ok(HEAD, "deadline", "list") if line["kind"] == "task"]

    assert {line["title"] for line in tasks} == {"Nộp danh mục minh chứng", "Rà soát sân chơi"}
    assert len({line["label"] for line in tasks}) == 2
    assert all("Nộp danh mục" not in line["label"] for line in tasks)
