"""The read models against the logs: made again in a scratch file, as far as each has come, and compared row by row.

Compared is what a log gives. What no log gives is not: names, logins and password hashes of people, sessions, webhooks and
their deliveries, dead letters, relay positions, who reads a document just now, and proposals of fields nobody confirmed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cli.local.audit.positions import VIEWS, file_of, views_progress
from cli.local.audit.report import Tally
from cli.local.audit.source_logs import PUBLISHED, source_log
from cli.local.audit.target import UNREADABLE, AuditTarget
from deploy.compose.container import IDENTITY
from deploy.compose.stores import url_of
from services.assessment import views as assessment
from services.evidence import views as evidence
from services.evidence.adapters.correction_texts import CorrectionReader, corrections_beside
from services.evidence.effective_texts import EffectiveTexts
from services.evidence.views.tables import DOCUMENTS, FIELDS, PAGES, REVIEWS, VERDICTS
from services.identity import directory
from services.identity import views as identity
from services.inspection import views as inspection
from services.notification import deadline_views
from services.notification.rulebook_days import RulebookDays
from shared.contracts.events.base import CloudEvent
from shared.eventlog.log import RecordedEvent
from shared.eventlog.read_model import OWN_LOG
from shared.eventlog.verify import Unverifiable
from shared.storage.database import Database, is_there
from shared.storage.errors import said
from shared.vocabulary.ids import BEGINNING, Position

Row = tuple[Any, ...]
Rows = dict[Row, Row]
_MOST_NAMED = 20
"""So many rows of one table are named; the rest are counted."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """The read models of one service: how they are made, and what of them a log gives.

    `foreign_sources` are the services whose events it learns from, in the order of their replay. `ahead` are tables that
    are also written ahead of the event, so they may hold what a later event of one of these says.
    """

    metadata: sa.MetaData
    version: int
    project: Callable[[sa.Connection, RecordedEvent], None]
    foreign_sources: tuple[str, ...]
    project_foreign: Callable[[sa.Connection, CloudEvent], None]
    left_out: frozenset[str] = frozenset()
    ahead: frozenset[str] = frozenset()


def check_views(target: AuditTarget, tally: Tally, readable: Collection[str]) -> None:
    """Compare the read models of every service whose logs can be read."""
    with contextlib.closing(
        CorrectionReader(corrections_beside(target.container.addresses.views["evidence"]))
    ) as corrections:
        for service, model in _models(target, corrections).items():
            if {service, *model.foreign_sources} <= set(readable) and is_there(
                url_of(VIEWS[service], target.container.addresses)
            ):
                _check_service(target, tally, service, model)


def _check_service(target: AuditTarget, tally: Tally, service: str, model: _Model) -> None:
    try:
        _Check(target, tally, service, model).run()
    except UNREADABLE as error:
        if not target.embedded:
            raise Unverifiable(said(error)) from error
        tally.find(
            "view-damaged",
            f"{service}: {file_of(VIEWS[service])}",
            f"Bảng đọc hỏng: {said(error)}. {_mend(target, service)}",
        )


def _models(target: AuditTarget, corrections: CorrectionReader) -> dict[str, _Model]:
    return {
        "evidence": _Model(
            metadata=evidence.METADATA,
            version=evidence.VERSION,
            project=evidence.Projection(EffectiveTexts(target.container.derived, corrections)),
            foreign_sources=("assessment",),
            project_foreign=evidence.project_foreign,
            left_out=frozenset({"leases"}),
        ),
        "assessment": _Model(
            metadata=assessment.METADATA,
            version=assessment.VERSION,
            project=assessment.project,
            foreign_sources=("evidence",),
            project_foreign=assessment.project_foreign,
        ),
        "inspection": _Model(
            metadata=inspection.METADATA,
            version=inspection.VERSION,
            project=inspection.project,
            foreign_sources=("assessment", "evidence", IDENTITY),
            project_foreign=inspection.project_foreign,
        ),
        IDENTITY: _Model(
            metadata=identity.METADATA,
            version=identity.VERSION,
            project=identity.project,
            foreign_sources=("assessment", "inspection"),
            project_foreign=directory.project_foreign,
            ahead=frozenset({"communes", "schools", "evaluations"}),
        ),
        "notification": _Model(
            metadata=deadline_views.METADATA,
            version=deadline_views.VERSION,
            project=deadline_views.projection(RulebookDays()),
            foreign_sources=(),
            project_foreign=lambda _conn, _event: None,
        ),
    }


class _Check:
    """One service's read models, in one snapshot, beside their scratch copies."""

    def __init__(self, target: AuditTarget, tally: Tally, service: str, model: _Model) -> None:
        self._target = target
        self._tally = tally
        self._service = service
        self._model = model

    def run(self) -> None:
        """Read what is kept first: the logs that it is compared with only grow."""
        database = Database(url_of(VIEWS[self._service], self._target.container.addresses), "audit")
        try:
            with database.reading() as stored, tempfile.TemporaryDirectory(prefix="kiemdinh-audit-") as place:
                come = self._progress(stored)
                if come is None:
                    return
                scratch = Database(f"sqlite:///{Path(place) / 'scratch.sqlite'}", "scratch")
                try:
                    self._compare(stored, scratch, come)
                finally:
                    scratch.close()
        finally:
            database.close()

    def _progress(self, connection: sa.Connection) -> dict[str, Position] | None:
        """Return how far the views have come with each log; None when these are not the views this software makes."""
        table = views_progress(VIEWS[self._service])
        if not sa.inspect(connection).has_table(table.name):
            return None  # noted with the positions
        rows = connection.execute(sa.select(table)).all()
        if {row.version for row in rows if row.source == OWN_LOG} != {self._model.version}:
            detail = "Bảng đọc do bản phần mềm khác dựng; hệ thống tự dựng lại lúc chạy, nên không đối chiếu."
            self._tally.note("view-of-other-version", f"{self._service}: views", detail)
            return None
        return {row.source: row.position for row in rows}

    def _compare(self, stored: sa.Connection, scratch: Database, come: dict[str, Position]) -> None:
        # What is foreign first: a cycle or a document is heard of under keys of its own, and schools go before documents.
        with scratch.writing() as made:
            self._model.metadata.create_all(made)
            for source in self._model.foreign_sources:
                self._hear(made, source, come.get(source, BEGINNING))
            self._project(made, come.get(OWN_LOG, BEGINNING))
            lost = self._lost_texts(made, stored)
            for table in self._model.metadata.sorted_tables:
                if table.name not in self._model.left_out | self._model.ahead:
                    self._compare_table(table, stored, made, lost)
            self._compare_ahead(stored, made, come)

    def _project(self, made: sa.Connection, upto: Position) -> None:
        with source_log(self._target, self._service) as log:
            for logged in log.after():
                if logged.position > upto:
                    return
                self._model.project(made, logged)

    def _heard(self, source: str, after: Position, upto: Position | None = None) -> Iterator[CloudEvent]:
        with source_log(self._target, source) as log:
            for logged in log.after(after):
                if upto is not None and logged.position > upto:
                    return
                yield PUBLISHED[source](self._target.container.installation, logged)

    def _hear(self, made: sa.Connection, source: str, upto: Position) -> None:
        for event in self._heard(source, BEGINNING, upto):
            self._model.project_foreign(made, event)

    def _lost_texts(self, made: sa.Connection, stored: sa.Connection) -> frozenset[str]:
        """Return the documents whose text is not to be had here or there: nothing that rests on it can be compared."""
        if self._service != "evidence":
            return frozenset()
        table = DOCUMENTS
        query = sa.select(table.c.document).where(table.c.text_sha256 == "")
        return frozenset([*made.execute(query).scalars(), *stored.execute(query).scalars()])

    def _compare_table(self, table: sa.Table, stored: sa.Connection, made: sa.Connection, lost: frozenset[str]) -> None:
        if table is PAGES:
            for (document,) in made.execute(sa.select(DOCUMENTS.c.document)).all():
                if document not in lost:
                    query = _query(table).where(table.c.document == document)
                    self._tell(table, _rows(table, stored, query), _rows(table, made, query))
            return
        there, wanted = _rows(table, stored, _query(table)), _rows(table, made, _query(table))
        if table in {FIELDS, REVIEWS, VERDICTS}:
            there, wanted = _without(there, lost), _without(wanted, lost)
        if table is DOCUMENTS:
            there, wanted = _blanked(table, there, lost), _blanked(table, wanted, lost)
        self._tell(table, there, wanted)

    def _compare_ahead(self, stored: sa.Connection, made: sa.Connection, come: dict[str, Position]) -> None:
        """Compare tables that are written ahead: every row is one that an event up to now gives, and none is missing."""
        tables = [table for table in self._model.metadata.sorted_tables if table.name in self._model.ahead]
        if not tables:
            return
        wanted = {table: _rows(table, made, _query(table)) for table in tables}
        possible = {table: {key: {row} for key, row in rows.items()} for table, rows in wanted.items()}
        for event in (
            event for source in self._model.foreign_sources for event in self._heard(source, come.get(source, BEGINNING))
        ):
            self._model.project_foreign(made, event)
            code = event.data.get("school", event.data.get("commune"))
            for table in tables:
                for key, row in _rows(table, made, _query(table).where(table.c.code == code)).items():
                    possible[table].setdefault(key, set()).add(row)
        for table in tables:
            there = _rows(table, stored, _query(table))
            right = {key: row for key, row in there.items() if row in possible[table].get(key, ())}
            self._tell(table, there, {**wanted[table], **right})

    def _tell(self, table: sa.Table, there: Rows, wanted: Rows) -> None:
        self._tally.counts["view_rows"] += len(there)
        wrong = sorted((key for key in there.keys() | wanted.keys() if there.get(key) != wanted.get(key)), key=str)
        for key in wrong[:_MOST_NAMED]:
            fault = "thừa" if key not in wanted else "thiếu" if key not in there else "khác"
            detail = f"Dòng này {fault} so với điều nhật ký ghi. {_mend(self._target, self._service)}"
            self._tally.find("view-altered", f"{self._service}: {table.name} {'/'.join(map(str, key))}", detail)
        if len(wrong) > _MOST_NAMED:
            detail = f"Còn {len(wrong) - _MOST_NAMED} dòng khác nữa. {_mend(self._target, self._service)}"
            self._tally.find("view-altered", f"{self._service}: {table.name}", detail)


