"""What a consumer promises on every broker: each event's effect exactly once, in order, and nothing skipped."""

from __future__ import annotations

import random

import msgspec
import pytest

from shared.bus.events.authentication import HEADER, MessageAuthenticator
from shared.bus.events.dead_letters import DeadLetterKind, DeadLetterState
from shared.contracts.events.base import to_json
from shared.problems import Conflict, Unavailable
from tests.contract.bus.scene import QUICK, Scene, Source, event, eventually, numbers, renamed, running

SEAL = MessageAuthenticator(b"k" * 32)


@pytest.fixture
def scene(amqp, consumer_name):
    with running(Scene(amqp, consumer_name)) as scene:
        yield scene


def test_events_are_applied_in_order_and_each_once(scene):
    scene.publisher.send(*scene.source.append(200))
    eventually(lambda: scene.effects == numbers(200))


def test_duplicates_have_no_second_effect_and_leave_the_queue(scene):
    events = scene.source.append(20)
    scene.publisher.send(*[copy for one in events for copy in (one, one, one)])
    eventually(lambda: scene.effects == numbers(20))
    scene.publisher.send(*events)
    eventually(lambda: scene.waiting() == 0)
    assert scene.effects == numbers(20)


def test_shuffled_messages_are_put_in_order_from_the_feed(scene):
    events = scene.source.append(50)
    random.Random(7).shuffle(events)
    scene.publisher.send(*events)
    eventually(lambda: scene.effects == numbers(50))


def test_a_lost_message_is_fetched_when_the_next_one_shows_the_gap(scene):
    events = scene.source.append(10)
    scene.publisher.send(*events[:3], *events[6:])
    eventually(lambda: scene.effects == numbers(10))


def test_a_gap_waits_for_a_source_that_is_away_and_loses_nothing(scene):
    eventually(lambda: scene.source.asked > 1)
    scene.source.silent = True
    events = scene.source.append(6)
    scene.publisher.send(events[0], *events[4:])
    eventually(lambda: scene.effects == [1] and not scene.health_registry.healthy)
    scene.source.silent = False
    eventually(lambda: scene.effects == numbers(6))
    eventually(lambda: scene.waiting() == 0)


def test_messages_that_never_came_are_made_up_for_by_reading_the_feed(amqp, consumer_name):
    with running(Scene(amqp, consumer_name, retry_policy=msgspec.structs.replace(QUICK, poll=0.2))) as scene:
        eventually(lambda: scene.source.asked > 1)
        scene.source.append(5)  # nothing is published
        eventually(lambda: scene.effects == numbers(5))


def test_what_was_published_before_the_consumer_existed_is_read_at_start(amqp, consumer_name):
    source = Source()
    source.append(450)
    with running(Scene(amqp, consumer_name, source)) as scene:
        eventually(lambda: scene.effects == numbers(450))


def test_an_event_that_fails_for_a_while_is_retried_and_nothing_overtakes_it(scene):
    failures = iter([RuntimeError("một"), TimeoutError("hai")])

    def fail(one):
        if one.sequence == 3 and (error := next(failures, None)):
            raise error

    scene.handler.fail = fail
    scene.publisher.send(*scene.source.append(6))
    eventually(lambda: scene.effects == numbers(6))
    assert scene.dead_letters.list(waiting_only=False) == []


def test_a_poison_event_halts_its_source_until_it_is_retried_and_is_never_skipped(scene):
    poisoned = True

    def fail(one):
        if poisoned and one.sequence == 3:
            raise ValueError("Nguyễn Văn A")

    scene.handler.fail = fail
    scene.publisher.send(*scene.source.append(5))
    eventually(lambda: len(scene.dead_letters.list()) == 1)
    letter = scene.dead_letters.list()[0]
    assert scene.effects == [1, 2]
    assert (letter.kind, letter.sequence, letter.source, letter.state) == (
        DeadLetterKind.HALTED,
        3,
        "evidence",
        DeadLetterState.OPEN,
    )
    assert "ValueError" in letter.reason
    assert "Nguyễn" not in letter.reason
    eventually(lambda: not scene.health_registry.healthy)
    with pytest.raises(Conflict):
        scene.dead_letters.discard(letter.id)

    scene.dead_letters.retry(letter.id)  # still poisoned: one more attempt, still waiting
    eventually(lambda: scene.dead_letters.get(letter.id).attempts == 2)
    assert scene.effects == [1, 2]

    poisoned = False
    scene.dead_letters.retry(letter.id)
    eventually(lambda: scene.effects == numbers(5))
    eventually(lambda: scene.dead_letters.get(letter.id).state is DeadLetterState.RESOLVED)
    eventually(lambda: scene.waiting() == 0)
    eventually(lambda: scene.health_registry.healthy)


