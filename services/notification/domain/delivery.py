"""Webhooks by the Standard Webhooks specification: secrets, signatures, and what an answer means for the next attempt.

The signature is four lines and written here: the reference library would add a dependency to a domain that has none.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
import hashlib
import hmac
from collections.abc import Callable

import msgspec

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix, not a secret
SECRET_BYTES = 32
"""Standard Webhooks asks for 24 to 64."""

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
GONE = 410


class DeliveryState(enum.StrEnum):
    """How a delivery stands."""

    WAITING = "cho_gui"
    DELIVERED = "da_gui"
    GIVEN_UP = "thoi"


class StopReason(enum.StrEnum):
    """Why nothing more is sent to an address."""

    GONE = "noi_nhan_tu_choi"
    RIGHTS = "mat_quyen"
    ADDRESS = "dia_chi_khong_duoc_phep"


class WebhookResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver answered. `status` is 0 when there was no HTTP answer; `retry_after_s` is what it asked for.

    `refused`: nothing was sent, for the address may not be posted to.
    """

    status: int
    retry_after_s: float = 0.0
    refused: bool = False


class DeliveryRetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How long a receiver is waited for: pauses in seconds before the 2nd, 3rd … attempt; then the event is given up.

    The defaults span some 34 hours. No pause is longer than an hour: what comes later from the same source waits behind the
    event, and a receiver that is well again must not wait half a day for all of it. `rest_s` bounds how long a receiver that
    fails is left alone altogether.
    """

    pauses_s: tuple[float, ...] = (5, 30, 120, 600, 1800, *(3600.0,) * 33)
    rest_s: float = 60.0

    def pause_s(self, attempts: int, reply: WebhookResponse, jitter: Callable[[], float]) -> float | None:
        """Return seconds until the next attempt after `attempts` failed ones; None when it is given up.

        A fifth more or less by chance, so that receivers that fell together are not hit together; `jitter` is in [0, 1).
        """
        if attempts > len(self.pauses_s):
            return None
        pause = self.pauses_s[attempts - 1] * (0.8 + 0.4 * jitter())
        return max(pause, min(reply.retry_after_s, 3600.0))

    def rest_after_s(self, failures: int) -> float:
        """Return how long a receiver rests after so many failures on end."""
        return float(min(self.rest_s, 2.0 ** min(failures - 1, 20)))


class DeliveryOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from one attempt. `stop`: nothing more is sent to this address."""

    state: DeliveryState
    pause_s: float = 0.0
    stop: StopReason | None = None


def outcome_of(
    reply: WebhookResponse, attempts: int, retry_policy: DeliveryRetryPolicy, jitter: Callable[[], float]
) -> DeliveryOutcome:
    """Return what follows from the `attempts`-th attempt: 2xx is delivered, 410 ends it all, the rest is tried again.

    An address that may not be posted to stops the webhook, and its events wait for the administrator to allow it.
    """
    if reply.refused:
        return DeliveryOutcome(state=DeliveryState.WAITING, stop=StopReason.ADDRESS)
    if 200 <= reply.status < 300:
        return DeliveryOutcome(state=DeliveryState.DELIVERED)
    if reply.status == GONE:
        return DeliveryOutcome(state=DeliveryState.GIVEN_UP, stop=StopReason.GONE)
    pause = retry_policy.pause_s(attempts, reply, jitter)
    if pause is None:
        return DeliveryOutcome(state=DeliveryState.GIVEN_UP)
    return DeliveryOutcome(state=DeliveryState.WAITING, pause_s=pause)


def write_secret(secret: bytes) -> str:
    """Return a secret as its owner gets it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signed_headers(event_id: str, body: bytes, secret: bytes, now: dt.datetime) -> dict[str, str]:
    """Return the headers of one attempt (Standard Webhooks): the id is the event's, the time that of the attempt."""
    timestamp = str(int(now.timestamp()))
    signed = hmac.digest(secret, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "content-type": CONTENT_TYPE,
        "user-agent": "kiemdinh-webhook/1",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }
