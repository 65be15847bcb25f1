"""Recording what a visit finds: nothing typed is lost on the way to the next criterion, and concluding asks first."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.contracts.calls import inspection as i
from shared.vocabulary.roles import Role
from tests.unit.pages.village import SCHOOL, Village


class Recording:
    """A visit of the commune, at a criterion, as the browser of its officer shows it."""

    def __init__(self) -> None:
        self.village = Village()
        cycle = self.village.open_cycle()
        self.village.judge(cycle, "met", "1.1")
        self.inspection = self.village.visit(cycle, ("4.1", "not_met"))
        self.client = self.village.enter(Role.COMMUNE_OFFICER)
        self.path = f"/xa/NAM-LAM/kiem-tra/{self.inspection}"

    def page(self, criterion: str = "1.1") -> str:
        return str(self.client.get(f"{self.path}?truong={SCHOOL}&tieu-chi={criterion}").text)

    def post(self, criterion: str = "1.1", **fields: str) -> Any:
        token = re.search(r'name="csrf" value="([^"]+)"', self.page(criterion))
        assert token
        named = {name.replace("__", "-"): value for name, value in fields.items()}
        sent = {"csrf": token[1], "truong": SCHOOL, "tieu-chi": criterion, **named}
        return self.client.post(self.path, data=sent)

    def findings(self) -> dict[tuple[str, int], i.FindingView]:
        asked = i.InspectionRequest(school=SCHOOL, inspection=self.inspection)
        view = self.village.do(Role.COMMUNE_OFFICER, "inspection", asked, i.InspectionView, "inspection")
        return {(one.criterion, one.level): one for one in view.findings}


@pytest.fixture
def recording() -> Recording:
    return Recording()


def test_going_on_to_the_next_criterion_saves_what_was_typed(recording):
    gone = recording.post(viec="sang", sang="1.3", **{"kq__1_-": "not_met", "gc__1_-": "Thiếu sổ họp."})
    assert (gone.status_code, gone.location.split("&tieu-chi=")[1].split("&")[0]) == (303, "1.3")
    assert recording.findings()[("1.1", 1)].note == "Thiếu sổ họp."
    assert "Ghi phát hiện 1.3" in recording.client.get(gone.location).text


def test_going_on_with_nothing_typed_or_nothing_changed_records_nothing(recording):
    before = recording.findings()
    assert recording.post(viec="sang", sang="2.1").status_code == 303
    same = before[("4.1", 1)]
    assert same.answer_by
    fields = {"kq__1_-": "not_met", "gc__1_-": same.note, "han__1_-": f"{same.answer_by:%d/%m/%Y}"}
    assert recording.post("4.1", viec="sang", sang="2.1", **fields).status_code == 303
    assert recording.findings() == before


@pytest.mark.parametrize("fields", [{"gc__1_-": "Thiếu sổ họp."}, {"han__1_-": "31/12/2026"}], ids=["words", "day"])
@pytest.mark.parametrize("act", ["", "sang"])
def test_words_beside_which_no_result_is_chosen_are_asked_about_and_kept(recording, act, fields):
    refused = recording.post(sang="1.3", **({"viec": act} if act else {}), **fields)
    assert "1.1 Mức 1 có phát hiện mà chưa chọn kết quả" in refused.text
    assert next(iter(fields.values())) in refused.text
    assert ("1.1", 1) not in recording.findings()


def test_while_a_criterion_is_open_no_way_to_another_leaves_its_form_unsaved(recording):
    page = recording.page()
    assert 'name="viec" value="sang"' in page
    assert "data-giu" in page, "the script asks whoever leaves"
    assert f'<a href="{recording.path}?truong={SCHOOL}&amp;tieu-chi=' not in page
    assert len(re.findall(r"<form[^>]*>(?:(?!</form>).)*name=\"tieu-chi\"", page, re.DOTALL)) == 1
    assert '<option value="1.2" selected' in page, "the next criterion is offered"
    assert re.search(r'<option value="4.1">[^<]*\(đã ghi\)', page)


def test_concluding_asks_first_and_says_what_becomes_final(recording):
    asked = recording.post(viec="ket-luan", tom__tat="Đã xem tại chỗ.")
    assert asked.status_code == 200
    for said in ("1 trong 15 tiêu chí", "Còn 14 tiêu chí chưa xem", "Trường phải trả lời 1 phát hiện", "Không mở lại được"):
        assert said in asked.text
    assert "Đã kết luận" not in recording.client.get(f"/xa/NAM-LAM/kiem-tra?truong={SCHOOL}").text
    assert recording.post(viec="ket-luan", tom__tat="").status_code != 303
    done = recording.post(viec="ket-luan", tom__tat="Đã xem tại chỗ.", chac="co")
    assert done.status_code == 303
    assert "Đã kết luận" in recording.client.get(f"/xa/NAM-LAM/kiem-tra?truong={SCHOOL}").text
