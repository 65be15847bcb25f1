"""Calls of the assessment service about the self-assessment council: members, groups, assignments, plan, facets.

People are told by id. Over REST a login does as well, and a council may be told with names: the gateway has identity keep
them and asks this service with ids alone, so that no name comes into its log; the names in its answers come from identity.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call, Done
from shared.contracts.operations import (
    CLERKS_AND_COUNCIL,
    COUNCIL,
    HEADS,
    READERS,
    YEAR_READERS,
    Operation,
    Scope,
    delete,
    get,
    post,
    put,
)
from shared.vocabulary.ids import BEGINNING, CommuneCode, CriterionCode, CycleId, GroupId, PersonId, Position, SchoolCode
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import CouncilRole, GroupKind, RuleState

# --- the council


class MemberById(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member: the role in the council, the post held then (`office`), the task given in writing.

    `trained`: whether trained in self-assessment; left out, nobody said.
    """

    person: PersonId
    role: CouncilRole
    office: str = ""
    task: str = ""
    trained: bool | None = None


class SetUpCouncil(Call, frozen=True, kw_only=True):
    """Set up the council of a cycle by the head's decision, or set it up anew.

    `decision` is its number, '' while it has none. A council that breaks rules of the cycle's circular is refused with each
    of them. `only_check`: say so, record nothing.
    """

    school: SchoolCode
    cycle: CycleId
    decided_on: dt.date
    members: list[MemberById]
    decision: str = ""
    only_check: bool = False


class CouncilMemberGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member as REST takes it: by `name` and `office`, with a `login` where there is one, or by the id of a `person`."""

    role: CouncilRole
    name: str = ""
    office: str = ""
    task: str = ""
    login: str = ""
    person: PersonId = PersonId("")
    trained: bool | None = None


class CouncilGiven(Call, frozen=True, kw_only=True):
    """Set up the council of a cycle, as REST takes it: names go to identity, never into the log of the council."""

    school: SchoolCode
    cycle: CycleId
    decided_on: dt.date
    members: list[CouncilMemberGiven]
    decision: str = ""
    only_check: bool = False


class CouncilRequest(Call, frozen=True, kw_only=True):
    """Ask for the council of a cycle, the newest by default."""

    school: SchoolCode
    cycle: CycleId = CycleId("")


class CouncilMemberView(Answer, frozen=True, kw_only=True):
    """A member. `name` and `login` are told over REST alone; '' when the name was erased."""

    person: PersonId
    role: CouncilRole
    office: str
    task: str
    trained: bool | None
    name: str = ""
    login: str = ""


class CouncilMembersRequest(Call, frozen=True, kw_only=True):
    """Ask who is on the councils of a commune's schools: on the newest of each."""

    commune: CommuneCode


class SeatedMember(Answer, frozen=True, kw_only=True):
    """A member of a school's council, and whether the head said that they were trained."""

    school: SchoolCode
    person: PersonId
    office: str
    trained: bool | None


class CouncilMembersAnswer(Answer, frozen=True, kw_only=True):
    """Members of councils, by school."""

    members: list[SeatedMember]


class PersonNamed(Answer, frozen=True, kw_only=True):
    """A person of a group who is perhaps no member of the council; `name` and `login` as in `CouncilMemberView`."""

    person: PersonId
    name: str = ""
    login: str = ""


class GroupView(Answer, frozen=True, kw_only=True):
    """A group of the council: who leads it and who is in it, the leader among them; the criteria that it was given."""

    group: GroupId
    name: str
    kind: GroupKind
    leader: PersonNamed
    members: list[PersonNamed]
    task: str
    criteria: list[CriterionCode]


class AssignmentView(Answer, frozen=True, kw_only=True):
    """A criterion of the circular and who works on it; everything '' where it is assigned to nobody."""

    criterion: CriterionCode
    title: str
    group: GroupId = GroupId("")
    writer: PersonNamed = PersonNamed(person=PersonId(""))
    reviewer: PersonNamed = PersonNamed(person=PersonId(""))
    due: dt.date | None = None


class RuleView(Answer, frozen=True, kw_only=True):
    """One rule: what it asks, how it stands, what was found. `source` is the article, or “quy ước” for what no law fixes.

    `confidence` (high, medium, low) is how well the source is known.
    """

    rule: str
    text: str
    state: RuleState
    found: str
    source: str
    confidence: str


