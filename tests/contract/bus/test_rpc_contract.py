"""Calls keep the same promises in one eventlet process (own broker, none, RabbitMQ) and from plain threads."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys

import pytest

from shared.bus.transport.connections import INPROC_URL
from tests.contract.bus.rpc_promises import PROMISES, World

SCRIPT = [sys.executable, "-W", "error", "-m", "tests.contract.bus.rpc_promises"]


@pytest.fixture(scope="module")
def eventlet_outcomes(request):
    """What every promise came to inside one eventlet process, per broker; run once."""
    known: dict[str, dict[str, str]] = {}

    def outcomes(broker: str) -> dict[str, str]:
        if broker not in known:
            amqp = request.getfixturevalue("rabbitmq") if broker == "rabbitmq" else INPROC_URL
            mode = "direct" if broker == "direct" else "check"
            done = subprocess.run(
                [*SCRIPT, mode, amqp, secrets.token_hex(32)], capture_output=True, text=True, timeout=120, check=False
            )
            assert done.returncode == 0, done.stderr[-4000:]
            known[broker] = json.loads(done.stdout.splitlines()[-1])
        return known[broker]

    return outcomes


@pytest.fixture(scope="module")
def plain_world(rabbitmq):
    """A pool in this plain process, and an eventlet role that answers it."""
    key = secrets.token_bytes(32)
    role = subprocess.Popen(
        [*SCRIPT, "serve", rabbitmq, key.hex()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert role.stdout.readline() == "ready\n"
    world = World(rabbitmq, key)
    yield world
    world.pool.close()
    role.stdin.close()
    assert role.wait(30) == 0
    role.stdout.close()


@pytest.mark.parametrize("promise", PROMISES)
@pytest.mark.parametrize("broker", ["inproc", "direct", pytest.param("rabbitmq", marks=pytest.mark.server)])
def test_in_an_eventlet_process(eventlet_outcomes, broker, promise):
    assert eventlet_outcomes(broker)[promise] == ""


@pytest.mark.server
@pytest.mark.parametrize("promise", PROMISES)
def test_from_plain_threads(plain_world, promise):
    PROMISES[promise](plain_world)


@pytest.mark.server
def test_a_plain_caller_is_not_patched_for_eventlet(plain_world):
    import socket

    assert "eventlet" not in socket.socket.__module__
