"""Read models of deadlines: every day somebody owes something by, who holds which role, which school lies where.

They follow the merged feed, which is this service's own log, so an installation that is older than they are has its
deadlines at the first question.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Delete,
    Insert,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from services.notification.domain.deadlines.listening import changes_of
from services.notification.domain.deadlines.model import (
    Change,
    Counted,
    Drop,
    Finish,
    Held,
    KeptDeadline,
    Law,
    Left,
    Lost,
    Move,
    NamedSchool,
    Note,
    Pass,
    Release,
    Reopen,
    Roles,
    Set,
    Team,
    Wait,
    Which,
    told_by,
)
from services.notification.domain.deadlines.notes import CLOSED as CLOSED_SCHOOL
from services.notification.domain.feed import EventRelayed
from shared.clock import vietnam_date
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.deadlines import DeadlineKind
from shared.vocabulary.ids import CommuneCode, DeadlineId, SchoolCode
from shared.vocabulary.roles import Role

VERSION = 2
"""Raise it whenever a table, the projection or what is heard changes: everything is rebuilt."""

NAME = "deadlines"
OPEN, DONE, DROPPED = "", "xong", "bo"

METADATA = MetaData()
DEADLINES = Table(
    "deadlines",
    METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("school", String, nullable=False, index=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("who", String, nullable=False),
    Column("watch", String, nullable=False),
    Column("persons", String, nullable=False),
    Column("group", String, nullable=False, index=True),
    Column("parts", String, nullable=False),
    Column("due", Date),
    Column("first_due", Date),
    Column("counted", String, nullable=False),
    Column("began", Date, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("ended", String, nullable=False),
    Column("ended_on", Date),
    Column("ended_by", String, nullable=False),
    Column("waits_for", String, nullable=False),
    Column("waits_since", Date),
)
NOTES = Table("deadline_notes", METADATA, Column("key", String, primary_key=True), Column("value", String, nullable=False))
SCHOOLS = Table(
    "deadline_schools",
    METADATA,
    Column("school", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("name", String, nullable=False),
)
HOLDERS = Table(
    "deadline_holders",
    METADATA,
    Column("person", String, primary_key=True),
    Column("role", String, primary_key=True),
    Column("scope_kind", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("until", Date),
)
CLOSED = Table("deadline_closed_accounts", METADATA, Column("person", String, primary_key=True))


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline and how it stands: `ended` is '', xong or bo; while `waits_for` is not empty, its turn is theirs.

    `first_due` is the day it was first due on, which tells whether it was moved.
    """

    deadline: KeptDeadline
    first_due: dt.date | None
    ended: str
    ended_on: dt.date | None
    waits_for: Roles
    waits_since: dt.date | None

    @property
    def is_owed(self) -> bool:
        """Say whether whoever owes it still does."""
        return not self.ended and not self.waits_for


def projection(law: Law) -> Callable[[Connection, RecordedEvent], None]:
    """Return what applies one event of the merged feed."""

    def project(conn: Connection, logged: RecordedEvent) -> None:
        fact = logged.entry.fact
        if not isinstance(fact, EventRelayed):
            return
        told = told_by(fact.event, vietnam_date(fact.event.time))
        for change in changes_of(told, _Remembered(conn), law):
            _apply(conn, change)

    return project


