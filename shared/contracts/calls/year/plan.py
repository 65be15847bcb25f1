"""Calls of the inspection service about the plan of a year and its list of schools."""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call
from shared.contracts.operations import COMMUNE_PLANNERS, YEAR_READERS, Operation, Scope, get, post, put
from shared.vocabulary.commune_year import PlanKind, PlanState, TargetLead
from shared.vocabulary.ids import CommuneCode, Position, SchoolCode


class PlanSectionText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section of a plan, I to IV. The first line of an item of several lines is its heading."""

    heading: str
    items: list[str] = []


class DraftPlan(Call, frozen=True, kw_only=True):
    """Put the words of a plan. What is not given stays as it stands, or is proposed where nothing stands.

    `seen` is the version of the words that were changed, as `PlanText` tells it; 0: whatever stands.
    """

    commune: CommuneCode
    year: int
    bases: list[str] | None = None
    aims: str | None = None
    goals: str | None = None
    sections: list[PlanSectionText] | None = None
    seen: int = 0


class SetPlanEntry(Call, frozen=True, kw_only=True):
    """Say what a school is to do in the year. `override` is why the commune chooses otherwise than
    is proposed; it is needed where the register contradicts.

    `target_level`: 0 to 4, `target_degree`: 0 to 2, 0 for none. `seen` is the version of the entry that was changed, 0 for
    any.
    """

    commune: CommuneCode
    year: int
    school: SchoolCode
    kind: PlanKind
    target_level: int = 0
    target_degree: int = 0
    register_by: dt.date | None = None
    evaluate_by: dt.date | None = None
    responsible: str = ""
    lead: TargetLead = TargetLead.SCHOOL
    override: str = ""
    seen: int = 0


class SeenProposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was proposed for a school when a person looked."""

    school: SchoolCode
    kind: PlanKind


class TakePlanProposals(Call, frozen=True, kw_only=True):
    """Set entries as they were proposed to the person who decides so; schools that have one keep it. At most 300."""

    commune: CommuneCode
    year: int
    proposals: list[SeenProposal]
    lead: TargetLead = TargetLead.SCHOOL


class DropPlanEntry(Call, frozen=True, kw_only=True):
    """Take a school off the list, with the reason."""

    commune: CommuneCode
    year: int
    school: SchoolCode
    reason: str


class IssuePlan(Call, frozen=True, kw_only=True):
    """Issue the plan under a number, on a day that is not to come; `leave_out`: why schools stay without an entry.

    `signer_office` is the office that signed ("Phó Chủ tịch"), never a name.
    """

    commune: CommuneCode
    year: int
    number: str
    on: dt.date | None = None
    leave_out: str = ""
    signer_office: str = ""


class AdjustPlan(Call, frozen=True, kw_only=True):
    """Open an issued plan again, with the reason that every change from now on bears."""

    commune: CommuneCode
    year: int
    reason: str


class YearPlanRequest(Call, frozen=True, kw_only=True):
    """Name the plan of a commune and a calendar year."""

    commune: CommuneCode
    year: int


class PlanAwardView(Answer, frozen=True, kw_only=True):
    """A recognition that a school holds or held."""

    number: str
    degree: int
    decided_on: dt.date
    expires_on: dt.date


class ProposalView(Answer, frozen=True, kw_only=True):
    """What is proposed for a school by the register as of 1 January; `register_by` is null where no law names a day."""

    school: SchoolCode
    kind: PlanKind
    register_by: dt.date | None
    because: str


class ProposalsAnswer(Answer, frozen=True, kw_only=True):
    """A line for each school of the commune, by name."""

    proposals: list[ProposalView]


class PlanEntryView(Answer, frozen=True, kw_only=True):
    """An entry as it stands and how far it is; `held` is what was known of the school's recognition when it was set."""

    school: SchoolCode
    kind: PlanKind
    proposed: PlanKind
    target_level: int
    target_degree: int
    responsible: str
    lead: TargetLead
    register_by: dt.date | None
    evaluate_by: dt.date | None
    held: PlanAwardView | None
    override: str
    reason: str
    set_on: dt.date
    reached_on: dt.date | None
    registered_on: dt.date | None
    late: bool
    version: int
    position: Position


class PlannedVisitView(Answer, frozen=True, kw_only=True):
    """A visit of the commune or the department to a school, held (concluded) or planned."""

    on: dt.date
    held: bool


class PlanLineView(Answer, frozen=True, kw_only=True):
    """A school of the commune: what is proposed, what it holds by the register, its entry if it has one.

    `closed_on`: it closed by the end of the year. `visits` are days of the commune's visits in the year, `checked_on` those
    of its yearly checks.
    """

    school: SchoolCode
    name: str
    proposal: ProposalView
    held: PlanAwardView | None
    held_valid: bool
    entry: PlanEntryView | None = None
    closed_on: dt.date | None = None
    visits: list[PlannedVisitView] = []
    checked_on: list[dt.date] = []


class PlanText(Answer, frozen=True, kw_only=True):
    """The words of a plan; `version` 0: they are proposed, nobody drafted yet."""

    bases: list[str]
    aims: str
    goals: str
    sections: list[PlanSectionText]
    version: int = 0
    drafted_on: dt.date | None = None
    reason: str = ""


