"""Public events of the inspection service about targets: what schools are to reach by when; no typed words, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetLead
from shared.vocabulary.ids import CommuneCode, CriterionCode, SchoolCode, TargetId


class CriterionTargetSet(PublicEvent, frozen=True, kw_only=True):
    """A school is to reach a level of a criterion by a day, as one layer sees it."""

    LABEL: ClassVar[str] = "Đặt chỉ tiêu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "criterion-target-set"
    commune: CommuneCode
    year: int
    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    level: int
    by: dt.date
    lead: TargetLead
    layer: Layer


class CriterionTargetRevised(PublicEvent, frozen=True, kw_only=True):
    """A target was changed: these are all its particulars. If it is met still, that is told again."""

    LABEL: ClassVar[str] = "Điều chỉnh chỉ tiêu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "criterion-target-revised"
    commune: CommuneCode
    year: int
    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    level: int
    by: dt.date
    lead: TargetLead
    layer: Layer


class CriterionTargetMet(PublicEvent, frozen=True, kw_only=True):
    """The level was reached in the layer that counts; the day is that of the last judgement it took."""

    LABEL: ClassVar[str] = "Đạt chỉ tiêu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "criterion-target-met"
    commune: CommuneCode
    year: int
    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    layer: Layer
    level: int
    met_on: dt.date


class CriterionTargetLost(PublicEvent, frozen=True, kw_only=True):
    """A level that was reached is not reached any more."""

    LABEL: ClassVar[str] = "Không còn đạt chỉ tiêu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "criterion-target-lost"
    commune: CommuneCode
    year: int
    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    layer: Layer
    level: int
    lost_on: dt.date


class CriterionTargetDropped(PublicEvent, frozen=True, kw_only=True):
    """A target was given up."""

    LABEL: ClassVar[str] = "Bỏ chỉ tiêu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "criterion-target-dropped"
    commune: CommuneCode
    year: int
    target: TargetId
    school: SchoolCode
    criterion: CriterionCode
    dropped_on: dt.date
