"""What only a browser shows of the offices' pages: what lies where, and which places a role leaves to choose from."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SIZES = [(1366, 768), (390, 844)]


def _overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_nothing_lies_over_the_title_of_a_public_page_and_checking_oneself_is_in_reach(window):
    for size in SIZES:
        public = window(size=size)
        page = public.open("/so-cong-nhan")
        title = page.locator(".pubtop b").bounding_box()
        for name in ("Đăng nhập", "Cách tự kiểm tra"):
            link = page.get_by_role("link", name=name)
            assert link.is_visible()
            box = link.bounding_box()
            apart = (
                box["x"] >= title["x"] + title["width"]
                or box["x"] + box["width"] <= title["x"]
                or box["y"] >= title["y"] + title["height"]
                or box["y"] + box["height"] <= title["y"]
            )
            assert apart, (size, name, title, box)
        assert _overflow(page) <= 0
        public.keep("20-so-cong-nhan")


def test_the_administrators_pages_fit_and_a_role_leaves_only_places_where_it_exists(window, village):
    admin = window()
    page = admin.page
    page.goto(village.sign_in)
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for path in ("/quan-tri", "/quan-tri/nguoi-dung", "/quan-tri/tinh-trang", "/quan-tri/ma-truy-cap", "/tai-khoan"):
            admin.open(path)
            assert _overflow(page) <= 0, (size, path)
            admin.keep("21" + path.replace("/", "-"))
    admin.open("/quan-tri/nguoi-dung")
    assert page.locator("#pham-vi").input_value().startswith("truong:")
    page.locator("#vai-tro").select_option("can_bo_so")
    assert page.locator("#pham-vi").input_value() == "so:"
    page.locator("#vai-tro").select_option("quan_tri")
    assert page.locator("#pham-vi").input_value() == "tat_ca:"
