"""The clerk goes through pages that were read none too surely: listed, typed over, said to be right; two never overwrite."""

from __future__ import annotations

import html
import json
import re

import pytest

from services.portal.pages.page_review import word_lines
from shared.contracts.calls.evidence import Box, CorrectableWord, PagesToReviewAnswer, PagesToReviewRequest
from shared.vocabulary.roles import Role
from tests.unit.evidence.evidence_kit import clerk, read_text, received_file
from tests.unit.pages.village import SCHOOL, Village

LINES = ("Số: 48/KH-TH", "KẾ HOẠCH", "Hiệu trưởng Lò Thị Thừ", "---", "trang hai mờ")


class Desk:
    """The village's school with one paper, read none too surely, and its clerk."""

    def __init__(self, village: Village, *lines: str, confidence: int = 50) -> None:
        self.village = village
        self.evidence = village.services["evidence"]
        receipt = self.evidence.register_document(clerk(SCHOOL), received_file(b"desk", school=SCHOOL))
        self.document = receipt.document
        self.reads(*(lines or LINES), confidence=confidence)
        village.relay()
        self.browser = village.enter(Role.CLERK)

    def reads(self, *lines: str, confidence: int = 50) -> None:
        self.evidence.record_text(clerk(SCHOOL), self.document, read_text(*lines, confidence=confidence))

    def address(self, number: int = 1) -> str:
        return f"/tai-lieu/{self.document}/{number}/sua"

    def page(self, number: int = 1, browser=None) -> str:
        answer = (browser or self.browser).get(self.address(number))
        assert answer.status_code == 200
        return answer.text

    def form(self, number: int = 1, browser=None) -> dict[str, str]:
        """The fields of the form as it lies before a person."""
        text = self.page(number, browser)
        inputs = re.findall(r'<input type="(?:text|hidden)"[^>]* name="([^"]+)" value="([^"]*)"', text)
        return {name: html.unescape(value) for name, value in inputs if name != "q"}

    def send(self, form: dict[str, str], viec: str = "luu", number: int = 1, browser=None):
        return (browser or self.browser).post(self.address(number), data=form | {"viec": viec})

    def words(self, number: int = 1) -> list[str]:
        return [value for name, value in self.form(number).items() if name.startswith("d-")]

    def left(self) -> int:
        asked = PagesToReviewRequest(school=SCHOOL)
        return self.village.do(Role.CLERK, "pages_to_review", asked, PagesToReviewAnswer, "evidence").total


@pytest.fixture
def desk() -> Desk:
    return Desk(Village())


def test_the_board_the_papers_and_the_list_say_how_many_pages_want_a_look(desk):
    for path in ("", "/minh-chung", "/xem-lai"):
        page = desk.browser.get(f"/truong/{SCHOOL}{path}").text
        assert re.search(r"2 trang|Trang cần xem lại <b>2</b>", page), path
    assert "Xem lần lượt từ đầu" in desk.browser.get(f"/truong/{SCHOOL}/xem-lai").text
    member = desk.village.enter(Role.COUNCIL_MEMBER)
    assert "trang cần xem lại" not in member.get(f"/truong/{SCHOOL}").text
    assert "Xem lần lượt từ đầu" not in member.get(f"/truong/{SCHOOL}/xem-lai").text
    assert "Lưu chỗ đã sửa" not in desk.page(browser=member)
    assert "Lò Thị Thừ" in desk.page(browser=member)


def test_a_line_that_is_typed_over_is_saved_and_the_next_page_comes(desk):
    form = desk.form()
    form["d-4"] = "Phó Hiệu trưởng Lò Bua"
    answer = desk.send(form)
    assert answer.status_code == 303
    assert answer.location.startswith(f"{desk.address(2)}?lam=sua-3")
    assert "Đã lưu 3 chỗ sửa." in desk.browser.get(answer.location).text
    assert desk.words() == ["Số: 48/KH-TH", "KẾ HOẠCH", "Phó Hiệu trưởng Lò Bua"]
    assert desk.left() == 1


def test_after_the_last_page_comes_the_empty_list(desk):
    desk.send(desk.form(2), "dung", 2)
    answer = desk.send(desk.form(), "dung")
    assert answer.location.startswith(f"/truong/{SCHOOL}/xem-lai?lam=dung-1")
    page = desk.browser.get(answer.location).text
    assert "Đã ghi 1 trang đọc đúng." in page
    assert "Không còn trang nào cần xem lại" in page
    assert "Hết trang của danh sách" not in page


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("Hiệu trưởng Lò Thị Thừ nhận", "Hiệu trưởng Lò Thị Thừ nhận"),
        ("Ông Hiệu trưởng Lò Thị Thừ", "Ông Hiệu trưởng Lò Thị Thừ"),
        ("Hiệu trưởng Thị Thừ", "Hiệu trưởng Thị Thừ"),
        ("Hiệu trưởng bà Lò Thị Thừ", "Hiệu trưởng bà Lò Thị Thừ"),
        ("Hiệu phó Lò Thị Thảo Vy", "Hiệu phó Lò Thị Thảo Vy"),
    ],
)
def test_words_are_added_taken_away_and_changed_as_the_line_was_typed(desk, typed, there):
    assert desk.send(desk.form() | {"d-4": f"  {typed} "}).status_code == 303
    assert desk.words()[-1] == there


