"""Every address of a commune's year, for a commune that does not exist and for a year that can be none: one answer each."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.portal.api.route import Route
from services.portal.api.routes import ROUTES
from shared.clock import today
from shared.contracts.calls.identity import CommuneEntry, SchoolEntry
from shared.identity.permissions import RULES
from shared.vocabulary.roles import Role, ScopeKind
from tests.integration.portal_api.test_real_services import House
from tests.unit.portal_api.world import SCOPES, invented

OF_A_YEAR = [route for route in ROUTES if "/communes/{commune}/years/{year}/" in route.path]
"""Every route of a commune's year, the portal's own among them."""
NAMES = [f"{route.method} {route.path}" for route in OF_A_YEAR]
NO_COMMUNE = "XA-LA"


@pytest.fixture(scope="module")
def house() -> House:
    """All services; roles can be given in a commune of which the inspection service has heard nothing."""
    made = House()
    directory = made.world.identity.directory
    directory.put_commune(CommuneEntry(code=NO_COMMUNE, name="Xã Lạ"))
    directory.put_school(SchoolEntry(code="TH-LA", name="Trường Lạ", kind="tieu_hoc", commune=NO_COMMUNE))
    return made


def asked(house: House, route: Route, role: Role, commune: str, year: int) -> tuple[int, dict[str, Any]]:
    """Ask a route in a commune and a year, with a token of a role there."""
    school = "TH-LA" if commune == NO_COMMUNE else "TH-A"
    kind, code = SCOPES[role]
    scope = {ScopeKind.COMMUNE: commune, ScopeKind.SCHOOL: school}.get(kind, code)
    token = house.world.token(role, (kind, scope))
    request = msgspec.to_builtins(invented(route.request))
    request |= {"school": school} if "school" in request else {}
    places = {"commune": commune, "year": str(year), "school": school, "criterion": "1.1", "kind": "ke_hoach_xa"}
    path = route.path.format(**{name: places[name] for name in route.places})
    named = {route.renames.get(name, name) for name in route.places}
    body = {"json": {field: value for field, value in request.items() if field not in named}} if route.has_body else {}
    answer = house.world.call(route.method, path, token=token, **body)
    return answer.status_code, answer.get_json()


def test_the_addresses_of_a_year_are_found() -> None:
    assert len(OF_A_YEAR) > 30
    assert {"GET /communes/{commune}/years/{year}/plan", "POST /communes/{commune}/years/{year}/needs"} <= set(NAMES)


@pytest.mark.parametrize("route", OF_A_YEAR, ids=NAMES)
def test_a_commune_that_does_not_exist_is_not_found(house: House, route: Route) -> None:
    year = today(house.evidence.clock).year
    for role in RULES[route.operation]:
        status, problem = asked(house, route, role, NO_COMMUNE, year)

        assert (status, problem["type"]) == (404, "xa-khong-co"), (role, problem)
        assert NO_COMMUNE in problem["detail"]


@pytest.mark.parametrize("year", [0, 1200, 2014, 2101, 99999])
@pytest.mark.parametrize("route", OF_A_YEAR, ids=NAMES)
def test_a_year_that_can_be_none_is_refused(house: House, route: Route, year: int) -> None:
    role = min(RULES[route.operation])

    status, problem = asked(house, route, role, "NL", year)

    assert (status, problem["type"], problem["path"]) == (400, "nam-khong-dung", "$.year"), problem
    assert str(year) in problem["detail"]


@pytest.mark.parametrize("path", ["/needs", "/tasks", "/trainings", "/difficulties", "/reports", "/syntheses", "/notices"])
def test_a_list_is_of_a_commune_that_exists_and_a_year_that_can_be(house: House, path: str) -> None:
    def told(**query: Any) -> str:
        answer = house.world.call("GET", path, token=house.tokens[Role.DEPARTMENT_OFFICER], query_string=query)
        return f"{answer.status_code} {(answer.get_json() or {}).get('type')}"

    assert told() == told(commune="NL", year=2026) == "200 None"
    assert told(commune=NO_COMMUNE) == "404 xa-khong-co"
    assert told(year=1200) == "400 nam-khong-dung"


def test_who_does_not_reach_a_commune_is_not_told_whether_it_exists(house: House) -> None:
    for commune in ("BM", NO_COMMUNE):
        answer = house.world.call("GET", f"/communes/{commune}/years/2026/plan", token=house.tokens[Role.COMMUNE_OFFICER])
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "told"),
    [
        *(("/needs", "needs"), ("/tasks", "tasks"), ("/trainings", "trainings"), ("/difficulties", "difficulties")),
        *(("/reports", "requests"), ("/syntheses", "syntheses"), ("/notices", "items"), ("/need-sums", "by_school")),
    ],
)
def test_a_list_without_arguments_shows_what_the_caller_may_see_which_may_be_nothing(
    house: House, path: str, told: str
) -> None:
    for role in (Role.MASS_ORGANISATION, Role.EXTERNAL_EVALUATOR, Role.SUBSCRIBER, Role.CLERK):
        answer = house.world.call("GET", path, token=house.tokens[role])
        assert (answer.status_code, answer.get_json()[told]) == (200, []), role
    assert house.world.call("GET", path, token="").status_code == 401
