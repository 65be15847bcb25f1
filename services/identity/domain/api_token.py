"""One program's token: issued with roles until a moment, revoked."""

from __future__ import annotations

import datetime as dt
import uuid

from services.identity.domain.facts import GrantFact, TokenIssued, TokenRevoked
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.problems import NotFound
from shared.vocabulary.accounts import TokenState


class ApiToken(Aggregate):
    """The life of one token; its secret is not here. Repeating a command that holds already records nothing."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.revoked = False
        self.account = ""
        """As whom it acts: the account of a person, none for a program that acts as itself."""

    def issue(
        self, grants: tuple[GrantFact, ...], expires_at: dt.datetime, meta: EventMetadata, *, account: str = ""
    ) -> None:
        """Give the program these roles until `expires_at`; of a person's account, to act as that person."""
        if self.version == 0:
            fact = TokenIssued(token=str(self.id), grants=grants, expires_at=expires_at, account=account)
            self.record(fact, meta)

    def revoke(self, meta: EventMetadata) -> None:
        """Take the token back.

        Raises NotFound for one that was never issued.
        """
        if self.version == 0:
            raise NotFound("Không có mã truy cập này.")
        if not self.revoked:
            self.record(TokenRevoked(token=str(self.id)), meta)

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case TokenIssued(account=account):
                self.account = account
            case TokenRevoked():
                self.revoked = True
            case _:
                pass


def token_state(revoked: bool, expires_at: dt.datetime, now: dt.datetime) -> TokenState:
    """Return the state of a token at a moment: what was revoked is never merely expired."""
    if revoked:
        return TokenState.REVOKED
    return TokenState.ACTIVE if now < expires_at else TokenState.EXPIRED