class _Remembered:
    """What earlier events left, read inside the transaction of a later one."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def note(self, key: str) -> str:
        return self._conn.execute(select(NOTES.c.value).where(NOTES.c.key == key)).scalar_one_or_none() or ""


def _apply(conn: Connection, change: Change) -> None:
    match change:
        case Set(deadline=deadline):
            _set(conn, deadline)
        case Move(which=which, due=due):
            first = update(DEADLINES).where(_named(which), DEADLINES.c.first_due.is_(None)).values(first_due=due)
            conn.execute(first)
            conn.execute(update(DEADLINES).where(_named(which)).values(due=due))
        case Finish(which=which, on=on, by=by):
            still = and_(_named(which), DEADLINES.c.ended == OPEN)
            ending = {"ended": DONE, "ended_on": on, "ended_by": by, "waits_for": "", "waits_since": None}
            conn.execute(update(DEADLINES).where(still).values(ending))
        case Drop(which=which):
            still = and_(_named(which), DEADLINES.c.ended == OPEN)
            conn.execute(update(DEADLINES).where(still).values(ended=DROPPED, waits_for="", waits_since=None))
        case Reopen(which=which, by=by):
            wanted = and_(_named(which), DEADLINES.c.ended_by == by) if by else _named(which)
            conn.execute(update(DEADLINES).where(wanted).values(_OPENED))
        case Wait(which=which, waits_for=roles, since=since):
            conn.execute(
                update(DEADLINES).where(_named(which)).values(_OPENED | {"waits_for": _joined(roles), "waits_since": since})
            )
        case Pass(which=which, who=who):
            conn.execute(update(DEADLINES).where(_named(which)).values(who=_joined(who)))
        case Team(which=which, persons=persons):
            conn.execute(update(DEADLINES).where(_named(which)).values(persons=",".join(persons)))
        case Release(group=group):
            conn.execute(update(DEADLINES).where(DEADLINES.c.group == group).values(held=False))
        case _:
            _remember(conn, change)


_OPENED = {"ended": OPEN, "ended_on": None, "ended_by": "", "waits_for": "", "waits_since": None}


def _remember(conn: Connection, change: Change) -> None:
    match change:
        case Note(key=key, value=value):
            _replace(conn, NOTES, {"key": key, "value": value})
        case NamedSchool(school=school, commune=commune, name=name):
            _replace(conn, SCHOOLS, {"school": school, "commune": commune, "name": name})
        case Held() as held:
            values = msgspec.structs.asdict(held) | {"role": held.role.value}
            _replace(conn, HOLDERS, values)
            conn.execute(delete(CLOSED).where(CLOSED.c.person == held.person))
        case Lost() as lost:
            conn.execute(delete(HOLDERS).where(_same_grant(lost)))
        case Left(person=person):
            conn.execute(delete(HOLDERS).where(HOLDERS.c.person == person))
            _replace(conn, CLOSED, {"person": person})


def _same_grant(one: Lost) -> ColumnElement[bool]:
    c = HOLDERS.c
    return and_(
        c.person == one.person, c.role == one.role.value, c.scope_kind == one.scope_kind, c.scope == one.scope
    )  # fmt: skip


def _set(conn: Connection, deadline: KeptDeadline) -> None:
    old = conn.execute(select(DEADLINES.c.first_due).where(DEADLINES.c.id == deadline.id)).first()
    first = old.first_due if old is not None and old.first_due is not None else deadline.due
    row = {
        "id": deadline.id,
        "kind": deadline.kind.value,
        "school": deadline.school,
        "commune": deadline.commune,
        "year": deadline.year,
        "who": _joined(deadline.who),
        "watch": _joined(deadline.watch),
        "persons": ",".join(deadline.persons),
        "group": deadline.group,
        "parts": msgspec.json.encode(deadline.parts).decode(),
        "due": deadline.due,
        "first_due": first,
        "counted": msgspec.json.encode(deadline.counted).decode() if deadline.counted else "",
        "began": deadline.began,
        "held": deadline.held,
    }
    _replace(conn, DEADLINES, row | _OPENED)


def _replace(conn: Connection, table: Table, row: Mapping[str, object]) -> None:
    """Put a row in the place of the one with its key.

    By statements that are made once: with values in them SQLAlchemy would work each out anew, for most of a rebuild's time.
    """
    deleting, inserting, names = _replacing(table)
    conn.execute(deleting, {f"key_{name}": row[name] for name in names})
    conn.execute(inserting, dict(row))


@functools.cache
def _replacing(table: Table) -> tuple[Delete, Insert, tuple[str, ...]]:
    key = tuple(table.primary_key.columns)
    same = and_(*(column == bindparam(f"key_{column.name}") for column in key))
    return delete(table).where(same), insert(table), tuple(column.name for column in key)


def _named(which: Which) -> ColumnElement[bool]:
    c = DEADLINES.c
    asked: list[ColumnElement[bool]] = []
    if which.id:
        asked.append(c.id == which.id)
    if which.group:
        asked.append(c.group == which.group)
    if which.kinds:
        asked.append(c.kind.in_([kind.value for kind in which.kinds]))
    if which.school:
        asked.append(c.school == which.school)
    if which.until_year:
        asked.append(c.year <= which.until_year)
    return and_(*asked)


def _joined(roles: Iterable[Role]) -> str:
    return ",".join(sorted(role.value for role in roles))


# --- questions


class DeadlineQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which deadlines are asked for: of one school, of a commune with its schools; `ended` ones too."""

    school: SchoolCode = SchoolCode("")
    commune: CommuneCode = CommuneCode("")
    ended: bool = False
    id: DeadlineId = DeadlineId("")


