"""When a message is acknowledged, and how confirmations are counted: with messages and channels that are fakes."""

from __future__ import annotations

import threading

import pytest

from shared.bus.events.consumer import FeedBroken, SourceConsumer, SourceHalted, _Stopping
from shared.bus.events.dead_letters import DeadLetters, DeadLetterState
from shared.bus.events.relay import PublishingInterrupted, _ConfirmingPublisher, _OutgoingMessage
from shared.bus.events.sequence import EventDecoder, RetryPolicy
from shared.bus.events.topology import Subscription, Topology, queue_name
from shared.clock import SystemClock
from shared.contracts.events.base import to_json
from shared.observability.health import HealthRegistry
from shared.problems import Conflict
from tests.contract.bus.scene import INSTALLATION, Feeds, RecordingHandler, Source, event


class FakeMessage:
    """A message that remembers what was done with it, and what had been applied by then."""

    def __init__(self, body, handler: RecordingHandler) -> None:
        self.body = body
        self._handler = handler
        self.acked_after: list[int] | None = None

    def ack(self) -> None:
        self.acked_after = list(self._handler.effects["evidence"])


class BrokerlessConsumer:
    """A source consumer without a broker."""

    def __init__(self, **retry_policy) -> None:
        self.source = Source()
        self.handler = RecordingHandler()
        self.dead_letters = DeadLetters("sqlite://", SystemClock())
        self.health_registry = HealthRegistry()
        self.source_consumer = SourceConsumer(
            "c",
            "evidence",
            self.handler,
            Feeds(self.source),
            "inproc://localhost/",
            self.dead_letters,
            decoder=EventDecoder(INSTALLATION, "evidence"),
            health_registry=self.health_registry,
            retry_policy=RetryPolicy(**{"retries": (), "look": 0.01, "halted": 0.02, "longest": 0.01, **retry_policy}),
        )

    def deliver(self, body) -> FakeMessage:
        message = FakeMessage(body, self.handler)
        self.source_consumer.on_message(message)
        return message


@pytest.fixture
def rig():
    rig = BrokerlessConsumer()
    yield rig
    rig.dead_letters.close()


def test_the_next_event_is_acknowledged_after_its_effect(rig):
    (one,) = rig.source.append(1)
    assert rig.deliver(to_json(one)).acked_after == [1]


def test_a_gap_is_filled_before_its_message_is_acknowledged(rig):
    assert rig.deliver(to_json(rig.source.append(4)[-1])).acked_after == [1, 2, 3, 4]


def test_a_duplicate_is_acknowledged_without_effect(rig):
    (one,) = rig.source.append(1)
    rig.deliver(to_json(one))
    assert rig.deliver(to_json(one).decode()).acked_after == [1]


def test_an_event_beyond_the_sources_log_is_laid_aside(rig):
    assert rig.deliver(to_json(event(50))).acked_after == []
    assert "không có" in rig.dead_letters.list()[0].reason


def test_a_failing_event_is_not_acknowledged(rig):
    def fail(_):
        raise Conflict("Có người đã sửa.")

    rig.handler.fail = fail
    message = FakeMessage(to_json(rig.source.append(1)[0]), rig.handler)
    with pytest.raises(SourceHalted):
        rig.source_consumer.on_message(message)
    assert message.acked_after is None
    assert "Có người đã sửa." in rig.dead_letters.list()[0].reason


