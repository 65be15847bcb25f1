"""The notification service on the bus: every operation passes straight to the application."""

from __future__ import annotations

from typing import ClassVar

from services.notification.application import NotificationApplication
from shared.bus.rpc.server import ServiceBase, rpc
from shared.contracts.calls import Done, Nothing
from shared.contracts.calls.notification import (
    MergedFeedAnswer,
    MergedFeedRequest,
    RegisterWebhook,
    WebhookRegistered,
    WebhookRequest,
    WebhooksAnswer,
)
from shared.identity.call_context import CallContext


class NotificationService(ServiceBase):
    """The merged feed and webhooks. Its `feed` is the merged one: nobody follows this service as a source."""

    name: ClassVar[str] = "notification"
    application: NotificationApplication

    @rpc
    def feed(self, acting: CallContext, request: MergedFeedRequest) -> MergedFeedAnswer:
        """Return the events of all services after a position."""
        return self.application.feed(acting, request)

    @rpc
    def register_webhook(self, acting: CallContext, request: RegisterWebhook) -> WebhookRegistered:
        """Send coming events to an address; the secret is shown this once."""
        return self.application.register_webhook(acting, request)

    @rpc
    def webhooks(self, acting: CallContext, request: Nothing) -> WebhooksAnswer:
        """List the caller's webhooks and how they are served."""
        return self.application.webhooks(acting)

    @rpc
    def remove_webhook(self, acting: CallContext, request: WebhookRequest) -> Done:
        """Forget a webhook."""
        return self.application.remove_webhook(acting, request)

    @rpc
    def retry_webhook(self, acting: CallContext, request: WebhookRequest) -> Done:
        """Send what was skipped again, and what waits to be tried again now."""
        return self.application.retry_webhook(acting, request)
