"""Metrics of this process for Prometheus: what is counted and timed here, and what its components last said of themselves.

Nothing listens: a process writes its numbers to the data folder, and whoever may see them asks the portal for all of them.
Labels hold names from the code (an operation, a route's template, a component); never a code, an id or what a person typed.

prometheus_client counts and writes the text. That of all processes is put together here (`Gathered`), for the library's mode
for several processes knows no custom collectors, and lag and trouble are one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

PROCESS = CollectorRegistry()
"""What this process counts. Our own registry: libraries that fill the default one do not speak in our name."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

RPC_SECONDS = Histogram(
    "kiemdinh_rpc_duration_seconds",
    "How long a service took to answer a call, by operation and outcome (answer, problem).",
    ("operation", "outcome"),
    buckets=_SECONDS,
    registry=PROCESS,
)
HTTP_SECONDS = Histogram(
    "kiemdinh_http_duration_seconds",
    "How long the portal took to answer a request, by method, route template and status.",
    ("method", "route", "status"),
    buckets=_SECONDS,
    registry=PROCESS,
)
RELAY_POSITION = Gauge(
    "kiemdinh_relay_position",
    "The log position up to which the broker has confirmed every event of a source.",
    ("source",),
    registry=PROCESS,
)
WORKER_STEPS = Counter(
    "kiemdinh_worker_steps_total",
    "Steps of a background worker, by outcome (worked, idle, waits, failed).",
    ("worker", "outcome"),
    registry=PROCESS,
)


@functools.lru_cache(maxsize=4096)
def rpc_timer(operation: str, outcome: str) -> Histogram:
    """Return what times an operation's calls of one outcome; kept, for `labels` locks and checks its names each time."""
    return RPC_SECONDS.labels(operation, outcome)


@functools.lru_cache(maxsize=4096)
def http_timer(method: str, route: str, status: int) -> Histogram:
    """Return what times a route's answers of one method and status; kept as `rpc_timer`'s are."""
    return HTTP_SECONDS.labels(method, route, str(status))


ProcessCollector(namespace="kiemdinh", registry=PROCESS)


class HealthSource(Protocol):
    """What the components of a process last said (shared.observability.health.HealthRegistry)."""

    def lag(self) -> dict[str, int]:
        """Return how many events each component is behind."""
        ...

    def troubled(self) -> frozenset[str]:
        """Return the components that are in trouble."""
        ...


class HealthCollector(Collector):
    """Lag and trouble of each component as metrics, read when somebody asks, so that nothing is kept twice."""

    def __init__(self, health: HealthSource) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        lag = GaugeMetricFamily(
            "kiemdinh_lag_events", "Events that are known elsewhere and not yet here, by part.", labels=("part",)
        )
        for part, events in sorted(self._health.lag().items()):
            lag.add_metric((part,), events)
        yield lag
        trouble = GaugeMetricFamily("kiemdinh_trouble", "1 for each part that is in trouble.", labels=("part",))
        for part in sorted(self._health.troubled()):
            trouble.add_metric((part,), 1)
        yield trouble


def exposition(health: HealthSource) -> bytes:
    """Return this process's numbers in Prometheus' text format."""
    own = CollectorRegistry()
    own.register(HealthCollector(health))
    return bytes(generate_latest(PROCESS)) + bytes(generate_latest(own))


class Gathered(Collector):
    """The numbers of several processes as one answer: each sample is given the label `role` of whose it is."""

    def __init__(self, texts: Iterable[tuple[str, str]], more: Iterable[Metric] = ()) -> None:
        self._texts = list(texts)
        self._more = list(more)

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for role, text in self._texts:
            for family in text_string_to_metric_families(text):
                whole = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    whole.add_sample(sample.name, {**sample.labels, "role": role}, sample.value)
        yield from families.values()
        yield from self._more

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(self)
        return bytes(generate_latest(registry))
