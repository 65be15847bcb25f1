"""The written description of the REST API is the code's, whole and valid."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import msgspec
import pytest

from services.assessment import errors as assessment_errors
from services.inspection import errors as inspection_errors
from services.portal.api import openapi
from services.portal.api.route import PUBLIC
from services.portal.api.routes import ROUTES, description
from shared.contracts import problems as event_problems
from shared.contracts.calls import assessment as a
from shared.problems import Problem
from shared.rulebook import problems as rulebook_problems
from tests.unit.portal_api.world import World, invented

WRITTEN = Path(__file__).parents[3] / "docs" / "reference" / "openapi.json"


def test_the_written_description_is_current() -> None:
    assert json.loads(WRITTEN.read_text(encoding="utf-8")) == description(), "run: python -m deploy.docs"


def test_every_route_is_described_and_nothing_else() -> None:
    described = {(m.upper(), path) for path, methods in description()["paths"].items() for m in methods}

    assert described == {(route.method, route.path) for route in ROUTES}


def test_every_route_of_the_application_under_the_api_is_in_the_table() -> None:
    rules = [rule for rule in World().app.url_map.iter_rules() if rule.rule.startswith("/api/")]

    assert len(rules) == len(ROUTES)


def test_the_portal_serves_the_same_description_to_anyone() -> None:
    served = World().call("GET", "/openapi.json", token="")

    assert served.get_json() == description()


def test_operation_ids_are_unique_and_every_reference_resolves() -> None:
    document = description()
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]

    assert len(ids) == len(set(ids)) == len(ROUTES)
    for kind in ("schemas",):
        names = {name for name in openapi._references(document) if name in document["components"][kind]}
        assert names == set(document["components"][kind])
    known = set().union(*(document["components"][kind] for kind in ("schemas", "parameters")))
    assert openapi._references(document) <= known


def test_public_routes_need_no_key_and_all_others_do() -> None:
    for route in ROUTES:
        operation = description()["paths"][route.path][route.method.lower()]
        assert (operation.get("security") == []) == (route.operation == PUBLIC)


def validator(schema: dict) -> jsonschema.Draft202012Validator:
    document = description()
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


@pytest.mark.parametrize("route", [r for r in ROUTES if r.has_body and not r.files], ids=lambda r: r.name)
def test_a_body_that_the_code_takes_fits_its_description(route) -> None:
    operation = description()["paths"][route.path][route.method.lower()]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    placed = {route.renames.get(name, name) for name in route.places}
    body = {k: v for k, v in msgspec.to_builtins(invented(route.request)).items() if k not in placed}

    validator(schema).validate(body)
    with pytest.raises(jsonschema.ValidationError):
        validator(schema).validate({**body, "khong_co_muc_nay": 1})


def test_a_file_is_taken_as_it_is_and_what_else_is_asked_stands_in_the_query() -> None:
    operation = description()["paths"]["/schools/{school}/papers/compare"]["post"]

    taken = operation["requestBody"]["content"]
    assert len(taken) == 2
    assert {one["schema"]["format"] for one in taken.values()} == {"binary"}
    named = {one["name"]: one["in"] for one in operation["parameters"] if "name" in one}
    assert named == {"school": "path", "paper": "query"}


def test_an_answer_fits_its_description() -> None:
    operation = description()["paths"]["/schools/{school}/status"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]

    validator(schema).validate(json.loads(msgspec.json.encode(invented(a.Status))))


def test_no_body_asks_for_what_the_path_names() -> None:
    for path, operations in description()["paths"].items():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                asked = content["application/json"]["schema"]["properties"]
                assert not set(asked) & set(re.findall(r"{(\w+)}", path)), path


def test_every_problem_that_a_service_can_raise_has_its_status_described() -> None:
    """A refusal with a status that is not described would look like a fault to whoever checks the API against it."""
    raised = {
        kind.status
        for module in (assessment_errors, inspection_errors, rulebook_problems, event_problems)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Problem)
    }
    operations = [one for path in description()["paths"].values() for one in path.values()]
    assert all("default" not in operation["responses"] for operation in operations)
    for operation in operations:
        described = set(operation["responses"])
        assert {"400", "500", "503"} <= described
        if "requestBody" in operation:
            assert {str(status) for status in raised} | {"401", "403", "413", "507"} <= described
