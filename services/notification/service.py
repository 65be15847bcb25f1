"""The notification service on the bus: its table of operations, each answered by the application."""

from __future__ import annotations

from typing import ClassVar

from services.notification.application import NotificationApplication
from shared.bus.expose import expose
from shared.bus.rpc.server import ServiceBase
from shared.contracts.calls import deadlines, notification


@expose((*notification.OPERATIONS, *deadlines.OPERATIONS), NotificationApplication)
class NotificationService(ServiceBase):
    """The merged feed, webhooks and deadlines. Its `feed` is the merged one: nobody follows this service as a source."""

    name: ClassVar[str] = "notification"
    application: NotificationApplication
