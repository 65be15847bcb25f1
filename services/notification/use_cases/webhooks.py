"""The use cases of programs that have events sent to them: register, list, take up again, hand out what is new."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from services.notification.domain.delivery import SECRET_BYTES, StopReason, write_secret
from services.notification.domain.feed import may_see
from services.notification.errors import AddressRefused, NoSuchWebhook, TooManyWebhooks, WebhookEnded
from services.notification.ports import Poster, SecretCipher
from services.notification.published import published
from services.notification.webhook_store import Webhook, WebhookStore
from shared.contracts.calls import Done
from shared.contracts.calls.notification import RegisterWebhook, WebhookRegistered, WebhookRequest, WebhooksAnswer
from shared.contracts.events.base import CloudEvent
from shared.eventlog.application import EventSourcedApplication
from shared.identity.call_context import CallContext
from shared.ids import new_id
from shared.problems import BadRequest
from shared.vocabulary.roles import Role

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
"""Not StopReason.RIGHTS: what was registered under a right that is gone is not sent again, whoever asks."""


class Subscribing:
    """Keeps webhooks; `new_secret` draws the key that one is signed with, of so many bytes."""

    def __init__(
        self,
        application: EventSourcedApplication,
        tables: WebhookStore,
        poster: Poster,
        secret_cipher: SecretCipher,
        new_secret: Callable[[int], bytes],
    ) -> None:
        self._application = application
        self._tables = tables
        self._poster = poster
        self._secret_cipher = secret_cipher
        self._new_secret = new_secret

    def register_webhook(self, acting: CallContext, request: RegisterWebhook) -> WebhookRegistered:
        """Send coming events of some types to an address. Raises AddressRefused, BadRequest, TooManyWebhooks."""
        types = _known_form(request.types)
        if len(request.description) > LONGEST_DESCRIPTION:
            raise BadRequest(f"Ghi chú dài quá {LONGEST_DESCRIPTION} chữ.", path="$.description")
        if sum(existing.owner == acting.actor for existing in self._tables.all()) >= MOST_WEBHOOKS:
            raise TooManyWebhooks(f"Đã có {MOST_WEBHOOKS} webhook. Bỏ bớt rồi đăng ký lại.")
        self._poster.check(request.url)
        webhook, secret = f"wh_{new_id().hex}", self._new_secret(SECRET_BYTES)
        self._tables.add(
            Webhook(
                webhook=webhook,
                owner=acting.actor,
                grants=acting.grants,
                url=request.url,
                types=types,
                description=request.description,
                secret=self._secret_cipher.encrypt(secret, webhook),
                position=self._application.log.head(),
            )
        )
        return WebhookRegistered(webhook=webhook, secret=write_secret(secret))

    def webhooks(self, acting: CallContext) -> WebhooksAnswer:
        """Return the caller's webhooks, an administrator's view of all."""
        return WebhooksAnswer(webhooks=[self._tables.describe(one) for one in self._tables.all() if _owns(acting, one)])

    def remove_webhook(self, acting: CallContext, request: WebhookRequest) -> Done:
        """Forget a webhook; raises NoSuchWebhook."""
        self._tables.remove(self._own(acting, request).webhook)
        return Done(position=self._application.log.head())

    def retry_webhook(self, acting: CallContext, request: WebhookRequest) -> Done:
        """Send again what was skipped, and now what waits to be tried again, in order.

        A webhook that its receiver had refused for good, or that led to where it may not, goes on where it stopped. Raises
        AddressRefused, NoSuchWebhook, WebhookEnded.
        """
        webhook = self._own(acting, request)
        if not webhook.active and webhook.stopped not in _CAN_BE_TAKEN_UP:
            raise WebhookEnded(f"Webhook {request.webhook} đã dừng hẳn. Bỏ nó rồi đăng ký lại.", webhook=request.webhook)
        self._poster.check(webhook.url)
        self._tables.retry(request.webhook)
        return Done(position=self._application.log.head())

    def resume_allowed(self) -> None:
        """Let webhooks go on whose address was not allowed and is now: the administrator has changed the settings."""
        for webhook in self._tables.all():
            if webhook.active or webhook.stopped != StopReason.ADDRESS:
                continue
            try:
                self._poster.check(webhook.url)
            except AddressRefused:
                continue
            self._tables.resume(webhook.webhook)

    def _own(self, acting: CallContext, request: WebhookRequest) -> Webhook:
        found = self._tables.get(request.webhook)
        if found is None or not _owns(acting, found):
            raise NoSuchWebhook(f"Không có webhook {request.webhook}. Xem lại danh sách.", webhook=request.webhook)
        return found

    def fan_out(self) -> int:
        """Make deliveries of what webhooks have not been handed yet; return how many webhooks moved on.

        Deliveries and the webhook's position are written together, so a kill at any moment neither loses nor doubles one.
        """
        behind = self._tables.lagging(self._application.log.head())
        for webhook in behind:
            events = [published(logged) for logged in self._application.log.read(webhook.position, _BATCH)]
            acting = CallContext(actor=webhook.owner, grants=webhook.grants)
            types = frozenset(webhook.types)
            wanted = [event for event in events if (not types or event.type in types) and may_see(acting, event)]
            ended = any(_takes_a_right_from(webhook.owner, event) for event in events)
            self._tables.enqueue(webhook, wanted, events[-1].position, ended=ended)
        return len(behind)


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
