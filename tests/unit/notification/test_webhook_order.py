"""In which order a webhook hears: of one source never one event before another, whatever fails, and nothing else held up."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import event as sqlalchemy_event

from services.notification.domain.delivery import DeliveryOutcome, DeliveryState, WebhookResponse
from services.notification.errors import AddressRefused, NoSuchWebhook, WebhookEnded
from services.notification.webhook_sender import LEASE_S, WebhookSender
from services.notification.webhook_store import WebhookStore
from shared.contracts.calls.notification import WebhookRequest
from shared.contracts.events.base import from_json
from shared.identity.call_context import CallContext
from tests.unit.notification.test_webhooks import ADMINISTRATOR, RETRY_POLICY, SUBSCRIBER, Office, application, event


class FailsOn:
    """A receiver that answers 500 to chosen (source, sequence) for so many times, and keeps what it took."""

    def __init__(self, office, **times):
        self.left = {tuple(key.split("_")): count for key, count in times.items()}
        self.calls, self.taken = 0, []
        office.receiver.post = self.post

    def post(self, url, headers, body):
        self.calls += 1
        one = from_json(body)
        key = (one.service, str(one.sequence))
        if self.left.get(key, 0) > 0:
            self.left[key] -= 1
            return WebhookResponse(status=500)
        self.taken.append((url, one.service, one.sequence))
        return WebhookResponse(status=204)

    def of(self, service, url=None):
        return [number for to, source, number in self.taken if source == service and url in {None, to}]


def wait_out(office, seconds):
    """Let time pass as it does: step by step."""
    for _ in range(seconds):
        office.after(1)


def retry(office, made, acting=ADMINISTRATOR):
    return office.app.retry_webhook(acting, WebhookRequest(webhook=made.webhook))


def test_an_event_that_fails_twice_is_not_overtaken_by_its_source():
    office = Office()
    receiver = FailsOn(office, assessment_2=2)
    office.register()
    office.happen(5)

    wait_out(office, 200)

    assert receiver.of("assessment") == [1, 2, 3, 4, 5]
    assert office.view().waiting == 0


def test_other_sources_go_on_meanwhile():
    office = Office()
    receiver = FailsOn(office, assessment_1=1)
    office.register()
    office.happen(3)
    office.say("evidence", 3)

    wait_out(office, 5)

    assert receiver.of("evidence") == [1, 2, 3]
    assert receiver.of("assessment") == []
    wait_out(office, 10)
    assert receiver.of("assessment") == [1, 2, 3]


def test_other_addresses_go_on_meanwhile():
    office = Office()
    receiver = FailsOn(office, assessment_1=1)
    office.register(url="https://mot.vn/")
    office.register(url="https://hai.vn/")
    office.happen(3)

    office.sender.step()

    ahead = {url for url, _, _ in receiver.taken}
    assert len(ahead) == 1
    assert receiver.of("assessment", ahead.pop()) == [1, 2, 3]
    wait_out(office, 20)
    assert [receiver.of("assessment", url) for url in ("https://mot.vn/", "https://hai.vn/")] == [[1, 2, 3]] * 2


def test_what_happens_while_an_event_is_retried_waits_behind_it_over_a_restart():
    office = Office()
    receiver = FailsOn(office, assessment_1=2)
    office.register()
    office.happen(2)
    office.sender.step()
    office.happen(2)
    office.sender = WebhookSender(
        office.app, retry_policy=RETRY_POLICY, jitter=lambda: 0.5
    )  # another process, with nothing but the tables

    office.after(5)
    assert receiver.taken == []
    wait_out(office, 200)

    assert receiver.of("assessment") == [1, 2, 3, 4]


def test_its_owner_sees_what_holds_the_rest_up():
    office = Office()
    FailsOn(office, assessment_1=9)
    office.register()
    office.happen(40)
    office.sender.step()

    [held] = office.view().retrying
    assert (held.position, held.attempts, held.last_status) == (1, 1, 500)
    assert held.next_attempt is not None
    assert office.view().waiting == 40


def test_an_event_that_is_given_up_is_listed_and_the_next_follow_in_order():
    office = Office()
    receiver = FailsOn(office, assessment_2=3)
    office.register()
    office.happen(30)

    wait_out(office, 200)

    assert receiver.of("assessment") == [1, *range(3, 31)]
    assert [(one.position, one.state) for one in office.view().skipped] == [(2, "thoi")]
    assert office.view().active


def test_a_skipped_event_comes_when_its_owner_asks_for_it_before_what_still_waits():
    office = Office()
    receiver = FailsOn(office, assessment_1=3, assessment_4=1)
    made = office.register(SUBSCRIBER)
    office.happen(5)
    wait_out(office, 150)
    assert receiver.of("assessment") == [2, 3, 4, 5]
    office.happen(1)

    assert retry(office, made, SUBSCRIBER).position == 6
    office.sender.step()

    assert receiver.of("assessment") == [2, 3, 4, 5, 1, 6]
    assert office.view().skipped == []


def test_asking_again_sends_at_once_what_waits_for_its_next_attempt():
    office = Office()
    receiver = FailsOn(office, assessment_1=1)
    made = office.register()
    office.happen(2)
    office.sender.step()

    retry(office, made)
    office.after(1)

    assert receiver.of("assessment") == [1, 2]


def test_a_receiver_that_had_refused_for_good_can_be_taken_up_where_it_stopped():
    office = Office(410)
    made = office.register()
    office.happen(2)
    office.sender.step()
    office.happen(2)
    office.after(10)
    assert (office.view().active, office.view().stopped) == (False, "noi_nhan_tu_choi")

    retry(office, made)
    office.after(1)

    assert office.receiver.positions == [1, 1, 2, 3, 4]
    assert (office.view().active, office.view().stopped) == (True, "")


def test_a_webhook_whose_owner_lost_the_right_cannot_be_taken_up():
    office = Office()
    made = office.register(SUBSCRIBER)
    office.say("identity", token="tok-1")
    office.app.receive(event("identity", 2, "token-revoked", token="tok-1"))
    office.sender.step()

    assert office.view().stopped == "mat_quyen"
    with pytest.raises(WebhookEnded):
        retry(office, made)
    with pytest.raises(NoSuchWebhook):
        retry(office, made, CallContext(actor="tok-2", grants=SUBSCRIBER.grants))


def test_a_stretch_handed_out_late_does_not_take_up_a_webhook_that_stopped_meanwhile():
    office = Office(410)
    office.register()
    office.happen()
    office.sender.step()
    [stopped] = office.app.tables.all()
    office.happen()

    office.app.tables.enqueue(stopped, [office.app.event_at(2)], 2, ended=False)

    assert not office.view().active


def test_a_worker_slower_than_its_lease_does_not_bring_back_what_another_delivered():
    office = Office()
    office.register()
    office.happen(2)
    office.app.fan_out()
    tables, now = office.app.tables, office.clock.now().timestamp()
    slow = tables.next_due(tables.claim(now, now + LEASE_S).webhook, now)
    office.after(LEASE_S)
    assert office.receiver.positions == [1, 2]

    tables.record_attempt(slow, DeliveryOutcome(state=DeliveryState.WAITING, pause_s=5), 500, now)
    wait_out(office, 100)

    assert office.receiver.positions == [1, 2]
    assert office.view().retrying == []


def test_finding_the_next_event_reads_no_more_of_the_table_the_more_wait():
    office = Office()
    office.register()
    office.happen(20)
    office.say("evidence", 20)
    office.app.fan_out()
    engine, asked = office.app.tables.database._engine, []
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))

    now = office.clock.now().timestamp()
    taken = office.app.tables.claim(now, now + 60)
    due = office.app.tables.next_due(taken.webhook, now)
    office.app.tables.record_attempt(due, DeliveryOutcome(state=DeliveryState.DELIVERED), 204, now)

    plans = []
    with office.app.tables.database.reading() as conn:
        for statement, parameters in list(asked):
            if statement.startswith(("SELECT", "UPDATE")):
                plans += [row[3] for row in conn.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)]
    on_deliveries = [step for step in plans if "notification_deliveries" in step]
    found_by = {step.partition("(")[2] for step in on_deliveries}
    assert found_by == {"webhook=? AND source=? AND state=?)", "webhook=? AND position=?)"}


OLD_TABLES = """
CREATE TABLE notification_webhooks (webhook VARCHAR NOT NULL PRIMARY KEY, owner VARCHAR NOT NULL, grants BLOB NOT NULL,
    url VARCHAR NOT NULL, types BLOB NOT NULL, description VARCHAR NOT NULL, secret BLOB NOT NULL, active BOOLEAN NOT NULL,
    position BIGINT NOT NULL, failures INTEGER NOT NULL, free_at FLOAT NOT NULL);
