"""Carries events to webhooks: a plain loop, run as a process or as a greenlet, in as many copies as one likes.

One receiver is served by one worker at a time, in the order of the feed. Events of one source never overtake each other: one
that fails holds up those behind it until it is delivered or given up, and nothing else; a receiver that fails rests for a
while and holds nobody else up. What is to be sent is in the tables: a worker that is killed loses nothing, at worst the same
event is sent again under the same id.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from services.notification.application import NotificationApplication
from services.notification.domain.delivery import (
    DeliveryRetryPolicy,
    DeliveryState,
    WebhookResponse,
    outcome_of,
    signed_headers,
)
from services.notification.ports import Poster
from services.notification.webhook_store import DueDelivery, Webhook
from shared.contracts.events.base import to_json
from shared.logs import Journal
from shared.problems import Problem

LEASE_S = 60.0
"""A worker that took a receiver and died gives it back after so long."""

TURN_S = 30.0
"""A worker leaves a receiver after so long, for others to have their turn; well within the lease."""

IDLE_S = 0.25
WORKERS = 3

journal = Journal("notification.sender")


class WebhookSender:
    """Delivers what is due. `jitter` is in [0, 1)."""

    def __init__(
        self,
        application: NotificationApplication,
        poster: Poster | None = None,
        *,
        patience: DeliveryRetryPolicy | None = None,
        workers: int = WORKERS,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._application = application
        self._tables = application.tables
        self._poster = poster or application.poster
        self._patience = patience or DeliveryRetryPolicy()
        self._workers = workers
        self._jitter = jitter
        self._looked_at_addresses = False

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop` is set, then return when every worker has ended its attempt."""
        loops = [threading.Thread(target=self._work, args=(stop,), daemon=True) for _ in range(self._workers)]
        for loop in loops:
            loop.start()
        for loop in loops:
            loop.join()

    def step(self) -> int:
        """Hand out new events, then serve receivers until nothing is due; return how many attempts were made."""
        if not self._looked_at_addresses:
            # Once a start, for that is when settings change.
            self._application.resume_allowed()
            self._looked_at_addresses = True
        while self._application.fan_out():
            pass
        attempts = 0
        while (served := self._serve_one()) is not None:
            attempts += served
        return attempts

    def _work(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                busy = self.step()
            except Problem as problem:
                # The database is away or full; everything is where it was.
                journal.warning("sender-waits", problem=problem.type)
                busy = 0
                stop.wait(2.0)
            except Exception as error:  # noqa: BLE001 - a sender must not end while the rest runs
                journal.error("sender-failed", error)
                busy = 0
                stop.wait(2.0)
            if not busy:
                stop.wait(IDLE_S)

    def _serve_one(self) -> int | None:
        """Serve one receiver that has something due; None when there is none to be had."""
        began = self._now()
        webhook = self._tables.claim(began, began + LEASE_S)
        if webhook is None:
            return None
        attempts, rest = 0, 0.0
        try:
            while rest == 0.0 and self._now() - began < TURN_S:
                due = self._tables.next_due(webhook.webhook, self._now())
                if due is None:
                    break
                rest = self._attempt(webhook, due)
                attempts += 1
        finally:
            self._tables.release(webhook.webhook, self._now() + rest)
        return attempts

    def _attempt(self, webhook: Webhook, due: DueDelivery) -> float:
        """Send one event once; return how long the receiver is to be left alone now, 0 after a success."""
        event = self._application.event_at(due.position)
        body = to_json(event)
        reply = self._post(webhook, event.id, body)
        verdict = outcome_of(reply, due.attempts + 1, self._patience, self._jitter)
        failures = self._tables.record_attempt(due, verdict, reply.status, self._now())
        if verdict.state is DeliveryState.DELIVERED:
            return 0.0
        journal.warning("webhook-attempt-failed", webhook=webhook.webhook, status=reply.status, state=verdict.state.value)
        return max(self._patience.rest_after_s(failures), 1e-6)

    def _post(self, webhook: Webhook, event_id: str, body: bytes) -> WebhookResponse:
        try:
            secret = self._application.secret_cipher.decrypt(webhook.secret, webhook.webhook)
        except ValueError as error:
            # The installation's key was lost or changed: it shows as failed attempts; registering anew mends it.
            journal.error("webhook-secret-unreadable", error, webhook=webhook.webhook)
            return WebhookResponse(status=0)
        headers = signed_headers(event_id, body, secret, self._application.clock.now())
        return self._poster.post(webhook.url, headers, body)

    def _now(self) -> float:
        return self._application.clock.now().timestamp()
