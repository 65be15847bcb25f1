"""A private MinIO store from the binary that `make servers` built: versioned, with object lock, on the loopback only."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.servers.process import LOOPBACK
from deploy.servers.s3 import ACCESS_KEY, S3Server


class MinIO(S3Server):
    """MinIO, with its console closed."""

    program = "minio"
    version = "20260212201848-7aac2a2c5b7c"
    health_path = "/minio/health/ready"
    port_names = ("s3", "console")

    def prepare(self) -> None:
        (self.folder / "data").mkdir(exist_ok=True)

    def command(self) -> list[str]:
        return [
            str(self.find()), "server", str(self.folder / "data"), "--quiet", "--certs-dir", str(self.folder / "certs"),
            "--address", self.endpoint, "--console-address", f"{LOOPBACK}:{self.ports['console']}",
        ]  # fmt: skip

    def environment(self) -> Mapping[str, str]:
        return self.plain_environment() | {
            "MINIO_ROOT_USER": ACCESS_KEY,
            "MINIO_ROOT_PASSWORD": self.password,
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
        }
