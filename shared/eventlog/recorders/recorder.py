"""eventsourcing's `ProcessRecorder` as both stores keep it: what is read, and how a driver's errors become the library's."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from eventsourcing import persistence
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    Notification,
    NotSupportedError,
    PersistenceError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)
from eventsourcing.utils import Environment

from shared.eventlog.recorders.merkle_store import MerkleLogStore, as_uuid
from shared.storage.migrations import Migrations


@contextmanager
def library_errors(driver: type[Exception]) -> Iterator[None]:
    """Turn a driver's errors into those of the library that have the same name (both follow PEP 249)."""
    try:
        yield
    except driver as error:
        for kind in type(error).__mro__:
            known = getattr(persistence, kind.__name__, None)
            if known is not None and issubclass(known, PersistenceError):
                raise known(str(error)) from error
        raise PersistenceError(str(error)) from error


class LogRecorder(ProcessRecorder, MerkleLogStore):
    """Stored events, tracking and leaves in one database; `query` and `insert_events` are each store's own."""

    migrations: Migrations
    no_end: ClassVar[int] = 2**63 - 1

    @abstractmethod
    def create_table(self) -> None:
        """Bring the tables to their latest version and make guards that are not there; any number may do so at once.

        Raises NewerSchema when the log was made by newer software.
        """

    def select_events(
        self,
        originator_id: uuid.UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        sql = "SELECT originator_id, originator_version, topic, state FROM {events} WHERE originator_id = ?"
        parameters: list[object] = [self.stored_id(as_uuid(originator_id))]
        for condition, value in ((" AND originator_version > ?", gt), (" AND originator_version <= ?", lte)):
            if value is not None:
                sql += condition
                parameters.append(value)
        sql += f" ORDER BY originator_version {'DESC' if desc else 'ASC'}"
        if limit is not None:
            sql += " LIMIT ?"
            parameters.append(limit)
        return [StoredEvent(**_stored(row)) for row in self.query(sql, parameters)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = 0 if start is None else start + (not inclusive_of_start)
        last = self.no_end if stop is None else stop
        sql = "SELECT * FROM {events} WHERE notification_id >= ? AND notification_id <= ?"
        if topics:
            sql += f" AND topic IN ({','.join('?' * len(topics))})"
        rows = self.query(sql + " ORDER BY notification_id LIMIT ?", (first, last, *topics, limit))
        return [Notification(id=row["notification_id"], **_stored(row)) for row in rows]

    def max_notification_id(self) -> int | None:
        last: int | None = self.query("SELECT max(notification_id) AS last FROM {events}")[0]["last"]
        return last

    def max_tracking_id(self, application_name: str) -> int | None:
        sql = "SELECT max(notification_id) AS last FROM {tracking} WHERE application_name = ?"
        last: int | None = self.query(sql, (application_name,))[0]["last"]
        return last

    def insert_tracking(self, tracking: Tracking) -> None:
        self.insert_events([], tracking=tracking)

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        # The library's interface has it, the product never asks for it: a subscription waits in a thread of the library's,
        # which breaks under eventlet (measured). Relays and read models ask for what is new (ADR 3, ADR 7).
        msg = "a log gives no subscriptions: read what is new by position"
        raise NotSupportedError(msg)


def _stored(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "originator_id": as_uuid(row["originator_id"]),
        "originator_version": row["originator_version"],
        "topic": row["topic"],
        "state": bytes(row["state"]),
    }


def require_newer(tracking: Tracking, stored: object) -> None:
    """Raise IntegrityError when a tracking was not stored, because this position or a later one was there already."""
    if stored is None:
        msg = f"Failed to record tracking for {tracking.application_name} {tracking.notification_id}"
        raise IntegrityError(msg)


class LogFactory(InfrastructureFactory[LogRecorder]):
    """Makes the one recorder that a log has, for whatever the library wants one for. There are no snapshots.

    With `creating`, the recorder makes its tables when they are not there.
    """

    def __init__(self, name: str, *, creating: bool = True) -> None:
        # Nothing is taken from the process environment: a stray setting could lose tracking.
        super().__init__(Environment(name, {}))
        self._creating = creating

    @abstractmethod
    def _recorder(self) -> LogRecorder: ...

    def process_recorder(self) -> LogRecorder:
        recorder = self._recorder()
        if self._creating:
            recorder.create_table()
        return recorder

    def application_recorder(self) -> LogRecorder:
        return self.process_recorder()

    def tracking_recorder(self, tracking_recorder_class: type[LogRecorder] | None = None) -> LogRecorder:
        return self.process_recorder()

    def aggregate_recorder(self, purpose: str = "events") -> LogRecorder:
        if purpose != "events":
            # The library would keep snapshots here. Ours are asked for at any moment on two clocks: none would serve.
            msg = f"a log keeps no {purpose}"
            raise NotSupportedError(msg)
        return self.process_recorder()
