"""A school's history is a line a day and criterion that unfolds; what a link looks for is in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.test_criterion_pages import in_order, main_of, words_of
from tests.unit.pages.village import SCHOOL, Village


@pytest.fixture(scope="module")
def school() -> Iterator[tuple[Village, str]]:
    with scope():
        village = Village()
        cycle = village.open_cycle()
        village.judge(cycle, "met", "1.1", "1.2")
        village.judge(cycle, "not_met", "1.1")
        yield village, cycle


def listed(village: Village, query: str = "") -> str:
    page = main_of(village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/lich-su{query}").text)
    return page[page.index('id="ds"') :]


def test_what_happened_to_a_criterion_on_one_day_is_one_line_that_unfolds(school: Any) -> None:
    village, _ = school

    page = listed(village)

    assert re.findall(r"<summary><b>([^<]+)</b>: (\d+) việc", page)[:2] == [("Tiêu chí 1.1", "4"), ("Tiêu chí 1.2", "2")]
    assert "<details open" not in page
    assert page.count('id="so-') == 8
    assert len(re.findall(r"<h3>\d", page)) == 1


def test_an_event_that_a_reason_rests_on_is_in_sight(school: Any) -> None:
    village, _ = school
    position = re.search(r'id="so-(\d+)"', listed(village).partition("Tiêu chí 1.2")[2])
    assert position

    page = listed(village, f"?so={position[1]}")

    opened = page[page.index("<details open") :]
    assert f'id="so-{position[1]}"' in opened[: opened.index("</details>")]


def test_the_table_of_a_cycle_prints_under_the_national_heading_with_its_title(school: Any) -> None:
    village, _ = school

    page = words_of(main_of(village.enter(Role.HEAD).get(f"/truong/{SCHOOL}/danh-gia").text))

    in_order(
        page,
        "TRƯỜNG TIỂU HỌC BẢN CHUÔNG",
        "CỘNG HÒA XÃ HỘI",
        "BẢNG KẾT QUẢ TỰ ĐÁNH GIÁ",
        "15 tiêu chí",
        "Bản in từ kiemdinh",
    )
