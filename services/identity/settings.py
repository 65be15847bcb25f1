"""Identity's settings, as the composition gives them: how long sessions and links are good."""

from __future__ import annotations

import msgspec

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 24 * HOUR_S


class Lifetimes(msgspec.Struct, frozen=True, kw_only=True):
    """How long things are good, in seconds."""

    session_idle_s: int = 2 * HOUR_S
    session_absolute_s: int = 12 * HOUR_S
    invitation_s: int = 7 * DAY_S
    one_time_link_s: int = 30 * MINUTE_S
