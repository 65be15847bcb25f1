"""Mail in the tables of reminders: confirmed addresses, and what waits to be sent, by at most one worker at a time.

A digest is written down before it is sent and noted afterwards; killed between the two it is sent again, word for word and
under the same Message-ID, for SMTP knows no other way (ADR 40).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec
from sqlalchemy import Row, and_, or_, select, update

from services.notification.reminder_store import (
    ADDRESSES,
    CODE,
    DIGEST,
    GIVEN_UP,
    MAILS,
    NOTHING,
    PENDING,
    REMINDERS,
    SENDING,
    SENT,
    MailAddress,
    Reminder,
    ReminderStore,
    insert_once,
    reminder_of,
)


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail on its way; `body` is empty until it was first tried, `attempts` were made."""

    id: str
    person: str
    purpose: str
    day: dt.date
    body: str
    attempts: int


class MailStore:
    """Everything that is asked of the tables about mail; moments are seconds since 1970."""

    def __init__(self, store: ReminderStore) -> None:
        self._database = store.database

    # --- addresses

    def address(self, person: str) -> MailAddress | None:
        """Return where a person's mail goes."""
        with self._database.reading() as conn:
            row = conn.execute(select(ADDRESSES).where(ADDRESSES.c.person == person)).first()
        return _address(row) if row else None

    def ask_for_proof(self, address: MailAddress, day: dt.date, *, most: int) -> bool:
        """Keep an address that is not confirmed, and send its code there; the one before is forgotten.

        False, and nothing is kept, once `most` codes were sent for the person on that day.
        """
        row = msgspec.structs.asdict(address) | {"confirmed": 0}
        codes = and_(MAILS.c.person == address.person, MAILS.c.purpose == CODE)
        taken = select(MAILS.c.id).where(codes, MAILS.c.day == day, MAILS.c.state != PENDING)
        with self._database.writing() as conn:
            number = len(conn.execute(taken).all()) + 1
            if number > most:
                return False
            conn.execute(ADDRESSES.delete().where(ADDRESSES.c.person == address.person))
            conn.execute(ADDRESSES.insert().values(row))
            conn.execute(MAILS.delete().where(codes, or_(MAILS.c.day < day, MAILS.c.state == PENDING)))
            mail = {"id": f"{address.person}:{CODE}:{day}:{number}", "person": address.person, "purpose": CODE, "day": day}
            insert_once(conn, MAILS, mail | {"state": PENDING, "body": "", "attempts": 0, "free_at": 0.0})
        return True

    def confirm(self, person: str, matches: Callable[[MailAddress], bool]) -> bool:
        """Confirm a person's address when `matches` says so; every call counts as a try."""
        mine = ADDRESSES.c.person == person
        with self._database.writing() as conn:
            row = conn.execute(select(ADDRESSES).where(mine)).first()
            if row is None:
                return False
            right = matches(_address(row))
            values = {"confirmed": 1, "code": b""} if right else {"tries": row.tries + 1}
            conn.execute(update(ADDRESSES).where(mine).values(values))
            return right

    def forget_address(self, person: str) -> None:
        """Send a person nothing more, and forget where."""
        with self._database.writing() as conn:
            conn.execute(ADDRESSES.delete().where(ADDRESSES.c.person == person))
            conn.execute(MAILS.delete().where(MAILS.c.person == person, MAILS.c.state != SENT))
            conn.execute(update(REMINDERS).where(REMINDERS.c.person == person).values(mail_day=None))

    # --- mail on its way

    def claim(self, day: dt.date, now: float, until: float) -> Mail | None:
        """Take a mail whose day has come, for nobody else to touch before `until`.

        From here on nothing more is put into it: what is told later goes with the next day's.
        """
        c = MAILS.c
        free = and_(c.state.in_((PENDING, SENDING)), c.day <= day, c.free_at <= now)
        with self._database.reading() as conn:
            row = conn.execute(select(MAILS).where(free).order_by(c.day, c.id).limit(1)).first()
        if row is None:
            return None
        mine = and_(c.id == row.id, c.state.in_((PENDING, SENDING)), c.free_at <= now)
        with self._database.writing() as conn:
            taken = conn.execute(update(MAILS).where(mine).values(state=SENDING, free_at=until)).rowcount
            row = conn.execute(select(MAILS).where(c.id == row.id)).first()
        if not taken or row is None:
            return None
        return Mail(
            id=row.id, person=row.person, purpose=row.purpose, day=row.day, body=row.body, attempts=row.attempts
        )  # fmt: skip

    def told_in(self, mail: Mail) -> list[Reminder]:
        """Return the reminders that a digest carries."""
        c = REMINDERS.c
        mine = select(REMINDERS).where(c.person == mail.person, c.mail_day == mail.day).order_by(c.deadline, c.step)
        with self._database.reading() as conn:
            return [reminder_of(row) for row in conn.execute(mine)]

    def write_body(self, mail: Mail, body: str) -> None:
        """Keep the words of a mail before it is sent: every attempt sends the same."""
        with self._database.writing() as conn:
            conn.execute(update(MAILS).where(MAILS.c.id == mail.id).values(body=body))

    def settle(self, mail: Mail, state: str) -> None:
        """Note that a mail was sent, had nothing left to say, or was given up; its words are forgotten."""
        with self._database.writing() as conn:
            conn.execute(update(MAILS).where(MAILS.c.id == mail.id).values(state=state, body=""))

    def put_off(self, mail: Mail, until: float) -> None:
        """Try a mail again later."""
        later = {"attempts": mail.attempts + 1, "free_at": until}
        with self._database.writing() as conn:
            conn.execute(update(MAILS).where(MAILS.c.id == mail.id).values(later))

    def waiting(self, person: str) -> int:
        """Return how many mails to a person are on their way."""
        mine = and_(MAILS.c.person == person, or_(MAILS.c.state == PENDING, MAILS.c.state == SENDING))
        with self._database.reading() as conn:
            return len(conn.execute(select(MAILS.c.id).where(mine)).all())


def _address(row: Row[tuple[object, ...]]) -> MailAddress:
    return MailAddress(
        person=row.person,
        address=bytes(row.address),
        confirmed=bool(row.confirmed),
        code=bytes(row.code),
        code_until=row.code_until,
        tries=row.tries,
    )


__all__ = ["CODE", "DIGEST", "GIVEN_UP", "NOTHING", "SENT", "Mail", "MailStore"]
