"""Growing pauses after failed sign-ins: slow for a guesser, short for a person, and never a lock-out for ever."""

from __future__ import annotations

import msgspec


class ThrottlePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`free` failures cost nothing; then 1, 2, 4 … seconds up to `cap_s`; `forget_s` without a failure starts anew."""

    free: int
    cap_s: int
    forget_s: int


BY_LOGIN = ThrottlePolicy(free=5, cap_s=5 * 60, forget_s=24 * 3600)
"""One login: capped low, because an attacker could keep its owner waiting."""

BY_ADDRESS = ThrottlePolicy(free=30, cap_s=15 * 60, forget_s=3600)
"""One address: a whole school may sit behind it, so more is free."""


class FailedLogins(msgspec.Struct, frozen=True, kw_only=True):
    """Failed tries of one login or address; times in seconds since 1970."""

    failures: int = 0
    last_at: int = 0
    until: int = 0

    def wait_s(self, now: int) -> int:
        """Return for how many seconds the next try is refused, 0 when it is not."""
        return max(self.until - now, 0)

    def failed(self, now: int, policy: ThrottlePolicy) -> FailedLogins:
        """Return the tries after one more failure."""
        before = 0 if now - self.last_at > policy.forget_s else self.failures
        failures = before + 1
        over = failures - policy.free
        pause = min(2 ** min(over - 1, 20), policy.cap_s) if over > 0 else 0
        return FailedLogins(failures=failures, last_at=now, until=now + pause)

    def forgiven(self, policy: ThrottlePolicy) -> FailedLogins:
        """Return the tries when the last one, counted beforehand as failed, turned out right."""
        failures = max(self.failures - 1, 0)
        return FailedLogins(failures=failures, last_at=self.last_at, until=self.until if failures > policy.free else 0)
