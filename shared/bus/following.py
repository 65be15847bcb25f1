"""The one place where a service waits for what another service has just said, before it decides on it.

Services hear of each other by events, a moment late. An operation says on whose facts it rests (`Operation.follows`). When
its caller carries a consistency token, it waits until this service has followed those sources up to there; then a refusal
is true. When he carries none, an operation that refuses for want of news is tried again as news come in, for as long. Waits
are short and few: whoever finds too many waiting, or waits in vain, is told to try again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TypeVar

from shared.logs import Journal
from shared.problems import BadRequest, Problem
from shared.vocabulary.ids import Position

T = TypeVar("T")

journal = Journal("bus.following")

WAIT_S = 2.0
"""Longer than relay and consumer take, much shorter than a caller waits for an answer."""

LOOK_S = 0.02
MOST_WAITING = 6
"""Of the workers of a service (nameko's ten) so many may wait at once; the others go on serving."""

FARTHEST_AHEAD = 100_000
"""No service is so many events behind what somebody has just been told."""


class FollowingApplication(Protocol):
    """What hears of other services: an application."""

    def received_position(self, source: str) -> Position:
        """Return the sequence of the source's last event whose effect is committed here, 0 for none."""
        ...


class NotFollowed(Problem):
    """This service has not yet heard all that the caller's token names; nothing was done, and it may be asked again."""

    type = "chua-kip-cap-nhat"
    status = 503
    title = "Việc vừa ghi chưa tới nơi cần dùng"


class Following:
    """Lets operations run on a state that holds what their callers' tokens name. One for a process."""

    def __init__(self, *, wait_s: float = WAIT_S, most: int = MOST_WAITING) -> None:
        self._wait_s = wait_s
        self._turns = threading.BoundedSemaphore(most)

    def run(
        self,
        service: FollowingApplication,
        follows: tuple[str, ...],
        token: Mapping[str, Position],
        operation: Callable[[], T],
    ) -> T:
        """Return what the operation answers once the service has followed what it rests on up to the token.

        Raises BadRequest for a token that cannot be; NotFollowed when what it says does not come in time; else what the
        operation raises.
        """
        wanted = {source: token[source] for source in follows if source in token}
        self._wait(service, wanted)
        if len(wanted) == len(follows):
            return operation()
        return self._with_news(service, follows, operation)

    def _wait(self, service: FollowingApplication, wanted: Mapping[str, Position]) -> None:
        behind = _behind(service, wanted)
        if not behind:
            return
        if max(behind.values()) > FARTHEST_AHEAD:
            raise BadRequest(
                "Consistency-Token nêu một số chưa có trong nhật ký. Chưa có gì thay đổi. Bỏ tiêu đề này rồi gửi lại.",
                path="Consistency-Token",
            )
        with self._turn() as granted:
            deadline = time.monotonic() + self._wait_s if granted else 0.0
            while behind and time.monotonic() < deadline:
                time.sleep(LOOK_S)  # looked up when it is called: in an eventlet process it is eventlet's
                behind = _behind(service, wanted)
        if behind:
            journal.warning("not-followed", behind=behind, waited=granted)
            raise NotFollowed(
                "Việc vừa ghi ở phần khác của hệ thống chưa tới đây. Chưa có gì thay đổi. Thử lại sau vài giây.",
                retry_after_s=2,
                sources=sorted(behind),
            )

    def _with_news(self, service: FollowingApplication, follows: tuple[str, ...], operation: Callable[[], T]) -> T:
        try:
            return operation()
        except Problem as problem:
            if not problem.awaits_news:
                raise
            refused = problem
        with self._turn() as granted:
            deadline = time.monotonic() + self._wait_s if granted else 0.0
            positions = _positions(service, follows)
            while time.monotonic() < deadline:
                time.sleep(LOOK_S)
                now = _positions(service, follows)
                if now == positions:
                    continue
                positions = now
                try:
                    return operation()
                except Problem as problem:
                    if not problem.awaits_news:
                        raise
                    refused = problem
        raise refused

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        granted = self._turns.acquire(blocking=False)
        try:
            yield granted
        finally:
            if granted:
                self._turns.release()


def _positions(service: FollowingApplication, sources: tuple[str, ...]) -> dict[str, Position]:
    return {source: service.received_position(source) for source in sources}


def _behind(service: FollowingApplication, wanted: Mapping[str, Position]) -> dict[str, int]:
    """Return by how many events the service is behind, for each source where it is."""
    missing = {source: position - service.received_position(source) for source, position in wanted.items()}
    return {source: count for source, count in missing.items() if count > 0}
