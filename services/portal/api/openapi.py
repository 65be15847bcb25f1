"""The description of the REST API (OpenAPI 3.1), from a table of routes and the types they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import structs

from services.portal.api import schemas as q
from services.portal.api.route import PUBLIC, SIGNED_IN, Route
from services.portal.calendar_feed import CalendarFile
from services.portal.printing import MEDIA_TYPES, PRINT_HEADERS, PrintedFile
from services.portal.web.input_limits import LONGEST_LIST, LONGEST_STRING
from shared.consistency import HEADER
from shared.contracts.catalogue import OPERATIONS
from shared.identity.permissions import RULES
from shared.schemas import schema_components

VERSION = "1.0.0"
_REF = "#/components/schemas/{name}"
_NO_BODY = frozenset({q.Redirect, PrintedFile, CalendarFile})
"""Answers that are no JSON: an address to go to, a file."""

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `type` is stable; `title` and `detail` are Vietnamese; further members are data for programs.",
    "required": ["type", "status", "title", "detail", "correlation"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "correlation": {"type": "string"},
        "path": {"type": "string", "description": "where in the request it is wrong: a JSON path, or a parameter's name"},
    },
}

_TEXT = {"type": "string"}
_FILE = {"type": "string", "format": "binary"}

_HEADERS = {
    "Command": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "maxLength": 128},
        "description": "Makes a repeat of the same command recognisable.",
    },
    "Consistency": {
        "name": HEADER,
        "in": "header",
        "schema": {"type": "string", "pattern": "^([a-z]{1,32}=[0-9]{1,15})(, ?[a-z]{1,32}=[0-9]{1,15})*$"},
        "description": (
            "What the caller was told, as it was answered (`assessment=12, evidence=340`): the operation waits until it has "
            "heard of that, two seconds at most, then it is refused with 503 `chua-kip-cap-nhat`. Not to be kept for longer "
            "than the work at hand."
        ),
    },
    "Correlation": {
        "name": "X-Correlation-Id",
        "in": "header",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$"},
        "description": "Joins everything this request sets in motion; answered in the same header.",
    },
}


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the OpenAPI document of these routes."""
    kinds = [route.request for route in routes] + [route.answer for route in routes if route.answer not in _NO_BODY]
    shapes, found = schema_components(kinds, ref_template=_REF)
    # A default of a tuple is a tuple there, and a list to everybody who reads the document.
    components = msgspec.json.decode(msgspec.json.encode(found))
    answers = iter(shapes[len(routes) :])
    paths: dict[str, Any] = {}
    for route in routes:
        answer = None if route.answer in _NO_BODY else next(answers)
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, answer, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kiemdinh",
            "version": VERSION,
            "summary": "REST API of the school accreditation platform",
            "description": (
                "JSON in and out. Unknown fields and parameters are refused. "
                f"Texts are taken in NFC, at most {LONGEST_STRING} characters; lists at most {LONGEST_LIST} items. "
                "`on` is the day a fact holds; what was recorded when is the log's to say. "
                "GET answers carry an ETag. Errors are application/problem+json."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": {**_used(paths, components), "Problem": _PROBLEM},
            "parameters": _HEADERS,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A program's token (kd_…)."},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "kd_phien",
                    "description": "A person's session; what changes something also needs the header X-CSRF-Token.",
                },
            },
        },
    }


def _operation(route: Route, answer: Any, components: dict[str, Any]) -> dict[str, Any]:
    shape = components[route.request.__name__]
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": _who(route),
        "parameters": _parameters(route, shape),
        "responses": {**_success(route, answer), **_refusals(route)},
    }
    if route.has_body:
        described["requestBody"] = _body(route, shape)
    if route.operation == PUBLIC:
        described["security"] = []
    return described


def _who(route: Route) -> str:
    if route.operation == PUBLIC:
        return "Ai cũng gọi được."
    if route.operation == SIGNED_IN:
        return "Ai đã đăng nhập hoặc có mã truy cập đều gọi được."
    return f"Việc `{route.operation}`: {', '.join(sorted(RULES[route.operation]))}, trong phạm vi của mình."


