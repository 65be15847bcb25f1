"""How far everybody says he has come with a log: nobody can have come further than the log goes."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from deploy.audit.report import Tally
from deploy.audit.scene import UNREADABLE, Scene
from deploy.audit.sources import source_log
from deploy.compose.addresses import OPERATIONS
from deploy.compose.parts import IDENTITY, SOURCES
from services.notification.views import WEBHOOKS
from shared.bus.deadletters import LETTERS, Kind, State
from shared.bus.progress import POSITIONS
from shared.eventlog.database import Database
from shared.eventlog.verify import CannotTell, says_no_table
from shared.eventlog.views import OWN_LOG, progress_table

VIEWS = {"evidence": "evidence", "assessment": "assessment", "inspection": "inspection", IDENTITY: "portal"}
"""The services that keep read models, with the name these have in their database."""

_TRACKED = {"assessment": ("inspection",), "notification": SOURCES}
"""Who keeps his position in other logs beside his own log, so that effect and position are one transaction."""


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody (`who`) has come to `position` in the log of `source`."""

    who: str
    source: str
    position: int


def claimed_positions(scene: Scene, tally: Tally) -> list[Position]:
    """Collect everybody's positions. To be read before the logs, which may grow meanwhile."""
    found: list[Position] = []
    for where, read in (("operations", _relays), ("webhooks", _webhooks), ("tracking", _tracked), ("views", _views)):
        try:
            found += read(scene, tally)
        except UNREADABLE as error:
            if not scene.embedded:
                raise CannotTell(str(error)) from error
            tally.find("positions-damaged", where, f"Bảng vị trí hỏng, không đọc được: {error}")
    return found


def check_positions(scene: Scene, tally: Tally, readable: Collection[str], claimed: Collection[Position]) -> None:
    """Check that nobody has come further than the log goes."""
    for source in readable:
        with source_log(scene, source) as log:
            head = log.head()
        for one in claimed:
            if one.source == source and one.position > head:
                detail = f"Ghi là đã theo đến số {one.position} nhưng nhật ký {source} chỉ đến số {head}."
                tally.find("position-beyond-log", f"{one.who}: vị trí theo {source}", detail)


def confirmed_by_relays(claimed: Collection[Position]) -> dict[str, int]:
    """Return how far each relay has seen its log published."""
    return {one.source: one.position for one in claimed if one.who == _RELAY}


def halted_sources(scene: Scene, consumer: str) -> frozenset[str]:
    """Return the logs that a consumer stands still in, since it cannot apply an event: a dead letter says so to people."""
    url = scene.parts.addresses.databases[OPERATIONS]
    c = LETTERS.c
    with contextlib.suppress(*UNREADABLE):
        letters = _rows(scene, Tally(), url, [c.consumer, c.source, c.kind, c.state], "", "")
        waiting = (State.OPEN.value, State.RETRY.value)
        mine = [
            one for one in letters if one.consumer == consumer and one.kind == Kind.HALTED.value and one.state in waiting
        ]
        return frozenset(one.source for one in mine)
    return frozenset()


_RELAY = "relay"


def _relays(scene: Scene, tally: Tally) -> list[Position]:
    url = scene.parts.addresses.databases[OPERATIONS]
    rows = _rows(
        scene,
        tally,
        url,
        [POSITIONS.c.name, POSITIONS.c.position],
        "operations.sqlite",
        "Chưa có; các bộ phát sẽ phát lại từ đầu.",
    )
    return [Position(who=_RELAY, source=row.name, position=row.position) for row in rows]


def _webhooks(scene: Scene, tally: Tally) -> list[Position]:
    url = scene.parts.addresses.views["notification"]
    if not scene.lies_here(url):
        detail = "Mất danh sách webhook; không nhật ký nào dựng lại được. Khôi phục tệp này từ bản sao lưu."
        tally.find("durable-missing", "notification: views.sqlite", detail)
        return []
    rows = _rows(
        scene, tally, url, [WEBHOOKS.c.webhook, WEBHOOKS.c.position], "notification: webhooks", "Chưa có bảng webhook nào."
    )
    return [Position(who=f"webhook {row.webhook}", source="notification", position=row.position) for row in rows]


def _tracked(scene: Scene, tally: Tally) -> list[Position]:
    found: list[Position] = []
    for service, sources in _TRACKED.items():
        # A log that is missing or cannot be read is told by the check of the logs.
        with contextlib.suppress(FileNotFoundError, *UNREADABLE), source_log(scene, service) as log:
            log.head()
            try:
                found += [Position(who=service, source=source, position=log.received(source)) for source in sources]
            except Exception as error:
                if not says_no_table(error):
                    raise
                tally.find("tracking-missing", f"{service}: tracking", "Bảng vị trí đã nhận không còn.")
    return found


def _views(scene: Scene, tally: Tally) -> list[Position]:
    found: list[Position] = []
    for service, name in VIEWS.items():
        url, progress = scene.parts.addresses.views[service], progress_table(name)
        where, detail = f"{service}: views.sqlite", "Bảng đọc chưa có hoặc đã gỡ; hệ thống tự dựng lại lúc chạy."
        rows = _rows(scene, tally, url, [progress.c.source, progress.c.position], where, detail)
        who = f"{service} (bảng đọc)"
        found += [
            Position(who=who, source=service if row.source == OWN_LOG else row.source, position=row.position) for row in rows
        ]
    return found


def _rows(
    scene: Scene, tally: Tally, url: str, columns: Sequence[sa.Column[Any]], where: str, detail: str
) -> list[sa.Row[Any]]:
    """Return some columns of a table; no row when the file or the table is not there, which is noted.

    Never the whole table: an installation that this software has not run yet may lack its newest columns.
    """
    if scene.lies_here(url):
        database = Database(url, "audit")
        try:
            with database.reading() as conn:
                if sa.inspect(conn).has_table(columns[0].table.name):
                    return list(conn.execute(sa.select(*columns)))
        finally:
            database.close()
    tally.note("view-missing", where, detail)
    return []
