"""An operation waits for what its caller was told elsewhere: a bounded time, so many at once, and only where it matters."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.bus.following import Following, NotFollowed
from shared.problems import BadRequest, NotFound, Problem

SOON_S = 0.15


class Service:
    """What has heard of others; `tell` says what comes, after a while when one is given."""

    def __init__(self, **heard: int) -> None:
        self.heard = heard
        self.asked = 0
        self.runs = 0

    def received_position(self, source: str) -> int:
        self.asked += 1
        return self.heard.get(source, 0)

    def tell(self, source: str, position: int, *, after_s: float = 0.0) -> None:
        threading.Timer(after_s, self.heard.__setitem__, (source, position)).start()

    def knows(self, source: str, position: int):
        """An operation that refuses unless the service has heard so much."""

        def run() -> str:
            self.runs += 1
            if self.heard.get(source, 0) < position:
                raise NotFound("Chưa nghe.").awaiting_news()
            return "xong"

        return run


def took(act) -> float:
    started = time.monotonic()
    act()
    return time.monotonic() - started


def test_what_is_on_its_way_is_waited_for_and_the_operation_runs_once():
    service = Service(evidence=4)
    service.tell("evidence", 5, after_s=SOON_S)
    assert Following().run(service, ("evidence",), {"evidence": 5}, service.knows("evidence", 5)) == "xong"
    assert service.runs == 1


def test_what_was_heard_before_costs_one_look():
    service = Service(evidence=9)
    assert Following().run(service, ("evidence",), {"evidence": 5}, service.knows("evidence", 5)) == "xong"
    assert service.asked == 1


def test_what_never_comes_is_refused_after_the_wait_and_the_operation_never_runs():
    service = Service(evidence=4)

    def ask():
        with pytest.raises(NotFollowed) as refused:
            Following(wait_s=0.2).run(service, ("evidence",), {"evidence": 5}, service.knows("evidence", 5))
        assert refused.value.status == 503
        assert refused.value.data["retry_after_s"] > 0

    assert 0.2 <= took(ask) < 1.0
    assert service.runs == 0


def test_a_position_from_the_future_is_refused_at_once():
    service = Service(evidence=4)

    def ask():
        with pytest.raises(BadRequest):
            Following().run(service, ("evidence",), {"evidence": 10**9}, service.knows("evidence", 5))

    assert took(ask) < 0.2
    assert service.runs == 0


def test_a_source_on_which_the_operation_does_not_rest_is_not_waited_for():
    service = Service(evidence=4)
    token = {"evidence": 4, "inspection": 99}
    assert Following().run(service, ("evidence",), token, service.knows("evidence", 4)) == "xong"


def test_whoever_was_told_everything_is_refused_without_a_wait():
    service = Service(evidence=5)

    def ask():
        with pytest.raises(NotFound):
            Following().run(service, ("evidence",), {"evidence": 5}, service.knows("evidence", 6))

    assert took(ask) < 0.2
    assert service.runs == 1


def test_without_a_token_a_refusal_for_want_of_news_waits_for_them_and_looks_again_only_when_some_came():
    service = Service(evidence=4)
    service.tell("evidence", 5, after_s=SOON_S)
    service.tell("evidence", 6, after_s=2 * SOON_S)
    assert Following().run(service, ("evidence",), {}, service.knows("evidence", 6)) == "xong"
    assert service.runs <= 3


def test_a_token_of_another_source_does_not_stand_for_the_one_that_is_missing():
    service = Service(evidence=4, inspection=7)
    service.tell("evidence", 5, after_s=SOON_S)
    run = service.knows("evidence", 5)
    assert Following().run(service, ("evidence", "inspection"), {"inspection": 7}, run) == "xong"


def test_without_a_token_what_never_comes_is_refused_with_the_operations_own_words():
    service = Service(evidence=4)

    def ask():
        with pytest.raises(NotFound, match="Chưa nghe"):
            Following(wait_s=0.2).run(service, ("evidence",), {}, service.knows("evidence", 5))

    assert 0.2 <= took(ask) < 1.0
    assert service.runs == 1


def test_a_refusal_that_no_news_can_change_is_told_at_once():
    def run():
        raise NotFound("Không có.")

    def ask():
        with pytest.raises(NotFound):
            Following().run(Service(), ("evidence",), {}, run)

    assert took(ask) < 0.2


def test_another_refusal_after_news_is_told_as_it_is():
    service = Service(evidence=4)
    service.tell("evidence", 5, after_s=SOON_S)
    problems = iter([NotFound("Chưa nghe.").awaiting_news(), NotFound("Không có.")])

    def run():
        raise next(problems)

    with pytest.raises(NotFound, match="Không có"):
        Following().run(service, ("evidence",), {}, run)


@pytest.mark.parametrize("token", [{"evidence": 5}, {}], ids=["with a token", "without"])
def test_no_more_than_so_many_wait_at_once_and_the_others_are_told_at_once(token):
    service, following = Service(evidence=4), Following(wait_s=0.6, most=2)

    def ask(_n: int) -> float:
        def one():
            with pytest.raises(Problem):
                following.run(service, ("evidence",), token, service.knows("evidence", 5))

        return took(one)

    with ThreadPoolExecutor(6) as callers:
        waited = sorted(callers.map(ask, range(6)))
    assert max(waited[:4]) < 0.4
    assert min(waited[4:]) >= 0.6
    service.heard["evidence"] = 5
    assert following.run(service, ("evidence",), token, service.knows("evidence", 5)) == "xong", (
        "their places are free again"
    )
