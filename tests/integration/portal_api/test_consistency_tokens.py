"""Over REST and the pages: what was recorded in one service is seen by the next one asked, or said to be on its way."""

from __future__ import annotations

import time
from typing import Any

import pytest

from services.portal.web import csrf
from services.portal.web.context import RequestContext
from shared.consistency import HEADER
from shared.vocabulary.roles import Role, ScopeKind
from tests.integration.portal_api.test_real_services import House

UPLOAD = {"name": "a.pdf", "size_bytes": 9}
SCHOOL = {"commune": "NL", "name": "Trường mới", "kind": "tieu_hoc"}
HEARD_AFTER_S = 0.2


@pytest.fixture
def house() -> House:
    return House(wait_s=1.0)


def hear_while_it_waits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the news come while somebody waits, in the thread that waits: stores in memory belong to one."""
    started, slept = time.monotonic(), time.sleep

    def sleep(seconds: float) -> None:
        slept(seconds)
        if time.monotonic() - started > HEARD_AFTER_S:
            house.pump()

    monkeypatch.setattr(time, "sleep", sleep)


def register(house: House, code: str) -> str:
    response = house.world.call("POST", "/schools", json={**SCHOOL, "code": code})
    assert response.status_code == 200
    return str(response.headers[HEADER])


def open_upload(house: House, code: str, **headers: str) -> Any:
    token = house.world.token(Role.CLERK, (ScopeKind.SCHOOL, code))
    return house.world.call("POST", f"/schools/{code}/uploads", token=token, json=UPLOAD, headers=headers)


def test_a_program_is_given_the_position_of_what_it_recorded(house: House) -> None:
    assert register(house, "TH-MOI") == f"assessment={house.assessment.log.head()}"


def test_what_a_program_only_read_gives_it_no_token(house: House) -> None:
    assert HEADER not in house.world.call("GET", "/schools").headers


def test_a_program_that_sends_its_token_is_served_as_soon_as_the_news_are_there(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = register(house, "TH-MOI")
    hear_while_it_waits(house, monkeypatch)
    assert open_upload(house, "TH-MOI", **{HEADER: token}).status_code == 200


def test_an_old_client_without_a_token_is_waited_for_as_before(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    register(house, "TH-MOI")
    hear_while_it_waits(house, monkeypatch)
    assert open_upload(house, "TH-MOI").status_code == 200


def test_while_the_consumer_stands_still_the_answer_is_to_try_again_and_not_that_there_is_nothing(house: House) -> None:
    token = register(house, "TH-MOI")

    started = time.monotonic()
    refused = open_upload(house, "TH-MOI", **{HEADER: token})
    assert time.monotonic() - started < 3.0
    assert (refused.status_code, refused.get_json()["type"]) == (503, "chua-kip-cap-nhat")
    assert refused.get_json()["sources"] == ["assessment"]
    assert int(refused.headers["Retry-After"]) > 0

    assert open_upload(house, "TH-MOI").get_json()["type"] == "truong-khong-co"
    house.pump()
    assert open_upload(house, "TH-MOI", **{HEADER: token}).status_code == 200


def test_what_does_not_rest_on_the_news_is_served_meanwhile(house: House) -> None:
    token = register(house, "TH-MOI")

    started = time.monotonic()
    assert house.world.call("GET", "/schools/TH-A/documents", headers={HEADER: token}).status_code == 200
    assert house.world.call("GET", "/schools/TH-A/status", headers={HEADER: token}).status_code == 200
    assert time.monotonic() - started < 0.9


@pytest.mark.parametrize(
    "token", ["x", "assessment", "assessment=-1", "assessment=1;x", f"assessment={10**15}", "a=1," * 20]
)
def test_a_token_that_is_none_is_refused_before_anything_is_asked(house: House, token: str) -> None:
    refused = open_upload(house, "TH-A", **{HEADER: token})
    assert (refused.status_code, refused.get_json()["path"]) == (400, HEADER)


def test_a_token_from_the_future_is_refused_at_once(house: House) -> None:
    started = time.monotonic()
    refused = open_upload(house, "TH-A", **{HEADER: f"assessment={10**9}"})
    assert (refused.status_code, refused.get_json()["path"]) == (400, HEADER)
    assert time.monotonic() - started < 0.9


def test_a_stranger_cannot_make_anything_wait(house: House) -> None:
    started = time.monotonic()
    refused = house.world.call("POST", "/schools/TH-A/uploads", token="", json=UPLOAD, headers={HEADER: "assessment=999"})
    assert refused.status_code == 401
    assert time.monotonic() - started < 0.9


def test_a_browser_keeps_the_token_for_a_while_and_drops_it_when_it_was_waited_for_in_vain(house: House) -> None:
    browser = house.world.sign_in(Role.HEAD, "hieu-truong-1")
    session = browser.get_cookie("kd_phien")
    assert session is not None
    form = {"X-CSRF-Token": csrf.token(RequestContext(correlation="x", session=session.value), house.world.settings)}
    opened = browser.post(
        "/api/v1/schools/TH-A/cycles",
        json={"school": "TH-A", "year": "2026-2027"},
        headers=form,
    )
    assert opened.status_code == 200, opened.get_json()
    cookie = browser.get_cookie("kd_moi")
    assert cookie is not None
    assert cookie.value == f"assessment={house.assessment.log.head()}"
    assert (cookie.http_only, cookie.same_site, cookie.max_age) == (True, "Lax", 30)

    late = browser.post("/api/v1/schools/TH-A/uploads", json=UPLOAD, headers=form)
    assert late.status_code == 503
    assert browser.get_cookie("kd_moi") is None
    assert browser.post("/api/v1/schools/TH-A/uploads", json=UPLOAD, headers=form).status_code == 200


def test_a_cookie_that_is_no_token_counts_as_none(house: House) -> None:
    browser = house.world.sign_in(Role.HEAD, "hieu-truong-2")
    browser.set_cookie("kd_moi", "rác; <script>")
    assert browser.get("/api/v1/schools/TH-A/documents").status_code == 200