CREATE TABLE notification_deliveries (webhook VARCHAR NOT NULL, position BIGINT NOT NULL, event VARCHAR NOT NULL,
    type VARCHAR NOT NULL, state VARCHAR NOT NULL, attempts INTEGER NOT NULL, last_status INTEGER NOT NULL,
    next_attempt FLOAT NOT NULL, PRIMARY KEY (webhook, position));
CREATE INDEX notification_deliveries_due ON notification_deliveries (webhook, state, next_attempt);
INSERT INTO notification_webhooks VALUES ('wh_1', 'c', '[]', 'https://a.vn', '[]', '', x'00', 1, 4, 1, 0),
    ('wh_2', 'c', '[]', 'https://b.vn', '[]', '', x'00', 0, 0, 0, 0);
INSERT INTO notification_deliveries VALUES
    ('wh_1', 1, 'e1', 'vn.kiemdinh.evidence.document-received.v1', 'da_gui', 1, 204, 0),
    ('wh_1', 2, 'e2', 'vn.kiemdinh.assessment.indicator-judged.v1', 'cho_gui', 3, 500, 9999999999),
    ('wh_1', 3, 'e3', 'vn.kiemdinh.evidence.document-received.v1', 'cho_gui', 0, 0, 0),
    ('wh_1', 4, 'e4', 'vn.kiemdinh.assessment.indicator-judged.v1', 'cho_gui', 0, 0, 0);
