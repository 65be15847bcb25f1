"""What the S3 servers have in common: the program that `make servers` built, its owner's keys, where a client reaches it."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

from deploy.provision.requirements import find_program
from deploy.servers.process import LOOPBACK, PrivateServer, cached_programs, required

ACCESS_KEY = "kiemdinh"


class S3Address(NamedTuple):
    """Where an S3 server listens (`host:port`) and the keys of its owner."""

    endpoint: str
    access_key: str
    secret_key: str


class S3Server(PrivateServer):
    """An S3 server on a free loopback port; `address` is what the archive connects to."""

    version: str
    health_path: str
    port_names: tuple[str, ...] = ("s3",)

    @classmethod
    def find(cls) -> Path:
        """The server program; raises ProgramMissing."""
        built = find_program(f"{cls.program}-{cls.version}", cached_programs())
        return required(built or find_program(cls.program), cls.program, "make servers")

    @property
    def endpoint(self) -> str:
        """Where it listens, as `host:port`."""
        return f"{LOOPBACK}:{self.ports['s3']}"

    @property
    def address(self) -> S3Address:
        """Endpoint and keys."""
        return S3Address(endpoint=self.endpoint, access_key=ACCESS_KEY, secret_key=self.password)

    def answers(self) -> bool:
        return _answers_ok(f"http://{self.endpoint}{self.health_path}")


def _answers_ok(url: str) -> bool:
    """Whether a GET answers with success within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # always our own loopback address
            return 200 <= answer.status < 300
    except (OSError, urllib.error.HTTPError):
        return False
