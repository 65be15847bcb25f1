"""Read models of a commune's year: needs of schools, the money planned for them, how far their works are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from services.inspection.domain.year import needs_facts as nf
from services.inspection.domain.year.need import state_after
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.storage.slices import slices
from shared.vocabulary.commune_year import Appraisal, FundingSource, NeedState
from shared.vocabulary.ids import CommuneCode, CriterionCode, NeedId, Position, SchoolCode

NEEDS = Table(
    "needs",
    METADATA,
    Column("need", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("school", String, nullable=False, index=True),
    Column("site", String, nullable=False),
    Column("item", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit", String, nullable=False),
    Column("cost_vnd", BigInteger),
    Column("criterion", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("verdict", String),
    Column("appraised_vnd", BigInteger),
    Column("appraised_on", Date),
    Column("started_on", Date),
    Column("progress_percent", Integer),
    Column("checked_on", Date),
    Column("problem", Text, nullable=False, server_default=""),
    Column("handed_over_on", Date),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)
ALLOCATIONS = Table(
    "need_allocations",
    METADATA,
    Column("need", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("money_year", Integer, primary_key=True, autoincrement=False),
    Column("amount_vnd", BigInteger, nullable=False),
    Column("decision", String, nullable=False),
    Column("funded_on", Date, nullable=False),
)
_STATED = ("commune", "year", "need", "school", "site", "item", "quantity", "unit", "criterion", "reason")


class NeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A need as it stands; `appraised_vnd` is 0 where it was found not founded."""

    need: NeedId
    commune: CommuneCode
    year: int
    school: SchoolCode
    site: str
    item: str
    quantity: int
    unit: str
    cost_vnd: int | None
    criterion: CriterionCode
    reason: str
    raised_on: dt.date
    state: NeedState
    verdict: Appraisal | None
    appraised_vnd: int | None
    appraised_on: dt.date | None
    started_on: dt.date | None
    progress_percent: int | None
    checked_on: dt.date | None
    problem: str
    handed_over_on: dt.date | None
    version: int
    position: Position

    @property
    def wanted_vnd(self) -> int:
        """What it costs as far as that is known: as appraised, else as the school said; nothing of one that was given up."""
        if self.state is NeedState.WITHDRAWN:
            return 0
        return self.appraised_vnd if self.appraised_vnd is not None else self.cost_vnd or 0


class NeedMoneyRow(NamedTuple):
    """What sums want to know of a need; `state` as it is stored."""

    commune: CommuneCode
    school: SchoolCode
    year: int
    state: str
    cost_vnd: int | None
    appraised_vnd: int | None
    funded_vnd: int

    @property
    def unfunded_vnd(self) -> int:
        """What it costs, as appraised or else as the school said, and no source gives."""
        cost = self.appraised_vnd if self.appraised_vnd is not None else self.cost_vnd or 0
        return max(0, cost - self.funded_vnd)


class AllocationRow(msgspec.Struct, frozen=True, kw_only=True):
    """The money of a source in a year for a need."""

    need: NeedId
    source: FundingSource
    money_year: int
    amount_vnd: int
    decision: str
    funded_on: dt.date


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about needs is passed over."""
    fact = logged.entry.fact
    if not isinstance(fact, nf.FACTS):
        return
    need: NeedId = fact.need  # type: ignore[attr-defined]
    if isinstance(fact, nf.NeedRaised):
        for table in (ALLOCATIONS, NEEDS):
            conn.execute(delete(table).where(table.c.need == need))
        stands = {"state": NeedState.RAISED.value, "version": 0, "position": 0, "raised_on": fact.raised_on}
        conn.execute(insert(NEEDS).values(**_stated(fact), **stands))
    state = NeedState(conn.execute(select(NEEDS.c.state).where(NEEDS.c.need == need)).scalar_one())
    seen = {"version": logged.entry.originator_version, "position": logged.position}
    values = _told(conn, fact) | seen
    values["state"] = state_after(state, fact, _funded_vnd(conn, need)).value
    conn.execute(update(NEEDS).where(NEEDS.c.need == need).values(**values))


def _stated(fact: nf.NeedRaised | nf.NeedChanged) -> dict[str, Any]:
    cost = None if fact.cost_vnd is msgspec.UNSET else fact.cost_vnd
    return {name: getattr(fact, name) for name in _STATED} | {"cost_vnd": cost}


def _told(conn: Connection, fact: object) -> dict[str, Any]:
    """Return what a fact changes in the need's row; money goes to a row of its own."""
    match fact:
        case nf.NeedChanged():
            return _stated(fact) | {"verdict": None, "appraised_vnd": None, "appraised_on": None}
        case nf.NeedAppraised():
            return {
                "verdict": fact.verdict.value,
                "appraised_vnd": fact.cost_vnd,
                "appraised_on": fact.appraised_on,
            }
        case nf.NeedFunded():
            _allocate(conn, fact)
        case nf.WorkStarted():
            return {"started_on": fact.started_on}
        case nf.WorkChecked():
            return {"progress_percent": fact.progress_percent, "checked_on": fact.checked_on, "problem": fact.problem}
        case nf.NeedHandedOver():
            return {"handed_over_on": fact.handed_over_on}
        case _:
            pass
    return {}


