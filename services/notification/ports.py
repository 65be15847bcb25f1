"""What the notification service needs from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.notification.domain.delivery import WebhookResponse
from services.notification.domain.digest import Message


class Poster(Protocol):
    """Posts to receivers that are not trusted."""

    def check(self, url: str) -> None:
        """Do nothing when the address may be posted to, else raise AddressRefused."""
        ...

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookResponse:
        """Post and return the answer; status 0 when there was none. Raises nothing that the receiver can bring about."""
        ...


class SecretCipher(Protocol):
    """Keeps secrets unreadable where they are stored."""

    def encrypt(self, secret: bytes, name: str) -> bytes:
        """Return the secret encrypted; it opens only under the same name."""
        ...

    def decrypt(self, ciphertext: bytes, name: str) -> bytes:
        """Return the secret; raises ValueError when it was encrypted with another key or under another name."""
        ...


class Mailer(Protocol):
    """Hands mail to a server that sends it on."""

    def send(self, message: Message) -> bool:
        """Hand over one mail; say whether the server took it. Raises nothing that a server can bring about."""
        ...