def test_a_halted_source_is_retried_slowly_by_itself(amqp, consumer_name):
    with running(Scene(amqp, consumer_name, retry_policy=msgspec.structs.replace(QUICK, halted=0.3))) as scene:
        tries = []

        def fail(one):
            tries.append(one.sequence)
            if len(tries) < 5:
                raise KeyError

        scene.handler.fail = fail
        scene.publisher.send(*scene.source.append(2))
        eventually(lambda: scene.effects == [1, 2])
        eventually(lambda: scene.dead_letters.list() == [])  # resolved after the effect, not with it
        assert tries == [1, 1, 1, 1, 1, 2]


def test_a_halted_source_does_not_stop_the_others(amqp, consumer_name):
    with running(Scene(amqp, consumer_name, Source("evidence"), Source("assessment"))) as scene:

        def fail(one):
            if one.service == "evidence":
                raise RuntimeError

        scene.handler.fail = fail
        evidence, assessment = scene.sources
        scene.publisher.send(*evidence.append(2), *assessment.append(30))
        eventually(lambda: scene.handler.effects["assessment"] == numbers(30))
        eventually(lambda: len(scene.dead_letters.list()) == 1)
        assert scene.handler.effects["evidence"] == []


def test_a_server_that_is_away_is_waited_for_without_a_dead_letter(scene):
    away = True

    def fail(_):
        if away:
            raise Unavailable

    scene.handler.fail = fail
    scene.publisher.send(*scene.source.append(4))
    eventually(lambda: not scene.health_registry.healthy)
    away = False
    eventually(lambda: scene.effects == numbers(4))
    assert scene.dead_letters.list(waiting_only=False) == []


def test_a_failure_after_the_commit_is_no_failure(scene):
    receive = scene.handler.receive

    def commit_then_fail(one):
        receive(one)
        raise ConnectionError

    scene.handler.receive = commit_then_fail
    scene.publisher.send(*scene.source.append(5))
    eventually(lambda: scene.effects == numbers(5))


def test_an_error_that_is_no_exception_does_not_end_the_consumer(scene):
    class Leaking(BaseException):
        pass

    raised = iter([True])

    def fail(_):
        if next(raised, False):
            raise Leaking

    scene.handler.fail = fail
    scene.publisher.send(*scene.source.append(3))
    eventually(lambda: scene.effects == numbers(3))


@pytest.mark.parametrize(
    "body",
    [b"", b"{bad", b"[]", b'"x"', b"\xff\xfe\x00", b'{"specversion": "1.0"}', b'{"__type__": "datetime"}'],
)
def test_undecodable_bodies_are_laid_aside_and_hold_nothing_up(scene, body):
    scene.publisher.send_raw(body, "vn.kiemdinh.evidence.document-received.v1")
    scene.publisher.send(*scene.source.append(3))
    eventually(lambda: scene.effects == numbers(3))
    eventually(lambda: len(scene.dead_letters.list()) == 1)
    letter = scene.dead_letters.list()[0]
    assert letter.kind is DeadLetterKind.MALFORMED
    assert "Không đọc được" in letter.reason
    assert scene.dead_letters.discard(letter.id).state is DeadLetterState.DISCARDED
    eventually(lambda: scene.waiting() == 0)


def test_odd_headers_and_content_types_do_not_matter(scene):
    one, two, three = scene.source.append(3)
    headers = {"nameko.call_id_stack": 7, "compression": "application/x-none"}
    scene.publisher.send_raw(msgspec.json.encode(one), one.type, headers=headers)
    scene.publisher.send_raw(msgspec.json.encode(two), two.type, content_type="application/x-python-serialize")
    scene.publisher.send_raw(msgspec.json.encode(three), three.type, content_encoding="koi8-x")
    eventually(lambda: scene.effects == [1, 2, 3])


