"""Coming in and going out: sign in, the one-time link, the invitation, the first page of each role, everything else."""

from __future__ import annotations

import math
import re

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from services.portal.pages import formatting, forms, query_params
from services.portal.pages.help_texts import about
from services.portal.pages.site import blueprint, first_page, navigation, places, render
from services.portal.web import context, input_limits, sessions
from services.portal.web.context import caller, directory, public, settings, signed_in
from shared.clock import SystemClock
from shared.problems import Problem
from shared.vocabulary.ids import CommuneCode

INVITATION_COOKIE = "kd_moi"
INVITATION_S = 3600
_OURS = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*\Z")


@blueprint.get("/")
@public
def home() -> Response:
    """Go to the first page of the caller's place; a stranger to the sign-in."""
    if not signed_in():
        return redirect("/vao")
    found = places(caller())
    return redirect(first_page(found[0]) if len(found) == 1 else "/them")


@blueprint.get("/vao")
@public
def sign_in_page() -> str | Response:
    """Ask for login and password."""
    if signed_in():
        return redirect(_next())
    return _gate("vao.html", problem=None, login="", following=_next())


@blueprint.post("/vao")
@public
def sign_in() -> str | Response | tuple[str, int]:
    """Sign in and go on to where the person wanted to be."""
    login = forms.text("login")
    try:
        sessions.sign_in(login, request.form.get("password", ""))
    except Problem as problem:
        return _gate("vao.html", problem=problem, login=login, following=_next()), problem.status
    return redirect(_next(), 303)


@blueprint.get("/vao/<token>")
@blueprint.get("/vao/mot-lan/<token>")
@public
def sign_in_once(token: str) -> str | Response | tuple[str, int]:
    """Use the administrator's one-time link. A HEAD (a preview) does not use it up."""
    if request.method == "HEAD":
        return make_response("")
    try:
        sessions.sign_in_once(token)
    except Problem as problem:
        return _gate("vao.html", problem=problem, login="", following="/"), problem.status
    return redirect("/", 303)


@blueprint.get("/loi-moi/<token>")
@public
def invitation_link(token: str) -> Response:
    """Take the secret out of the address, so that no history or screenshot keeps it."""
    response = redirect("/loi-moi", 303)
    response.set_cookie(
        INVITATION_COOKIE,
        token,
        max_age=INVITATION_S,
        httponly=True,
        samesite="Lax",
        secure=settings().secure,
        path="/loi-moi",
    )
    return response


@blueprint.get("/loi-moi")
@public
def invitation_page() -> str | tuple[str, int]:
    """Show for whom the invitation is, and ask for a password."""
    return _invitation(None)


def _invitation(problem: Problem | None) -> str | tuple[str, int]:
    try:
        invitation = sessions.invitation(request.cookies.get(INVITATION_COOKIE, ""))
    except Problem as ended:
        return _gate("vao.html", problem=ended, login="", following="/"), ended.status
    hours = math.ceil((invitation.expires_at - SystemClock().now()).total_seconds() / 3600)
    page = _gate("loi-moi.html", problem=problem, invitation=invitation, hours=hours, following="/")
    return (page, problem.status) if problem else page


@blueprint.post("/loi-moi")
@public
def accept_invitation() -> str | Response | tuple[str, int]:
    """Set the password and come in."""
    first, second = request.form.get("password", ""), request.form.get("again", "")
    if first != second:
        return _invitation(_Different("Hai lần nhập chưa giống nhau. Chưa đặt mật khẩu."))
    try:
        sessions.accept_invitation(request.cookies.get(INVITATION_COOKIE, ""), first)
    except Problem as problem:
        return _invitation(problem)
    response = redirect("/", 303)
    response.delete_cookie(INVITATION_COOKIE, path="/loi-moi")
    return response


class _Different(Problem):
    """The two passwords differ."""

    type = "mat-khau-khac-nhau"
    status = 422
    title = "Hai mật khẩu khác nhau"


@blueprint.post("/ra")
@public
def sign_out() -> Response:
    """End the session."""
    sessions.sign_out()
    return redirect("/vao", 303)


@blueprint.get("/them")
def more() -> str:
    """Show every place and entry of the caller: the phone's last tab, and how to change places."""
    workplaces = places(caller())
    return render(
        "them.html",
        active="",
        places=[(p, _place_name(p.kind, p.code), formatting.ROLE_LABELS[p.role], navigation(p)) for p in workplaces],
        inviting=any(p.kind == "truong" for p in workplaces) and context.may("identity.invite"),
    )


def _place_name(kind: str, code: str) -> str:
    if kind == "truong":
        return formatting.place_name(code)
    if kind == "xa":
        entry = directory().commune(CommuneCode(code))
        return entry.name if entry else code
    return {"so": "Sở Giáo dục và Đào tạo", "kiem-toan": "Kiểm toán", "quan-tri": "Quản trị"}.get(kind, "Chương trình")


def _next() -> str:
    """Return where to go after signing in: a path of this portal, never another site."""
    wanted = query_params.text_or_field("tiep", input_limits.LONGEST_ADDRESS)
    return wanted if _OURS.match(wanted) and not wanted.startswith(("/vao", "/ra")) else "/"


def _gate(template: str, **data: object) -> str:
    return render_template(template, shell=None, **data)


@blueprint.get("/tro-giup")
@public
def help_page() -> str:
    """Explain the page one comes from, then the main things shortly."""
    return _help("")


@blueprint.get("/tro-giup/<page>")
@public
def help_topic(page: str) -> str:
    """Explain one thing: keys, or how to check a proof."""
    return _help(page if page in {"phim-tat", "tu-kiem"} else "")


def _help(page: str) -> str:
    found = about(query_params.text("tu", input_limits.LONGEST_ADDRESS))
    if signed_in():
        return render("tro-giup.html", page=page, about=found)
    return _gate("tro-giup.html", page=page, about=found)
