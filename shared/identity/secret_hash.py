"""What is kept of a secret that somebody else holds."""

from __future__ import annotations

import hashlib


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret, hex: enough for secrets of 192 random bits; passwords get a slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
