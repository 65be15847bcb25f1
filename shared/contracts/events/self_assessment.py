"""Public events about the work of a self-assessment: council, texts, review, votes, improvement; no texts, no persons."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from shared.contracts.events.base import PublicEvent
from shared.vocabulary.ids import CommentId, CriterionCode, CycleId, GroupId, ImprovementId, MeetingId, Position, SchoolCode
from shared.vocabulary.self_assessment import GroupKind, ImprovementStatus, ReviewOccasion


class CouncilSetUp(PublicEvent, frozen=True, kw_only=True):
    """The self-assessment council of a cycle was set up, or set up anew; who is in it is not told."""

    LABEL: ClassVar[str] = "Lập Hội đồng tự đánh giá"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "council-set-up"
    school: SchoolCode
    cycle: CycleId
    decided_on: dt.date


class GroupFormed(PublicEvent, frozen=True, kw_only=True):
    """A group of the council was formed, formed anew or dissolved."""

    LABEL: ClassVar[str] = "Lập nhóm của Hội đồng"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "group-formed"
    school: SchoolCode
    cycle: CycleId
    group: GroupId
    kind: GroupKind


class CriterionAssigned(PublicEvent, frozen=True, kw_only=True):
    """A criterion was assigned, to be written by `due` where a day is set."""

    LABEL: ClassVar[str] = "Phân công tiêu chí"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "criterion-assigned"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    due: dt.date | None = None


class SelfAssessmentPlanned(PublicEvent, frozen=True, kw_only=True):
    """The plan of the self-assessment was written, or written anew."""

    LABEL: ClassVar[str] = "Lập kế hoạch tự đánh giá"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "self-assessment-planned"
    school: SchoolCode
    cycle: CycleId


class PlanApproved(PublicEvent, frozen=True, kw_only=True):
    """The chair approved the plan as it stood at the `sequence` `plan`."""

    LABEL: ClassVar[str] = "Duyệt kế hoạch tự đánh giá"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "plan-approved"
    school: SchoolCode
    cycle: CycleId
    plan: Position
    approved_on: dt.date


class FacetsDefined(PublicEvent, frozen=True, kw_only=True):
    """The facets of an indicator were defined, or defined anew."""

    LABEL: ClassVar[str] = "Xác định nội hàm"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "facets-defined"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int
    indicator: str


class StatusWritten(PublicEvent, frozen=True, kw_only=True):
    """The school wrote how things stand at a level of a criterion; the text is not told."""

    LABEL: ClassVar[str] = "Viết hiện trạng"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "status-written"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int


class CopiedTextKept(PublicEvent, frozen=True, kw_only=True):
    """A text taken from a former cycle was read and kept; level 0 is the criterion's strengths and weaknesses."""

    LABEL: ClassVar[str] = "Giữ nguyên phần chép"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "copied-text-kept"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int


class StandardDescribed(PublicEvent, frozen=True, kw_only=True):
    """Strengths and limits of a standard were written; the text is not told."""

    LABEL: ClassVar[str] = "Viết nhận định tiêu chuẩn"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "standard-described"
    school: SchoolCode
    cycle: CycleId
    standard: str


class ReportSectionWritten(PublicEvent, frozen=True, kw_only=True):
    """A part of the report that belongs to no criterion was written; the text is not told."""

    LABEL: ClassVar[str] = "Viết phần chung của báo cáo"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "report-section-written"
    school: SchoolCode
    cycle: CycleId
    section: str


class CriterionHandedIn(PublicEvent, frozen=True, kw_only=True):
    """A criterion was handed in for review as it stood at the `sequence` `of`."""

    LABEL: ClassVar[str] = "Nộp tiêu chí để soát"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "criterion-handed-in"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    of: Position


class CriterionTakenBack(PublicEvent, frozen=True, kw_only=True):
    """The writer took a criterion back before it was reviewed."""

    LABEL: ClassVar[str] = "Lấy lại tiêu chí"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "criterion-taken-back"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode


class ChangesRequested(PublicEvent, frozen=True, kw_only=True):
    """Changes of a criterion were requested, by `due` where a day is set."""

    LABEL: ClassVar[str] = "Yêu cầu sửa tiêu chí"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "changes-requested"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    due: dt.date | None = None


class CriterionReviewed(PublicEvent, frozen=True, kw_only=True):
    """A criterion was reviewed as it stood at the `sequence` `of`."""

    LABEL: ClassVar[str] = "Soát tiêu chí"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "criterion-reviewed"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    of: Position


class CommentAdded(PublicEvent, frozen=True, kw_only=True):
    """Somebody commented on a criterion; the text is not told."""

    LABEL: ClassVar[str] = "Góp ý"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "comment-added"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    comment: CommentId


class CommentResolved(PublicEvent, frozen=True, kw_only=True):
    """A comment was marked done, or taken up again."""

    LABEL: ClassVar[str] = "Xử lý góp ý"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "comment-resolved"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    comment: CommentId
    resolved: bool


class CouncilMet(PublicEvent, frozen=True, kw_only=True):
    """The council met."""

    LABEL: ClassVar[str] = "Họp Hội đồng"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "council-met"
    school: SchoolCode
    cycle: CycleId
    meeting: MeetingId
    met_on: dt.date


class CriterionVoted(PublicEvent, frozen=True, kw_only=True):
    """The council voted on a criterion as it stood at the `sequence` `of`."""

    LABEL: ClassVar[str] = "Biểu quyết tiêu chí"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "criterion-voted"
    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    meeting: MeetingId
    votes_for: int
    votes_against: int
    abstentions: int
    of: Position
    passed: bool


class ReportApproved(PublicEvent, frozen=True, kw_only=True):
    """The chair approved the report as it stood at the `sequence` `of`."""

    LABEL: ClassVar[str] = "Phê duyệt báo cáo tự đánh giá"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "report-approved"
    school: SchoolCode
    cycle: CycleId
    of: Position
    approved_on: dt.date


class ReportPublished(PublicEvent, frozen=True, kw_only=True):
    """The result of the self-assessment was published."""

    LABEL: ClassVar[str] = "Công bố kết quả tự đánh giá"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "report-published"
    school: SchoolCode
    cycle: CycleId
    published_on: dt.date


class ImprovementItemSet(PublicEvent, frozen=True, kw_only=True):
    """An item of the improvement plan was set or changed; the text is not told."""

    LABEL: ClassVar[str] = "Ghi việc cải tiến"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "improvement-item-set"
    school: SchoolCode
    cycle: CycleId
    item: ImprovementId
    criterion: CriterionCode
    standard: str
    starts: dt.date | None = None
    ends: dt.date | None = None
    cost_vnd: int | None = None


class ImprovementReviewed(PublicEvent, frozen=True, kw_only=True):
    """An item of the improvement plan was looked at."""

    LABEL: ClassVar[str] = "Theo dõi việc cải tiến"
    SERVICE: ClassVar[str] = "assessment"
    FACT: ClassVar[str] = "improvement-reviewed"
    school: SchoolCode
    cycle: CycleId
    item: ImprovementId
    occasion: ReviewOccasion
    reviewed_on: dt.date
    status: ImprovementStatus
