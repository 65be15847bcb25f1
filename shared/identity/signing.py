"""Short signed texts: payload and expiry under HMAC-SHA256, compared in constant time, each purpose with its own key.

Home-made but for HKDF, which is cryptography's: itsdangerous signs the time of issue and lets the reader say how old a text
may be, while here each text carries its own end.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.clock import Clock

MINIMUM_KEY_BYTES = 32
_MAC_BYTES = 32
_EXPIRY_BYTES = 6


class BadSignature(Exception):
    """The text was not signed with this key for this purpose, is damaged, or has expired."""


class TokenSigner:
    """Signs payloads for one purpose and reads them back.

    The key of a purpose is derived from the installation's key (HKDF-SHA256, RFC 5869, empty salt), so what is signed for
    one purpose opens for no other. Form: ``<version>.<base64url(expiry ‖ mac ‖ payload)>``; the MAC covers version,
    expiry (seconds since 1970, 6 bytes) and payload.

    Raises ValueError for a key shorter than 32 bytes.
    """

    def __init__(self, key: bytes, purpose: str, clock: Clock) -> None:
        if len(key) < MINIMUM_KEY_BYTES:
            message = f"signing keys have at least {MINIMUM_KEY_BYTES} bytes"
            raise ValueError(message)
        self._prefix = f"{purpose}.".encode()
        self._keyed = hmac.new(_derive(key, purpose), self._prefix, hashlib.sha256)
        self._clock = clock

    def sign(self, payload: bytes, ttl_s: int) -> str:
        """Return the signed text; it opens for `ttl_s` seconds from now."""
        expiry = (int(self._clock.now().timestamp()) + ttl_s).to_bytes(_EXPIRY_BYTES, "big")
        body = base64.urlsafe_b64encode(expiry + self._mac(expiry, payload) + payload).rstrip(b"=")
        return (self._prefix + body).decode("ascii")

    def open(self, text: str) -> bytes:
        """Return the payload of a signed text.

        Raises BadSignature when it is not one of ours, was changed, or has expired.
        """
        expiry, mac, payload = self._split(text)
        if not hmac.compare_digest(mac, self._mac(expiry, payload)):
            raise BadSignature
        if int.from_bytes(expiry, "big") <= self._clock.now().timestamp():
            raise BadSignature
        return payload

    def _split(self, text: str) -> tuple[bytes, bytes, bytes]:
        try:
            raw = text.encode("ascii")
            if not raw.startswith(self._prefix):
                raise BadSignature
            body = raw[len(self._prefix) :]
            data = base64.b64decode(body + b"=" * (-len(body) % 4), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error) as error:
            raise BadSignature from error
        if len(data) < _EXPIRY_BYTES + _MAC_BYTES:
            raise BadSignature
        return data[:_EXPIRY_BYTES], data[_EXPIRY_BYTES : _EXPIRY_BYTES + _MAC_BYTES], data[_EXPIRY_BYTES + _MAC_BYTES :]

    def _mac(self, expiry: bytes, payload: bytes) -> bytes:
        # A copied keyed state saves deriving the pads again: 2 µs of 4.
        mac = self._keyed.copy()
        mac.update(expiry)
        mac.update(payload)
        return mac.digest()


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=f"kiemdinh {purpose}".encode()).derive(key)
