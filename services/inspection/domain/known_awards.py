"""Awards of a school as the assessment service told of them, and which of them was valid on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from shared.vocabulary.assessment import AwardKind
from shared.vocabulary.ids import SchoolCode, Sha256


class KnownAward(msgspec.Struct, frozen=True, kw_only=True):
    """A recognition or a certificate, corrected as far as anything was.

    `granted_number` is the number it was granted under, by which later events name it; `number` is the one printed now.
    `remedy_until` is the last day of the last request to remedy. `rulebook` and `digest` are of that under which it was
    granted.
    """

    school: SchoolCode
    kind: AwardKind
    granted_number: str
    number: str
    degree: int
    decided_on: dt.date
    expires_on: dt.date
    rulebook: str
    digest: Sha256
    supersedes: str = ""
    copied_from_paper: bool = False
    revoked_on: dt.date | None = None
    remedy_until: dt.date | None = None

    def revoked_by(self, on: dt.date) -> bool:
        """Say whether the award was revoked by a day."""
        return self.revoked_on is not None and self.revoked_on <= on


def valid_award(awards: Iterable[KnownAward], kind: AwardKind, on: dt.date) -> KnownAward | None:
    """Return the award of a kind that a school held on a day: decided by it, not run out, revoked or replaced.

    A decision that names what it replaces does so for ever, even when it was revoked itself.
    """
    decided = [award for award in awards if award.kind is kind and award.decided_on <= on]
    replaced = {award.supersedes for award in decided if award.supersedes}
    held = [
        award
        for award in decided
        if award.granted_number not in replaced and on <= award.expires_on and not award.revoked_by(on)
    ]
    return max(held, key=lambda award: award.decided_on, default=None)


def any_valid_award(awards: Iterable[KnownAward], on: dt.date) -> KnownAward | None:
    """Return what a school held on a day: its recognition, else its certificate."""
    known = list(awards)
    return valid_award(known, AwardKind.RECOGNITION, on) or valid_award(known, AwardKind.CERTIFICATE, on)


def present_award(awards: Iterable[KnownAward], on: dt.date) -> KnownAward | None:
    """Return what a school holds on a day or held last, a recognition first: a renewal is counted from it."""
    decided = [award for award in awards if award.decided_on <= on and not award.revoked_by(on)]
    newest = sorted(decided, key=lambda award: award.decided_on, reverse=True)
    recognition = (award for award in newest if award.kind is AwardKind.RECOGNITION)
    return next(recognition, newest[0] if newest else None)
