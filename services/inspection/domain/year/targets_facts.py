"""What is stored about targets: what schools are to reach by when.

A target is that of a school for one criterion in one year of its commune. `heard_until` of a fact is the sequence of the
assessment service up to which its results were known when it was decided: what came before, and is told again, decides
nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead
from shared.vocabulary.ids import BEGINNING, CriterionCode, Position, SchoolCode, Sha256, TargetId


class CriterionTargetSet(YearFact, frozen=True, kw_only=True):
    """A school is to reach a level of a criterion by a day: who leads, by what means, in whose layer that is seen.

    `digest` is the rulebook whose criterion it is.
    """

    TOPIC: ClassVar[str] = "inspection.criterion-target-set"

    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    heard_until: Position = BEGINNING
    digest: Sha256
    level: int
    by: dt.date
    lead: TargetLead
    means: str
    layer: Layer
    set_on: dt.date


class CriterionTargetRevised(YearFact, frozen=True, kw_only=True):
    """A target was changed for a reason; all its particulars are told, also those that stay.

    Whether it is met is asked anew: a target that is still met is followed by `CriterionTargetMet` again.
    """

    TOPIC: ClassVar[str] = "inspection.criterion-target-revised"

    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    heard_until: Position = BEGINNING
    level: int
    by: dt.date
    lead: TargetLead
    means: str
    layer: Layer
    reason: str
    revised_on: dt.date


class CriterionTargetMet(YearFact, frozen=True, kw_only=True):
    """The level was reached in the layer that counts; `met_on` is the day of the last judgement it took."""

    TOPIC: ClassVar[str] = "inspection.criterion-target-met"

    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    heard_until: Position = BEGINNING
    layer: Layer
    level: int
    met_on: dt.date


class CriterionTargetLost(YearFact, frozen=True, kw_only=True):
    """What was reached is not any more: a judgement was changed."""

    TOPIC: ClassVar[str] = "inspection.criterion-target-lost"

    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    heard_until: Position = BEGINNING
    layer: Layer
    level: int
    lost_on: dt.date


class CriterionTargetDropped(YearFact, frozen=True, kw_only=True):
    """The target was given up for a reason; it may be set again."""

    TOPIC: ClassVar[str] = "inspection.criterion-target-dropped"

    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    heard_until: Position = BEGINNING
    reason: str
    dropped_on: dt.date


TargetFact = CriterionTargetSet | CriterionTargetRevised | CriterionTargetMet | CriterionTargetLost | CriterionTargetDropped
"""What a target's stream is made of."""

FACTS: tuple[type[Fact], ...] = (
    CriterionTargetSet,
    CriterionTargetRevised,
    CriterionTargetMet,
    CriterionTargetLost,
    CriterionTargetDropped,
)
"""The facts of this part of the year."""
