"""Writing a criterion on its page: sentences and codes, from the writer to the reviewer, comments, two people at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.portal.pages.writing import joined, with_code
from shared.contracts.calls import writing as w
from shared.problems import Problem
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import CriterionStep
from tests.opened import scope
from tests.unit.pages.test_council_pages import csrf_of, post, set_up
from tests.unit.pages.test_criterion_pages import main_of, words_of
from tests.unit.pages.test_writing_pages import form_of
from tests.unit.pages.village import SCHOOL, Village

CANNED = "/truong/TH-BC/danh-gia/2026-2027/2.2"


class Room:
    """A school whose secretary writes 1.1 and 1.2 and whose head reviews 1.1, with one paper cited under 1.1."""

    def __init__(self) -> None:
        self.village = Village()
        self.cycle = self.village.open_cycle()
        self.village.judge(self.cycle, "met", "1.1")
        self.village.paper("Kế hoạch phát triển", self.cycle, "1.1")
        set_up(self.village, self.cycle)
        self.page = f"/truong/{SCHOOL}/danh-gia/{self.cycle}/1.1"
        self.writer = self.village.enter(Role.COUNCIL_MEMBER)
        self.reviewer = self.village.enter(Role.HEAD)

    @property
    def code(self) -> str:
        return re.search(r'<datalist id="cac-ma".*?value="([^"]+)"', self.text(), re.DOTALL)[1]  # type: ignore[index]

    def text(self, browser: Any = None) -> str:
        return str((browser or self.writer).get(self.page).text)

    def work(self) -> w.CriterionWorkView:
        request = w.CriterionWorkRequest(school=SCHOOL, cycle=self.cycle, criterion="1.1")
        view: w.CriterionWorkView = self.village.do(Role.HEAD, "criterion_work", request, w.CriterionWorkView)
        return view

    def write(self, text: str, form: dict[str, str] | None = None) -> Any:
        fields = (form or form_of(self.text())) | {"gc-ht-1": text}
        return self.writer.post(self.page, data=fields, headers={"Accept": "text/html"})

    def press(self, browser: Any, **fields: str) -> Any:
        sent = {"csrf": csrf_of(browser, self.page)} | fields
        return browser.post(f"{self.page}/viet", data=sent, headers={"Accept": "text/html"})


@pytest.fixture(scope="module")
def shared_room() -> Iterator[Room]:
    with scope():
        yield Room()


@pytest.fixture
def room() -> Iterator[Room]:
    with scope():
        yield Room()


def test_an_empty_criterion_says_where_to_begin(shared_room: Room) -> None:
    text = main_of(shared_room.text())
    assert "Chưa viết câu nào. Bắt đầu từ minh chứng đã gắn" in text
    assert '<details class="wr" open>' in text
    assert "Viết ít nhất một câu rồi nộp." in text


def test_sentences_are_numbered_and_what_is_loose_is_marked_with_its_cure(room: Room) -> None:
    code = room.code
    assert room.write(f"Trường có kế hoạch ({code}). Kế hoạch được rà soát. Công khai rồi (MC.9.9.99).").status_code == 303
    text = main_of(room.text())
    assert re.findall(r'class="(cau[^"]*)" id="cau-1-(\d)"', text) == [
        ("cau", "1"),
        ("cau bare", "2"),
        ("cau dangling", "3"),
    ]
    assert "Câu này chưa có mã" in text
    assert "2 chỗ phải sửa" in words_of(text)
    assert 'href="#cau-1-2"' in text
    assert f"<code>{code}</code> Kế hoạch phát triển" in text
    assert "<p>Trường có kế hoạch.</p>" in text, "codes stand beneath their sentence"
    assert re.search(r"disabled[^>]*>Nộp cho người soát", text)
    assert "Sửa mã không dẫn tới minh chứng rồi nộp." in text


def test_codes_are_put_in_and_put_right_without_scripts(room: Room) -> None:
    code = room.code
    room.write("Kế hoạch được rà soát. Công khai rồi (MC.9.9.99).")
    version = re.search(r'name="vt-ht-1" value="(\d+)"', room.text())[1]  # type: ignore[index]
    answer = room.press(room.writer, **{"cau": "1:1", "ma-1-1": code, "ma-1-2": "", "vt-ht-1": version})
    assert answer.status_code == 303
    assert answer.location.endswith("#cau-1-1")
    stale = room.press(room.writer, **{"cau": "1:2:MC.9.9.99", "ma-1-2": code, "vt-ht-1": version})
    assert stale.status_code == 409
    version = re.search(r'name="vt-ht-1" value="(\d+)"', room.text())[1]  # type: ignore[index]
    assert room.press(room.writer, **{"cau": "1:2:MC.9.9.99", "ma-1-2": code, "vt-ht-1": version}).status_code == 303
    assert room.work().levels[0].text == f"Kế hoạch được rà soát ({code}). Công khai rồi ({code})."
    assert not room.work().dangling


def test_a_criterion_goes_from_its_writer_to_its_reviewer_and_back(room: Room) -> None:
    code = room.code
    room.write(f"Trường có kế hoạch ({code}).")
    assert room.press(room.writer, viec="nop").status_code == 303
    text = main_of(room.text())
    assert 'name="gc-ht-1"' not in text, "what was handed in is read only"
    assert "Đã nộp để soát" in text
    assert 'value="lay-lai">Lấy lại' in text
    assert room.press(room.writer, viec="lay-lai").status_code == 303
    assert room.press(room.writer, viec="nop").status_code == 303
    review = main_of(room.text(room.reviewer))
    assert 'value="soat">Soát xong' in review
    asked = room.press(room.reviewer, viec="yeu-cau", **{"yeu-cau": "Nêu rõ kỳ rà soát", "han-sua": ""})
    assert asked.status_code == 303
    again = words_of(main_of(room.text()))
    assert "Nguyễn Văn A yêu cầu sửa ngày" in again
    assert "Nêu rõ kỳ rà soát" in again
    room.write(f"Trường có kế hoạch, rà soát mỗi kỳ ({code}).")
    assert room.press(room.writer, viec="nop").status_code == 303
    assert room.press(room.reviewer, viec="soat").status_code == 303
    assert room.work().step is CriterionStep.REVIEWED


def test_nobody_reviews_what_he_wrote(room: Room) -> None:
    room.write(f"Trường có kế hoạch ({room.code}).")
    room.press(room.writer, viec="nop")
    answer = room.press(room.writer, viec="soat")
    assert answer.status_code in {403, 409, 422}
    assert answer.text.count('role="alert"') == 1
    assert 'value="soat"' not in room.text()


def test_two_who_change_different_sentences_lose_nothing(room: Room) -> None:
    code = room.code
    room.write(f"Câu một ({code}). Câu hai ({code}).")
    seen = form_of(room.text())
    room.write(f"Câu một đã đổi ({code}). Câu hai ({code}).")
    assert room.write(f"Câu một ({code}). Câu hai cũng đổi ({code}).", seen).status_code == 303
    assert room.work().levels[0].text == f"Câu một đã đổi ({code}). Câu hai cũng đổi ({code})."


def test_two_who_change_the_same_sentence_see_both(room: Room) -> None:
    room.write("Câu một.")
    seen = form_of(room.text())
    room.write("Câu một của người kia.")
    answer = room.write("Câu một của tôi.", seen)
    assert answer.status_code == 409
    text = main_of(answer.text)
    assert ">Câu một của tôi.</textarea>" in text
    assert "<b>Đang có</b>\nCâu một của người kia." in text
    assert room.write("Câu một của hai người.", form_of(answer.text)).status_code == 303, (
        "the next save rests on what was seen"
    )


def test_comments_have_pins_are_answered_and_closed(room: Room) -> None:
    room.write("Câu một. Câu hai.")
    assert room.press(room.reviewer, viec="gop-y", o="1.2", loi="Nêu số liệu.").status_code == 303
    text = main_of(room.text())
    assert re.search(r'id="cau-1-2".*?<a class="pin" href="#y-1">1', text, re.DOTALL)
    assert "1 chưa xong · 0 đã xong" in text
    comment = re.search(r'name="gop-y" value="([^"]+)"', text)[1]  # type: ignore[index]
    room.press(room.writer, viec="gop-y", loi="Đã thêm.", **{"tra-loi-cho": comment})
    assert "Đã thêm." in main_of(room.text())
    assert room.press(room.writer, viec="xong", **{"gop-y": comment}).status_code == 303
    text = main_of(room.text())
    assert '<a class="pin done" href="#y-1">1' in text
    assert "0 chưa xong · 1 đã xong" in text
    assert room.press(room.writer, viec="mo", **{"gop-y": comment}).status_code == 303
    empty = room.press(room.writer, viec="gop-y", o="1.2", loi="")
    assert empty.status_code in {400, 422}
    assert '<option value="1.2" selected>' in empty.text


def test_who_does_not_write_it_reads_it_and_is_told_who_does(room: Room) -> None:
    room.write("Câu một.")
    clerk = main_of(room.text(room.village.enter(Role.CLERK)))
    assert 'name="gc-ht-1"' not in clerk
    assert "<p>Câu một.</p>" in clerk
    assert "Nguyễn Văn C viết tiêu chí này." in clerk
    assert 'id="loi-gop"' in clerk, "the clerk comments"
    commune = main_of(room.text(room.village.enter(Role.COMMUNE_OFFICER)))
    assert 'id="loi-gop"' not in commune


def test_the_way_names_its_people_and_how_late_it_is(enter: Any) -> None:
    text = main_of(enter(Role.COUNCIL_MEMBER).get(CANNED).text)
    here = re.search(r'<li class="here sw-dang_viet" aria-current="step">.*?</li>', text, re.DOTALL)[0]  # type: ignore[index]
    assert "Lò Văn Thịnh" in here
    assert "hạn 27/11/2026" in text
    assert "Bản nháp của nhóm 2. Hội đồng thông qua mới là kết quả của trường." in text
    assert "Phần chép từ đợt trước, chưa xem lại" in text


def test_a_copied_text_is_kept_by_a_button(enter: Any, house: Any) -> None:
    browser = enter(Role.COUNCIL_MEMBER)
    token = csrf_of(browser, CANNED)
    answer = browser.post(f"{CANNED}/viet", data={"csrf": token, "viec": "giu:0"})
    assert answer.status_code == 303
    assert ("assessment.keep_copied", w.KeepCopied(school="TH-BC", cycle="2026-2027", criterion="2.2", level=0)) in (
        house.rpc_client.commands
    )


def test_the_script_hears_that_two_texts_were_put_together(enter: Any, house: Any, monkeypatch: Any) -> None:
    merged = w.WrittenStatus(position=7, criterion="2.2", level=1, text="x", sentences=[], merged=True)
    monkeypatch.setitem(house.canned.CANNED, "assessment.write_status", lambda _: merged)
    browser = enter(Role.COUNCIL_MEMBER)
    form = form_of(browser.get(CANNED).text)
    sent = {n: v for n, v in form.items() if n in {"csrf", "vt-ht-1", "cu-ht-1"}} | {"gc-ht-1": "Lời mới."}
    answer = browser.post(CANNED, data=sent, headers={"Accept": "application/json"})
    assert answer.get_json()["merged"] is True
    assert answer.get_json()["position"] == 7


def test_the_former_years_text_is_one_click_away(enter: Any, house: Any, monkeypatch: Any) -> None:
    assert "Xem bản năm trước" not in enter(Role.HEAD).get(CANNED).text
    known = house.canned.cycles(None)
    former = msgspec.structs.replace(known.cycles[0], cycle="2025-2026", year="2025-2026")
    both = msgspec.structs.replace(known, cycles=[*known.cycles, former])
    monkeypatch.setitem(house.canned.CANNED, "assessment.cycles", lambda _: both)
    text = enter(Role.HEAD).get(CANNED).text
    assert '<a href="/truong/TH-BC/danh-gia/2025-2026/2.2">Xem bản năm trước</a>' in text


def test_in_the_past_nothing_is_written(enter: Any) -> None:
    text = main_of(enter(Role.HEAD).get(f"{CANNED}?hieu-luc=2026-11-20&biet-den=18000").text)
    assert 'name="gc-ht-1"' not in text
    assert 'id="giao"' not in text
    assert 'id="cau-1-1"' in text


def test_a_standard_is_described_and_a_stale_text_shows_both(enter: Any, house: Any) -> None:
    page = "/truong/TH-BC/danh-gia/2026-2027/phan-chung"
    browser = enter(Role.HEAD)
    assert post(browser, page, phan="tieu-chuan-2", ban="15400", strengths="Đội ngũ đủ", limits="", causes="", trend="",
                priorities="").status_code == 303  # fmt: skip
    sent = [request for name, request in house.rpc_client.commands if name == "assessment.describe_standard"]
    assert (sent[0].standard, sent[0].strengths, sent[0].expected) == ("2", "Đội ngũ đủ", 15400)

    class Stale(Problem):
        type, status, title = "da-sua", 409, "Có người đã sửa trước"

    house.rpc_client.problems["assessment.describe_standard"] = Stale("Chưa ghi đè gì. Xem hai bản.")
    answer = post(browser, page, phan="tieu-chuan-2", ban="1", strengths="Lời của tôi", limits="", causes="", trend="",
                  priorities="")  # fmt: skip
    assert answer.status_code == 409
    assert ">Lời của tôi</textarea>" in answer.text
    assert "<b>Đang có</b>\nĐủ giáo viên" in answer.text


def test_facets_are_defined_for_one_indicator(enter: Any, house: Any) -> None:
    page = f"{CANNED}/noi-ham"
    fields = {"muc": "1", "chi-bao": "-", "so-hang": "2", "text-1": "Đủ giáo viên", "question-1": "Thiếu môn nào?"}
    assert post(enter(Role.CLERK), page, **fields, ban="15300").status_code == 303
    sent = [request for name, request in house.rpc_client.commands if name == "assessment.define_facets"]
    assert [(f.text, f.question) for f in sent[0].facets] == [("Đủ giáo viên", "Thiếu môn nào?")]
    stale = post(enter(Role.CLERK), page, **fields, ban="1")
    assert stale.status_code == 409
    assert 'value="Đủ giáo viên"' in stale.text


@pytest.mark.parametrize(
    ("sentence", "old", "brackets", "wanted"),
    [
        ("Có kế hoạch.", "", "()", "Có kế hoạch (MC.1.1.01)."),
        ("Có kế hoạch", "", "[]", "Có kế hoạch [MC.1.1.01]"),
        ("Có kế hoạch (MC.9.9.99).", "MC.9.9.99", "()", "Có kế hoạch (MC.1.1.01)."),
        ("“Có kế hoạch.”", "", "()", "“Có kế hoạch (MC.1.1.01).”"),
    ],
)
def test_a_code_stands_before_the_stop(sentence: str, old: str, brackets: str, wanted: str) -> None:
    assert with_code(sentence, "MC.1.1.01", old, brackets) == wanted


def test_paragraphs_stay_apart() -> None:
    assert joined([("Một.", True), ("Hai.", False), ("Ba.", True)]) == "Một. Hai.\n\nBa."
