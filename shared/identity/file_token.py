"""File tokens (`ticket` in the API): short-lived signed claims that open one file at the file gateway, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from shared.clock import Clock
from shared.identity.signing import BadSignature, TokenSigner
from shared.problems import NotSignedIn

PURPOSE = "kdt1"

Claims = dict[str, str | int]


class FileTokens:
    """Issues and opens file tokens; the key is derived apart from that of call tokens, so neither opens as the other."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._signer = TokenSigner(key, PURPOSE, clock)
        self._decoder = msgspec.json.Decoder(Claims)

    def issue(self, claims: Mapping[str, str | int], ttl_s: int) -> str:
        """Return a file token that is good for `ttl_s` seconds."""
        return self._signer.sign(msgspec.json.encode(dict(claims)), ttl_s)

    def open(self, text: str) -> Claims:
        """Return the claims.

        Raises NotSignedIn when the token is not ours, was changed, or has expired.
        """
        try:
            return self._decoder.decode(self._signer.open(text))
        except (BadSignature, msgspec.DecodeError) as error:
            raise NotSignedIn("Vé mở tệp không đúng hoặc đã hết hạn. Mở lại trang rồi thử lần nữa.") from error
