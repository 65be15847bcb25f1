"""The notification service on the bus: every operation passes straight to the application."""

from __future__ import annotations

from typing import ClassVar

from services.notification.application import NotificationApplication
from shared.bus.rpc import ServiceBase, remote
from shared.contracts.calls import Done, Nothing
from shared.contracts.calls.notification import (
    MergedFeedAnswer,
    MergedFeedRequest,
    RegisterWebhook,
    WebhookRegistered,
    WebhookRequest,
    WebhooksAnswer,
)
from shared.identity.acting import Acting


class NotificationService(ServiceBase):
    """The merged feed and webhooks. Its `feed` is the merged one: nobody follows this service as a source."""

    name: ClassVar[str] = "notification"
    application: NotificationApplication

    @remote
    def feed(self, acting: Acting, request: MergedFeedRequest) -> MergedFeedAnswer:
        """Return the events of all services after a position."""
        return self.application.feed(acting, request)

    @remote
    def register_webhook(self, acting: Acting, request: RegisterWebhook) -> WebhookRegistered:
        """Send coming events to an address; the secret is shown this once."""
        return self.application.register_webhook(acting, request)

    @remote
    def webhooks(self, acting: Acting, request: Nothing) -> WebhooksAnswer:
        """List the caller's webhooks and how they are served."""
        return self.application.webhooks(acting)

    @remote
    def remove_webhook(self, acting: Acting, request: WebhookRequest) -> Done:
        """Forget a webhook."""
        return self.application.remove_webhook(acting, request)

    @remote
    def retry_webhook(self, acting: Acting, request: WebhookRequest) -> Done:
        """Send what was skipped again, and what waits to be tried again now."""
        return self.application.retry_webhook(acting, request)
