"""Public events of the inspection service about needs of schools, money and works: no words, no persons, no photos.

Amounts are whole đồng. `year` is the year that the need is wanted for, `money_year` that of the money.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.commune_year import Appraisal, FundingSource
from shared.vocabulary.ids import CommuneCode, CriterionCode, NeedId, SchoolCode


class NeedRaised(PublicEvent, frozen=True, kw_only=True):
    """A school needs something; without `cost_vnd` it did not say what that costs; `criterion` '' is none."""

    LABEL: ClassVar[str] = "Nêu nhu cầu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "need-raised"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    criterion: CriterionCode
    quantity: int
    raised_on: dt.date
    cost_vnd: int | msgspec.UnsetType = msgspec.UNSET


class NeedChanged(PublicEvent, frozen=True, kw_only=True):
    """The school says its need anew, as a whole; it is to be appraised again."""

    LABEL: ClassVar[str] = "Sửa nhu cầu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "need-changed"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    criterion: CriterionCode
    quantity: int
    changed_on: dt.date
    cost_vnd: int | msgspec.UnsetType = msgspec.UNSET


class NeedWithdrawn(PublicEvent, frozen=True, kw_only=True):
    """Nobody asks for it any more; money that was planned for it counts no longer."""

    LABEL: ClassVar[str] = "Rút nhu cầu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "need-withdrawn"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    withdrawn_on: dt.date


class NeedAppraised(PublicEvent, frozen=True, kw_only=True):
    """The economic office says whether a need is well founded, and what it costs; 0 where it is not founded."""

    LABEL: ClassVar[str] = "Thẩm định nhu cầu"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "need-appraised"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    verdict: Appraisal
    cost_vnd: int
    appraised_on: dt.date


class NeedFunded(PublicEvent, frozen=True, kw_only=True):
    """Money of a source in a year is planned for a need.

    It replaces what that source gave in that year; 0 takes it back.
    """

    LABEL: ClassVar[str] = "Bố trí vốn"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "need-funded"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    source: FundingSource
    money_year: int
    amount_vnd: int
    funded_on: dt.date


class WorkStarted(PublicEvent, frozen=True, kw_only=True):
    """Building or buying began."""

    LABEL: ClassVar[str] = "Bắt đầu thực hiện"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "work-started"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    started_on: dt.date


class WorkChecked(PublicEvent, frozen=True, kw_only=True):
    """The economic office looked at the work: how far it is, in whole percent."""

    LABEL: ClassVar[str] = "Kiểm tra công trình, thiết bị"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "work-checked"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    progress_percent: int
    checked_on: dt.date


class WorkPhotographed(PublicEvent, frozen=True, kw_only=True):
    """The school, or the economic office, showed photos of the work, which stay with both."""

    LABEL: ClassVar[str] = "Gửi ảnh công trình"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "work-photographed"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    photographed_on: dt.date


class NeedHandedOver(PublicEvent, frozen=True, kw_only=True):
    """What was needed was handed over to the school."""

    LABEL: ClassVar[str] = "Bàn giao"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "need-handed-over"
    commune: CommuneCode
    year: int
    need: NeedId
    school: SchoolCode
    handed_over_on: dt.date
