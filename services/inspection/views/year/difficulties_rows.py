"""Read models of a commune's year: difficulties of schools with all that was done about each."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Text, insert, select, update

from services.inspection.domain.year import difficulties_facts as df
from services.inspection.domain.year.difficulty import state_after
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.storage.slices import slices
from shared.vocabulary.commune_year import ClosingWord, CommuneUnit, DifficultyState, ForwardedDifficulty
from shared.vocabulary.ids import CommuneCode, CriterionCode, DifficultyId, DocumentId, PersonId, Position, SchoolCode

_DIFFICULTIES = Table(
    "difficulties",
    METADATA,
    Column("difficulty", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("school", String, nullable=False, index=True),
    Column("criterion", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("asks", Text, nullable=False),
    Column("documents", Text, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("unit", String),
    Column("due", Date),
    Column("forwarded_to", String),
    Column("merged_into", String, nullable=False, server_default=""),
    Column("position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)
_ACTS = Table(
    "difficulty_acts",
    METADATA,
    Column("difficulty", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("acted_on", Date, nullable=False),
    Column("by", String, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("whom", String, nullable=False, server_default=""),
    Column("due", Date),
)


class DifficultyActKind(enum.StrEnum):
    """What was done about a difficulty."""

    TAKEN = "taken"
    ANSWERED = "answered"
    FORWARDED = "forwarded"
    DECIDED = "decided"
    CLOSED = "closed"
    MERGED = "merged"


class DifficultyAct(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done: `text` is an answer, a summary, a decision or a note, as the kind says.

    `whom` is the unit that took it, to whom it was forwarded, who decided, the word that closed it, or the id of the
    difficulty that it was merged into.
    """

    kind: DifficultyActKind
    acted_on: dt.date
    by: PersonId
    text: str
    whom: str
    due: dt.date | None
    position: Position


class DifficultyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A difficulty: `state` by what was done last to it, whatever it is merged into; `due` as of the last taking."""

    difficulty: DifficultyId
    commune: CommuneCode
    year: int
    school: SchoolCode
    criterion: CriterionCode
    text: str
    asks: str
    documents: list[DocumentId]
    raised_on: dt.date
    state: DifficultyState
    unit: CommuneUnit | None
    due: dt.date | None
    forwarded_to: ForwardedDifficulty | None
    merged_into: DifficultyId
    position: Position
    version: int


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about this part of the year is passed over."""
    fact = logged.entry.fact
    match fact:
        case df.DifficultyRaised():
            _add(conn, fact, logged.position)
        case df.DifficultyTaken():
            _act(conn, logged, fact, DifficultyActKind.TAKEN, fact.taken_on, whom=fact.unit.value, due=fact.due)
            _change(conn, logged, fact, unit=fact.unit.value, due=fact.due)
        case df.DifficultyAnswered():
            _act(conn, logged, fact, DifficultyActKind.ANSWERED, fact.answered_on, text=fact.text)
            _change(conn, logged, fact)
        case df.DifficultyForwarded():
            _act(conn, logged, fact, DifficultyActKind.FORWARDED, fact.forwarded_on, text=fact.summary, whom=fact.to.value)
            _change(conn, logged, fact, forwarded_to=fact.to.value)
        case df.DifficultyDecided():
            _act(conn, logged, fact, DifficultyActKind.DECIDED, fact.decided_on, text=fact.text, whom=fact.by.value)
            _change(conn, logged, fact)
        case df.DifficultyClosed():
            _act(conn, logged, fact, DifficultyActKind.CLOSED, fact.closed_on, text=fact.note, whom=fact.word.value)
            open_again = {"unit": None, "due": None, "forwarded_to": None, "merged_into": ""}
            _change(conn, logged, fact, **(open_again if fact.word is ClosingWord.NOT_SOLVED else {}))
        case df.DifficultyMerged():
            _act(conn, logged, fact, DifficultyActKind.MERGED, fact.merged_on, whom=fact.into)
            _change(conn, logged, fact, merged_into=fact.into)
        case _:
            pass


