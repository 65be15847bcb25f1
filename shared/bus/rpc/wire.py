"""What a call looks like on the wire, and the one way it is served: passport, decode, permission, do, encode. No bus.

A call is ``{"passport": text, "request": JSON text}``; its answer ``{"answer": JSON text}`` or ``{"problem": JSON text}``
(RFC 9457). The inner texts are encoded and read by msgspec against the annotated types; the bus carries them as strings, so
that no serializer on the way can give a meaning of its own to what people wrote.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Protocol, TypeVar, cast

import msgspec
from greenlet import GreenletExit  # type: ignore[import-untyped]

from shared.contracts.calls import Call
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.logs import Journal, correlated, correlation
from shared.problems import BadRequest, Problem

T = TypeVar("T")

journal = Journal("bus")

Envelope = Mapping[str, Any]


class CallTokenIssuer(Protocol):
    """Signs and checks who acts (shared.identity.call_token.CallTokens)."""

    def issue(self, acting: CallContext, ttl_s: int = 60) -> str:
        """Return a passport good for `ttl_s` seconds."""
        ...

    def open(self, text: str) -> CallContext:
        """Return who acts; raises NotSignedIn."""
        ...


class RpcMethod:
    """One remote method: its public name and what it takes."""

    def __init__(self, method: Callable[..., Any]) -> None:
        self.method = method
        self.name = method.__name__

    @functools.cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """Read the request's JSON as the annotated type. Late, because annotations are names until the module is whole."""
        return msgspec.json.Decoder(typing.get_type_hints(self.method)["request"])

    def serve(self, service: Any, envelope: object) -> dict[str, str]:
        """Carry out one call and return what goes back. Raises nothing but what stops the process."""
        try:
            call = _call(envelope)
            acting = service.call_tokens.open(call.passport)
            with correlated(acting.correlation) as correlation_id:
                acting = msgspec.structs.replace(acting, correlation=correlation_id)
                return {"answer": self._answer(service, acting, call.request)}
        except Problem as problem:
            return {"problem": _text(problem.to_document())}
        except (GreenletExit, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # an eventlet.Timeout is no Exception, and would leak the message
            return {"problem": _text(self._unexpected(service, error).to_document())}

    def _answer(self, service: Any, acting: CallContext, text: str) -> str:
        request = self._read(text)
        require(acting, f"{service.name}.{self.name}", school=_scope(request, "school"), commune=_scope(request, "commune"))
        try:
            return _text(self.method(service, acting, request))
        except Exception as error:
            if isinstance(error, Problem):
                raise
            raise self._unexpected(service, error) from error

    def _read(self, text: str) -> Any:
        try:
            return self.decoder.decode(text)
        except msgspec.DecodeError as error:
            raise bad_request(error) from error

    def _unexpected(self, service: Any, error: BaseException) -> Problem:
        journal.error("call-failed", error=error, operation=f"{service.name}.{self.name}")
        return Problem(
            "Có lỗi bên trong hệ thống, đã được ghi lại. Tải lại trang để xem việc đã lưu hay chưa; nếu chưa, làm lại. "
            "Nếu vẫn lỗi, gửi mã tra cứu cho người quản trị.",
            correlation=correlation(),
        )


class _Call(msgspec.Struct, frozen=True):
    passport: str
    request: str


def _call(envelope: object) -> _Call:
    try:
        return msgspec.convert(envelope, _Call)
    except msgspec.ValidationError as error:
        raise bad_request(error) from error


def bad_request(error: msgspec.DecodeError) -> BadRequest:
    """Return the problem that says where a request is wrong; `path` is a JSON path, `$` the request itself."""
    expected, _, place = str(error).partition(" - at `")
    path = place.rstrip("`") or "$"
    return BadRequest(f"Yêu cầu không đúng dạng ở chỗ {path}. Chưa có gì thay đổi.", path=path, expected=expected)


def _scope(request: Any, field: str) -> str:
    value = getattr(request, field, "")
    return value if isinstance(value, str) else ""


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def envelope(passport: str, request: Call) -> dict[str, str]:
    """Return a call as it travels."""
    return {"passport": passport, "request": _text(request)}


@functools.lru_cache(maxsize=256)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


class RpcReply(msgspec.Struct, frozen=True):
    """What comes back: one of the two."""

    answer: str | None = None
    problem: str | None = None


def open_reply(reply: object, answer: type[T]) -> T:
    """Return the answer in a reply, or raise the Problem that is in it."""
    try:
        received = msgspec.convert(reply, RpcReply)
        if received.problem is not None:
            raise Problem.from_document(msgspec.json.decode(received.problem, type=dict[str, Any]))
        decoded: T = _decoder(cast("Hashable", answer)).decode(received.answer or "")
    except msgspec.DecodeError as error:
        journal.error("answer-unreadable", error=error, answer=getattr(answer, "__name__", str(answer)))
        raise Problem(
            "Dịch vụ trả lời không đúng dạng: các phần của hệ thống không cùng phiên bản. Báo người quản trị.",
            correlation=correlation(),
        ) from error
    return decoded


def with_correlation(acting: CallContext) -> CallContext:
    """Return the acting with what it is part of, if it does not say so itself."""
    known = correlation()
    return acting if acting.correlation or not known else msgspec.structs.replace(acting, correlation=known)
