"""Every remote method of every service with every role: the gate before the method lets through what the table says."""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import pytest

from services.portal.api.routes import PUBLIC, ROUTES, SIGNED_IN
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.rpc.server import ServiceBase, remote
from shared.contracts.calls import Done, Nothing
from shared.identity.call_context import CallContext, Grant
from shared.identity.permissions import PUBLIC_OPERATIONS, RULES
from shared.problems import Problem
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.portal_api.world import SCOPES, invented

SERVICES = ("evidence", "assessment", "inspection", "notification", "portal")


class Reached(Problem):
    """The gate let the call through."""

    type = "da-toi"


class _Anything:
    """An application of which every method says that it was reached."""

    def __getattr__(self, name: str) -> Any:
        def reach(*_args: Any, **_kwargs: Any) -> Any:
            raise Reached

        return reach if not name.startswith("__") else super().__getattribute__(name)

    @property
    def log(self) -> Any:
        raise Reached


def service_classes() -> list[type[ServiceBase]]:
    found = []
    for package in SERVICES:
        module = importlib.import_module(f"services.{package}.service")
        found += [kind for _, kind in inspect.getmembers(module, inspect.isclass) if _is_service(kind, module.__name__)]
    return found


def _is_service(kind: type, module: str) -> bool:
    return issubclass(kind, ServiceBase) and kind.__module__ == module


def remotes() -> Iterator[tuple[type[ServiceBase], str]]:
    for kind in service_classes():
        for name, member in inspect.getmembers(kind, inspect.isfunction):
            if hasattr(member, "nameko_entrypoints"):
                yield kind, name


def hints(kind: type[ServiceBase], name: str) -> dict[str, Any]:
    return typing.get_type_hints(inspect.unwrap(getattr(kind, name)))


def acting(role: Role, scope: tuple[ScopeKind, str] | None = None) -> CallContext:
    kind, code = scope or SCOPES[role]
    schools = ("TH-A",) if kind is ScopeKind.COMMUNE else ()
    return CallContext(actor="a", grants=(Grant(role=role, scope_kind=kind, scope=code, schools=schools),))


def request_of(kind: type[ServiceBase], name: str, *, school: str, commune: str) -> Any:
    request = invented(hints(kind, name)["request"])
    fields = {field.name for field in msgspec.structs.fields(request) if field.required}
    own = {key: value for key, value in (("school", school), ("commune", commune)) if key in fields}
    return msgspec.structs.replace(request, **own)


def request_fields(kind: type[ServiceBase], name: str) -> set[str]:
    return {field.name for field in msgspec.structs.fields(hints(kind, name)["request"]) if field.required}


def outcome(kind: type[ServiceBase], name: str, who: CallContext, *, school: str = "TH-A", commune: str = "NL") -> str:
    remote = InProcessRpcClient({kind.name: (kind, _Anything())})
    request = request_of(kind, name, school=school, commune=commune)
    try:
        remote.call(kind.name, name, who, request, hints(kind, name)["return"])
    except Problem as problem:
        # What a method does before it asks its application (a health read, say) also proves that it was reached.
        return "refused" if problem.type == "khong-du-quyen" else "reached"
    return "reached"


ALL = list(remotes())


@pytest.mark.parametrize(("kind", "name"), ALL, ids=[f"{k.name}.{n}" for k, n in ALL])
def test_each_role_reaches_exactly_what_the_rules_say(kind: type[ServiceBase], name: str) -> None:
    operation = f"{kind.name}.{name}"
    for role in Role:
        allowed = role in RULES.get(operation, frozenset()) or operation in PUBLIC_OPERATIONS
        assert outcome(kind, name, acting(role)) == ("reached" if allowed else "refused"), role


@pytest.mark.parametrize(("kind", "name"), ALL, ids=[f"{k.name}.{n}" for k, n in ALL])
def test_nobody_reaches_anything_but_what_is_public(kind: type[ServiceBase], name: str) -> None:
    expected = "reached" if f"{kind.name}.{name}" in PUBLIC_OPERATIONS else "refused"

    assert outcome(kind, name, CallContext(actor="khach")) == expected


@pytest.mark.parametrize(("kind", "name"), ALL, ids=[f"{k.name}.{n}" for k, n in ALL])
def test_a_call_that_names_a_school_is_refused_to_other_schools_and_communes(kind: type[ServiceBase], name: str) -> None:
    if "school" not in request_fields(kind, name) or f"{kind.name}.{name}" in PUBLIC_OPERATIONS:
        return
    for role, (scope_kind, _) in SCOPES.items():
        if scope_kind in {ScopeKind.SCHOOL, ScopeKind.COMMUNE}:
            assert outcome(kind, name, acting(role), school="TH-X", commune="BM") == "refused", role


def test_every_service_is_walked() -> None:
    assert {kind.name for kind in service_classes()} == {"evidence", "assessment", "inspection", "notification", "identity"}


def test_every_remote_method_has_a_rule() -> None:
    assert {f"{kind.name}.{name}" for kind, name in ALL} <= RULES.keys() | PUBLIC_OPERATIONS


def test_a_remote_method_without_a_rule_is_refused_to_everybody() -> None:
    class Forgotten(ServiceBase):
        name: ClassVar[str] = "assessment"

        @remote
        def forgotten(self, acting: CallContext, request: Nothing) -> Done:
            raise Reached

    forgotten = InProcessRpcClient({"assessment": (Forgotten, _Anything())})
    for role in Role:
        with pytest.raises(Problem) as refused:
            forgotten.call("assessment", "forgotten", acting(role, (ScopeKind.INSTALLATION, "")), Nothing(), Done)
        assert refused.value.type == "khong-du-quyen"


@pytest.mark.parametrize("route", [r for r in ROUTES if r.operation not in {PUBLIC, SIGNED_IN}], ids=lambda r: r.name)
def test_a_route_takes_and_answers_what_its_service_does(route: Any) -> None:
    service, _, name = route.operation.partition(".")
    if service in {"identity", "installation"} or not route.serve.__qualname__.startswith("_rpc"):
        return
    kind = next(kind for kind in service_classes() if kind.name == service)

    assert hints(kind, name)["request"] is route.request
    assert hints(kind, name)["return"] is route.answer
