"""The years after a recognition on pages: checks, remedy before revocation, five years, where layers differed."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from services.assessment.use_cases import looking_back
from services.portal.pages import formatting, former_years
from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls import maintenance as m
from shared.contracts.calls.identity import CommuneEntry, SchoolEntry
from shared.text import format_date, school_year_of
from shared.vocabulary.roles import Role
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

PAGE = f"/truong/{SCHOOL}/duy-tri"
NUMBER = "9/QĐ-SGDĐT"
INTERNAL = "không có điều nào của thông tư yêu cầu"
YEAR = school_year_of(today(SystemClock()))


@pytest.fixture
def village() -> Village:
    return Village()


def recognise(village: Village, kind: str = "recognition") -> None:
    """Copy a decision of the year before from its paper."""
    before = today(SystemClock()).replace(year=today(SystemClock()).year - 1, day=1)
    paper = {"override": "Quyết định ký trước khi có hệ thống", "copied_from_paper": village.paper("Bản quét")}
    said: dict[str, Any] = {"school": SCHOOL, "number": NUMBER, "degree": 1, "decided_on": before, **paper}
    if kind == "certificate":
        village.do(Role.DEPARTMENT_OFFICER, "grant_certificate", a.GrantCertificate(**said), a.CertificateView)
    else:
        village.do(Role.DEPARTMENT_OFFICER, "grant_recognition", a.GrantRecognition(**said), a.RecognitionView)


def post(village: Village, role: Role = Role.COMMUNE_OFFICER, **fields: str) -> Any:
    client = village.enter(role)
    token = re.search(r'name="csrf" value="([^"]+)"', client.get(PAGE).text)
    assert token
    sent = {"nam": YEAR, "ket-qua": "duy_tri", "ngay": format_date(today(SystemClock()))}
    sent |= {name.replace("_", "-"): value for name, value in fields.items()}
    return client.post(PAGE, data={"csrf": token[1], **sent})


def checks(village: Village) -> list[m.MaintenanceCheckView]:
    request = m.MaintenanceRequest(school=SCHOOL)
    found: list[m.MaintenanceCheckView] = village.do(
        Role.COMMUNE_OFFICER, "maintenance", request, m.MaintenanceView, "inspection"
    ).checks
    return found


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


# --- the school's page


def test_before_any_decision_there_is_nothing_to_keep_and_no_form(village: Village) -> None:
    page = main_of(village.enter(Role.COMMUNE_OFFICER).get(PAGE).text)
    assert "không có Bằng hay Chứng nhận còn hiệu lực" in page
    assert INTERNAL in page
    assert "<form" not in page
    assert "Yêu cầu khắc phục" not in page


@pytest.mark.parametrize("kind", ["recognition", "certificate"])
def test_an_officer_records_a_check_and_the_page_shows_it(village: Village, kind: str) -> None:
    recognise(village, kind)
    answer = post(village, ket_qua="nguy_co", ghi_chu="Thiếu hai phòng học")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?xong=1")
    (made,) = checks(village)
    assert (made.year, made.result, made.note, made.checked_on) == (
        YEAR,
        "nguy_co",
        "Thiếu hai phòng học",
        today(SystemClock()),
    )
    page = main_of(village.enter(Role.HEAD).get(PAGE).text)
    assert "Có nguy cơ" in page
    assert "Thiếu hai phòng học" in page
    assert "<form" not in page


def test_a_check_may_rest_on_a_concluded_visit_that_the_page_offers(village: Village) -> None:
    recognise(village)
    visit = village.visit(village.open_cycle(), ("1.1", "met"))
    assert f'value="{visit}"' not in village.enter(Role.COMMUNE_OFFICER).get(PAGE).text
    village.conclude(visit)
    assert f'value="{visit}"' in village.enter(Role.COMMUNE_OFFICER).get(PAGE).text
    post(village, dot=visit)
    assert [made.inspection for made in checks(village)] == [visit]
    assert "Kiểm tra kỹ thuật" in main_of(village.enter(Role.HEAD).get(PAGE).text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ket_qua": "tot"}, "Chọn một kết quả"),
        ({"ket_qua": ""}, "Thiếu kết quả"),
        ({"nam": "2000-2002"}, "Ghi như 2026-2027"),
        ({"ngay": "1/1/1990", "nam": "1989-1990"}, "không có Bằng hay Chứng nhận còn hiệu lực"),
        ({"ngay": "1/1/2999"}, "chưa đến"),
    ],
)
def test_what_is_refused_says_so_and_the_form_keeps_what_was_typed(
    village: Village, fields: dict[str, str], said: str
) -> None:
    recognise(village)
    page = post(village, ghi_chu="Đã xem phòng học", **fields)
    assert said in page.text
    assert "Đã xem phòng học" in page.text
    assert checks(village) == []


def test_remedy_comes_before_revocation_and_the_department_is_led_to_both(village: Village) -> None:
    recognise(village)
    post(village, ket_qua="khong")
    officer = main_of(village.enter(Role.COMMUNE_OFFICER).get(PAGE).text)
    assert "Việc tiếp theo" in officer
    assert "khắc phục" in officer
    assert "Đ20 k1" in officer
    assert "/so/quyet-dinh" not in officer
    department = village.enter(Role.DEPARTMENT_OFFICER)
    page = main_of(department.get(PAGE).text)
    assert f'href="/so/quyet-dinh?truong={SCHOOL}#khac">Yêu cầu khắc phục' in page
    assert f'href="/so/quyet-dinh?truong={SCHOOL}#khac">Thu hồi' in page
    decisions = department.get(f"/so/quyet-dinh?truong={SCHOOL}").text
    assert 'id="khac"' in decisions
    assert "Ghi yêu cầu" in decisions


def test_a_check_changes_no_recognition(village: Village) -> None:
    recognise(village)
    post(village, ket_qua="khong")
    recognition = village.status().recognition
    assert recognition is not None
    assert (recognition.state, recognition.remedy_until) == ("con_hieu_luc", None)


# --- across schools


def test_an_office_sees_the_recognised_schools_and_which_nobody_checked(village: Village) -> None:
    for role, page in ((Role.COMMUNE_OFFICER, f"/xa/{COMMUNE}/duy-tri"), (Role.DEPARTMENT_OFFICER, "/so/duy-tri")):
        assert "Chưa có trường nào đang giữ" in main_of(village.enter(role).get(page).text)
    recognise(village)
    for role, page in ((Role.COMMUNE_OFFICER, f"/xa/{COMMUNE}/duy-tri"), (Role.DEPARTMENT_OFFICER, "/so/duy-tri")):
        shown = main_of(village.enter(role).get(page).text)
        assert "1 trường chưa kiểm tra" in shown
        assert INTERNAL in shown
    post(village)
    shown = main_of(village.enter(Role.COMMUNE_OFFICER).get(f"/xa/{COMMUNE}/duy-tri").text)
    assert "0 trường chưa kiểm tra" in shown
    assert "1 trường chưa kiểm tra" in village.enter(Role.COMMUNE_OFFICER).get(f"/xa/{COMMUNE}/duy-tri?nam=2020-2021").text
    assert village.enter(Role.COMMUNE_OFFICER).get(f"/xa/{COMMUNE}/duy-tri?nam=abc").status_code == 400
    assert village.enter(Role.HEAD).get(f"/xa/{COMMUNE}/duy-tri").status_code == 403


# --- five years, and where layers differed


def test_five_years_are_five_columns_and_say_where_nothing_is(village: Village) -> None:
    empty = main_of(village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/nam-nam").text)
    assert empty.count('<th scope="col">20') == 5
    assert "Chưa có đợt tự đánh giá nào" in empty
    recognise(village)
    cycle = village.open_cycle()
    village.judge(cycle, "met", "1.1")
    village.conclude(village.visit(cycle, ("1.1", "not_met")))
    post(village, ket_qua="nguy_co")
    page = main_of(village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/nam-nam").text)
    assert 'aria-label="Trường Mức\xa02, Xã Không đạt"' in page
    assert f"số {NUMBER}" in page
    assert "Có nguy cơ" in page
    assert page.count('<th scope="col">20') == 10


def test_awards_of_the_year_that_runs_stand_as_of_today_and_not_of_its_end(village: Village) -> None:
    head = village.enter(Role.HEAD)
    page = main_of(head.get(f"/truong/{SCHOOL}/nam-nam").text)
    for award in ("Công nhận", "Chứng nhận"):
        assert f"<b>{award}</b> cuối năm học; {formatting.year(YEAR)}: đến hôm nay</th>" in page
    assert "(chưa hết năm học) thì đến hôm nay" in page
    past = head.get(f"/truong/{SCHOOL}/nam-nam?hieu-luc=30/4/2026", follow_redirects=True).text
    assert "2025–2026: đến ngày 30/4/2026</th>" in main_of(past)
    ended = main_of(head.get(f"/truong/{SCHOOL}/nam-nam?hieu-luc=30/6/2026", follow_redirects=True).text)
    assert "<b>Công nhận</b> cuối năm học</th>" in ended
    assert "chưa hết năm học" not in ended


def test_five_years_of_the_past_are_fixed_to_a_place_of_the_log_and_tell_no_check(village: Village) -> None:
    recognise(village)
    post(village)
    head = village.enter(Role.HEAD)
    moved = head.get(f"/truong/{SCHOOL}/nam-nam?hieu-luc=30/6/2026")
    assert moved.status_code == 302
    page = head.get(moved.location).text
    assert "Đang xem quá khứ" in page
    assert "Kiểm tra duy trì" not in main_of(page)


def diverging(village: Village) -> str:
    cycle = village.open_cycle()
    village.judge(cycle, "met", "1.1", "1.2")
    village.conclude(village.visit(cycle, ("1.1", "not_met"), ("1.2", "met")))
    return cycle


def test_a_sheet_of_a_school_names_the_criteria_on_which_layers_differed(village: Village) -> None:
    page = f"/truong/{SCHOOL}/chenh-lech"
    assert "chưa có gì để so" in main_of(village.enter(Role.HEAD).get(page).text)
    diverging(village)
    shown = main_of(village.enter(Role.HEAD).get(page).text)
    assert "1 tiêu chí có năm khác nhau" in shown
    assert shown.count("ms ring") == 1
    rows = sheet(village.enter(Role.HEAD).get(f"{page}.csv"))
    assert rows[0] == ["Tiêu chí", "Tên", "Năm học", "Trường", "Xã", "Sở", "Khác nhau"]
    told = {row[0]: (row[2], *row[3:]) for row in rows[1:]}
    assert told["1.1"] == ("2026-2027", "Mức 2", "Không đạt", "", "có")
    assert told["1.2"][-1] == "không"
    assert set(told) == {"1.1", "1.2"}


def test_a_sheet_of_an_office_counts_by_criterion_and_names_schools_behind_it(village: Village) -> None:
    diverging(village)
    for role, base in ((Role.COMMUNE_OFFICER, f"/xa/{COMMUNE}"), (Role.DEPARTMENT_OFFICER, "/so")):
        client = village.enter(role)
        shown = main_of(client.get(f"{base}/chenh-lech").text)
        assert "1 tiêu chí có chỗ khác nhau" in shown
        assert "Không xếp hạng trường" in shown
        assert f'href="/truong/{SCHOOL}/chenh-lech?bo=2026/pho_thong"' in shown
        rows = sheet(client.get(f"{base}/chenh-lech.csv"))
        assert [row[:4] for row in rows if row[0] == "1.1" and row[2]] == [["1.1", rows[1][1], "1", "1"]]
        assert [row[4:] for row in rows if row[4] and row[0] == "1.1"] == [
            ["Trường Tiểu học Bản Chuông", "2026-2027", "Mức 2", "Không đạt", ""]
        ]
    only = village.enter(Role.DEPARTMENT_OFFICER).get("/so/chenh-lech?xa=KHAC").text
    assert "Chưa có tiêu chí nào được hai lớp cùng đánh giá" in only
    assert village.enter(Role.DEPARTMENT_OFFICER).get("/so/chenh-lech?bo=la").status_code == 400
    assert '<option value="">Mọi xã</option>' in village.enter(Role.DEPARTMENT_OFFICER).get("/so/chenh-lech").text


@pytest.mark.parametrize("address", ["/so/chenh-lech", f"/so/chenh-lech?xa={COMMUNE}"])
def test_a_department_of_too_many_schools_sees_one_commune_and_chooses_another(
    address: str, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    diverging(village)
    known = village.identity.directory
    for code, name in (("A-TRONG", "Xã A không trường"), ("Z-XA", "Xã Zôn")):
        known.put_commune(CommuneEntry(code=code, name=name))
    known.put_school(SchoolEntry(code="TH-Z", name="Trường Zôn", kind="tieu_hoc", commune="Z-XA"))
    for module in (former_years, looking_back):
        monkeypatch.setattr(module, "MOST_SCHOOLS_COMPARED", 1)
    client = village.enter(Role.DEPARTMENT_OFFICER)
    page = client.get(address)
    assert page.status_code == 200
    shown = main_of(page.text)
    assert f'<option value="{COMMUNE}" selected>' in shown, "the first commune that has a school"
    assert '<option value="Z-XA">Xã Zôn</option>' in shown
    assert "Mọi xã" not in shown
    assert "xem từng xã" in shown
    assert "1 tiêu chí có chỗ khác nhau" in shown
    told = client.get(address.replace("chenh-lech", "chenh-lech.csv"))
    assert f"chenh-lech-{COMMUNE}.csv" in told.headers["Content-Disposition"]
    assert "1.1" in {row[0] for row in sheet(told)}


def test_the_pages_that_look_back_lead_to_each_other(village: Village) -> None:
    for page in ("lich-su", "nam-nam", "chenh-lech", "duy-tri"):
        html = village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/{page}").text
        tabs = html[html.index('aria-label="Nhìn lại"') :]
        tabs = tabs[: tabs.index("</nav>")]
        assert [f"/truong/{SCHOOL}/{key}" in tabs for key in ("lich-su", "nam-nam", "chenh-lech", "duy-tri")] == [True] * 4
        assert f'/truong/{SCHOOL}/{page}" aria-current="page"' in tabs
    assert f"/truong/{SCHOOL}/nam-nam" in village.enter(Role.HEAD).get(f"/truong/{SCHOOL}").text


def test_an_evaluator_does_not_read_former_years(village: Village) -> None:
    evaluator = village.enter(Role.EXTERNAL_EVALUATOR)
    for page in ("nam-nam", "chenh-lech"):
        assert evaluator.get(f"/truong/{SCHOOL}/{page}").status_code == 403
    assert "Sau công nhận" not in evaluator.get("/so/ho-so").text


def sheet(response: Any) -> list[list[str]]:
    assert response.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
