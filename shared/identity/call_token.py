"""The passport: who acts, signed by the portal, so that a service need not ask anyone who the caller is."""

from __future__ import annotations

import msgspec

from shared.clock import Clock
from shared.identity.call_context import CallContext
from shared.identity.signing import BadSignature, TokenSigner
from shared.problems import NotSignedIn

PASSPORT_PURPOSE = "kdp1"


class CallTokens:
    """Issues and opens passports under the installation's key (at least 32 bytes)."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._signer = TokenSigner(key, PASSPORT_PURPOSE, clock)
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(CallContext)

    def issue(self, acting: CallContext, ttl_s: int = 60) -> str:
        """Return a passport that is good for `ttl_s` seconds."""
        return self._signer.sign(self._encoder.encode(acting), ttl_s)

    def open(self, text: str) -> CallContext:
        """Return who acts.

        Raises NotSignedIn when the passport is not ours, was changed, or has expired.
        """
        try:
            return self._decoder.decode(self._signer.open(text))
        except (BadSignature, msgspec.DecodeError) as error:
            raise NotSignedIn("Giấy thông hành giữa các dịch vụ không đúng hoặc đã hết hạn. Thử lại.") from error
