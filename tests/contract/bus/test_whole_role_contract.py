"""Services, relay and consumer together in one eventlet process, as the embedded composition runs them; and without."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest


def test_an_eventlet_role_publishes_receives_answers_rests_and_ends_when_asked(amqp, consumer_name):
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.contract.bus.whole_role", amqp, consumer_name, "500"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert line, err[-3000:]
    told = json.loads(line)
    assert told["effects"] == 503
    assert told["idle_cpu"] < 0.10
    assert out == "ended\n"
    assert process.returncode == 0, err[-3000:]


@pytest.mark.parametrize(
    "module",
    [
        "bus.events.relay",
        "bus.events.topology",
        "bus.events.relay_cursor",
        "bus.events.publishing",
        "bus.events.sequence",
        "bus.events.dead_letters",
        "bus.rpc.wire",
        "observability.health",
    ],
)
def test_plain_roles_do_not_load_eventlet(module):
    code = f"import sys, shared.{module}; assert not {{'eventlet', 'nameko'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
