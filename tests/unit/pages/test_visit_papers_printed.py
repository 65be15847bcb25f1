"""Papers of a visit through the whole portal on real services: over REST and from the page, files that say what is so."""

from __future__ import annotations

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import inspection as i
from shared.contracts.calls import recommendations as r
from shared.contracts.calls.identity import PeopleRecorded, PersonEntry, RecordPeople
from shared.papers.filled import FilledParagraph, FilledTable
from shared.papers.reading import read_office
from shared.vocabulary.assessment import Layer
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.test_writing_pages import token
from tests.unit.pages.village import SCHOOL, Village

URL = f"/api/v1/schools/{SCHOOL}/papers"
PAGE = f"/truong/{SCHOOL}/giay-doan"


@pytest.fixture(scope="module")
def visited():
    """Return a village with a concluded visit that recommended something, and the visit."""
    with scope():
        village = Village()
        cycle = village.open_cycle()
        village.judge(cycle, "met", "1.1")
        visit = village.visit(cycle, ("1.1", "not_met"))
        add = r.AddRecommendation(
            school=SCHOOL, inspection=visit, criterion="1.1", text="Bổ sung sổ theo dõi", due="2027-01-31"
        )
        village.do(Role.COMMUNE_OFFICER, "add_recommendation", add, r.RecommendationAdded, "inspection")
        village.conclude(visit)
        yield village, visit


PEOPLE = (
    PersonEntry(name="Nông Đức Lâm", office="Trưởng phòng Văn hóa - Xã hội"),
    PersonEntry(name="Lăng Thị Tâm", office="Thư ký"),
    PersonEntry(name="Lương Thị Hoài", office="Hiệu trưởng"),
)


@pytest.fixture(scope="module")
def sent():
    """Return a village with a visit that has a team, minutes and no conclusion, with people that identity knows."""
    with scope():
        village = Village()
        cycle = village.open_cycle()
        plan = i.PlanInspection(
            school=SCHOOL, cycle=cycle, layer=Layer.COMMUNE, on=today(SystemClock()), title="Kiểm tra kỹ thuật"
        )
        visit = village.do(Role.COMMUNE_OFFICER, "plan", plan, i.InspectionView, "inspection").inspection
        asked = RecordPeople(school=SCHOOL, people=list(PEOPLE))
        head, secretary, of_school = village.do(
            Role.COMMUNE_OFFICER, "record_people_of_visit", asked, PeopleRecorded, "identity"
        ).persons
        members = [{"person": head, "role": "truong", "criteria": ["1.1"]}, {"person": secretary, "role": "thu_ky"}]
        team = {"decision": "64/QĐ-UBND", "decided_on": "2026-10-20", "members": members}
        held = {
            "held_on": [today(SystemClock()).isoformat()],
            "participants": [{"person": of_school, "office": "Hiệu trưởng"}],
            "sites": ["Điểm trường Pá Kép"],
            "school_opinion": "Nhất trí.",
        }
        browser, base = village.enter(Role.COMMUNE_OFFICER), f"/api/v1/schools/{SCHOOL}/inspections/{visit}"
        headers = {"X-CSRF-Token": token(browser, PAGE)}
        for path, body in (("team", team), ("minutes", held)):
            answer = browser.post(f"{base}/{path}", json=body, headers=headers)
            assert answer.status_code == 200, answer.text
        village.relay()
        yield village, visit


def test_names_that_identity_keeps_stand_on_decision_and_minutes(sent):
    village, visit = sent
    browser = village.enter(Role.COMMUNE_OFFICER)
    decision = browser.get(f"{URL}/qd_lap_doan?inspection={visit}")
    assert (decision.headers["X-Kiemdinh-Draft"], decision.headers["X-Kiemdinh-Gaps"]) == ("false", "0")
    tables = [block for block in read_office(decision.data).blocks if isinstance(block, FilledTable)]
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    assert ["1", "Nông Đức Lâm", "Trưởng phòng Văn hóa - Xã hội", "Trưởng đoàn; xem trước tiêu chí 1.1"] in rows
    assert ["2", "Lăng Thị Tâm", "", "Thư ký"] in rows
    minutes = words(browser.get(f"{URL}/bien_ban_kiem_tra?inspection={visit}"))
    for text in ("Nông Đức Lâm, Trưởng đoàn", "Lương Thị Hoài, Hiệu trưởng", "Điểm trường Pá Kép", "Nhất trí."):
        assert text in minutes


def words(answer) -> str:
    said = []
    for block in read_office(answer.data).blocks:
        if isinstance(block, FilledParagraph):
            said.append(block.text)
        else:
            said += [cell.text for row in block.rows for cell in row.cells]
    return "\n".join(said)


def test_the_minutes_print_in_word_with_the_schools_own_level_beside_the_teams(visited):
    village, visit = visited
    answer = village.enter(Role.COMMUNE_OFFICER).get(f"{URL}/bien_ban_kiem_tra?inspection={visit}")
    assert answer.status_code == 200, answer.text
    said = words(answer)
    for text in ("Trường Tiểu học Bản Chuông", "Bổ sung sổ theo dõi", "Đã xem xong tại chỗ.", "Không đạt Mức 1"):
        assert text in said
    assert (answer.headers["X-Kiemdinh-Draft"], answer.headers["X-Kiemdinh-Gaps"]) == ("false", "0")


def test_the_same_moment_prints_the_same_bytes(visited):
    village, visit = visited
    browser = village.enter(Role.COMMUNE_OFFICER)
    address = f"{URL}/bien_ban_kiem_tra?inspection={visit}"
    first, known = browser.get(address), browser.get(address).headers["X-Kiemdinh-Known-At"]
    assert browser.get(f"{address}&known_at={known}").data == first.data


def test_the_sheet_of_recommendations_prints_in_excel(visited):
    village, visit = visited
    answer = village.enter(Role.HEAD).get(f"{URL}/phieu_kien_nghi?inspection={visit}&format=xlsx")
    assert answer.status_code == 200
    assert "Bổ sung sổ theo dõi" in words(answer)


def test_the_school_does_not_print_the_report_to_the_commune(visited):
    village, visit = visited
    answer = village.enter(Role.HEAD).get(f"{URL}/bao_cao_kiem_tra?inspection={visit}")
    assert answer.status_code == 403


def test_what_is_not_there_yet_is_a_named_refusal(visited):
    village, visit = visited
    browser = village.enter(Role.COMMUNE_OFFICER)
    for kind in ("qd_lap_doan", "to_trinh", "thong_bao_ho_so", "qd_cong_nhan", "bao_cao_danh_gia_ngoai"):
        answer = browser.get(f"{URL}/{kind}?inspection={visit}")
        assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (409, "chua-co-de-in"), kind


def test_the_page_of_the_visit_prints_what_it_offers(visited):
    village, visit = visited
    browser = village.enter(Role.COMMUNE_OFFICER)
    page = browser.get(f"{PAGE}?dot={visit}")
    assert "loai=ke_hoach_kiem_tra" in page.text
    assert browser.get(f"{PAGE}/in?loai=ke_hoach_kiem_tra&dot={visit}").data.startswith(b"PK")
    assert browser.get("/xa/NAM-LAM/kiem-tra/lich?dang=xlsx").data.startswith(b"PK")
