"""What stands before submission, seen by council and head: each gap a link, one reason, one question, what comes after."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from shared.contracts.calls.assessment import CyclesAnswer, CycleView, GapReason
from shared.problems import Conflict
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.roles import Role
from tests.unit.pages.test_writing_pages import send

PAGE = "/truong/TH-BC/danh-gia"
BEFORE = "/truong/TH-BC/truoc-khi-trinh"
WHY = "Hồ sơ gốc ở phòng kế toán, đang quét"


def submitted(house):
    return [request for name, request in house.rpc_client.commands if name == "assessment.submit_self_assessment"]


def test_every_gap_stands_by_kind_with_a_link_into_its_field(enter):
    text = enter(Role.COUNCIL_MEMBER).get(BEFORE).text
    assert '<b class="many">14</b> chỗ còn thiếu, ở 8 tiêu chí' in text
    assert f'<a href="{PAGE}/2026-2027/4.2#o-2_-"><span class="vh">4.2  </span>Mức\u00a02</a>' in text
    assert "số liệu là 93,5% &lt;script&gt;" in text, "what the figures say stands beside the place"
    assert '<a href="/truong/TH-BC/hop?dot=2026-2027#phe-duyet">Chủ tịch Hội đồng chưa phê duyệt báo cáo.</a>' in text
    assert "7/15 tiêu chí không thiếu gì: 1.1, 1.2, 1.3, 2.1, 2.3, 3.1, 3.4" in text
    assert "Hội đồng đúng quy định" in text
    assert "chỉ báo đạt có minh chứng" not in text.partition("Không thiếu")[2].partition("</li>")[0]


def test_the_tab_counts_what_is_lacking_on_both_pages(enter):
    for page in (PAGE, BEFORE):
        assert 'Trước khi trình <span class="n">14<' in enter(Role.CLERK).get(page).text


def test_the_button_is_shut_while_something_is_lacking_and_says_why(enter):
    text = enter(Role.HEAD).get(BEFORE).text
    assert '<button class="b p wide1" disabled aria-describedby="vi-sao-khoa">' in text
    assert "Còn 14 chỗ phải xong" in text
    assert "kết quả và lời viết của" in text
    assert "<b>146</b> minh chứng" in text
    assert "Muốn sửa bản 1 phải mở bản 2 và ghi lý do" in text


def test_only_the_head_submits_with_gaps(enter):
    assert 'name="con-thieu"' in enter(Role.HEAD).get(BEFORE).text
    text = enter(Role.COUNCIL_MEMBER).get(BEFORE).text
    assert 'name="con-thieu"' not in text
    assert "Trình khi còn thiếu: chỉ Hiệu trưởng, kèm lý do." in text


@pytest.fixture
def complete(house, monkeypatch):
    """Let nothing be lacking."""
    check = house.canned.CANNED["assessment.check_cycle"]
    whole = lambda asked: msgspec.structs.replace(check(asked), ready=True, gaps=[])  # noqa: E731
    monkeypatch.setitem(house.canned.CANNED, "assessment.check_cycle", whole)


@pytest.mark.usefixtures("complete")
def test_a_complete_report_is_submitted_after_one_question(enter, house):
    head = enter(Role.HEAD)
    text = head.get(BEFORE).text
    assert "Không thiếu chỗ nào" in text
    assert '<button class="b p wide1">' in text
    asked = send(head, BEFORE, viec="trinh", dot="2026-2027")
    assert "Trình báo cáo lên xã?" in asked.text
    assert "Sau khi trình, bản 1 được khóa." in asked.text
    assert submitted(house) == []
    answer = send(head, BEFORE, viec="trinh", dot="2026-2027", chac="co")
    assert answer.status_code == 303
    (request,) = submitted(house)
    assert (request.incomplete, request.reason) == (False, "")


@pytest.mark.usefixtures("complete")
def test_the_council_sees_that_the_head_submits(enter):
    text = enter(Role.COUNCIL_MEMBER).get(BEFORE).text
    assert "Hiệu trưởng trình báo cáo" in text
    assert '<button class="b p wide1" disabled' in text


def test_a_report_with_gaps_goes_with_one_reason_and_its_list(enter, house):
    head = enter(Role.HEAD)
    fields = {"viec": "trinh", "dot": "2026-2027", "con_thieu": "co", "so_thieu": "14", "ly_do": WHY}
    assert "Còn 14 chỗ thiếu đi cùng báo cáo" in send(head, BEFORE, **fields).text
    send(head, BEFORE, **fields, chac="co")
    (request,) = submitted(house)
    assert (request.incomplete, request.reason) == (True, WHY)


@pytest.mark.parametrize(("seen", "reason", "said"), [("13", WHY, "vừa thay đổi"), ("14", "vội", "ít nhất 10 chữ")])
def test_a_reason_covers_only_what_the_head_read_and_says_something(enter, house, seen, reason, said):
    fields = {"con_thieu": "co", "so_thieu": seen, "ly_do": reason, "chac": "co"}
    answer = send(enter(Role.HEAD), BEFORE, viec="trinh", dot="2026-2027", **fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert submitted(house) == []


def test_a_refusal_keeps_the_reason_that_was_typed(enter, house):
    house.rpc_client.problems["assessment.submit_self_assessment"] = Conflict("Còn 1 chỉ báo chưa đánh giá, ở tiêu chí 4.2.")
    fields = {"con_thieu": "co", "so_thieu": "14", "ly_do": WHY, "chac": "co"}
    answer = send(enter(Role.HEAD), BEFORE, viec="trinh", dot="2026-2027", **fields)
    assert "Còn 1 chỉ báo chưa đánh giá, ở tiêu chí 4.2." in answer.text
    assert f">{WHY}</textarea>" in answer.text
    assert '<details class="plain" open>' in answer.text


def test_without_a_council_only_that_is_noted(enter, house, monkeypatch):
    check = house.canned.CANNED["assessment.check_cycle"]
    note = "Đợt này chưa lập Hội đồng tự đánh giá."
    bare = lambda asked: msgspec.structs.replace(check(asked), gaps=check(asked).gaps[:1], notes=[note])  # noqa: E731
    monkeypatch.setitem(house.canned.CANNED, "assessment.check_cycle", bare)
    text = enter(Role.HEAD).get(BEFORE).text
    assert note in text
    assert "Hội đồng đúng quy định" not in text


def test_a_cycle_submitted_with_gaps_says_so_with_the_reasons(enter, house, monkeypatch):
    cycles = house.canned.CANNED["assessment.cycles"]
    named = [
        GapReason(kind=GapKind.NO_EVIDENCE, criterion="4.2", reason=f"{WHY} <b>"),
        GapReason(kind=GapKind.NOT_APPROVED, criterion="", reason=WHY),
    ]

    def with_gaps(request):
        answer = cycles(request)
        view: CycleView = msgspec.structs.replace(answer.cycles[0], submitted_on=answer.cycles[0].opened_on, gaps=named)
        return msgspec.structs.replace(answer, cycles=[view])

    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", with_gaps)
    text = enter(Role.COMMUNE_OFFICER).get(BEFORE).text
    assert "Trình thiếu 2 nội dung" in text
    assert f"<small>{WHY} &lt;b&gt;</small>" in text
    assert "cả báo cáo: Chủ tịch Hội đồng chưa phê duyệt" in text
    assert "Bản 1 đã trình" in text
    assert 'name="viec"' not in text.partition("<main")[2]


def test_the_head_notes_where_a_submitted_report_was_published(enter, house, told):
    told(submitted_on=dt.date(2026, 11, 5))
    head = enter(Role.HEAD)
    assert "In thông báo công bố" in head.get(BEFORE).text
    send(head, BEFORE, viec="cong-bo", dot="2026-2027", noi="Bảng tin\r\n\r\nTrang thông tin điện tử", ngay="10/11/2026")
    (request,) = [asked for name, asked in house.rpc_client.commands if name == "assessment.publish_report"]
    assert request.channels == ["Bảng tin", "Trang thông tin điện tử"]
    assert request.on == dt.date(2026, 11, 10)
    assert "Ghi việc công bố" not in enter(Role.COUNCIL_MEMBER).get(BEFORE).text


def test_before_a_cycle_the_page_leads_to_opening_one(enter, house, monkeypatch):
    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", lambda _: CyclesAnswer(cycles=[]))
    text = enter(Role.HEAD).get(BEFORE).text
    assert "Chưa mở đợt tự đánh giá nào" in text
    assert "check_cycle" not in " ".join(house.rpc_client.calls)


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
    text = enter(Role.HEAD).get(BEFORE).text
    assert '<details class="plain" id="mo-lai"><summary>Mở bản 2 để sửa</summary>' in text
    assert 'id="mo-lai"' not in enter(Role.COUNCIL_MEMBER).get(BEFORE).text


def test_a_reason_that_was_refused_is_not_typed_twice(enter, house, told):
    told(submitted_on=dt.date(2026, 11, 5))
    house.rpc_client.problems["assessment.reopen_cycle"] = Conflict("Đợt mới nhất là 2026-2027.2.")
    answer = send(enter(Role.HEAD), BEFORE, viec="mo-lai", dot="2026-2027", ly_do="Sở trả hồ sơ")
    assert '<details class="plain" id="mo-lai" open>' in answer.text
    assert ">Sở trả hồ sơ</textarea>" in answer.text


def test_a_reopened_cycle_says_why_and_what_changed_criterion_by_criterion(enter, told):
    told(reopens="2026-2027", reason="Sở trả hồ sơ <b>")
    text = enter(Role.COUNCIL_MEMBER).get(BEFORE).text.partition('id="thay-doi"')[2].partition("</section>")[0]
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
