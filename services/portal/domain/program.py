"""One program's token: issued with roles until a moment, revoked."""

from __future__ import annotations

import datetime as dt
import uuid

from services.portal.domain.facts import GrantFact, TokenIssued, TokenRevoked
from shared.eventlog.facts import Fact, Meta
from shared.eventlog.stream import Stream
from shared.problems import NotFound


class ProgramToken(Stream):
    """The life of one token; its secret is not here. Repeating a command that holds already records nothing."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.revoked = False

    def issue(self, grants: tuple[GrantFact, ...], expires_at: dt.datetime, meta: Meta) -> None:
        """Give the program these roles until `expires_at`."""
        if self.version == 0:
            self.record(TokenIssued(token=str(self.id), grants=grants, expires_at=expires_at), meta)

    def revoke(self, meta: Meta) -> None:
        """Take the token back.

        Raises NotFound for one that was never issued.
        """
        if self.version == 0:
            raise NotFound("Không có mã truy cập này.")
        if not self.revoked:
            self.record(TokenRevoked(token=str(self.id)), meta)

    def evolve(self, fact: Fact, meta: Meta, version: int) -> None:
        if isinstance(fact, TokenRevoked):
            self.revoked = True
