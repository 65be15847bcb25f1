"""Before a view runs: which host, who calls, may a stranger come in, was the form ours."""

from __future__ import annotations

import hmac
import re
import time
from urllib.parse import urlencode

import msgspec
from flask import Flask, current_app, g, redirect, request
from werkzeug.wrappers import Response

from services.portal.web import consistency, csrf, input_limits
from services.portal.web.context import RequestContext, is_public, request_context, wiring
from shared.contracts.calls.identity import TOKEN_PREFIX
from shared.identity.call_context import OWNER_ACTOR, OWNER_GRANTS, CallContext
from shared.identity.secret_hash import hash_secret
from shared.ids import new_id
from shared.logs import CORRELATION
from shared.problems import BadRequest, NotAllowed, NotSignedIn, Unavailable

SESSION_COOKIE = "kd_phien"
ANONYMOUS_COOKIE = "kd_truoc"
API_PREFIX = "/api/"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CORRELATION = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
_COOKIE = re.compile(r"[A-Za-z0-9_-]{16,128}\Z")


class BadHost(BadRequest):
    """The Host header is none of ours: a rebinding attack or a wrong address."""

    type = "sai-dia-chi"
    status = 421
    title = "Địa chỉ này không phải của hệ thống"


def guard(app: Flask) -> None:
    """Put the middleware before every view of `app`, the static files and unknown addresses included."""
    app.before_request(_before)
    app.teardown_request(_end)


def _before() -> Response | None:
    # One function, for Flask looks at each that is registered whether it is a coroutine, at every request.
    _begin()
    consistency.take()
    _bound()
    _check_host()
    _identify()
    sent_to_sign_in = _admit()
    if sent_to_sign_in is None:
        _check_form()
    return sent_to_sign_in


def _begin() -> None:
    correlation = request.headers.get("X-Correlation-Id", "")
    context = RequestContext(correlation=correlation if _CORRELATION.match(correlation) else new_id().hex)
    context.started = time.perf_counter()
    # The route template, never the path: a path or query may hold what a person typed.
    context.route = request.url_rule.rule if request.url_rule else "-"
    g.request_context = context
    g.correlation_token = CORRELATION.set(context.correlation)


def _bound() -> None:
    """Nothing that no view could take comes further: paths and queries here, forms where they are read."""
    if request.view_args:
        request.view_args = {name: input_limits.place(value) for name, value in request.view_args.items()}
    input_limits.check_query(request.args.items(multi=True))


def _end(_error: BaseException | None) -> None:
    consistency.leave()
    token = g.pop("correlation_token", None)
    if token is not None:
        CORRELATION.reset(token)


def _check_host() -> None:
    hosts = wiring().settings.hosts
    host = request.host.lower()
    if hosts and host not in hosts and host.rpartition(":")[0] not in hosts:
        raise BadHost("Mở hệ thống bằng đúng địa chỉ đã được cấp.")


def _identify() -> None:
    if request.endpoint == "static":
        return
    authorization = request.headers.get("Authorization", "")
    if authorization:
        _by_token(authorization)
    else:
        _by_cookie()


def _by_token(authorization: str) -> None:
    context = request_context()
    scheme, _, token = authorization.partition(" ")
    acting = _acting_with(context, token.strip()) if scheme.lower() == "bearer" else None
    if acting is None:
        # A bad token never falls back to a cookie: a program must learn that its token ended.
        raise NotSignedIn("Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi.")
    context.acting, context.by_token = acting, True


def _acting_with(context: RequestContext, token: str) -> CallContext | None:
    """Return who acts with a token: the owner of the data folder, whom only this folder knows, a program, or a person."""
    owner, correlation = wiring().settings.owner_token_sha256, context.correlation
    if owner and hmac.compare_digest(hash_secret(token), owner.lower()):
        return CallContext(actor=OWNER_ACTOR, grants=OWNER_GRANTS, correlation=correlation)
    held = wiring().identity.token(token, anew=_changes()) if token.startswith(TOKEN_PREFIX) else None
    if held is None:
        return None
    acting = CallContext(actor=held.actor, grants=tuple(held.grants), correlation=correlation)
    if held.account is None:
        return acting
    # What is given to a person through a token ends with the token, as in a session with the session.
    context.account = held.account
    return msgspec.structs.replace(acting, sitting=hash_secret(token))


def _changes() -> bool:
    """Say whether the request may change something: then nobody acts on what is cached of them."""
    return request.method not in _SAFE


def _by_cookie() -> None:
    context = request_context()
    anonymous = request.cookies.get(ANONYMOUS_COOKIE, "")
    context.anonymous = anonymous if _COOKIE.match(anonymous) else ""
    secret = request.cookies.get(SESSION_COOKIE, "")
    if not _COOKIE.match(secret):
        return
    try:
        held = wiring().identity.session(secret, anew=_changes())
    except Unavailable:
        if _changes() or not _is_open():
            raise
        return  # what is open to anyone is shown to anyone; the cookie stays
    if held is None or held.account is None:
        context.fresh_session = ""
        return
    context.session, context.account, context.has_password = secret, held.account, held.has_password
    context.acting = CallContext(
        actor=held.account.account, grants=tuple(held.grants), correlation=context.correlation, sitting=hash_secret(secret)
    )


def _is_open() -> bool:
    """Say whether anyone may see what is asked for; an address that does not exist shows nothing to anyone."""
    return request.endpoint is None or is_public(current_app.view_functions[request.endpoint])


def _admit() -> Response | None:
    if request.endpoint in {None, "static"}:
        return None
    view = current_app.view_functions[str(request.endpoint)]
    if request_context().acting is not None or is_public(view):
        return None
    if request.path.startswith(API_PREFIX) or request.method not in _SAFE:
        raise NotSignedIn("Hết phiên hoặc chưa đăng nhập. Đăng nhập rồi thử lại.")
    back = request.full_path if request.query_string else request.path
    return redirect(f"/vao?{urlencode({'tiep': back})}", 303)


def _check_form() -> None:
    if request.method in _SAFE or request_context().by_token or request.endpoint is None:
        return
    if not request.is_json:
        input_limits.check_form(request.form.items(multi=True))
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowed("Biểu mẫu này được gửi từ một trang khác nên không được nhận.")
    token = request.headers.get(csrf.HEADER) or ("" if request.is_json else request.form.get(csrf.FIELD, ""))
    if not csrf.is_valid(request_context(), wiring().settings, token):
        raise NotAllowed("Biểu mẫu đã cũ hoặc không phải của phiên này. Mở lại trang rồi gửi lần nữa.")
