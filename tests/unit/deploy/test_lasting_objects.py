"""What a role loaded before it was ready is not looked through for garbage again."""

import gc

import pytest

from deploy.installation.data_folder import DataFolder
from deploy.installation.settings import Profile
from deploy.processes.heartbeat import Heartbeat
from shared.observability.health import HealthRegistry


@pytest.fixture
def heartbeat(tmp_path):
    beat = Heartbeat(DataFolder.open(tmp_path / "data", Profile.EMBEDDED), "thu", HealthRegistry())
    yield beat
    gc.unfreeze()


def test_a_role_that_is_ready_sets_aside_what_it_has_loaded(heartbeat):
    loaded = [object() for _ in range(3)]
    loaded.append(loaded)
    heartbeat.ready()
    assert gc.get_freeze_count() > 10_000
    assert not any(one is loaded for one in gc.get_objects())
