"""Tables beside the feed: webhooks, their sealed secrets, and how far each was served.

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
    ColumnElement,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    and_,
    func,
    select,
)

from services.notification.domain.delivery import State, Verdict
from shared.contracts.base import CloudEvent
from shared.contracts.calls.notification import DeliveryView, WebhookView
from shared.eventlog.database import Database
from shared.identity.acting import Grant

LATEST = 20
"""So many deliveries are shown of a webhook."""

KEPT = 1000
"""So many finished deliveries are kept of a webhook."""

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
    Index("notification_deliveries_due", "webhook", "state", "next_attempt"),
)

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
    position: int
    active: bool = True


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery whose time has come; `attempts` were made before."""

    webhook: str
    position: int
    attempts: int


class WebhookTables:
    """Everything that is asked of the tables; moments are seconds since 1970."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, "notification", durable=True)
        with self.database.opening() as conn:
            METADATA.create_all(conn)

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
        waiting = select(func.count()).select_from(DELIVERIES).where(mine, DELIVERIES.c.state == State.WAITING)
        with self.database.reading() as conn:
            deliveries = [_delivery(row) for row in conn.execute(latest)]
            count = conn.execute(waiting).scalar_one()
        return WebhookView(
            webhook=webhook.webhook,
            url=webhook.url,
            types=webhook.types,
            description=webhook.description,
            active=webhook.active,
            waiting=count,
            deliveries=deliveries,
        )

    # --- deliveries

    def behind(self, head: int) -> list[Webhook]:
        """Return the active webhooks that have not been handed every event yet."""
        wanted = and_(WEBHOOKS.c.active, WEBHOOKS.c.position < head)
        with self.database.reading() as conn:
            return [_webhook(row) for row in conn.execute(WEBHOOKS.select().where(wanted))]

    def hand_over(self, webhook: Webhook, events: Sequence[CloudEvent], position: int, *, ended: bool) -> None:
        """Make deliveries of `events` and move the webhook on to `position`, unless another process was first.

        `ended`: its owner lost a right on the way, so nothing more is sent to it.
        """
        with self.database.writing() as conn:
            self._hand_over(conn, webhook, events, position, ended=ended)

    def _hand_over(
        self, conn: Connection, webhook: Webhook, events: Sequence[CloudEvent], position: int, *, ended: bool
    ) -> None:
        mine = and_(WEBHOOKS.c.webhook == webhook.webhook, WEBHOOKS.c.position == webhook.position)
        moved = conn.execute(WEBHOOKS.update().where(mine).values(position=position, active=not ended))
        if moved.rowcount and events:
            rows = [
                {
                    "webhook": webhook.webhook,
                    "position": event.position,
                    "event": event.id,
                    "type": event.type,
                    "state": State.WAITING.value,
                }
                for event in events
            ]
            conn.execute(DELIVERIES.insert(), rows)
        finished = and_(DELIVERIES.c.webhook == webhook.webhook, DELIVERIES.c.state != State.WAITING)
        conn.execute(DELIVERIES.delete().where(finished, DELIVERIES.c.position <= position - KEPT))

    def take(self, now: float, until: float) -> Webhook | None:
        """Take an active webhook that has something due, for nobody else to touch before `until`."""
        due = select(DELIVERIES.c.webhook).where(_is_due(now)).where(DELIVERIES.c.webhook == WEBHOOKS.c.webhook).exists()
        free = WEBHOOKS.select().where(WEBHOOKS.c.active, WEBHOOKS.c.free_at <= now, due)
        with self.database.reading() as conn:
            found = conn.execute(free.order_by(WEBHOOKS.c.free_at).limit(1)).first()
        if found is None:
            return None
        with self.database.writing() as conn:
            mine = and_(WEBHOOKS.c.webhook == found.webhook, WEBHOOKS.c.free_at <= now)
            taken = conn.execute(WEBHOOKS.update().where(mine).values(free_at=until))
        return _webhook(found) if taken.rowcount else None

    def next_due(self, webhook: str, now: float) -> Due | None:
        """Return a webhook's earliest event whose time has come."""
        wanted = DELIVERIES.select().where(DELIVERIES.c.webhook == webhook, _is_due(now))
        with self.database.reading() as conn:
            row = conn.execute(wanted.order_by(DELIVERIES.c.position).limit(1)).first()
        return Due(webhook=row.webhook, position=row.position, attempts=row.attempts) if row else None

    def note(self, due: Due, verdict: Verdict, status: int, now: float) -> int:
        """Write down how an attempt ended; return how many attempts of this webhook have failed on end."""
        mine = and_(DELIVERIES.c.webhook == due.webhook, DELIVERIES.c.position == due.position)
        one = WEBHOOKS.c.webhook == due.webhook
        with self.database.writing() as conn:
            conn.execute(
                DELIVERIES.update()
                .where(mine)
                .values(
                    state=verdict.state.value,
                    attempts=due.attempts + 1,
                    last_status=status,
                    next_attempt=now + verdict.pause_s,
                )
            )
            delivered = verdict.state is State.DELIVERED
            failures = 0 if delivered else WEBHOOKS.c.failures + 1
            conn.execute(WEBHOOKS.update().where(one).values(failures=failures))
            if verdict.gone:
                conn.execute(WEBHOOKS.update().where(one).values(active=False))
            return conn.execute(select(WEBHOOKS.c.failures).where(one)).scalar_one_or_none() or 0

    def release(self, webhook: str, free_at: float) -> None:
        """Let a taken webhook be taken again from `free_at` on."""
        with self.database.writing() as conn:
            conn.execute(WEBHOOKS.update().where(WEBHOOKS.c.webhook == webhook).values(free_at=free_at))

    def close(self) -> None:
        """Close every connection."""
        self.database.close()


def _is_due(now: float) -> ColumnElement[bool]:
    return and_(DELIVERIES.c.state == State.WAITING, DELIVERIES.c.next_attempt <= now)


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
    )


def _delivery(row: Row[tuple[object, ...]]) -> DeliveryView:
    waits = row.state == State.WAITING and row.next_attempt > 0
    return DeliveryView(
        event=row.event,
        type=row.type,
        position=row.position,
        state=row.state,
        attempts=row.attempts,
        last_status=row.last_status,
        next_attempt=dt.datetime.fromtimestamp(row.next_attempt, tz=dt.UTC) if waits else None,
    )
