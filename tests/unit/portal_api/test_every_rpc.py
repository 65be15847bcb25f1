"""Every remote method of every service with every role: the gate before the method lets through what the table says."""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import pytest

from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.rpc.server import ServiceBase, rpc
from shared.contracts.calls import Done, Nothing
from shared.contracts.catalogue import OPERATIONS
from shared.identity.call_context import CallContext, Grant
from shared.identity.permissions import OPEN_LISTS, PUBLIC_OPERATIONS, RULES
from shared.problems import Problem
from shared.vocabulary.roles import Role, ScopeKind
from tests.unit.portal_api.world import SCOPES, invented

SERVICES = ("evidence", "assessment", "inspection", "notification", "identity")


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


def remote_methods() -> Iterator[tuple[type[ServiceBase], str]]:
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


def every_field(kind: type[ServiceBase], name: str) -> set[str]:
    return {field.name for field in msgspec.structs.fields(hints(kind, name)["request"])}


def request_fields(kind: type[ServiceBase], name: str) -> set[str]:
    return {field.name for field in msgspec.structs.fields(hints(kind, name)["request"]) if field.required}


def outcome(
    kind: type[ServiceBase],
    name: str,
    who: CallContext,
    *,
    school: str = "TH-A",
    commune: str = "NL",
    names_commune: bool = False,
) -> str:
    rpc_client = InProcessRpcClient({kind.name: (kind, _Anything())})
    request = request_of(kind, name, school=school, commune=commune)
    if names_commune:
        request = msgspec.structs.replace(request, commune=commune)
    try:
        rpc_client.call(kind.name, name, who, request, hints(kind, name)["return"])
    except Problem as problem:
        # What a method does before it asks its application (a health read, say) also proves that it was reached.
        return "refused" if problem.type == "khong-du-quyen" else "reached"
    return "reached"


ALL = list(remote_methods())
_NARROW = {ScopeKind.SCHOOL, ScopeKind.COMMUNE}


@pytest.mark.parametrize(("kind", "name"), ALL, ids=[f"{k.name}.{n}" for k, n in ALL])
def test_each_role_reaches_exactly_what_the_rules_say(kind: type[ServiceBase], name: str) -> None:
    operation = f"{kind.name}.{name}"
    for role in Role:
        allowed = role in RULES.get(operation, frozenset()) or operation in PUBLIC_OPERATIONS | OPEN_LISTS
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


COMMUNES = [(kind, name) for kind, name in ALL if "commune" in every_field(kind, name)]
"""What may be asked of a commune: by a field that must be given, or by one that narrows a list."""


@pytest.mark.parametrize(("kind", "name"), COMMUNES, ids=[f"{k.name}.{n}" for k, n in COMMUNES])
def test_a_call_that_names_a_commune_is_refused_to_who_does_not_reach_it(kind: type[ServiceBase], name: str) -> None:
    operation = f"{kind.name}.{name}"
    if operation in PUBLIC_OPERATIONS:
        return
    for role, (scope_kind, _) in SCOPES.items():
        expected = "reached" if role in RULES[operation] and scope_kind not in _NARROW else "refused"
        assert outcome(kind, name, acting(role), commune="BM", names_commune=True) == expected, role


def test_a_call_that_names_its_own_commune_is_let_through() -> None:
    simulate = next((kind, name) for kind, name in COMMUNES if name == "simulate")

    assert outcome(*simulate, acting(Role.COMMUNE_OFFICER), commune="NL", names_commune=True) == "reached"


def test_the_calls_that_name_a_commune_are_found() -> None:
    assert {f"{kind.name}.{name}" for kind, name in COMMUNES} >= {
        "assessment.simulate",
        "assessment.schools",
        "inspection.visits",
    }


def test_every_service_is_walked() -> None:
    assert {kind.name for kind in service_classes()} == {"evidence", "assessment", "inspection", "notification", "identity"}


def test_every_remote_method_has_a_rule() -> None:
    assert {f"{kind.name}.{name}" for kind, name in ALL} <= RULES.keys() | PUBLIC_OPERATIONS


def test_a_remote_method_without_a_rule_is_refused_to_everybody() -> None:
    class Forgotten(ServiceBase):
        name: ClassVar[str] = "assessment"

        @rpc
        def forgotten(self, acting: CallContext, request: Nothing) -> Done:
            raise Reached

    forgotten = InProcessRpcClient({"assessment": (Forgotten, _Anything())})
    for role in Role:
        with pytest.raises(Problem) as refused:
            forgotten.call("assessment", "forgotten", acting(role, (ScopeKind.INSTALLATION, "")), Nothing(), Done)
        assert refused.value.type == "khong-du-quyen"


@pytest.mark.parametrize(
    ("service", "operation"), [(name.partition(".")[0], one) for name, one in OPERATIONS.items()], ids=list(OPERATIONS)
)
def test_a_service_takes_and_answers_what_its_table_says(service: str, operation: Any) -> None:
    kind = next(kind for kind in service_classes() if kind.name == service)

    assert hints(kind, operation.name)["request"] is operation.request
    assert hints(kind, operation.name)["return"] is operation.answer


def test_a_service_offers_nothing_that_its_table_does_not_say() -> None:
    assert {f"{kind.name}.{name}" for kind, name in ALL} == OPERATIONS.keys()
