"""Tables of reminders: who was told what, seen, put off; to which address mail goes; which calendars are open.

Nothing else holds them: they are migrated and backed up, and SQLite waits for the disk. No name of a person is here; an
address is encrypted, and goes when its account is closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    and_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.notification.errors import RemindersForgotten
from shared.storage.database import Database
from shared.storage.migrations import Migration, Migrations, Schema, has_table, statements
from shared.storage.slices import slices
from shared.text import format_date
from shared.vocabulary.ids import DeadlineId

METADATA = MetaData()
REMINDERS = Table(
    "reminders",
    METADATA,
    Column("person", String, primary_key=True),
    Column("deadline", String, primary_key=True),
    Column("step", String, primary_key=True),
    Column("told_on", Date, nullable=False),
    Column("seen", Integer, nullable=False),
    # The day of the mail that carries it; none where the person wants no mail.
    Column("mail_day", Date),
)
SNOOZES = Table(
    "reminder_snoozes",
    METADATA,
    Column("person", String, primary_key=True),
    Column("deadline", String, primary_key=True),
    Column("until", Date, nullable=False),
)
ADDRESSES = Table(
    "reminder_addresses",
    METADATA,
    Column("person", String, primary_key=True),
    Column("address", LargeBinary, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("code", LargeBinary, nullable=False),
    Column("code_until", Float, nullable=False),
    Column("tries", Integer, nullable=False),
)
MAILS = Table(
    "reminder_mails",
    METADATA,
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("body", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("free_at", Float, nullable=False),
)
PRUNED = Table(
    "reminder_prunings",
    METADATA,
    Column("store", Integer, primary_key=True),
    # What was told before this day is forgotten: nothing is told of such a day any more.
    Column("before", Date, nullable=False),
)
CALENDARS = Table(
    "reminder_calendars",
    METADATA,
    Column("id", String, primary_key=True),
    Column("secret", String, nullable=False, unique=True),
    Column("person", String, nullable=False),
    Column("role", String, nullable=False),
    Column("opened_on", Date, nullable=False),
)


def _know_prunings(schema: Schema) -> None:
    # A store whose version was lost may have the table already.
    if not has_table(schema, "reminder_prunings"):
        schema.run("CREATE TABLE reminder_prunings (store INTEGER NOT NULL PRIMARY KEY, before DATE NOT NULL)")
        schema.run("INSERT INTO reminder_prunings (store, before) VALUES (1, '1970-01-01')")


MIGRATIONS = Migrations(
    "reminders",
    Migration(
        1,
        "reminders, addresses, mails and calendars",
        statements(
            "CREATE TABLE reminders (person VARCHAR NOT NULL, deadline VARCHAR NOT NULL, step VARCHAR NOT NULL, "
            "told_on DATE NOT NULL, seen INTEGER NOT NULL, mail_day DATE, PRIMARY KEY (person, deadline, step))",
            "CREATE INDEX reminders_mail ON reminders (person, mail_day)",
            "CREATE TABLE reminder_snoozes (person VARCHAR NOT NULL, deadline VARCHAR NOT NULL, until DATE NOT NULL, "
            "PRIMARY KEY (person, deadline))",
            "CREATE TABLE reminder_addresses (person VARCHAR NOT NULL PRIMARY KEY, address {bytes} NOT NULL, "
            "confirmed INTEGER NOT NULL, code {bytes} NOT NULL, code_until FLOAT NOT NULL, tries INTEGER NOT NULL)",
            "CREATE TABLE reminder_mails (id VARCHAR NOT NULL PRIMARY KEY, person VARCHAR NOT NULL, "
            "purpose VARCHAR NOT NULL, day DATE NOT NULL, state VARCHAR NOT NULL, body VARCHAR NOT NULL, "
            "attempts INTEGER NOT NULL, free_at FLOAT NOT NULL)",
            "CREATE TABLE reminder_calendars (id VARCHAR NOT NULL PRIMARY KEY, secret VARCHAR NOT NULL UNIQUE, "
            "person VARCHAR NOT NULL, role VARCHAR NOT NULL, opened_on DATE NOT NULL)",
        ),
    ),
    Migration(
        2,
        "from which day on reminders are kept",
        _know_prunings,
    ),
    proof="reminders",
)
"""A change of the tables above is a new step here."""


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """A person was told of a deadline at a step ("30")."""

    person: str
    deadline: DeadlineId
    step: str
    told_on: dt.date
    seen: bool = False


class MailAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a person wants mail, and the code that proves it: both encrypted. `tries` were made at the code."""

    person: str
    address: bytes
    confirmed: bool
    code: bytes = b""
    code_until: float = 0.0
    tries: int = 0


class KeptCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar that whoever has its secret may read; only the hash of that is kept. `role` '' is all of a person's."""

    id: str
    secret: str
    person: str
    role: str
    opened_on: dt.date


class ReminderStore:
    """Everything that is asked of the tables."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, "reminders", durable=True)
        self.database.migrate(MIGRATIONS)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    # --- reminders

    def tell(self, reminders: Sequence[Reminder], day: dt.date) -> list[Reminder]:
        """Write down what is told on a day, each once whoever else does the same; return what was new.

        Whoever wants mail gets it with the day's, or, once that is on its way, with the next day's.
        Raises RemindersForgotten for a day of which it is not known any more what was told.
        """
        new: list[Reminder] = []
        with self.database.writing() as conn:
            # Shared with others who tell; whoever prunes waits until all of them are done, and they for it.
            kept_from = conn.execute(select(PRUNED.c.before).with_for_update(read=True)).scalar_one()
            if day < kept_from:
                raise RemindersForgotten(
                    f"Sổ nhắc chỉ còn từ ngày {format_date(kept_from)}. Chưa nhắc ai. Chọn lúc nhắc từ ngày ấy; nếu không "
                    "chọn lúc nào, xem lại đồng hồ của máy.",
                    kept_from=kept_from.isoformat(),
                )
            mail_days = _mail_days(conn, day)
            for reminder in reminders:
                row = msgspec.structs.asdict(reminder) | {"seen": 0, "mail_day": mail_days.get(reminder.person)}
                if insert_once(conn, REMINDERS, row):
                    new.append(reminder)
            for person in {reminder.person for reminder in new} & mail_days.keys():
                _expect_mail(conn, person, mail_days[person])
        return new

    def prune(self, before: dt.date) -> int:
        """Forget what was told, put off and mailed before a day; return how many reminders were forgotten.

        Whoever calls vouches that none of them can be told again; of days before it `tell` tells nothing from then on.
        """
        with self.database.reading() as conn:
            if conn.execute(select(PRUNED.c.before)).scalar_one() >= before:
                return 0
        over = and_(MAILS.c.purpose == DIGEST, MAILS.c.state.in_((SENT, NOTHING, GIVEN_UP)), MAILS.c.day < before)
        with self.database.writing() as conn:
            if not conn.execute(update(PRUNED).where(PRUNED.c.before < before).values(before=before)).rowcount:
                return 0
            conn.execute(MAILS.delete().where(over))
            conn.execute(SNOOZES.delete().where(SNOOZES.c.until < before))
            return conn.execute(REMINDERS.delete().where(REMINDERS.c.told_on < before)).rowcount

    def told(self, person: str = "") -> list[Reminder]:
        """Return what everybody, or one person, was told, the latest last."""
        query = select(REMINDERS).order_by(REMINDERS.c.told_on, REMINDERS.c.deadline, REMINDERS.c.step)
        with self.database.reading() as conn:
            return [reminder_of(row) for row in conn.execute(query.where(REMINDERS.c.person == person) if person else query)]

    def told_keys(self) -> set[tuple[str, str, str]]:
        """Return person, deadline and step of everything that was told."""
        c = REMINDERS.c
        with self.database.reading() as conn:
            return {(row.person, row.deadline, row.step) for row in conn.execute(select(c.person, c.deadline, c.step))}

    def see(self, person: str, deadlines: Iterable[DeadlineId]) -> None:
        """Note that a person has seen what was told of some deadlines."""
        c = REMINDERS.c
        with self.database.writing() as conn:
            for some in slices(deadlines):
                conn.execute(update(REMINDERS).where(c.person == person, c.deadline.in_(some)).values(seen=1))

    def snooze(self, person: str, deadline: DeadlineId, until: dt.date) -> None:
        """Tell a person nothing of a deadline before a day; then it is new to them again."""
        mine = and_(REMINDERS.c.person == person, REMINDERS.c.deadline == deadline)
        same = and_(SNOOZES.c.person == person, SNOOZES.c.deadline == deadline)
        with self.database.writing() as conn:
            conn.execute(SNOOZES.delete().where(same))
            conn.execute(SNOOZES.insert().values(person=person, deadline=deadline, until=until))
            conn.execute(update(REMINDERS).where(mine).values(seen=0))

    def snoozes(self, person: str = "") -> dict[tuple[str, str], dt.date]:
        """Return until when persons put off which deadlines."""
        query = select(SNOOZES)
        with self.database.reading() as conn:
            rows = conn.execute(query.where(SNOOZES.c.person == person) if person else query)
            return {(row.person, row.deadline): row.until for row in rows}

    def forget(self, person: str) -> None:
        """Take away all that is kept of a person: address, calendars, reminders, mail on its way."""
        with self.database.writing() as conn:
            for table in (REMINDERS, SNOOZES, ADDRESSES, MAILS, CALENDARS):
                conn.execute(table.delete().where(table.c.person == person))

    def persons(self) -> set[str]:
        """Return everybody of whom something is kept."""
        with self.database.reading() as conn:
            tables = (REMINDERS, SNOOZES, ADDRESSES, MAILS, CALENDARS)
            return {person for table in tables for person in conn.execute(select(table.c.person).distinct()).scalars()}

    # --- calendars

    def open_calendar(self, calendar: KeptCalendar) -> None:
        """Keep a new calendar."""
        with self.database.writing() as conn:
            conn.execute(CALENDARS.insert().values(msgspec.structs.asdict(calendar)))

    def calendars(self, person: str) -> list[KeptCalendar]:
        """Return the calendars of a person."""
        query = select(CALENDARS).where(CALENDARS.c.person == person).order_by(CALENDARS.c.opened_on, CALENDARS.c.id)
        with self.database.reading() as conn:
            return [_calendar(row) for row in conn.execute(query)]

    def calendar(self, secret: str) -> KeptCalendar | None:
        """Return the calendar whose secret has this hash."""
        with self.database.reading() as conn:
            row = conn.execute(select(CALENDARS).where(CALENDARS.c.secret == secret)).first()
        return _calendar(row) if row else None

    def close_calendar(self, person: str, calendar: str) -> bool:
        """Take a person's calendar away; say whether it was there."""
        mine = and_(CALENDARS.c.person == person, CALENDARS.c.id == calendar)
        with self.database.writing() as conn:
            return bool(conn.execute(CALENDARS.delete().where(mine)).rowcount)


