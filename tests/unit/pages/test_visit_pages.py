"""Pages around a visit: who goes, what is only a draft, what the school reads, and who decides nothing."""

from __future__ import annotations

import re

from shared.vocabulary.roles import Role


def test_the_planner_chooses_members_among_people_whose_role_judges_the_layer(enter):
    page = enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/kiem-tra?truong=TH-BC").text
    offered = re.findall(r'name="thanh-vien" value="([0-9a-f-]{36})"', page)
    assert len(offered) >= 1
    assert "Thành viên đoàn" in page


def test_a_visit_that_goes_on_says_that_it_is_a_draft_and_how_much_it_saw(enter):
    page = enter(Role.INSPECTOR).get("/xa/NAM-LAM/kiem-tra/kt-08?truong=TH-BC&tieu-chi=4.1").text
    assert "dự thảo, mới xem" in page
    assert 'href="/truong/TH-BC/danh-gia/2026-2027/4.1"' in page


def test_the_school_reads_what_was_found_and_what_it_answered(enter):
    page = enter(Role.HEAD).get("/truong/TH-BC/kien-nghi").text
    for said in ("Đoàn đang làm việc", "2 phòng học xuống cấp.", "Trường cần bổ sung sổ.", "27/11/2026", "Đã trả lời"):
        assert said in page
    assert page.count('<button class="b p">Gửi trả lời</button>') == 3, "the most urgent recommendation, and each finding"


def test_the_office_filters_what_it_asked_for_by_state(enter):
    client = enter(Role.COMMUNE_OFFICER)
    page = client.get("/xa/NAM-LAM/kien-nghi/phat-hien").text
    assert "Chờ trả lời (1)" in page
    assert client.get("/xa/NAM-LAM/kien-nghi/phat-hien?trang-thai=khac").status_code == 400


def test_who_evaluates_has_no_menu_of_decisions(enter):
    assert "/so/quyet-dinh" not in enter(Role.EXTERNAL_EVALUATOR).get("/so/ho-so").text
    assert "/so/quyet-dinh" in enter(Role.DEPARTMENT_OFFICER).get("/so/ho-so").text
