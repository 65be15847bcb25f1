"""Every link of every page that a role can reach leads somewhere: on the first day of a school, and later."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest

from shared.vocabulary.roles import Role
from tests.opened import scope
from tests.unit.pages.village import SCHOOL, SCOPES, Village

MOST_PAGES = 200
"""So many pages no role has: more means that addresses grow without end."""

_CRITERION = re.compile(r"/\d+\.\d+$")
"""At the end of an address: the pages of all criteria are asked the same questions."""


class _Links(HTMLParser):
    """The addresses that one page names."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get({"a": "href", "link": "href", "img": "src", "script": "src"}.get(tag, ""))
        if named:
            self.found.setdefault(named)


def _kind_of(address: str) -> tuple[str, ...]:
    """Return what stands for an address: a page that is asked the same questions, whatever the values."""
    parts = urlsplit(address)
    return (_CRITERION.sub("/1.1", parts.path), *sorted(parse_qs(parts.query)))


def _is_ours(address: str) -> bool:
    # The file gateway is another application; it has tests of its own.
    return not urlsplit(address).netloc and not address.startswith("/door/")


def _leads_to(response: Any) -> list[str]:
    if 300 <= response.status_code < 400:
        return [response.location]
    return list(_Links(response.text).found) if response.mimetype == "text/html" else []


def broken(village: Village, role: Role | None, start: str = "/") -> list[str]:
    """Follow every link from a page on and return those that lead nowhere, each with the page that names it.

    A paper that was printed is told to the archive: the other services hear of it before the next page.
    """
    browser = village.enter(role)
    waiting, seen, found = [(start, "")], {_kind_of(start)}, []
    while waiting:
        address, named_by = waiting.pop()
        with browser.get(address) as response:
            links = _leads_to(response)
            if response.mimetype != "text/html":
                village.relay()
        assert len(seen) < MOST_PAGES, sorted(seen)[-20:]
        if response.status_code >= 400:
            found.append(f"{response.status_code} {address} (on {named_by})")
        for link in links:
            target = urldefrag(urljoin(address, link)).url
            if _is_ours(target) and _kind_of(target) not in seen:
                seen.add(_kind_of(target))
                waiting.append((target, address))
    return found


@pytest.fixture(scope="module")
def first_day():
    with scope():
        yield Village()


@pytest.fixture(scope="module")
def later():
    with scope():
        village = Village()
        cycle = village.open_cycle()
        village.judge(cycle, "met", "1.1", "2.2")
        village.judge(cycle, "not_met", "4.1")
        village.paper("Kế hoạch bồi dưỡng", cycle, "2.2")
        village.paper("Chưa có mã")
        village.visit(cycle, ("1.1", "met"), ("2.2", "not_met"))
        yield village


ROLES = [None, *SCOPES]


@pytest.mark.parametrize("role", ROLES)
def test_on_a_first_day_every_link_that_a_role_can_reach_leads_somewhere(role: Role | None, first_day: Village) -> None:
    assert broken(first_day, role) == []


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_later_every_link_that_a_role_can_reach_leads_somewhere(role: Role | None, later: Village) -> None:
    assert broken(later, role) == []


def test_before_a_cycle_the_tiles_lead_to_opening_one_for_who_may(first_day: Village) -> None:
    page = first_day.enter(Role.HEAD).get(f"/truong/{SCHOOL}").text

    tiles = re.findall(r'class="tile[^"]*" href="([^"]+)"', page)
    assert tiles == [f"/truong/{SCHOOL}/danh-gia#mo-dot"] * 15
    assert "Mở đợt tự đánh giá" in page
    assert 'id="mo-dot"' in first_day.enter(Role.HEAD).get(f"/truong/{SCHOOL}/danh-gia").text


@pytest.mark.parametrize("role", [Role.CLERK, Role.COUNCIL_MEMBER, Role.COMMUNE_OFFICER, Role.AUDITOR])
def test_before_a_cycle_the_others_are_told_that_the_head_has_not_opened_one(role: Role, first_day: Village) -> None:
    page = first_day.enter(role).get(f"/truong/{SCHOOL}").text

    assert "Hiệu trưởng chưa mở đợt" in page
    assert "#mo-dot" not in page
