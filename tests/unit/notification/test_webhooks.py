"""Webhooks: registered, signed, retried with growing pauses, given up, ended; nothing lost and nothing shown twice."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import importlib.util
import sys
import threading
from pathlib import Path

import pytest

from services.notification.adapters.secret_cipher import AesGcmCipher
from services.notification.domain.delivery import (
    DeliveryRetryPolicy,
    DeliveryState,
    StopReason,
    WebhookResponse,
    outcome_of,
    signed_headers,
    write_secret,
)
from services.notification.errors import AddressRefused, NoSuchWebhook, TooManyWebhooks
from services.notification.webhook_sender import LEASE_S, WebhookSender
from shared.clock import FixedClock
from shared.contracts.calls.notification import RegisterWebhook, WebhookRequest
from shared.contracts.events.base import from_json
from shared.identity.call_context import CallContext, Grant, system
from shared.problems import BadRequest, Unavailable
from shared.vocabulary.roles import Role, ScopeKind

spec = importlib.util.spec_from_file_location("merged_feed_builders", Path(__file__).with_name("test_merged_feed.py"))
builders = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = builders
spec.loader.exec_module(builders)
application, event, NOON, GRANTED = builders.application, builders.event, builders.NOON, builders.GRANTED

ADMINISTRATOR = system("test")
SUBSCRIBER = CallContext(actor="tok-1", grants=(Grant(role=Role.SUBSCRIBER, scope_kind=ScopeKind.INSTALLATION),))
RETRY_POLICY = DeliveryRetryPolicy(pauses_s=(10, 100), rest_s=60)


class Receiver:
    """A Poster that answers as told: a status for each call, 204 when told nothing."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.calls = []

    def check(self, url):
        if "refused" in url:
            raise AddressRefused("Không")

    def post(self, url, headers, body):
        self.calls.append((url, dict(headers), body))
        reply = self.replies.pop(0) if self.replies else 204
        return reply if isinstance(reply, WebhookResponse) else WebhookResponse(status=reply)

    @property
    def positions(self):
        return [from_json(body).position for _, _, body in self.calls]


class Office:
    """An application with a clock, a receiver and a sender."""

    def __init__(self, *replies):
        self.clock = FixedClock(NOON)
        self.receiver = Receiver(*replies)
        self.app = application(clock=self.clock, poster=self.receiver)
        self.sender = WebhookSender(self.app, retry_policy=RETRY_POLICY, jitter=lambda: 0.5)
        self.sequence = 0
        self.said = {}

    def say(self, service, count=1, **data):
        """Let another source than the usual one speak."""
        for _ in range(count):
            self.said[service] = self.said.get(service, 0) + 1
            self.app.receive(event(service, self.said[service], "something", **(data or {"school": "TH-BC"})))

    def register(self, acting=ADMINISTRATOR, url="https://vi-du.vn/nhan", **request):
        return self.app.register_webhook(acting, RegisterWebhook(url=url, **request))

    def happen(self, count=1, **data):
        for _ in range(count):
            self.sequence += 1
            self.app.receive(event(sequence=self.sequence, **data))

    def after(self, seconds):
        self.clock.move(dt.timedelta(seconds=seconds))
        return self.sender.step()

    def view(self, acting=ADMINISTRATOR):
        return self.app.webhooks(acting).webhooks[0]


def test_a_webhook_gets_every_event_after_its_registration_in_order():
    office = Office()
    office.happen(2)
    office.register()
    office.happen(3)

    assert office.sender.step() == 3
    assert office.receiver.positions == [3, 4, 5]
    assert office.sender.step() == 0
    assert [(d.position, d.state, d.attempts, d.last_status) for d in office.view().deliveries] == [
        (5, "da_gui", 1, 204),
        (4, "da_gui", 1, 204),
        (3, "da_gui", 1, 204),
    ]
    assert office.view().waiting == 0


def test_a_webhook_gets_only_the_types_it_asked_for():
    office = Office()
    office.register(types=[GRANTED])
    office.happen()
    office.happen(fact="recognition-granted", school="TH-BC")

    office.sender.step()

    assert office.receiver.positions == [2]