def test_an_emptied_line_goes_and_a_missing_line_comes(desk):
    assert desk.send(desk.form() | {"d-2": "", "them": "Nơi nhận:\n\n như trên"}).status_code == 303
    assert desk.words() == ["Số: 48/KH-TH", "Hiệu trưởng Lò Thị Thừ", "Nơi nhận:", "như trên"]


def test_a_page_without_a_word_is_typed_line_by_line():
    desk = Desk(Village(), "---", "hai")
    assert "Máy không đọc được chữ nào" in desk.page()
    assert desk.send(desk.form() | {"them": "Số: 1\nKẾ HOẠCH"}).status_code == 303
    assert desk.words() == ["Số: 1", "KẾ HOẠCH"]


def test_the_script_says_word_by_word_what_was_changed(desk):
    changes = [["thay", 8, "Bua", "Thừ"], ["bo", 6, "", "Lò"]]
    form = {name: value for name, value in desk.form().items() if not name.startswith("d-")}
    assert desk.send(form | {"thay": json.dumps(changes)}).location.startswith(f"{desk.address(2)}?lam=sua-2")
    assert desk.words()[-1] == "Hiệu trưởng Thị Bua"
    refused = desk.send(desk.form() | {"thay": "[[1]]"})
    assert "Không hiểu chỗ sửa gửi lên" in refused.text


def test_places_of_words_are_given_to_the_script(desk):
    page = desk.page()
    assert re.search(r'name="d-0" value="Số: 48/KH-TH" data-w="100,20,30,30,1 140,20,80,30,1"', page)
    assert "chưa chắc: Số: · 48/KH-TH" in page


def test_a_word_with_a_space_in_it_leaves_its_line_to_be_typed():
    box = Box(left=1, top=1, width=1, height=1)
    words = [CorrectableWord(text=text, confidence=9, box=box, line=0, block=0) for text in ("Lò", "Thị Thừ")]
    assert [line.places for line in word_lines(words)] == [""]
    assert word_lines(words[:1])[0].places == "1,1,1,1,0"


def test_nothing_changed_is_said_and_what_was_typed_is_not_called_right(desk):
    same = desk.send(desk.form())
    assert "Đúng rồi" in same.text
    assert "Chưa sửa chữ nào" in same.text
    typed = desk.send(desk.form() | {"d-2": "KẾ HOẠCH NĂM"}, "dung")
    assert "Có chỗ đã gõ khác bản đọc" in typed.text
    assert 'value="KẾ HOẠCH NĂM"' in typed.text
    assert desk.left() == 2


def test_the_second_of_two_sees_both_and_nothing_is_overwritten(desk):
    head = desk.village.enter(Role.HEAD)
    before = desk.form()
    theirs = desk.form(browser=head)
    assert desk.send(before | {"d-4": "Hiệu trưởng Lò Thị Bua"}).status_code == 303
    refused = desk.send(theirs | {"d-4": "Hiệu trưởng Lô Thị Thừ", "them": "đã ký"}, browser=head)
    assert "Có người đã sửa trang này" in refused.text
    assert "Chỗ vừa gõ, chưa ghi" in refused.text
    for text in ("Hiệu trưởng Lô Thị Thừ", "đã ký", "Hiệu trưởng Lò Thị Bua"):
        assert text in refused.text
    assert desk.words()[-1] == "Hiệu trưởng Lò Thị Bua"
    scripted = {name: value for name, value in theirs.items() if not name.startswith("d-")}
    again = desk.send(scripted | {"thay": json.dumps([["thay", 6, "Lô", "Lò"]])}, browser=head)
    assert "<s>Lò</s> → <b>Lô</b>" in again.text
    assert desk.send(scripted | {"thay": json.dumps([[1]])}, browser=head).status_code in {200, 400, 409}


def test_a_form_that_the_script_sent_twice_is_taken_once(desk):
    form = {name: value for name, value in desk.form().items() if not name.startswith("d-")}
    form["thay"] = json.dumps([["thay", 8, "Bua", "Thừ"]])
    assert [desk.send(form).status_code for _ in range(2)] == [303, 303]
    assert desk.words()[-1] == "Hiệu trưởng Lò Thị Bua"


def test_corrections_without_a_place_are_shown(desk):
    desk.send(desk.form() | {"d-4": "Hiệu trưởng Lò Thị Bua"})
    desk.reads("Số: 48/KH-TH", "KẾ HOẠCH", "Một câu dài hơn nhiều so với lần trước", "---", "trang hai mờ")
    page = desk.page()
    assert "1 chỗ đã sửa trước đây không còn khớp" in page
    assert "<s>Thừ</s> → <b>Bua</b>" in page
    assert "1 chỗ đã sửa không còn khớp" in desk.browser.get(f"/truong/{SCHOOL}/xem-lai").text


def test_the_page_of_a_paper_leads_to_its_correction(desk):
    assert f'href="{desk.address()}"' in desk.browser.get(f"/tai-lieu/{desk.document}/1").text
    member = desk.village.enter(Role.COUNCIL_MEMBER)
    assert f'href="{desk.address()}"' not in member.get(f"/tai-lieu/{desk.document}/1").text


def test_a_long_list_is_told_in_parts(enter):
    page = enter(Role.CLERK).get("/truong/TH-BC/xem-lai").text
    assert "60 trang trong 2 tài liệu" in page
    assert page.count('loading="lazy"') == 50
    assert 'rel="next"' in page
    assert "không đọc được chữ nào" in page
    assert "Hết trang của danh sách" in enter(Role.CLERK).get("/truong/TH-BC/xem-lai?trang=9").text
