"""Passwords under argon2id (RFC 9106), a few at a time, so that a rush of sign-ins cannot eat the memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import InvalidHashError, VerificationError

from services.identity.domain.passwords import normal

T = TypeVar("T")
Runner = Callable[..., Any]

MEMORY_KIB = 47_104
"""46 MiB, above the least that OWASP's password storage sheet names for argon2id with one pass; two passes: 60 ms here."""

AT_ONCE = 2
"""Hashes computed at the same time in one process: 92 MiB at most."""


def _here(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


class Argon2Hasher:
    """Hashes and verifies with argon2id.

    `run` runs a slow call away from the event loop (``eventlet.tpool.execute`` in an eventlet process); here when left out.
    """

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = 2, run: Runner = _here) -> None:
        self._argon2 = Argon2(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._run = run
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._decoy = self._argon2.hash("decoy")

    def hash(self, password: str) -> str:
        with self._slots:
            return str(self._run(self._argon2.hash, normal(password)))

    def verify(self, password_hash: str, password: str) -> bool:
        with self._slots:
            right = bool(self._run(self._verify, password_hash or self._decoy, normal(password)))
        return right and password_hash != ""

    def is_outdated(self, password_hash: str) -> bool:
        return self._argon2.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