def standings(conn: Connection, wanted: DeadlineQuery) -> list[Standing]:
    """Return deadlines that are in force, by id; their days are as they were told, or as they are counted from."""
    c = DEADLINES.c
    asked: list[ColumnElement[bool]] = [c.held.is_(False)]
    if not wanted.ended:
        asked.append(c.ended == OPEN)
    if wanted.school:
        asked.append(c.school == wanted.school)
    if wanted.commune:
        of_commune = select(SCHOOLS.c.school).where(SCHOOLS.c.commune == wanted.commune)
        asked.append(or_(c.commune == wanted.commune, c.school.in_(of_commune)))
    if wanted.id:
        asked.append(c.id == wanted.id)
    return [_standing(row) for row in conn.execute(select(DEADLINES).where(*asked).order_by(c.id))]


def schools(conn: Connection) -> dict[SchoolCode, NamedSchool]:
    """Return every school with its commune and name."""
    return {
        SchoolCode(row.school): NamedSchool(SchoolCode(row.school), CommuneCode(row.commune), row.name)
        for row in conn.execute(select(SCHOOLS))
    }


def closed_schools(conn: Connection) -> set[SchoolCode]:
    """Return the schools that were closed."""
    keys = select(NOTES.c.key).where(NOTES.c.key.startswith(CLOSED_SCHOOL, autoescape=True))
    return {SchoolCode(key.removeprefix(CLOSED_SCHOOL)) for key in conn.execute(keys).scalars()}


def holders(conn: Connection, person: str = "") -> dict[str, list[Held]]:
    """Return who holds which roles, or what one person holds."""
    found: dict[str, list[Held]] = {}
    query = select(HOLDERS).order_by(HOLDERS.c.person)
    for row in conn.execute(query.where(HOLDERS.c.person == person) if person else query):
        held = Held(row.person, Role(row.role), row.scope_kind, row.scope, row.until)
        found.setdefault(row.person, []).append(held)
    return found


def commune_names(conn: Connection) -> dict[CommuneCode, str]:
    """Return what communes are called."""
    rows = conn.execute(select(NOTES).where(NOTES.c.key.like("commune:%")))
    return {CommuneCode(row.key.removeprefix("commune:")): row.value for row in rows}


def closed_accounts(conn: Connection) -> set[str]:
    """Return the accounts that were closed."""
    return set(conn.execute(select(CLOSED.c.person)).scalars())


_PARTS: msgspec.json.Decoder[dict[str, str]] = msgspec.json.Decoder(dict[str, str])
_COUNTED = msgspec.json.Decoder(Counted)
_KINDS = {kind.value: kind for kind in DeadlineKind}


def _standing(row: Row[tuple[object, ...]]) -> Standing:
    deadline = KeptDeadline(
        id=DeadlineId(row.id),
        kind=_KINDS[row.kind],
        school=SchoolCode(row.school),
        commune=CommuneCode(row.commune),
        year=row.year,
        who=_roles(row.who),
        watch=_roles(row.watch),
        persons=tuple(filter(None, row.persons.split(","))),
        group=row.group,
        parts=_PARTS.decode(row.parts),
        due=row.due,
        counted=_COUNTED.decode(row.counted) if row.counted else None,
        began=row.began,
        held=row.held,
    )
    return Standing(
        deadline=deadline,
        first_due=row.first_due,
        ended=row.ended,
        ended_on=row.ended_on,
        waits_for=_roles(row.waits_for),
        waits_since=row.waits_since,
    )


@functools.lru_cache(maxsize=1024)
def _roles(joined: str) -> Roles:
    return frozenset(Role(one) for one in joined.split(",") if one)


def deadlines_beside(views_url: str) -> str:
    """Return where deadlines are kept: a file beside the service's other tables, or the same PostgreSQL database."""
    if views_url.startswith("sqlite:///") and views_url.endswith(".sqlite"):
        return views_url.rpartition("/")[0] + "/deadlines.sqlite"
    return views_url
