"""After a view ran: problems as problem+json or a page, security headers, cookies, and one line in the access log."""

from __future__ import annotations

import functools
import time

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from services.portal.web import consistency
from services.portal.web.auth_middleware import ANONYMOUS_COOKIE, API_PREFIX, SESSION_COOKIE
from services.portal.web.context import RequestContext, request_context, wiring
from shared.logs import Journal
from shared.problems import BadRequest, NotFound, Problem, Unavailable, WrongMethod

access = Journal("access")
journal = Journal("portal")
PROBLEM_JSON = "application/problem+json"


class RequestTooLarge(Problem):
    """The body is larger than the portal takes; files go to the file gateway."""

    type = "yeu-cau-qua-lon"
    status = 413
    title = "Yêu cầu quá lớn"


def install(app: Flask) -> None:
    """Register on `app` what is done with every answer."""
    app.register_error_handler(Problem, _on_problem)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_failure)
    app.after_request(_finish)


def _on_problem(problem: Problem) -> Response:
    document = {**problem.to_document(), "correlation": request_context().correlation}
    if _wants_json():
        response = Response(msgspec.json.encode(document, enc_hook=str), problem.status, content_type=PROBLEM_JSON)
    else:
        response = Response(_page(problem), problem.status, content_type="text/html; charset=utf-8")
    retry = problem.data.get("retry_after_s")
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    elif isinstance(problem, Unavailable) or problem.status == 503:
        response.headers["Retry-After"] = "5"
    if problem.status == 401 and request.path.startswith(API_PREFIX):
        response.headers["WWW-Authenticate"] = 'Bearer realm="kiemdinh"'
    return response


def _on_http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        limit = wiring().settings.max_body_bytes
        return _on_problem(RequestTooLarge(f"Yêu cầu dài hơn {limit} byte. Chưa ghi gì.", limit_bytes=limit))
    if code == 404:
        return _on_problem(NotFound("Không có trang ở địa chỉ này."))
    if code == 405:
        response = _on_problem(WrongMethod())
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
        return response
    return _on_problem(BadRequest("Yêu cầu không đọc được.") if code < 500 else Problem())


def _on_failure(error: Exception) -> Response:
    journal.error("request-failed", error, route=request_context().route)
    return _on_problem(
        Problem("Có lỗi bên trong hệ thống. Chưa rõ việc vừa làm đã ghi hay chưa; xem lại trang rồi thử lại.")
    )


def _wants_json() -> bool:
    return request.path.startswith(API_PREFIX) or request.accept_mimetypes.best in {"application/json", PROBLEM_JSON}


def _page(problem: Problem) -> str:
    try:
        return wiring().problem_page(problem, request_context().correlation)
    except Exception as error:  # noqa: BLE001 - the page of an error must never be an error itself
        journal.error("error-page-failed", error)
        return "<!doctype html><html lang=vi><meta charset=utf-8><title>Lỗi</title><h1>Có lỗi bên trong hệ thống</h1>"


def _finish(response: Response) -> Response:
    context = request_context()
    _set_headers(response, context)
    _set_cookies(response, context)
    consistency.give(response)
    took = round((time.perf_counter() - context.started) * 1000, 1)
    access.info("request", method=request.method, route=context.route, status=response.status_code, took_ms=took)
    return response


def content_security_policy(door: str) -> str:
    """Return the policy: nothing but our own files, and the file gateway for images, uploads and its form."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' {door}".rstrip(),
            f"connect-src 'self' {door}".rstrip(),
            f"form-action 'self' {door}".rstrip(),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


@functools.lru_cache(maxsize=16)
def _security_headers(door: str, *, secure: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers that every answer has; the same for all of an installation, so they are put together once."""
    always = (
        ("Content-Security-Policy", content_security_policy(door)),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"),
    )
    return (*always, ("Strict-Transport-Security", "max-age=31536000")) if secure else always


def _set_headers(response: Response, context: RequestContext) -> None:
    settings = wiring().settings
    headers = response.headers
    headers["X-Correlation-Id"] = context.correlation
    headers.extend(_security_headers(settings.door, secure=settings.secure))
    if request.endpoint == "static":
        if "v" in request.args and response.status_code == 200:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        headers.setdefault("Cache-Control", "private, no-store" if "ETag" not in headers else "private, no-cache")
        headers["Vary"] = "Cookie, Authorization, Accept"


def _set_cookies(response: Response, context: RequestContext) -> None:
    secure = wiring().settings.secure
    if context.fresh_session:
        age = context.fresh_session_s
        response.set_cookie(SESSION_COOKIE, context.fresh_session, max_age=age, httponly=True, samesite="Lax", secure=secure)
        response.delete_cookie(ANONYMOUS_COOKIE, httponly=True, samesite="Lax", secure=secure)
    elif context.fresh_session == "":
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=secure)
    if context.fresh_anonymous and not context.fresh_session:
        response.set_cookie(ANONYMOUS_COOKIE, context.fresh_anonymous, httponly=True, samesite="Lax", secure=secure)
