"""Every route with every role and with none: who gets through is what the one table of permissions says."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from flask import Flask

from services.portal.api import make_blueprint
from services.portal.api.route import PUBLIC, SIGNED_IN, Route
from services.portal.api.routes import ROUTES
from services.portal.web.context import is_public
from shared.contracts.calls import Done, Nothing
from shared.contracts.calls.year.training import TrainingView
from shared.identity.permissions import OPEN_LISTS, RULES
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.portal_api.world import OWNER_TOKEN, RecordingRpcClient, World, invented

_PLACES = {"school": "TH-A", "commune": "NL", "year": "2026", "position": "1", "n": "1", "service": "assessment", "id": "x"}
_KIND = {"kind": "bao_cao_tdg"}
"""A kind of paper, where it is part of a path; in a body the word means other things."""
_YEAR_KIND = {"kind": "ke_hoach_xa"}
_ELSEWHERE = {**_PLACES, "school": "TH-X", "commune": "BM"}


def body_of(route: Route, places: dict[str, str]) -> dict[str, Any]:
    """Return a body (or query) that is right in form: every required field, invented."""
    filled = msgspec.to_builtins(invented(route.request))
    written = {field.name: field.encode_name for field in msgspec.structs.fields(route.request)}
    wanted = {written[name] for name in route.body_fields}
    required = {field.encode_name for field in msgspec.structs.fields(route.request) if field.required}
    names = {field: name for name, field in route.renames.items() if name not in route.places}
    said = {k: int(v) if isinstance(filled.get(k), int) else v for k, v in places.items()}
    return {names.get(k, k): said.get(k, v) for k, v in filled.items() if k in wanted and k in required}


def ask(world: World, route: Route, token: str, places: dict[str, str]) -> Any:
    path = route.path
    for name in route.places:
        kind = _YEAR_KIND if "year" in route.places else _KIND
        path = path.replace(f"{{{name}}}", (places | kind).get(name, "x"))
    how: dict[str, Any] = {"json": body_of(route, places)} if route.has_body else {"query_string": body_of(route, places)}
    if route.files:
        how = {"data": b"PK", "content_type": route.files[0], "query_string": body_of(route, places)}
    return world.call(route.method, path, token=token, **how)


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    # Whose class it is decides the portal, before it keeps a name: it is one of the commune that roles have.
    made.rpc_client.answers["inspection.training"] = msgspec.structs.replace(invented(TrainingView), commune="NL")
    return made


@pytest.fixture(scope="module")
def tokens(world: World) -> dict[Role, str]:
    return {role: world.token(role) for role in Role}


def reached(world: World, route: Route, token: str, places: dict[str, str]) -> tuple[int, bool]:
    """Return the status, and whether a service or the portal's application was reached."""
    before = len(world.rpc_client.asked)
    response = ask(world, route, token, places)
    return response.status_code, len(world.rpc_client.asked) > before


def ids(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=ids)
def test_each_role_gets_through_exactly_where_the_rules_say(route: Route, world: World, tokens: dict[Role, str]) -> None:
    for role in Role:
        status, asked = reached(world, route, tokens[role], _PLACES)
        # A list that names no place is answered with what the caller may see; where one is named, the rules hold (see
        # test_roles_of_a_commune).
        free = {PUBLIC, SIGNED_IN} | (set() if route.places else OPEN_LISTS)
        allowed = route.operation in free or role in RULES[route.operation]
        assert (status != 403) == allowed, (role, status)
        if not allowed:
            assert not asked, f"{role} reached a service"
        assert status != 401


@pytest.mark.parametrize("route", ROUTES, ids=ids)
def test_nobody_gets_through_but_where_it_is_public(route: Route, world: World) -> None:
    for token in ("", "kd_khong-co-that", "sai"):
        status, asked = reached(world, route, token, _PLACES)
        if route.operation == PUBLIC and not token:
            assert status == 200
        else:
            assert status == 401
            assert not asked


@pytest.mark.parametrize("route", [r for r in ROUTES if "school" in r.places or "commune" in r.body_fields], ids=ids)
def test_no_role_of_a_school_or_commune_reaches_another(route: Route, world: World, tokens: dict[Role, str]) -> None:
    narrow = [role for role in Role if role not in {Role.DEPARTMENT_OFFICER, Role.SUBSCRIBER, Role.ADMINISTRATOR}]
    for role in narrow:
        if route.operation == PUBLIC or "school" not in route.places:
            continue
        status, asked = reached(world, route, tokens[role], _ELSEWHERE)
        assert (status, asked) == (403, False), (role, status)


def test_every_operation_of_a_route_has_a_rule() -> None:
    assert {route.operation for route in ROUTES} - {PUBLIC, SIGNED_IN} <= RULES.keys()


def test_only_these_routes_are_public() -> None:
    notices = {"/public/communes/{commune}/notices", "/public/notices/{notice}"}
    assert {r.path for r in ROUTES if r.operation == PUBLIC} == {"/health", "/openapi.json", "/recognitions"} | notices


def test_a_route_without_a_rule_is_refused_to_everybody() -> None:
    """Deny by default, proven: somebody adds a route and forgets the rule."""
    served: list[Any] = []
    forgotten = Route(
        method="GET",
        path="/forgotten",
        operation="assessment.forgotten",
        summary="",
        request=Nothing,
        answer=Done,
        serve=served.append,
    )

    def add(app: Flask) -> None:
        blueprint = make_blueprint((forgotten,))
        blueprint.name = "forgotten"
        app.register_blueprint(blueprint, url_prefix="/api/v1")

    world = World(RecordingRpcClient(), change=add)

    for token in [OWNER_TOKEN, *(world.token(role) for role in Role), *_wide(world)]:
        assert world.call("GET", "/forgotten", token=token).status_code == 403
    assert world.call("GET", "/forgotten", token="").status_code == 401
    assert served == []


def _wide(world: World) -> list[str]:
    return [world.token(Role.AUDITOR, (kind, "")) for kind in (ScopeKind.DEPARTMENT, ScopeKind.INSTALLATION)]


def test_a_page_without_the_mark_is_closed_to_strangers() -> None:
    def add(app: Flask) -> None:
        app.add_url_rule("/quen-danh-dau", "forgotten_page", lambda: "bí mật")

    world = World(change=add)

    response = world.client().get("/quen-danh-dau?x=1")

    assert response.status_code == 303
    assert response.headers["Location"] == "/vao?tiep=%2Fquen-danh-dau%3Fx%3D1"


def test_every_page_but_a_few_needs_a_session(world: World) -> None:
    """The pages' own tests say what each shows; here only who may come in at all."""
    views = world.app.view_functions
    opened = {name for name, view in views.items() if is_public(view) and not name.startswith("api.")}
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or rule.endpoint in opened:
            continue
        if rule.endpoint.startswith("api."):
            continue
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<{argument}>", "1").replace(f"<int:{argument}>", "1").replace(f"<path:{argument}>", "1")
        response = world.client().get(path)
        assert response.status_code in {303, 404}, rule
        if response.status_code == 303:
            assert response.headers["Location"].startswith("/vao?"), rule
