"""Tables beside the feed: webhooks, their encrypted secrets, and how far each was served.

Unlike read models these cannot be had again from the log, so nothing ever drops them, and SQLite waits for the disk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    ScalarSelect,
    String,
    Table,
    and_,
    func,
    select,
)

from services.notification.domain.delivery import DeliveryOutcome, DeliveryState, StopReason
from shared.contracts.calls.notification import DeliveryView, WebhookView
from shared.contracts.events.base import CloudEvent
from shared.identity.call_context import Grant
from shared.storage.database import Database
from shared.storage.migrations import Migration, Migrations, Schema, has_column, statements
from shared.vocabulary.ids import Position

LATEST = 20
"""So many deliveries are shown of a webhook."""

KEPT = 1000
"""So many positions back finished deliveries are kept of a webhook."""

KEPT_SKIPPED = 100_000
"""So many positions back skipped ones are kept, for their owner to ask for."""

METADATA = MetaData()
WEBHOOKS = Table(
    "notification_webhooks",
    METADATA,
    Column("webhook", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("grants", LargeBinary, nullable=False),
    Column("url", String, nullable=False),
    Column("types", LargeBinary, nullable=False),
    Column("description", String, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    # Nobody calls this receiver before: another process is at it, or it rests after a failure.
    Column("free_at", Float, nullable=False, default=0.0),
    # Why it is not active; empty where an older version stopped it.
    Column("stopped", String, nullable=False, default="", server_default=""),
)
LANES = Table(
    # One source's events on their way to one webhook: each waits for the one before it.
    "notification_lanes",
    METADATA,
    Column("webhook", String, primary_key=True),
    Column("source", String, primary_key=True),
    # The first event of the lane is not sent before: it failed, and is tried again then.
    Column("held_until", Float, nullable=False, default=0.0),
)
DELIVERIES = Table(
    "notification_deliveries",
    METADATA,
    Column("webhook", String, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event", String, nullable=False),
    Column("type", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("last_status", Integer, nullable=False, default=0),
    Column("next_attempt", Float, nullable=False, default=0.0),
    Column("source", String, nullable=False, default="", server_default=""),
)
Index("notification_deliveries_lane", *(DELIVERIES.c[name] for name in ("webhook", "source", "state", "position")))


def _know_sources(schema: Schema) -> None:
    """Say of each delivery which source its event is of, give each source its lane, and say why a webhook was stopped.

    Stores from before versions were kept may have some of it already.
    """
    for table, column in (("notification_webhooks", "stopped"), ("notification_deliveries", "source")):
        if not has_column(schema, table, column):
            schema.run(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR DEFAULT '' NOT NULL")
    schema.run(
        "CREATE TABLE IF NOT EXISTS notification_lanes (webhook VARCHAR NOT NULL, source VARCHAR NOT NULL, "
        "held_until FLOAT NOT NULL, PRIMARY KEY (webhook, source))"
    )
    for (kind,) in schema.rows("SELECT DISTINCT type FROM notification_deliveries WHERE source = ''"):
        # vn.kiemdinh.<service>.<fact>.v<N>: a source says nothing under another's name.
        source = kind.split(".")[2]
        schema.run(f"UPDATE notification_deliveries SET source = '{source}' WHERE type = '{kind}'")  # noqa: S608 - our types
    schema.run(
        "INSERT INTO notification_lanes (webhook, source, held_until) "
        "SELECT DISTINCT webhook, source, 0.0 FROM notification_deliveries WHERE true ON CONFLICT DO NOTHING"
    )
    schema.run("DROP INDEX IF EXISTS notification_deliveries_due")
    schema.run(
        "CREATE INDEX IF NOT EXISTS notification_deliveries_lane ON notification_deliveries "
        "(webhook, source, state, position)"
    )


MIGRATIONS = Migrations(
    "webhooks",
    Migration(
        1,
        "webhooks and deliveries",
        statements(
            "CREATE TABLE notification_webhooks (webhook VARCHAR NOT NULL PRIMARY KEY, owner VARCHAR NOT NULL, "
            "grants {bytes} NOT NULL, url VARCHAR NOT NULL, types {bytes} NOT NULL, description VARCHAR NOT NULL, "
            "secret {bytes} NOT NULL, active BOOLEAN NOT NULL, position BIGINT NOT NULL, failures INTEGER NOT NULL, "
            "free_at FLOAT NOT NULL)",
            "CREATE TABLE notification_deliveries (webhook VARCHAR NOT NULL, position BIGINT NOT NULL, "
            "event VARCHAR NOT NULL, type VARCHAR NOT NULL, state VARCHAR NOT NULL, attempts INTEGER NOT NULL, "
            "last_status INTEGER NOT NULL, next_attempt FLOAT NOT NULL, PRIMARY KEY (webhook, position))",
        ),
    ),
    Migration(2, "each source in its lane", _know_sources),
    proof="notification_webhooks",
)
"""A change of the tables above is a new step here."""

_GRANTS = msgspec.json.Decoder(tuple[Grant, ...])
_TYPES = msgspec.json.Decoder(list[str])


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """One registered webhook. `grants` are its owner's when it was registered: it gets no event beyond them."""

    webhook: str
    owner: str
    grants: tuple[Grant, ...]
    url: str
    types: list[str]
    description: str
    secret: bytes
    position: Position
    active: bool = True
    stopped: str = ""


class DueDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery whose time has come, the first of its source that waits; `attempts` were made before."""

    webhook: str
    source: str
    position: Position
    attempts: int


class WebhookStore:
    """Everything that is asked of the tables; moments are seconds since 1970."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, "notification", durable=True)
        self.database.migrate(MIGRATIONS)

    # --- webhooks

    def add(self, webhook: Webhook) -> None:
        """Keep a new webhook."""
        values = msgspec.structs.asdict(webhook)
        encoded = {name: msgspec.json.encode(values[name]) for name in ("grants", "types")}
        with self.database.writing() as conn:
            conn.execute(WEBHOOKS.insert().values({**values, **encoded}))

    def remove(self, webhook: str) -> None:
        """Forget a webhook, its secret and its deliveries."""
        with self.database.writing() as conn:
            conn.execute(DELIVERIES.delete().where(DELIVERIES.c.webhook == webhook))
            conn.execute(LANES.delete().where(LANES.c.webhook == webhook))
            conn.execute(WEBHOOKS.delete().where(WEBHOOKS.c.webhook == webhook))

    def all(self) -> list[Webhook]:
        """Return every webhook in the order of registration."""
        with self.database.reading() as conn:
            return [_webhook(row) for row in conn.execute(WEBHOOKS.select().order_by(WEBHOOKS.c.webhook))]

    def get(self, webhook: str) -> Webhook | None:
        """Return one webhook."""
        with self.database.reading() as conn:
            row = conn.execute(WEBHOOKS.select().where(WEBHOOKS.c.webhook == webhook)).first()
        return _webhook(row) if row else None

    def describe(self, webhook: Webhook) -> WebhookView:
        """Return a webhook as its owner sees it, with its latest deliveries."""
        mine = DELIVERIES.c.webhook == webhook.webhook
        latest = DELIVERIES.select().where(mine).order_by(DELIVERIES.c.position.desc()).limit(LATEST)
        waits = and_(mine, DELIVERIES.c.state == DeliveryState.WAITING)
        waiting = select(func.count()).select_from(DELIVERIES).where(waits)
        retried = DELIVERIES.select().where(waits, DELIVERIES.c.attempts > 0).order_by(DELIVERIES.c.position).limit(LATEST)
        skipped = latest.where(DELIVERIES.c.state == DeliveryState.GIVEN_UP)
        with self.database.reading() as conn:
            deliveries = [_delivery(row) for row in conn.execute(latest)]
            retrying = [_delivery(row) for row in conn.execute(retried)]
            given_up = [_delivery(row) for row in conn.execute(skipped)]
            count = conn.execute(waiting).scalar_one()
        return WebhookView(
            webhook=webhook.webhook,
            url=webhook.url,
            types=webhook.types,
            description=webhook.description,
            active=webhook.active,
            waiting=count,
            deliveries=deliveries,
            retrying=retrying,
            skipped=given_up,
            stopped=webhook.stopped,
        )

    # --- deliveries

    def lagging(self, head: Position) -> list[Webhook]:
        """Return the active webhooks that have not been handed every event yet."""
        wanted = and_(WEBHOOKS.c.active, WEBHOOKS.c.position < head)
        with self.database.reading() as conn:
            return [_webhook(row) for row in conn.execute(WEBHOOKS.select().where(wanted))]

    def enqueue(self, webhook: Webhook, events: Sequence[CloudEvent], position: Position, *, ended: bool) -> None:
        """Make deliveries of `events` and move the webhook on to `position`, unless another process was first.

        `ended`: its owner lost a right on the way, so nothing more is sent to it.
        """
        with self.database.writing() as conn:
            self._enqueue(conn, webhook, events, position, ended=ended)

    def _enqueue(
        self, conn: Connection, webhook: Webhook, events: Sequence[CloudEvent], position: Position, *, ended: bool
    ) -> None:
        mine = and_(WEBHOOKS.c.webhook == webhook.webhook, WEBHOOKS.c.position == webhook.position)
        stop = {"active": False, "stopped": StopReason.RIGHTS.value} if ended else {}
        moved = conn.execute(WEBHOOKS.update().where(mine).values(position=position, **stop))
        if moved.rowcount and events:
            rows = [
                {
                    "webhook": webhook.webhook,
                    "position": event.position,
                    "event": event.id,
                    "type": event.type,
                    "state": DeliveryState.WAITING.value,
                    "source": event.service,
                }
                for event in events
            ]
            conn.execute(DELIVERIES.insert(), rows)
            _open_lanes(conn, {(webhook.webhook, event.service) for event in events})
        for state, positions_kept in ((DeliveryState.DELIVERED, KEPT), (DeliveryState.GIVEN_UP, KEPT_SKIPPED)):
            old = and_(DELIVERIES.c.webhook == webhook.webhook, DELIVERIES.c.state == state.value)
            conn.execute(DELIVERIES.delete().where(old, DELIVERIES.c.position <= position - positions_kept))

    def claim(self, now: float, until: float) -> Webhook | None:
        """Take an active webhook that has something due, for nobody else to touch before `until`."""
        waits = _first_waiting().is_not(None)
        due = select(LANES.c.webhook).where(LANES.c.webhook == WEBHOOKS.c.webhook, LANES.c.held_until <= now, waits).exists()
        free = WEBHOOKS.select().where(WEBHOOKS.c.active, WEBHOOKS.c.free_at <= now, due)
        with self.database.reading() as conn:
            row = conn.execute(free.order_by(WEBHOOKS.c.free_at).limit(1)).first()
        if row is None:
            return None
        with self.database.writing() as conn:
            mine = and_(WEBHOOKS.c.webhook == row.webhook, WEBHOOKS.c.free_at <= now)
            taken = conn.execute(WEBHOOKS.update().where(mine).values(free_at=until))
        return _webhook(row) if taken.rowcount else None

    def next_due(self, webhook: str, now: float) -> DueDelivery | None:
        """Return the earliest event of a webhook that is the first of its source and not held."""
        first = select(_first_waiting()).where(LANES.c.webhook == webhook, LANES.c.held_until <= now)
        with self.database.reading() as conn:
            positions = [position for position in conn.execute(first).scalars() if position is not None]
            if not positions:
                return None
            wanted = and_(DELIVERIES.c.webhook == webhook, DELIVERIES.c.position == min(positions))
            row = conn.execute(DELIVERIES.select().where(wanted)).one()
        return DueDelivery(webhook=row.webhook, source=row.source, position=row.position, attempts=row.attempts)

    def record_attempt(self, due: DueDelivery, verdict: DeliveryOutcome, status: int, now: float) -> int:
        """Write down how an attempt ended; return how many attempts of this webhook have failed on end.

        An event that another worker delivered meanwhile, because this one was slower than its lease, stays delivered.
        """
        mine = and_(DELIVERIES.c.webhook == due.webhook, DELIVERIES.c.position == due.position)
        same_webhook = WEBHOOKS.c.webhook == due.webhook
        with self.database.writing() as conn:
            noted = conn.execute(
                DELIVERIES.update()
                .where(mine, DELIVERIES.c.state == DeliveryState.WAITING.value)
                .values(
                    state=verdict.state.value,
                    attempts=due.attempts + 1,
                    last_status=status,
                    next_attempt=now + verdict.pause_s,
                )
            )
            if noted.rowcount:
                self._move_on(conn, due, verdict, now)
            return conn.execute(select(WEBHOOKS.c.failures).where(same_webhook)).scalar_one_or_none() or 0

    def _move_on(self, conn: Connection, due: DueDelivery, verdict: DeliveryOutcome, now: float) -> None:
        """Hold the lane while its first event is to be tried again, count failures, stop the webhook if it is to be."""
        lane = and_(LANES.c.webhook == due.webhook, LANES.c.source == due.source)
        held_until = now + verdict.pause_s if verdict.state is DeliveryState.WAITING else 0.0
        conn.execute(LANES.update().where(lane).values(held_until=held_until))
        failures = 0 if verdict.state is DeliveryState.DELIVERED else WEBHOOKS.c.failures + 1
        stop = {"active": False, "stopped": verdict.stop.value} if verdict.stop else {}
        conn.execute(WEBHOOKS.update().where(WEBHOOKS.c.webhook == due.webhook).values(failures=failures, **stop))

    def retry(self, webhook: str) -> None:
        """Send again what was skipped, and at once what waits to be tried again; take up a webhook that was stopped."""
        mine = DELIVERIES.c.webhook == webhook
        again = {"state": DeliveryState.WAITING.value, "attempts": 0, "next_attempt": 0.0}
        tried = and_(DELIVERIES.c.state == DeliveryState.WAITING.value, DELIVERIES.c.attempts > 0)
        with self.database.writing() as conn:
            for chosen in (DELIVERIES.c.state == DeliveryState.GIVEN_UP.value, tried):
                conn.execute(DELIVERIES.update().where(mine, chosen).values(again))
            conn.execute(LANES.update().where(LANES.c.webhook == webhook).values(held_until=0.0))
            self.resume(webhook)

    def resume(self, webhook: str) -> None:
        """Let a webhook that was stopped go on where it stopped."""
        # Not free_at: a worker may be at it, and two at once would overtake each other.
        taken_up = {"active": True, "stopped": "", "failures": 0}
        with self.database.writing() as conn:
            conn.execute(WEBHOOKS.update().where(WEBHOOKS.c.webhook == webhook).values(taken_up))

    def release(self, webhook: str, free_at: float) -> None:
        """Let a taken webhook be taken again from `free_at` on."""
        with self.database.writing() as conn:
            conn.execute(WEBHOOKS.update().where(WEBHOOKS.c.webhook == webhook).values(free_at=free_at))

    def close(self) -> None:
        """Close every connection."""
        self.database.close()


