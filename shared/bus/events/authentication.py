"""Authenticates messages: an HMAC under the installation's secret, by which a consumer knows that the relay sent them.

The exchange and the queues are as open as the broker's accounts make them, and every event can be guessed: its number is the
next one, its id follows from it. So a message without a good code only wakes the consumer: it looks into the
source's feed, and nothing that it carries is applied.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

HEADER = "kiemdinh-seal"
_VERSION = "v1,"


class MessageAuthenticator:
    """Makes and checks codes (HMAC-SHA256) under a key derived from the installation's secret; others ignore them."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"kiemdinh bus seal", hashlib.sha256)

    def headers(self, body: bytes) -> dict[str, str]:
        """Return the message headers that go with a body."""
        return {HEADER: self._of(body)}

    def verifies(self, body: bytes, headers: object) -> bool:
        """Say whether the headers of a message, whatever they are, carry the code of its body."""
        given = headers.get(HEADER) if isinstance(headers, dict) else None
        return isinstance(given, str) and hmac.compare_digest(given.encode(), self._of(body).encode())

    def _of(self, body: bytes) -> str:
        return _VERSION + base64.b64encode(hmac.digest(self._key, body, hashlib.sha256)).decode()