"""


def test_tables_of_the_version_before_open_and_go_on_in_order(tmp_path):
    with sqlite3.connect(tmp_path / "views.sqlite") as old:
        old.executescript(OLD_TABLES)
    old.close()

    for _ in range(2):  # a second start finds everything done
        tables = WebhookStore(f"sqlite:///{tmp_path}/views.sqlite")
        taken = tables.claim(100.0, 160.0)
        tables.release("wh_1", 0)
        due = tables.next_due("wh_1", 100.0)
        assert taken.webhook == "wh_1"
        assert (due.position, due.source, due.attempts) == (2, "assessment", 3)
        tables.close()

    tables = WebhookStore(f"sqlite:///{tmp_path}/views.sqlite")
    tables.record_attempt(due, DeliveryOutcome(state=DeliveryState.WAITING, pause_s=10), 500, 100.0)
    assert tables.next_due("wh_1", 105.0).position == 3
    tables.record_attempt(tables.next_due("wh_1", 105.0), DeliveryOutcome(state=DeliveryState.DELIVERED), 204, 105.0)
    assert tables.next_due("wh_1", 105.0) is None
    assert tables.next_due("wh_1", 110.0).position == 2
    assert tables.get("wh_2").stopped == ""
    tables.close()


def test_a_webhook_that_an_older_version_stopped_is_registered_anew(tmp_path):
    with sqlite3.connect(tmp_path / "views.sqlite") as old:
        old.executescript(OLD_TABLES)
    old.close()
    office = Office()
    app = application(clock=office.clock, poster=office.receiver, views_url=f"sqlite:///{tmp_path}/views.sqlite")

    with pytest.raises(WebhookEnded, match="đăng ký lại"):
        app.retry_webhook(ADMINISTRATOR, WebhookRequest(webhook="wh_2"))
    app.close()


class Gate:
    """A receiver behind an address that the administrator allows or not."""

    def __init__(self, office):
        self.open, self.office, self.post = False, office, office.receiver.post
        office.receiver.post, office.receiver.check = self.answer, self.check

    def answer(self, url, headers, body):
        return self.post(url, headers, body) if self.open else WebhookResponse(status=0, refused=True)

    def check(self, url):
        if not self.open:
            raise AddressRefused("Không")


def test_a_webhook_that_leads_where_it_may_not_stops_and_goes_on_when_that_is_allowed():
    office = Office()
    made = office.register()
    gate = Gate(office)
    office.happen(2)
    office.sender.step()

    assert (office.view().active, office.view().stopped) == (False, "dia_chi_khong_duoc_phep")
    with pytest.raises(AddressRefused):
        retry(office, made)
    office.happen(2)
    assert office.after(100_000) == 0

    gate.open = True  # and a restart, for that is when settings change
    office.sender = WebhookSender(office.app, retry_policy=RETRY_POLICY, jitter=lambda: 0.5)
    office.after(1)

    assert office.receiver.positions == [1, 2, 3, 4]
    assert office.view().active


def test_a_restart_alone_takes_up_neither_what_is_not_allowed_nor_what_a_receiver_refused():
    office = Office(410)
    office.register(url="https://mot.vn/")
    office.happen()
    office.sender.step()
    gate = Gate(office)
    gate.open = True
    office.register(url="https://hai.vn/")
    gate.open = False
    office.happen()
    office.after(1)

    WebhookSender(office.app, retry_policy=RETRY_POLICY).step()

    assert {one.stopped for one in office.app.webhooks(ADMINISTRATOR).webhooks} == {
        "noi_nhan_tu_choi",
        "dia_chi_khong_duoc_phep",
    }
