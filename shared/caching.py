"""Caches: cachetools behind a lock that is held to look a value up and to store it, never while one is made.

cachetools bounds a cache and lets entries age, but is not safe between threads; every cache of ours goes through here, so
that the rule is the same everywhere: two who miss the same key make it twice, and nobody waits for what another makes.
"""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from cachetools import Cache

K = TypeVar("K")
V = TypeVar("V")


class LockedCache(Generic[K, V]):
    """A cache that threads and greenlets may share. `cache` says how many entries are kept, and for how long."""

    def __init__(self, cache: Cache[K, V]) -> None:
        self._cache = cache
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return what is kept under a key, None when nothing is, or not any more."""
        with self._lock:
            value: V | None = self._cache.get(key)
            return value

    def put(self, key: K, value: V) -> None:
        """Keep a value under a key, for as long as the cache keeps anything."""
        with self._lock:
            self._cache[key] = value
