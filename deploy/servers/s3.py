"""What the two S3 servers have in common: how a client reaches them, and asking whether they answer."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import NamedTuple


class S3Address(NamedTuple):
    """Where an S3 server listens (`host:port`) and the keys of its owner."""

    endpoint: str
    access_key: str
    secret_key: str


def http_ok(url: str) -> bool:
    """Whether a GET answers with success within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # always our own loopback address
            return 200 <= answer.status < 300
    except (OSError, urllib.error.HTTPError):
        return False
