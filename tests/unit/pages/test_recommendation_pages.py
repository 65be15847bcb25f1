"""Recommendations: what must be answered until when, who acts, and nothing typed or photographed is lost."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import msgspec
import pytest

from services.portal.pages.visits.recommendation_marks import mark, request_mark
from services.portal.pages.visits.recommendations import A_PAGE
from shared.contracts.calls import recommendations as r
from shared.problems import Problem
from shared.vocabulary.assessment import Layer
from shared.vocabulary.inspection import RecommendationState, Verification
from shared.vocabulary.roles import Role
from tests.unit.pages import canned_inspecting as canned
from tests.unit.pages.test_criterion_pages import main_of, words_of

SCHOOL_PAGE, COMMUNE, DEPARTMENT = "/truong/TH-BC/kien-nghi", "/xa/NAM-LAM/kien-nghi", "/so/kien-nghi"
OVERDUE, OPEN, ANSWERED, PARTLY, ECONOMIC, DONE = (canned.RECOMMENDED.format(n) for n in range(1, 7))
TODAY = dt.date(2026, 11, 30)


def send(client: Any, path: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf" content="([^"]+)"', client.get(path).text)
    assert token
    named = {name if "-" in name else name.replace("_", "-"): value for name, value in fields.items()}
    return client.post(path, data={"csrf": token[1], **named}, headers={"Accept": "text/html"})


def row_of(page: str, id_: str) -> str:
    """The part of a page about one recommendation."""
    start = page.index(f'id="kn-{id_}"')
    following = page.find('id="kn-', start + 10)
    return page[start:] if following < 0 else page[start:following]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (RecommendationState.OPEN, "chờ trả lời|hạn 27/12/2026, còn 27 ngày"),
        (RecommendationState.OVERDUE, "quá hạn 10 ngày|hạn 20/11/2026"),
        (RecommendationState.ANSWERED, "đã trả lời 18/11/2026|chờ đoàn xác minh"),
        (RecommendationState.PARTLY, "đạt một phần 20/11/2026|hạn 15/01/2027, còn 46 ngày"),
        (RecommendationState.DONE, "đạt 20/11/2026|"),
    ],
)
def test_a_recommendation_says_how_it_stands_and_the_day_that_matters(state, said):
    view = next(one for one in canned.EVERY_STATE if one.state is state)
    shown = mark(view, TODAY)
    assert f"{shown.text}|{shown.day}" == said


def test_overdue_is_a_clock_and_never_a_cross():
    assert mark(canned.EVERY_STATE[0], TODAY).sign == "clock"
    assert (
        request_mark(msgspec.structs.replace(canned.REQUEST, state="qua_han", due=dt.date(2026, 11, 20)), TODAY).sign
        == "clock"
    )


def test_what_the_school_must_answer_is_open_first_in_full_words_and_the_others_are_one_click_away(enter):
    page = enter(Role.CLERK).get(SCHOOL_PAGE).text
    assert words_of(main_of(page)).startswith("Kiến nghị của đoàn")
    assert page.count('name="kien-nghi"') == 1
    assert f'name="kien-nghi" value="{OVERDUE}"' in page
    assert f'href="{SCHOOL_PAGE}?chon={OPEN}#kn-{OPEN}"' in page
    assert "Trả lời" not in row_of(page, ECONOMIC), "another has to do it"
    assert "Phòng Kinh tế chịu trách nhiệm" in row_of(page, ECONOMIC)
    assert "<a class=" not in row_of(page, DONE).partition("</article>")[0]


def test_the_counts_are_links_to_what_they_count(enter):
    client = enter(Role.HEAD)
    page = client.get(SCHOOL_PAGE).text
    for key, number in {"truong": 3, "cho": 1, "khac": 1, "xong": 1}.items():
        assert re.search(rf'href="{SCHOOL_PAGE}\?xem={key}"[^>]*><svg.*?</svg>{number} ', page)
        assert client.get(f"{SCHOOL_PAGE}?xem={key}").text.count('<article class="kn') == number


def test_the_verdict_stands_beside_the_answer_and_more_time_with_its_reason(enter):
    said = words_of(row_of(enter(Role.HEAD).get(SCHOOL_PAGE).text, PARTLY))
    assert "Đoàn xác minh 20/11/2026: đạt một phần. có 1/2" in said
    assert "Lớp bồi dưỡng mở tháng 1" in said


def test_an_answer_carries_words_and_papers_and_is_told_by_its_number(enter, house):
    client = enter(Role.CLERK)
    response = send(client, SCHOOL_PAGE, kien_nghi=OPEN, tra_loi="Đã ghi nguồn.", tai_lieu=[canned.DOC])
    assert response.status_code == 303
    assert f"da-gui={OPEN}" in response.location
    (command,) = [one for name, one in house.rpc_client.commands if name == "inspection.answer_recommendation"]
    assert command == r.AnswerRecommendation(
        school="TH-BC", recommendation=OPEN, text="Đã ghi nguồn.", documents=[canned.DOC]
    )
    assert f'data-da-gui="{OPEN}"' in client.get(response.location).text, "the draft on the machine may go"


def test_looking_for_a_paper_keeps_what_was_typed_and_answers_nothing(enter, house):
    page = send(enter(Role.CLERK), SCHOOL_PAGE, kien_nghi=OPEN, tra_loi="Đang viết", viec="tim", tim_giay="ke hoach").text
    assert f'name="kien-nghi" value="{OPEN}"' in page
    assert "Đang viết</textarea>" in page
    assert not [name for name, _ in house.rpc_client.commands if name.startswith("inspection.")]


def test_a_photo_comes_back_to_the_answer_that_it_is_for_and_is_ticked(enter):
    client = enter(Role.CLERK)
    page = client.get(f"{SCHOOL_PAGE}?chon={OPEN}").text
    assert f'name="back" value="{SCHOOL_PAGE}?chon={OPEN}"' in page
    assert 'capture="environment"' in page
    page = client.get(f"{SCHOOL_PAGE}?chon={OPEN}&bien-nhan=18203").text
    assert re.search(r'name="tai-lieu" value="doc-2" checked', page)


def test_without_a_place_for_photos_words_are_still_taken(enter, house):
    house.rpc_client.problems["evidence.open_upload"] = Problem("Kho hết chỗ.")
    page = enter(Role.CLERK).get(SCHOOL_PAGE)
    assert page.status_code == 200
    assert "Gửi trả lời" in page.text
    assert "capture=" not in page.text


def test_a_request_for_evidence_leads_to_linking_of_that_criterion_and_takes_papers(enter, house):
    client = enter(Role.CLERK)
    page = client.get(SCHOOL_PAGE).text
    assert 'href="/truong/TH-BC/danh-gia/2026-2027/4.1">4.1 Biên bản kiểm định phòng cháy 2026</a>' in page
    assert "Chỉ mở gắn minh chứng của 4.1" in words_of(main_of(page))
    assert send(client, SCHOOL_PAGE, yeu_cau=canned.ASKED, dot="kt-07", tai_lieu=[canned.DOC]).status_code == 303
    (command,) = [one for name, one in house.rpc_client.commands if name == "inspection.supply_evidence"]
    assert (command.request, command.inspection, command.documents) == (canned.ASKED, "kt-07", [canned.DOC])


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICER, Role.AUDITOR])
def test_whoever_is_not_of_the_school_reads_and_answers_nothing_there(role, enter):
    page = main_of(enter(role).get(SCHOOL_PAGE).text)
    assert 'name="kien-nghi"' not in page
    assert "quá hạn" in page


def test_two_hundred_recommendations_are_pages_with_one_form(enter, monkeypatch):
    many = [msgspec.structs.replace(canned.EVERY_STATE[1], id=canned.RECOMMENDED.format(100 + n)) for n in range(200)]
    monkeypatch.setattr(canned, "EVERY_STATE", many)
    page = enter(Role.CLERK).get(SCHOOL_PAGE).text
    assert page.count('<article class="kn') == A_PAGE
    assert page.count('name="kien-nghi"') == 1
    assert "trang=8" in page


def test_an_empty_list_says_what_belongs_there_and_where_to_go(enter, monkeypatch):
    monkeypatch.setattr(canned, "EVERY_STATE", [])
    said = words_of(main_of(enter(Role.HEAD).get(SCHOOL_PAGE).text))
    assert "Đoàn chưa có kiến nghị nào." in said
    assert "Xem kế hoạch cải tiến" in said


# --- the boards


def test_the_board_offers_one_act_a_row_to_whom_it_falls(enter):
    page = enter(Role.COMMUNE_OFFICER).get(COMMUNE).text
    acts = {id_: words_of(row_of(page, id_)) for id_ in (OVERDUE, OPEN, ANSWERED, PARTLY, ECONOMIC, DONE)}
    assert "Gia hạn kiến nghị của" in acts[OVERDUE]
    assert "chờ trường" in acts[OPEN]
    assert "Xác minh kiến nghị của" in acts[ANSWERED]
    assert "chờ trường" in acts[PARTLY]
    assert "Trả lời kiến nghị của" in acts[ECONOMIC]
    assert "Xem đã làm gì" in acts[DONE]
    assert '<form method="post" action="/xa' not in page, "forms open in the row that is chosen"


def test_the_board_filters_by_state_responsible_and_school_and_refuses_what_there_is_not(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    page = client.get(f"{COMMUNE}?trang-thai=qua_han&ai=truong&truong=TH-BC").text
    assert page.count('<tr id="kn-') == 1
    assert "1 quá hạn" in words_of(page)
    assert client.get(f"{COMMUNE}?trang-thai=khac").status_code == 400
    assert client.get(f"{COMMUNE}?ai=khac").status_code == 400
    assert "Không có kiến nghị nào như vậy" in client.get(f"{COMMUNE}?ai=xa").text


def test_the_commune_verifies_in_place_and_returns_to_the_same_filter(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    path = f"{COMMUNE}?trang-thai=da_tra_loi"
    assert 'name="ket-qua" value="mot_phan"' in client.get(f"{path}&chon={ANSWERED}").text
    fields = {"hanh_dong": "xac-minh", "truong": "TH-BC", "kien_nghi": ANSWERED, "ket_qua": "mot_phan", "ghi_chu": "có 1/2"}
    response = send(client, path, **fields)
    assert response.location.startswith(f"{COMMUNE}?trang-thai=da_tra_loi&xong=")
    (command,) = [one for name, one in house.rpc_client.commands if name == "inspection.verify_recommendation"]
    assert (command.result, command.note) == (Verification.PARTLY, "có 1/2")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hanh_dong": "xac-minh"}, "Thiếu kết quả xác minh."),
        ({"hanh_dong": "xac-minh", "ket_qua": "khac"}, "Kết quả không có trong danh sách."),
        ({"hanh_dong": "gia-han", "ly_do": "Mưa"}, "Thiếu hạn mới."),
        ({"hanh_dong": "gia-han", "han": "15/01/2027"}, "Thiếu lý do gia hạn."),
        ({"hanh_dong": "khac"}, "Việc này không có trên trang."),
    ],
)
def test_what_a_form_of_the_board_lacks_is_said_in_it_and_nothing_is_recorded(fields, said, enter, house):
    page = send(enter(Role.COMMUNE_OFFICER), COMMUNE, truong="TH-BC", kien_nghi=ANSWERED, **fields).text
    assert said in page
    assert "Chưa ghi gì." in page
    assert not [name for name, _ in house.rpc_client.commands if name.startswith("inspection.")]


def test_more_time_carries_its_reason_and_the_economic_office_is_answered_for(enter, house):
    client = enter(Role.COMMUNE_OFFICER)
    who = {"truong": "TH-BC", "kien_nghi": OVERDUE}
    assert send(client, COMMUNE, hanh_dong="gia-han", han="15/01/2027", ly_do="Mưa lũ", **who).status_code == 303
    assert send(client, COMMUNE, hanh_dong="tra-loi", tra_loi="Đã cấp.", **who).status_code == 303
    more, answered = (one for name, one in house.rpc_client.commands if name.startswith("inspection."))
    assert (more.due, more.reason) == (dt.date(2027, 1, 15), "Mưa lũ")
    assert answered.text == "Đã cấp."


def test_the_department_sees_its_own_visits_and_answers_for_nobody(enter, house):
    page = enter(Role.DEPARTMENT_OFFICER).get(f"{DEPARTMENT}?chon={ECONOMIC}").text
    assert "Gửi trả lời" not in page
    assert "Gia hạn" in page


def test_an_inspector_does_not_answer_for_the_commune(enter):
    page = enter(Role.INSPECTOR).get(f"{COMMUNE}?chon={ECONOMIC}").text
    assert "Gửi trả lời" not in page


def test_findings_of_visits_before_stay_in_reach(enter):
    page = enter(Role.COMMUNE_OFFICER).get(COMMUNE).text
    assert f'href="{COMMUNE}/phat-hien"' in page
    assert "2 phòng học xuống cấp." in enter(Role.COMMUNE_OFFICER).get(f"{COMMUNE}/phat-hien").text
    assert enter(Role.DEPARTMENT_OFFICER).get(f"{DEPARTMENT}/phat-hien").status_code == 200


def test_what_is_recommended_and_asked_for_stands_among_what_is_due_at_home(enter):
    said = words_of(main_of(enter(Role.HEAD).get("/truong/TH-BC").text))
    assert "Trả lời kiến nghị 4.1" in said
    assert "Gửi giấy đoàn xin: 4.1" in said


def test_a_draft_that_no_visit_has_concluded_is_not_shown_to_the_school(enter, monkeypatch):
    monkeypatch.setattr(canned, "EVERY_STATE", [msgspec.structs.replace(canned.EVERY_STATE[0], draft=True)])
    assert "Sửa 2 phòng học" not in enter(Role.HEAD).get(SCHOOL_PAGE).text


def test_a_layer_is_named_beside_each_recommendation(enter, monkeypatch):
    monkeypatch.setattr(canned, "EVERY_STATE", [msgspec.structs.replace(canned.EVERY_STATE[0], layer=Layer.DEPARTMENT)])
    assert "Sở" in words_of(row_of(enter(Role.HEAD).get(SCHOOL_PAGE).text, OVERDUE))
