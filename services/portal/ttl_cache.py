"""A cache of what identity said: exact in the process that changes it, some seconds behind what other processes change."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from cachetools import TTLCache

from shared.caching import LockedCache

T = TypeVar("T")


class TtlCache(Generic[T]):
    """Keeps found values for `fresh_s` seconds, `most` of them; what was not found is not kept.

    What was being looked up while `forget` was called is not kept either: it may have been read before the change.
    """

    def __init__(self, fresh_s: float, most: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fresh_s = fresh_s
        self._most = most
        self._monotonic = monotonic
        self.forget()

    def get(self, key: str, look_up: Callable[[str], T | None]) -> T | None:
        """Return what is kept under a key, else what `look_up` finds."""
        cache = self._kept
        value = cache.get(key)
        if value is not None:
            return value
        value = look_up(key)
        if value is not None:
            # Into the cache that was there before looking: after `forget` it is nobody's.
            cache.put(key, value)
        return value

    def forget(self) -> None:
        """Look everything up anew from now on."""
        self._kept: LockedCache[str, T] = LockedCache(TTLCache(self._most, self._fresh_s, timer=self._monotonic))
