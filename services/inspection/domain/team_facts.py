"""What is stored about the team of a visit: who goes, what each judges, what all agree on, that the visit was held."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from shared.eventlog.facts import Fact
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, InspectionId, PersonId, SchoolCode, Sha256
from shared.vocabulary.inspection import TeamRole


class SentMember(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One member of a team, by id; what makes a person eligible is true, false or unknown (None), as `source` has it.

    `years_in_sector` in whole years (TT17–19/2018 Đ30).
    """

    person: PersonId
    role: TeamRole
    criteria: tuple[CriterionCode, ...] = ()
    worked_here: bool | None = None
    years_in_sector: int | None = None
    trained: bool | None = None
    source: str = ""


class TeamSetUp(Fact, frozen=True, kw_only=True):
    """The team of a visit was set up by a decision; set up anew, the later one holds."""

    TOPIC: ClassVar[str] = "inspection.team-set-up"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    decision: str
    decided_on: dt.date
    members: tuple[SentMember, ...]


class VisitJoinedCycle(Fact, frozen=True, kw_only=True):
    """A visit that was planned before the school opened a cycle belongs to one from here on, and to its rulebook."""

    TOPIC: ClassVar[str] = "inspection.visit-joined-cycle"

    inspection: InspectionId
    school: SchoolCode
    layer: Layer
    cycle: CycleId
    digest: Sha256
    recheck_of: InspectionId | msgspec.UnsetType = msgspec.UNSET


class MemberJudged(Fact, frozen=True, kw_only=True):
    """What one member of the team judges of an indicator; a draft that counts for nothing until the team agrees.

    `replaces` are the versions, in the stream of the visit, of the member's own opinions that this one takes the place of.
    An opinion that it did not know of is not among them: both stand.
    """

    TOPIC: ClassVar[str] = "inspection.member-judged"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    member: PersonId
    result: Result
    judged_on: dt.date
    note: str = ""
    documents: tuple[DocumentId, ...] = ()
    replaces: tuple[int, ...] = ()


class FindingAgreed(Fact, frozen=True, kw_only=True):
    """What the team agreed on of an indicator.

    `dissent` are members who judged otherwise, `missing` those who were given the criterion and had not judged; `reason`
    says why the agreement stands without them.
    """

    TOPIC: ClassVar[str] = "inspection.finding-agreed"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    agreed_on: dt.date
    note: str = ""
    dissent: tuple[PersonId, ...] = ()
    missing: tuple[PersonId, ...] = ()
    reason: str = ""


class TookPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who took part in a visit, by id, in what post."""

    person: PersonId
    office: str = ""


class VisitHeld(Fact, frozen=True, kw_only=True):
    """The minutes of a visit: on which days it was held and where, who took part, what the school says. The later hold."""

    TOPIC: ClassVar[str] = "inspection.visit-held"

    inspection: InspectionId
    school: SchoolCode
    cycle: CycleId
    layer: Layer
    held_on: tuple[dt.date, ...]
    participants: tuple[TookPart, ...] = ()
    sites: tuple[str, ...] = ()
    school_opinion: str = ""


TEAM_FACTS: tuple[type[Fact], ...] = (TeamSetUp, VisitJoinedCycle, MemberJudged, FindingAgreed, VisitHeld)
"""The facts of this module."""
