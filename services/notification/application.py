"""The application of the notification service: its log, which is the merged feed, and the use cases composed over it."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from services.notification.domain.feed import FACTS
from services.notification.ports import Poster, SecretCipher
from services.notification.published import published
from services.notification.use_cases.feed import Feed
from services.notification.use_cases.inbox import FeedInbox
from services.notification.use_cases.webhooks import Subscribing
from services.notification.webhook_store import WebhookStore
from shared.clock import Clock
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.log import RecordedEvent
from shared.storage.database_url import StoreSettings


class NotificationApplication(EventSourcedApplication):
    """The merged feed and its webhooks. An event handler for every other source.

    `secret_cipher` encrypts webhook secrets, `poster` knows which addresses may be posted to. Every operation is a method of
    the use case that it belongs to (`services.notification.use_cases`); here they are brought together.
    """

    name = "notification"  # type: ignore[misc]  # a plain class attribute in the library
    facts = FACTS
    sources = ("evidence", "assessment", "inspection", "identity")

    def __init__(
        self,
        store: StoreSettings,
        clock: Clock,
        *,
        installation: str,
        views_url: str,
        poster: Poster,
        secret_cipher: SecretCipher,
        new_secret: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        super().__init__(store, clock, installation=installation)
        self.tables = self.own(lambda: WebhookStore(views_url))
        self.poster = poster
        self.secret_cipher = secret_cipher
        self._inbox = FeedInbox(self)

        feed = Feed(self)
        self.feed = feed.feed
        self.event_at = feed.event_at

        webhooks = Subscribing(self, self.tables, poster, secret_cipher, new_secret)
        self.register_webhook = webhooks.register_webhook
        self.webhooks = webhooks.webhooks
        self.remove_webhook = webhooks.remove_webhook
        self.retry_webhook = webhooks.retry_webhook
        self.resume_allowed = webhooks.resume_allowed
        self.fan_out = webhooks.fan_out

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event: the relayed event with its position."""
        return published(logged)

    def receive(self, event: CloudEvent) -> None:
        """Append the next event of its source to the feed, exactly once."""
        self._inbox.receive(event)
