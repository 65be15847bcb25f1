"""Read models of a commune's year: reports asked of schools, the part of each school, and syntheses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Text, insert, select, update

from services.inspection.domain.year import reports_facts as rf
from services.inspection.views.tables import METADATA
from shared.eventlog.log import RecordedEvent
from shared.storage.slices import slices
from shared.vocabulary.commune_year import HandedInState
from shared.vocabulary.ids import CommuneCode, Position, ReportRequestId, SchoolCode, SynthesisId

_REQUESTS = Table(
    "report_requests",
    METADATA,
    Column("request", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("asked", Text, nullable=False),
    Column("closed", Text),
    Column("position", BigInteger, nullable=False),
)
_ASKED_OF = Table(
    "report_schools",
    METADATA,
    Column("request", String, primary_key=True),
    Column("school", String, primary_key=True, index=True),
)
_PARTS = Table(
    "report_parts",
    METADATA,
    Column("request", String, primary_key=True),
    Column("school", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("handed_in", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("judged_on", Date),
    Column("position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
_SYNTHESES = Table(
    "syntheses",
    METADATA,
    Column("synthesis", String, primary_key=True),
    Column("commune", String, nullable=False, index=True),
    Column("year", Integer, nullable=False),
    Column("drafted", Text, nullable=False),
    Column("texts", Text, nullable=False, server_default="[]"),
    Column("writings", Integer, nullable=False, server_default="0"),
    Column("sent", Text, nullable=False, server_default="[]"),
    Column("position", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_on", Date, nullable=False),
)


class RequestRow(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it was made, and how it was closed."""

    asked: rf.ReportAsked
    closed: rf.ReportRequestClosed | None
    position: Position


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """A school's part as handed in last; `judged_on` is when the office accepted or returned it, `reason` why it did."""

    state: HandedInState
    handed_in: rf.ReportHandedIn
    reason: str
    judged_on: dt.date | None
    position: Position
    version: int


