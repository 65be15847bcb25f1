"""The written description of the REST API is the code's, whole and valid."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from services.portal import openapi
from services.portal.api.routes import PUBLIC, ROUTES
from shared.contracts.calls import assessment as a
from tests.unit.portal_api.world import World, invented

WRITTEN = Path(__file__).parents[3] / openapi.TARGET


def test_the_written_description_is_current() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == openapi.text(), "run: python -m services.portal.openapi"


def test_every_route_is_described_and_nothing_else() -> None:
    described = {(m.upper(), path) for path, methods in openapi.document()["paths"].items() for m in methods}

    assert described == {(route.method, route.path) for route in ROUTES}


def test_every_route_of_the_application_under_the_api_is_in_the_table() -> None:
    rules = [rule for rule in World().app.url_map.iter_rules() if rule.rule.startswith("/api/")]

    assert len(rules) == len(ROUTES)


def test_the_portal_serves_the_same_description_to_anyone() -> None:
    served = World().call("GET", "/openapi.json", token="")

    assert served.get_json() == json.loads(openapi.text())


def test_operation_ids_are_unique_and_every_reference_resolves() -> None:
    document = openapi.document()
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]

    assert len(ids) == len(set(ids)) == len(ROUTES)
    for kind in ("schemas",):
        names = {name for name in openapi._references(document) if name in document["components"][kind]}
        assert names == set(document["components"][kind])
    known = set().union(*(document["components"][kind] for kind in ("schemas", "parameters", "responses")))
    assert openapi._references(document) <= known


def test_public_routes_need_no_key_and_all_others_do() -> None:
    for route in ROUTES:
        operation = openapi.document()["paths"][route.path][route.method.lower()]
        assert (operation.get("security") == []) == (route.operation == PUBLIC)


def validator(schema: dict) -> jsonschema.Draft202012Validator:
    document = openapi.document()
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


@pytest.mark.parametrize("route", [r for r in ROUTES if r.has_body], ids=lambda r: r.name)
def test_a_body_that_the_code_takes_fits_its_description(route) -> None:
    operation = openapi.document()["paths"][route.path][route.method.lower()]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    placed = {route.renames.get(name, name) for name in route.places}
    body = {k: v for k, v in msgspec.to_builtins(invented(route.request)).items() if k not in placed}

    validator(schema).validate(body)
    with pytest.raises(jsonschema.ValidationError):
        validator(schema).validate({**body, "khong_co_muc_nay": 1})


def test_an_answer_fits_its_description() -> None:
    operation = openapi.document()["paths"]["/schools/{school}/status"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]

    validator(schema).validate(json.loads(msgspec.json.encode(invented(a.Status))))


def test_the_description_is_written_where_it_is_asked_to_be(tmp_path: Path) -> None:
    openapi.main([str(tmp_path / "a" / "openapi.json")])

    assert json.loads((tmp_path / "a" / "openapi.json").read_text(encoding="utf-8"))["openapi"] == "3.1.0"
