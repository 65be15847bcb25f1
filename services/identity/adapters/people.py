"""People and secrets in tables of their own: not derivable from any log, never dropped by a rebuild, to be backed up.

Secrets (sessions, links, tokens) are kept as SHA-256 of what the holder has, and asked for by it; they have 192 bits or
more, so no slow hash is needed. Times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from services.identity.domain.login_throttle import FailedLogins, ThrottlePolicy
from services.identity.errors import NoSuchPerson
from services.identity.ports import CommuneList, Link, OnPapers, Person, ProgramSecret, Session
from shared.identity.secret_hash import hash_secret
from shared.ids import new_id
from shared.storage.database import Database
from shared.storage.migrations import Migration, Migrations, statements
from shared.vocabulary.ids import PersonId, SchoolCode

_KEEP_S = 7 * 24 * 3600
"""How long what ended is kept, so that a late click gets the right answer."""

METADATA = MetaData()

PEOPLE = Table(
    "people",
    METADATA,
    Column("account", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("display_name", String, nullable=False),
    Column("password_hash", String, nullable=False, server_default=""),
)
LINKS = Table(
    "people_links",
    METADATA,
    Column("secret", String, primary_key=True),
    Column("account", String, nullable=False, index=True),
    Column("purpose", String, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("spent", Integer, nullable=False, server_default="0"),
)
SESSIONS = Table(
    "people_sessions",
    METADATA,
    Column("secret", String, primary_key=True),
    Column("account", String, nullable=False, index=True),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
TRIES = Table(
    "people_tries",
    METADATA,
    Column("key", String, primary_key=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("last_at", BigInteger, nullable=False, server_default="0"),
    Column("until", BigInteger, nullable=False, server_default="0"),
)
PROGRAMS = Table(
    "people_programs",
    METADATA,
    Column("token", String, primary_key=True),
    Column("secret", String, nullable=True, unique=True),
    Column("name", String, nullable=False),
)
PAPERS = Table(
    "people_on_papers",
    METADATA,
    Column("person", String, primary_key=True),
    Column("school", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("office", String, nullable=False),
    Column("phone", String, nullable=False, server_default=""),
    Column("account", String, nullable=False, server_default=""),
    Column("erased_at", BigInteger, nullable=False, server_default="0"),
    Index("ix_people_on_papers_school", "school"),
)
"""Somebody who sits in the councils of two schools stands here twice: an office is one at a school.

