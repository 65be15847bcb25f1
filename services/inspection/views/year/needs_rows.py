"""Read models of a commune's year: needs of schools, money and works."""

from __future__ import annotations

from sqlalchemy import Connection

from shared.eventlog.log import RecordedEvent


def project(conn: Connection, logged: RecordedEvent) -> None:
    """Apply one event of the own log; what is not about this part of the year is passed over."""
