"""The page of one criterion says what is so: locked when it is, in the clerk's words, and on paper in the form's order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest

from services.portal.pages.formatting import date
from services.portal.pages.todo_list import way_up
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import ExplainAnswer, LevelView
from shared.contracts.calls.teams import EvidenceRequestAdded, RequestEvidence
from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.test_writing_pages import form_of
from tests.unit.pages.village import SCHOOL, Village

LIVE = re.compile(r'type="radio"|<textarea|<button class="b p">Lưu|Gắn minh chứng')


def main_of(html: str) -> str:
    """Return what a page says between its bars."""
    return html[html.index("<main") : html.index("</main>")]


def words_of(html: str) -> str:
    """Return the text of a page, one space between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture(scope="module")
def open_school() -> Iterator[tuple[Village, str]]:
    with scope():
        village = Village()
        cycle = village.open_cycle()
        village.judge(cycle, "met", "1.1", "2.2")
        village.judge(cycle, "not_met", "4.1")
        village.paper("Kế hoạch bồi dưỡng", cycle, "2.2")
        yield village, f"/truong/{SCHOOL}/danh-gia/{cycle}"


@pytest.fixture(scope="module")
def submitted() -> Iterator[tuple[Village, str, dict[str, str]]]:
    """A cycle that was submitted after a council member had opened the form of 1.1."""
    with scope():
        village = Village()
        cycle = village.open_cycle()
        village.judge(cycle, "not_met", "1.1")
        address = f"/truong/{SCHOOL}/danh-gia/{cycle}"
        form = form_of(village.enter(Role.COUNCIL_MEMBER).get(f"{address}/1.1").text)
        village.submit(cycle)
        yield village, address, form


@pytest.mark.parametrize("role", [Role.HEAD, Role.COUNCIL_MEMBER, Role.CLERK, Role.COMMUNE_OFFICER])
def test_a_submitted_cycle_offers_nothing_to_change_and_says_since_when_and_what_to_do(role: Role, submitted: Any) -> None:
    village, address, _ = submitted

    page = main_of(village.enter(role).get(f"{address}/1.1").text)

    assert not LIVE.search(page)
    assert f"Đã trình ngày {date(today(SystemClock()))}" in page
    assert "mở lại" in page


def test_a_save_that_meets_the_lock_shows_what_was_typed_and_no_merge(submitted: Any) -> None:
    village, address, form = submitted
    typed = form | {"kq-1_-": "met", "gc-1_-": "Vừa viết xong.", "weaknesses": "Chưa đều.", "csrf": ""}
    browser = village.enter(Role.COUNCIL_MEMBER)
    typed["csrf"] = re.search('name="csrf" content="([^"]+)"', browser.get("/them").text)[1]  # type: ignore[index]

    answer = browser.post(f"{address}/1.1", data=typed)
    page = main_of(answer.text)

    assert answer.status_code == 409
    assert "đã khóa" in page
    assert re.findall(r"<textarea[^>]* readonly>([^<]*)", page) == ["Vừa viết xong.", "Chưa đều."]
    assert "Bản đang viết" not in page
    assert "bấm Lưu" not in page
    assert 'type="radio"' not in page
    assert "Không đạt" in page


def test_a_lock_is_told_before_a_conflict_which_could_not_be_merged(submitted: Any) -> None:
    village, address, form = submitted
    browser = village.enter(Role.COUNCIL_MEMBER)
    token = re.search('name="csrf" content="([^"]+)"', browser.get("/them").text)[1]  # type: ignore[index]
    stale = form | {"kq-1_-": "met", "vt-1_-": "0", "csrf": token}

    answer = browser.post(f"{address}/1.1", data=stale, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["type"]) == (409, "da-trinh")


def test_what_a_visit_asks_for_lets_the_school_cite_at_that_criterion_although_it_was_submitted(submitted: Any) -> None:
    village, address, _ = submitted
    visit = village.visit(address.rpartition("/")[2])
    due = today(SystemClock()) + dt.timedelta(days=3)
    asking = RequestEvidence(school=SCHOOL, inspection=visit, criterion="1.2", what="Sổ họp phụ huynh", due=due)
    village.do(Role.COMMUNE_OFFICER, "request_evidence", asking, EvidenceRequestAdded, "inspection")

    asked, other = (main_of(village.enter(Role.CLERK).get(f"{address}/{code}").text) for code in ("1.2", "1.3"))

    assert "Gắn minh chứng" in asked
    assert "gắn và bỏ gắn được đến khi đoàn kết luận" in words_of(asked)
    assert "phần của trường đã khóa" in asked
    assert not re.search(r'type="radio"|<textarea|<button class="b p">Lưu', asked)
    assert not LIVE.search(other)
    assert "Trang này chỉ để đọc" in other


def test_an_open_cycle_lets_a_clerk_cite_papers_and_nothing_else(open_school: Any) -> None:
    village, address = open_school

    page = main_of(village.enter(Role.CLERK).get(f"{address}/1.1").text)

    assert "Gắn minh chứng" in page
    assert 'type="radio"' not in page


