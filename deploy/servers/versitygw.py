"""A private VersityGW store over a folder: the second S3 server that the archive's contract suite runs on."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.servers.s3 import ACCESS_KEY, S3Server


class VersityGW(S3Server):
    """VersityGW, with versions in a folder beside the data."""

    program = "versitygw"
    version = "1.8.0"
    health_path = "/health"

    def prepare(self) -> None:
        for name in ("data", "versions", "accounts"):
            (self.folder / name).mkdir(exist_ok=True)

    def command(self) -> list[str]:
        return [
            str(self.find()), "--port", self.endpoint, "--health", self.health_path, "--quiet",
            "posix", "--versioning-dir", str(self.folder / "versions"), str(self.folder / "data"),
        ]  # fmt: skip

    def environment(self) -> Mapping[str, str]:
        return self.plain_environment() | {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": self.password}
