"""Difficulties on pages: a school raises one, the office treats it, those who may decide, the school closes it."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from shared.clock import SystemClock, today
from shared.contracts.calls.year.difficulties import DifficultyView, TakeDifficulty
from shared.vocabulary.commune_year import CommuneUnit
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.village import Village
from tests.unit.pages.year.year_page_kit import DIFFICULTIES, OF_SCHOOL, YEAR, day, main_of, peopled, send, sent, words_of

TEXT, ASKS = "Thiếu phòng tin học", "Bố trí một phòng"


@pytest.fixture
def village():
    with scope():
        yield peopled()


def raised(village: Village, text: str = TEXT) -> str:
    """Raise a difficulty and return its id."""
    sent(village, Role.HEAD, OF_SCHOOL, viec="neu", kho_khan_gi=text, de_nghi=ASKS, tieu_chi="3.2")
    found = re.findall(r'<article class="kn[^"]*" id="kk-([^"]+)"', main_of(village, Role.HEAD, OF_SCHOOL))
    return str(found[-1])


def act(village: Village, role: Role, number: str, what: str, **fields: str) -> str:
    return sent(village, role, DIFFICULTIES, kho_khan=number, viec=what, **fields)


def test_on_the_first_day_both_pages_say_that_there_is_none(village):
    assert "Chưa trường nào nêu khó khăn" in main_of(village, Role.COMMUNE_OFFICER, DIFFICULTIES)
    assert "Trường chưa nêu khó khăn nào" in main_of(village, Role.HEAD, OF_SCHOOL)


def test_the_unit_that_took_a_difficulty_answers_it_on_the_board_and_does_no_more(village):
    number = raised(village)
    one = f"{DIFFICULTIES}?chon={number}"
    assert "Gửi trả lời" not in main_of(village, Role.ECONOMIC_OFFICE, one)
    due = today(SystemClock()) + dt.timedelta(days=7)
    taking = TakeDifficulty(difficulty=number, due=due, unit=CommuneUnit.ECONOMIC_OFFICE)
    village.do(Role.COMMUNE_OFFICER, "take_difficulty", taking, DifficultyView, "inspection")
    page = main_of(village, Role.ECONOMIC_OFFICE, one)
    assert "Gửi trả lời" in page
    assert "Chuyển đến nơi quyết định" not in page
    act(village, Role.ECONOMIC_OFFICE, number, "tra-loi", tra_loi="Đã bố trí vốn")
    assert "xã trả lời: Đã bố trí vốn" in main_of(village, Role.HEAD, OF_SCHOOL)


def test_a_difficulty_goes_from_the_school_to_its_close(village):
    number = raised(village)
    board = main_of(village, Role.COMMUNE_OFFICER, DIFFICULTIES)
    assert TEXT in board
    assert "Trả lời, chuyển" in board
    act(village, Role.COMMUNE_OFFICER, number, "nhan", han=day(7))
    assert f"hạn {day(7)}" in words_of(main_of(village, Role.HEAD, OF_SCHOOL))
    act(village, Role.COMMUNE_OFFICER, number, "chuyen", den="ubnd_xa", tom_tat="Vượt khả năng của trường")
    waiting = main_of(village, Role.COMMUNE_OFFICER, f"{DIFFICULTIES}?chon={number}")
    assert re.search(r"<button[^>]*disabled[^>]*>Gửi trả lời", waiting)
    assert "Quyết định thế nào" not in waiting
    assert "Quyết định thế nào" in main_of(village, Role.COMMUNE_LEADER, f"{DIFFICULTIES}?chon={number}")
    act(village, Role.COMMUNE_LEADER, number, "quyet-dinh", quyet_dinh="Bố trí vốn năm sau")
    own = main_of(village, Role.HEAD, OF_SCHOOL)
    assert "1 chờ trường nói thỏa đáng hay chưa" in words_of(own)
    close = {"viec": "dong", "kho_khan": number, "loi": "thoa_dang"}
    assert "Đóng khó khăn này?" in send(village, Role.HEAD, OF_SCHOOL, **close).text
    sent(village, Role.HEAD, OF_SCHOOL, **close, chac="co")
    assert "Đã đóng" in words_of(main_of(village, Role.HEAD, OF_SCHOOL))
    assert "trường nói: thỏa đáng" in words_of(main_of(village, Role.COMMUNE_OFFICER, f"{DIFFICULTIES}?chon={number}"))


def test_a_school_that_is_not_content_reopens_it_to_the_office(village):
    number = raised(village)
    act(village, Role.COMMUNE_OFFICER, number, "tra-loi", tra_loi="Xã sửa phòng trong hè")
    sent(village, Role.HEAD, OF_SCHOOL, viec="dong", kho_khan=number, loi="chua", them="Phòng ấy dột")
    page = words_of(main_of(village, Role.COMMUNE_OFFICER, f"{DIFFICULTIES}?chon={number}"))
    assert "chưa thỏa đáng, mở lại cho xã. Phòng ấy dột" in page
    assert "Mới nêu" in page


def test_an_answer_to_what_changed_meanwhile_is_refused_and_kept(village):
    number = raised(village)
    page = main_of(village, Role.COMMUNE_OFFICER, f"{DIFFICULTIES}?chon={number}")
    read = re.search(r'name="ban" value="(\d+)"', page)
    assert read
    act(village, Role.COMMUNE_OFFICER, number, "nhan", han=day(7))
    said = {"kho_khan": number, "viec": "tra-loi", "tra_loi": "Xã sửa phòng trong hè", "ban": read[1]}
    answer = send(village, Role.COMMUNE_OFFICER, DIFFICULTIES, **said)
    assert "nay: đã nhận" in words_of(answer.text)
    assert "Xã sửa phòng trong hè" in answer.text


def test_what_is_out_of_order_is_refused_with_the_words_kept(village):
    number = raised(village)
    act(village, Role.COMMUNE_OFFICER, number, "chuyen", den="so", tom_tat="Vượt khả năng")
    answer = send(village, Role.COMMUNE_OFFICER, DIFFICULTIES, kho_khan=number, viec="tra-loi", tra_loi="Xã trả lời trước")
    assert "đang chờ Sở Giáo dục và Đào tạo quyết định" in words_of(answer.text)
    assert "Xã trả lời trước" in answer.text


def test_the_department_decides_what_was_forwarded_to_it(village):
    number = raised(village)
    act(village, Role.COMMUNE_OFFICER, number, "chuyen", den="so", tom_tat="Vượt khả năng")
    sent(village, Role.DEPARTMENT_OFFICER, "/so/kho-khan", kho_khan=number, viec="quyet-dinh", quyet_dinh="Sở hỗ trợ")
    assert "Sở hỗ trợ" in main_of(village, Role.HEAD, OF_SCHOOL)


def test_two_difficulties_are_merged_on_the_board(village):
    first, second = raised(village), raised(village, "Phòng học dột")
    page = main_of(village, Role.COMMUNE_OFFICER, f"{DIFFICULTIES}?chon={second}")
    assert f'<option value="{first}">' in page
    act(village, Role.COMMUNE_OFFICER, second, "gop", vao=first)
    board = words_of(main_of(village, Role.COMMUNE_OFFICER, DIFFICULTIES))
    assert "gộp 1 khó khăn khác" in board
    assert "đã gộp vào khó khăn khác" in board


def test_every_count_opens_what_it_counts(village):
    raised(village), raised(village, "Phòng học dột")
    board = main_of(village, Role.COMMUNE_OFFICER, DIFFICULTIES)
    link = re.search(r'href="([^"]+)"[^>]*>Mới nêu <b>2</b>', board)
    assert link
    opened = main_of(village, Role.COMMUNE_OFFICER, link[1].replace("&amp;", "&"))
    assert '<h2 id="kk">2 khó khăn</h2>' in opened
    closed = main_of(village, Role.COMMUNE_OFFICER, f"{DIFFICULTIES}?trang-thai=da_dong")
    assert "Không có khó khăn nào như vậy" in closed


def test_a_page_shows_25_of_many(village):
    for number in range(26):
        sent(village, Role.HEAD, OF_SCHOOL, viec="neu", kho_khan_gi=f"Khó khăn thứ {number}", de_nghi=ASKS)
    page = main_of(village, Role.COMMUNE_OFFICER, DIFFICULTIES)
    assert page.count('<tr id="kk-') == 25
    assert "26 khó khăn" in page
    assert main_of(village, Role.COMMUNE_OFFICER, f"{DIFFICULTIES}?trang=2").count('<tr id="kk-') == 1


def test_others_are_kept_out_and_readers_do_nothing(village):
    raised(village)
    assert village.enter(Role.HEAD).get(DIFFICULTIES).status_code == 403
    assert village.enter(Role.MASS_ORGANISATION).get(DIFFICULTIES).status_code == 403
    seen = main_of(village, Role.AUDITOR, OF_SCHOOL)
    assert re.search(r"<button[^>]*disabled[^>]*>Nêu khó khăn", seen)
    assert "Trả lời, chuyển" not in main_of(village, Role.ECONOMIC_OFFICE, DIFFICULTIES)


def test_the_synthesis_is_printed_in_three_formats(village):
    raised(village)
    for form in ("docx", "xlsx", "pdf"):
        printed = village.enter(Role.COMMUNE_OFFICER).get(f"{DIFFICULTIES}/in?nam={YEAR}&dang={form}")
        assert printed.status_code == 200
        assert len(printed.data) > 1_000