def test_the_side_card_speaks_in_sentences_without_ids_for_those_who_work_here(open_school: Any) -> None:
    village, address = open_school

    page = main_of(village.enter(Role.HEAD).get(f"{address}/4.1").text)
    card = page[page.index('id="ket-qua"') : page.index('id="to-phieu"')]

    assert "Muốn lên Mức 1, còn phải đạt yêu cầu của Mức 1." in words_of(card)
    assert "v2026" not in card
    assert "<code>" not in card
    assert "TT 57" not in page.replace("\u00a0", " ")
    assert "Trình Hội đồng" not in page
    in_order(words_of(card), "Tiêu chí 4.1 không đạt Mức 1", "Đợt 2026-2027 mở ngày")
    assert "<code>v2026" in village.enter(Role.AUDITOR).get(f"{address}/4.1").text


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (["5.2 Mức\u00a02 b", "5.2 Mức\u00a02 c"], "còn phải đạt chỉ báo b, c của Mức\u00a02."),
        (["5.2 Mức\u00a01", "5.2 Mức\u00a02 c"], "còn phải đạt yêu cầu của Mức\u00a01; chỉ báo c của Mức\u00a02."),
        (["tiểu học: 5.2 Mức\u00a02 b"], "còn phải đạt chỉ báo b của Mức\u00a02 (tiểu học)."),
        ([], ""),
    ],
)
def test_the_way_to_the_next_level_is_a_sentence(missing: list[str], said: str) -> None:
    level = LevelView(level=1, floor=1, ceiling=1, final=True)
    why = ExplainAnswer(level=level, rulebook="", digest="", reasons=[], next_level=2, missing=missing)

    assert way_up(why, "5.2").endswith(said)


IN_ORDER = [
    "ỦY BAN NHÂN DÂN XÃ NẬM LAM",
    "TRƯỜNG TIỂU HỌC BẢN CHUÔNG",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "PHIẾU ĐÁNH GIÁ TIÊU CHÍ",
    "Tiêu chuẩn",
    "Tiêu chí 2.2",
    "Điểm mạnh",
    "Kết quả:",
    "Người viết",
    "Bản in từ kiemdinh",
]


def in_order(text: str, *parts: str) -> None:
    places = [text.index(part) for part in parts]
    assert places == sorted(places), list(zip(parts, places, strict=True))


@pytest.mark.parametrize("role", [Role.HEAD, Role.CLERK, Role.COMMUNE_OFFICER])
def test_the_sheet_has_its_heading_first_and_its_signatures_last(role: Role, open_school: Any) -> None:
    village, address = open_school

    page = main_of(village.enter(role).get(f"{address}/2.2/phieu").text)

    in_order(words_of(page), *IN_ORDER)
    in_order(
        words_of(page),
        "Hiện trạng, kết quả đạt được",
        "Chưa viết hiện trạng. (MC.2.2.01)",
        "Điểm mạnh",
        "Kết quả: Đạt Mức 2.",
    )
    assert not re.search("<form|<input|<button|Thử: nếu", page)
    assert "Bản nháp, chưa trình" in page


def test_the_page_itself_prints_the_same_sheet_and_links_to_it_without_scripts(open_school: Any) -> None:
    village, address = open_school
    client = village.enter(Role.HEAD)

    page, alone = client.get(f"{address}/2.2").text, client.get(f"{address}/2.2/phieu").text

    assert f'href="{address}/2.2/phieu"' in page
    assert words_of(page[page.index('id="to-phieu"') : page.index("</article>")]) == words_of(
        alone[alone.index('id="to-phieu"') : alone.index("</article>")]
    )


def test_the_sheet_of_2018_has_its_five_parts_and_a_pair_of_columns_a_level() -> None:
    with scope():
        village = Village()
        cycle = village.open_cycle("v2018_tt22/tieu_hoc")
        village.judge(cycle, "met", "1.4")

        page = main_of(village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/danh-gia/{cycle}/1.4/phieu").text)
        whole = main_of(village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/danh-gia/{cycle}/22/phieu").text)

    parts = ["1. Mô tả hiện trạng", "2. Điểm mạnh", "3. Điểm yếu", "4. Kế hoạch cải tiến chất lượng", "5. Tự đánh giá"]
    in_order(words_of(page), *parts, "Kết quả: Đạt Mức 3.", "Xác nhận của trưởng nhóm công tác")
    assert page.count("Đạt/Không đạt") == 3
    assert "<td>-</td>" in page
    assert "Chưa đánh giá" in whole


def test_a_sheet_of_a_past_moment_is_that_moments(submitted: Any) -> None:
    village, address, _ = submitted
    day = today(SystemClock())

    then = village.enter(Role.AUDITOR).get(f"{address}/1.1/phieu?hieu-luc={day}&biet-den=3").text
    now = village.enter(Role.AUDITOR).get(f"{address}/1.1/phieu").text

    assert "Bản nháp, chưa trình" in then
    assert f"Đã trình ngày {day:%d/%m/%Y}" in now
    assert dt.date.fromisoformat(str(day))
