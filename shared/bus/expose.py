"""Makes a service of its table of operations: one remote method an operation, straight to the application."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from shared.bus.rpc.server import ServiceBase, following
from shared.contracts.calls import Call
from shared.contracts.operations import Operation
from shared.identity.call_context import CallContext

Service = TypeVar("Service", bound=type[ServiceBase])

Narrow = Callable[[Any, CallContext, Operation, Call], Call]
"""Takes application, caller, operation and request; returns the request as the caller may put it, or raises a Problem."""


def expose(
    operations: Iterable[Operation], application: type, *, narrow: Narrow | None = None
) -> Callable[[Service], Service]:
    """Return a class decorator that gives a service a remote method for each operation.

    The application answers it under the operation's name; it takes `acting` and `request`, or what it needs of them. A
    method of its class is checked when the module is imported, one that it composes when a role starts (`check`). Raises
    TypeError for one that takes or answers another type, and for an operation that follows whom nobody listens to.
    """

    def decorate(service: Service) -> Service:
        for operation in operations:
            _check_follows(operation, application)
            if hasattr(application, operation.name):
                _check_types(operation, application)
            method = _method(operation, narrow)
            method.__qualname__ = f"{service.__qualname__}.{operation.name}"
            method.__module__ = service.__module__
            setattr(service, operation.name, following(method, operation.follows))
        service.operations = tuple(operations)
        return service

    return decorate


def check(service: type[ServiceBase], application: Any) -> None:
    """Raise TypeError unless an application answers all that its service offers, and in the types that are declared."""
    for operation in service.operations:
        if not hasattr(application, operation.name):
            raise TypeError(f"{type(application).__name__} does not answer {operation.name}")
        _check_types(operation, application)


def _method(operation: Operation, narrow: Narrow | None) -> Callable[..., Any]:
    def method(self: Any, acting: CallContext, request: Call) -> Any:
        if narrow is not None:
            request = narrow(self.application, acting, operation, request)
        answer = getattr(self.application, operation.name)
        arguments = {"acting": acting, "request": request}
        return answer(*(arguments[name] for name in _taken(getattr(answer, "__func__", answer))))

    method.__name__ = operation.name
    method.__annotations__ = {"acting": CallContext, "request": operation.request, "return": operation.answer}
    return method


@functools.lru_cache(maxsize=1024)
def _taken(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return which of `acting` and `request` a function takes."""
    return tuple(name for name in inspect.signature(function).parameters if name in {"acting", "request"})


def _check_follows(operation: Operation, application: type) -> None:
    unheard = set(operation.follows) - set(getattr(application, "sources", ()))
    if unheard:
        raise TypeError(f"{application.__name__}.{operation.name} follows {sorted(unheard)}, which nobody here listens to")


def _check_types(operation: Operation, application: Any) -> None:
    answer = getattr(application, operation.name)
    hints = typing.get_type_hints(answer)
    declared = {"acting": CallContext, "request": operation.request, "return": operation.answer}
    wrong = sorted(name for name in (*_taken(answer), "return") if hints.get(name) is not declared[name])
    if wrong:
        raise TypeError(f"{answer.__qualname__}: {', '.join(wrong)} is otherwise than the table of operations says")
