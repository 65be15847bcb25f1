"""The whole way on both stores: events received, feed read, webhooks served by processes that are killed on the way."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from services.notification.adapters.http_post import HttpPoster
from services.notification.adapters.secret_cipher import AesGcmCipher
from services.notification.application import NotificationApplication
from services.notification.domain.delivery import DeliveryOutcome, DeliveryRetryPolicy, DeliveryState
from services.notification.webhook_sender import WebhookSender
from shared.clock import SystemClock
from shared.contracts.calls.notification import MergedFeedRequest, RegisterWebhook
from shared.contracts.events.base import CloudEvent, event_id, from_json, source_urn
from shared.eventlog.application import AlreadyReceived
from shared.eventlog.verify import verify_log
from shared.identity.call_context import system
from shared.storage.database_url import StoreSettings

ROOT = Path(__file__).parents[3]
NOON = dt.datetime(2026, 9, 14, 5, 0, tzinfo=dt.UTC)

SENDER = """
import sys, threading
from services.notification.webhook_sender import WebhookSender
from services.notification.domain.delivery import DeliveryRetryPolicy
sys.path.insert(0, {here!r})
from tests_delivery import open_application
retry_policy = DeliveryRetryPolicy(pauses_s=(0.05,) * 60, rest_s=0.05)
WebhookSender(open_application(sys.argv[1], sys.argv[2]), retry_policy=retry_policy).run(threading.Event())
"""


def open_application(store_url: str, views_url: str) -> NotificationApplication:
    return NotificationApplication(
        StoreSettings(store_url),
        SystemClock(),
        installation="thu",
        views_url=views_url,
        poster=HttpPoster(allow_private_targets=True, timeout_s=5),
        secret_cipher=AesGcmCipher(b"k" * 32),
    )


def event(service, sequence):
    source = source_urn("thu", service)
    return CloudEvent(
        id=event_id(source, sequence),
        source=source,
        type=f"vn.kiemdinh.{service}.something.v1",
        subject="school/TH-BC",
        time=NOON,
        recordedtime=NOON,
        sequence=sequence,
        data={"school": "TH-BC", "text": "chữ có dấu"},
    )


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append((dict(self.headers), body))
        # Every third call fails, so that there is always something to be tried again.
        fails = len(self.server.received) % 3 == 0
        if self.server.refuse is not None:
            one = json.loads(body)
            key = (one["source"].rpartition(":")[2], one["sequence"])
            fails = self.server.refuse.get(key, 0) > 0
            self.server.refuse[key] = self.server.refuse.get(key, 0) - fails
        self.send_response(500 if fails else 200)
        self.send_header("content-length", "0")
        self.end_headers()
        if not fails:
            event = json.loads(body)
            self.server.accepted.append((event["source"].rpartition(":")[2], event["sequence"]))

    def log_message(self, *arguments):
        pass


@pytest.fixture
def receiver():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.accepted, server.refuse = [], [], None
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def urls(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/log.sqlite", f"sqlite:///{tmp_path}/views.sqlite"
    url = request.getfixturevalue("postgresql").new_database()
    return url, url


def until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def test_an_event_reaches_a_webhook_within_a_second_and_its_signature_holds(urls, receiver):
    app = open_application(*urls)
    made = app.register_webhook(system("test"), RegisterWebhook(url=f"http://127.0.0.1:{receiver.server_address[1]}/"))
    stop = threading.Event()
    loop = threading.Thread(target=WebhookSender(app).run, args=(stop,))
    loop.start()
    time.sleep(0.3)
    took = []

    for number in range(1, 6):
        began = time.monotonic()
        app.receive(event("assessment", number))
        until(lambda: len(receiver.received) >= number)  # noqa: B023 - asked only within this round
        took.append(time.monotonic() - began)

    # The fastest of five: what a busy machine adds to one of them is not ours.
    assert min(took) < 1.0
    headers, body = receiver.received[0]
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    assert from_json(body).data["text"] == "chữ có dấu"
    stop.set()
    loop.join()
    app.close()


def test_senders_killed_at_any_moment_lose_no_event_and_never_send_one_before_another(urls, receiver, tmp_path):
    (tmp_path / "tests_delivery.py").write_text(Path(__file__).read_text(encoding="utf-8"), encoding="utf-8")
    app = open_application(*urls)
    app.register_webhook(system("test"), RegisterWebhook(url=f"http://127.0.0.1:{receiver.server_address[1]}/"))
    program = [sys.executable, "-c", SENDER.format(here=str(tmp_path)), *urls]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    sequence = 0
    for _ in range(3):
        process = subprocess.Popen(program, env=environment)
        before = len(receiver.received)
        for _ in range(10):
            sequence += 1
            app.receive(event("assessment", sequence))
            app.receive(event("evidence", sequence))
        until(lambda before=before: len(receiver.received) >= before + 4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        # What the dead worker held is free again after its lease; the test does not wait a minute for it.
        for webhook in app.tables.all():
            app.tables.release(webhook.webhook, 0)

    stop = threading.Event()
    sender = WebhookSender(app, retry_policy=DeliveryRetryPolicy(pauses_s=(0.05,) * 60, rest_s=0.05))
    loop = threading.Thread(target=sender.run, args=(stop,))
    loop.start()
    until(lambda: len(set(receiver.accepted)) == 60)
    stop.set()
    loop.join()

    for source in ("assessment", "evidence"):
        heard = [number for service, number in receiver.accepted if service == source]
        # A worker that was killed before it noted the answer makes the same event come again, and nothing overtake it.
        assert heard == sorted(heard)
        assert set(heard) == set(range(1, 31))
    ids = {json.loads(body)["position"]: set() for _, body in receiver.received}
    for headers, body in receiver.received:
        ids[json.loads(body)["position"]].add(headers["webhook-id"])
    assert all(len(found) == 1 for found in ids.values())
    app.close()


def test_one_event_refused_twice_holds_its_source_back_over_a_kill(urls, receiver, tmp_path):
    (tmp_path / "tests_delivery.py").write_text(Path(__file__).read_text(encoding="utf-8"), encoding="utf-8")
    app = open_application(*urls)
    app.register_webhook(system("test"), RegisterWebhook(url=f"http://127.0.0.1:{receiver.server_address[1]}/"))
    receiver.refuse = {("assessment", 3): 2}
    for sequence in range(1, 7):
        app.receive(event("assessment", sequence))
        app.receive(event("evidence", sequence))
    program = [sys.executable, "-c", SENDER.format(here=str(tmp_path)), *urls]
    first = subprocess.Popen(program, env={**os.environ, "PYTHONPATH": str(ROOT)})
    until(lambda: receiver.refuse[("assessment", 3)] == 1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    for webhook in app.tables.all():
        app.tables.release(webhook.webhook, 0)

    second = subprocess.Popen(program, env={**os.environ, "PYTHONPATH": str(ROOT)})
    until(lambda: len(set(receiver.accepted)) == 12)
    second.terminate()
    second.wait()

    assert receiver.refuse[("assessment", 3)] == 0
    for source in ("assessment", "evidence"):
        heard = [number for service, number in receiver.accepted if service == source]
        assert heard == sorted(heard)
        assert set(heard) == set(range(1, 7))
    app.close()


def test_tables_of_the_version_before_are_brought_up_to_date_with_their_rows(urls):
    app = open_application(*urls)
    app.register_webhook(system("test"), RegisterWebhook(url="http://127.0.0.1:9/"))
    for service in ("assessment", "evidence"):
        app.receive(event(service, 1))
        app.receive(event(service, 2))
    app.fan_out()
    with app.tables.database.writing() as conn:
        for statement in (
            "DROP INDEX notification_deliveries_lane",
            "ALTER TABLE notification_deliveries DROP COLUMN source",
            "ALTER TABLE notification_webhooks DROP COLUMN stopped",
            "DROP TABLE notification_lanes",
            "DROP TABLE schema_version",
            "CREATE INDEX notification_deliveries_due ON notification_deliveries (webhook, state, next_attempt)",
        ):
            conn.exec_driver_sql(statement)
    app.close()

    app = open_application(*urls)
    [webhook] = app.tables.all()
    heads = []
    while (due := app.tables.next_due(webhook.webhook, 0.0)) is not None:
        heads.append((due.source, due.position))
        app.tables.record_attempt(due, DeliveryOutcome(state=DeliveryState.WAITING, pause_s=60), 500, 0.0)

    assert heads == [("assessment", 1), ("evidence", 3)]
    app.close()


def test_a_receiver_that_two_processes_saw_free_is_taken_by_one_of_them(urls):
    first, second = (open_application(*urls) for _ in range(2))
    first.register_webhook(system("test"), RegisterWebhook(url="http://127.0.0.1:9/"))
    first.receive(event("assessment", 1))
    first.fan_out()
    taken_between = []

    def take_between(_conn, _cursor, statement, *_rest):
        # The first process has looked and seen a free receiver; before it writes its name on it, the second does.
        if "free_at <=" in statement and statement.startswith("SELECT") and not taken_between:
            taken_between.append(None)
            taken_between.append(second.tables.claim(1000.0, 1060.0))

    listen(Engine, "after_cursor_execute", take_between)
    try:
        taken_late = first.tables.claim(1000.0, 1060.0)
    finally:
        remove(Engine, "after_cursor_execute", take_between)

    assert taken_between[1] is not None
    assert taken_late is None
    first.close()
    second.close()


def test_processes_that_receive_the_same_events_at_once_relay_each_once(urls):
    apps = [open_application(*urls) for _ in range(3)]
    errors = []

    def receive_all(app):
        for sequence in range(1, 21):
            while app.received_position("evidence") < sequence:
                try:
                    app.receive(event("evidence", sequence))
                except AlreadyReceived:
                    continue
                except Exception as error:
                    errors.append(error)
                    return

    threads = [threading.Thread(target=receive_all, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    answer = apps[0].feed(system("test"), MergedFeedRequest())
    events = [from_json(text.encode()) for text in answer.events]
    assert [(e.position, e.sequence) for e in events] == [(n, n) for n in range(1, 21)]
    verdict = verify_log(StoreSettings(urls[0]), "notification")
    assert verdict.sound
    assert verdict.events == 20
    for app in apps:
        app.close()
