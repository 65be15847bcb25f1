"""A private VersityGW store over a folder: the second S3 server that the archive's contract suite runs on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploy.provision.requirements import find_program
from deploy.servers.process import LOOPBACK, PrivateServer, ProgramMissing, cached_programs
from deploy.servers.s3 import S3Address, http_ok

INSTALL_HINT = "make servers"
VERSION = "1.8.0"
ACCESS_KEY = "kiemdinh"


class VersityGW(PrivateServer):
    """VersityGW on a free loopback port, with versions in a folder beside the data."""

    program = "versitygw"
    port_names = ("s3",)

    @staticmethod
    def find() -> Path:
        """The server program; raises ProgramMissing."""
        found = find_program(f"versitygw-{VERSION}", cached_programs()) or find_program("versitygw")
        if found is None:
            raise ProgramMissing("versitygw", INSTALL_HINT)
        return found

    @property
    def address(self) -> S3Address:
        """Endpoint and keys."""
        return S3Address(endpoint=f"{LOOPBACK}:{self.ports['s3']}", access_key=ACCESS_KEY, secret_key=self.password)

    def prepare(self) -> None:
        for name in ("data", "versions", "accounts"):
            (self.folder / name).mkdir(exist_ok=True)

    def command(self) -> list[str]:
        return [
            str(self.find()), "--port", f"{LOOPBACK}:{self.ports['s3']}", "--health", "/health", "--quiet",
            "posix", "--versioning-dir", str(self.folder / "versions"), str(self.folder / "data"),
        ]  # fmt: skip

    def environment(self) -> Mapping[str, str]:
        return self.plain_environment() | {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": self.password}

    def answers(self) -> bool:
        return http_ok(f"http://{LOOPBACK}:{self.ports['s3']}/health")
