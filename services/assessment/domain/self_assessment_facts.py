"""What is stored about the work of a self-assessment: council, plan, texts, review, votes, improvement, publication.

Nobody's name is in any of them: people are `PersonId`s, whose names live in the identity service and can be erased there.
Who wrote, handed in or reviewed something is the actor of the fact's metadata.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import msgspec

from services.assessment.domain.stream_kinds import StreamKind
from shared.eventlog.facts import Fact
from shared.vocabulary.ids import (
    CommentId,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceCode,
    GroupId,
    ImprovementId,
    MeetingId,
    PersonId,
    Position,
    SchoolCode,
)
from shared.vocabulary.self_assessment import CouncilRole, GroupKind, ImprovementStatus, ReviewOccasion


class FactPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a fact."""


# --- the council and its plan


class CouncilMember(FactPart, frozen=True, kw_only=True):
    """A member: the role in the council and the task given in writing (TT57/2026 Đ9 k3 b); `office` is the post held."""

    person: PersonId
    role: CouncilRole
    office: str = ""
    task: str = ""
    trained: bool | None = None


class CouncilSetUp(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The self-assessment council of a cycle was set up, or set up anew by a further decision (TT17–19/2018 Đ24, TT57 Đ9).

    `decision` is the number of the head's decision, '' while it has none.
    """

    TOPIC: ClassVar[str] = "assessment.council-set-up"
    STREAM: ClassVar[StreamKind] = StreamKind.COUNCIL

    school: SchoolCode
    cycle: CycleId
    decision: str = ""
    decided_on: dt.date
    members: tuple[CouncilMember, ...]


class GroupFormed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A group of the council was formed, or formed anew (TT17–19/2018 Đ25); without members it is dissolved."""

    TOPIC: ClassVar[str] = "assessment.group-formed"
    STREAM: ClassVar[StreamKind] = StreamKind.COUNCIL

    school: SchoolCode
    cycle: CycleId
    group: GroupId
    name: str
    kind: GroupKind
    head: PersonId
    members: tuple[PersonId, ...]
    task: str = ""


class CriterionAssigned(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A criterion was given to a group and, where named, to one writer and one reviewer, to be written by `due`."""

    TOPIC: ClassVar[str] = "assessment.criterion-assigned"
    STREAM: ClassVar[StreamKind] = StreamKind.COUNCIL

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    group: GroupId = GroupId("")
    writer: PersonId = PersonId("")
    reviewer: PersonId = PersonId("")
    due: dt.date | None = None


class TimetableItem(FactPart, frozen=True, kw_only=True):
    """What is done when, and by whom (a group or an office, no name)."""

    starts: dt.date
    ends: dt.date
    activity: str
    who: str = ""


class Resource(FactPart, frozen=True, kw_only=True):
    """What a criterion's work needs and when."""

    criterion: CriterionCode
    what: str
    when: str = ""
    note: str = ""


class SelfAssessmentPlanned(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The plan of the self-assessment was written, or written anew (CV 5932 Phụ lục 1; TT57/2026 Phụ lục IV).

    `sections`: heading of the form (I, II …) → text.
    """

    TOPIC: ClassVar[str] = "assessment.self-assessment-planned"
    STREAM: ClassVar[StreamKind] = StreamKind.COUNCIL

    school: SchoolCode
    cycle: CycleId
    sections: dict[str, str] = {}
    timetable: tuple[TimetableItem, ...] = ()
    resources: tuple[Resource, ...] = ()


class PlanApproved(Fact, frozen=True, kw_only=True):
    """The chair approved the plan as it stood at the log position `plan`."""

    TOPIC: ClassVar[str] = "assessment.plan-approved"
    STREAM: ClassVar[StreamKind] = StreamKind.COUNCIL

    school: SchoolCode
    cycle: CycleId
    plan: Position
    approved_on: dt.date


class Facet(FactPart, frozen=True, kw_only=True):
    """One nội hàm of an indicator: what it asks, and which evidence is wanted from where (CV 5932 Phụ lục 2, 3)."""

    text: str
    question: str = ""
    evidence: str = ""
    where: str = ""
    note: str = ""


class FacetsDefined(Fact, frozen=True, kw_only=True):
    """The facets of an indicator were defined, or defined anew; indicator '' is the level as a whole."""

    TOPIC: ClassVar[str] = "assessment.facets-defined"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int
    indicator: str
    facets: tuple[Facet, ...]


# --- writing and review


class Sentence(FactPart, frozen=True, kw_only=True):
    """A sentence as it was typed, with its codes in brackets; `codes` are those read from it by the rulebook's pattern."""

    text: str
    codes: tuple[EvidenceCode, ...] = ()
    starts_paragraph: bool = False


class StatusWritten(Fact, frozen=True, kw_only=True):
    """The school wrote how things stand (mô tả hiện trạng) at a level of a criterion; it replaces what stood before."""

    TOPIC: ClassVar[str] = "assessment.status-written"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int
    sentences: tuple[Sentence, ...]


class CopiedTextKept(Fact, frozen=True, kw_only=True):
    """A text taken from a former cycle was read and kept as it is; level 0 is the criterion's strengths and weaknesses."""

    TOPIC: ClassVar[str] = "assessment.copied-text-kept"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int


class StandardDescribed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Strengths, limits and outlook of a standard were written (TT57/2026 Phụ lục V, Biểu 1 II: none per criterion)."""

    TOPIC: ClassVar[str] = "assessment.standard-described"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    standard: str
    strengths: str = ""
    limits: str = ""
    causes: str = ""
    trend: str = ""
    priorities: str = ""


class ReportSectionWritten(Fact, frozen=True, kw_only=True):
    """A part of the report that belongs to no criterion was written, by the heading's key in the rulebook's form."""

    TOPIC: ClassVar[str] = "assessment.report-section-written"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    section: str
    text: str


class CriterionHandedIn(Fact, frozen=True, kw_only=True):
    """The writer handed the criterion in for review, as it stood at the log position `of`."""

    TOPIC: ClassVar[str] = "assessment.criterion-handed-in"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    of: Position


class CriterionTakenBack(Fact, frozen=True, kw_only=True):
    """The writer took a criterion back before it was reviewed."""

    TOPIC: ClassVar[str] = "assessment.criterion-taken-back"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode


class ChangesRequested(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The reviewer or the council wants a criterion changed, by `due`."""

    TOPIC: ClassVar[str] = "assessment.changes-requested"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    text: str
    due: dt.date | None = None


class CriterionReviewed(Fact, frozen=True, kw_only=True):
    """The reviewer, who is not its writer, found the criterion ready for the council as it stood at `of`."""

    TOPIC: ClassVar[str] = "assessment.criterion-reviewed"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    of: Position


class CommentedPlace(FactPart, frozen=True, kw_only=True):
    """What a comment is on: a criterion, a level's sentence (from 1), or a box on a page of a document (0–1 of the page)."""

    criterion: CriterionCode
    level: int = 0
    sentence: int = 0
    document: DocumentId = DocumentId("")
    page: int = 0
    box: tuple[float, float, float, float] | None = None


class CommentAdded(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody commented; `answers` is the comment that it replies to."""

    TOPIC: ClassVar[str] = "assessment.comment-added"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    comment: CommentId
    place: CommentedPlace
    text: str
    answers: CommentId = CommentId("")


class CommentResolved(Fact, frozen=True, kw_only=True):
    """A comment was marked done, or taken up again."""

    TOPIC: ClassVar[str] = "assessment.comment-resolved"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    comment: CommentId
    resolved: bool = True


# --- the council decides


class CouncilMet(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The council met; `document` is the kept minutes, '' while there are none."""

    TOPIC: ClassVar[str] = "assessment.council-met"
    STREAM: ClassVar[StreamKind] = StreamKind.COUNCIL

    school: SchoolCode
    cycle: CycleId
    meeting: MeetingId
    met_on: dt.date
    present: tuple[PersonId, ...]
    agenda: str
    document: DocumentId = DocumentId("")


class CriterionVoted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The council voted on a criterion as it stood at the log position `of`; `passed` is by the convention of that time.

    No circular fixes quorum or majority: `convention` keeps which rule was applied ("over_half_present_of_half").
    """

    TOPIC: ClassVar[str] = "assessment.criterion-voted"
    STREAM: ClassVar[StreamKind] = StreamKind.SHEET

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    meeting: MeetingId
    votes_for: int
    votes_against: int
    abstentions: int
    opinions: tuple[str, ...] = ()
    of: Position
    passed: bool
    convention: str


class ReportApproved(Fact, frozen=True, kw_only=True):
    """The chair approved the report as it stood at the log position `of`: a criterion changed later is not approved."""

    TOPIC: ClassVar[str] = "assessment.report-approved"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    of: Position
    approved_on: dt.date


class ReportPublished(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The result of the self-assessment was published; `document` is the file meant for the public, '' for none."""

    TOPIC: ClassVar[str] = "assessment.report-published"
    STREAM: ClassVar[StreamKind] = StreamKind.CYCLE

    school: SchoolCode
    cycle: CycleId
    published_on: dt.date
    channels: tuple[str, ...]
    document: DocumentId = DocumentId("")


# --- improvement


class ImprovementItemSet(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """An item of the improvement plan was set or changed (TT57/2026 Đ10 and Biểu 2; CV 5932 Phụ lục 5a part 4).

    `cost_vnd` is in whole đồng. `owner` is an office or a group, `person` who answers for it. Of `criterion` and `standard`
    at least one is named.
    """

    TOPIC: ClassVar[str] = "assessment.improvement-item-set"
    STREAM: ClassVar[StreamKind] = StreamKind.IMPROVEMENT

    school: SchoolCode
    cycle: CycleId
    item: ImprovementId
    criterion: CriterionCode = CriterionCode("")
    standard: str = ""
    problem: str = ""
    aim: str
    action: str
    measure: str = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    owner: str = ""
    person: PersonId = PersonId("")
    cost_vnd: int | None = None
    source: str = ""
    evidence_expected: str = ""


class ImprovementReviewed(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """An item was looked at: how far it is, with what result, and what is adjusted; done names its evidence."""

    TOPIC: ClassVar[str] = "assessment.improvement-reviewed"
    STREAM: ClassVar[StreamKind] = StreamKind.IMPROVEMENT

    school: SchoolCode
    cycle: CycleId
    item: ImprovementId
    occasion: ReviewOccasion
    reviewed_on: dt.date
    status: ImprovementStatus
    result: str = ""
    adjustment: str = ""
    evidence: tuple[DocumentId, ...] = ()


SELF_ASSESSMENT_FACTS: tuple[type[Fact], ...] = (
    CouncilSetUp,
    GroupFormed,
    CriterionAssigned,
    SelfAssessmentPlanned,
    PlanApproved,
    FacetsDefined,
    StatusWritten,
    CopiedTextKept,
    StandardDescribed,
    ReportSectionWritten,
    CriterionHandedIn,
    CriterionTakenBack,
    ChangesRequested,
    CriterionReviewed,
    CommentAdded,
    CommentResolved,
    CouncilMet,
    CriterionVoted,
    ReportApproved,
    ReportPublished,
    ImprovementItemSet,
    ImprovementReviewed,
)
"""Every fact of this module."""
