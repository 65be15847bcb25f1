"""What the notification service needs from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.notification.domain.delivery import Reply


class Poster(Protocol):
    """Posts to receivers that are not trusted."""

    def check(self, url: str) -> None:
        """Do nothing when the address may be posted to, else raise AddressRefused."""
        ...

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Post and return the answer; status 0 when there was none. Raises nothing that the receiver can bring about."""
        ...


class SecretBox(Protocol):
    """Keeps secrets unreadable where they are stored."""

    def seal(self, secret: bytes, name: str) -> bytes:
        """Return the secret encrypted; it opens only under the same name."""
        ...

    def open(self, sealed: bytes, name: str) -> bytes:
        """Return the secret; raises ValueError when it was sealed with another key or under another name."""
        ...
