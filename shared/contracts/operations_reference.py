"""Writes the list of operations from their tables: who may do what, and where it is over REST and on the command line."""

from __future__ import annotations

from shared.contracts.catalogue import SERVICES
from shared.contracts.operations import COMMON, READERS, SIGNED_IN, Operation, Scope
from shared.vocabulary.roles import Role

NAME = "operations.md"

_HEAD = """# Operations

Generated from the tables in `shared/contracts/calls` by `make docs`. An operation is what one service does for its callers;
over the bus it is the method of that name. Routes are under `/api/v1`, commands are `kiemdinh …`. Routes that the portal
answers itself (accounts, the installation, the feed, originals) are in `openapi.json` alone.

**Scope**: *school* and *commune* are named by the request, and a role must reach them; *by id*: the service finds the school
of what is named and checks that; *narrowed*: the answer holds what the caller's roles reach. *Readers* are all roles but
{others}.

Every service also answers """

_SCOPES = {Scope.SCHOOL: "school", Scope.COMMUNE: "commune", Scope.BY_ID: "by id", Scope.NARROWED: "narrowed"}


def page() -> str:
    """Return the whole list."""
    common = ", ".join(f"`{operation.name}` ({_roles(operation)})" for operation in COMMON)
    tables = [
        _table(service, [operation for operation in own.values() if operation not in COMMON])
        for service, own in SERVICES.items()
    ]
    others = ", ".join(sorted(frozenset(Role) - READERS))
    return f"{_HEAD.format(others=others)}{common}.\n\n" + "\n".join(tables)


def _table(service: str, operations: list[Operation]) -> str:
    head = f"## {service}\n\n| Operation | What it does | Who | Scope | REST | Command |\n|---|---|---|---|---|---|\n"
    return head + "".join(_row(one) for one in operations)


def _row(operation: Operation) -> str:
    routes = "<br>".join(f"`{route.method} {route.path}`" for route in operation.routes)
    commands = "<br>".join(f"`{command}`" for command in operation.commands)
    cells = (f"`{operation.name}`", operation.summary, _roles(operation), _SCOPES[operation.scope], routes, commands)
    return "| " + " | ".join(cells) + " |\n"


def _roles(operation: Operation) -> str:
    if operation.public:
        return "anybody"
    named = {SIGNED_IN: "every role", READERS: "readers"}
    return named.get(operation.roles) or ", ".join(sorted(operation.roles))
