"""Roles with a last day and the closing of a school by the command line, as people type it, against all services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from shared.clock import SystemClock, today
from shared.vocabulary.roles import Role
from tests.integration.web.desk import Desk
from tests.unit.pages.village import COMMUNE, SCHOOL

TODAY = today(SystemClock())
LATER = TODAY + dt.timedelta(days=30)
ADMINISTRATOR, HEAD, ECONOMY = Role.ADMINISTRATOR, Role.HEAD, Role.ECONOMIC_OFFICE


class OfficesDesk(Desk):
    """A desk of an administrator, a head and the commune's economic office."""

    def grants(self, account: str) -> list[tuple[str, str | None, str]]:
        found = next(one for one in self.ok(ADMINISTRATOR, "user", "list") if one["account"] == account)
        return [(grant["role"], grant["until"], grant["signs"]) for grant in found["grants"]]


@pytest.fixture
def desk() -> Iterator[OfficesDesk]:
    made = OfficesDesk()
    yield made
    made.close()


def test_somebody_is_asked_in_for_a_time_and_the_time_is_changed(desk: OfficesDesk) -> None:
    role = ("--role", "lanh_dao_xa", "--scope", f"xa:{COMMUNE}")
    invited = desk.ok(
        ADMINISTRATOR,
        *("user", "add", "pho-chu-tich", "Đèo Thị Hoa", *role),
        *("--until", LATER.isoformat(), "--signs", "ky_thay"),
    )
    account = invited[-1]["account"]
    assert desk.grants(account) == [("lanh_dao_xa", LATER.isoformat(), "ky_thay")]

    desk.ok(ADMINISTRATOR, "user", "grant", account, *role, "--until", TODAY.isoformat())
    assert desk.grants(account) == [("lanh_dao_xa", TODAY.isoformat(), "chinh")]

    yesterday = (TODAY - dt.timedelta(days=1)).isoformat()
    assert desk.refused(ADMINISTRATOR, "user", "grant", account, *role, "--until", yesterday) == "ngay-het-vai-tro"
    desk.ok(ADMINISTRATOR, "user", "revoke", account, *role)
    assert desk.grants(account) == []


def test_a_school_is_closed_by_its_decision_and_opens_nothing_any_more(desk: OfficesDesk) -> None:
    closing = ("--number", "15/QĐ-UBND", "--on", TODAY.isoformat(), "--reason", "Sáp nhập vào trường khác")
    assert desk.refused(HEAD, "school", "close", SCHOOL, *closing) == "khong-du-quyen"

    closed = desk.ok(ADMINISTRATOR, "school", "close", SCHOOL, *closing)

    assert closed[-1]["closed_on"] == TODAY.isoformat()
    assert desk.refused(HEAD, "cycle", "open", SCHOOL, "--year", "2026-2027") == "truong-da-dong"
    assert [row["code"] for row in desk.ok(ECONOMY, "school", "list")] == [SCHOOL]
    events = [one.entry.fact.TOPIC for one in desk.village.services["assessment"].log.read(0)]
    assert events[-1] == "assessment.school-closed"


def test_the_economic_office_sees_which_schools_there_are_and_no_assessment_of_them(desk: OfficesDesk) -> None:
    desk.village.submit(desk.village.open_cycle())

    assert [row["code"] for row in desk.ok(ECONOMY, "school", "list")] == [SCHOOL]
    for words in (("status", SCHOOL), ("cycle", "list", SCHOOL), ("explain", SCHOOL), ("inspection", "list", SCHOOL)):
        assert desk.refused(ECONOMY, *words) == "khong-du-quyen", words
