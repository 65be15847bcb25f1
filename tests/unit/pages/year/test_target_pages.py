"""Targets on their pages: set for many, seen as a matrix, opened, revised, given up, printed; one layer at a time."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest

from services.portal.pages.year.target_matrix import matrix
from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls.year import targets as t
from shared.rulebook import load_library
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetState
from shared.vocabulary.roles import Role
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

DAY = today(SystemClock())
YEAR = DAY.year
BOARD = f"/xa/{COMMUNE}/chi-tieu"
CELL = f"{BOARD}/{SCHOOL}/1.1?nam={YEAR}"
END = f"31/12/{YEAR}"


@pytest.fixture
def village() -> Village:
    made = Village()
    made.open_cycle()
    return made


@pytest.fixture
def officer(village: Village) -> Any:
    return village.enter(Role.COMMUNE_OFFICER)


def send(client: Any, path: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf" content="([^"]+)"', client.get(path).text)
    assert token
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return client.post(path, data={"csrf": token[1], **named}, headers={"Accept": "text/html"})


def set_many(client: Any, *criteria: str, day: str = END, **more: Any) -> Any:
    path = f"{BOARD}/dat?nam={YEAR}"
    return send(client, path, truong=[SCHOOL], tieu_chi=list(criteria), muc="1", han=day, **more)


def cell(page: str, criterion: str) -> str:
    found = re.search(rf'<td class="(\w+)"><a href="[^"]*/{re.escape(criterion)}\?nam={YEAR}">(.*?)</a></td>', page)
    assert found, criterion
    return f"{found[1]}: {words_of(found[2])}"


def test_a_commune_without_targets_sees_every_cell_waiting_to_be_set(officer):
    page = officer.get(f"{BOARD}?nam={YEAR}").text
    assert cell(page, "1.1").startswith("chua_co: đặt chỉ tiêu")
    assert "15 chưa có" in words_of(main_of(page))
    assert f'href="{BOARD}/in' not in page


def test_what_was_ticked_is_set_and_each_cell_says_level_and_month(village, officer):
    done = set_many(officer, "1.1", "1.2", bien_phap="Sửa hai phòng")
    assert done.status_code == 303, done.text
    page = officer.get(f"{BOARD}?nam={YEAR}").text
    assert cell(page, "1.1") == f"dang_lam: Mức 1 , đang làm, hạn 12/{YEAR % 100}"
    village.judge(village.status().cycle, "met", "1.1")
    page = officer.get(f"{BOARD}?nam={YEAR}").text
    assert cell(page, "1.1").startswith("dat: Mức 1")
    assert "1 đang làm" in words_of(main_of(page))
    assert "1 đạt" in words_of(main_of(page))


def test_a_late_target_is_a_clock_and_the_pills_show_it_alone(village, officer):
    set_many(officer, "1.2")
    set_many(officer, "1.1", day=f"01/01/{YEAR}")
    page = officer.get(f"{BOARD}?nam={YEAR}&loc=tre").text
    assert cell(page, "1.1").startswith("tre: Mức 1")
    assert "/1.2?nam" not in main_of(page)
    assert 'aria-current="true"' in main_of(page)
    assert "Không có ô nào như vậy" in officer.get(f"{BOARD}?nam={YEAR}&loc=dat").text


def test_every_count_opens_what_it_counts(officer):
    set_many(officer, "1.1", "1.2")
    page = officer.get(f"{BOARD}?nam={YEAR}").text
    for state, number in {"tre": 0, "dang_lam": 2, "dat": 0, "chua_co": 13}.items():
        found = re.search(rf'<a href="({re.escape(BOARD)}\?[^"]*loc={state}[^"]*)"><b>(\d+)</b>', page)
        assert found
        assert int(found[2]) == number
        counted = officer.get(found[1].replace("&amp;", "&")).text
        assert len(re.findall(rf'<td class="{state}">', counted)) == number


def test_a_layer_is_chosen_and_never_mixed(village, officer):
    set_many(officer, "1.1")
    cycle = village.status().cycle
    village.judge(cycle, "met", "1.1")
    assert cell(officer.get(f"{BOARD}?nam={YEAR}").text, "1.1").startswith("dat")
    assert cell(officer.get(f"{BOARD}?nam={YEAR}&lop=commune").text, "1.1").startswith("dang_lam")
    village.conclude(village.visit(cycle, ("1.1", "met")))
    assert cell(officer.get(f"{BOARD}?nam={YEAR}&lop=commune").text, "1.1").startswith("dat")


def test_a_cell_says_who_leads_by_what_means_and_why_the_day_is_not_known(officer):
    set_many(officer, "1.1", bien_phap="Sửa hai phòng", chu_tri="phong_kinh_te")
    words = words_of(main_of(officer.get(CELL).text))
    for said in ("Phòng Kinh tế", "Sửa hai phòng", "Sớm nhất chưa rõ", "Còn thiếu 1.1 Mức 1; chưa rõ ngày: chưa có việc"):
        assert said in words


def test_a_target_is_set_revised_and_given_up_on_its_own_page(officer):
    assert send(officer, CELL, viec="dat", muc="1", han=END).status_code == 303
    version = re.search(r'name="ban" value="(\d+)"', officer.get(CELL).text)
    assert version
    later = {"viec": "sua", "muc": "2", "han": f"31/3/{YEAR + 1}", "ly_do": "Công trình chậm", "ban": version[1]}
    assert send(officer, CELL, **later).status_code == 303
    words = words_of(main_of(officer.get(CELL).text))
    assert f"Phải đạt Mức 2 Hạn 31/3/{YEAR + 1}, đã điều chỉnh" in words
    assert "Công trình chậm" in words
    refused = send(officer, CELL, **{**later, "muc": "1"})
    assert "Có người đã sửa chỉ tiêu này" in refused.text
    assert send(officer, CELL, viec="bo", ly_do_bo="Trường sáp nhập").status_code == 303
    assert "chưa có chỉ tiêu năm" in words_of(main_of(officer.get(CELL).text))


def test_a_refused_form_gives_back_what_was_typed(officer):
    refused = set_many(officer, "1.1", day="31/02/2026", bien_phap="Sửa hai phòng")
    assert "31/02/2026 không có trong lịch" in refused.text
    assert "Sửa hai phòng" in refused.text
    assert re.search(rf'name="truong" value="{SCHOOL}"[^>]* checked', refused.text)
    assert "Chưa chọn trường nào" in send(officer, f"{BOARD}/dat?nam={YEAR}", muc="1", han=END).text
    assert "Không rõ làm gì" in send(officer, CELL, viec="").text


def test_whoever_may_not_set_sees_why(village):
    inspector = village.enter(Role.INSPECTOR)
    page = inspector.get(f"{BOARD}?nam={YEAR}").text
    assert re.search(r"<button[^>]* disabled[^>]*>.*?Đặt chỉ tiêu</button>", page)
    assert "Phòng Văn hóa – Xã hội và lãnh đạo xã đặt chỉ tiêu." in page
    assert "<form method" not in main_of(inspector.get(CELL).text)


@pytest.mark.parametrize("path", [BOARD, CELL, f"{BOARD}/dat", f"{BOARD}/in"])
def test_a_school_has_no_way_to_the_commune_board(village, path):
    assert village.enter(Role.HEAD).get(path).status_code == 403


def test_the_sheet_holds_every_target(village, officer):
    set_many(officer, "1.1", "1.2", bien_phap="Sửa hai phòng")
    sheet = officer.get(f"{BOARD}/in?nam={YEAR}&dang=xlsx")
    assert sheet.status_code == 200
    rows = openpyxl.load_workbook(io.BytesIO(sheet.data)).worksheets[0].iter_rows(values_only=True)
    words = " ".join(str(value) for row in rows for value in row if value is not None)
    for said in ("Sửa hai phòng", "Trường Tiểu học Bản Chuông", "Đang làm", "Mức phải đạt"):
        assert said in words
    assert officer.get(f"{BOARD}/in?nam={YEAR}&dang=docx").data[:2] == b"PK"
    assert officer.get(f"{BOARD}/in?nam={YEAR}&dang=pdf").data[:4] == b"%PDF"


@pytest.mark.parametrize("layer", [Layer.SCHOOL, Layer.COMMUNE])
def test_a_target_is_met_exactly_where_the_assessment_service_says_so(village, layer):
    cycle = village.status().cycle
    for criterion, result in {"1.1": "met", "1.2": "not_met", "1.3": "not_assessed", "4.1": "met"}.items():
        village.judge(cycle, result, criterion)
    village.conclude(village.visit(cycle, ("1.1", "met"), ("2.1", "not_met")))
    wanted = [
        t.TargetWanted(school=SCHOOL, criterion=code, level=1, by=DAY, layer=layer)
        for code in ("1.1", "1.2", "1.3", "2.1", "4.1")
    ]
    asked = t.SetTargets(commune=COMMUNE, year=YEAR, targets=wanted)
    village.do(Role.COMMUNE_OFFICER, "set_targets", asked, t.TargetsSet, "inspection")
    request = t.TargetBoardRequest(commune=COMMUNE, year=YEAR, layer=layer)
    board = village.do(Role.COMMUNE_OFFICER, "target_board", request, t.TargetBoard, "inspection")
    for one in board.targets:
        explained = village.do(
            Role.HEAD, "explain", a.ExplainRequest(school=SCHOOL, criterion=one.criterion, layer=layer), a.ExplainAnswer
        )
        assert (one.met_on is not None) == (explained.level.floor >= 1), one.criterion


def test_two_hundred_schools_come_twelve_at_a_time_and_stay_within_the_budget():
    book = load_library().get("v2018_tt22/tieu_hoc")
    schools = [
        t.TargetSchool(school=f"T{n:03d}", name=f"Trường Tiểu học số {n}", rulebook=book.id, digest=book.digest, counts={})
        for n in range(200)
    ]
    board = t.TargetBoard(commune=COMMUNE, year=YEAR, layer=Layer.SCHOOL, day=DAY, targets=[], schools=schools, counts={})
    first = matrix(board, book.id, None, "", 1)
    assert (len(first.schools), first.every, first.counts[TargetState.NONE]) == (12, 200, 200 * len(book.criteria))
    assert [one.school for one in matrix(board, book.id, None, "", 17).schools] == [f"T{n}" for n in range(192, 200)]
    assert matrix(board, book.id, TargetState.LATE, "", 1).schools == []
