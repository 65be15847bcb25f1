"""Calls of the inspection service about the team of a visit: who goes, what each judges, what all agree on, the minutes.

People are told by id. Over REST a name or a login does as well: the gateway has identity keep them and asks this service
with ids alone, so that no name comes into its log; the names in its answers come from identity.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call
from shared.contracts.calls.inspection import InspectionView
from shared.contracts.operations import OFFICERS, OFFICES, Operation, Scope, post, post_asked
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import (
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceRequestId,
    InspectionId,
    PersonId,
    Position,
    SchoolCode,
)
from shared.vocabulary.inspection import TeamRole, VisitKind

# --- the programme


class ProgrammeVisit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One visit of a programme. Without a `cycle` it is for the school's newest one, or for the one it will open."""

    school: SchoolCode
    on: dt.date
    title: str = ""
    kind: VisitKind | None = None
    cycle: CycleId = CycleId("")
    sites: list[str] = []


class PlanProgramme(Call, frozen=True, kw_only=True):
    """Plan visits to many schools in one act: all of them, or none. `title` and `kind` hold where a visit names none."""

    layer: Layer
    visits: list[ProgrammeVisit]
    title: str = ""
    kind: VisitKind | None = None


class ProgrammeAnswer(Answer, frozen=True, kw_only=True):
    """The visits as planned, in the order asked for; those that stood already are among them."""

    visits: list[InspectionView]


# --- the team


