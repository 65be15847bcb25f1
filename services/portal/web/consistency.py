"""Read-your-writes over HTTP: the consistency token of a person in a cookie, of a program in a header.

The token is no secret and no right: it says only how fresh the answer has to be, and nobody waits long for it. So it is
neither signed nor kept here. A program is given it with what it recorded, and sends it back if it wants to. A browser keeps
it for half a minute, which is longer than events are ever late, and loses it when it was waited for in vain: what is tried
again then is answered from what is known.
"""

from __future__ import annotations

from flask import Response, g, request

from services.portal.web.context import request_context, wiring
from shared import consistency
from shared.consistency import HEADER, NoToken
from shared.problems import BadRequest

COOKIE = "kd_moi"
KEPT_S = 30
_LATE = 503


def take() -> None:
    """Carry the token that came with the request through all that it sets in motion.

    Raises BadRequest for a header that is none; a cookie that is none counts as left out.
    """
    context = request_context()
    header = request.headers.get(HEADER)
    try:
        context.came = consistency.parse(header if header is not None else request.cookies.get(COOKIE, ""))
    except NoToken as error:
        if header is not None:
            raise BadRequest(
                f"{HEADER} viết như assessment=12, evidence=340: gửi lại đúng như đã nhận, hoặc bỏ đi.", path=HEADER
            ) from error
    context.token = dict(context.came)
    g.consistency_held = consistency.begin(context.token)


def leave() -> None:
    """Carry nothing any more."""
    held = g.pop("consistency_held", None)
    if held is not None:
        consistency.end(held)


def give(response: Response) -> None:
    """Give back what was recorded: to a program as a header, to a browser as a cookie."""
    context = request_context()
    grown = context.token != context.came
    if grown:
        response.headers[HEADER] = consistency.render(context.token)
    if context.by_token or not request.endpoint or request.endpoint == "static":
        return
    secure = wiring().settings.secure
    if response.status_code == _LATE and COOKIE in request.cookies:
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=secure)
    elif grown:
        text = consistency.render(context.token)
        response.set_cookie(COOKIE, text, max_age=KEPT_S, httponly=True, samesite="Lax", secure=secure)
