"""The logs against each other: the notification log holds every event that another log published, as it was published then.

So a log that was emptied, cut or rewritten, guards, checkpoints and all, differs from its relayed copies; and a notification
log that was cut differs from what the relays and its own positions say it was given. What no public event carries (a file's
name) has no copy: only a checkpoint kept elsewhere guards it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator

from cli.local.audit.positions import halted_sources
from cli.local.audit.report import Tally
from cli.local.audit.source_logs import BATCH, PUBLISHED, SourceLog, source_log
from cli.local.audit.target import AuditTarget
from services.notification.domain.feed import EventRelayed, source_stream
from shared.contracts.events.base import CloudEvent, from_json, source_urn, to_json
from shared.vocabulary.ids import BEGINNING, Position, leaf_after, leaf_of

FEED = "notification"


def check_relayed(
    target: AuditTarget, tally: Tally, readable: Collection[str], confirmed: dict[str, Position], old_us: int
) -> None:
    """Compare every relayed copy with the log it came from, and what was relayed with what says how much was.

    `confirmed` is how far each relay had come before anything here was read; events recorded before `old_us` have arrived.
    """
    if FEED not in readable:
        return
    halted = halted_sources(target, FEED)
    with source_log(target, FEED) as feed:
        for service in PUBLISHED:
            taken_in = feed.received(service)
            # A copy is read before the log it came from, so that a log which grows meanwhile is never behind it.
            copies = _copies(feed, source_urn(target.container.installation, service))
            if service in readable:
                with source_log(target, service) as source:
                    last = _compare(target.container.installation, source, copies, tally)
                    _check_arrival(source, last, confirmed.get(service, BEGINNING), old_us, tally, stands=service in halted)
            else:
                last = Position(sum(1 for _ in copies))
            _check_position(service, taken_in, last, feed.received(service), tally)


def _copies(feed: SourceLog, source: str) -> Iterator[CloudEvent]:
    for logged in feed.versions(source_stream(source)):
        assert isinstance(logged.entry.fact, EventRelayed)
        yield logged.entry.fact.event


def _compare(installation: str, source: SourceLog, copies: Iterable[CloudEvent], tally: Tally) -> Position:
    """Compare copies with their log; return the last sequence that was relayed."""
    missing: list[Position] = []
    last = BEGINNING
    for batch in _batches(copies):
        last = batch[-1].sequence
        there = source.between(batch[0].sequence, last)
        rows = source.tables.select_logged(leaf_of(batch[0].sequence), len(batch))
        stored = {row.position for row in rows}
        for copy in batch:
            tally.counts["relayed"] += 1
            logged = there.get(copy.sequence)
            if logged is not None:
                _compare_one(copy, PUBLISHED[source.service](installation, logged), source.service, tally)
            elif copy.sequence not in stored:
                missing.append(copy.sequence)
    for first, end in _stretches(missing):
        where = f"{source.service}: số {first}" + (f"–{end}" if end > first else "")
        tally.find("event-gone", where, "Nhật ký thiếu sự kiện mà dòng sự kiện chung giữ bản sao.")
    return last


def _batches(copies: Iterable[CloudEvent]) -> Iterator[list[CloudEvent]]:
    several = iter(copies)
    while batch := list(itertools.islice(several, BATCH)):
        yield batch


def _compare_one(copy: CloudEvent, today: CloudEvent, service: str, tally: Tally) -> None:
    if not same(copy, from_json(to_json(today))):
        detail = "Sự kiện khác bản sao đã phát đi: một trong hai nhật ký đã bị sửa."
        tally.find("event-differs", f"{service}: số {copy.sequence}", detail)


def same(copy: CloudEvent, today: CloudEvent) -> bool:
    """Say whether a stored event still says what was published of it.

    A later version of this software may publish more fields or a later version of the type: that is no difference.
    """
    if _outside(copy) != _outside(today):
        return False
    return all(today.data[name] == value for name, value in copy.data.items() if name in today.data)


def _outside(event: CloudEvent) -> tuple[object, ...]:
    kind = event.type.rpartition(".v")[0]
    held = (event.time, event.recordedtime, event.correlationid, event.causationid)
    return (event.id, event.source, event.sequence, kind, event.subject, *held)


def _stretches(positions: list[Position]) -> Iterator[tuple[Position, Position]]:
    for _, group in itertools.groupby(enumerate(positions), lambda pair: pair[1] - pair[0]):
        run = [position for _, position in group]
        yield run[0], run[-1]


def _check_position(service: str, before: Position, last: Position, after: Position, tally: Tally) -> None:
    """Check how far the notification log says it has come with a source, read before and after its copies."""
    where = f"{FEED}: vị trí theo {service}"
    if last < before:
        detail = f"Ghi là đã nhận đến số {before} nhưng dòng chung chỉ giữ đến số {last}."
        tally.find("position-beyond-log", where, detail)
    elif last > after:
        detail = f"Ghi là mới nhận đến số {after} nhưng dòng chung đã giữ đến số {last}."
        tally.find("position-set-back", where, detail)


def _check_arrival(
    source: SourceLog, last: Position, confirmed: Position, old_us: int, tally: Tally, *, stands: bool
) -> None:
    """Check that what the relay saw published arrived: within moments, if the notification service was at work."""
    if confirmed <= last or last >= source.head() or source.tables.recorded_at_us(leaf_after(last)) >= old_us:
        return
    detail = f"Đã phát đi đến số {confirmed} nhưng dòng chung chỉ giữ đến số {last}, dù đã lâu."
    if stands:
        detail = f"{detail} Có thư chết đang chờ: xử lý ở trang quản trị."
        tally.note("relayed-missing", f"{FEED}: từ {source.service}", detail)
    else:
        tally.find("relayed-missing", f"{FEED}: từ {source.service}", detail)
