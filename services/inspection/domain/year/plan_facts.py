"""What is stored about the plan of a year and its list of schools."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.commune_year import PlanKind, TargetLead
from shared.vocabulary.ids import SchoolCode


class PlanSection(msgspec.Struct, frozen=True, kw_only=True):
    """A section of the plan, I to IV. The first line of an item of several lines is its heading."""

    heading: str
    items: tuple[str, ...] = ()


class HeldAward(msgspec.Struct, frozen=True, kw_only=True):
    """The recognition that a school held by the register of the plan's year, as it was known when its entry was set."""

    number: str
    degree: int
    decided_on: dt.date
    expires_on: dt.date


class PlanDrafted(YearFact, frozen=True, kw_only=True):
    """The words of the plan, in place of those before; `reason` is that of the adjustment they belong to, '' before issue.

    `aims` open section I and `goals` section II; `bases` are whole sentences without their last punctuation.
    """

    TOPIC: ClassVar[str] = "inspection.plan-drafted"

    drafted_on: dt.date
    bases: tuple[str, ...]
    aims: str
    goals: str
    sections: tuple[PlanSection, ...]
    reason: str = ""


class PlanEntrySet(YearFact, frozen=True, kw_only=True):
    """What a school is to do in the year, in place of what was said before.

    `proposed` is what the register made of it then; `override` says why the commune chose otherwise.
    `reason` is that of the adjustment after issue.
    """

    TOPIC: ClassVar[str] = "inspection.plan-entry-set"

    school: SchoolCode
    set_on: dt.date
    kind: PlanKind
    proposed: PlanKind
    target_level: int
    target_degree: int
    responsible: str
    lead: TargetLead
    register_by: dt.date | msgspec.UnsetType = msgspec.UNSET
    evaluate_by: dt.date | msgspec.UnsetType = msgspec.UNSET
    held: HeldAward | msgspec.UnsetType = msgspec.UNSET
    override: str = ""
    reason: str = ""


class PlanEntryDropped(YearFact, frozen=True, kw_only=True):
    """A school was taken off the list."""

    TOPIC: ClassVar[str] = "inspection.plan-entry-dropped"

    school: SchoolCode
    dropped_on: dt.date
    reason: str


class PlanIssued(YearFact, frozen=True, kw_only=True):
    """The plan was issued, for the first time or as adjusted; `left_out` are the schools without an entry, and why.

    `signer_office` is the office that signed, in words; never a name.
    """

    TOPIC: ClassVar[str] = "inspection.plan-issued"

    number: str
    issued_on: dt.date
    signer_office: str = ""
    left_out: tuple[SchoolCode, ...] = ()
    left_out_because: str = ""


class PlanAdjusted(YearFact, frozen=True, kw_only=True):
    """An issued plan was opened again to be adjusted."""

    TOPIC: ClassVar[str] = "inspection.plan-adjusted"

    adjusted_on: dt.date
    reason: str


FACTS: tuple[type[Fact], ...] = (PlanDrafted, PlanEntrySet, PlanEntryDropped, PlanIssued, PlanAdjusted)
"""The facts of this part of the year."""
