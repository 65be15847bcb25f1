"""SHA-256 whose results are `Digest`s to the type checker alone.

There is one for every event that is stored, read or proven: a call that only names a type would add a fifth to each hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Protocol

from shared.vocabulary.ids import Digest


class Hash(Protocol):
    """What `hashlib` returns, as far as it is used here."""

    def digest(self) -> Digest:
        """Return the hash as bytes."""
        ...


sha256: Callable[[bytes], Hash] = hashlib.sha256  # type: ignore[assignment]  # its digest is a Digest, and says bytes
"""Hash bytes."""

stored_digest: Callable[[Any], Digest] = bytes  # type: ignore[assignment]  # the column holds nothing but digests
"""Return a hash as a column of a log's tables holds it."""
