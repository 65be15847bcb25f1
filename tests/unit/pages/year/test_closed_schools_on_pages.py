"""Forms of a commune's year offer no school that was closed: whatever they were sent for it would be refused."""

from __future__ import annotations

import re

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.village import COMMUNE, SCHOOL, Village
from tests.unit.pages.year.year_page_kit import YEAR, main_of

CLOSED = "TH-DONG"
FORMS = ("viec", "tap-huan", "bao-cao/yeu-cau", "chi-tieu/dat")


@pytest.fixture
def village():
    with scope():
        made = Village()
        school = a.RegisterSchool(commune=COMMUNE, code=CLOSED, name="Trường Tiểu học Đóng", kind=a.SchoolKind.PRIMARY)
        made.do(Role.ADMINISTRATOR, "register_school", school, a.SchoolView)
        yield made


def offered(village: Village, form: str) -> set[str]:
    page = main_of(village, Role.COMMUNE_OFFICER, f"/xa/{COMMUNE}/{form}?nam={YEAR}")
    ticked = re.findall(r'<input type="checkbox" name="(?:truong|noi-nhan)" value="([^"]+)"', page)
    return {code for code in ticked if code in {SCHOOL, CLOSED}}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_offers_open_schools_alone(village, form):
    assert offered(village, form) == {SCHOOL, CLOSED}
    closing = a.CloseSchool(school=CLOSED, number="15/QĐ-UBND", on=today(SystemClock()), reason="Sáp nhập vào trường khác")
    village.do(Role.ADMINISTRATOR, "close_school", closing, a.SchoolView)
    assert offered(village, form) == {SCHOOL}
