"""The ways in and out as the gateway takes them: the secret here, its hash there."""

from __future__ import annotations

from services.identity.application import IdentityApplication
from shared.contracts.calls.identity import (
    AcceptInvitation,
    AccountView,
    ChangePassword,
    InvitationView,
    LinkRequest,
    ProgramRequest,
    SessionRequest,
    SignedIn,
    SignIn,
)
from shared.identity.call_context import CallContext, gateway
from shared.identity.secret_hash import hash_secret

GATEWAY = gateway(correlation="c-1")


class AsGateway:
    """Asks an identity application as the gateway does; secrets in and out."""

    def __init__(self, app: IdentityApplication) -> None:
        self._app = app

    def sign_in(self, login: str, password: str, *, address: str = "") -> tuple[AccountView, str]:
        return _pair(self._app.sign_in(GATEWAY, SignIn(login=login, password=password, address=address)))

    def sign_in_once(self, link: str) -> tuple[AccountView, str]:
        return _pair(self._app.sign_in_once(GATEWAY, LinkRequest(link=hash_secret(link))))

    def invitation(self, link: str) -> InvitationView:
        return self._app.invitation(GATEWAY, LinkRequest(link=hash_secret(link)))

    def accept_invitation(self, link: str, password: str) -> tuple[AccountView, str]:
        return _pair(self._app.accept_invitation(GATEWAY, AcceptInvitation(link=hash_secret(link), password=password)))

    def change_password(self, session: str, old: str, new: str) -> None:
        self._app.change_password(GATEWAY, ChangePassword(sitting=hash_secret(session), old=old, new=new))

    def sign_out(self, session: str) -> None:
        self._app.sign_out(GATEWAY, SessionRequest(sitting=hash_secret(session)))

    def acting_of_session(self, session: str) -> tuple[AccountView, CallContext] | None:
        hashed = hash_secret(session)
        held = self._app.session_holder(GATEWAY, SessionRequest(sitting=hashed))
        if held.account is None:
            return None
        return held.account, CallContext(actor=held.account.account, grants=tuple(held.grants), sitting=hashed)

    def acting_of_token(self, token: str) -> CallContext | None:
        held = self._app.token_holder(GATEWAY, ProgramRequest(secret=hash_secret(token)))
        return CallContext(actor=held.actor, grants=tuple(held.grants)) if held.actor else None


def _pair(entered: SignedIn) -> tuple[AccountView, str]:
    assert entered.session not in repr(entered), "a secret that is printed by mistake"
    return entered.account, entered.session
