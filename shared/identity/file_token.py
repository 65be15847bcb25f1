"""Tickets: short-lived signed claims that open the evidence door for one file. A ticket is never a passport."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shared.clock import Clock
from shared.identity.signing import BadSignature, TokenSigner
from shared.problems import NotSignedIn

TICKET_PURPOSE = "kdt1"

Claims = dict[str, str | int]


class FileTokens:
    """Issues and opens tickets; the key is derived apart from that of passports, so neither opens as the other."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._signer = TokenSigner(key, TICKET_PURPOSE, clock)
        self._decoder = msgspec.json.Decoder(Claims)

    def issue(self, claims: Mapping[str, str | int], ttl_s: int) -> str:
        """Return a ticket that is good for `ttl_s` seconds."""
        return self._signer.sign(msgspec.json.encode(dict(claims)), ttl_s)

    def open(self, text: str) -> Claims:
        """Return the claims.

        Raises NotSignedIn when the ticket is not ours, was changed, or has expired.
        """
        try:
            return self._decoder.decode(self._signer.open(text))
        except (BadSignature, msgspec.DecodeError) as error:
            raise NotSignedIn("Vé mở tệp không đúng hoặc đã hết hạn. Mở lại trang rồi thử lần nữa.") from error
