"""A role that falls silent is noticed and started again: a real process that is stopped, and a clock that is moved."""

import os
import signal
import sys
import time

import pytest

from deploy.installation.data_folder import DataFolder
from deploy.installation.settings import Profile
from deploy.processes import supervisor
from deploy.processes.heartbeat import SILENT_AFTER_S, read_state
from deploy.processes.supervisor import RoleProcess, Supervisor
from deploy.servers.process import process_started

ROLE = """
import sys, time
from pathlib import Path
from deploy.installation.data_folder import DataFolder
from deploy.processes.heartbeat import Heartbeat
from shared.observability.health import HealthRegistry
pulse = Heartbeat(DataFolder(Path(sys.argv[1])), "beating", HealthRegistry())
pulse.start()
pulse.ready()
time.sleep(600)
"""


class MovedClock:
    """The machine's clock, `later` seconds on, as the supervisor sees it."""

    later = 0.0

    def monotonic(self):
        return time.monotonic() + self.later

    def sleep(self, seconds):
        time.sleep(seconds)


@pytest.fixture
def clock(monkeypatch):
    moved = MovedClock()
    monkeypatch.setattr(supervisor, "time", moved)
    return moved


def test_a_role_whose_process_was_stopped_is_killed_and_started_again(tmp_path, clock):
    folder = DataFolder.open(tmp_path / "data", Profile.SERVER)
    role = RoleProcess(folder, "beating", [sys.executable, "-c", ROLE, str(folder.path)])
    keeper = Supervisor()
    keeper.add(role)
    try:
        clock.later = -2 * SILENT_AFTER_S
        keeper.start(30)
        clock.later = 0.0
        # Launched two minutes ago by the supervisor's clock, but it has spoken since.
        assert not role.hangs
        stopped = role.pid
        os.kill(stopped, signal.SIGSTOP)

        clock.later = SILENT_AFTER_S - 30
        keeper.look_after()
        assert role.pid == stopped

        clock.later = SILENT_AFTER_S + 1
        keeper.look_after()
        clock.later = 0.0
        keeper.wait_until_ready(30)

        assert role.pid != stopped
        assert process_started(stopped) is None
        assert read_state(folder, "beating").pid == role.pid
        assert keeper.facts()[0]["restarts"] == 1
        assert keeper.facts()[0]["last_end"] == f"silent for {SILENT_AFTER_S:.0f} s"
    finally:
        role.end(0)
