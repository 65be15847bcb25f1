"""Calls of the notification service: the merged feed and webhooks."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call


class MergedFeedRequest(Call, frozen=True, kw_only=True):
    """Ask the merged feed for events after `position`, at most `limit` (1 to 1000); `types` narrows by exact type."""

    after: int = 0
    limit: int = 100
    types: list[str] = []


class MergedFeedAnswer(Answer, frozen=True, kw_only=True):
    """CloudEvents as JSON texts with `position`, in order; `next_after` is what to ask with next, `head` the feed's end."""

    events: list[str]
    next_after: int
    head: int


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
    position: int
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
