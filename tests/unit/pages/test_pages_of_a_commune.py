"""What each role of a commune sees first, on a first day and after a school submitted, and what it is refused."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from services.portal.pages.year.frame import TABS
from shared.contracts.calls import assessment as a
from shared.vocabulary.roles import Role
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

HOME = f"/xa/{COMMUNE}"
LEADER, COMMITTEE = Role.COMMUNE_LEADER, Role.STEERING_COMMITTEE
OUTSIDE = (Role.ECONOMIC_OFFICE, Role.MASS_ORGANISATION)
"""Who works for the commune and reads no assessment."""


@pytest.fixture
def village() -> Village:
    return Village()


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICER, Role.INSPECTOR, LEADER, COMMITTEE, *OUTSIDE])
def test_after_signing_in_every_role_of_a_commune_finds_what_is_to_be_done_today(village: Village, role: Role) -> None:
    browser = village.enter(role)

    # The year gave communes a day: what is overdue comes before the list of schools, which stood here until then.
    assert browser.get("/").headers["Location"] == f"{HOME}/hom-nay"
    page = browser.get(f"{HOME}/hom-nay")
    assert page.status_code == 200
    assert "Quá hạn" in page.text


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.HEAD, f"/truong/{SCHOOL}"),
        (Role.CLERK, f"/truong/{SCHOOL}"),
        (Role.DEPARTMENT_OFFICER, "/so/ho-so"),
        (Role.AUDITOR, "/kiem-toan"),
        (Role.ADMINISTRATOR, "/quan-tri"),
    ],
)
def test_who_has_no_day_of_a_commune_begins_with_the_first_entry_of_their_bar(
    village: Village, role: Role, first: str
) -> None:
    assert village.enter(role).get("/").headers["Location"] == first


@pytest.mark.parametrize("role", [LEADER, COMMITTEE, *OUTSIDE])
def test_every_role_of_a_commune_finds_its_schools(village: Village, role: Role) -> None:
    page = village.enter(role).get(HOME)

    assert page.status_code == 200
    assert "Trường Tiểu học Bản Chuông" in page.text
    assert "Phòng Văn hóa – Xã hội" not in page.text


@pytest.mark.parametrize("role", OUTSIDE)
def test_who_reads_no_assessment_sees_the_register_and_no_link_into_a_school(village: Village, role: Role) -> None:
    village.submit(village.open_cycle())
    browser = village.enter(role)

    home = browser.get(HOME).text
    assert f"/truong/{SCHOOL}" not in home
    assert "Đã trình" not in home
    assert 'action="/tim"' not in home
    for inner in (f"/truong/{SCHOOL}", f"/truong/{SCHOOL}/danh-gia", f"/truong/{SCHOOL}/minh-chung", f"{HOME}/kiem-tra"):
        assert browser.get(inner).status_code == 403, inner


def test_a_committee_opens_a_school_once_it_submitted_and_never_its_evidence(village: Village) -> None:
    browser = village.enter(COMMITTEE)
    cycle = village.open_cycle()

    before = browser.get(HOME).text
    assert f'href="/truong/{SCHOOL}"' not in before
    assert "Trường chưa trình báo cáo tự đánh giá; trình rồi thì xem được ở đây." in before
    assert browser.get(f"/truong/{SCHOOL}").status_code == 403

    village.submit(cycle)

    after = browser.get(HOME).text
    assert f'href="/truong/{SCHOOL}"' in after
    assert "Trường chưa trình báo cáo" not in after
    page = browser.get(f"/truong/{SCHOOL}")
    assert page.status_code == 200
    assert f"/truong/{SCHOOL}/minh-chung" not in page.text
    assert browser.get(f"/truong/{SCHOOL}/minh-chung").status_code == 403


def test_a_leader_reads_what_the_office_reads_and_finds_nothing_to_do_in_its_place(village: Village) -> None:
    village.submit(village.open_cycle())
    browser = village.enter(LEADER)

    for path in (HOME, f"{HOME}/kiem-tra", f"{HOME}/kien-nghi", f"{HOME}/ho-so", f"/truong/{SCHOOL}"):
        assert browser.get(path).status_code == 200, path
    assert "Lập đợt kiểm tra" not in browser.get(HOME).text


def test_mass_organisations_find_their_tasks_and_what_is_published_and_no_tab_that_is_refused(village: Village) -> None:
    browser = village.enter(Role.MASS_ORGANISATION)

    page = browser.get(f"{HOME}/hom-nay").text
    for path in (f"{HOME}/viec", f"{HOME}/thong-bao"):
        assert f'href="{path}"' in page
        tabs = re.findall(rf'href="({HOME}/[a-z-]+)\?nam=', browser.get(path).text)
        assert sorted(set(tabs) - {f"{HOME}/viec", f"{HOME}/thong-bao"}) == []
        assert len(tabs) >= 2


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICER, LEADER, COMMITTEE, Role.ECONOMIC_OFFICE])
def test_who_reads_the_year_has_all_its_tabs_and_each_opens(village: Village, role: Role) -> None:
    browser = village.enter(role)

    tabs = set(re.findall(rf'href="({HOME}/[a-z-]+\?nam=\d+)"', browser.get(f"{HOME}/viec").text))

    assert {f"{HOME}/{key}" for key, _ in TABS} <= {tab.partition("?")[0] for tab in tabs}
    for tab in tabs:
        assert browser.get(tab).status_code == 200, tab


@pytest.mark.parametrize("role", [LEADER, COMMITTEE, *OUTSIDE])
def test_another_communes_page_is_refused(village: Village, role: Role) -> None:
    register = a.RegisterCommune(commune="BAN-ME", name="Xã Bản Mế")
    village.do(Role.ADMINISTRATOR, "register_commune", register, a.CommuneView)

    assert village.enter(role).get("/xa/BAN-ME").status_code == 403


def test_a_closed_school_is_marked_where_schools_are_listed(village: Village) -> None:
    closing = a.CloseSchool(school=SCHOOL, number="15/QĐ-UBND", on=dt.date(2026, 8, 1), reason="Sáp nhập vào trường khác")
    village.do(Role.ADMINISTRATOR, "close_school", closing, a.SchoolView)

    for role, path in ((Role.COMMUNE_OFFICER, HOME), (Role.ECONOMIC_OFFICE, HOME), (Role.ADMINISTRATOR, "/quan-tri")):
        assert "Đã đóng từ" in village.enter(role).get(path).text, path


def test_an_administrator_notes_a_closing_and_a_refused_form_keeps_what_was_typed(village: Village) -> None:
    browser = village.enter(Role.ADMINISTRATOR)
    typed = {"viec": "dong-truong", "ma": SCHOOL, "so": "15/QĐ-UBND", "ngay": "2026-08-01", "ly-do": "ok"}

    refused = browser.post("/quan-tri", data=typed | {"csrf": _token(browser)})
    assert "ít nhất 10 chữ cái" in refused.text
    assert 'value="15/QĐ-UBND"' in refused.text

    done = browser.post("/quan-tri", data=typed | {"ly-do": "Sáp nhập vào trường khác", "csrf": _token(browser)})
    assert done.headers["Location"] == f"/quan-tri?da-dong={SCHOOL}"
    assert "Đã ghi quyết định đóng" in browser.get(done.headers["Location"]).text


def _token(browser) -> str:
    page = browser.get("/quan-tri").text
    return page.partition('name="csrf" value="')[2].partition('"')[0]