`school` is whose list it is: a school's code, or a commune's list (`services.identity.ports.CommuneList`)."""

MIGRATIONS = Migrations(
    "people",
    Migration(
        1,
        "people, links, sessions, tries, programs",
        statements(
            "CREATE TABLE people (account VARCHAR NOT NULL PRIMARY KEY, login VARCHAR NOT NULL UNIQUE, "
            "display_name VARCHAR NOT NULL, password_hash VARCHAR DEFAULT '' NOT NULL)",
            "CREATE TABLE people_links (secret VARCHAR NOT NULL PRIMARY KEY, account VARCHAR NOT NULL, "
            "purpose VARCHAR NOT NULL, expires_at BIGINT NOT NULL, spent INTEGER DEFAULT '0' NOT NULL)",
            "CREATE INDEX ix_people_links_account ON people_links (account)",
            "CREATE TABLE people_sessions (secret VARCHAR NOT NULL PRIMARY KEY, account VARCHAR NOT NULL, "
            "seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)",
            "CREATE INDEX ix_people_sessions_account ON people_sessions (account)",
            "CREATE TABLE people_tries (key VARCHAR NOT NULL PRIMARY KEY, failures INTEGER DEFAULT '0' NOT NULL, "
            "last_at BIGINT DEFAULT '0' NOT NULL, until BIGINT DEFAULT '0' NOT NULL)",
            "CREATE TABLE people_programs (token VARCHAR NOT NULL PRIMARY KEY, secret VARCHAR UNIQUE, "
            "name VARCHAR NOT NULL)",
        ),
    ),
    Migration(
        2,
        "people on papers",
        statements(
            "CREATE TABLE IF NOT EXISTS people_on_papers (person VARCHAR NOT NULL, school VARCHAR NOT NULL, "
            "name VARCHAR NOT NULL, office VARCHAR NOT NULL, phone VARCHAR DEFAULT '' NOT NULL, "
            "account VARCHAR DEFAULT '' NOT NULL, erased_at BIGINT DEFAULT '0' NOT NULL, PRIMARY KEY (person, school))",
            "CREATE INDEX IF NOT EXISTS ix_people_on_papers_school ON people_on_papers (school)",
        ),
    ),
    proof="people",
)
"""A change of the tables above is a new step here."""


class PeopleTables:
    """People and secrets on SQLite or PostgreSQL; `url` as for the views."""

    def __init__(self, url: str) -> None:
        # Durable: a password that was set is a promise, and no log could give it again after a power cut.
        self._database = Database(url, "people", durable=True)
        self._database.migrate(MIGRATIONS)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def reserve(self, person: Person) -> Person:
        with self._database.writing() as conn:
            found = _person(conn, PEOPLE.c.login == person.login) or _person(conn, PEOPLE.c.account == person.account)
            if found is None:
                conn.execute(insert(PEOPLE).values(**_plain(person)))
        return found or person

    def rename(self, account: str, display_name: str) -> None:
        with self._database.writing() as conn:
            conn.execute(update(PEOPLE).where(PEOPLE.c.account == account).values(display_name=display_name))

    def person(self, account: str) -> Person | None:
        with self._database.reading() as conn:
            return _person(conn, PEOPLE.c.account == account)

    def by_login(self, login: str) -> Person | None:
        with self._database.reading() as conn:
            return _person(conn, PEOPLE.c.login == login)

    def all_people(self) -> list[Person]:
        with self._database.reading() as conn:
            return [Person(**dict(row)) for row in conn.execute(select(PEOPLE)).mappings()]

    def set_password(self, account: str, password_hash: str) -> None:
        with self._database.writing() as conn:
            conn.execute(update(PEOPLE).where(PEOPLE.c.account == account).values(password_hash=password_hash))

    def add_link(self, secret_hash: str, link: Link) -> None:
        with self._database.writing() as conn:
            conn.execute(delete(LINKS).where(LINKS.c.account == link.account, LINKS.c.purpose == link.purpose))
            conn.execute(insert(LINKS).values(secret=secret_hash, **_plain(link)))

    def link(self, secret_hash: str) -> Link | None:
        with self._database.reading() as conn:
            query = select(LINKS).where(LINKS.c.secret == secret_hash, LINKS.c.spent == 0)
            row = conn.execute(query).mappings().one_or_none()
            return Link(account=row["account"], purpose=row["purpose"], expires_at=row["expires_at"]) if row else None

    def redeem_link(self, secret_hash: str, *, password_hash: str = "", password_of: str = "") -> bool:
        with self._database.writing() as conn:
            spent = conn.execute(update(LINKS).where(LINKS.c.secret == secret_hash, LINKS.c.spent == 0).values(spent=1))
            if spent.rowcount == 0:
                return False
            if password_hash:
                conn.execute(update(PEOPLE).where(PEOPLE.c.account == password_of).values(password_hash=password_hash))
                conn.execute(delete(SESSIONS).where(SESSIONS.c.account == password_of))
            return True

    def drop_links(self, account: str) -> None:
        with self._database.writing() as conn:
            conn.execute(delete(LINKS).where(LINKS.c.account == account))

    def add_session(self, secret_hash: str, session: Session) -> None:
        with self._database.writing() as conn:
            conn.execute(insert(SESSIONS).values(secret=secret_hash, **_plain(session)))

    def session(self, secret_hash: str) -> Session | None:
        with self._database.reading() as conn:
            row = conn.execute(select(SESSIONS).where(SESSIONS.c.secret == secret_hash)).mappings().one_or_none()
            return Session(account=row["account"], seen_at=row["seen_at"], expires_at=row["expires_at"]) if row else None

    def touch_session(self, secret_hash: str, seen_at: int) -> None:
        with self._database.writing() as conn:
            conn.execute(update(SESSIONS).where(SESSIONS.c.secret == secret_hash).values(seen_at=seen_at))

    def drop_session(self, secret_hash: str) -> None:
        with self._database.writing() as conn:
            conn.execute(delete(SESSIONS).where(SESSIONS.c.secret == secret_hash))

    def drop_sessions(self, account: str, *, but: str = "") -> None:
        with self._database.writing() as conn:
            conn.execute(delete(SESSIONS).where(SESSIONS.c.account == account, SESSIONS.c.secret != but))

    def begin_try(self, keys: Mapping[str, ThrottlePolicy], now: int) -> int:
        with self._database.writing() as conn:
            stand = {key: _tries(conn, hash_secret(key)) for key in sorted(keys)}
            wait = max(tries.wait_s(now) for tries in stand.values())
            if wait == 0:
                for key, tries in stand.items():
                    _put_tries(conn, hash_secret(key), tries.failed(now, keys[key]))
            return wait

    def forgive_try(self, keys: Mapping[str, ThrottlePolicy]) -> None:
        with self._database.writing() as conn:
            for key in sorted(keys):
                _put_tries(conn, hash_secret(key), _tries(conn, hash_secret(key)).forgiven(keys[key]))

    def forget_tries(self, key: str) -> None:
        with self._database.writing() as conn:
            conn.execute(delete(TRIES).where(TRIES.c.key == hash_secret(key)))

    def put_program(self, secret_hash: str, program: ProgramSecret) -> None:
        with self._database.writing() as conn:
            conn.execute(delete(PROGRAMS).where(PROGRAMS.c.token == program.token))
            conn.execute(insert(PROGRAMS).values(secret=secret_hash, **_plain(program)))

    def program(self, secret_hash: str) -> ProgramSecret | None:
        with self._database.reading() as conn:
            row = conn.execute(select(PROGRAMS).where(PROGRAMS.c.secret == secret_hash)).mappings().one_or_none()
            return ProgramSecret(token=row["token"], name=row["name"]) if row else None

    def programs(self) -> list[ProgramSecret]:
        with self._database.reading() as conn:
            rows = conn.execute(select(PROGRAMS)).mappings()
            return [ProgramSecret(token=row["token"], name=row["name"]) for row in rows]

    def drop_program(self, token: str) -> None:
        with self._database.writing() as conn:
            conn.execute(update(PROGRAMS).where(PROGRAMS.c.token == token).values(secret=None))

    def put_on_papers(self, entries: Sequence[OnPapers]) -> list[tuple[PersonId, bool]]:
        with self._database.writing() as conn:
            return [_put_on_papers(conn, entry) for entry in entries]

    def on_papers(
        self, school: SchoolCode | CommuneList, persons: Sequence[PersonId] = ()
    ) -> list[tuple[OnPapers, Person | None]]:
        query = select(PAPERS).where(PAPERS.c.school == school, PAPERS.c.erased_at == 0)
        with self._database.reading() as conn:
            rows = conn.execute(query.where(PAPERS.c.person.in_(persons)) if persons else query).mappings().all()
            accounts = [row["account"] for row in rows if row["account"]]
            held = conn.execute(select(PEOPLE).where(PEOPLE.c.account.in_(accounts))).mappings()
            by_account = {row["account"]: Person(**dict(row)) for row in held}
        return [(_on_papers(row), by_account.get(row["account"])) for row in rows]

    def erase(self, person: PersonId, now: int) -> bool:
        with self._database.writing() as conn:
            blank = {"name": "", "phone": "", "erased_at": func.coalesce(func.nullif(PAPERS.c.erased_at, 0), now)}
            papers = conn.execute(update(PAPERS).where(PAPERS.c.person == person).values(**blank))
            nameless = {"login": person, "display_name": "", "password_hash": ""}
            accounts = conn.execute(update(PEOPLE).where(PEOPLE.c.account == person).values(**nameless))
            return papers.rowcount + accounts.rowcount > 0

    def purge(self, now: int) -> None:
        with self._database.writing() as conn:
            for table in (SESSIONS, LINKS):
                conn.execute(delete(table).where(table.c.expires_at < now - _KEEP_S))
            conn.execute(delete(TRIES).where(TRIES.c.last_at < now - _KEEP_S))


def _plain(struct: Person | Link | Session | ProgramSecret | OnPapers) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def _person(conn: Connection, condition: Any) -> Person | None:
    row: RowMapping | None = conn.execute(select(PEOPLE).where(condition)).mappings().one_or_none()
    return Person(**dict(row)) if row else None


def _on_papers(row: RowMapping) -> OnPapers:
    return OnPapers(**{name: row[name] for name in OnPapers.__struct_fields__})


def _put_on_papers(conn: Connection, entry: OnPapers) -> tuple[PersonId, bool]:
    c = PAPERS.c
    here = select(PAPERS).where(c.school == entry.school, c.erased_at == 0)
    if entry.person:
        found = conn.execute(here.where(c.person == entry.person)).mappings().one_or_none()
    else:
        # Two may have come to the same name and office; of these it is always the same one.
        same = here.where(c.name == entry.name, c.office == entry.office, c.account == "").order_by(c.person)
        found = conn.execute(same).mappings().first()
    if found is None:
        if entry.person and not entry.account:
            raise NoSuchPerson(
                "Danh sách này không có người mang mã ấy, hoặc tên đã xóa. Chưa ghi gì. Bỏ mã để ghi người mới.",
                person=entry.person,
            )
        person = entry.person or PersonId(str(new_id()))
        conn.execute(insert(PAPERS).values(**_plain(msgspec.structs.replace(entry, person=person))))
        return person, True
    known = _on_papers(found)
    wanted = msgspec.structs.replace(entry, person=known.person, phone=entry.phone or known.phone)
    if wanted != known:
        conn.execute(update(PAPERS).where(c.person == known.person, c.school == entry.school).values(**_plain(wanted)))
    return known.person, wanted != known


def _tries(conn: Connection, key: str) -> FailedLogins:
    row = conn.execute(select(TRIES).where(TRIES.c.key == key)).mappings().one_or_none()
    return FailedLogins(failures=row["failures"], last_at=row["last_at"], until=row["until"]) if row else FailedLogins()


def _put_tries(conn: Connection, key: str, tries: FailedLogins) -> None:
    upsert: Any = (postgresql if conn.dialect.name == "postgresql" else sqlite).insert(TRIES)
    values = {"failures": tries.failures, "last_at": tries.last_at, "until": tries.until}
    conn.execute(upsert.values(key=key, **values).on_conflict_do_update(index_elements=[TRIES.c.key], set_=values))
