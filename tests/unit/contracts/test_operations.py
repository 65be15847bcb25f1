"""The table of operations holds together: what it declares is there, and nothing is there that it does not declare."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
import typer.main
from typer.core import TyperGroup

from cli.client_commands import add_client_commands
from services.portal.api import gateway
from shared.bus.expose import check, expose
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.rpc.server import ServiceBase
from shared.contracts.calls import Call, Done, Nothing
from shared.contracts.catalogue import OPERATIONS, SERVICES
from shared.contracts.operations import ADMINISTRATORS, COMMON, SIGNED_IN, Operation, Scope
from shared.identity.call_context import CallContext, system

PAGES = Path(__file__).parents[3] / "services" / "portal"


class AtSchool(Call, frozen=True, kw_only=True):
    school: str


class AtAnySchool(Call, frozen=True, kw_only=True):
    school: str = ""


def operation(name="do", request=Nothing, scope=Scope.NARROWED, answer=Done) -> Operation:
    return Operation(name=name, request=request, answer=answer, roles=SIGNED_IN, scope=scope, summary="Làm.")


def commands(group: TyperGroup, before: str = "") -> set[str]:
    found = set()
    for name, command in group.commands.items():
        found |= commands(command, f"{before}{name} ") if isinstance(command, TyperGroup) else {f"{before}{name}"}
    return found


def client_commands() -> set[str]:
    app = typer.Typer()
    add_client_commands(app)
    # The auditor's group takes up the local command too, once somebody in this process has loaded it.
    return commands(typer.main.get_group(app)) - {"audit verify"}


def test_the_client_has_exactly_the_commands_that_operations_declare():
    declared = {command for one in OPERATIONS.values() for command in one.commands}
    assert declared == client_commands()


@pytest.mark.parametrize("scope", [Scope.NARROWED, Scope.BY_ID, Scope.COMMUNE])
def test_a_request_that_must_name_a_school_has_the_scope_of_a_school(scope):
    with pytest.raises(TypeError, match="scope"):
        operation(request=AtSchool, scope=scope)
    assert operation(request=AtSchool, scope=Scope.SCHOOL).scope is Scope.SCHOOL


def test_a_scope_is_not_taken_from_a_field_that_may_be_left_out():
    # The gate asks for nothing where nothing is named: an optional school would let everybody through.
    with pytest.raises(TypeError, match="scope"):
        operation(request=AtAnySchool, scope=Scope.SCHOOL)


def test_no_operation_is_declared_twice_and_only_one_service_has_a_feed_of_its_own():
    common = {one.name for one in COMMON}
    own = {service: {name for name, one in table.items() if one not in COMMON} for service, table in SERVICES.items()}
    assert {service: names & common for service, names in own.items() if names & common} == {"notification": {"feed"}}


def test_no_address_is_declared_twice():
    routes = Counter((route.method, route.path) for one in OPERATIONS.values() for route in one.routes)
    assert [route for route, count in routes.items() if count > 1] == []


def test_every_question_that_rest_puts_otherwise_is_turned_into_the_request():
    asked = {route.question: one.request for one in OPERATIONS.values() for route in one.routes if route.question}
    assert asked.keys() == gateway.QUESTIONS.keys()


def asks() -> list[tuple[str, str, str]]:
    """Every question that a page puts with the names written out, as (place, operation, answer)."""
    found = []
    for file in sorted(PAGES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            asking = {"call_service", "context.call_service"}
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) in asking and len(node.args) == 4):
                continue
            service, method, _, answer = node.args
            if isinstance(service, ast.Constant) and isinstance(method, ast.Constant):
                name = ast.unparse(answer).rpartition(".")[2]
                found.append((f"{file.name}:{node.lineno}", f"{service.value}.{method.value}", name))
    return found


def test_pages_ask_only_what_there_is_and_expect_what_is_answered():
    assert len(asks()) > 30
    wrong = [one for one in asks() if one[1] not in OPERATIONS or OPERATIONS[one[1]].answer.__name__ != one[2]]
    assert wrong == []


class Told(ServiceBase):
    name: ClassVar[str] = "assessment"


class Application:
    def communes(self) -> Done:
        return Done(position=7)

    def health(self, acting: CallContext) -> Done:
        return Done(position=len(acting.actor))

    def other(self, request: AtSchool) -> Done:
        return Done(position=len(request.school))


def test_an_application_takes_of_caller_and_request_what_it_needs():
    @expose([operation("communes"), operation("health")], Application)
    class Made(Told):
        pass

    rpc_client = InProcessRpcClient({"assessment": (Made, Application())})

    assert rpc_client.call("assessment", "communes", system("x"), Nothing(), Done).position == 7
    assert rpc_client.call("assessment", "health", system("x"), Nothing(), Done).position == len("system:x")


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (operation("communes", answer=Nothing), "return is otherwise"),
        (operation("other"), "request is otherwise"),
        (msgspec.structs.replace(operation("communes"), follows=("evidence",)), "nobody here listens"),
    ],
    ids=["another answer", "another request", "following whom nobody hears"],
)
def test_a_service_whose_application_is_otherwise_than_its_table_is_not_made(declared, said):
    with pytest.raises(TypeError, match=said):
        expose([declared], Application)(Told)


class Composed:
    """Answers by what it is composed of, so that its class tells nothing."""

    def __init__(self) -> None:
        self.communes = Application().communes


def test_an_application_that_is_composed_is_checked_when_it_is_bound():
    @expose([operation("communes")], Composed)
    class Made(Told):
        pass

    check(Made, Composed())
    assert InProcessRpcClient({"assessment": (Made, Composed())}).call(
        "assessment", "communes", system("x"), Nothing(), Done
    ) == Done(position=7)
    with pytest.raises(TypeError, match="does not answer communes"):
        check(Made, object())

    @expose([operation("communes", answer=Nothing)], Composed)
    class Wrong(Told):
        pass

    with pytest.raises(TypeError, match="return is otherwise"):
        check(Wrong, Composed())


def test_what_every_service_answers_is_for_administrators_and_its_seal_for_readers():
    roles = {one.name: one.roles for one in COMMON}
    assert roles["feed"] == roles["health"] == ADMINISTRATORS
    assert roles["checkpoint"] > ADMINISTRATORS
