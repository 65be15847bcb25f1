"""Use cases of the notification service: take events in, hand out the feed, keep webhooks."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable

from eventsourcing.persistence import IntegrityError, Tracking

from services.notification.domain.delivery import SECRET_BYTES, StopReason, write_secret
from services.notification.domain.feed import FACTS, SourceStream, may_see
from services.notification.errors import AddressRefused, NoSuchWebhook, TooManyWebhooks, WebhookEnded
from services.notification.ports import Poster, SecretCipher
from services.notification.published import published
from services.notification.webhook_store import Webhook, WebhookStore
from shared.clock import Clock
from shared.contracts.calls import Done
from shared.contracts.calls.notification import (
    MergedFeedAnswer,
    MergedFeedRequest,
    RegisterWebhook,
    WebhookRegistered,
    WebhookRequest,
    WebhooksAnswer,
)
from shared.contracts.events.base import CloudEvent, to_json
from shared.eventlog.application import AlreadyReceived, EventSourcedApplication
from shared.eventlog.log import RecordedEvent
from shared.identity.call_context import CallContext
from shared.ids import new_id
from shared.problems import BadRequest
from shared.storage.database_url import StoreSettings
from shared.vocabulary.ids import Position, position_before
from shared.vocabulary.roles import Role

LARGEST_PAGE = 1000
LOOKED_THROUGH = 5000
"""So many events are looked through for one page that asks for few of them; `next_after` leads on."""

MOST_WEBHOOKS = 20
LONGEST_DESCRIPTION = 500
_TYPE = re.compile(r"vn\.kiemdinh\.[a-z]+\.[a-z][a-z-]*\.v[0-9]+")
_BATCH = 500

_ENDS_WEBHOOKS = {
    "vn.kiemdinh.identity.account-closed.v1": "account",
    "vn.kiemdinh.identity.role-revoked.v1": "account",
    "vn.kiemdinh.identity.token-revoked.v1": "token",
}
"""Event type → the field that names whose webhooks end with it: who lost a right registers again under the new ones."""


_CAN_BE_TAKEN_UP = frozenset({StopReason.GONE, StopReason.ADDRESS})
"""Not Stop.RIGHTS: what was registered under a right that is gone is not sent again, whoever asks."""


class NotificationApplication(EventSourcedApplication):
    """The merged feed and its webhooks. An event handler for every other source.

    `secret_cipher` encrypts webhook secrets, `poster` knows which addresses may be posted to.
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
        self._new_secret = new_secret

    def published(self, logged: RecordedEvent) -> CloudEvent:
        """Return what the world hears of a stored event: the relayed event with its position."""
        return published(logged)

    # --- taking events in

    def receive(self, event: CloudEvent) -> None:
        """Append the next event of its source to the feed, exactly once."""
        stream = SourceStream.before(event)
        stream.relay(event, f"system:{self.name}")
        tracking = Tracking(event.service, event.sequence)
        try:
            self.append(stream, tracking=tracking)
        except IntegrityError:
            if self.received_position(event.service) < event.sequence:
                raise
            raise AlreadyReceived(f"{event.service} {event.sequence}") from None

    # --- the feed

    def feed(self, acting: CallContext, request: MergedFeedRequest) -> MergedFeedAnswer:
        """Return the events after a position that the caller's scopes reach, in order; raises BadRequest."""
        if request.after < 0 or not 1 <= request.limit <= LARGEST_PAGE:
            raise BadRequest(f"Xin từ 1 đến {LARGEST_PAGE} sự kiện, sau một vị trí không âm.", path="$.limit")
        head = self.log.head()
        types, events, after = frozenset(request.types), list[str](), request.after
        stop = after + LOOKED_THROUGH
        while len(events) < request.limit and after < stop:
            page = self.log.read(after, min(_BATCH, request.limit if not types else _BATCH))
            if not page:
                break
            for logged in page:
                after = logged.position
                event = published(logged)
                if (not types or event.type in types) and may_see(acting, event):
                    events.append(to_json(event).decode())
                    if len(events) == request.limit:
                        break
        return MergedFeedAnswer(events=events, next_after=after, head=max(head, after))

    # --- webhooks

    def register_webhook(self, acting: CallContext, request: RegisterWebhook) -> WebhookRegistered:
        """Send coming events of some types to an address. Raises AddressRefused, BadRequest, TooManyWebhooks."""
        types = _known_form(request.types)
        if len(request.description) > LONGEST_DESCRIPTION:
            raise BadRequest(f"Ghi chú dài quá {LONGEST_DESCRIPTION} chữ.", path="$.description")
        if sum(existing.owner == acting.actor for existing in self.tables.all()) >= MOST_WEBHOOKS:
            raise TooManyWebhooks(f"Đã có {MOST_WEBHOOKS} webhook. Bỏ bớt rồi đăng ký lại.")
        self.poster.check(request.url)
        webhook, secret = f"wh_{new_id().hex}", self._new_secret(SECRET_BYTES)
        self.tables.add(
            Webhook(
                webhook=webhook,
                owner=acting.actor,
                grants=acting.grants,
                url=request.url,
                types=types,
                description=request.description,
                secret=self.secret_cipher.encrypt(secret, webhook),
                position=self.log.head(),
            )
        )
        return WebhookRegistered(webhook=webhook, secret=write_secret(secret))

    def webhooks(self, acting: CallContext) -> WebhooksAnswer:
        """Return the caller's webhooks, an administrator's view of all."""
        return WebhooksAnswer(webhooks=[self.tables.describe(one) for one in self.tables.all() if _owns(acting, one)])

    def remove_webhook(self, acting: CallContext, request: WebhookRequest) -> Done:
        """Forget a webhook; raises NoSuchWebhook."""
        self.tables.remove(self._own(acting, request).webhook)
        return Done(position=self.log.head())

    def retry_webhook(self, acting: CallContext, request: WebhookRequest) -> Done:
        """Send again what was skipped, and now what waits to be tried again, in order.

        A webhook that its receiver had refused for good, or that led to where it may not, goes on where it stopped. Raises
        AddressRefused, NoSuchWebhook, WebhookEnded.
        """
        webhook = self._own(acting, request)
        if not webhook.active and webhook.stopped not in _CAN_BE_TAKEN_UP:
            raise WebhookEnded(f"Webhook {request.webhook} đã dừng hẳn. Bỏ nó rồi đăng ký lại.", webhook=request.webhook)
        self.poster.check(webhook.url)
        self.tables.retry(request.webhook)
        return Done(position=self.log.head())

    def resume_allowed(self) -> None:
        """Let webhooks go on whose address was not allowed and is now: the administrator has changed the settings."""
        for webhook in self.tables.all():
            if webhook.active or webhook.stopped != StopReason.ADDRESS:
                continue
            try:
                self.poster.check(webhook.url)
            except AddressRefused:
                continue
            self.tables.resume(webhook.webhook)

    def _own(self, acting: CallContext, request: WebhookRequest) -> Webhook:
        found = self.tables.get(request.webhook)
        if found is None or not _owns(acting, found):
            raise NoSuchWebhook(f"Không có webhook {request.webhook}. Xem lại danh sách.", webhook=request.webhook)
        return found

    def fan_out(self) -> int:
        """Make deliveries of what webhooks have not been handed yet; return how many webhooks moved on.

        Deliveries and the webhook's position are written together, so a kill at any moment neither loses nor doubles one.
        """
        behind = self.tables.lagging(self.log.head())
        for webhook in behind:
            events = [published(logged) for logged in self.log.read(webhook.position, _BATCH)]
            acting = CallContext(actor=webhook.owner, grants=webhook.grants)
            types = frozenset(webhook.types)
            wanted = [event for event in events if (not types or event.type in types) and may_see(acting, event)]
            ended = any(_takes_a_right_from(webhook.owner, event) for event in events)
            self.tables.enqueue(webhook, wanted, events[-1].position, ended=ended)
        return len(behind)

    def event_at(self, position: Position) -> CloudEvent:
        """Return the event at a feed position."""
        return published(self.log.read(position_before(position), 1)[0])


def _known_form(types: Iterable[str]) -> list[str]:
    chosen = sorted(set(types))
    for event_type in chosen:
        if not _TYPE.fullmatch(event_type):
            raise BadRequest(
                f"Loại sự kiện {event_type[:80]} không đúng dạng vn.kiemdinh.<dịch vụ>.<sự kiện>.v<N>.", path="$.types"
            )
    return chosen


def _owns(acting: CallContext, webhook: Webhook) -> bool:
    return webhook.owner == acting.actor or any(grant.role is Role.ADMINISTRATOR for grant in acting.grants)


def _takes_a_right_from(owner: str, event: CloudEvent) -> bool:
    field = _ENDS_WEBHOOKS.get(event.type)
    return field is not None and event.data.get(field) == owner
