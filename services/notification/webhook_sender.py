"""Carries events to webhooks: a plain loop, run as a process or as a greenlet, in as many copies as one likes.

One receiver is served by one worker at a time, in the order of the feed. Events of one source never overtake each other: one
that fails holds up those behind it until it is delivered or given up, and nothing else; a receiver that fails rests for a
while and holds nobody else up. What is to be sent is in the tables: a worker that is killed loses nothing, at worst the same
event is sent again under the same id.
"""

from __future__ import annotations

import random
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
from shared.worker import Rhythm, Worker, WorkerHealth

LEASE_S = 60.0
"""A worker that took a receiver and died gives it back after so long."""

TURN_S = 30.0
"""A worker leaves a receiver after so long, for others to have their turn; well within the lease."""

WORKERS = 3

journal = Journal("notification.sender")


class WebhookSender(Worker):
    """Delivers what is due, by `workers` side by side. `jitter` is in [0, 1)."""

    # A store that is away is back soon, and receivers wait: looked at again every two seconds.
    rhythm = Rhythm(idle=0.25, retry=2.0, longest_retry=2.0)

    def __init__(
        self,
        application: NotificationApplication,
        poster: Poster | None = None,
        *,
        retry_policy: DeliveryRetryPolicy | None = None,
        workers: int = WORKERS,
        jitter: Callable[[], float] = random.random,
        health: WorkerHealth | None = None,
    ) -> None:
        super().__init__("sender", health)
        self._application = application
        self._tables = application.tables
        self._poster = poster or application.poster
        self._retry_policy = retry_policy or DeliveryRetryPolicy()
        self.copies = workers
        self._jitter = jitter
        self._looked_at_addresses = False

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
        verdict = outcome_of(reply, due.attempts + 1, self._retry_policy, self._jitter)
        failures = self._tables.record_attempt(due, verdict, reply.status, self._now())
        if verdict.state is DeliveryState.DELIVERED:
            return 0.0
        journal.warning("webhook-attempt-failed", webhook=webhook.webhook, status=reply.status, state=verdict.state.value)
        return max(self._retry_policy.rest_after_s(failures), 1e-6)

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