def _allocate(conn: Connection, fact: nf.NeedFunded) -> None:
    c = ALLOCATIONS.c
    same = (c.need == fact.need, c.source == fact.source.value, c.money_year == fact.money_year)
    conn.execute(delete(ALLOCATIONS).where(*same))
    if not fact.amount_vnd:
        return
    named = ("need", "money_year", "amount_vnd", "decision", "funded_on")
    conn.execute(insert(ALLOCATIONS).values(**{name: getattr(fact, name) for name in named}, source=fact.source.value))


def _funded_vnd(conn: Connection, number: NeedId) -> int:
    planned = select(func.coalesce(func.sum(ALLOCATIONS.c.amount_vnd), 0)).where(ALLOCATIONS.c.need == number)
    return int(conn.execute(planned).scalar_one())


def need(conn: Connection, number: NeedId) -> NeedRow | None:
    """Return one need by its id."""
    row = conn.execute(select(NEEDS).where(NEEDS.c.need == number)).first()
    return _need(row) if row else None


def needs(
    conn: Connection,
    *,
    commune: CommuneCode = CommuneCode(""),
    school: SchoolCode = SchoolCode(""),
    first: int = 0,
    last: int = 0,
) -> list[NeedRow]:
    """Return the needs, of a commune or a school where they are named, wanted for the years `first` to `last` (0: any)."""
    query = select(NEEDS).order_by(NEEDS.c.year, NEEDS.c.need)
    for narrowing in _narrowing(commune, school, first, last):
        query = query.where(narrowing)
    return [_need(row) for row in conn.execute(query)]


def allocations(conn: Connection, numbers: Collection[NeedId]) -> dict[NeedId, list[AllocationRow]]:
    """Return the money planned for each of these needs, by year and source."""
    found: dict[NeedId, list[AllocationRow]] = {}
    c = ALLOCATIONS.c
    for some in slices(numbers):
        for row in conn.execute(select(ALLOCATIONS).where(c.need.in_(some)).order_by(c.need, c.money_year, c.source)):
            told = msgspec.convert({str(key): value for key, value in row._mapping.items()}, AllocationRow)
            found.setdefault(told.need, []).append(told)
    return found


def needs_with_money(
    conn: Connection,
    *,
    commune: CommuneCode = CommuneCode(""),
    school: SchoolCode = SchoolCode(""),
    first: int = 0,
    last: int = 0,
) -> list[NeedMoneyRow]:
    """Return of each need what sums want to know, with the money of all sources and years; `first`, `last` as in `needs`."""
    planned = (
        select(ALLOCATIONS.c.need, func.sum(ALLOCATIONS.c.amount_vnd).label("funded_vnd"))
        .group_by(ALLOCATIONS.c.need)
        .subquery()
    )
    c = NEEDS.c
    query = select(
        c.commune, c.school, c.year, c.state, c.cost_vnd, c.appraised_vnd, func.coalesce(planned.c.funded_vnd, 0)
    ).outerjoin(planned, planned.c.need == c.need)
    for narrowing in _narrowing(commune, school, first, last):
        query = query.where(narrowing)
    return [NeedMoneyRow(*row[:-1], int(row[-1])) for row in conn.execute(query)]


def money(
    conn: Connection,
    by: Collection[str],
    *,
    commune: CommuneCode = CommuneCode(""),
    school: SchoolCode = SchoolCode(""),
    first: int = 0,
    last: int = 0,
    money_year: int = 0,
) -> list[tuple[Any, ...]]:
    """Return (school, commune, …`by`, sum) of what is planned for needs that were not withdrawn, a sum a group.

    `by` are names among "source" and "money_year"; `first` and `last` as in `needs`; `money_year` 0: of any year.
    """
    groups = [NEEDS.c.school, NEEDS.c.commune, *(ALLOCATIONS.c[name] for name in by)]
    query = (
        select(*groups, func.sum(ALLOCATIONS.c.amount_vnd))
        .join(NEEDS, NEEDS.c.need == ALLOCATIONS.c.need)
        .where(NEEDS.c.state != NeedState.WITHDRAWN.value)
        .group_by(*groups)
        .order_by(*groups)
    )
    for narrowing in _narrowing(commune, school, first, last):
        query = query.where(narrowing)
    if money_year:
        query = query.where(ALLOCATIONS.c.money_year == money_year)
    return [(*row[:-1], int(row[-1])) for row in conn.execute(query)]


def _narrowing(commune: CommuneCode, school: SchoolCode, first: int, last: int) -> list[Any]:
    c = NEEDS.c
    asked = ((commune, c.commune == commune), (school, c.school == school), (first, c.year >= first), (last, c.year <= last))
    return [narrowing for wanted, narrowing in asked if wanted]


def _need(row: Any) -> NeedRow:
    return msgspec.convert({name: row._mapping[name] for name in NeedRow.__struct_fields__}, NeedRow)