class TeamMemberById(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member. What makes a person eligible is declared: true, false or unknown (left out), with its `source`.

    `worked_here`: ever worked at the school; `years_in_sector`: whole years; `trained`: completed the ministry's training
    (TT17–19/2018 Đ30). `criteria` are those the member looks at first.
    """

    person: PersonId
    role: TeamRole
    criteria: list[CriterionCode] = []
    worked_here: bool | None = None
    years_in_sector: int | None = None
    trained: bool | None = None
    source: str = ""


class SetUpTeam(Call, frozen=True, kw_only=True):
    """Set up the team of a visit by a decision, or set it up anew. `only_check`: say what is wrong, record nothing."""

    school: SchoolCode
    inspection: InspectionId
    decided_on: dt.date
    members: list[TeamMemberById]
    decision: str = ""
    only_check: bool = False


class TeamMemberGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member as REST takes it: by `name`, with a `login` where there is one, or by the id of a `person`."""

    role: TeamRole
    name: str = ""
    login: str = ""
    person: PersonId = PersonId("")
    office: str = ""
    criteria: list[CriterionCode] = []
    worked_here: bool | None = None
    years_in_sector: int | None = None
    trained: bool | None = None
    source: str = ""


class TeamGiven(Call, frozen=True, kw_only=True):
    """Set up the team of a visit, as REST takes it: names go to identity, never into the log of the visit."""

    school: SchoolCode
    inspection: InspectionId
    decided_on: dt.date
    members: list[TeamMemberGiven]
    decision: str = ""
    only_check: bool = False


# --- opinions and agreement


class Opinion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one member judges of an indicator.

    `seen` is the position of the member's own opinion that this one replaces, as the device knew it (0: none). Where the log
    has another since then, both are kept and the answer shows them. `judged_at` is when the device took it down.
    """

    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    note: str = ""
    documents: list[DocumentId] = []
    seen: Position | None = None
    judged_at: dt.datetime | None = None


class RecordOpinions(Call, frozen=True, kw_only=True):
    """A member judges indicators of a visit; all or none. A repeat of what stands records nothing."""

    school: SchoolCode
    inspection: InspectionId
    opinions: list[Opinion]
    on: dt.date | None = None


class Agreement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the team agrees on of an indicator; members who judged otherwise are kept as dissenting."""

    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    note: str = ""


class AgreeFindings(Call, frozen=True, kw_only=True):
    """The head or the secretary of the team writes down what it agrees on.

    `unanimous`: besides, every indicator on which all who were given it judged the same. `reason` says why an agreement
    stands although a member who was given the criterion has not judged it.
    """

    school: SchoolCode
    inspection: InspectionId
    agreements: list[Agreement] = []
    unanimous: bool = False
    reason: str = ""
    on: dt.date | None = None


# --- evidence asked for


class RequestEvidence(Call, frozen=True, kw_only=True):
    """The team asks for evidence of one criterion by a day: linking evidence reopens for that criterion alone."""

    school: SchoolCode
    inspection: InspectionId
    criterion: CriterionCode
    what: str
    due: dt.date


class EvidenceRequestAdded(Answer, frozen=True, kw_only=True):
    """A request was made."""

    request: EvidenceRequestId
    position: Position


class SupplyEvidence(Call, frozen=True, kw_only=True):
    """The school supplies what was asked for: kept documents of its own, words, or both."""

    school: SchoolCode
    inspection: InspectionId
    request: EvidenceRequestId
    documents: list[DocumentId] = []
    text: str = ""


class TakePhoto(Call, frozen=True, kw_only=True):
    """A kept document of the school is a photo of the visit: when and where it was taken, of which criterion.

    `latitude` and `longitude` in degrees (WGS 84), `accuracy_m` in metres, as the device told them; `place` in words.
    """

    school: SchoolCode
    inspection: InspectionId
    document: DocumentId
    taken_at: dt.datetime
    criterion: CriterionCode = CriterionCode("")
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    place: str = ""


# --- minutes


class Participant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who took part for the school or an office: by id, in what post."""

    person: PersonId
    office: str = ""


class ParticipantGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who took part, as REST takes it: by `name` and `office`, by `login`, or by the id of a `person`."""

    name: str = ""
    office: str = ""
    login: str = ""
    person: PersonId = PersonId("")


class HoldVisit(Call, frozen=True, kw_only=True):
    """Write down that a visit was held: on which days, at which sites, who took part, what the school says of it."""

    school: SchoolCode
    inspection: InspectionId
    held_on: list[dt.date]
    participants: list[Participant] = []
    sites: list[str] = []
    school_opinion: str = ""


class VisitHeldGiven(Call, frozen=True, kw_only=True):
    """Write down that a visit was held, as REST takes it: names go to identity."""

    school: SchoolCode
    inspection: InspectionId
    held_on: list[dt.date]
    participants: list[ParticipantGiven] = []
    sites: list[str] = []
    school_opinion: str = ""


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="plan_programme",
        request=PlanProgramme,
        answer=ProgrammeAnswer,
        roles=OFFICERS,
        scope=Scope.NARROWED,  # whose schools these are, the application checks one by one
        summary="Lập chương trình: nhiều đợt ở nhiều trường trong một lần, tất cả hoặc không đợt nào.",
        routes=(post("/inspections/programme"),),
        commands=("inspection programme",),
        follows=("assessment", "identity"),
        timeout_s=30.0,
    ),
    Operation(
        name="set_up_team",
        request=SetUpTeam,
        answer=InspectionView,
        roles=OFFICERS,
        scope=Scope.SCHOOL,
        summary="Lập đoàn của một đợt, hoặc lập lại; ai không hợp lệ thì không lập, nêu rõ điều nào.",
        routes=(post_asked("/schools/{school}/inspections/{inspection}/team", question=TeamGiven),),
        commands=("inspection team",),
        follows=("assessment", "identity"),
    ),
    Operation(
        name="record_opinions",
        request=RecordOpinions,
        answer=InspectionView,
        roles=OFFICES,  # whose layer it is, the application decides by the team of the visit
        scope=Scope.SCHOOL,
        summary="Thành viên đoàn ghi ý kiến của mình; ghi ở hai máy thì giữ cả hai.",
        routes=(post("/schools/{school}/inspections/{inspection}/opinions"),),
        commands=("inspection judge",),
        follows=("assessment", "evidence"),
    ),
    Operation(
        name="agree_findings",
        request=AgreeFindings,
        answer=InspectionView,
        roles=OFFICES,
        scope=Scope.SCHOOL,
        summary="Trưởng đoàn hoặc thư ký ghi kết quả cả đoàn thống nhất, giữ ý kiến khác.",
        routes=(post("/schools/{school}/inspections/{inspection}/agreements"),),
        commands=("inspection agree",),
        follows=("assessment",),
    ),
    Operation(
        name="hold_visit",
        request=HoldVisit,
        answer=InspectionView,
        roles=OFFICES,
        scope=Scope.SCHOOL,
        summary="Ghi biên bản: ngày làm việc, điểm trường, người dự, ý kiến của trường.",
        routes=(post_asked("/schools/{school}/inspections/{inspection}/minutes", question=VisitHeldGiven),),
        commands=("inspection minutes",),
    ),
)
"""What may be asked, by whom."""
