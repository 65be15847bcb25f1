"""What stands before submission, seen by council and head: lines with links, reasons by criterion, one plain question."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from shared.contracts.calls.assessment import CycleView, GapReason
from shared.problems import Conflict
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.roles import Role
from tests.unit.pages.test_writing_pages import send

PAGE = "/truong/TH-BC/danh-gia"
WHY = "Hồ sơ gốc ở phòng kế toán, đang quét"


def submitted(house):
    return [request for name, request in house.rpc_client.commands if name == "assessment.submit_self_assessment"]


def test_the_council_reads_what_is_missing_by_criterion_each_with_a_link_to_its_place(enter):
    text = enter(Role.COUNCIL_MEMBER).get(PAGE).text
    assert "còn 6 nội dung, đã nêu lý do 1" in text
    assert f'<a class="strong" href="{PAGE}/2026-2027/1.4#o-2_-">1.4 ' in text
    assert "2 chưa đánh giá" not in text, "few are named"
    assert "Mức\u00a01, Mức\u00a02: chưa đánh giá; Mức\u00a01: đạt, chưa có minh chứng" in text
    assert "3.1 " not in text.partition('id="truoc-trinh"')[2].partition("</ul>")[0], "what was answered is not missing"
    assert 'name="ly-do-1.4"' not in text
    assert "Chưa trình. Hiệu trưởng trình báo cáo." in text


def test_the_head_has_one_box_a_criterion_and_a_button_that_says_how_much_is_missing(enter):
    text = enter(Role.HEAD).get(PAGE).text
    assert re.findall(r'<textarea id="ly-do-([\d.]+)"', text) == ["1.4", "2.2", "4.1", "4.2"]
    assert "Trình thiếu 6 nội dung</button>" in text


def test_reasons_by_criterion_are_sent_for_each_kind_that_it_lacks(enter, house):
    fields = {f"ly-do-{code}": WHY for code in ("1.4", "2.2", "4.1", "4.2")}
    send(enter(Role.HEAD), PAGE, viec="trinh", dot="2026-2027", dong_y="co", so_thieu="6", **fields)
    (request,) = submitted(house)
    assert [(one.kind, one.criterion) for one in request.gaps] == [
        (GapKind.NOT_ASSESSED, "1.4"),
        (GapKind.NOT_ASSESSED, "4.2"),
        (GapKind.NO_EVIDENCE, "4.2"),
        (GapKind.CONTRADICTION, "2.2"),
        (GapKind.FINDING, "4.1"),
    ]
    assert {one.reason for one in request.gaps} == {WHY}


def test_a_refusal_keeps_the_reasons_that_were_typed(enter, house):
    head = enter(Role.HEAD)
    house.rpc_client.problems["assessment.submit_self_assessment"] = Conflict("Còn 1 chỉ báo chưa đánh giá, ở tiêu chí 4.2.")
    answer = send(head, PAGE, viec="trinh", dot="2026-2027", dong_y="co", so_thieu="6", **{"ly-do-1.4": WHY})
    assert "Còn 1 chỉ báo chưa đánh giá, ở tiêu chí 4.2." in answer.text
    assert f">{WHY}</textarea>" in answer.text
    assert '<details class="plain" open>' in answer.text


def test_a_reason_does_not_cover_what_came_after_the_head_read_the_list(enter, house):
    answer = send(enter(Role.HEAD), PAGE, viec="trinh", dot="2026-2027", dong_y="co", so_thieu="5", **{"ly-do-4.2": WHY})
    assert "vừa thay đổi" in answer.text
    assert submitted(house) == []


def test_without_the_confirmation_nothing_is_submitted(enter, house):
    answer = send(enter(Role.HEAD), PAGE, viec="trinh", dot="2026-2027")
    assert "Đánh dấu vào ô xác nhận" in answer.text
    assert submitted(house) == []


def test_a_cycle_submitted_with_gaps_says_so_with_the_reasons(enter, house, monkeypatch):
    cycles = house.canned.CANNED["assessment.cycles"]
    named = [GapReason(kind=GapKind.NO_EVIDENCE, criterion="4.2", reason=f"{WHY} <b>")]

    def with_gaps(request):
        answer = cycles(request)
        view: CycleView = msgspec.structs.replace(answer.cycles[0], submitted_on=answer.cycles[0].opened_on, gaps=named)
        return msgspec.structs.replace(answer, cycles=[view])

    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", with_gaps)
    text = enter(Role.COMMUNE_OFFICER).get(PAGE).text
    assert "Trình thiếu 1 nội dung" in text
    assert f"<small>{WHY} &lt;b&gt;</small>" in text
    assert 'id="truoc-trinh"' not in text


@pytest.fixture
def told(house, monkeypatch):
    """Let the cycles be told with changes."""
    cycles = house.canned.CANNED["assessment.cycles"]

    def telling(**changes):
        def told_cycles(request):
            answer = cycles(request)
            return msgspec.structs.replace(answer, cycles=[msgspec.structs.replace(answer.cycles[0], **changes)])

        monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", told_cycles)

    return telling


def test_the_head_may_open_a_submitted_cycle_again_with_a_reason(enter, told):
    told(submitted_on=dt.date(2026, 11, 5))
    text = enter(Role.HEAD).get(PAGE).text
    assert '<details class="plain" id="mo-lai"><summary>Mở lại để sửa</summary>' in text
    assert "Mở lại để sửa" not in enter(Role.COUNCIL_MEMBER).get(PAGE).text


def test_a_reason_that_was_refused_is_not_typed_twice(enter, house, told):
    told(submitted_on=dt.date(2026, 11, 5))
    house.rpc_client.problems["assessment.reopen_cycle"] = Conflict("Đợt mới nhất là 2026-2027.2.")
    answer = send(enter(Role.HEAD), PAGE, viec="mo-lai", dot="2026-2027", ly_do="Sở trả hồ sơ")
    assert '<details class="plain" id="mo-lai" open>' in answer.text
    assert ">Sở trả hồ sơ</textarea>" in answer.text


def test_a_reopened_cycle_says_why_and_what_changed_criterion_by_criterion(enter, told):
    told(reopens="2026-2027", reason="Sở trả hồ sơ <b>")
    text = enter(Role.COUNCIL_MEMBER).get(PAGE).text.partition('id="thay-doi"')[2].partition("</section>")[0]
    assert "Sở trả hồ sơ &lt;b&gt;" in text
    assert "Mức 1: Không đạt → Đạt, sửa lời<br>Mức 1: thêm minh chứng MC.1.1.02" in text
    assert "Mức 1 (cấp THCS): sửa lời" in text
    assert "cả tiêu chí: bỏ minh chứng MC.1.3.01" in text
    assert re.findall(r'<a class="strong" href="[^"]+">([\d.]+) ', text) == ["1.1", "1.2", "1.3", "2.2"]


def test_what_differs_after_the_submission_is_not_asked_for_before_it(enter, house, monkeypatch):
    open_still = house.canned.CANNED["assessment.criterion"]
    sent = dt.date(2026, 11, 5)
    monkeypatch.setitem(
        house.canned.CANNED,
        "assessment.criterion",
        lambda asked: msgspec.structs.replace(open_still(asked), submitted_on=sent),
    )
    text = enter(Role.COUNCIL_MEMBER).get(f"{PAGE}/2026-2027/2.2").text
    assert "Khác nhau, còn thiếu</h2>" in text
    assert "trước khi trình" not in text


def test_the_criterion_page_asks_what_only_the_school_can_answer_and_shows_what_it_said(enter):
    text = enter(Role.COUNCIL_MEMBER).get(f"{PAGE}/2026-2027/2.2").text
    asked = text.partition("Cần trả lời trước khi trình")[2]
    assert "Vì sao không cần minh chứng: Xem tại trường" in asked
    assert 'name="cho" value="contradiction:1:-"' in asked
    assert asked.count("Rút lý do</button>") == 1
    assert 'action="/truong/TH-BC/danh-gia/2026-2027/2.2/tra-loi"' not in enter(Role.CLERK).get(f"{PAGE}/2026-2027/2.2").text


@pytest.mark.parametrize("field", ["", "x:1:-", "finding:a:-", "finding"])
def test_an_answer_to_something_that_is_not_in_the_list_is_refused(enter, house, field):
    page = f"{PAGE}/2026-2027/2.2"
    answer = send(enter(Role.HEAD), f"{page}/tra-loi", page, cho=field, ly_do=WHY)
    assert answer.status_code == 400
    assert house.rpc_client.commands == []


def test_conditions_say_how_each_is_known_on_the_cycle_page_and_the_decision_page(enter):
    for role, page in ((Role.HEAD, PAGE), (Role.DEPARTMENT_OFFICER, "/so/quyet-dinh?truong=TH-BC")):
        text = enter(role).get(page).text
        assert '<b>tự khai</b> <a href="/tai-lieu/' in text, page
        assert "<b>tự khai, chưa có tài liệu</b>" in text, page
        assert "đếm được 2 năm học đã trình liên tiếp (đã khai 9, không tính)" in text, page
        assert "Chưa được xác nhận: năm học theo thông tư trước được tính." in text, page


def test_a_condition_is_stated_from_a_paper_chosen_by_name(enter, house):
    head = enter(Role.HEAD)
    text = head.get(f"{PAGE}?viec=dieu-kien").text
    chosen = re.search(r'<option value="([^"]+)">[^<]*Kế hoạch 47/KH-THBC', text)
    assert chosen
    send(head, PAGE, viec="dieu-kien", facilities_met="", tai_lieu=chosen[1], years_of_activity="12")
    (stated,) = [request for name, request in house.rpc_client.commands if name == "assessment.state_conditions"]
    assert stated.document == chosen[1]