def _mend(target: AuditTarget, service: str) -> str:
    if target.embedded:
        return f"Dừng hệ thống, xóa {VIEWS[service].embedded} (và tệp -wal, -shm cạnh nó) rồi chạy lại: bảng được dựng lại."
    table = views_progress(VIEWS[service]).name
    return f"Dừng các vai, chạy DROP TABLE {table} trong cơ sở dữ liệu kiemdinh_{service} rồi chạy lại: bảng được dựng lại."


def _query(table: sa.Table) -> sa.Select[Any]:
    """Ask for what a log gives of a table: no running numbers, no proposals, no verdicts that no person spoke."""
    columns = [column for column in table.columns if not (table is PAGES and column.name == "id")]
    if table is FIELDS:
        c = FIELDS.c
        return sa.select(c.document, c.name, c.value).where(c.confirmed)
    if table is VERDICTS:
        return sa.select(*columns).where(~VERDICTS.c.rejudged)
    return sa.select(*columns)


def _rows(table: sa.Table, conn: sa.Connection, query: sa.Select[Any]) -> Rows:
    names = ("document", "number") if table is PAGES else tuple(column.name for column in table.primary_key)
    return {
        tuple(row[name] for name in names): tuple(_plain(value) for value in row.values())
        for row in conn.execute(query).mappings()
    }


def _plain(value: Any) -> Any:
    """Return a value as both databases would give it: SQLite forgets the time zone, which is UTC everywhere."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None) if value.tzinfo is None else value.astimezone(dt.UTC).replace(tzinfo=None)
    return bytes(value) if isinstance(value, memoryview) else value


def _without(rows: Rows, documents: frozenset[str]) -> Rows:
    return {key: row for key, row in rows.items() if key[0] not in documents}


def _blanked(table: sa.Table, rows: Rows, documents: frozenset[str]) -> Rows:
    """Return rows of documents without what rests on a text that cannot be had."""
    rests = {index for index, column in enumerate(table.columns) if column.name in _OF_TEXT}
    return {
        key: tuple("" if key[0] in documents and index in rests else value for index, value in enumerate(row))
        for key, row in rows.items()
    }


_OF_TEXT = frozenset({"state", "failure", "pages", "confidence", "text_sha256", "pipeline"})
