"""Calls of the notification service: the merged feed and webhooks."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call, Done, Nothing
from shared.contracts.operations import READERS, SUBSCRIBERS, Operation, Scope, delete, get, post
from shared.vocabulary.ids import BEGINNING, Position
from shared.vocabulary.roles import Role


class MergedFeedRequest(Call, frozen=True, kw_only=True):
    """Ask the merged feed for events after `position`, at most `limit` (1 to 1000); `types` narrows by exact type."""

    after: Position = BEGINNING
    limit: int = 100
    types: list[str] = []


class MergedFeedAnswer(Answer, frozen=True, kw_only=True):
    """CloudEvents as JSON texts with `position`, in order; `next_after` is what to ask with next, `head` the feed's end."""

    events: list[str]
    next_after: Position
    head: Position


class RegisterWebhook(Call, frozen=True, kw_only=True):
    """Ask for events of some types (all when empty) to be posted to a URL, signed (Standard Webhooks)."""

    url: str
    types: list[str] = []
    description: str = ""


class WebhookRegistered(Answer, frozen=True, kw_only=True):
    """The webhook and its signing secret (``whsec_…``), shown once."""

    webhook: str
    secret: str


class WebhookRequest(Call, frozen=True, kw_only=True):
    """Name one webhook."""

    webhook: str


class DeliveryView(Answer, frozen=True, kw_only=True):
    """How one delivery stands: state is cho_gui, da_gui or thoi."""

    event: str
    type: str
    position: Position
    state: str
    attempts: int
    last_status: int
    next_attempt: dt.datetime | None = None


class WebhookView(Answer, frozen=True, kw_only=True):
    """A webhook and its latest deliveries.

    Events of one source arrive in the order of their `sequence`: `retrying` are those that failed and hold up what comes
    after them from the same source; `skipped` the latest that were given up (thoi), which may be asked for again. `stopped`
    says why a webhook is not active: noi_nhan_tu_choi (410), dia_chi_khong_duoc_phep (it leads into the installation's own
    network, which the administrator has not allowed) or mat_quyen; empty where that is not known.
    """

    webhook: str
    url: str
    types: list[str]
    description: str
    active: bool
    waiting: int
    deliveries: list[DeliveryView]
    retrying: list[DeliveryView] = []
    skipped: list[DeliveryView] = []
    stopped: str = ""


class WebhooksAnswer(Answer, frozen=True, kw_only=True):
    """All webhooks."""

    webhooks: list[WebhookView]


OPERATIONS = (
    Operation(
        name="feed",
        request=MergedFeedRequest,
        answer=MergedFeedAnswer,
        roles=READERS | {Role.SUBSCRIBER},
        scope=Scope.NARROWED,
        summary="Sự kiện sau một vị trí, theo thứ tự (CloudEvents 1.0).",
        commands=("events",),
        follows=("evidence", "assessment", "inspection", "identity"),
    ),
    Operation(
        name="register_webhook",
        request=RegisterWebhook,
        answer=WebhookRegistered,
        roles=SUBSCRIBERS,
        scope=Scope.NARROWED,
        summary="Đăng ký địa chỉ nhận sự kiện có chữ ký.",
        routes=(post("/webhooks"),),
        commands=("webhook add",),
    ),
    Operation(
        name="webhooks",
        request=Nothing,
        answer=WebhooksAnswer,
        roles=SUBSCRIBERS,
        scope=Scope.NARROWED,
        summary="Các địa chỉ đã đăng ký.",
        routes=(get("/webhooks"),),
        commands=("webhook list",),
    ),
    Operation(
        name="remove_webhook",
        request=WebhookRequest,
        answer=Done,
        roles=SUBSCRIBERS,
        scope=Scope.NARROWED,
        summary="Thôi gửi tới một địa chỉ.",
        routes=(delete("/webhooks/{id}", id="webhook"),),
        commands=("webhook remove",),
    ),
    Operation(
        name="retry_webhook",
        request=WebhookRequest,
        answer=Done,
        roles=SUBSCRIBERS,
        scope=Scope.NARROWED,
        summary="Gửi lại các sự kiện đã bỏ qua, và gửi ngay sự kiện đang chờ gửi lại, theo thứ tự.",
        routes=(post("/webhooks/{id}/retry", id="webhook"),),
        commands=("webhook retry",),
    ),
)
"""What the service does for its callers; what every service answers for itself is not repeated here."""
