"""Read models of a commune's year: tasks with all that was done about each, and rules by which they come again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from services.inspection.domain.year import tasks_facts as tf
from services.inspection.views.tables import METADATA
from services.inspection.views.year import directing_rows
from shared.eventlog.log import RecordedEvent
from shared.storage.slices import slices
from shared.vocabulary.commune_year import TaskState, TaskWanted
from shared.vocabulary.ids import (
    CommuneCode,
    DirectiveId,
    DocumentId,
    Position,
    RecurringTaskId,
    SchoolCode,
    TaskId,
)

TASKS = Table(
    "year_tasks",
    METADATA,
    Column("task", String, primary_key=True),
    Column("commune", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("school", String, nullable=False, index=True),
    Column("unit", String, nullable=False),
    Column("giving", String, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("wanted", String, nullable=False),
    Column("due", Date, nullable=False),
    Column("first_due", Date, nullable=False),
    Column("given_on", Date, nullable=False),
    Column("directive", String, nullable=False, index=True),
    Column("section", Text, nullable=False),
    Column("rule", String, nullable=False, index=True),
    Column("period", String, nullable=False),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Index("year_tasks_of_commune", "commune", "year"),
)
_ACTS = Table(
    "year_task_acts",
    METADATA,
    Column("task", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("acted_on", Date, nullable=False),
    Column("by", String, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("figures", Text, nullable=False, server_default=""),
    Column("documents", Text, nullable=False, server_default="[]"),
    Column("due", Date),
)
_RULES = Table(
    "year_task_rules",
    METADATA,
    Column("rule", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("fact", Text, nullable=False),
    Column("ended_on", Date),
    Column("reason", Text, nullable=False, server_default=""),
    Column("position", BigInteger, nullable=False),
)


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A task: `due` as extended, `state` what was done last."""

    task: TaskId
    commune: CommuneCode
    year: int
    school: SchoolCode
    unit: str
    giving: str
    text: str
    wanted: TaskWanted
    due: dt.date
    first_due: dt.date
    given_on: dt.date
    directive: DirectiveId
    section: str
    rule: RecurringTaskId
    period: str
    state: TaskState
    version: int
    position: Position


class TaskActRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done about a task; `by` is who recorded it."""

    kind: str
    acted_on: dt.date
    by: str
    text: str
    figures: str
    documents: list[DocumentId]
    due: dt.date | None
    position: Position


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it was set, when it was ended (None: it gives tasks), and how many tasks it gave."""

    rule: tf.RecurringTaskSet
    ended_on: dt.date | None
    reason: str
    given: int
    position: Position


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about this part of the year is passed over."""
    fact = logged.entry.fact
    if isinstance(fact, tf.TaskFact):
        _project_task(conn, fact, logged)
        return
    match fact:
        case tf.RecurringTaskSet():
            of = {"rule": fact.rule, "commune": fact.commune, "year": fact.year, "position": logged.position}
            conn.execute(insert(_RULES).values(**of, fact=msgspec.json.encode(fact).decode()))
        case tf.RecurringTaskEnded():
            ended = {"ended_on": fact.ended_on, "reason": fact.reason}
            conn.execute(update(_RULES).where(_RULES.c.rule == fact.rule).values(**ended))
        case _:
            directing_rows.project(conn, logged)


def _project_task(conn: Connection, fact: tf.TaskFact, logged: RecordedEvent) -> None:
    match fact:
        case tf.TaskGiven():
            _give(conn, fact, logged)
        case tf.TaskReported():
            told = {"text": fact.text, "figures": fact.figures, "documents": msgspec.json.encode(fact.documents).decode()}
            _act(conn, fact, logged, "reported", fact.reported_on, **told)
            _change(conn, fact, logged, state=TaskState.REPORTED.value)
        case tf.TaskAccepted():
            _act(conn, fact, logged, "accepted", fact.accepted_on)
            _change(conn, fact, logged, state=TaskState.ACCEPTED.value)
        case tf.TaskReturned():
            _act(conn, fact, logged, "returned", fact.returned_on, text=fact.reason)
            _change(conn, fact, logged, state=TaskState.RETURNED.value)
        case tf.TaskExtended():
            _act(conn, fact, logged, "extended", fact.extended_on, text=fact.reason, due=fact.due)
            _change(conn, fact, logged, due=fact.due)
        case tf.TaskCancelled():
            _act(conn, fact, logged, "cancelled", fact.cancelled_on, text=fact.reason)
            _change(conn, fact, logged, state=TaskState.CANCELLED.value)


def _give(conn: Connection, fact: tf.TaskGiven, logged: RecordedEvent) -> None:
    same = ("task", "commune", "year", "school", "unit", "giving", "text", "due", "given_on")
    origin = ("directive", "section", "rule", "period")
    values = {name: getattr(fact, name) for name in (*same, *origin)} | {"wanted": fact.wanted.value, "first_due": fact.due}
    state = {"state": TaskState.GIVEN.value, "version": 1, "position": logged.position}
    conn.execute(insert(TASKS).values(**values, **state))


def _act(conn: Connection, fact: tf.TaskFact, logged: RecordedEvent, kind: str, on: dt.date, **values: Any) -> None:
    of = {"task": fact.task, "position": logged.position, "kind": kind, "acted_on": on, "by": logged.entry.meta.actor}
    conn.execute(insert(_ACTS).values(**of, **values))


def _change(conn: Connection, fact: tf.TaskFact, logged: RecordedEvent, **values: Any) -> None:
    of = {"version": logged.entry.originator_version, "position": logged.position}
    conn.execute(update(TASKS).where(TASKS.c.task == fact.task).values(**of, **values))


def task(conn: Connection, number: TaskId) -> TaskRow | None:
    """Return one task by its id."""
    row = conn.execute(select(TASKS).where(TASKS.c.task == number)).first()
    return _row(row) if row else None


def tasks(conn: Connection, **narrowed: str | int) -> list[TaskRow]:
    """Return tasks in the order of the log; `narrowed` names columns ("commune", "year") and what they must hold."""
    query = select(TASKS).order_by(TASKS.c.position)
    for column, value in narrowed.items():
        query = query.where(TASKS.c[column] == value)
    return [_row(row) for row in conn.execute(query)]


def tasks_named(conn: Connection, numbers: Collection[TaskId]) -> list[TaskRow]:
    """Return those of these tasks that there are."""
    return [_row(row) for some in slices(numbers) for row in conn.execute(select(TASKS).where(TASKS.c.task.in_(some)))]


def _row(row: Any) -> TaskRow:
    return msgspec.convert({name: row._mapping[name] for name in TaskRow.__struct_fields__}, TaskRow)


def task_acts(conn: Connection, numbers: Collection[TaskId]) -> dict[TaskId, list[TaskActRow]]:
    """Return what was done about each of these tasks, in the order of the log."""
    found: dict[TaskId, list[TaskActRow]] = {}
    for some in slices(numbers):
        query = select(_ACTS).where(_ACTS.c.task.in_(some)).order_by(_ACTS.c.position)
        for row in conn.execute(query):
            told = {name: row._mapping[name] for name in TaskActRow.__struct_fields__}
            told["documents"] = msgspec.json.decode(row.documents)
            found.setdefault(row.task, []).append(msgspec.convert(told, TaskActRow))
    return found


def tasks_of_rule(conn: Connection, rule: RecurringTaskId) -> set[TaskId]:
    """Return the ids of the tasks that a rule gave."""
    return set(conn.execute(select(TASKS.c.task).where(TASKS.c.rule == rule)).scalars())


def task_rules(conn: Connection, *, commune: CommuneCode = CommuneCode(""), year: int = 0) -> list[RuleRow]:
    """Return rules, of a commune and a year when they are named, in the order in which they were set."""
    given = select(func.count()).select_from(TASKS).where(TASKS.c.rule == _RULES.c.rule).scalar_subquery()
    query = select(_RULES, given.label("given")).order_by(_RULES.c.position)
    if commune:
        query = query.where(_RULES.c.commune == commune)
    if year:
        query = query.where(_RULES.c.year == year)
    return [_rule(row) for row in conn.execute(query)]


def task_rule(conn: Connection, rule: RecurringTaskId) -> RuleRow | None:
    """Return one rule by its id."""
    given = select(func.count()).select_from(TASKS).where(TASKS.c.rule == _RULES.c.rule).scalar_subquery()
    row = conn.execute(select(_RULES, given.label("given")).where(_RULES.c.rule == rule)).first()
    return _rule(row) if row else None


def _rule(row: Any) -> RuleRow:
    fact = msgspec.json.decode(row.fact, type=tf.RecurringTaskSet)
    return RuleRow(rule=fact, ended_on=row.ended_on, reason=row.reason, given=row.given, position=row.position)
