"""Settings where the law is silent, or speaks in words, and a number is needed: each marked with how sure it is.

They stand apart from the rulebooks, so that a better answer gives no rulebook another digest.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib.resources
from fractions import Fraction
from typing import Annotated

import msgspec
import yaml

from shared.rulebook.document import Confidence

SETTINGS = "conventions.yaml"

Share = tuple[Annotated[int, msgspec.Meta(ge=0)], Annotated[int, msgspec.Meta(ge=1)]]
"""A fraction as numerator and denominator."""


class Convention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A setting, how sure it is, why it is so, and what the law says of it."""

    confidence: Confidence
    note: str
    source: str


class Voting(Convention, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many members make a meeting and how many votes pass a criterion: more than these shares."""

    quorum_over: Share
    majority_over: Share

    @property
    def name(self) -> str:
        """Return what the convention is called where a vote keeps it: "over_half_present_of_half"."""
        return f"over_{_called(self.majority_over)}_present_of_{_called(self.quorum_over)}"

    @property
    def text(self) -> str:
        """Return the convention in words, marked as one."""
        return (
            f"Quy ước: thông qua khi phiếu thuận nhiều hơn {_said(self.majority_over)} số có mặt, "
            f"và số có mặt nhiều hơn {_said(self.quorum_over)} Hội đồng."
        )

    def passed(self, votes_for: int, present: int, council: int) -> bool:
        """Say whether so many votes of so many present pass a criterion in a council of that size."""
        return present > Fraction(*self.quorum_over) * council and votes_for > Fraction(*self.majority_over) * present


class DayOfYear(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day of every year."""

    month: Annotated[int, msgspec.Meta(ge=1, le=12)]
    day: Annotated[int, msgspec.Meta(ge=1, le=31)]

    def of(self, year: int) -> dt.date:
        """Return the day in a year."""
        return dt.date(year, self.month, self.day)


class LastDay(Convention, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last day of a rulebook's deadline, in the second calendar year of the school year."""

    regime: str
    deadline: str
    month: Annotated[int, msgspec.Meta(ge=1, le=12)]
    day: Annotated[int, msgspec.Meta(ge=1, le=31)]


class ReviewDays(Convention, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By when the improvement plan is looked at in the school year: at the end of its first term, and of the year."""

    hk1: DayOfYear
    cuoi_nam: DayOfYear


class Dossier(Convention, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many copies of the report go with the registration for external evaluation."""

    regimes: list[str]
    report_copies: Annotated[int, msgspec.Meta(ge=1)]


class CommuneDuties(Convention, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The circular that gives the commune's office its part in quality assurance: what its visits rest on since that day."""

    circular: str
    issued: dt.date


class Conventions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of these settings."""

    voting: Voting
    last_days: list[LastDay]
    dossiers: list[Dossier]
    review_days: ReviewDays
    commune_duties: CommuneDuties


@functools.cache
def conventions() -> Conventions:
    """Return the settings."""
    text = importlib.resources.files(__package__).joinpath(SETTINGS).read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), Conventions)


def last_day_of(regime: str, deadline: str, school_year: str) -> dt.date | None:
    """Return the last day of a deadline in a school year ("2026-2027"); None where the regime names no day."""
    for rule in conventions().last_days:
        if (rule.regime, rule.deadline) == (regime, deadline):
            return dt.date(int(school_year.partition("-")[2]), rule.month, rule.day)
    return None


def dossier_of(regime: str) -> Dossier | None:
    """Return what a registration for external evaluation holds; None where the regime is not known to say it."""
    return next((dossier for dossier in conventions().dossiers if regime in dossier.regimes), None)


def _called(share: Share) -> str:
    return "half" if Fraction(*share) == Fraction(1, 2) else f"{share[0]}_{share[1]}"


def _said(share: Share) -> str:
    return "một nửa" if Fraction(*share) == Fraction(1, 2) else f"{share[0]}/{share[1]}"
