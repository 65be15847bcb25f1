"""Every route, over the real services, with values that no person would send: never an inner failure."""

from __future__ import annotations

import itertools
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from flask import Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from shared.vocabulary.roles import Role
from tests.integration.portal_api.test_real_services import House

pytestmark = pytest.mark.slow

ENTERED = (Role.HEAD, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
HOSTILE = (
    "9" * 20,
    "9" * 19,
    "9" * 18,
    "9" * 5000,
    "-5",
    "999999",
    "0",
    "1e400",
    "NaN",
    "٣",
    "a\r\nSet-Cookie: x=1",
    "\x00",
    "x" * 600,
    "x" * 21_000,
    "e\u0302\u0301",
    "\ufffe\U0001f600",
    "../../etc/passwd",
    "/\r\n//ngoai.example",
    "//[",
    "/[",
    "{{7*7}}",
    "%",
    "0001-01-01",
    "9999-12-31",
    "01/01/0001",
    "9999-9998",
)
"""Numbers of 20 digits and more, negative ones, CR and LF, NUL, overlong, decomposed, templates, the ends of time."""

FEW = ("9" * 20, "-5", "a\r\nb", "\x00", "x" * 600, "//[", "0001-01-01")
"""Enough where one reader of parameters stands behind many names."""

MANY = 20
"""A page that reads more parameters than this reads them all in one way."""

RAW = ("%ed%a0%80", "%ff%fe", "%00", "%0d%0a", "%2e%2e%2f", "%", "%zz", "%C0%AF")
"""What a client may put in an address byte by byte: half a character, no UTF-8, broken escapes."""

TASKS = ("", "xac-nhan", "doc-lai", "ma", "gan", "bo-gan", "moi", "moi-lai", "giao", "thoi", "dong", "thu-hoi", "xa")
"""What forms call their tasks (`viec`)."""


class Noted(ImmutableMultiDict[str, str]):
    """Parameters that note which of them a view reads: so every one is tried, also one that is new tomorrow."""

    read: ClassVar[set[str]] = set()

    def get(self, key: str, *others: Any, **more: Any) -> Any:
        self.read.add(key)
        return super().get(key, *others, **more)


class NotedRequest(Request):
    parameter_storage_class = Noted


@pytest.fixture(scope="module")
def house() -> House:
    # Who asks is cached, as where one process does everything: a third of a request's time, and not what is tried.
    house = House(fresh_s=600)
    house.world.app.request_class = NotedRequest
    return house


@pytest.fixture(scope="module")
def places(house: House) -> dict[str, str]:
    """One that exists for every name in a path, so that what is beside it is reached."""
    document = house.evidence.receive(school="TH-A").document
    cycle = house.ok("POST", "/schools/TH-A/cycles", Role.HEAD, json={"year": "2026-2027"})["cycle"]
    house.pump()
    return {"school": "TH-A", "commune": "NL", "document": document, "id": document, "cycle": cycle, "number": "1", "n": "1"}


@pytest.fixture(scope="module")
def browsers(house: House) -> dict[Role, FlaskClient]:
    return {role: house.world.sign_in(role, f"nguoi-{i}-{role.value}".replace("_", "-")) for i, role in enumerate(ENTERED)}


def rules(house: House, *methods: str) -> list[tuple[str, Rule]]:
    # Dead letters need the composition, which is not here.
    found = [(m, r) for r in house.world.app.url_map.iter_rules() for m in methods if m in (r.methods or ())]
    return [(m, r) for m, r in found if r.endpoint != "static" and "dead" not in r.rule]


def address(rule: Rule, places: dict[str, str], changed: str = "", value: str = "") -> str:
    """Return the rule's address with places that exist, one of them changed."""
    built = ""
    for is_variable, part in rule._trace:
        built += (quote(value, safe="") if part == changed else places.get(part, "1.1")) if is_variable else part
    return built.partition("|")[2] if "|" in built else built


def statuses(browser: FlaskClient, method: str, path: str, **options: Any) -> tuple[int, str]:
    response = browser.open(path, method=method, **options)
    text = response.get_data(as_text=True) if response.status_code >= 500 else ""
    return response.status_code, text


def form_token(browser: FlaskClient) -> str:
    page = browser.get("/them").get_data(as_text=True)
    return page.partition('name="csrf" value="')[2].partition('"')[0]


def test_the_walk_reaches_what_it_names(house: House, places: dict[str, str], browsers: dict[Role, FlaskClient]) -> None:
    """Without anything hostile the addresses answer: else the walk would prove nothing."""
    reached = 0
    for method, rule in rules(house, "GET"):
        worst = min(statuses(b, method, address(rule, places))[0] for b in browsers.values())
        reached += worst in {200, 302, 303}
        assert worst < 500, rule
    assert reached > 50


def test_a_hostile_place_in_a_path_is_never_an_inner_failure(
    house: House, places: dict[str, str], browsers: dict[Role, FlaskClient]
) -> None:
    for method, rule in rules(house, "GET", "POST", "PUT", "DELETE"):
        for argument, value in itertools.product(rule.arguments, HOSTILE if method == "GET" else FEW):
            for role in (Role.HEAD,) if argument == "school" else (Role.ADMINISTRATOR,):
                path = address(rule, places, argument, value)
                token = {"Authorization": f"Bearer {house.tokens[role]}"} if method != "GET" else {}
                status, text = statuses(browsers[role], method, path, headers=token, json={} if token else None)
                assert status < 500, (method, rule, value[:30], role, text[:300])


def readers(browsers: dict[Role, FlaskClient], path: str) -> tuple[FlaskClient, list[str]]:
    """Return a browser that may read a page, and the parameters that the page reads then, also when others are given."""
    browser = next((b for b in browsers.values() if statuses(b, "GET", path)[0] in {200, 302, 303}), browsers[ENTERED[0]])
    Noted.read.clear()
    for _ in range(2):
        statuses(browser, "GET", path, query_string=dict.fromkeys(Noted.read, "1"))
    return browser, sorted(Noted.read - {"csrf"})


def test_a_hostile_parameter_of_a_page_is_never_an_inner_failure(
    house: House, places: dict[str, str], browsers: dict[Role, FlaskClient]
) -> None:
    tried = set()
    for rule in (r for _, r in rules(house, "GET") if not r.endpoint.startswith("api.")):
        path = address(rule, places)
        browser, names = readers(browsers, path)
        for name, value in itertools.product(names, HOSTILE):
            if (len(names) > MANY or name == "xong") and value not in FEW:
                continue
            status, text = statuses(browser, "GET", path, query_string={name: value})
            assert status < 500, (rule, name, value[:30], text[:300])
        for value in RAW:
            query = "&".join(f"{name}={value}" for name in names)
            assert statuses(browser, "GET", f"{path}?{query}")[0] < 500, (rule, value)
        tried |= set(names)
    assert {"trang", "truoc", "nam", "tiep", "hieu-luc", "biet-den", "q", "so"} <= tried


def test_a_hostile_parameter_of_the_api_is_never_an_inner_failure(house: House, places: dict[str, str]) -> None:
    from services.portal.api.routes import ROUTES

    for route in (r for r in ROUTES if not r.has_body):
        path = route.path.replace("{position}", "1").replace("{service}", "assessment").replace("{criterion}", "1.1")
        for name in route.places:
            path = path.replace(f"{{{name}}}", places.get(name, "x"))
        names = {field: name for name, field in route.renames.items() if name not in route.places}
        for field, value in itertools.product(route.body_fields, HOSTILE):
            response = house.world.call("GET", path, query_string={names.get(field, field): value})
            assert response.status_code < 500, (path, field, value[:30], response.get_json())


def test_a_hostile_body_of_the_api_is_never_an_inner_failure(house: House, places: dict[str, str]) -> None:
    from services.portal.api.routes import ROUTES
    from tests.unit.portal_api.test_every_route import body_of

    odd: tuple[Any, ...] = (*FEW, "x" * 21_000, 10**20, -(10**20), -1, 1.5, True, None, [[]], {"x": 1}, ["\x00"])
    raw = (b'{"school": "\\ud800"}', b"\xff", b"[" * 100_000, b'{"a":1e999}', b'{"a":NaN}', b"[]", b'"x"', b"")
    for route in (r for r in ROUTES if r.has_body and "dead" not in r.path):
        path = route.path
        for name in route.places:
            path = path.replace(f"{{{name}}}", places.get(name, "x"))
        for field, value in itertools.product(route.body_fields, odd):
            body = {**body_of(route, places), field: value}
            response = house.world.call(route.method, path, json=body)
            assert response.status_code < 500, (path, field, str(value)[:30], response.get_json())
        for bytes_ in raw:
            response = house.world.call(route.method, path, data=bytes_, content_type="application/json")
            assert response.status_code < 500, (path, bytes_[:30])


def read_by(browser: FlaskClient, path: str, known: dict[str, str]) -> frozenset[str]:
    """Return the fields that a form's view reads, also when others are given; asked again only while that adds something."""
    Noted.read.clear()
    for _ in range(3):
        sent = {**dict.fromkeys(Noted.read, "1"), **known}
        statuses(browser, "POST", path, data=sent)
        if sent.keys() >= Noted.read:
            break
    return frozenset(Noted.read)


@pytest.mark.timeout(900)  # every form, every field, every hostile value: minutes on a busy machine
def test_a_hostile_field_of_a_form_is_never_an_inner_failure(
    house: House, places: dict[str, str], browsers: dict[Role, FlaskClient]
) -> None:
    form_tokens = {role: form_token(browser) for role, browser in browsers.items()}
    assert all(form_tokens.values())
    seen: set[tuple[str, frozenset[str]]] = set()
    for _, rule in rules(house, "POST"):
        if rule.endpoint.startswith("api.") or rule.rule == "/ra":
            continue
        path, asks_for_no_task = address(rule, places), set[Role]()
        for (role, browser), task in itertools.product(browsers.items(), TASKS):
            if role in asks_for_no_task:
                continue
            known = {"viec": task, "csrf": form_tokens[role], "truong": "TH-A", "dot": places["cycle"], "dong-y": "1"}
            read = read_by(browser, path, known)
            names = read - {"csrf", "viec"}
            if "viec" not in read:
                asks_for_no_task.add(role)  # another task would be the same request to it
            if (rule.rule, names) not in seen:
                seen.add((rule.rule, names))
                for name, value in itertools.product(names, (*FEW, "9" * 5000, "1e400", "/[")):
                    data = {**dict.fromkeys(names, "1"), **known, name: value}
                    status, text = statuses(browser, "POST", path, data=data)
                    assert status < 500, (rule, task, name, value[:30], role, text[:300])
    assert len(seen) > 20


def test_a_hostile_header_is_never_an_inner_failure(house: House, browsers: dict[Role, FlaskClient]) -> None:
    names = [
        "Accept",
        "Accept-Language",
        "Authorization",
        "Content-Type",
        "Cookie",
        "Host",
        "If-None-Match",
        "If-Modified-Since",
        "Idempotency-Key",
        "Origin",
        "Range",
        "Sec-Fetch-Site",
        "X-Correlation-Id",
        "X-CSRF-Token",
        "X-Forwarded-For",
        "X-Forwarded-Host",
    ]
    values = [*(v for v in FEW if v.isprintable()), "[::", "bytes=9-1", "kd_phien=\xff", 'W/"', "*/*;q=x"]
    for name, value in itertools.product(names, values):
        for path, method in (("/api/v1/me", "GET"), ("/them", "GET"), ("/vao", "POST"), ("/api/v1/tokens", "POST")):
            sent = value.encode("utf-8").decode("latin-1")
            status, text = statuses(browsers[Role.ADMINISTRATOR], method, path, headers={name: sent})
            assert status < 500, (name, value[:30], path, text[:300])


@pytest.mark.parametrize(
    "wanted", ["/\r\nX: 1", "//ngoai.example", "/\\ngoai.example", "https://ngoai.example", "//[", "/vao"]
)
def test_signing_in_goes_only_to_a_page_of_this_portal(browsers: dict[Role, FlaskClient], wanted: str) -> None:
    response = browsers[Role.HEAD].get("/vao", query_string={"tiep": wanted})

    assert (response.status_code, response.headers.get("Location")) in {(302, "/"), (400, None)}
