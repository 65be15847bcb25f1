"""The supervisor starts again what dies or hangs, with growing pauses, and ends everything in reverse order."""

from itertools import pairwise

import pytest

from deploy.processes import supervisor as module
from deploy.processes.supervisor import LaunchInterrupted, NotReady, Supervisor


class FakeTime:
    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture(autouse=True)
def time(monkeypatch):
    fake = FakeTime()
    monkeypatch.setattr(module, "time", fake)
    return fake


class FakeRole:
    def __init__(self, name, told, *, ready=True, dies_at_once=False):
        self.name = name
        self.told = told
        self._ready = ready
        self.hangs = False
        self.pid = None
        self.dies_at_once = dies_at_once
        self.how = ""

    def launch(self):
        self.told.append(f"launch {self.name}")
        self.pid = 7
        self.how = ""
        if self.dies_at_once:
            self.die()

    @property
    def ready(self):
        return self._ready and self.pid is not None

    def die(self, how="exit code 1"):
        self.pid = None
        self.how = how

    def ended(self):
        return self.how

    def ask_to_end(self):
        self.told.append(f"ask {self.name}")

    def end(self, grace=20.0):
        self.told.append(f"end {self.name}")
        self.pid = None


def test_steps_end_in_the_reverse_order_of_their_start():
    told = []
    keeper = Supervisor()
    for step in ("broker", "api"):
        keeper.add(FakeRole(step, told))
        keeper.start(5)
    keeper.stop()
    assert told == ["launch broker", "launch api", "ask api", "end api", "ask broker", "end broker"]


def test_all_of_a_step_are_asked_before_any_is_waited_for():
    told = []
    keeper = Supervisor()
    keeper.add(FakeRole("door", told), FakeRole("portal", told))
    keeper.start(5)
    keeper.stop()
    assert told[2:] == ["ask door", "ask portal", "end door", "end portal"]


def test_a_role_that_dies_is_started_again_at_once():
    told = []
    role = FakeRole("api", told)
    keeper = Supervisor()
    keeper.add(role)
    keeper.start(5)
    role.die("killed by SIGKILL")
    keeper.look_after()
    assert told == ["launch api", "end api", "launch api"]
    assert keeper.facts()[0] | {"memory_bytes": 0} == {
        "name": "api", "pid": 7, "running": True, "restarts": 1, "last_end": "killed by SIGKILL", "memory_bytes": 0,
    }  # fmt: skip


def test_pauses_grow_while_a_role_keeps_dying_and_never_pass_their_limit(time):
    told = []
    role = FakeRole("api", told, dies_at_once=True)
    keeper = Supervisor(asked_to_end=lambda: time.now > 1000 + 200)
    keeper.add(role)
    with pytest.raises(NotReady, match="exit code 1"):
        keeper.start(5)
    launches = []
    role.launch = lambda: (launches.append(time.now), role.die())
    keeper.watch()
    pauses = [later - earlier for earlier, later in pairwise(launches)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == pytest.approx(module.LONGEST_PAUSE_S, abs=2 * module.LOOK_EVERY_S)


def test_a_role_that_ran_long_before_it_died_waits_no_longer_than_at_first(time):
    told = []
    role = FakeRole("api", told)
    keeper = Supervisor()
    keeper.add(role)
    keeper.start(5)
    for _ in range(4):
        role.die()
        keeper.look_after()
        time.sleep(module.LONGEST_PAUSE_S + 1)
        keeper.look_after()
    role.die()
    keeper.look_after()
    assert told[-2:] == ["end api", "launch api"]


def test_a_silent_role_is_ended_and_started_again():
    told = []
    role = FakeRole("api", told)
    keeper = Supervisor()
    keeper.add(role)
    keeper.start(5)
    role.hangs = True
    keeper.look_after()
    assert told == ["launch api", "end api", "launch api"]


def test_what_never_becomes_ready_is_reported_by_name():
    keeper = Supervisor()
    keeper.add(FakeRole("portal", [], ready=False))
    with pytest.raises(NotReady, match="portal: not ready"):
        keeper.start(5)


def test_a_start_is_given_up_when_the_launcher_is_asked_to_end():
    keeper = Supervisor(asked_to_end=lambda: True)
    keeper.add(FakeRole("portal", [], ready=False))
    with pytest.raises(LaunchInterrupted):
        keeper.start(5)
