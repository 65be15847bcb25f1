"""Judging in a visit without a script: nothing typed is lost on the way to the next criterion, and concluding asks first."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls import inspection as i
from shared.vocabulary.assessment import Layer
from shared.vocabulary.roles import Role
from tests.unit.pages.village import SCHOOL, Village


class Recording:
    """A visit of the commune, at a criterion, as the browser of its inspector shows it."""

    def __init__(self) -> None:
        self.village = Village()
        cycle = self.village.open_cycle()
        self.village.judge(cycle, "met", "1.1")
        self.inspection = self.village.visit(cycle, ("4.1", "not_met"))
        self.client = self.village.enter(Role.COMMUNE_OFFICER)
        self.path = f"/xa/NAM-LAM/kiem-tra/{self.inspection}"

    def page(self, criterion: str = "1.1") -> str:
        return str(self.client.get(f"{self.path}?truong={SCHOOL}&tieu-chi={criterion}").text)

    def post(self, criterion: str = "1.1", part: str = "", **fields: str) -> Any:
        token = re.search(r'name="csrf" value="([^"]+)"', self.page(criterion))
        assert token
        named = {name.replace("__", "-"): value for name, value in fields.items()}
        sent = {"csrf": token[1], "truong": SCHOOL, "tieu-chi": criterion, **named}
        answer = self.client.post(self.path + part, data=sent)
        self.village.relay()
        return answer

    def view(self) -> i.InspectionView:
        asked = i.InspectionRequest(school=SCHOOL, inspection=self.inspection)
        found: i.InspectionView = self.village.do(Role.COMMUNE_OFFICER, "inspection", asked, i.InspectionView, "inspection")
        return found

    def opinions(self) -> dict[tuple[str, int], i.OpinionView]:
        return {(one.criterion, one.level): one.opinions[0] for one in self.view().opinions}


@pytest.fixture
def recording() -> Recording:
    return Recording()


def test_going_on_to_the_next_criterion_saves_what_was_typed(recording):
    gone = recording.post(sang="1.3", **{"kq__1_-": "not_met", "gc__1_-": "Thiếu sổ họp."})
    assert (gone.status_code, gone.location.split("&tieu-chi=")[1].split("&")[0]) == (303, "1.3")
    opinion = recording.opinions()[("1.1", 1)]
    assert (opinion.result, opinion.note) == ("not_met", "Thiếu sổ họp.")
    assert "<h1>1.3 " in recording.client.get(gone.location).text
    assert "Thiếu sổ họp." in recording.page()


def test_going_on_with_nothing_changed_records_nothing(recording):
    assert recording.post(sang="2.1", **{"kq__1_-": "not_assessed", "gc__1_-": ""}).status_code == 303
    assert recording.opinions() == {}
    refused = recording.post(**{"kq__1_-": "not_assessed", "gc__1_-": ""})
    assert "Chưa đổi gì so với lần ghi trước." in refused.text


def test_a_note_without_a_result_is_an_opinion_that_is_still_open(recording):
    assert recording.post(viec="sang", tiep="1.3", **{"gc__1_-": "Hỏi thêm kế toán."}).status_code == 303
    opinion = recording.opinions()[("1.1", 1)]
    assert (opinion.result, opinion.note) == ("not_assessed", "Hỏi thêm kế toán.")


def test_a_result_that_is_none_is_refused_and_the_words_stay(recording):
    refused = recording.post(**{"kq__1_-": "gan-dat", "gc__1_-": "Gần đạt rồi.", "vt__1_-": "0", "vt__2_-": "0"})
    assert refused.status_code == 200
    assert "Kết quả không có trong danh sách." in refused.text
    assert "Gần đạt rồi." in refused.text
    assert recording.opinions() == {}


def test_two_versions_from_two_devices_are_both_shown_and_the_chosen_one_stands(recording):
    recording.post(**{"kq__1_-": "met", "gc__1_-": "Ghi ở máy bàn.", "vt__1_-": "0"})
    recording.post(**{"kq__1_-": "not_met", "gc__1_-": "Ghi ở điện thoại.", "vt__1_-": "0"})
    page = recording.page()
    assert "Ghi trên hai máy, hai bản khác nhau" in page
    assert "Ghi ở máy bàn." in page
    assert "Ghi ở điện thoại." in page
    versions = dict(re.findall(r"(Ghi ở [^.]+\.)\n<button[^>]*value=\"(chon:[^\"]+)\"", page))

    assert recording.post(viec=versions["Ghi ở máy bàn."]).status_code == 303

    opinion = recording.opinions()[("1.1", 1)]
    assert (opinion.result, opinion.note, opinion.others) == ("met", "Ghi ở máy bàn.", [])
    assert "hai bản khác nhau" not in recording.page()


def test_a_version_that_is_gone_cannot_be_chosen(recording):
    recording.post(**{"kq__1_-": "met"})
    refused = recording.post(viec="chon:1.1_1_-:99999")
    assert "Không còn bản này." in refused.text


def test_no_way_to_another_criterion_leaves_the_form_unsaved_without_a_script(recording):
    page = recording.page()
    assert f'<a href="{recording.path}?truong={SCHOOL}&amp;tieu-chi=' not in page
    assert re.search(r'<button class="b t" name="sang" value="1.2"', page), "the next criterion is offered"
    assert page.index(">Lưu</button>") < page.index('name="sang"'), "Enter saves"


def test_what_the_school_wrote_and_cites_stands_before_what_is_judged(recording):
    recording.village.paper("Kế hoạch năm học", recording.village.status().cycle, "1.2")
    page = recording.page("1.2")
    assert page.index("Trường viết") < page.index("Nhận xét của tôi")
    assert page.index("Kế hoạch năm học") < page.index("Nhận xét của tôi")
    assert re.search(r'data-giay="[^"]+" data-trang="1"', page)


def test_a_visit_that_was_planned_before_the_school_opened_a_cycle_says_so_and_shows_nothing_to_judge():
    village = Village()
    plan = i.PlanInspection(school=SCHOOL, layer=Layer.COMMUNE, on=today(SystemClock()), title="Kiểm tra trước")
    visit = village.do(Role.COMMUNE_OFFICER, "plan", plan, i.InspectionView, "inspection").inspection
    client = village.enter(Role.COMMUNE_OFFICER)
    page = client.get(f"/xa/NAM-LAM/kiem-tra/{visit}?truong={SCHOOL}").text
    assert "Trường chưa mở đợt tự đánh giá. Đợt này lập trước" in page
    assert "<textarea" not in page
    village.open_cycle()
    assert "<h1>1.1 " in client.get(f"/xa/NAM-LAM/kiem-tra/{visit}?truong={SCHOOL}").text


def test_concluding_asks_first_and_says_what_becomes_final_and_what_is_left_out(recording):
    recording.post(**{"kq__1_-": "met"})
    asked = recording.post(part="/thong-nhat", viec="ket-luan", tom__tat="Đã xem tại chỗ.")
    assert asked.status_code == 200
    for said in ("1 trong 15 tiêu chí", "Còn 14 tiêu chí chưa xem", "Trường phải trả lời 1 phát hiện", "Không mở lại được"):
        assert said in asked.text
    assert "1 chỉ báo mới có ý kiến thành viên, chưa thống nhất" in asked.text
    assert "Đã kết luận" not in recording.client.get(f"/xa/NAM-LAM/kiem-tra?truong={SCHOOL}").text
    assert recording.post(part="/thong-nhat", viec="ket-luan", tom__tat="").status_code != 303
    done = recording.post(part="/thong-nhat", viec="ket-luan", tom__tat="Đã xem tại chỗ.", chac="co")
    assert done.status_code == 303
    assert "Đã kết luận" in recording.client.get(f"/xa/NAM-LAM/kiem-tra?truong={SCHOOL}").text
    assert "<textarea" not in recording.page()
