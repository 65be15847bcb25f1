"""Whatever is printed carries the newest checkpoints at its foot; nobody waits for them on every page."""

from __future__ import annotations

import pytest

from services.portal.pages import print_footer
from shared.problems import Unavailable
from shared.vocabulary.roles import Role


@pytest.fixture(autouse=True)
def nothing_cached(house):
    house.app.extensions.pop(print_footer._KEPT, None)
    yield
    house.app.extensions.pop(print_footer._KEPT, None)


def foot_of(enter, path, role=Role.AUDITOR):
    page = enter(role).get(path).get_data(as_text=True)
    return [part.partition("</p>")[0] for part in page.split("<p ") if part.startswith('class="printfoot">Mốc niêm')]


@pytest.mark.parametrize("path", ["/so-cong-nhan", "/truong/TH-BC", "/bien-nhan/412", "/nhat-ky/moc-niem"])
def test_a_printed_page_names_size_root_and_time_of_the_newest_checkpoints(enter, path):
    foot = foot_of(enter, path)

    assert len(foot) == 2
    assert all("sự kiện, mã gốc <code>" in line and "</code>, ký " in line for line in foot)


def test_the_public_register_carries_them_too(enter):
    assert len(foot_of(enter, "/so-cong-nhan", role=None)) == 2


def test_the_second_page_within_a_minute_asks_nobody(enter, house):
    foot_of(enter, "/tro-giup")
    asked = house.rpc_client.calls.count("assessment.checkpoint")

    again = foot_of(enter, "/tro-giup")

    assert len(again) == 2
    assert (asked, house.rpc_client.calls.count("assessment.checkpoint")) == (1, 1)


def test_a_service_that_is_away_leaves_the_page_without_its_checkpoint(enter, house):
    client = enter(Role.AUDITOR)
    house.rpc_client.problems["evidence.checkpoint"] = Unavailable()

    page = client.get("/tro-giup")

    assert page.status_code == 200
    assert page.get_data(as_text=True).count('class="printfoot">Mốc niêm') == 1
