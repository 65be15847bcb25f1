"""Signing in and out, for the pages: each call sets or takes away the session cookie with the answer."""

from __future__ import annotations

from flask import request

from services.portal.web.context import identity, request_context
from shared.contracts.calls.identity import AccountView, InvitationView, SignedIn
from shared.problems import NotSignedIn


def sign_in(login: str, password: str) -> AccountView:
    """Start a session for a person.

    Raises WrongPassword (401, the same for an unknown login) or TooManyAttempts (429, `retry_after_s` in its data).
    """
    return _enter(identity().sign_in(login, password, address=request.remote_addr or ""))


def sign_in_once(token: str) -> AccountView:
    """Start a session for the administrator by the one-time link that the launcher printed (``/vao/<token>``).

    Raises LinkSpent when it was used or is too old.
    """
    return _enter(identity().sign_in_once(token))


def invitation(token: str) -> InvitationView:
    """Return what an invitation link is for, without using it.

    Raises LinkSpent when it was used or is too old.
    """
    return identity().invitation(token)


def accept_invitation(token: str, password: str) -> AccountView:
    """Set the password of an invited person and start a session.

    Raises LinkSpent, or WeakPassword (422) with what to change; the link then still works.
    """
    return _enter(identity().accept_invitation(token, password))


def has_password() -> bool:
    """Say whether the person who is signed in has a password, or came in by a link alone."""
    return request_context().has_password


def change_password(old: str, new: str) -> None:
    """Change the password of the person who is signed in; this session goes on, all others end.

    Raises NotSignedIn, WrongOldPassword, TooManyAttempts, WeakPassword.
    """
    context = request_context()
    if context.account is None or not context.session:
        raise NotSignedIn("Hết phiên hoặc chưa đăng nhập. Chưa đổi gì. Đăng nhập rồi thử lại.")
    identity().change_password(context.session, old, new)


def sign_out() -> None:
    """End the session, here and in the database."""
    if request_context().session:
        identity().sign_out(request_context().session)
    request_context().fresh_session = ""


def _enter(entered: SignedIn) -> AccountView:
    if request_context().session:
        identity().sign_out(request_context().session)
    request_context().fresh_session, request_context().fresh_session_s = entered.session, entered.lasts_s
    return entered.account
