"""The library's own contract for recorders, run against ours: whoever knows eventsourcing gets what it promises."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest
from eventsourcing.persistence import AggregateRecorder, StoredEvent
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)

from shared.eventlog.recorders import LogRecorder, log_factory
from shared.storage.database_url import StoreSettings


class WithoutIds(AggregateRecorder):
    """The part of a recorder that the library calls an aggregate recorder: it tells no positions."""

    def __init__(self, recorder: LogRecorder) -> None:
        self._recorder = recorder

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs):
        self._recorder.insert_events(stored_events, **kwargs)

    def select_events(self, originator_id, **kwargs):
        return self._recorder.select_events(originator_id, **kwargs)


class OnAStore:
    """Gives each of the library's tests a new log."""

    def create_recorder(self):
        factory = log_factory(self.store(), f"log{uuid.uuid4().hex[:8]}")
        self.addCleanup(factory.close)
        recorder = factory.process_recorder()
        return WithoutIds(recorder) if isinstance(self, AggregateRecorderTestCase) else recorder

    # It prints a rate and asserts nothing; tests/bench/bench_append.py measures.
    test_performance = None


class OnSQLite(OnAStore):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path):
        self.path = tmp_path

    def store(self) -> StoreSettings:
        return StoreSettings(f"sqlite:///{self.path}/log.sqlite")


class InMemory(OnAStore):
    def store(self) -> StoreSettings:
        return StoreSettings("sqlite://")


@pytest.mark.server
class OnPostgreSQL(OnAStore):
    @pytest.fixture(autouse=True)
    def server(self, postgresql):
        self.postgresql = postgresql

    def store(self) -> StoreSettings:
        return StoreSettings(self.postgresql.new_database())


class Applications(ApplicationRecorderTestCase):
    # Ten thousand events by ten threads: our own test_threads_that_write_at_once_… proves more (each position, each leaf) in
    # a hundredth of the time, and test_concurrent_throughput races as well.
    test_concurrent_no_conflicts = None


class NotInterleaving(NonInterleavingNotificationIDsBaseCase):
    insert_num = 200


KINDS = (AggregateRecorderTestCase, Applications, ProcessRecorderTestCase, TrackingRecorderTestCase, NotInterleaving)
for place in (OnSQLite, InMemory, OnPostgreSQL):
    for kind in KINDS:
        name = f"Test{kind.__name__.removesuffix('TestCase')}{place.__name__}"
        globals()[name] = type(name, (place, kind), {"__module__": __name__, "__test__": True})
for abstract in (AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase, *KINDS):
    abstract.__test__ = False
del kind, abstract, place
