"""Call tokens: who acts, signed by whoever calls, so that a service need not ask anyone who the caller is.

The same key also hides what must not be read on the way, and proves that a service answered it.
"""

from __future__ import annotations

import base64
import binascii
import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.clock import Clock
from shared.identity.call_context import CallContext
from shared.identity.signing import BadSignature, TokenSigner
from shared.problems import NotSignedIn

PURPOSE = "kdp1"
HIDING_PURPOSE = "kdh1"
_NONCE_BYTES = 12


class CallTokens:
    """Issues and opens call tokens under the installation's key (at least 32 bytes)."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._signer = TokenSigner(key, PURPOSE, clock)
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(CallContext)
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=HIDING_PURPOSE.encode()).derive(key)
        self._cipher = AESGCM(derived)

    def issue(self, acting: CallContext, ttl_s: int = 60) -> str:
        """Return a call token that is good for `ttl_s` seconds."""
        return self._signer.sign(self._encoder.encode(acting), ttl_s)

    def open(self, text: str) -> CallContext:
        """Return who acts.

        Raises NotSignedIn when the token is not ours, was changed, or has expired.
        """
        try:
            return self._decoder.decode(self._signer.open(text))
        except (BadSignature, msgspec.DecodeError) as error:
            raise NotSignedIn("Giấy thông hành giữa các dịch vụ không đúng hoặc đã hết hạn. Thử lại.") from error

    def hide(self, text: str, bound: str) -> str:
        """Return a text that nobody without the key can read or make (AES-256-GCM); `bound` says what it belongs to."""
        nonce = os.urandom(_NONCE_BYTES)
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), bound.encode())).decode()

    def reveal(self, hidden: str, bound: str) -> str:
        """Return the text.

        Raises NotSignedIn when it was not hidden with our key, was changed, or belongs to something else.
        """
        try:
            raw = base64.b64decode(hidden.encode(), altchars=b"-_", validate=True)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise NotSignedIn("Nội dung kín giữa các dịch vụ không mở được. Thử lại.") from error
