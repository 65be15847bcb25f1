"""Judging in a real browser: what was saved is said where one writes, and a page locked meanwhile loses no words."""

from __future__ import annotations

import re

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SIZES = [(1366, 768), (390, 844)]


def said_in_sight(page, text: str) -> None:
    """Wait for the message about saving and check that all of it is inside the window, above the navigation."""
    page.locator("#da-luu").get_by_text(re.compile(text)).wait_for()
    box = page.locator("#da-luu").bounding_box()
    below = page.locator("nav.bottom")
    end = below.bounding_box()["y"] if below.is_visible() else page.viewport_size["height"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= end
    assert page.evaluate(
        "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.luu'))", [box["x"] + 4, box["y"] + box["height"] / 2]
    )


@pytest.mark.parametrize("size", SIZES, ids=["pc", "phone"])
def test_what_was_saved_or_not_is_said_where_one_writes(window, village, size):
    one = window("thinh.bch", size=size)
    page = one.open(f"/truong/TH-BC/danh-gia/{village.cycle}/1.2")
    last = page.locator("#improvement")
    last.scroll_into_view_if_needed()

    last.fill("Tháng 12 ban hành mẫu. " * 20 + str(size))
    last.blur()
    said_in_sight(page, "Đã lưu .*số")
    one.keep("05-da-luu")

    one.context.set_offline(True)
    last.fill(f"Viết khi mất mạng {size}")
    last.blur()
    said_in_sight(page, "Mất mạng, chưa ghi")
    one.context.set_offline(False)
    said_in_sight(page, "Đã lưu .*số")

    one.context.clear_cookies()
    last.fill(f"Viết khi hết phiên {size}")
    last.blur()
    said_in_sight(page, "Hết phiên.*Đăng nhập lại")
    one.keep("05-het-phien")
    assert page.locator("#da-luu a").get_attribute("href").startswith("/vao?tiep=")


def test_a_cycle_that_was_submitted_while_one_writes_shows_the_lock_and_the_words_to_be_copied(window, village):
    one = window("kien.bch")
    page = one.open(f"/truong/TH-BC/danh-gia/{village.cycle}/4.1")
    head = village.token("hieu_truong", "truong", "TH-BC")
    gaps = village.api("GET", f"schools/TH-BC/cycles/{village.cycle}/gaps", token=head)["gaps"]
    named = {(g["kind"], g["criterion"]): "Đợt đầu, sẽ làm tiếp sau khi trình." for g in gaps}
    reasons = [{"kind": k, "criterion": c, "reason": why} for (k, c), why in named.items()]
    village.api("POST", f"schools/TH-BC/cycles/{village.cycle}/submission", {"gaps": reasons}, head)

    page.locator("#weaknesses").fill("Thiếu hai phòng học bộ môn.")
    page.locator("#weaknesses").blur()

    page.locator("#khoa").wait_for()
    assert page.locator("#chua-ghi textarea").input_value() == "Thiếu hai phòng học bộ môn."
    assert page.locator(".merge").count() == 0
    assert page.locator("main input[type=radio]").count() == 0
    one.keep("05-khoa")
