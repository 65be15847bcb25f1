"""Dead letters: events that a consumer could not apply, and messages nobody can read, where people see and retry them.

A table and not a queue on the broker: it is the same for the in-process broker, it survives the broker, it can be listed
without taking messages out, and it can say in Vietnamese what is wrong. A *halted* one stands for a source that waits: it
cannot be discarded, because skipping an event would make this consumer differ from the truth for ever; it is resolved by
applying it. A *malformed* one stands for nothing that is missing (the source's feed has every event): it can be
discarded.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import sqlalchemy as sa

from shared.clock import Clock
from shared.contracts.events.base import CloudEvent, to_json
from shared.ids import natural_id
from shared.problems import Conflict, NotFound
from shared.storage.database import open_migrated
from shared.storage.migrations import Migration, Migrations, statements
from shared.vocabulary.ids import Position

LONGEST_BODY = 64 * 1024
"""A body is kept up to this many characters; a message of ours is a tenth of it."""

metadata = sa.MetaData()
LETTERS = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("first_at", sa.Text, nullable=False),
    sa.Column("last_at", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

MIGRATIONS = Migrations(
    "dead_letters",
    Migration(
        1,
        "letters",
        statements(
            "CREATE TABLE dead_letters (id TEXT NOT NULL PRIMARY KEY, consumer TEXT NOT NULL, source TEXT NOT NULL, "
            "sequence BIGINT NOT NULL, type TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, "
            "first_at TEXT NOT NULL, last_at TEXT NOT NULL, attempts INTEGER NOT NULL, body TEXT NOT NULL)",
            "CREATE INDEX ix_dead_letters_state ON dead_letters (state)",
        ),
    ),
    proof="dead_letters",
)
"""A change of the table above is a new step here."""


class DeadLetterKind(enum.StrEnum):
    """Why a message became a dead letter."""

    HALTED = "dung_nguon"
    MALFORMED = "khong_doc_duoc"


class DeadLetterState(enum.StrEnum):
    """What became of it."""

    OPEN = "dang_cho"
    RETRY = "thu_lai"
    RESOLVED = "da_xong"
    DISCARDED = "da_bo"


_WAITING = (DeadLetterState.OPEN.value, DeadLetterState.RETRY.value)


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One dead letter. `sequence` is 0 and `type` empty when the message did not tell them; `body` is what came."""

    id: str
    consumer: str
    source: str
    sequence: Position
    type: str
    kind: DeadLetterKind
    state: DeadLetterState
    reason: str
    first_at: dt.datetime
    last_at: dt.datetime
    attempts: int
    body: str


