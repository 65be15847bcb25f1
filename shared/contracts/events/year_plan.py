"""Public events of the inspection service about the plan of a year and its list of schools; no typed words, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.commune_year import PlanKind, TargetLead
from shared.vocabulary.ids import CommuneCode, SchoolCode


class PlanDrafted(PublicEvent, frozen=True, kw_only=True):
    """The words of a commune's plan of the calendar year `year` were put, or changed."""

    LABEL: ClassVar[str] = "Soạn kế hoạch năm của xã"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "plan-drafted"
    commune: CommuneCode
    year: int
    drafted_on: dt.date


class PlanEntrySet(PublicEvent, frozen=True, kw_only=True, omit_defaults=True):
    """What a school is to do in the year, in place of what was said before.

    `register_by`: by when it registers for external evaluation; `evaluate_by`: by when that is to be held. `lead` is who
    answers for it.

    `cong_nhan_moi`, `cong_nhan_lai` and `nang_muc` are reached by a recognition decided in the year, of `target_degree` or
    higher, not revoked; `chi_kdcl` by such a certificate of `target_level` or higher; `duy_tri` by the check that holds of a
    school year that begins or ends in the year, with the result `duy_tri`, on whose day a recognition counted.
    What is not reached is late on a day after `register_by` while no registration was opened in the year or the one before;
    and, with or without `register_by`, `cong_nhan_lai`, `nang_muc` and `duy_tri` are late on a day on which the school has
    been recognised and no recognition counts any more. A recognition counts from `decided_on` through `expires_on`, until it
    is revoked or a later decision `supersedes` it, as corrected. Schools closed by the end of the year are not counted.
    """

    LABEL: ClassVar[str] = "Đặt mục của trường trong kế hoạch năm"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "plan-entry-set"
    commune: CommuneCode
    year: int
    school: SchoolCode
    kind: PlanKind
    target_level: int
    target_degree: int
    lead: TargetLead
    register_by: dt.date | msgspec.UnsetType = msgspec.UNSET
    evaluate_by: dt.date | msgspec.UnsetType = msgspec.UNSET


class PlanEntryDropped(PublicEvent, frozen=True, kw_only=True):
    """A school was taken off the list of the plan."""

    LABEL: ClassVar[str] = "Bỏ mục của trường trong kế hoạch năm"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "plan-entry-dropped"
    commune: CommuneCode
    year: int
    school: SchoolCode


class PlanIssued(PublicEvent, frozen=True, kw_only=True):
    """The plan was issued, for the first time or as adjusted; `left_out` are the schools without an entry."""

    LABEL: ClassVar[str] = "Ban hành kế hoạch năm của xã"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "plan-issued"
    commune: CommuneCode
    year: int
    number: str
    issued_on: dt.date
    left_out: tuple[SchoolCode, ...] = ()


class PlanAdjusted(PublicEvent, frozen=True, kw_only=True):
    """An issued plan was opened again to be adjusted."""

    LABEL: ClassVar[str] = "Điều chỉnh kế hoạch năm của xã"
    SERVICE: ClassVar[str] = "inspection"
    FACT: ClassVar[str] = "plan-adjusted"
    commune: CommuneCode
    year: int
    adjusted_on: dt.date
