"""The application of the notification service: its log, which is the merged feed, and the use cases composed over it."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from services.notification import deadline_views
from services.notification.domain.feed import FACTS
from services.notification.mail_store import MailStore
from services.notification.ports import Mailer, Poster, SecretCipher
from services.notification.published import published
from services.notification.reminder_store import ReminderStore, reminders_beside
from services.notification.rulebook_days import RulebookDays
from services.notification.settings import ReminderSettings
from services.notification.use_cases.calendars import Calendars
from services.notification.use_cases.deadlines import Deadlines
from services.notification.use_cases.feed import Feed
from services.notification.use_cases.inbox import FeedInbox
from services.notification.use_cases.mailing import Mailing
from services.notification.use_cases.reminding import Reminding
from services.notification.use_cases.webhooks import Subscribing
from services.notification.webhook_store import WebhookStore
from shared.clock import Clock
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.eventlog.log import RecordedEvent
from shared.eventlog.read_model import ReadModel
from shared.storage.database_url import StoreSettings


class NotificationApplication(EventSourcedApplication):
    """The merged feed, its webhooks, and every deadline in it. An event handler for every other source.

    `secret_cipher` encrypts secrets of webhooks and addresses of mail, `poster` knows which addresses may be posted to,
    `mailer` hands mail on, None where the installation sends none. Every operation is a method of the use case that it
    belongs to (`services.notification.use_cases`); here they are brought together.
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
        reminders: ReminderSettings | None = None,
        mailer: Mailer | None = None,
    ) -> None:
        super().__init__(store, clock, installation=installation)
        self.tables = self.own(lambda: WebhookStore(views_url))
        self.poster = poster
        self.secret_cipher = secret_cipher
        self.reminder_settings = reminders or ReminderSettings()
        self.reminder_tables = self.own(lambda: ReminderStore(reminders_beside(views_url)))
        self.deadline_views = self.own(lambda: _deadline_views(self, views_url))
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

        self._answer_about_days(mailer, new_secret)

    def _answer_about_days(self, mailer: Mailer | None, new_secret: Callable[[int], bytes]) -> None:
        views, tables, clock = self.deadline_views, self.reminder_tables, self.clock
        deadlines = Deadlines(views, clock, self.reminder_settings)
        self.deadlines = deadlines.deadlines

        reminding = Reminding(views, tables, deadlines, clock)
        self.run_reminders = reminding.run_reminders
        self.inbox = reminding.inbox
        self.unseen = reminding.unseen
        self.see_reminders = reminding.see_reminders
        self.snooze_reminder = reminding.snooze_reminder

        calendars = Calendars(views, tables, deadlines, clock, new_secret)
        self.open_calendar = calendars.open_calendar
        self.calendars = calendars.calendars
        self.close_calendar = calendars.close_calendar
        self.calendar_feed = calendars.calendar_feed

        mailing = Mailing(
            views, MailStore(tables), deadlines, clock, self.secret_cipher, mailer, new_secret, self.installation
        )  # fmt: skip
        self.mail = mailing.mail
        self.set_mail_address = mailing.set_mail_address
        self.confirm_mail_address = mailing.confirm_mail_address
        self.remove_mail_address = mailing.remove_mail_address
        self.send_one = mailing.send_one

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event: the relayed event with its position."""
        return published(logged)

    def receive(self, event: CloudEvent) -> None:
        """Append the next event of its source to the feed, exactly once."""
        self._inbox.receive(event)


def _deadline_views(application: NotificationApplication, views_url: str) -> ReadModel:
    return ReadModel(
        deadline_views.deadlines_beside(views_url),
        deadline_views.METADATA,
        deadline_views.projection(RulebookDays()),
        application.log,
        version=deadline_views.VERSION,
        name=deadline_views.NAME,
    )
