"""The improvement plan: a board by state whose sums add up, one item with its reviews, and weaknesses to begin from."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from services.portal.pages.formatting import improvement_money
from shared.contracts.calls.assessment import CyclesAnswer
from shared.problems import Conflict
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import ImprovementStatus, ReviewOccasion
from tests.unit.pages import canned_deciding as canned
from tests.unit.pages.test_writing_pages import send

PAGE = "/truong/TH-BC/cai-tien"
ITEM = "0b7f7f43-0b5e-4c58-9a50-6a6a7d3f1001"


def sent(house, name):
    return [request for called, request in house.rpc_client.commands if called == f"assessment.{name}"]


def column(text, name):
    return text.partition(f'id="cot-{name}"')[2].partition("</section>")[0]


def test_the_board_has_four_columns_with_what_is_overdue_said(enter):
    text = enter(Role.HEAD).get(PAGE).text
    names = re.findall(r'<h2 id="cot-\d"><svg[^>]*><use[^>]*/></svg>([^<]+) <span class="quiet">(\d)', text)
    assert names == [("Chưa bắt đầu", "2"), ("Đang làm", "1"), ("Chờ minh chứng", "1"), ("Xong", "1")]
    assert "quá hạn 3 ngày" in column(text, "2")
    assert "Hoàng Thị Yến · Tổ văn phòng" in column(text, "2")
    assert "1 quá hạn" in text
    assert "1/5 xong" in text
    assert "Đã bỏ 1 việc" in text
    assert 'Kế hoạch cải tiến <span class="n">1<' in text


def test_the_sums_by_source_add_up_and_what_names_no_cost_is_counted(enter):
    text = enter(Role.HEAD).get(PAGE).text.partition('class="r small sumline"')[2].partition("</p>")[0]
    found = re.findall(r"<b>([\d.,]+)\xa0(triệu|đồng)</b>", text)
    total, *parts = [float(n.replace(".", "").replace(",", ".")) * (10**6 if unit == "triệu" else 1) for n, unit in found]
    assert total == sum(parts) == 186_000_000
    assert "1 việc chưa nêu kinh phí" in text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "chưa nêu"),
        (0, "0\xa0đồng"),
        (4_500_000, "4,5\xa0triệu"),
        (1_250_000_000, "1.250\xa0triệu"),
        (85_500, "85.500\xa0đồng"),
    ],
)
def test_money_is_said_as_people_say_it(value, said):
    assert improvement_money(value) == said


def test_the_table_is_the_same_plan(enter):
    text = enter(Role.HEAD).get(f"{PAGE}?dang=bang").text
    plan = canned.improvements(canned.i.ImprovementsRequest(school="TH-BC", cycle="2026-2027"))
    assert re.findall(r"cai-tien/viec\?ma=([\w-]+)\"", text.partition("<table")[2].partition("</table")[0]) == [
        item.id for item in plan.items
    ]
    assert "Dạng bảng việc" in text


def test_a_count_opens_what_it_counts(enter):
    text = enter(Role.HEAD).get(PAGE).text
    assert f'href="{PAGE}?dang=bang&amp;chi=qua-han"' in text
    table = enter(Role.HEAD).get(f"{PAGE}?dang=bang&chi=qua-han").text.partition("<table")[2].partition("</table")[0]
    assert re.findall(r"cai-tien/viec\?ma=([\w-]+)\"", table) == [ITEM]
    assert "tfoot" not in table, "sums are of the whole plan"
    assert "chi=sap-han" not in text, "nothing is due within a week"


def test_a_long_column_says_how_many_more_there_are(enter, house, monkeypatch):
    plan = house.canned.CANNED["assessment.improvements"]

    def many(asked):
        answer = plan(asked)
        late = [msgspec.structs.replace(answer.items[0], id=f"{ITEM[:-3]}{n:03d}") for n in range(30)]
        soon = msgspec.structs.replace(answer.items[1], next_due=answer.on + dt.timedelta(days=7))
        return msgspec.structs.replace(answer, items=[*late, soon], overdue=30)

    monkeypatch.setitem(house.canned.CANNED, "assessment.improvements", many)
    text = enter(Role.HEAD).get(PAGE).text
    assert column(text, "2").count("<article") == 12
    assert "Còn 18 việc nữa, ở dạng bảng" in column(text, "2")
    assert "1 đến hạn trong 7 ngày" in text
    soon = enter(Role.HEAD).get(f"{PAGE}?dang=bang&chi=sap-han").text
    assert soon.count("cai-tien/viec?ma=") == 1


def test_one_button_moves_an_item_to_the_next_column(enter, house):
    text = enter(Role.COUNCIL_MEMBER).get(PAGE).text
    assert 'name="trang-thai" value="cho_minh_chung">Xong việc, chờ minh chứng' in column(text, "2")
    assert f'{PAGE}/viec?ma=0b7f7f43-0b5e-4c58-9a50-6a6a7d3f1002#theo-doi">Chọn minh chứng' in column(text, "3")
    assert "<form" not in column(text, "4")
    send(enter(Role.COUNCIL_MEMBER), PAGE, dot="2026-2027", ma=ITEM, trang_thai="cho_minh_chung")
    (review,) = sent(house, "review_improvement")
    assert (review.item, review.status, review.occasion) == (ITEM, "cho_minh_chung", ReviewOccasion.OTHER)


def test_a_refused_move_says_so_on_the_board(enter, house):
    house.rpc_client.problems["assessment.review_improvement"] = Conflict("Đợt này đã khóa. Chưa ghi gì.")
    answer = send(enter(Role.HEAD), PAGE, dot="2026-2027", ma=ITEM, trang_thai="dang_lam")
    assert answer.status_code == 409
    assert "Đợt này đã khóa." in answer.text
    assert send(enter(Role.HEAD), PAGE, dot="2026-2027", ma=ITEM, trang_thai="khac").status_code == 400


def test_who_may_not_write_reads_without_buttons(enter):
    for path in (PAGE, f"{PAGE}/viec?ma={ITEM}", f"{PAGE}/them"):
        text = enter(Role.COMMUNE_OFFICER).get(path).text.partition("<main")[2]
        assert "<form method" not in text
    assert "Thêm việc</a>" not in enter(Role.AUDITOR).get(PAGE).text


def test_an_item_is_added_with_everything_typed(enter, house):
    fields = {
        "viec_lam": "Cử đi bồi dưỡng",
        "muc_tieu": "Đủ chứng nhận",
        "kinh_phi": "6.000.000",
        "nguon": "chi thường xuyên",
    }
    days = {"tu_ngay": "10/10/2026", "den_ngay": "20/11/2026"}
    send(enter(Role.HEAD), f"{PAGE}/them", dot="2026-2027", cho="2.3", nguoi=canned.people()[2], **fields, **days)
    send(enter(Role.HEAD), f"{PAGE}/them", dot="2026-2027", cho="tieu-chuan-2", muc_tieu="x", viec_lam="y")
    first, second = sent(house, "add_improvement")
    assert (first.criterion, first.standard, first.cost_vnd) == ("2.3", "", 6_000_000)
    assert (first.starts, first.ends) == (dt.date(2026, 10, 10), dt.date(2026, 11, 20))
    assert first.person == canned.people()[2]
    assert (second.criterion, second.standard, second.cost_vnd) == ("", "2", None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"muc_tieu": "x", "viec_lam": "y"}, "Thiếu tiêu chí hoặc tiêu chuẩn"),
        ({"cho": "2.3", "viec_lam": "y"}, "Thiếu mục tiêu"),
        ({"cho": "2.3", "muc_tieu": "x", "viec_lam": "y", "den_ngay": "31/02/2026"}, "31/02/2026"),
        ({"cho": "2.3", "muc_tieu": "x", "viec_lam": "y", "kinh_phi": "nhiều"}, "không phải là số"),
    ],
)
def test_a_refused_item_comes_back_with_its_words(enter, house, fields, said):
    answer = send(enter(Role.HEAD), f"{PAGE}/them", dot="2026-2027", han_che="Chữ <b> đã gõ", **fields)
    assert answer.status_code in {400, 422}
    assert said in answer.text
    assert "Chữ &lt;b&gt; đã gõ</textarea>" in answer.text
    assert sent(house, "add_improvement") == []


def test_an_item_begins_from_a_weakness_that_was_written(enter):
    text = enter(Role.HEAD).get(f"{PAGE}/han-che").text
    assert re.findall(r"cai-tien/them\?cho=([\w.-]+)\"", text) == ["2.3", "4.2", "tieu-chuan-1"]
    assert "đã có 1 việc" in text.partition("4.2")[0]
    form = enter(Role.HEAD).get(f"{PAGE}/them?cho=4.2").text
    assert "Thiếu bảng kiểm &lt;script&gt;" in form
    assert '<option value="4.2" selected>' in form


def test_an_empty_plan_offers_the_weaknesses_with_their_number(enter, house, monkeypatch):
    plan = house.canned.CANNED["assessment.improvements"]
    empty = lambda asked: msgspec.structs.replace(plan(asked), items=[], sums=[], overdue=0, total_vnd=0)  # noqa: E731
    monkeypatch.setitem(house.canned.CANNED, "assessment.improvements", empty)
    assert "Lấy từ hạn chế đã viết (3)" in enter(Role.HEAD).get(PAGE).text
    assert "Lấy từ hạn chế" not in enter(Role.AUDITOR).get(PAGE).text
    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", lambda _: CyclesAnswer(cycles=[]))
    assert "Chưa mở đợt tự đánh giá nào" in enter(Role.HEAD).get(PAGE).text
    assert enter(Role.HEAD).get(f"{PAGE}/them").status_code == 404


def test_a_review_says_how_far_with_its_evidence(enter, house):
    page = f"{PAGE}/viec?ma={ITEM}"
    fields = {
        "viec": "theo-doi",
        "dot": "2026-2027",
        "ma": ITEM,
        "dip": "hk1",
        "trang_thai": "xong",
        "minh_chung": canned.DOC,
    }
    answer = send(enter(Role.HEAD), f"{PAGE}/viec", page, **fields, ngay="23/11/2026", ket_qua="Đủ", dieu_chinh="Không")
    assert answer.location.startswith(f"{PAGE}/viec?dot=2026-2027&ma={ITEM}&xong=")
    (review,) = sent(house, "review_improvement")
    assert review.status is ImprovementStatus.DONE
    assert (review.result, review.adjustment, review.evidence) == ("Đủ", "Không", [canned.DOC])


def test_done_without_evidence_comes_back_with_what_was_typed(enter, house):
    house.rpc_client.problems["assessment.review_improvement"] = Conflict("Việc chỉ xong khi có minh chứng. Chưa ghi gì.")
    fields = {"viec": "theo-doi", "dot": "2026-2027", "ma": ITEM, "dip": "hk1", "trang_thai": "xong"}
    answer = send(enter(Role.HEAD), f"{PAGE}/viec", f"{PAGE}/viec?ma={ITEM}", **fields, ket_qua="Đã đủ cả")
    assert "Việc chỉ xong khi có minh chứng." in answer.text
    assert "Đã đủ cả</textarea>" in answer.text
    assert '<option value="xong" selected>' in answer.text


def test_looking_for_a_paper_keeps_what_was_typed_and_writes_nothing(enter, house):
    fields = {"viec": "tim", "dot": "2026-2027", "ma": ITEM, "dip": "hk1", "trang_thai": "dang_lam", "tim_giay": "kế hoạch"}
    answer = send(enter(Role.HEAD), f"{PAGE}/viec", f"{PAGE}/viec?ma={ITEM}", **fields, ket_qua="Đang gõ dở")
    assert answer.status_code == 200
    assert "Đang gõ dở</textarea>" in answer.text
    assert sent(house, "review_improvement") == []


def test_an_item_is_written_anew(enter, house):
    page = f"{PAGE}/viec?ma={ITEM}"
    assert "6.000.000" in enter(Role.HEAD).get(page).text
    fields = {"viec": "sua", "dot": "2026-2027", "ma": ITEM, "cho": "2.3", "muc_tieu": "Đủ", "viec_lam": "Cử hai người"}
    send(enter(Role.HEAD), f"{PAGE}/viec", page, **fields, ban="7")
    (change,) = sent(house, "change_improvement")
    assert (change.item, change.action, change.cost_vnd) == (ITEM, "Cử hai người", None)
    assert change.expected == 7


def test_what_somebody_changed_meanwhile_stands_beside_what_was_typed(enter, house):
    page = f"{PAGE}/viec?ma={ITEM}"
    standing = re.search(r'name="ban" value="(\d+)"', enter(Role.HEAD).get(page).text)[1]
    fields = {"viec": "sua", "dot": "2026-2027", "ma": ITEM, "cho": "2.3", "muc_tieu": "Đủ", "viec_lam": "Cử ba người"}
    house.rpc_client.problems["assessment.change_improvement"] = Conflict("Có người đã sửa việc này. Chưa ghi đè gì.")
    try:
        answer = send(enter(Role.HEAD), f"{PAGE}/viec", page, **fields, ban="7")
    finally:
        house.rpc_client.problems.clear()
    assert answer.status_code == 409
    assert "Cử ba người</textarea>" in answer.text
    assert "Cử nhân viên y tế đi bồi dưỡng" in answer.text
    assert f'name="ban" value="{standing}"' in answer.text, "who has seen both may write again"


def test_the_reviews_of_an_item_name_their_evidence(enter):
    text = enter(Role.CLERK).get(f"{PAGE}/viec?ma=0b7f7f43-0b5e-4c58-9a50-6a6a7d3f1005").text
    assert "Cuối học kỳ I" in text
    assert "Đã đối chiếu &lt;script&gt;" in text
    assert f'<a href="/tai-lieu/{canned.DOC}">Kế hoạch 47/KH-THBC</a>' in text
    assert enter(Role.CLERK).get(f"{PAGE}/viec?ma=khong-co").status_code == 404