def insert_once(conn: Connection, table: Table, row: dict[str, object]) -> bool:
    """Insert a row unless one of its key is there; say whether it was new."""
    insert = postgresql_insert if conn.dialect.name == "postgresql" else sqlite_insert
    key = next(iter(table.primary_key.columns))
    return conn.execute(insert(table).values(row).on_conflict_do_nothing().returning(key)).first() is not None


def _mail_days(conn: Connection, day: dt.date) -> dict[str, dt.date]:
    """Return whose mail goes to a confirmed address, and the day of the mail that still takes something in."""
    wanting = conn.execute(select(ADDRESSES.c.person).where(ADDRESSES.c.confirmed == 1)).scalars()
    closed = conn.execute(
        select(MAILS.c.person).where(MAILS.c.purpose == DIGEST, MAILS.c.day == day, MAILS.c.state != PENDING)
    ).scalars()
    gone = set(closed)
    return {person: day + dt.timedelta(days=person in gone) for person in wanting}


def _expect_mail(conn: Connection, person: str, day: dt.date) -> None:
    row = {"id": digest_id(person, day), "person": person, "purpose": DIGEST, "day": day, "state": PENDING}
    insert_once(conn, MAILS, row | {"body": "", "attempts": 0, "free_at": 0.0})


DIGEST, CODE = "tom_tat", "ma"
PENDING, SENDING, SENT, NOTHING, GIVEN_UP = "cho_gui", "dang_gui", "da_gui", "khong_con_gi", "thoi"


def digest_id(person: str, day: dt.date) -> str:
    """Return the id of a person's digest of a day: there is one."""
    return f"{person}:{day.isoformat()}"


def reminder_of(row: Row[tuple[object, ...]]) -> Reminder:
    """Return the reminder that a row is."""
    return Reminder(
        person=row.person, deadline=DeadlineId(row.deadline), step=row.step, told_on=row.told_on, seen=bool(row.seen)
    )


def _calendar(row: Row[tuple[object, ...]]) -> KeptCalendar:
    return KeptCalendar(id=row.id, secret=row.secret, person=row.person, role=row.role, opened_on=row.opened_on)


def reminders_beside(views_url: str) -> str:
    """Return where reminders are kept: a file beside the service's other tables, or the same PostgreSQL database."""
    if views_url.startswith("sqlite:///") and views_url.endswith(".sqlite"):
        return views_url.rpartition("/")[0] + "/reminders.sqlite"
    return views_url
