"""Classifies errors of a database: away for a while, full, or a fault that no second attempt heals."""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy.exc
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, PersistenceError

from shared.logs import Journal
from shared.problems import Problem, Unavailable

journal = Journal("storage")


class StoreFull(Problem):
    """The disk under the log is full; nothing was stored."""

    type = "kho-day"
    status = 507
    title = "Kho hết chỗ"


class StoreFault(Problem):
    """The database answers, and says that what it was asked cannot be: a table or column is missing, a file is damaged.

    What it said is the cause (`__cause__`), for the journal and the auditor; it is nothing for the caller.
    """


class DatabaseCondition(enum.Enum):
    """What a database's error says of the database."""

    AWAY = enum.auto()
    """It does not answer now, or somebody else holds what is asked for: the same call may be made again."""
    FULL = enum.auto()
    FAULT = enum.auto()


@contextmanager
def translate_database_errors() -> Iterator[None]:
    """Turn what a database raises into a Problem for the caller: Unavailable, StoreFull, or StoreFault, which is logged.

    What breaks a constraint, or meets a guard against change, passes unchanged: that is an answer.
    """
    try:
        yield
    except (IntegrityError, sqlalchemy.exc.IntegrityError):
        raise
    except (PersistenceError, sqlalchemy.exc.DBAPIError, sqlalchemy.exc.TimeoutError) as error:
        if isinstance(_driver_error(error), psycopg.errors.RaiseException):
            raise
        match condition(error):
            case DatabaseCondition.FULL:
                raise StoreFull("Kho hết chỗ. Chưa lưu gì. Đã báo người quản trị.") from error
            case DatabaseCondition.AWAY:
                raise Unavailable("Chưa nối được kho nhật ký. Thử lại sau ít phút.") from error
            case DatabaseCondition.FAULT:
                journal.error("store-fault", error=error, said=_loggable(error))
                raise StoreFault(
                    "Kho dữ liệu có lỗi, thử lại cũng không hết. Chưa lưu gì. Báo người quản trị chạy kiemdinh doctor."
                ) from error


def condition(error: BaseException) -> DatabaseCondition:
    """Return what an error of SQLAlchemy, eventsourcing or a driver says of the database."""
    driver = _driver_error(error)
    if isinstance(driver, psycopg.Error):
        return _of_postgres(driver)
    if isinstance(driver, sqlite3.Error):
        return _of_sqlite(driver)
    # Raised by the pools themselves: nobody gave a connection back in time.
    if isinstance(driver, (OperationalError, InterfaceError, sqlalchemy.exc.TimeoutError)):
        return _of_text(str(driver)) or DatabaseCondition.AWAY
    return DatabaseCondition.FAULT


def _driver_error(error: BaseException) -> BaseException:
    """Return what the driver raised, below what the libraries made of it."""
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        return error.orig
    if isinstance(error, PersistenceError) and error.__cause__ is not None:
        return error.__cause__
    return error


_AWAY_CLASSES = ("08", "53", "57", "58", "40")
"""SQLSTATE classes: connection, resources, operator intervention, system (I/O); rolled back in favour of somebody else."""
_AWAY_STATES = {"55P03", "25P03"}
"""A lock not had in time; a session that was ended because its transaction stood idle."""
_DISK_FULL = "53100"


def _of_postgres(error: psycopg.Error) -> DatabaseCondition:
    if error.sqlstate is None:
        # Nothing came from the server: it is not there, or went away (a pool that ran out says it in the same way).
        gone = isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
        return (_of_text(str(error)) or DatabaseCondition.AWAY) if gone else DatabaseCondition.FAULT
    if error.sqlstate == _DISK_FULL:
        return DatabaseCondition.FULL
    return (
        DatabaseCondition.AWAY
        if error.sqlstate[:2] in _AWAY_CLASSES or error.sqlstate in _AWAY_STATES
        else DatabaseCondition.FAULT
    )


_SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PROTOCOL,
}


def _of_sqlite(error: sqlite3.Error) -> DatabaseCondition:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return _of_text(str(error)) or DatabaseCondition.FAULT
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return DatabaseCondition.FULL
    return DatabaseCondition.AWAY if primary in _SQLITE_AWAY else DatabaseCondition.FAULT


def _of_text(text: str) -> DatabaseCondition | None:
    return DatabaseCondition.FULL if "is full" in text or "No space left" in text else None


def said(error: BaseException) -> str:
    """Return what the database itself said, below what we and the libraries made of it."""
    if isinstance(error, StoreFault) and error.__cause__ is not None:
        return said(error.__cause__)
    return str(_driver_error(error))


_ABOUT_NAMES = "42"
"""The SQLSTATE class of wrong statements: it names tables and columns. Others may quote a value, which no log may hold."""


def _loggable(error: BaseException) -> str:
    driver = _driver_error(error)
    if isinstance(driver, psycopg.Error):
        state = driver.sqlstate or ""
        named = driver.diag.message_primary if state.startswith(_ABOUT_NAMES) else None
        return f"{state} {named or type(driver).__name__}".strip()
    return str(driver).partition("\n")[0] if isinstance(driver, sqlite3.Error) else type(driver).__name__
