"""The way through the pages alone, on real services: a recommendation to its verdict, a registration to its decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import assessment as a
from shared.contracts.calls import inspection as i
from shared.contracts.calls import recommendations as r
from shared.contracts.calls import teams as t
from shared.text import format_date
from shared.vocabulary.inspection import Responsible
from shared.vocabulary.roles import Role
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.test_recommendation_pages import send
from tests.unit.pages.village import COMMUNE, SCHOOL, Village

ANSWERS, BOARD = f"/truong/{SCHOOL}/kien-nghi", f"/xa/{COMMUNE}/kien-nghi"
REGISTRATION, QUEUE = f"/truong/{SCHOOL}/dang-ky", "/so/ho-so"
TODAY = today(SystemClock())
SOON = TODAY + dt.timedelta(days=20)


@pytest.fixture
def village() -> Village:
    return Village()


def does(village: Village, role: Role, path: str, **fields: Any) -> None:
    """Send a form, confirmed where it asks first; the services hear of it."""
    response = send(village.enter(role), path, **fields, chac="co")
    assert response.status_code == 303, words_of(main_of(response.text))[:600]
    village.relay()


def says(village: Village, role: Role, path: str) -> str:
    return words_of(main_of(village.enter(role).get(path).text))


def recommended(village: Village, visit: str, text: str, responsible: Responsible = Responsible.SCHOOL) -> str:
    made = r.AddRecommendation(
        school=SCHOOL, inspection=visit, text=text, due=SOON, responsible=responsible, criterion="1.1"
    )
    return str(village.do(Role.COMMUNE_OFFICER, "add_recommendation", made, r.RecommendationAdded, "inspection").id)


def test_a_recommendation_is_answered_by_the_school_and_verified_by_the_commune(village: Village) -> None:
    cycle = village.open_cycle()
    village.judge(cycle, "met", "1.1")
    document = village.paper("Biên bản sửa phòng học")
    visit = village.visit(cycle, ("1.1", "not_met"))
    one = recommended(village, visit, "Sửa hai phòng học xuống cấp.")
    assert "Sửa hai phòng học" not in says(village, Role.HEAD, ANSWERS), "a draft until the visit is concluded"
    village.conclude(visit)
    assert f"hạn {format_date(SOON)}, còn 20 ngày" in says(village, Role.HEAD, ANSWERS).replace("\u00a0", " ")

    does(village, Role.CLERK, ANSWERS, kien_nghi=one, tra_loi="Đã sửa xong.", tai_lieu=[document])
    assert "chờ đoàn xác minh" in says(village, Role.HEAD, ANSWERS)
    assert "1 chờ xác minh" in says(village, Role.COMMUNE_OFFICER, BOARD)
    assert "Biên bản sửa phòng học" in says(village, Role.COMMUNE_OFFICER, f"{BOARD}?chon={one}")

    verdict = {"hanh_dong": "xac-minh", "truong": SCHOOL, "kien_nghi": one}
    does(village, Role.COMMUNE_OFFICER, BOARD, **verdict, ket_qua="mot_phan", ghi_chu="Mới một phòng")
    assert "đạt một phần. Mới một phòng" in says(village, Role.HEAD, ANSWERS)
    does(village, Role.CLERK, ANSWERS, kien_nghi=one, tra_loi="Phòng thứ hai cũng xong.")
    does(village, Role.COMMUNE_OFFICER, BOARD, **verdict, ket_qua="dat")
    assert "1 xong" in says(village, Role.HEAD, ANSWERS)


def test_what_the_economic_office_has_to_do_is_answered_on_the_board_and_may_get_more_time(village: Village) -> None:
    cycle = village.open_cycle()
    visit = village.visit(cycle, ("1.1", "met"))
    one = recommended(village, visit, "Cấp kinh phí sửa mái.", Responsible.ECONOMIC_OFFICE)
    village.conclude(visit)
    later = SOON + dt.timedelta(days=30)
    who = {"truong": SCHOOL, "kien_nghi": one}
    does(village, Role.COMMUNE_OFFICER, BOARD, hanh_dong="gia-han", han=format_date(later), ly_do="Chờ họp HĐND", **who)
    does(village, Role.COMMUNE_OFFICER, BOARD, hanh_dong="tra-loi", tra_loi="Đã bố trí vốn.", **who)
    said = says(village, Role.HEAD, ANSWERS)
    assert "Phòng Kinh tế trả lời" in said
    assert "Chờ họp HĐND" in said


def test_evidence_that_was_asked_for_may_be_linked_after_submission_and_is_supplied_with_its_paper(village: Village) -> None:
    cycle = village.open_cycle()
    village.judge(cycle, "met", "1.1")
    village.submit(cycle)
    document = village.paper("Biên bản kiểm định")
    visit = village.visit(cycle, ("1.1", "met"))
    asked = t.RequestEvidence(
        school=SCHOOL, inspection=visit, criterion="1.1", what="Biên bản kiểm định phòng cháy", due=SOON
    )
    made = village.do(Role.COMMUNE_OFFICER, "request_evidence", asked, t.EvidenceRequestAdded, "inspection")
    assert "Biên bản kiểm định phòng cháy" in says(village, Role.HEAD, ANSWERS), "told at once, before the conclusion"
    does(village, Role.CLERK, ANSWERS, yeu_cau=made.request, dot=visit, tai_lieu=[document], tra_loi="Gửi kèm.")
    assert f"đã gửi {format_date(TODAY)}" in says(village, Role.HEAD, ANSWERS)


def test_a_registration_goes_from_the_heads_page_through_the_queue_to_the_decision(village: Village) -> None:
    head, commune, department = Role.HEAD, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER
    cycle = village.open_cycle()
    assert "trình rồi mới đăng ký được" in says(village, head, REGISTRATION)
    village.submit(cycle)
    does(village, head, REGISTRATION, viec="dang-ky", muc_dich="ca_hai", muc_do="1", so_bo="2")
    assert "chờ xã kiểm tra hồ sơ" in says(village, head, f"/truong/{SCHOOL}")
    assert "1 còn ở xã, chưa tới Sở" in says(village, department, QUEUE)

    does(village, commune, REGISTRATION, viec="kiem-tra", ket_qua="thieu", thieu="Danh mục minh chứng")
    assert "Danh mục minh chứng" in says(village, head, REGISTRATION)
    does(village, commune, REGISTRATION, viec="kiem-tra", ket_qua="du")
    does(village, commune, REGISTRATION, viec="chuyen", noi_nhan="so", so="15/TTr")
    assert "Tiếp nhận hoặc trả" in says(village, department, QUEUE)

    does(village, department, REGISTRATION, viec="tra", ly_do="Thiếu phụ lục", han=format_date(SOON))
    assert "Thiếu phụ lục" in says(village, head, REGISTRATION)
    does(village, head, REGISTRATION, viec="dang-ky", muc_dich="cqg")
    does(village, commune, REGISTRATION, viec="kiem-tra", ket_qua="du")
    does(village, commune, REGISTRATION, viec="chuyen", noi_nhan="so")
    does(village, department, REGISTRATION, viec="tiep-nhan")
    assert "chưa phân công" in says(village, department, QUEUE)

    visit = i.PlanInspection(school=SCHOOL, cycle=cycle, layer=a.Layer.DEPARTMENT, on=TODAY, title="Đánh giá ngoài")
    planned = village.do(department, "plan", visit, i.InspectionView, "inspection").inspection
    assert "đang đánh giá" in says(village, department, QUEUE)
    ending = i.ConcludeInspection(school=SCHOOL, inspection=planned, summary="Đã xem tại trường, không có phát hiện.")
    village.do(department, "conclude", ending, i.InspectionView, "inspection")
    assert "Gửi dự thảo" in says(village, department, QUEUE)

    does(village, department, REGISTRATION, viec="du-thao", tom_tat="Đạt Mức 1.")
    assert "Trường im lặng đến hết" in says(village, head, REGISTRATION)
    does(village, head, REGISTRATION, viec="phan-hoi", tra_loi="co-diem", diem="Sửa số liệu\nBỏ ý 4.1")
    refused = send(village.enter(department), REGISTRATION, viec="chinh-thuc", tl_1="tiep_thu", chac="co")
    assert refused.status_code == 200, "each point is answered"
    points = {"tl_1": "tiep_thu", "tl_2": "bao_luu", "gc_2": "Đã thấy tại chỗ"}
    does(village, department, REGISTRATION, viec="chinh-thuc", **points)
    said = says(village, head, REGISTRATION)
    assert "Bảo lưu" in said
    assert "Đã thấy tại chỗ" in said
    assert "Soạn quyết định" in says(village, department, QUEUE)


def test_a_visit_is_planned_before_the_school_opens_a_cycle_with_its_kind_and_places(village: Village) -> None:
    office = f"/xa/{COMMUNE}/kiem-tra"
    assert "Lập trước được" in says(village, Role.COMMUNE_OFFICER, f"{office}?truong={SCHOOL}")
    plan = {"truong": SCHOOL, "ten": "Tư vấn đầu năm", "ngay": format_date(SOON), "loai": "tu_van"}
    does(village, Role.COMMUNE_OFFICER, office, **plan, noi_den="Điểm chính\nĐiểm Huổi Sáng")
    said = says(village, Role.COMMUNE_OFFICER, f"{office}?truong={SCHOOL}")
    assert "Tư vấn đầu năm" in said
    assert "Tư vấn" in said.replace("Tư vấn đầu năm", "")
    asked = i.InspectionsRequest(school=SCHOOL)
    (visit,) = village.do(Role.COMMUNE_OFFICER, "inspections", asked, i.InspectionsAnswer, "inspection").inspections
    assert (visit.cycle, visit.sites) == ("", ["Điểm chính", "Điểm Huổi Sáng"])
