"""Every list of a commune's year is answered a page at a time: all pages together are the list, each line once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from shared.contracts.calls.year import directing, reports, syntheses, tasks, training
from shared.paging import every_line
from shared.problems import BadRequest
from shared.vocabulary.commune_year import Recurrence, ReportKind
from tests.unit.inspection.year import reports_kit
from tests.unit.inspection.year.reports_kit import Reporting
from tests.unit.inspection.year.year_d_kit import LAN, MINH, OFFICER, attended, hold, plan, village

COMMUNE_YEAR = {"commune": "NL01", "year": 2026}
PERSONS = [LAN, MINH, "0198f2c4-0000-7000-8000-0000000000f3"]

Ask = Callable[..., Any]


@pytest.fixture
def year() -> Reporting:
    made = Reporting().hear_schools()
    for number in range(3):
        made.ask(period=f"Tháng {number + 1}")
    for kind in (ReportKind.PROGRESS, ReportKind.MID_YEAR, ReportKind.FINAL):
        made.synthesise(kind=kind)
    return made


def pages(ask: Ask, name: str, key: Callable[[Any], str]) -> tuple[list[str], list[str]]:
    """Return the keys of the lines in one answer, and those of pages of two put together."""
    whole = ask(after=0, limit=100)
    asked: list[int] = []

    def page(after: int) -> Any:
        asked.append(after)
        answer = ask(after=after, limit=2)
        assert answer.total == whole.total
        return answer

    together = every_line(page, lambda answer: getattr(answer, name))
    assert asked == [0, 2]
    for wrong in ({"after": 0, "limit": 0}, {"after": 0, "limit": 100_000}, {"after": -1, "limit": 2}):
        with pytest.raises(BadRequest):
            ask(**wrong)
    assert getattr(ask(after=whole.total, limit=2), name) == []
    return [key(one) for one in getattr(whole, name)], [key(one) for one in together]


def test_directives_and_rules_come_by_pages(at_work):
    for number in range(3):
        at_work.issue(number=f"{number}/UBND")
        at_work.give("TH-BC", text=f"Báo cáo {number}", every=Recurrence.MONTHLY)
    application = at_work.application

    whole, together = pages(
        lambda **page: application.directives(directing.DirectivesRequest(**COMMUNE_YEAR, **page)),
        "directives",
        lambda one: one.number,
    )
    assert whole == together == ["2/UBND", "1/UBND", "0/UBND"]

    whole, together = pages(
        lambda **page: application.recurring_tasks(tasks.RecurringTasksRequest(**COMMUNE_YEAR, **page)),
        "rules",
        lambda one: one.text,
    )
    assert whole == together == ["Báo cáo 0", "Báo cáo 1", "Báo cáo 2"]


def test_requests_for_reports_and_syntheses_come_by_pages(year):
    application, newest_first = year.application, ["Tháng 3", "Tháng 2", "Tháng 1"]
    asks: list[Ask] = [
        lambda **page: application.report_requests(reports_kit.OFFICER, reports.ReportsAsked(**page)),
        lambda **page: application.year_report_requests(reports.YearReportsAsked(**COMMUNE_YEAR, **page)),
    ]
    for ask in asks:
        whole, together = pages(ask, "requests", lambda one: one.period)
        assert whole == together == newest_first

    whole, together = pages(
        lambda **page: application.syntheses(reports_kit.OFFICER, syntheses.SynthesesAsked(**page)),
        "syntheses",
        lambda one: one.kind.value,
    )
    assert whole == together
    assert len(set(whole)) == 3


def test_a_school_counts_the_requests_to_itself_alone(year):
    year.ask(schools=["TH-PD"], period="Riêng")

    answer = year.application.report_requests(reports_kit.head("TH-BC"), reports.ReportsAsked(limit=1))

    assert (answer.total, len(answer.requests)) == (3, 1)


def test_who_attended_comes_by_pages(team):
    application = village(team)
    hold(application, plan(application, days=(dt.date(2026, 11, 20),)), [attended(person) for person in PERSONS], OFFICER)

    whole, together = pages(
        lambda **page: application.attended_trainings(training.AttendedRequest(commune="NL01", **page)),
        "attended",
        lambda one: one.person,
    )

    assert whole == together
    assert sorted(whole) == sorted(PERSONS)
