"""Answering a finding: papers are found by words and called by their names, and nothing typed is lost while looking."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.portal.pages.visits.recommendations import PAPERS_OFFERED
from shared.vocabulary.roles import Role
from tests.unit.pages.village import SCHOOL, Village

PAGE = f"/truong/{SCHOOL}/kien-nghi"


@pytest.fixture
def asked() -> tuple[Village, str]:
    village = Village()
    cycle = village.open_cycle()
    village.judge(cycle, "met", "1.1")
    village.paper("Biên bản họp hội đồng")
    for n in range(PAPERS_OFFERED):
        village.paper(f"Kế hoạch tháng {n}")
    visit = village.visit(cycle, ("1.1", "not_met"), ("4.1", "not_met"))
    village.conclude(visit)
    return village, visit


def send(client: Any, visit: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get(PAGE).text)
    assert token
    finding = {"dot": visit, "tieu-chi": "1.1", "muc": "1", "chi-bao": "-"}
    return client.post(PAGE, data={"csrf": token[1], **finding, **fields})


def form_of(page: str, criterion: str) -> str:
    (found,) = (form for form in page.split("<form ") if f'name="tieu-chi" value="{criterion}"' in form)
    return found


def test_an_old_paper_is_found_by_words_and_what_was_typed_and_ticked_stays(asked):
    village, visit = asked
    client = village.enter(Role.HEAD)
    page = client.get(PAGE).text
    assert "họp hội đồng" not in page, "only the newest are offered unasked"
    ticked = re.search(r'name="tai-lieu" value="([^"]+)"', page)
    assert ticked
    looked = {"viec": "tim", "tim-giay": "hop hoi dong", "tra-loi": "Đã họp lại.", "tai-lieu": ticked[1]}
    page = send(client, visit, **looked).text
    mine, other = form_of(page, "1.1"), form_of(page, "4.1")
    assert "họp hội đồng" in mine
    assert "Đã họp lại." in mine
    assert re.search(rf'value="{ticked[1]}"[^>]* checked', mine)
    assert "họp hội đồng" not in other
    assert "Đã họp lại." not in other
    found = re.findall(r'name="tai-lieu" value="([^"]+)"', mine)
    assert len(found) == 2
    assert send(client, visit, **{"tra-loi": "Đã họp lại.", "tai-lieu": found}).status_code == 303

    for role in (Role.HEAD, Role.COMMUNE_OFFICER):
        page = village.enter(role).get(PAGE).text
        assert re.search(r'<a href="/tai-lieu/[^"]+">[^<]*họp hội đồng[^<]*</a>', page), "linked by its name"
    across = village.enter(Role.COMMUNE_OFFICER).get("/xa/NAM-LAM/kien-nghi/phat-hien").text
    assert "Xem 2 giấy tờ kèm theo" in across
    assert f'href="{PAGE}#{visit}-1.1-1--"' in across
    assert f'id="{visit}-1.1-1--"' in page


def test_looking_for_what_is_not_there_says_so_and_sends_nothing(asked):
    village, visit = asked
    page = send(village.enter(Role.HEAD), visit, **{"viec": "tim", "tim-giay": "khong co dau", "tra-loi": "Đang viết"}).text
    assert "Không có giấy tờ nào như vậy." in form_of(page, "1.1")
    assert "Đang viết" in page
    assert "Trường trả lời ngày" not in page