def test_a_webhook_gets_only_what_its_owners_scope_reaches():
    office = Office()
    office.register(CallContext(actor="c", grants=(Grant(role=Role.HEAD, scope_kind=ScopeKind.SCHOOL, scope="TH-BC"),)))
    office.happen(school="TH-BC")
    office.happen(school="MN-HS")

    office.sender.step()

    assert office.receiver.positions == [1]


def test_an_attempt_is_signed_as_standard_webhooks_say():
    office = Office()
    secret = office.register().secret
    office.happen()
    office.sender.step()

    url, headers, body = office.receiver.calls[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()

    assert url == "https://vi-du.vn/nhan"
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == from_json(body).id
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert headers["content-type"].startswith("application/cloudevents+json")
    assert len(key) == 32


def test_the_signature_is_that_of_the_specifications_example():
    # From the Standard Webhooks reference libraries' tests.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = dt.datetime.fromtimestamp(1614265330, tz=dt.UTC)

    headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', secret, at)

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_failed_event_is_tried_again_with_the_same_id_after_growing_pauses_then_given_up():
    office = Office(500, 0, 302)
    office.register()
    office.happen()

    assert office.sender.step() == 1
    assert office.view().deliveries[0].next_attempt == NOON + dt.timedelta(seconds=10)
    assert office.after(9) == 0
    assert office.after(1) == 1
    assert office.view().deliveries[0].last_status == 0
    assert office.after(99) == 0
    assert office.after(1) == 1

    last = office.view().deliveries[0]
    assert (last.state, last.attempts, last.last_status, last.next_attempt) == ("thoi", 3, 302, None)
    assert office.view().active
    assert len({headers["webhook-id"] for _, headers, _ in office.receiver.calls}) == 1
    assert len({headers["webhook-timestamp"] for _, headers, _ in office.receiver.calls}) == 3
    assert office.after(10_000) == 0


def test_a_failing_receiver_rests_longer_and_longer_and_holds_nobody_up():
    office = Office()
    office.receiver.post = lambda url, headers, body: (
        office.receiver.calls.append((url, headers, body)) or WebhookResponse(status=503 if "xau" in url else 200)
    )
    office.register(url="https://xau.vn/")
    office.register(url="https://tot.vn/")
    office.happen(4)

    office.sender.step()

    assert [url for url, _, _ in office.receiver.calls].count("https://tot.vn/") == 4
    assert [url for url, _, _ in office.receiver.calls].count("https://xau.vn/") == 1
    assert office.after(9) == 0
    assert office.after(1) == 1
    assert office.after(99) == 0
    office.say("evidence")
    assert office.after(1) == 2  # the good one's; the bad one's third attempt, after which it rests
    assert [office.after(1) for _ in range(4)] == [0, 0, 0, 1]


def test_a_receiver_that_recovers_gets_everything():
    office = Office(500)
    office.register()
    office.happen(3)
    office.sender.step()

    office.after(1)
    office.after(10)

    assert sorted(set(office.receiver.positions)) == [1, 2, 3]
    assert office.view().waiting == 0
    assert {d.state for d in office.view().deliveries} == {"da_gui"}


def test_a_receiver_may_ask_for_a_longer_pause():
    office = Office(WebhookResponse(status=429, retry_after_s=50), WebhookResponse(status=429, retry_after_s=10**6))
    office.register()
    office.happen()
    office.sender.step()

    assert office.view().deliveries[0].next_attempt == NOON + dt.timedelta(seconds=50)
    office.after(50)
    assert office.view().deliveries[0].next_attempt == NOON + dt.timedelta(seconds=50 + 3600)


def test_a_receiver_that_is_gone_is_called_no_more():
    office = Office(410)
    office.register()
    office.happen(2)

    assert office.sender.step() == 1
    office.happen()
    assert office.after(10_000) == 0
    assert not office.view().active
    assert office.view().deliveries[-1].state == "thoi"


def test_registered_webhooks_are_listed_to_their_owner_and_to_administrators():
    office = Office()
    made = office.register(SUBSCRIBER, types=[GRANTED], description="Cổng xã")
    other = CallContext(actor="tok-2", grants=SUBSCRIBER.grants)

    view = office.view(SUBSCRIBER)

    assert (view.webhook, view.url, view.types, view.description, view.active) == (
        made.webhook,
        "https://vi-du.vn/nhan",
        [GRANTED],
        "Cổng xã",
        True,
    )
    assert office.view(ADMINISTRATOR).webhook == made.webhook
    assert office.app.webhooks(other).webhooks == []
    with pytest.raises(NoSuchWebhook):
        office.app.remove_webhook(other, WebhookRequest(webhook=made.webhook))


def test_a_removed_webhook_is_forgotten_with_its_deliveries():
    office = Office(500)
    made = office.register(SUBSCRIBER)
    office.happen(2)
    office.sender.step()

    assert office.app.remove_webhook(SUBSCRIBER, WebhookRequest(webhook=made.webhook)).position == 2

    assert office.app.webhooks(ADMINISTRATOR).webhooks == []
    assert office.after(10_000) == 0
    with pytest.raises(NoSuchWebhook):
        office.app.remove_webhook(SUBSCRIBER, WebhookRequest(webhook=made.webhook))


@pytest.mark.parametrize(
    ("fact", "data"),
    [
        ("account-closed", {"account": "tok-1"}),
        ("role-revoked", {"account": "tok-1", "role": "chuong_trinh", "scope_kind": "tat_ca", "scope": ""}),
        ("token-revoked", {"token": "tok-1"}),
    ],
)
def test_who_loses_a_right_loses_the_webhooks_that_came_from_it(fact, data):
    office = Office()
    office.register(SUBSCRIBER)
    office.register(CallContext(actor="tok-2", grants=SUBSCRIBER.grants))
    office.app.receive(event("identity", 1, fact, **data))
    office.happen()

    office.sender.step()

    active = {one.active for one in office.app.webhooks(ADMINISTRATOR).webhooks}
    assert active == {True, False}
    assert len(office.receiver.calls) == 2
    office.register(SUBSCRIBER)
    office.happen()
    assert office.after(1) == 2


def test_bad_registrations_are_refused():
    office = Office()
    for wrong, problem in [
        ({"url": "https://refused.vn"}, AddressRefused),
        ({"types": ["recognition-granted"]}, BadRequest),
        ({"description": "x" * 501}, BadRequest),
    ]:
        with pytest.raises(problem):
            office.register(**wrong)
    assert office.app.webhooks(ADMINISTRATOR).webhooks == []


def test_one_owner_has_a_limited_number_of_webhooks():
    office = Office()
    for _ in range(20):
        office.register(SUBSCRIBER)

    with pytest.raises(TooManyWebhooks):
        office.register(SUBSCRIBER)
    office.register(ADMINISTRATOR)


def test_secrets_are_neither_in_the_log_nor_readable_in_the_tables():
    office = Office()
    secret = office.register().secret
    raw = base64.b64decode(secret.removeprefix("whsec_"))

    [kept] = office.app.tables.all()

    assert office.app.log.head() == 0
    assert raw not in kept.secret
    assert secret.encode() not in kept.secret
    assert AesGcmCipher(b"k" * 32).decrypt(kept.secret, kept.webhook) == raw


def test_an_encrypted_secret_opens_only_with_its_key_and_for_its_webhook():
    ciphertext = AesGcmCipher(b"k" * 32).encrypt(b"secret", "wh_1")

    with pytest.raises(ValueError, match="encrypted"):
        AesGcmCipher(b"l" * 32).decrypt(ciphertext, "wh_1")
    with pytest.raises(ValueError, match="encrypted"):
        AesGcmCipher(b"k" * 32).decrypt(ciphertext, "wh_2")
    with pytest.raises(ValueError, match="32 bytes"):
        AesGcmCipher(b"short")


def test_a_secret_that_cannot_be_opened_counts_as_a_failed_attempt():
    office = Office()
    office.register()
    office.happen()
    office.app.secret_cipher = AesGcmCipher(b"another key of thirty-two bytes!")

    assert office.sender.step() == 1
    assert office.receiver.calls == []
    assert office.view().deliveries[0].state == "cho_gui"


def test_a_worker_that_died_with_a_receiver_in_its_hands_gives_it_back_after_its_lease():
    office = Office()
    office.register()
    office.happen()
    office.app.fan_out()
    now = NOON.timestamp()
    assert office.app.tables.claim(now, now + LEASE_S) is not None

    assert office.sender.step() == 0
    assert office.after(LEASE_S) == 1


def test_a_worker_leaves_a_receiver_after_its_turn_and_comes_back():
    office = Office()
    office.register()
    office.happen(3)
    post = office.receiver.post

    def slow(*call):
        office.clock.move(dt.timedelta(seconds=20))
        return post(*call)

    office.receiver.post = slow

    assert office.sender.step() == 3
    assert office.receiver.positions == [1, 2, 3]


def test_handing_out_twice_at_once_makes_no_delivery_twice():
    office = Office()
    office.register()
    office.happen(2)
    [stale] = office.app.tables.lagging(2)
    assert office.app.fan_out() == 1

    office.app.tables.enqueue(stale, [office.app.event_at(1)], 1, ended=False)

    assert office.sender.step() == 2
    assert office.app.fan_out() == 0


def test_a_long_feed_is_handed_out_in_stretches(monkeypatch):
    monkeypatch.setattr("services.notification.use_cases.webhooks._BATCH", 2)
    monkeypatch.setattr("services.notification.webhook_store.KEPT", 3)
    office = Office()
    office.register()
    office.happen(9)

    assert office.sender.step() == 9
    office.happen()
    office.sender.step()
    assert [d.position for d in office.view().deliveries] == [10, 9, 8]


def test_only_one_worker_takes_a_receiver():
    office = Office()
    office.register()
    office.happen()
    office.app.fan_out()
    tables, now = office.app.tables, NOON.timestamp()

    taken = tables.claim(now, now + 60)

    assert taken is not None
    assert tables.claim(now, now + 60) is None
    tables.release(taken.webhook, 0)
    assert tables.next_due("wh_none", now) is None


def test_the_loop_delivers_survives_trouble_and_stops():
    office = Office()
    office.register()
    troubles = [Unavailable(), ZeroDivisionError()]
    fan_out = office.app.fan_out

    def troubled():
        if troubles:
            raise troubles.pop()
        return fan_out()

    office.app.fan_out = troubled
    office.happen()
    stop = threading.Event()
    waited = []
    wait = stop.wait

    def short(seconds):
        waited.append(seconds)
        return wait(0.01)

    stop.wait = short
    sender = WebhookSender(office.app, office.receiver, retry_policy=RETRY_POLICY, workers=1)
    loop = threading.Thread(target=sender.run, args=(stop,))
    loop.start()
    for _ in range(500):
        if office.receiver.calls:
            break
        wait(0.01)
    stop.set()
    loop.join(timeout=5)

    assert office.receiver.positions == [1]
    assert waited.count(2.0) == 2
    assert not loop.is_alive()


@pytest.mark.parametrize(
    ("status", "attempts", "state", "stop"),
    [
        (200, 1, DeliveryState.DELIVERED, None),
        (299, 3, DeliveryState.DELIVERED, None),
        (410, 1, DeliveryState.GIVEN_UP, StopReason.GONE),
        (404, 1, DeliveryState.WAITING, None),
        (301, 2, DeliveryState.WAITING, None),
        (0, 3, DeliveryState.GIVEN_UP, None),
    ],
)
def test_an_answer_decides_what_follows(status, attempts, state, stop):
    verdict = outcome_of(WebhookResponse(status=status), attempts, RETRY_POLICY, lambda: 0.5)

    assert (verdict.state, verdict.stop) == (state, stop)


def test_pauses_grow_with_some_chance_in_them_and_span_more_than_a_day():
    retry_policy = DeliveryRetryPolicy()
    for attempts, pause in enumerate(retry_policy.pauses_s, 1):
        low = retry_policy.pause_s(attempts, WebhookResponse(status=500), lambda: 0.0)
        high = retry_policy.pause_s(attempts, WebhookResponse(status=500), lambda: 1.0)
        assert (low, high) == (pytest.approx(pause * 0.8), pytest.approx(pause * 1.2))
    assert list(retry_policy.pauses_s) == sorted(retry_policy.pauses_s)
    assert sum(retry_policy.pauses_s) * 0.8 > 24 * 3600
    assert max(retry_policy.pauses_s) <= 3600
    assert retry_policy.pause_s(len(retry_policy.pauses_s) + 1, WebhookResponse(status=500), lambda: 0.5) is None
    assert [retry_policy.rest_after_s(n) for n in (1, 2, 3, 7, 500)] == [1, 2, 4, 60, 60]


def test_a_secret_is_written_with_its_prefix():
    assert write_secret(b"\x00" * 32) == "whsec_" + base64.b64encode(b"\x00" * 32).decode()
