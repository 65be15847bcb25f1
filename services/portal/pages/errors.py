"""The page of an error: what happened, what state the data is in, what to do next."""

from __future__ import annotations

from typing import Any

from flask import render_template

from services.portal.pages.site import render
from services.portal.web import context
from shared.problems import Problem

_NEXT = {
    401: ("Đăng nhập lại", "/vao"),
    403: ("Về trang đầu", "/"),
    404: ("Về trang đầu", "/"),
    410: ("Đăng nhập", "/vao"),
}


def problem_page(problem: Problem, correlation: str) -> str:
    """Return the page of a problem; for a stranger in the frame that needs no sign-in."""
    name, href = _NEXT.get(problem.status, ("Thử lại", ""))
    data: dict[str, Any] = {"problem": problem, "correlation": correlation, "next_name": name, "next_href": href}
    if context.signed_in():
        return render("loi.html", **data)
    return render_template("loi-ngoai.html", shell=None, **data)
