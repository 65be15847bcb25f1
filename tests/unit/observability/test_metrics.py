"""Numbers for Prometheus: each process tells its own, and the portal gathers all of them for an administrator alone."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.installation.data_folder import DataFolder
from deploy.installation.settings import Profile
from deploy.monitoring import PATH, add_metrics
from deploy.processes.heartbeat import Heartbeat, forget_state, read_metrics
from shared.bus.rpc.inproc import InProcessRpcClient
from shared.bus.rpc.server import ServiceBase
from shared.contracts.calls import Health, Nothing
from shared.identity.call_context import system
from shared.observability.health import HealthRegistry
from shared.observability.metrics import HTTP_SECONDS, RPC_SECONDS, Gathered, exposition
from shared.vocabulary.roles import Role
from tests.unit.portal_api.world import OWNER_TOKEN, World


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def folder(tmp_path):
    return DataFolder.open(tmp_path / "data", Profile.SERVER)


@pytest.fixture
def beating(folder):
    """Two roles of this process's own that have spoken."""
    pulses = {}
    for name in ("assessment-api", "evidence-relay"):
        health_registry = HealthRegistry()
        pulses[name] = (Heartbeat(folder, name, health_registry), health_registry)
    pulses["evidence-relay"][1].set_lag("relay:evidence", 7)
    pulses["evidence-relay"][1].report_failure("relay:evidence", "Chưa nối được")
    for pulse, _ in pulses.values():
        pulse.start()
    yield
    for pulse, _ in pulses.values():
        pulse.stop()


def test_lag_and_trouble_are_what_the_parts_last_said():
    health_registry = HealthRegistry()
    health_registry.set_lag("assessment<evidence", 3)
    health_registry.report_failure("space", "Ổ đĩa đầy")

    told = samples(exposition(health_registry).decode())
    health_registry.clear_failure("space")
    later = samples(exposition(health_registry).decode())

    assert told[("kiemdinh_lag_events", ("part", "assessment<evidence"))] == 3
    assert told[("kiemdinh_trouble", ("part", "space"))] == 1
    assert ("kiemdinh_trouble", ("part", "space")) not in later
    assert "Ổ đĩa" not in exposition(health_registry).decode()


def test_numbers_of_two_processes_stay_apart_by_their_role():
    one, two = HealthRegistry(), HealthRegistry()
    one.set_lag("p", 1)
    two.set_lag("p", 2)
    RPC_SECONDS.labels("assessment.status", "answer").observe(0.02)

    gathered = samples(Gathered([("a", exposition(one).decode()), ("b", exposition(two).decode())]).text().decode())

    assert gathered[("kiemdinh_lag_events", ("part", "p"), ("role", "a"))] == 1
    assert gathered[("kiemdinh_lag_events", ("part", "p"), ("role", "b"))] == 2
    labels = (("operation", "assessment.status"), ("outcome", "answer"))
    assert gathered[("kiemdinh_rpc_duration_seconds_count", *labels, ("role", "a"))] >= 1


def test_a_call_is_timed_under_its_operation_and_outcome():
    class Timed(ServiceBase):
        name = "assessment"

    def count():
        return samples(exposition(HealthRegistry()).decode()).get(
            ("kiemdinh_rpc_duration_seconds_count", ("operation", "assessment.health"), ("outcome", "answer")), 0
        )

    before = count()
    InProcessRpcClient({"assessment": (Timed, None)}).call("assessment", "health", system("test"), Nothing(), Health)
    assert count() == before + 1


def test_a_role_that_ended_leaves_no_numbers(folder, beating):
    assert [role for role, _ in read_metrics(folder)] == ["assessment-api", "evidence-relay"]

    forget_state(folder, "assessment-api")

    assert [role for role, _ in read_metrics(folder)] == ["evidence-relay"]


def test_an_administrator_alone_reads_the_numbers_of_every_role(folder, beating):
    world = World(change=lambda app: add_metrics(app, folder, lambda: 4))

    assert world.call("GET", "/metrics", token="").status_code == 401
    assert world.call("GET", "/metrics", token="sai").status_code == 401
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert world.call("GET", "/metrics", token=world.token(role)).status_code == 403, role
    answer = world.call("GET", "/metrics", token=world.token(Role.ADMINISTRATOR))

    told = samples(answer.get_data(as_text=True))
    assert answer.content_type.startswith("text/plain")
    assert told[("kiemdinh_lag_events", ("part", "relay:evidence"), ("role", "evidence-relay"))] == 7
    assert told[("kiemdinh_dead_letters",)] == 4
    assert PATH.endswith("/metrics")


def test_a_request_is_timed_under_its_route_never_under_its_path(folder):
    world = World(change=lambda app: add_metrics(app, folder, lambda: 0))
    HTTP_SECONDS.clear()

    world.call("GET", "/schools/TH-BI-MAT", token=OWNER_TOKEN)
    world.call("GET", "/khong-co/dia-chi-nay", token=OWNER_TOKEN)

    told = exposition(HealthRegistry()).decode()
    assert "BI-MAT" not in told
    assert "khong-co" not in told
    assert 'route="/api/v1/schools/<school>"' in told
