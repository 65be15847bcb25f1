"""The hash that is kept of a secret (a session, link or token) in place of the secret, which only its holder has."""

from __future__ import annotations

import hashlib


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret, hex: enough for secrets of 192 random bits; passwords get a slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