class CouncilView(Answer, frozen=True, kw_only=True):
    """The council of a cycle. `position` is that of its decision in the log, 0 while none is set up.

    `rules` are those about the council, its groups and its assignments, one by one; while none is set up, what it will have
    to keep.
    """

    school: SchoolCode
    cycle: CycleId
    rulebook: str
    position: Position = BEGINNING
    decision: str = ""
    decided_on: dt.date | None = None
    members: list[CouncilMemberView] = []
    groups: list[GroupView] = []
    assignments: list[AssignmentView] = []
    rules: list[RuleView] = []


# --- groups and assignments


class FormGroup(Call, frozen=True, kw_only=True):
    """Form a group of the council, or form it anew under the same id (``nhom-1``: a–z, 0–9 and '-', at most 40).

    The leader is a member of the council; the others need not be. The leader counts as one of the members.
    """

    school: SchoolCode
    cycle: CycleId
    group: GroupId
    name: str
    leader: PersonId
    kind: GroupKind = GroupKind.WORKING
    members: list[PersonId] = []
    task: str = ""


class DissolveGroup(Call, frozen=True, kw_only=True):
    """Dissolve a group that has no criteria any more."""

    school: SchoolCode
    cycle: CycleId
    group: GroupId


class Assignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who works on a criterion: a group, a writer, a reviewer who is not the writer. It is to be written by the day `due`.

    What is left out is nobody: an assignment replaces the one before.
    """

    criterion: CriterionCode
    group: GroupId = GroupId("")
    writer: PersonId = PersonId("")
    reviewer: PersonId = PersonId("")
    due: dt.date | None = None


class AssignCriteria(Call, frozen=True, kw_only=True):
    """Assign criteria, all or none of them."""

    school: SchoolCode
    cycle: CycleId
    assignments: list[Assignment]


class AssignmentGiven(Call, frozen=True, kw_only=True):
    """Assign one criterion; fields as in `Assignment`."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    group: GroupId = GroupId("")
    writer: PersonId = PersonId("")
    reviewer: PersonId = PersonId("")
    due: dt.date | None = None


# --- the plan


class TimetableEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done from when to when, and by whom: a group or an office, no name. Its last day is when it is due."""

    starts: dt.date
    ends: dt.date
    activity: str
    who: str = ""


class ResourceEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the work on a criterion needs, and when."""

    criterion: CriterionCode
    what: str
    when: str = ""
    note: str = ""


class WritePlan(Call, frozen=True, kw_only=True):
    """Write the plan of the self-assessment, or write it anew, as a whole.

    `sections`: key of a heading of the circular's form (`SectionView`) → text. Where the circular has no such form, the keys
    are headings of the school's own.
    """

    school: SchoolCode
    cycle: CycleId
    sections: dict[str, str] = {}
    timetable: list[TimetableEntry] = []
    resources: list[ResourceEntry] = []


class ApprovePlan(Call, frozen=True, kw_only=True):
    """Approve the plan as it stands; the chair of the council does. `plan` is the position that was read, 0: the newest."""

    school: SchoolCode
    cycle: CycleId
    plan: Position = BEGINNING
    on: dt.date | None = None


class PlanRequest(Call, frozen=True, kw_only=True):
    """Ask for the plan of a cycle, the newest by default."""

    school: SchoolCode
    cycle: CycleId = CycleId("")


class SectionView(Answer, frozen=True, kw_only=True):
    """A heading of the plan with what was written under it, '' where nothing was."""

    key: str
    heading: str
    text: str


class PlanApprovalView(Answer, frozen=True, kw_only=True):
    """The chair's approval: at which `position` of the log, and of the plan at which one."""

    position: Position
    plan: Position
    approved_on: dt.date
    by: PersonNamed


class PlanView(Answer, frozen=True, kw_only=True):
    """The plan of a cycle. `position` is where it was written last, 0 while there is none.

    `form` is the title of the circular's form and `form_source` where that stands; both '' where it has none, and the plan
    is then not printed on a form of the law.
    """

    school: SchoolCode
    cycle: CycleId
    rulebook: str
    position: Position = BEGINNING
    form: str = ""
    form_source: str = ""
    sections: list[SectionView] = []
    timetable: list[TimetableEntry] = []
    resources: list[ResourceEntry] = []
    approval: PlanApprovalView | None = None


# --- facets (nội hàm)


class FacetEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One facet of a requirement: what it asks, the question put to it, which evidence is wanted and from where."""

    text: str
    question: str = ""
    evidence: str = ""
    where: str = ""
    note: str = ""


class DefineFacets(Call, frozen=True, kw_only=True):
    """Define the facets of an indicator, or define them anew; indicator '' is the level as a whole, no facets: none."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int
    indicator: str = ""
    facets: list[FacetEntry]