class SynthesisRow(msgspec.Struct, frozen=True, kw_only=True):
    """A synthesis as computed, what people wrote, where it was sent; `position` is that of its last change."""

    drafted: rf.SynthesisDrafted
    texts: list[rf.HeadedText]
    writings: int
    sent: list[rf.SynthesisSent]
    position: Position
    changed_on: dt.date


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about this part of the year is passed over."""
    fact, position, version = logged.entry.fact, logged.position, logged.entry.originator_version
    match fact:
        case rf.ReportAsked():
            _add_request(conn, fact, position)
        case rf.ReportRequestClosed():
            of = _REQUESTS.c.request == fact.request
            conn.execute(update(_REQUESTS).where(of).values(closed=_text(fact), position=position))
        case rf.ReportHandedIn():
            _hand_in(conn, fact, position, version)
        case rf.ReportReturned():
            _judge(conn, fact, HandedInState.RETURNED, fact.returned_on, position, version, reason=fact.reason)
        case rf.ReportAccepted():
            _judge(conn, fact, HandedInState.ACCEPTED, fact.accepted_on, position, version)
        case rf.SynthesisDrafted():
            _draft(conn, fact, position)
        case rf.SynthesisWritten():
            texts, on = _text(fact.texts), fact.written_on
            written = {"texts": texts, "writings": _SYNTHESES.c.writings + 1, "changed_at": position, "changed_on": on}
            conn.execute(update(_SYNTHESES).where(_SYNTHESES.c.synthesis == fact.synthesis).values(**written))
        case rf.SynthesisSent():
            _send(conn, fact, position)
        case _:
            pass


def _add_request(conn: Connection, fact: rf.ReportAsked, position: Position) -> None:
    named = {"request": fact.request, "commune": fact.commune, "year": fact.year}
    conn.execute(insert(_REQUESTS).values(**named, asked=_text(fact), position=position))
    conn.execute(insert(_ASKED_OF), [{"request": fact.request, "school": school} for school in fact.schools])


def _hand_in(conn: Connection, fact: rf.ReportHandedIn, position: Position, version: int) -> None:
    values = {
        "state": HandedInState.HANDED_IN.value,
        "handed_in": _text(fact),
        "reason": "",
        "judged_on": None,
        "position": position,
        "version": version,
    }
    if not conn.execute(update(_PARTS).where(*_of_part(fact)).values(**values)).rowcount:
        conn.execute(insert(_PARTS).values(request=fact.request, school=fact.school, **values))


def _judge(
    conn: Connection,
    fact: rf.ReportReturned | rf.ReportAccepted,
    state: HandedInState,
    on: dt.date,
    position: Position,
    version: int,
    reason: str = "",
) -> None:
    values = {"state": state.value, "reason": reason, "judged_on": on, "position": position, "version": version}
    conn.execute(update(_PARTS).where(*_of_part(fact)).values(**values))


def _of_part(fact: rf.ReportHandedIn | rf.ReportReturned | rf.ReportAccepted) -> tuple[Any, ...]:
    return _PARTS.c.request == fact.request, _PARTS.c.school == fact.school


def _draft(conn: Connection, fact: rf.SynthesisDrafted, position: Position) -> None:
    named = {"synthesis": fact.synthesis, "commune": fact.commune, "year": fact.year}
    told = {"drafted": _text(fact), "position": position, "changed_at": position, "changed_on": fact.drafted_on}
    conn.execute(insert(_SYNTHESES).values(**named, **told))


def _send(conn: Connection, fact: rf.SynthesisSent, position: Position) -> None:
    of = _SYNTHESES.c.synthesis == fact.synthesis
    before = conn.execute(select(_SYNTHESES.c.sent).where(of)).scalar_one()
    sent = [*msgspec.json.decode(before, type=list[rf.SynthesisSent]), fact]
    conn.execute(update(_SYNTHESES).where(of).values(sent=_text(sent), changed_at=position, changed_on=fact.sent_on))


def report_request(conn: Connection, request: ReportRequestId) -> RequestRow | None:
    """Return one request by its id."""
    row = conn.execute(select(_REQUESTS).where(_REQUESTS.c.request == request)).first()
    return _request(row) if row else None


def report_requests(
    conn: Connection,
    *,
    commune: CommuneCode = CommuneCode(""),
    year: int = 0,
    school: SchoolCode = SchoolCode(""),
) -> list[RequestRow]:
    """Return requests, of a commune, of a year, to a school, as far as these are named; the newest first."""
    c, query = _REQUESTS.c, select(_REQUESTS)
    if commune:
        query = query.where(c.commune == commune)
    if year:
        query = query.where(c.year == year)
    if school:
        query = query.join(_ASKED_OF, _ASKED_OF.c.request == c.request).where(_ASKED_OF.c.school == school)
    return [_request(row) for row in conn.execute(query.order_by(c.position.desc()))]


def report_requests_named(conn: Connection, numbers: Collection[ReportRequestId]) -> list[RequestRow]:
    """Return those of these requests that there are."""
    query, c = select(_REQUESTS), _REQUESTS.c
    return [_request(row) for some in slices(numbers) for row in conn.execute(query.where(c.request.in_(some)))]


def report_parts(
    conn: Connection, requests: Iterable[ReportRequestId], schools: Iterable[SchoolCode]
) -> dict[tuple[ReportRequestId, SchoolCode], PartRow]:
    """Return what some schools handed in for some requests."""
    c, asked = _PARTS.c, list(slices(schools))
    found = [
        row
        for some in slices(requests)
        for those in asked
        for row in conn.execute(select(_PARTS).where(c.request.in_(some), c.school.in_(those)))
    ]
    return {
        (row.request, row.school): PartRow(
            state=HandedInState(row.state),
            handed_in=msgspec.json.decode(row.handed_in, type=rf.ReportHandedIn),
            reason=row.reason,
            judged_on=row.judged_on,
            position=row.position,
            version=row.version,
        )
        for row in found
    }


def synthesis(conn: Connection, number: SynthesisId) -> SynthesisRow | None:
    """Return one synthesis by its id."""
    row = conn.execute(select(_SYNTHESES).where(_SYNTHESES.c.synthesis == number)).first()
    return _synthesis(row) if row else None


def syntheses(conn: Connection, *, commune: CommuneCode = CommuneCode(""), year: int = 0) -> list[SynthesisRow]:
    """Return syntheses, of a commune and of a year when these are named, the newest first."""
    c, query = _SYNTHESES.c, select(_SYNTHESES)
    if commune:
        query = query.where(c.commune == commune)
    if year:
        query = query.where(c.year == year)
    return [_synthesis(row) for row in conn.execute(query.order_by(c.position.desc()))]


def _request(row: Any) -> RequestRow:
    return RequestRow(
        asked=msgspec.json.decode(row.asked, type=rf.ReportAsked),
        closed=msgspec.json.decode(row.closed, type=rf.ReportRequestClosed) if row.closed else None,
        position=row.position,
    )


def _synthesis(row: Any) -> SynthesisRow:
    return SynthesisRow(
        drafted=msgspec.json.decode(row.drafted, type=rf.SynthesisDrafted),
        texts=msgspec.json.decode(row.texts, type=list[rf.HeadedText]),
        writings=row.writings,
        sent=msgspec.json.decode(row.sent, type=list[rf.SynthesisSent]),
        position=row.changed_at,
        changed_on=row.changed_on,
    )


def _text(told: Any) -> str:
    return msgspec.json.encode(told).decode()
