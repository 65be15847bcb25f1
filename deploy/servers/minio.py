"""A private MinIO store from the binary that `make servers` built: versioned, with object lock, on the loopback only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploy.provision.requirements import find_program
from deploy.servers.process import LOOPBACK, PrivateServer, ProgramMissing, cached_programs
from deploy.servers.s3 import S3Address, http_ok

INSTALL_HINT = "make servers"
VERSION = "20260212201848-7aac2a2c5b7c"
ACCESS_KEY = "kiemdinh"


class MinIO(PrivateServer):
    """MinIO on free loopback ports; `address` is what the archive connects to."""

    program = "minio"
    port_names = ("s3", "console")

    @staticmethod
    def find() -> Path:
        """The server program; raises ProgramMissing."""
        found = find_program(f"minio-{VERSION}", cached_programs()) or find_program("minio")
        if found is None:
            raise ProgramMissing("minio", INSTALL_HINT)
        return found

    @property
    def address(self) -> S3Address:
        """Endpoint and keys."""
        return S3Address(endpoint=f"{LOOPBACK}:{self.ports['s3']}", access_key=ACCESS_KEY, secret_key=self.password)

    def prepare(self) -> None:
        (self.folder / "data").mkdir(exist_ok=True)

    def command(self) -> list[str]:
        return [
            str(self.find()), "server", str(self.folder / "data"), "--quiet", "--certs-dir", str(self.folder / "certs"),
            "--address", f"{LOOPBACK}:{self.ports['s3']}", "--console-address", f"{LOOPBACK}:{self.ports['console']}",
        ]  # fmt: skip

    def environment(self) -> Mapping[str, str]:
        return self.plain_environment() | {
            "MINIO_ROOT_USER": ACCESS_KEY,
            "MINIO_ROOT_PASSWORD": self.password,
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
        }

    def answers(self) -> bool:
        return http_ok(f"http://{LOOPBACK}:{self.ports['s3']}/minio/health/ready")
