"""Webhook secrets at rest: AES-256-GCM under the installation's key, bound to the webhook they belong to."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class AesGcmCipher:
    """Encrypts secrets with a key derived from the installation's."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            message = "a key has at least 32 bytes"
            raise ValueError(message)
        self._cipher = AESGCM(hashlib.sha256(b"kiemdinh webhook secrets\x00" + key).digest())

    def encrypt(self, secret: bytes, name: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, name.encode())

    def decrypt(self, ciphertext: bytes, name: str) -> bytes:
        try:
            return self._cipher.decrypt(ciphertext[:_NONCE_BYTES], ciphertext[_NONCE_BYTES:], name.encode())
        except InvalidTag as error:
            message = "encrypted with another key or for another webhook"
            raise ValueError(message) from error
