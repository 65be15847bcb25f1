"""What a call looks like on the wire, and the one way it is served: call token, decode, permission, do, encode. No bus.

A call is ``{"passport": text, "request": JSON text}``, with a consistency token ``"after"`` when its caller carries one. Its
answer is ``{"answer": JSON text}``, with what the token gained in ``"at"``, or ``{"problem": JSON text}`` (RFC 9457). The
inner texts are encoded and read by msgspec against the annotated types; the bus carries them as strings, so that no
serializer on the way can give a meaning of its own to what people wrote. A `SecretCall` is hidden for this call token, a
`SecretAnswer` for this call token and this very request: on the way they can neither be read nor be made.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Hashable, Mapping
from time import perf_counter
from typing import Annotated, Any, Protocol, TypeVar, cast

import msgspec
from greenlet import GreenletExit  # type: ignore[import-untyped]

from shared.consistency import LARGEST_POSITION, MOST_SOURCES, carried, carrying, note
from shared.contracts.calls import Call, SecretAnswer, SecretCall
from shared.identity.call_context import CallContext
from shared.identity.permissions import require
from shared.logs import Journal, correlated, correlation
from shared.observability.metrics import rpc_timer
from shared.problems import BadRequest, NotSignedIn, Problem
from shared.vocabulary.ids import CommuneCode, Position, SchoolCode

T = TypeVar("T")

journal = Journal("bus")

Envelope = Mapping[str, Any]


class CallTokenIssuer(Protocol):
    """Signs and checks who acts (shared.identity.call_token.CallTokens)."""

    def issue(self, acting: CallContext, ttl_s: int = 60) -> str:
        """Return a call token good for `ttl_s` seconds."""
        ...

    def open(self, text: str) -> CallContext:
        """Return who acts; raises NotSignedIn."""
        ...

    def hide(self, text: str, bound: str) -> str:
        """Return a text that nobody without the key can read or make, bound to another."""
        ...

    def reveal(self, hidden: str, bound: str) -> str:
        """Return what was hidden, bound to the same; raises NotSignedIn."""
        ...


class RpcMethod:
    """One remote method: its public name, what it takes, and whose facts it rests on."""

    def __init__(self, method: Callable[..., Any], follows: tuple[str, ...] = ()) -> None:
        self.method = method
        self.follows = follows
        self.name = method.__name__

    @functools.cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """Read the request's JSON as the annotated type. Late, because annotations are names until the module is whole."""
        return msgspec.json.Decoder(self._types["request"])

    @functools.cached_property
    def _types(self) -> dict[str, Any]:
        return typing.get_type_hints(self.method)

    def serve(self, service: Any, envelope: object) -> dict[str, Any]:
        """Carry out one call and return what goes back. Raises nothing but what stops the process."""
        began = perf_counter()
        reply = self._reply(service, envelope)
        rpc_timer(f"{service.name}.{self.name}", next(iter(reply))).observe(perf_counter() - began)
        return reply

    def _reply(self, service: Any, envelope: object) -> dict[str, Any]:
        try:
            call = _call(envelope)
            acting = service.call_tokens.open(call.passport)
            with correlated(acting.correlation) as correlation_id, carrying(call.after) as token:
                acting = msgspec.structs.replace(acting, correlation=correlation_id)
                reply: dict[str, Any] = {"answer": self._answer(service, acting, call)}
                gained = {source: position for source, position in token.items() if position > call.after.get(source, 0)}
                return {**reply, "at": gained} if gained else reply
        except Problem as problem:
            return {"problem": _text(problem.to_document())}
        except (GreenletExit, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  # an eventlet.Timeout is no Exception, and would leak the message
            return {"problem": _text(self._unexpected(service, error).to_document())}

    def _answer(self, service: Any, acting: CallContext, call: _Call) -> str:
        secret = is_secret(self._types["request"])
        request = self._read(service.call_tokens.reveal(call.request, call.passport) if secret else call.request)
        require(
            acting,
            f"{service.name}.{self.name}",
            school=SchoolCode(_scope(request, "school")),
            commune=CommuneCode(_scope(request, "commune")),
        )
        try:
            text = _text(self._run(service, acting, request, call.after))
            return service.call_tokens.hide(text, _bound(call)) if is_secret(self._types.get("return")) else text
        except Exception as error:
            if isinstance(error, Problem):
                raise
            raise self._unexpected(service, error) from error

    def _run(self, service: Any, acting: CallContext, request: Any, after: Mapping[str, Position]) -> Any:
        run = functools.partial(self.method, service, acting, request)
        return service.following.run(service.application, self.follows, after, run) if self.follows else run()

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


Positions = Annotated[
    dict[
        Annotated[str, msgspec.Meta(max_length=32)],
        Annotated[Position, msgspec.Meta(ge=0, le=LARGEST_POSITION)],
    ],
    msgspec.Meta(max_length=MOST_SOURCES),
]


class _Call(msgspec.Struct, frozen=True):
    passport: str
    request: str
    after: Positions = {}


def is_secret(kind: Any) -> bool:
    """Say whether a request or an answer of this type is hidden on the way."""
    return isinstance(kind, type) and issubclass(kind, SecretCall | SecretAnswer)


def _bound(call: _Call) -> str:
    return f"{call.passport}\n{call.request}"


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


def envelope(passport: str, request: Call, call_tokens: CallTokenIssuer | None = None) -> dict[str, Any]:
    """Return a call as it travels, with the consistency token that is carried here; a secret request needs `call_tokens`."""
    text = _text(request)
    if is_secret(type(request)):
        text = _needed(call_tokens).hide(text, passport)
    call: dict[str, Any] = {"passport": passport, "request": text}
    token = carried()
    return {**call, "after": token} if token else call


def _needed(call_tokens: CallTokenIssuer | None) -> CallTokenIssuer:
    if call_tokens is None:
        raise TypeError("what is secret travels hidden only")
    return call_tokens


@functools.lru_cache(maxsize=256)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


class RpcReply(msgspec.Struct, frozen=True):
    """What comes back: answer or problem, and what the caller's token gains."""

    answer: str | None = None
    problem: str | None = None
    at: Positions = {}


def open_reply(
    reply: object, answer: type[T], call: Mapping[str, Any] | None = None, call_tokens: CallTokenIssuer | None = None
) -> T:
    """Return the answer in the reply to a call, or raise the Problem that is in it.

    `call` and `call_tokens` may be left out where the answer is not secret.
    """
    try:
        received = msgspec.convert(reply, RpcReply)
        if received.problem is not None:
            raise Problem.from_document(msgspec.json.decode(received.problem, type=dict[str, Any]))
        text = received.answer or ""
        if is_secret(answer):
            text = _needed(call_tokens).reveal(text, _bound(_Call(**(call or {}))))
        decoded: T = _decoder(cast("Hashable", answer)).decode(text)
        for source, position in received.at.items():
            note(source, position)
    except (msgspec.DecodeError, NotSignedIn) as error:
        journal.error("answer-unreadable", error=error, answer=getattr(answer, "__name__", str(answer)))
        raise Problem(
            "Dịch vụ trả lời không đúng dạng: các phần của hệ thống không cùng phiên bản. Báo người quản trị.",
            correlation=correlation(),
        ) from error
    return decoded


def with_correlation(acting: CallContext) -> CallContext:
    """Return the call context with the correlation id of the work under way, if it has none of its own."""
    known = correlation()
    return acting if acting.correlation or not known else msgspec.structs.replace(acting, correlation=known)