def _parameters(route: Route, shape: dict[str, Any]) -> list[dict[str, Any]]:
    properties = shape.get("properties", {})
    listed = [
        {"name": name, "in": "path", "required": True, "schema": properties[route.renames.get(name, name)]}
        for name in route.places
    ]
    if route.files or not route.has_body:
        listed += _query(route, shape)
    else:
        listed.append({"$ref": "#/components/parameters/Command"})
    if route.operation in OPERATIONS and OPERATIONS[route.operation].follows:
        listed.append({"$ref": "#/components/parameters/Consistency"})
    return [*listed, {"$ref": "#/components/parameters/Correlation"}]


def _query(route: Route, shape: dict[str, Any]) -> list[dict[str, Any]]:
    names = {field: name for name, field in route.renames.items() if name not in route.places}
    required = set(shape.get("required", []))
    return [
        {
            "name": names.get(field, field),
            "in": "query",
            "required": field in required,
            "schema": shape["properties"][field],
        }
        for field in route.body_fields
    ]


def _body(route: Route, shape: dict[str, Any]) -> dict[str, Any]:
    """Return the body: the request's schema without what the path names; to repeat that is taken when it says the same."""
    if route.files:
        return {"required": True, "content": {kind: {"schema": _FILE} for kind in route.files}}
    placed = {route.renames.get(name, name) for name in route.places}
    required = [name for name in shape.get("required", []) if name not in placed]
    properties = {name: schema for name, schema in shape.get("properties", {}).items() if name not in placed}
    schema = {**{k: v for k, v in shape.items() if k != "required"}, **({"required": required} if required else {})}
    schema["properties"] = properties
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _success(route: Route, answer: Any) -> dict[str, Any]:
    if route.answer is CalendarFile:
        return {"200": {"description": "The calendar.", "content": {"text/calendar": {"schema": _TEXT}}}}
    if route.answer is PrintedFile:
        told = {name: {"description": words, "schema": _TEXT} for name, words in PRINT_HEADERS.items()}
        content = {kind: {"schema": _FILE} for kind in MEDIA_TYPES.values()}
        return {"200": {"description": "The file.", "content": content, "headers": told}}
    if answer is None:
        location = {"Location": {"schema": {"type": "string"}}}
        return {"302": {"description": "The bytes are there, for a short while.", "headers": location}}
    done = {"description": "Done.", "content": {"application/json": {"schema": answer}}}
    if route.has_body:
        done["headers"] = {HEADER: {"description": "What was recorded, to be sent with what rests on it.", "schema": _TEXT}}
    return {"200": done}


_STATUSES = {
    400: "Not of the form that is asked for.",
    401: "No session or token, or one that ended.",
    403: "The caller's roles do not cover this.",
    404: "It does not exist, or the caller may not know that it does.",
    409: "Somebody changed the same thing first, or it stands otherwise than this needs; nothing was overwritten.",
    413: "Larger than the portal takes.",
    421: "Not an address of this installation.",
    422: "Well-formed, and against a rule; `detail` says which.",
    500: "A failure inside; what was asked may or may not have been recorded.",
    503: "A server that this needs does not answer; try again after Retry-After.",
    507: "The disk is full; nothing was recorded.",
}


def _refusals(route: Route) -> dict[str, Any]:
    """Return every status with which the route may refuse, so that one that is not listed shows as a fault."""
    possible = {400, 421, 500, 503}
    if route.operation != PUBLIC:
        possible |= {401, 403}
    if structs.fields(route.request):
        possible |= {404, 409, 422}
    if route.has_body:
        possible |= {413, 507}
    content = {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}}}
    return {str(status): {"description": _STATUSES[status], "content": content} for status in sorted(possible)}


def _used(paths: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Return the components that the paths reach."""
    reached: set[str] = set()
    todo = _references(paths)
    while todo:
        name = todo.pop()
        if name in components and name not in reached:
            reached.add(name)
            todo |= _references(components[name])
    return {name: components[name] for name in sorted(reached)}


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"].rpartition("/")[2]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_references(item) for item in value))
    return set()
