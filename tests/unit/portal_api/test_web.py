"""The middleware: sessions, form tokens, hosts, headers, error pages and the access log."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
from typing import Any

import pytest
from flask import Flask, Response, abort, request

from services.portal.web import context, csrf, sessions
from services.portal.web.responses import content_security_policy
from shared.contracts.calls import Health, Nothing
from shared.contracts.calls.identity import AccountRequest
from shared.identity.call_context import system
from shared.problems import NotFound, NotSignedIn
from shared.vocabulary.roles import Role
from tests.unit.identity.as_gateway import AsGateway
from tests.unit.portal_api.world import PASSWORD, World


def add_views(app: Flask) -> None:
    """Pages of a kind that the real ones are, each a line."""

    @context.public
    def enter() -> str:
        if request.method == "POST":
            return sessions.sign_in(request.form["login"], request.form["password"]).account
        return csrf.csrf_token()

    @context.public
    def once(token: str) -> str:
        return sessions.sign_in_once(token).account

    @context.public
    def invited(token: str) -> str:
        if request.method == "POST":
            return sessions.accept_invitation(token, request.form["password"]).account
        return f"{sessions.invitation(token).login} {csrf.csrf_token()}"

    def leave() -> str:
        sessions.sign_out()
        return "ra"

    def inside() -> str:
        account = context.account()
        return f"{account.login if account else ''} {context.caller().actor} {csrf.csrf_token()}"

    def asks() -> str:
        return context.call_service("assessment", "health", Nothing(), Health, command="k-9").service

    @context.public
    def shows() -> str:
        return f"{context.signed_in()} {context.may('assessment.judge', school='TH-A')} {context.caller().actor}"

    @context.public
    def demands() -> str:
        return context.require_sign_in().actor

    def breaks() -> str:
        raise NotFound("Không có trường này.")

    for rule, view, methods in (
        ("/t/vao", enter, ["GET", "POST"]),
        ("/t/vao/<token>", once, ["GET"]),
        ("/t/loi-moi/<token>", invited, ["GET", "POST"]),
        ("/t/ra", leave, ["POST"]),
        ("/t/trong", inside, ["GET"]),
        ("/t/hoi", asks, ["GET"]),
        ("/t/xem", shows, ["GET"]),
        ("/t/doi", demands, ["GET"]),
        ("/t/truong/<code>", lambda code: breaks(), ["GET"]),
    ):
        app.add_url_rule(rule, f"t{rule}", view, methods=methods)


@pytest.fixture
def world() -> World:
    return World(routes=add_views)


def enter(world: World, login: str = "van-thu-1") -> Any:
    """Sign in by the form, as a browser does."""
    world.sign_in(login=login)
    browser = world.client()
    token = browser.get("/t/vao").text
    response = browser.post("/t/vao", data={"login": login, "password": PASSWORD, "csrf": token})
    assert response.status_code == 200
    return browser


def test_signing_in_by_the_form_and_out_again(world: World) -> None:
    browser = enter(world)

    inside = browser.get("/t/trong").text.split()
    assert inside[0] == "van-thu-1"
    browser.post("/t/ra", data={"csrf": inside[2]})

    assert browser.get("/t/trong").status_code == 303
    assert browser.get_cookie("kd_phien") is None


def test_a_program_that_signs_out_ends_nothing(world: World) -> None:
    token = world.token(Role.CLERK)

    for _ in range(2):
        response = world.client().post("/t/ra", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 200


def test_the_session_cookie_is_for_this_site_and_no_script_and_lives_no_longer_than_the_session(world: World) -> None:
    world.sign_in()
    browser = world.client()
    token = browser.get("/t/vao").text

    response = browser.post("/t/vao", data={"login": "van-thu-1", "password": PASSWORD, "csrf": token})

    cookie = next(c for c in response.headers.getlist("Set-Cookie") if c.startswith("kd_phien="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Max-Age=43200" in cookie
    assert "Secure" not in cookie


def test_over_https_cookies_are_secure_and_the_browser_is_told_to_stay(world: World) -> None:
    world = World(routes=add_views, public_url="https://kiemdinh.example.vn")

    response = world.client().get("/t/vao")

    assert "Secure" in response.headers["Set-Cookie"]
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_session_gets_a_new_secret_at_every_sign_in_and_the_old_one_ends(world: World) -> None:
    browser = enter(world)
    old = browser.get_cookie("kd_phien").value
    token = browser.get("/t/trong").text.split()[2]

    browser.post("/t/vao", data={"login": "van-thu-1", "password": PASSWORD, "csrf": token})

    assert browser.get_cookie("kd_phien").value != old
    assert AsGateway(world.identity).acting_of_session(old) is None


def test_a_planted_session_secret_is_not_taken_over(world: World) -> None:
    world.sign_in()
    browser = world.client()
    browser.set_cookie("kd_phien", "planted-by-somebody-else")
    token = browser.get("/t/vao").text
    browser.post("/t/vao", data={"login": "van-thu-1", "password": PASSWORD, "csrf": token})

    assert browser.get_cookie("kd_phien").value != "planted-by-somebody-else"
    assert AsGateway(world.identity).acting_of_session("planted-by-somebody-else") is None


def test_an_ended_session_is_taken_out_of_the_browser(world: World) -> None:
    browser = enter(world)
    world.clock.move(dt.timedelta(hours=13))

    response = browser.get("/t/trong")

    assert response.status_code == 303
    assert browser.get_cookie("kd_phien") is None


@pytest.mark.parametrize("given", ["", "sai", "x" * 32])
def test_a_form_without_its_token_changes_nothing(world: World, given: str) -> None:
    browser = enter(world)

    response = browser.post("/t/ra", data={"csrf": given})

    assert response.status_code == 403
    assert browser.get("/t/trong").status_code == 200


def test_a_form_token_of_another_session_does_not_hold(world: World) -> None:
    one, other = enter(world), enter(world, "van-thu-2")

    stolen = other.get("/t/trong").text.split()[2]

    assert one.post("/t/ra", data={"csrf": stolen}).status_code == 403


def test_signing_in_needs_a_form_token_too(world: World) -> None:
    world.sign_in()

    response = world.client().post("/t/vao", data={"login": "van-thu-1", "password": PASSWORD})

    assert response.status_code == 403


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)])
def test_a_form_sent_from_another_site_is_refused(world: World, site: str, status: int) -> None:
    browser = enter(world)
    token = browser.get("/t/trong").text.split()[2]

    response = browser.post("/t/ra", data={"csrf": token}, headers={"Sec-Fetch-Site": site})

    assert response.status_code == status


def test_the_launchers_link_and_an_invitation_open_a_session(world: World) -> None:
    browser = world.client()
    browser.get(f"/t{world.identity.one_time_link()}")
    assert browser.get("/t/trong").text.startswith("quan-tri ")

    account = world.identity.accounts(system("test")).accounts[0].account
    renewed = world.identity.renew_invitation(system("test"), AccountRequest(account=account))
    other = world.client()
    login, token = other.get(f"/t{renewed.invitation_url}").text.split()
    other.post(f"/t{renewed.invitation_url}", data={"password": PASSWORD, "csrf": token})
    assert login == "quan-tri"
    assert other.get("/t/trong").status_code == 200


def test_a_wrong_password_is_told_without_a_session(world: World) -> None:
    world.sign_in()
    browser = world.client()
    token = browser.get("/t/vao").text

    response = browser.post("/t/vao", data={"login": "van-thu-1", "password": "sai", "csrf": token})

    assert response.status_code == 401
    assert "WWW-Authenticate" not in response.headers
    assert browser.get_cookie("kd_phien") is None


def test_a_pause_says_when_to_try_again(world: World) -> None:
    world.sign_in()
    browser = world.client()
    token = browser.get("/t/vao").text
    form = {"login": "van-thu-1", "password": "sai", "csrf": token}
    for _ in range(6):
        browser.post("/t/vao", data=form)

    response = browser.post("/t/vao", data=form)

    assert (response.status_code, response.headers["Retry-After"]) == (429, "1")


def test_pages_ask_services_as_the_caller_with_their_command(world: World) -> None:
    browser = enter(world)

    browser.get("/t/hoi", headers={"X-Correlation-Id": "mot-viec-1"})

    acting = world.rpc_client.last.acting
    assert (acting.command, acting.correlation) == ("k-9", "mot-viec-1")
    assert acting.grants[0].role is Role.CLERK


def test_a_public_page_knows_whether_somebody_is_there(world: World) -> None:
    assert world.client().get("/t/xem").text == "False False khach"
    council = world.sign_in(Role.COUNCIL_MEMBER)
    assert council.get("/t/xem").text.startswith("True True ")
    assert world.client().get("/t/doi", headers={"Accept": "application/json"}).get_json()["type"] == NotSignedIn.type
    assert council.get("/t/doi").status_code == 200


# --- hosts, headers, errors


@pytest.mark.parametrize(
    ("host", "status"),
    [("kiemdinh.example.vn", 200), ("KIEMDINH.example.vn:8080", 200), ("evil.example.com", 421), ("", 421)],
)
def test_only_the_own_hosts_are_answered(host: str, status: int) -> None:
    world = World(hosts=("kiemdinh.example.vn",))

    response = world.client().get("/api/v1/health", headers={"Host": host})

    assert response.status_code == status


def test_every_answer_carries_the_security_headers(world: World) -> None:
    for path in ("/api/v1/health", "/api/v1/nope", "/nope", "/t/vao", "/api/v1/me"):
        headers = world.client().get(path).headers
        assert headers["Content-Security-Policy"] == content_security_policy("")
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] in {"private, no-store", "private, no-cache"}
        assert headers["X-Correlation-Id"]


def test_the_policy_allows_nothing_but_ourselves_and_the_door() -> None:
    assert content_security_policy("https://door.example.vn") == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https://door.example.vn; "
        "connect-src 'self' https://door.example.vn; form-action 'self' https://door.example.vn; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    assert "img-src 'self';" in content_security_policy("")


def test_an_error_is_a_page_for_a_browser_and_problem_json_for_a_program(world: World) -> None:
    browser = enter(world)

    page = browser.get("/t/truong/TH-A")
    program = browser.get("/t/truong/TH-A", headers={"Accept": "application/problem+json"})

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Không có trường này." in page.text
    assert page.headers["X-Correlation-Id"][-8:] in page.text
    assert (program.mimetype, program.get_json()["type"]) == ("application/problem+json", "khong-co")


def test_an_error_page_that_fails_is_still_an_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> str:
        raise RuntimeError

    wired = world.app.extensions[context.EXTENSION]
    monkeypatch.setitem(world.app.extensions, context.EXTENSION, dataclasses.replace(wired, problem_page=broken))

    response = world.client().get("/nope")

    assert response.status_code == 404
    assert "Có lỗi" in response.text


def test_a_wrong_method_names_the_right_ones(world: World) -> None:
    response = world.call("POST", "/me")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.get_json()["type"] == "sai-phuong-thuc"


def test_a_redirect_of_the_framework_stays_a_redirect() -> None:
    def add(app: Flask) -> None:
        view = context.public(lambda: "x")
        app.add_url_rule("/thu-muc/", "folder", view)

    assert World(change=add).client().get("/thu-muc").status_code == 308


def test_a_view_may_stop_with_an_answer_of_its_own() -> None:
    def add(app: Flask) -> None:
        app.add_url_rule("/dung", "stop", context.public(lambda: abort(Response("nhận rồi", 202))))
        app.add_url_rule("/thieu", "missing", context.public(lambda: request.args["khong-co"]))
        app.add_url_rule("/hong", "broken", context.public(lambda: abort(500)))

    world = World(change=add)

    assert world.client().get("/dung").status_code == 202
    assert world.client().get("/thieu").status_code == 400
    assert world.client().get("/hong").status_code == 500


def test_a_page_rendered_by_the_request_that_signs_in_carries_the_new_sessions_form_token(world: World) -> None:
    def add(app: Flask) -> None:
        def both() -> str:
            sessions.sign_in("van-thu-1", PASSWORD)
            return csrf.csrf_token()

        app.add_url_rule("/ca-hai", "both", context.public(both))
        app.add_url_rule("/lam", "do", lambda: "xong", methods=["POST"])

    world = World(change=add)
    world.sign_in()
    browser = world.client()

    token = browser.get("/ca-hai").text

    assert browser.post("/lam", data={"csrf": token}).text == "xong"


def test_two_forms_before_sign_in_share_one_cookie(world: World) -> None:
    browser = world.client()

    assert browser.get("/t/vao").text == browser.get("/t/vao").text


def test_static_files_are_kept_for_long_when_their_address_names_their_version(world: World) -> None:
    with world.client().get("/static/kiemdinh.css") as plain, world.client().get("/static/kiemdinh.css?v=1") as versioned:
        assert plain.status_code == 200
        assert "immutable" in versioned.headers["Cache-Control"]
        assert "immutable" not in plain.headers["Cache-Control"]
    assert "immutable" not in world.client().get("/static/khong-co.css?v=1").headers.get("Cache-Control", "")


def test_behind_a_proxy_the_clients_own_address_counts() -> None:
    seen: list[str | None] = []

    def add(app: Flask) -> None:
        app.add_url_rule("/dia-chi", "address", context.public(lambda: str(seen.append(request.remote_addr))))

    World(change=add, proxies=1).client().get("/dia-chi", headers={"X-Forwarded-For": "10.9.8.7, 10.1.1.1"})
    World(change=add).client().get("/dia-chi", headers={"X-Forwarded-For": "10.9.8.7"})

    assert seen == ["10.1.1.1", "127.0.0.1"]


def test_the_access_log_holds_the_route_and_never_path_query_or_person(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    browser = enter(world)
    caplog.clear()
    with caplog.at_level(logging.INFO, logger="kiemdinh"):
        browser.get("/t/truong/TH-BI-MAT?q=ten-nguoi")
        browser.get("/khong-co/ten-nguoi")

    lines = [record.kiemdinh_fields for record in caplog.records if record.name == "kiemdinh.access"]
    assert [(line["route"], line["status"]) for line in lines] == [("/t/truong/<code>", 404), ("-", 404)]
    told = str([record.__dict__ for record in caplog.records])
    for private in ("TH-BI-MAT", "ten-nguoi", "van-thu-1", "Người"):
        assert private not in told


def test_what_services_log_is_joined_by_the_same_correlation(world: World) -> None:
    from shared.logs import correlation

    seen: list[str] = []

    class Listening:
        def call(self, *_args: Any, **_kwargs: Any) -> Health:
            seen.append(correlation())
            return Health(healthy=True, service="x")

    listening = World(Listening(), routes=add_views)
    browser = enter(listening)
    browser.get("/t/hoi", headers={"X-Correlation-Id": "mot-viec-1"})

    assert seen == ["mot-viec-1"]
    assert correlation() == ""