def _add(conn: Connection, fact: df.DifficultyRaised, position: Position) -> None:
    named = ("difficulty", "commune", "year", "school", "criterion", "text", "asks", "raised_on")
    values = {name: getattr(fact, name) for name in named}
    documents = msgspec.json.encode(fact.documents).decode()
    state = DifficultyState.RAISED.value
    conn.execute(insert(_DIFFICULTIES).values(**values, documents=documents, state=state, position=position))


def _act(
    conn: Connection, logged: RecordedEvent, fact: df.DifficultyFact, kind: DifficultyActKind, on: dt.date, **values: Any
) -> None:
    of = {"difficulty": fact.difficulty, "position": logged.position, "by": logged.entry.meta.actor}
    conn.execute(insert(_ACTS).values(**of, kind=kind.value, acted_on=on, **values))


def _change(conn: Connection, logged: RecordedEvent, fact: df.DifficultyFact, **values: Any) -> None:
    of = _DIFFICULTIES.c.difficulty == fact.difficulty
    before = DifficultyState(conn.execute(select(_DIFFICULTIES.c.state).where(of)).scalar_one())
    told = {"state": state_after(before, fact).value, "version": logged.entry.originator_version}
    conn.execute(update(_DIFFICULTIES).where(of).values(**told, **values))


def difficulty(conn: Connection, number: str) -> DifficultyRow | None:
    """Return one difficulty by its id."""
    row = conn.execute(select(_DIFFICULTIES).where(_DIFFICULTIES.c.difficulty == number)).first()
    return _row(row) if row else None


def difficulties(
    conn: Connection, *, commune: CommuneCode = CommuneCode(""), year: int = 0, school: SchoolCode = SchoolCode("")
) -> list[DifficultyRow]:
    """Return difficulties, of a commune, a year or a school where they are named, in the order of the log."""
    c, query = _DIFFICULTIES.c, select(_DIFFICULTIES)
    if commune:
        query = query.where(c.commune == commune)
    if year:
        query = query.where(c.year == year)
    if school:
        query = query.where(c.school == school)
    return [_row(row) for row in conn.execute(query.order_by(c.position))]


def difficulties_named(conn: Connection, numbers: Collection[DifficultyId]) -> list[DifficultyRow]:
    """Return those of these difficulties that there are."""
    query, c = select(_DIFFICULTIES), _DIFFICULTIES.c
    return [_row(row) for some in slices(numbers) for row in conn.execute(query.where(c.difficulty.in_(some)))]


def acts_of(conn: Connection, numbers: Sequence[DifficultyId]) -> dict[DifficultyId, list[DifficultyAct]]:
    """Return what was done about each of these difficulties, in the order of the log."""
    found: dict[DifficultyId, list[DifficultyAct]] = {}
    for some in slices(numbers):
        query = select(_ACTS).where(_ACTS.c.difficulty.in_(some)).order_by(_ACTS.c.position)
        for row in conn.execute(query):
            told = {name: row._mapping[name] for name in DifficultyAct.__struct_fields__}
            found.setdefault(DifficultyId(row.difficulty), []).append(msgspec.convert(told, DifficultyAct))
    return found


def merged_with(conn: Connection, numbers: Sequence[DifficultyId]) -> dict[DifficultyId, list[DifficultyId]]:
    """Return which difficulties are merged into each of these, in the order of the log."""
    found: dict[DifficultyId, list[DifficultyId]] = {}
    c = _DIFFICULTIES.c
    for some in slices(numbers):
        query = select(c.difficulty, c.merged_into).where(c.merged_into.in_(some))
        for row in conn.execute(query.order_by(c.position)):
            found.setdefault(DifficultyId(row.merged_into), []).append(DifficultyId(row.difficulty))
    return found


def _row(row: Any) -> DifficultyRow:
    told = {name: row._mapping[name] for name in DifficultyRow.__struct_fields__}
    return msgspec.convert(told | {"documents": msgspec.json.decode(row.documents)}, DifficultyRow)
