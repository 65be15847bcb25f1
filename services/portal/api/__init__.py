"""The REST API under /api/v1: one blueprint built from the table of routes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Blueprint, request
from werkzeug.wrappers import Response

from services.portal.api import schemas as q
from services.portal.api.request_parsing import from_body, from_query
from services.portal.api.route import CONTENT, PUBLIC, SIGNED_IN, Route
from services.portal.api.routes import ROUTES
from services.portal.calendar_feed import MEDIA_TYPE, CalendarFile
from services.portal.printing import PrintedFile
from services.portal.printing_response import file_response
from services.portal.web.context import caller, public, request_context
from shared.contracts.calls import Call
from shared.identity import permissions
from shared.problems import BadRequest
from shared.vocabulary.ids import CommuneCode, SchoolCode

JSON = "application/json"
UNNAMED_FILE = "application/octet-stream"
_COMMAND = re.compile(r"[\x21-\x7e]{1,128}\Z")
_CONVERTERS = {"position": "int(max=9223372036854775807)", "n": "int(max=2147483647)"}


def make_blueprint(routes: tuple[Route, ...] = ROUTES) -> Blueprint:
    """Return a blueprint that serves these routes."""
    api = Blueprint("api", __name__)
    for route in routes:
        rule = re.sub(r"\{(\w+)\}", lambda matched: f"<{_converter(matched.group(1))}{matched.group(1)}>", route.path)
        api.add_url_rule(rule, route.name, _view(route), methods=[route.method])
    return api


def _converter(name: str) -> str:
    return f"{_CONVERTERS[name]}:" if name in _CONVERTERS else ""


def _view(route: Route) -> Callable[..., Response]:
    read = _reader(route)

    def view(**place: Any) -> Response:
        contract = read(place)
        _check(route, contract)
        _take_command()
        return _respond(route.serve(contract))

    return public(view) if route.operation == PUBLIC else view


def _reader(route: Route) -> Callable[[dict[str, Any]], Call]:
    """Return what reads a route's request; where it stands follows from the route, so it is looked up once."""
    if route.files:
        return _file_reader(route)
    has_body = route.has_body
    places = {route.renames[name]: name for name in route.places if name in route.renames}
    renames = {name: field for name, field in route.renames.items() if field not in places}

    def read(place: dict[str, Any]) -> Call:
        placed = {route.renames.get(name, name): value for name, value in place.items()}
        if not has_body:
            return from_query(route.request, request.args.lists(), placed, renames)
        if request.args:
            raise BadRequest("Địa chỉ này không nhận tham số.", path=next(iter(request.args)))
        if request.mimetype not in {JSON, ""} and request.content_length:
            raise BadRequest("Nội dung cần kiểu application/json.", path="$", expected=JSON)
        return from_body(route.request, request.get_data(cache=False), placed)

    return read


def _file_reader(route: Route) -> Callable[[dict[str, Any]], Call]:
    taken = {*route.files, UNNAMED_FILE, ""}

    def read(place: dict[str, Any]) -> Call:
        if request.mimetype not in taken:
            raise BadRequest(
                f"Nội dung cần là chính tệp, kiểu {' hoặc '.join(route.files)}.", path="$", expected=list(route.files)
            )
        placed = {**place, CONTENT: request.get_data(cache=False)}
        return from_query(route.request, request.args.lists(), placed, route.renames)

    return read


def _check(route: Route, call: Call) -> None:
    """Refuse here already what the services would refuse: an operation without a rule is nobody's."""
    if route.operation in {PUBLIC, SIGNED_IN}:
        return
    school, commune = SchoolCode(getattr(call, "school", "")), CommuneCode(getattr(call, "commune", ""))
    permissions.require(caller(), route.operation, school=school, commune=commune)


def _take_command() -> None:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return
    if not _COMMAND.match(key):
        raise BadRequest("Idempotency-Key gồm 1 đến 128 ký tự ASCII không có khoảng trắng.", path="Idempotency-Key")
    context = request_context()
    if context.acting is not None:
        context.acting = msgspec.structs.replace(context.acting, command=key)


def _respond(answer: Any) -> Response:
    if isinstance(answer, q.Redirect):
        return Response(status=302, headers={"Location": answer.url})
    if isinstance(answer, CalendarFile):
        return Response(answer.content, content_type=MEDIA_TYPE)
    if isinstance(answer, PrintedFile):
        return file_response(answer)
    body = msgspec.json.encode(answer)
    response = Response(body, content_type=JSON)
    if request.method in {"GET", "HEAD"}:
        response.set_etag(hashlib.sha256(body).hexdigest()[:32])
        response.make_conditional(request.environ)
    return response


blueprint = make_blueprint()
