"""How far relays, consumers and read models say they have come with a log: nobody can be further than the log goes."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from cli.local.audit.report import Tally
from cli.local.audit.source_logs import source_log
from cli.local.audit.target import UNREADABLE, AuditTarget
from deploy.compose.addresses import OPERATIONS
from deploy.compose.container import SOURCES
from deploy.compose.stores import STORES, url_of
from services.notification.webhook_store import WEBHOOKS
from shared.bus.events.dead_letters import LETTERS, DeadLetterKind, DeadLetterState
from shared.bus.events.relay_cursor import POSITIONS
from shared.eventlog.read_model import OWN_LOG, progress_table
from shared.eventlog.verify import Unverifiable, says_no_table
from shared.storage.database import Database, is_there
from shared.storage.errors import said
from shared.storage.registry import Store
from shared.vocabulary.ids import Position

VIEWS = {store.service: store for store in STORES.derivable()}
"""The services that keep read models, with the name these have in their database."""

_TRACKED = {"assessment": ("inspection",), "notification": SOURCES}
"""Who keeps his position in other logs beside his own log, so that effect and position are one transaction."""


class ClaimedPosition(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody (`who`) has come to `position` in the log of `source`."""

    who: str
    source: str
    position: Position


def check_durable(target: AuditTarget, tally: Tally) -> None:
    """Find the stores that are gone and that no log gives back."""
    for store in STORES:
        if store.missing and not is_there(url_of(store, target.container.addresses)):
            tally.find("durable-missing", f"{store.service}: {store.embedded.rpartition('/')[2]}", store.missing)


def claimed_positions(target: AuditTarget, tally: Tally) -> list[ClaimedPosition]:
    """Collect everybody's positions. To be read before the logs, which may grow meanwhile."""
    positions: list[ClaimedPosition] = []
    for where, read in (("operations", _relays), ("webhooks", _webhooks), ("tracking", _tracked), ("views", _views)):
        try:
            positions += read(target, tally)
        except UNREADABLE as error:
            if not target.embedded:
                raise Unverifiable(said(error)) from error
            tally.find("positions-damaged", where, f"Bảng vị trí hỏng, không đọc được: {said(error)}")
    return positions


def check_positions(
    target: AuditTarget, tally: Tally, readable: Collection[str], claimed: Collection[ClaimedPosition]
) -> None:
    """Check that nobody has come further than the log goes."""
    for source in readable:
        with source_log(target, source) as log:
            head = log.head()
        for position in claimed:
            if position.source == source and position.position > head:
                detail = f"Ghi là đã theo đến số {position.position} nhưng nhật ký {source} chỉ đến số {head}."
                tally.find("position-beyond-log", f"{position.who}: vị trí theo {source}", detail)


def confirmed_by_relays(claimed: Collection[ClaimedPosition]) -> dict[str, Position]:
    """Return how far each relay has seen its log published."""
    return {one.source: one.position for one in claimed if one.who == _RELAY}


def halted_sources(target: AuditTarget, consumer: str) -> frozenset[str]:
    """Return the logs that a consumer stands still in, since it cannot apply an event: a dead letter says so to people."""
    url = target.container.addresses.databases[OPERATIONS]
    c = LETTERS.c
    with contextlib.suppress(*UNREADABLE):
        letters = _rows(target, Tally(), url, [c.consumer, c.source, c.kind, c.state], "", "")
        waiting = (DeadLetterState.OPEN.value, DeadLetterState.RETRY.value)
        mine = [
            letter
            for letter in letters
            if letter.consumer == consumer and letter.kind == DeadLetterKind.HALTED.value and letter.state in waiting
        ]
        return frozenset(letter.source for letter in mine)
    return frozenset()


_RELAY = "relay"


def _relays(target: AuditTarget, tally: Tally) -> list[ClaimedPosition]:
    url = target.container.addresses.databases[OPERATIONS]
    rows = _rows(
        target,
        tally,
        url,
        [POSITIONS.c.name, POSITIONS.c.position],
        "operations.sqlite",
        "Chưa có; các bộ phát sẽ phát lại từ đầu.",
    )
    return [ClaimedPosition(who=_RELAY, source=row.name, position=row.position) for row in rows]


def _webhooks(target: AuditTarget, tally: Tally) -> list[ClaimedPosition]:
    url = target.container.addresses.views["notification"]
    if not is_there(url):
        return []  # found with what is missing
    rows = _rows(
        target, tally, url, [WEBHOOKS.c.webhook, WEBHOOKS.c.position], "notification: webhooks", "Chưa có bảng webhook nào."
    )
    return [ClaimedPosition(who=f"webhook {row.webhook}", source="notification", position=row.position) for row in rows]


def views_progress(store: Store) -> sa.Table:
    """Return the table that says how far some read models have come."""
    return progress_table(store.name.removesuffix("_views"))


def file_of(store: Store) -> str:
    """Return the name of the file in which some read models lie, in an embedded installation."""
    return store.embedded.rpartition("/")[2]


def _tracked(target: AuditTarget, tally: Tally) -> list[ClaimedPosition]:
    positions: list[ClaimedPosition] = []
    for service, sources in _TRACKED.items():
        # A log that is missing or cannot be read is reported by the check of the logs.
        with contextlib.suppress(FileNotFoundError, *UNREADABLE), source_log(target, service) as log:
            log.head()
            try:
                positions += [
                    ClaimedPosition(who=service, source=source, position=log.received(source)) for source in sources
                ]
            except Exception as error:
                if not says_no_table(error):
                    raise
                tally.find("tracking-missing", f"{service}: tracking", "Bảng vị trí đã nhận không còn.")
    return positions


def _views(target: AuditTarget, tally: Tally) -> list[ClaimedPosition]:
    positions: list[ClaimedPosition] = []
    for service, store in VIEWS.items():
        url, progress = url_of(store, target.container.addresses), views_progress(store)
        where, detail = f"{service}: {file_of(store)}", "Bảng đọc chưa có hoặc đã gỡ; hệ thống tự dựng lại lúc chạy."
        rows = _rows(target, tally, url, [progress.c.source, progress.c.position], where, detail)
        who = f"{service} (bảng đọc)"
        positions += [
            ClaimedPosition(who=who, source=service if row.source == OWN_LOG else row.source, position=row.position)
            for row in rows
        ]
    return positions


def _rows(
    target: AuditTarget, tally: Tally, url: str, columns: Sequence[sa.Column[Any]], where: str, detail: str
) -> list[sa.Row[Any]]:
    """Return some columns of a table; no row when the file or the table is not there, which is noted.

    Never the whole table: an installation that this software has not run yet may lack its newest columns.
    """
    if is_there(url):
        database = Database(url, "audit")
        try:
            with database.reading() as conn:
                if sa.inspect(conn).has_table(columns[0].table.name):
                    return list(conn.execute(sa.select(*columns)))
        finally:
            database.close()
    tally.note("view-missing", where, detail)
    return []
