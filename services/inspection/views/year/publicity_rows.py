"""Read models of a commune's year: notices and publicity that everybody reads, and the comments on them."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Text, delete, insert, select, update

from services.inspection.domain.year import publicity_facts as pf
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.commune_year import PublicityKind
from shared.vocabulary.ids import CommentId, CommuneCode, PersonId, Position, PublicityId

_ITEMS = Table(
    "public_items",
    METADATA,
    Column("item", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("sort", String, nullable=False),
    Column("kind", String),
    Column("told_on", Date, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("number", Text, nullable=False, server_default=""),
    Column("link", Text, nullable=False, server_default=""),
    Column("section", Text, nullable=False, server_default=""),
    Column("reach", BigInteger),
    Column("withdrawn_on", Date),
    Column("reason", Text, nullable=False, server_default=""),
    Column("position", BigInteger, nullable=False),
)
_COMMENTS = Table(
    "public_item_comments",
    METADATA,
    Column("comment", String, primary_key=True),
    Column("item", String, nullable=False, index=True),
    Column("person", String, nullable=False),
    Column("commented_on", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)


class Sort(enum.StrEnum):
    """What was told: a notice, or a piece of publicity."""

    NOTICE = "notice"
    PUBLICITY = "publicity"


class PublicItemRow(msgspec.Struct, frozen=True, kw_only=True):
    """A notice or a piece of publicity (`kind` set): `text` is the body, `withdrawn_on` None while everybody reads it."""

    item: PublicityId
    commune: CommuneCode
    year: int
    sort: Sort
    kind: PublicityKind | None
    told_on: dt.date
    title: str
    text: str
    number: str
    link: str
    section: str
    reach: int | None
    withdrawn_on: dt.date | None
    reason: str
    position: Position


class CommentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A comment on a notice or a piece of publicity; `shown`: to the public."""

    comment: CommentId
    item: PublicityId
    person: PersonId
    commented_on: dt.date
    text: str
    shown: bool
    position: Position


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about this part of the year is passed over."""
    fact = logged.entry.fact
    match fact:
        case pf.NoticePublished():
            told = {"told_on": fact.published_on, "text": fact.body, "number": fact.number}
            _tell(conn, fact, fact.notice, logged, sort=Sort.NOTICE, **told)
        case pf.PublicityDone():
            told = {"told_on": fact.done_on, "text": fact.text, "kind": fact.kind.value}
            more = {"link": fact.link, "section": fact.section, "reach": fact.reach}
            _tell(conn, fact, fact.publicity, logged, sort=Sort.PUBLICITY, **told, **more)
        case pf.NoticeWithdrawn():
            gone = {"withdrawn_on": fact.withdrawn_on, "reason": fact.reason}
            conn.execute(update(_ITEMS).where(_ITEMS.c.item == fact.notice).values(**gone))
        case pf.NoticeCommented():
            values = {name: getattr(fact, name) for name in ("comment", "commented_on", "text")}
            who = {"item": fact.notice, "person": logged.entry.meta.actor}
            conn.execute(insert(_COMMENTS).values(**values, **who, shown=0, position=logged.position))
        case pf.CommentShown():
            conn.execute(update(_COMMENTS).where(_COMMENTS.c.comment == fact.comment).values(shown=int(fact.shown)))
        case _:
            pass


def _tell(
    conn: Connection, fact: pf.NoticePublished | pf.PublicityDone, item: PublicityId, logged: RecordedEvent, **values: Any
) -> None:
    named = {name: getattr(fact, name) for name in ("commune", "year", "title")}
    conn.execute(delete(_ITEMS).where(_ITEMS.c.item == item))
    conn.execute(insert(_ITEMS).values(item=item, **named, **values, position=logged.position))


def public_item(conn: Connection, number: str) -> PublicItemRow | None:
    """Return one notice or piece of publicity by its id, withdrawn ones too."""
    row = conn.execute(select(_ITEMS).where(_ITEMS.c.item == number)).first()
    return _item(row) if row else None


def public_items(
    conn: Connection,
    commune: CommuneCode = CommuneCode(""),
    *,
    year: int = 0,
    sort: Sort | None = None,
    withdrawn: bool = False,
) -> list[PublicItemRow]:
    """Return what was told, of a commune and a year where they are named, the newest first; `withdrawn`: those as well."""
    c, query = _ITEMS.c, select(_ITEMS)
    if commune:
        query = query.where(c.commune == commune)
    if year:
        query = query.where(c.year == year)
    if sort:
        query = query.where(c.sort == sort.value)
    if not withdrawn:
        query = query.where(c.withdrawn_on.is_(None))
    return [_item(row) for row in conn.execute(query.order_by(c.told_on.desc(), c.position.desc()))]


def comments(conn: Connection, items: list[PublicityId]) -> dict[PublicityId, list[CommentRow]]:
    """Return the comments on each of these, in the order of the log; at most 500 are asked about."""
    found: dict[PublicityId, list[CommentRow]] = {}
    query = select(_COMMENTS).where(_COMMENTS.c.item.in_(items)).order_by(_COMMENTS.c.position)
    for row in conn.execute(query):
        told = {str(name): value for name, value in row._mapping.items()} | {"shown": bool(row.shown)}
        found.setdefault(PublicityId(row.item), []).append(msgspec.convert(told, CommentRow))
    return found


def _item(row: Any) -> PublicItemRow:
    return msgspec.convert({name: row._mapping[name] for name in PublicItemRow.__struct_fields__}, PublicItemRow)