@pytest.mark.parametrize(
    "forged",
    [
        renamed(event(1), source="urn:kiemdinh:noi-khac:evidence"),
        renamed(event(1), source="urn:kiemdinh:thu:assessment"),
        renamed(event(1), id="1"),
        renamed(event(1), sequence=0),
        renamed(event(1), sequence=-5),
        renamed(event(1), specversion="2.0"),
        event(1, fact="Không đúng"),
        event(900),
    ],
    ids=["installation", "source", "id", "zero", "negative", "specversion", "type", "beyond"],
)
def test_events_that_are_not_the_sources_are_laid_aside(scene, forged):
    eventually(lambda: scene.source.asked > 1)
    scene.publisher.send_raw(msgspec.json.encode(forged), "vn.kiemdinh.evidence.forged.v1")
    eventually(lambda: len(scene.dead_letters.list()) == 1)
    scene.publisher.send(*scene.source.append(2))
    eventually(lambda: scene.effects == [1, 2])


def test_an_unknown_version_is_laid_aside_and_its_place_is_taken_from_the_feed(amqp, consumer_name):
    known = ("vn.kiemdinh.evidence.document-received.v1",)
    with running(Scene(amqp, consumer_name, known_types=known)) as scene:
        first = scene.source.append(1)
        newer = scene.source.append(1, version=2)
        last = scene.source.append(1)
        scene.publisher.send(*first, *newer, *last)
        eventually(lambda: scene.effects == [1, 2, 3])
        eventually(lambda: len(scene.dead_letters.list()) == 1)
        letter = scene.dead_letters.list()[0]
        assert letter.type == "vn.kiemdinh.evidence.document-received.v2"
        assert "chưa biết" in letter.reason


def test_a_consumer_that_comes_back_finds_what_waited_for_it(scene):
    scene.publisher.send(*scene.source.append(5))
    eventually(lambda: scene.effects == numbers(5))
    scene.stop()
    scene.source.silent = True  # only the queue can tell
    scene.publisher.send(*scene.source.append(5))
    scene.start()
    eventually(lambda: scene.effects == numbers(10))


def test_stopping_in_the_middle_of_a_retry_gives_the_message_back(amqp, consumer_name):
    with running(Scene(amqp, consumer_name, retry_policy=msgspec.structs.replace(QUICK, retries=(3600.0,)))) as scene:
        tries = []

        def fail(_):
            tries.append(1)
            raise RuntimeError

        scene.handler.fail = fail
        eventually(lambda: scene.source.asked > 1)
        scene.source.silent = True
        scene.publisher.send(*scene.source.append(3))
        eventually(lambda: len(tries) == 1)
        scene.stop()
        eventually(lambda: scene.waiting() == 3)
        scene.handler.fail = lambda _: None
        scene.start()
        eventually(lambda: scene.effects == [1, 2, 3])


@pytest.fixture
def guarded(amqp, consumer_name):
    """A consumer that authenticates the relay's messages, and notes what it was given."""
    with running(Scene(amqp, consumer_name, authenticator=SEAL)) as scene:
        eventually(lambda: scene.source.asked > 1)
        scene.told = []
        scene.handler.fail = lambda one: scene.told.append(one.data["document"])
        yield scene


def test_an_authenticated_message_is_applied_without_asking_the_source(guarded):
    guarded.source.silent = True

    for one in guarded.source.append(3):
        guarded.publisher.send_raw(to_json(one), one.type, headers=SEAL.headers(to_json(one)))

    eventually(lambda: guarded.effects == [1, 2, 3])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: 7},
        {HEADER: "v1,"},
        {HEADER: "v1,ký"},
        MessageAuthenticator(b"another secret of thirty-two bytes").headers(to_json(event(1, document="giả"))),
        SEAL.headers(to_json(event(1))),
    ],
    ids=["none", "number", "empty", "not-ascii", "another-key", "another-event"],
)
def test_a_well_formed_next_event_that_the_relay_did_not_send_has_no_effect(guarded, headers):
    forged = event(1, document="giả")

    guarded.publisher.send_raw(to_json(forged), forged.type, headers=headers)
    eventually(lambda: len(guarded.dead_letters.list()) == 1)

    assert guarded.effects == []
    assert "không có" in guarded.dead_letters.list()[0].reason
    one = guarded.source.append(1)[0]
    guarded.publisher.send_raw(to_json(one), one.type, headers=SEAL.headers(to_json(one)))
    eventually(lambda: guarded.told == ["d1"])


def test_a_message_without_authenticator_brings_the_true_event_from_the_feed(guarded):
    guarded.source.append(2)

    guarded.publisher.send(event(2, document="giả"))

    eventually(lambda: guarded.told == ["d1", "d2"])
    eventually(lambda: guarded.waiting() == 0)
    assert guarded.dead_letters.list(waiting_only=False) == []
