"""What is stored about needs of schools, money and works; amounts are whole đồng, `need` is also the stream."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from services.inspection.domain.year.base import YearFact
from shared.eventlog.facts import Fact
from shared.vocabulary.commune_year import Appraisal, FundingSource
from shared.vocabulary.ids import CriterionCode, DocumentId, NeedId, SchoolCode


class NeedRaised(YearFact, frozen=True, kw_only=True):
    """A school needs something by the end of `year`. Without a cost the school could not tell it; '' is no criterion."""

    TOPIC: ClassVar[str] = "inspection.need-raised"

    need: NeedId
    school: SchoolCode
    item: str
    quantity: int
    criterion: CriterionCode
    raised_on: dt.date
    reason: str = ""
    site: str = ""
    unit: str = ""
    cost_vnd: int | msgspec.UnsetType = msgspec.UNSET


class NeedChanged(YearFact, frozen=True, kw_only=True):
    """The school says its need anew, as a whole; whatever was found of it before is to be appraised again."""

    TOPIC: ClassVar[str] = "inspection.need-changed"

    need: NeedId
    school: SchoolCode
    item: str
    quantity: int
    criterion: CriterionCode
    changed_on: dt.date
    reason: str = ""
    site: str = ""
    unit: str = ""
    cost_vnd: int | msgspec.UnsetType = msgspec.UNSET


class NeedWithdrawn(YearFact, frozen=True, kw_only=True):
    """Nobody asks for it any more; money that was planned for it counts no longer."""

    TOPIC: ClassVar[str] = "inspection.need-withdrawn"

    need: NeedId
    school: SchoolCode
    reason: str
    withdrawn_on: dt.date


class NeedAppraised(YearFact, frozen=True, kw_only=True):
    """The economic office says whether a need is well founded, and what it costs; 0 where it is not founded."""

    TOPIC: ClassVar[str] = "inspection.need-appraised"

    need: NeedId
    school: SchoolCode
    verdict: Appraisal
    cost_vnd: int
    appraised_on: dt.date
    reason: str = ""


class NeedFunded(YearFact, frozen=True, kw_only=True):
    """Money of a source in a year (`money_year`) is planned for a need.

    It replaces what that source gave in that year; 0 takes it back.
    """

    TOPIC: ClassVar[str] = "inspection.need-funded"

    need: NeedId
    school: SchoolCode
    source: FundingSource
    money_year: int
    amount_vnd: int
    funded_on: dt.date
    decision: str = ""
    reason: str = ""


class WorkStarted(YearFact, frozen=True, kw_only=True):
    """Building or buying began."""

    TOPIC: ClassVar[str] = "inspection.work-started"

    need: NeedId
    school: SchoolCode
    started_on: dt.date


class WorkChecked(YearFact, frozen=True, kw_only=True):
    """The economic office looked at the work: how far it is, how good; `photos` are kept documents of the school."""

    TOPIC: ClassVar[str] = "inspection.work-checked"

    need: NeedId
    school: SchoolCode
    progress_percent: int
    checked_on: dt.date
    quality: str = ""
    problem: str = ""
    photos: tuple[DocumentId, ...] = ()


class WorkPhotographed(YearFact, frozen=True, kw_only=True):
    """The school, or the economic office, shows how the work stands: `photos` are documents that the school keeps."""

    TOPIC: ClassVar[str] = "inspection.work-photographed"

    need: NeedId
    school: SchoolCode
    photographed_on: dt.date
    photos: tuple[DocumentId, ...]
    note: str = ""


class NeedHandedOver(YearFact, frozen=True, kw_only=True):
    """What was needed was handed over to the school; `remaining` is what is still to be done, '' for nothing."""

    TOPIC: ClassVar[str] = "inspection.need-handed-over"

    need: NeedId
    school: SchoolCode
    handed_over_on: dt.date
    remaining: str = ""


FACTS: tuple[type[Fact], ...] = (
    NeedRaised,
    NeedChanged,
    NeedWithdrawn,
    NeedAppraised,
    NeedFunded,
    WorkStarted,
    WorkChecked,
    WorkPhotographed,
    NeedHandedOver,
)
"""The facts of this part of the year."""