class PlanIssueView(Answer, frozen=True, kw_only=True):
    """One issue of the plan."""

    number: str
    issued_on: dt.date
    signer_office: str
    left_out: list[SchoolCode]
    left_out_because: str


class PlanAdjustmentView(Answer, frozen=True, kw_only=True):
    """One time that the issued plan was opened again."""

    adjusted_on: dt.date
    reason: str


class PlanProgressAnswer(Answer, frozen=True, kw_only=True):
    """The goal of 100 % both ways: entries of the commune's open schools, and entries that reached what they are for."""

    schools: int
    with_entry: int
    reached: int
    late: int


class YearPlanView(Answer, frozen=True, kw_only=True):
    """The plan of a commune and a year: how far it is, its words, a line for each school by name."""

    commune: CommuneCode
    year: int
    state: PlanState
    text: PlanText
    lines: list[PlanLineView]
    progress: PlanProgressAnswer
    issues: list[PlanIssueView]
    adjustments: list[PlanAdjustmentView]


class ComparedEntry(Answer, frozen=True, kw_only=True):
    """What a plan said of a school; null kind: nothing."""

    kind: PlanKind | None = None
    target_degree: int = 0
    reached_on: dt.date | None = None
    late: bool = False


class ComparedSchool(Answer, frozen=True, kw_only=True):
    """A school in two plans."""

    school: SchoolCode
    name: str
    before: ComparedEntry
    now: ComparedEntry


class PlanComparison(Answer, frozen=True, kw_only=True):
    """The plan of a year beside that of the year before."""

    commune: CommuneCode
    year: int
    before: PlanProgressAnswer
    now: PlanProgressAnswer
    schools: list[ComparedSchool]


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="draft_plan",
        request=DraftPlan,
        answer=PlanText,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Soạn lời kế hoạch năm của xã; phần không gửi thì giữ, hoặc lấy lời đề xuất khi chưa có.",
        routes=(put("/communes/{commune}/years/{year}/plan"),),
        commands=("plan draft",),
        follows=("assessment",),
    ),
    Operation(
        name="set_plan_entry",
        request=SetPlanEntry,
        answer=PlanEntryView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Đặt mục của một trường trong kế hoạch năm; trái Sổ công nhận thì phải ghi lý do.",
        routes=(put("/communes/{commune}/years/{year}/plan/entries/{school}"),),
        commands=("plan entry",),
        follows=("assessment",),
    ),
    Operation(
        name="take_plan_proposals",
        request=TakePlanProposals,
        answer=PlanProgressAnswer,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Một người nhận các đề xuất đã xem: trường chưa có mục được đặt mục như đề xuất.",
        routes=(post("/communes/{commune}/years/{year}/plan/entries"),),
        follows=("assessment",),
    ),
    Operation(
        name="drop_plan_entry",
        request=DropPlanEntry,
        answer=PlanProgressAnswer,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Bỏ mục của một trường khỏi kế hoạch năm, kèm lý do.",
        routes=(post("/communes/{commune}/years/{year}/plan/entries/{school}/drop"),),
        commands=("plan drop",),
        follows=("assessment",),
    ),
    Operation(
        name="issue_plan",
        request=IssuePlan,
        answer=PlanIssueView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Ban hành kế hoạch năm của xã: số, ngày; trường chưa có mục thì nêu tên, hoặc để ngoài kèm lý do.",
        routes=(post("/communes/{commune}/years/{year}/plan/issues"),),
        commands=("plan issue",),
        follows=("assessment",),
    ),
    Operation(
        name="adjust_plan",
        request=AdjustPlan,
        answer=PlanAdjustmentView,
        roles=COMMUNE_PLANNERS,
        scope=Scope.COMMUNE,
        summary="Mở kế hoạch đã ban hành để điều chỉnh, kèm lý do.",
        routes=(post("/communes/{commune}/years/{year}/plan/adjustments"),),
        commands=("plan adjust",),
        follows=("assessment",),
    ),
    Operation(
        name="plan_proposals",
        request=YearPlanRequest,
        answer=ProposalsAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Loại mục đề xuất cho từng trường, tính từ Sổ công nhận và quy định của năm kế hoạch.",
        routes=(get("/communes/{commune}/years/{year}/plan/proposals"),),
        commands=("plan propose",),
        follows=("assessment",),
    ),
    Operation(
        name="commune_plan",
        request=YearPlanRequest,
        answer=YearPlanView,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Kế hoạch năm của xã: lời, danh sách trường, tình trạng từng mục.",
        routes=(get("/communes/{commune}/years/{year}/plan"),),
        commands=("plan show",),
        follows=("assessment",),
    ),
    Operation(
        name="plan_progress",
        request=YearPlanRequest,
        answer=PlanProgressAnswer,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Tiến độ kế hoạch năm: số trường, số có mục, số đã đạt, số trễ.",
        routes=(get("/communes/{commune}/years/{year}/plan/progress"),),
        commands=("plan progress",),
        follows=("assessment",),
    ),
    Operation(
        name="compare_plan",
        request=YearPlanRequest,
        answer=PlanComparison,
        roles=YEAR_READERS,
        scope=Scope.COMMUNE,
        summary="Kế hoạch của một năm bên kế hoạch năm trước, từng trường.",
        routes=(get("/communes/{commune}/years/{year}/plan/comparison"),),
        commands=("plan compare",),
        follows=("assessment",),
    ),
)
"""What may be asked, by whom."""