@pytest.mark.parametrize("stopping", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_process_is_no_failed_event(rig, stopping):
    def fail(_):
        raise stopping

    rig.handler.fail = fail
    message = FakeMessage(to_json(rig.source.append(1)[0]), rig.handler)
    with pytest.raises(stopping):
        rig.source_consumer.on_message(message)
    assert message.acked_after is None
    assert rig.dead_letters.list() == []


def test_a_stop_ends_a_wait_with_a_message_in_hand(rig):
    rig.source_consumer._stop.set()
    with pytest.raises(_Stopping):
        rig.source_consumer._wait(60)


@pytest.mark.parametrize("feed", [[b"{bad"], [to_json(event(2))], [to_json(event(1, source="assessment"))]])
def test_a_feed_that_does_not_continue_is_not_believed(rig, feed):
    class Odd:
        def call(self, *args, **kwargs):
            from shared.contracts.calls import FeedAnswer

            return FeedAnswer(events=[body.decode() for body in feed], head=5)

    rig.source_consumer._client = Odd()
    with pytest.raises(FeedBroken):
        rig.source_consumer._catch_up()
    rig.source_consumer._poll()  # reported, and tried again later
    assert not rig.health_registry.healthy
    assert rig.handler.effects["evidence"] == []


def test_an_unreadable_letter_is_settled_when_newer_software_reads_it(rig):
    newer = event(1, version=2)
    kept = rig.dead_letters.malformed("c", "evidence", to_json(newer), "chưa biết", sequence=1, type_=newer.type)
    bad = rig.dead_letters.malformed("c", "evidence", b"{bad", "hỏng", sequence=0, type_="")
    rig.dead_letters.retry(kept.id)
    rig.dead_letters.retry(bad.id)
    rig.source_consumer._retry_requested()
    assert rig.dead_letters.get(kept.id).state is DeadLetterState.OPEN  # readable, but not yet applied
    rig.source.events.append(newer)
    rig.source_consumer._catch_up()
    rig.dead_letters.retry(kept.id)
    rig.source_consumer._retry_requested()
    assert rig.dead_letters.get(kept.id).state is DeadLetterState.RESOLVED
    assert rig.dead_letters.get(bad.id).state is DeadLetterState.OPEN


def test_a_halted_source_outlives_a_feed_that_is_away(rig):
    rig.handler.fail = lambda _: (_ for _ in ()).throw(RuntimeError())
    rig.source.append(2)
    with pytest.raises(SourceHalted) as halted:
        rig.source_consumer._catch_up()
    rig.source.silent = True
    waiting = threading.Thread(target=rig.source_consumer._wait_for_dead_letter, args=(halted.value.letter,))
    waiting.start()
    rig.handler.fail = lambda _: None
    waiting.join(0.1)
    assert waiting.is_alive()
    rig.source.silent = False
    waiting.join(5)
    assert rig.handler.effects["evidence"] == [1, 2]
    assert rig.dead_letters.get(halted.value.letter.id).state is DeadLetterState.RESOLVED


# --- confirmations ---


class Wire:
    """A channel of message; `answers` are what the broker says, one a look."""

    def __init__(self, *answers) -> None:
        self.sent: list[str] = []
        self.answers = list(answers)

    def send_method(self, *args) -> None:
        self.sent.append(args[3].properties["message_id"])

    def drain_events(self, timeout=None) -> None:
        if not self.answers:
            raise TimeoutError
        self.answers.pop(0)()

    def heartbeat_check(self) -> None:
        pass


def publishing(*answers) -> _ConfirmingPublisher:
    publisher = _ConfirmingPublisher("amqp://nobody/", Topology())
    publisher._connection = publisher._channel = Wire()
    publisher._connection.answers = [lambda answer=answer: answer(publisher) for answer in answers]
    publisher.publish([_OutgoingMessage(n, "t", str(n), b"") for n in (11, 12, 13)])
    return publisher


def test_letters_go_out_in_order_and_nothing_is_safe_before_it_is_confirmed():
    publisher = publishing()
    assert publisher._channel.sent == ["11", "12", "13"]
    assert publisher.confirmed() == 10


def test_one_confirmation_may_cover_several():
    publisher = publishing(lambda p: p._on_ack(3, True))
    publisher.settle(0, threading.Event())
    assert publisher.confirmed() == 13


def test_confirmations_out_of_order_make_safe_only_what_is_complete():
    publisher = publishing(lambda p: p._on_ack(2, False), lambda p: p._on_ack(1, False))
    publisher.settle(2, threading.Event())
    assert publisher.confirmed() == 10
    publisher.settle(1, threading.Event())
    assert publisher.confirmed() == 12


def test_a_refused_event_is_an_interruption():
    publisher = publishing(lambda p: p._on_nack(3, True))
    with pytest.raises(PublishingInterrupted):
        publisher.settle(0, threading.Event())


def test_a_stop_does_not_wait_for_a_silent_broker():
    stop = threading.Event()
    stop.set()
    with pytest.raises(PublishingInterrupted):
        publishing().settle(0, stop)


def test_a_broker_that_falls_silent_is_given_up(monkeypatch):
    monkeypatch.setattr("shared.bus.events.relay.SILENCE_S", -1.0)
    with pytest.raises(PublishingInterrupted):
        publishing().settle(0, threading.Event())


def test_returned_events_are_counted():
    publisher = publishing(lambda p: p._on_return("312"), lambda p: p._on_ack(3, True))
    publisher.settle(0, threading.Event())
    assert publisher.returned() == 1


# --- topology ---


def test_dead_letters_have_a_queue_before_anything_can_be_dead_lettered():
    topology = Topology(
        [Subscription("assessment", ("evidence", "inspection")), Subscription("notification", ("evidence",))]
    )
    names = [queue.name for queue in topology.queues()]
    assert names == [
        "kiemdinh.dead-letters",
        "kiemdinh.assessment.evidence",
        "kiemdinh.assessment.inspection",
        "kiemdinh.notification.evidence",
    ]
    assert (topology.listeners("evidence"), topology.listeners("portal")) == (2, 0)
    for queue in topology.queues():
        assert queue.durable
        assert queue.queue_arguments["x-queue-type"] == "quorum"
        assert queue.queue_arguments["x-max-length"] > 0
    assert queue_name("a", "b") == "kiemdinh.a.b"