def _first_waiting() -> ScalarSelect[Position | None]:
    """The position of the first event that waits in a lane; the lane comes from the query around it."""
    mine = and_(DELIVERIES.c.webhook == LANES.c.webhook, DELIVERIES.c.source == LANES.c.source)
    waiting = select(func.min(DELIVERIES.c.position)).where(mine, DELIVERIES.c.state == DeliveryState.WAITING.value)
    return waiting.correlate(LANES).scalar_subquery()


def _open_lanes(conn: Connection, lanes: set[tuple[str, str]]) -> None:
    for webhook, source in sorted(lanes):
        there = select(LANES.c.webhook).where(LANES.c.webhook == webhook, LANES.c.source == source)
        if conn.execute(there).first() is None:
            conn.execute(LANES.insert().values(webhook=webhook, source=source))


def _webhook(row: Row[tuple[object, ...]]) -> Webhook:
    return Webhook(
        webhook=row.webhook,
        owner=row.owner,
        grants=_GRANTS.decode(row.grants),
        url=row.url,
        types=_TYPES.decode(row.types),
        description=row.description,
        secret=row.secret,
        position=row.position,
        active=row.active,
        stopped=row.stopped,
    )


def _delivery(row: Row[tuple[object, ...]]) -> DeliveryView:
    waits = row.state == DeliveryState.WAITING and row.next_attempt > 0
    return DeliveryView(
        event=row.event,
        type=row.type,
        position=row.position,
        state=row.state,
        attempts=row.attempts,
        last_status=row.last_status,
        next_attempt=dt.datetime.fromtimestamp(row.next_attempt, tz=dt.UTC) if waits else None,
    )