class DeadLetters:
    """The table, in the database at `url` (SQLite or PostgreSQL), made when it is not there."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._engine = open_migrated(url, MIGRATIONS)
        self._clock = clock
        # The loops of a consumer share one connection when the database is in memory.
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    # --- for consumers ---

    def halt(self, consumer: str, event: CloudEvent, reason: str) -> DeadLetter:
        """Record that `consumer` cannot apply an event and waits; once more of the same counts attempts."""
        letter_id = str(natural_id("dead-letter", consumer, event.service, str(event.sequence)))
        return self._record(
            letter_id,
            consumer=consumer,
            source=event.service,
            sequence=event.sequence,
            type=event.type,
            kind=DeadLetterKind.HALTED.value,
            reason=reason,
            body=to_json(event).decode(),
        )

    def malformed(
        self, consumer: str, source: str, body: bytes, reason: str, *, sequence: Position, type_: str
    ) -> DeadLetter:
        """Record a message that could not be read; the same message again counts attempts."""
        digest = hashlib.sha256(body).hexdigest()
        return self._record(
            str(natural_id("unreadable", consumer, source, digest)),
            consumer=consumer,
            source=source,
            sequence=min(sequence, 2**63 - 1),
            type=_text(type_),
            kind=DeadLetterKind.MALFORMED.value,
            reason=reason,
            body=_text(body.decode("utf-8", errors="backslashreplace")),
        )

    def resolve(self, consumer: str, source: str, position: Position) -> None:
        """Record that `consumer` has applied the source's events up to `position`."""
        waiting = sa.and_(
            LETTERS.c.consumer == consumer,
            LETTERS.c.source == source,
            LETTERS.c.kind == DeadLetterKind.HALTED.value,
            LETTERS.c.sequence <= position,
            LETTERS.c.state.in_(_WAITING),
        )
        with self._transaction() as connection:
            connection.execute(
                sa.update(LETTERS).where(waiting).values(state=DeadLetterState.RESOLVED.value, last_at=self._now())
            )

    def retry_requested(self, consumer: str, source: str) -> list[DeadLetter]:
        """Return the dead letters that somebody wishes this consumer to try again."""
        query = sa.select(LETTERS).where(
            LETTERS.c.consumer == consumer, LETTERS.c.source == source, LETTERS.c.state == DeadLetterState.RETRY.value
        )
        with self._transaction() as connection:
            return [_letter(row) for row in connection.execute(query)]

    def settle(self, letter_id: str, state: DeadLetterState) -> None:
        """Record what a retry came to."""
        with self._transaction() as connection:
            connection.execute(
                sa.update(LETTERS).where(LETTERS.c.id == letter_id).values(state=state.value, last_at=self._now())
            )

    # --- for people ---

    def list(self, *, waiting_only: bool = True, limit: int = 200) -> list[DeadLetter]:
        """Return dead letters, the latest first."""
        query = sa.select(LETTERS).order_by(LETTERS.c.last_at.desc(), LETTERS.c.id).limit(limit)
        if waiting_only:
            query = query.where(LETTERS.c.state.in_(_WAITING))
        with self._transaction() as connection:
            return [_letter(row) for row in connection.execute(query)]

    def get(self, letter_id: str) -> DeadLetter:
        """Return one dead letter; raises NotFound."""
        with self._transaction() as connection:
            row = connection.execute(sa.select(LETTERS).where(LETTERS.c.id == letter_id)).one_or_none()
        if row is None:
            raise NotFound("Không có thư chết nào mang mã này.")
        return _letter(row)

    def retry(self, letter_id: str) -> DeadLetter:
        """Ask the consumer to try again within seconds; raises NotFound, or Conflict when it is settled."""
        self._waiting(letter_id)
        self.settle(letter_id, DeadLetterState.RETRY)
        return self.get(letter_id)

    def discard(self, letter_id: str) -> DeadLetter:
        """Discard a malformed message for good; raises NotFound, or Conflict for a dead letter that a source waits on."""
        if self._waiting(letter_id).kind is DeadLetterKind.HALTED:
            raise Conflict(
                "Không bỏ qua được sự kiện này: các sự kiện sau của cùng nguồn đang chờ nó. Sửa nguyên nhân rồi bấm Thử lại."
            )
        self.settle(letter_id, DeadLetterState.DISCARDED)
        return self.get(letter_id)

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with self._lock, self._engine.begin() as connection:
            yield connection

    def _waiting(self, letter_id: str) -> DeadLetter:
        letter = self.get(letter_id)
        if letter.state.value not in _WAITING:
            raise Conflict("Thư chết này đã được xử lý xong. Tải lại danh sách.")
        return letter

    def _record(self, letter_id: str, **values: str | int) -> DeadLetter:
        now = self._now()
        seen_again = (
            sa.update(LETTERS)
            .where(LETTERS.c.id == letter_id)
            .values(
                reason=values["reason"],
                state=DeadLetterState.OPEN.value,
                last_at=now,
                attempts=LETTERS.c.attempts + 1,
            )
        )
        first = sa.insert(LETTERS).values(
            id=letter_id, state=DeadLetterState.OPEN.value, first_at=now, last_at=now, attempts=1, **values
        )
        with self._transaction() as connection:
            if not connection.execute(seen_again).rowcount:
                connection.execute(first)
        return self.get(letter_id)

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="milliseconds")


def _text(text: str) -> str:
    # PostgreSQL refuses NUL in text.
    return text[:LONGEST_BODY].replace("\x00", "\\x00")


def _letter(row: sa.Row[tuple[object, ...]]) -> DeadLetter:
    return msgspec.convert({name: getattr(row, name) for name in DeadLetter.__struct_fields__}, DeadLetter)