class FacetsRequest(Call, frozen=True, kw_only=True):
    """Ask for the facets of a criterion."""

    school: SchoolCode
    criterion: CriterionCode
    cycle: CycleId = CycleId("")


class FacetsOfIndicator(Answer, frozen=True, kw_only=True):
    """An indicator (with '', a level as a whole), what it requires, and its facets; `position` 0 while none were defined."""

    level: int
    indicator: str
    requirement: str
    facets: list[FacetEntry]
    position: Position = BEGINNING


class FacetSuggestion(Answer, frozen=True, kw_only=True):
    """Evidence that the circular's guidance names for the criterion: a suggestion (gợi ý), to be taken over by hand."""

    evidence: str
    mark: str = "gợi ý"


class FacetsView(Answer, frozen=True, kw_only=True):
    """The facets of a criterion, by level and indicator."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    title: str
    indicators: list[FacetsOfIndicator]
    suggestions: list[FacetSuggestion]


_CYCLE = "/schools/{school}/cycles/{cycle}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="set_up_council",
        request=SetUpCouncil,
        answer=CouncilView,
        roles=HEADS,
        scope=Scope.SCHOOL,
        summary="Hiệu trưởng lập Hội đồng tự đánh giá của một đợt, hoặc lập lại.",
        routes=(put(f"{_CYCLE}/council", question=CouncilGiven),),
        commands=("council set",),
    ),
    Operation(
        name="council",
        request=CouncilRequest,
        answer=CouncilView,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Hội đồng tự đánh giá: thành viên, nhóm, phân công, từng quy định đúng hay chưa.",
        routes=(get(f"{_CYCLE}/council"),),
        commands=("council show", "council check", "group list"),
    ),
    Operation(
        name="council_members",
        request=CouncilMembersRequest,
        answer=CouncilMembersAnswer,
        roles=YEAR_READERS - {Role.ECONOMIC_OFFICE},
        scope=Scope.COMMUNE,
        summary="Ai ở trong Hội đồng tự đánh giá của các trường một xã, để biết ai chưa tập huấn.",
    ),
    Operation(
        name="form_group",
        request=FormGroup,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Lập nhóm thư ký hoặc nhóm công tác của Hội đồng, hoặc lập lại.",
        routes=(put(f"{_CYCLE}/groups/{{group}}"),),
        commands=("group add",),
    ),
    Operation(
        name="dissolve_group",
        request=DissolveGroup,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Giải thể một nhóm không còn tiêu chí nào.",
        routes=(delete(f"{_CYCLE}/groups/{{group}}"),),
        commands=("group remove",),
    ),
    Operation(
        name="assign_criteria",
        request=AssignCriteria,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Phân công tiêu chí cho nhóm, người viết, người soát.",
        routes=(
            put(f"{_CYCLE}/assignments"),
            put(f"{_CYCLE}/criteria/{{criterion}}/assignment", question=AssignmentGiven),
        ),
        commands=("criterion assign",),
    ),
    Operation(
        name="write_plan",
        request=WritePlan,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Ghi kế hoạch tự đánh giá: các mục, lịch, nguồn lực.",
        routes=(put(f"{_CYCLE}/plan"),),
        commands=("plan set",),
    ),
    Operation(
        name="approve_plan",
        request=ApprovePlan,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Chủ tịch Hội đồng duyệt kế hoạch tự đánh giá.",
        routes=(post(f"{_CYCLE}/plan/approval"),),
        commands=("plan approve",),
    ),
    Operation(
        name="plan",
        request=PlanRequest,
        answer=PlanView,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Kế hoạch tự đánh giá theo các mục của mẫu.",
        routes=(get(f"{_CYCLE}/plan"),),
        commands=("plan show",),
    ),
    Operation(
        name="define_facets",
        request=DefineFacets,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Xác định nội hàm của một chỉ báo.",
        routes=(put(f"{_CYCLE}/criteria/{{criterion}}/facets"),),
        commands=("facet set",),
    ),
    Operation(
        name="facets",
        request=FacetsRequest,
        answer=FacetsView,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Nội hàm của một tiêu chí, kèm gợi ý minh chứng.",
        routes=(get(f"{_CYCLE}/criteria/{{criterion}}/facets"),),
        commands=("facet show",),
    ),
)
"""What may be asked, by whom."""
