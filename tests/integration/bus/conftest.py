"""Brokers that are stopped, killed and alarmed: one of our own, so that the other tests keep theirs."""

from __future__ import annotations

import json
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest

from deploy.installation.settings import in_ci
from deploy.provision.requirements import RABBITMQ_PROGRAMS
from deploy.servers import ProgramMissing, RabbitMQ


class Broker:
    """A private RabbitMQ that tests may hurt."""

    def __init__(self, server: RabbitMQ) -> None:
        self.server = server

    @property
    def url(self) -> str:
        return self.server.url

    def ctl(self, *arguments: str) -> str:
        program = RABBITMQ_PROGRAMS
        done = subprocess.run(
            [str(program / "rabbitmqctl"), "-q", *arguments],
            env=dict(self.server.environment()),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def version(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.ctl("version").strip().split(".")[:2])

    def list(self, command: str, *arguments: str) -> list[dict]:
        return json.loads(self.ctl("--formatter", "json", command, *arguments))


@pytest.fixture(scope="session")
def broker():
    with tempfile.TemporaryDirectory(prefix="kiemdinh-broker-") as folder:
        server = RabbitMQ(Path(folder))
        try:
            server.start()
        except ProgramMissing as missing:
            if in_ci():
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield Broker(server)
        server.stop()


@pytest.fixture
def amqp(broker) -> str:
    return broker.url


@pytest.fixture
def consumer_name() -> str:
    return f"i{uuid.uuid4().hex[:10]}"
