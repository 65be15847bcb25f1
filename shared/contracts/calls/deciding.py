"""Calls of the assessment service about what a council decides, what is lacking, copies of a year and publication."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call, Done
from shared.contracts.operations import CLERKS_AND_COUNCIL, COUNCIL, HEADS, READERS, Operation, Scope, get, post
from shared.vocabulary.assessment import GapKind
from shared.vocabulary.ids import (
    BEGINNING,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceCode,
    MeetingId,
    PersonId,
    Position,
    SchoolCode,
)
from shared.vocabulary.self_assessment import CriterionStep


class HoldMeeting(Call, frozen=True, kw_only=True):
    """Write down that the council met: by its secretary, its chair or the head.

    `present` are members of the council (an account's id for those who sign in); `document` is the kept minutes. The same
    meeting told again answers with the id that it has.
    """

    school: SchoolCode
    cycle: CycleId
    present: list[PersonId]
    agenda: str
    on: dt.date | None = None
    document: DocumentId = DocumentId("")


class MeetingHeld(Answer, frozen=True, kw_only=True):
    """A meeting was written down; votes name its `id`."""

    id: MeetingId
    position: Position


class VoteOnCriterion(Call, frozen=True, kw_only=True, rename={"votes_for": "for", "votes_against": "against"}):
    """Write down how the council voted on a reviewed criterion in a meeting: by its secretary or chair.

    The votes add up to the members present. What was not passed stays reviewed; what changes later is voted on again.
    """

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    meeting: MeetingId
    votes_for: int
    votes_against: int = 0
    abstain: int = 0
    opinions: list[str] = []


class VoteView(Answer, frozen=True, kw_only=True, rename={"votes_for": "for", "votes_against": "against"}):
    """How the council voted on a criterion: on the content that stood at log position `of`, written at `position`.

    `stands` is false once the criterion was changed: then it is to be voted on again. `convention` names the rule that
    `passed` follows and `because` says it in words: no circular fixes a quorum or a majority.
    """

    criterion: CriterionCode
    meeting: MeetingId
    votes_for: int
    votes_against: int
    abstain: int
    opinions: list[str] = []
    of: Position
    passed: bool
    stands: bool
    convention: str
    because: str
    position: Position


class MeetingsRequest(Call, frozen=True, kw_only=True):
    """Ask which meetings the council of a cycle held, and how each criterion stands before it."""

    school: SchoolCode
    cycle: CycleId


class MeetingView(Answer, frozen=True, kw_only=True):
    """A meeting with the votes that were taken in it and still are the last on their criteria."""

    id: MeetingId
    on: dt.date
    present: list[PersonId]
    agenda: str
    document: DocumentId = DocumentId("")
    votes: list[VoteView] = []
    position: Position = BEGINNING


class BallotLine(Answer, frozen=True, kw_only=True):
    """A criterion before the council. `put` says whether it may be voted on now, `why_not` why it may not.

    `again`: it was passed once and changed since.
    """

    criterion: CriterionCode
    title: str
    step: CriterionStep
    put: bool
    why_not: str = ""
    again: bool = False
    vote: VoteView | None = None


class ApprovalView(Answer, frozen=True, kw_only=True):
    """The chair's approval: of the report as it stood at the log position `of`. `stands` is false once something changed."""

    of: Position
    approved_on: dt.date
    position: Position
    stands: bool


class MeetingsAnswer(Answer, frozen=True, kw_only=True):
    """Meetings, the newest first, and the criteria in the rulebook's order. `council` is the number of members.

    `convention` names the rule by which votes pass, `convention_text` is it in words.
    """

    school: SchoolCode
    cycle: CycleId
    council: int
    meetings: list[MeetingView]
    criteria: list[BallotLine]
    approval: ApprovalView | None = None
    convention: str
    convention_text: str


class ApproveReport(Call, frozen=True, kw_only=True):
    """The chair approves the report as it stands. Refused while a criterion is not passed, with the list of them."""

    school: SchoolCode
    cycle: CycleId


class Approved(Answer, frozen=True, kw_only=True):
    """A report was approved as it stood at the log position `position`: printed as known at it, it is what was approved."""

    position: Position


class CheckRequest(Call, frozen=True, kw_only=True):
    """Ask for everything that stands between a cycle and its submission."""

    school: SchoolCode
    cycle: CycleId


class CheckedGap(Answer, frozen=True, kw_only=True):
    """One thing that is lacking and answered by nobody. `link` is the page of the portal where it is mended.

    Without a criterion it is lacking of the report as a whole; level 0 and indicator '' are the whole criterion.
    """

    kind: GapKind
    criterion: CriterionCode
    level: int
    indicator: str
    text: str
    link: str


class CheckAnswer(Answer, frozen=True, kw_only=True):
    """Whether a cycle may be submitted, and each gap that is in the way.

    `notes` are no gaps: that no council was set up, and by how many days the submission would be late or was
    (`late_days`, of `last_day`, where the circular names a day).
    """

    ready: bool
    gaps: list[CheckedGap]
    notes: list[str] = []
    late_days: int = 0
    last_day: dt.date | None = None
    submitted_on: dt.date | None = None


class CopyCycle(Call, frozen=True, kw_only=True):
    """Open a cycle for a later year that begins with the texts and citations of `former`: all to be read again, no results.

    Where another rulebook is in force by then no text is taken: ask `CarriedEvidenceRequest` for its evidence.
    """

    school: SchoolCode
    former: CycleId
    year: str
    on: dt.date | None = None


class CarriedEvidenceRequest(Call, frozen=True, kw_only=True):
    """Ask which evidence of a cycle under another circular may be coded anew here; `former` '' is the newest such cycle."""

    school: SchoolCode
    cycle: CycleId
    former: CycleId = CycleId("")


class CarryCandidate(Answer, frozen=True, kw_only=True):
    """A criterion to which evidence might belong now: a suggestion that a person confirms by giving the code."""

    criterion: CriterionCode
    title: str


class CarriedEvidence(Answer, frozen=True, kw_only=True):
    """A document cited in the former cycle. `code` is its code there, `new_code` the one it has here, '' for none."""

    document: DocumentId
    title: str
    code: EvidenceCode
    criterion: CriterionCode
    candidates: list[CarryCandidate]
    new_code: EvidenceCode = EvidenceCode("")


class CarriedEvidenceAnswer(Answer, frozen=True, kw_only=True):
    """Evidence of a former cycle in the order of its criteria, with the criteria it might belong to now.

    `confidence` and `note` say how sure the table of candidates is; '' where there is no table or no such cycle.
    """

    school: SchoolCode
    cycle: CycleId
    former: CycleId = CycleId("")
    rulebook_before: str = ""
    rulebook: str = ""
    confidence: str = ""
    note: str = ""
    evidence: list[CarriedEvidence] = []


class PublishReport(Call, frozen=True, kw_only=True):
    """The head notes that the result of a submitted self-assessment was published, where, and with which file."""

    school: SchoolCode
    cycle: CycleId
    channels: list[str]
    on: dt.date | None = None
    document: DocumentId = DocumentId("")


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="hold_meeting",
        request=HoldMeeting,
        answer=MeetingHeld,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Ghi một cuộc họp Hội đồng: ngày, người có mặt, nội dung.",
        routes=(post("/schools/{school}/cycles/{cycle}/meetings"),),
        commands=("meeting hold",),
        follows=("evidence",),
    ),
    Operation(
        name="meetings",
        request=MeetingsRequest,
        answer=MeetingsAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Các cuộc họp Hội đồng của đợt, phiếu của từng tiêu chí, tiêu chí nào biểu quyết được.",
        routes=(get("/schools/{school}/cycles/{cycle}/meetings"),),
        commands=("meeting list",),
    ),
    Operation(
        name="vote",
        request=VoteOnCriterion,
        answer=VoteView,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Thư ký hoặc Chủ tịch Hội đồng ghi kết quả biểu quyết một tiêu chí đã soát.",
        routes=(post("/schools/{school}/cycles/{cycle}/criteria/{criterion}/votes"),),
        commands=("meeting vote",),
    ),
    Operation(
        name="approve_report",
        request=ApproveReport,
        answer=Approved,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Chủ tịch Hội đồng phê duyệt báo cáo như đang có trong nhật ký.",
        routes=(post("/schools/{school}/cycles/{cycle}/approval"),),
        commands=("cycle approve",),
    ),
    Operation(
        name="check_cycle",
        request=CheckRequest,
        answer=CheckAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Trước khi trình: còn thiếu gì, mỗi chỗ một liên kết.",
        routes=(get("/schools/{school}/cycles/{cycle}/check"),),
        commands=("cycle check",),
        follows=("inspection",),
    ),
    Operation(
        name="carried_evidence",
        request=CarriedEvidenceRequest,
        answer=CarriedEvidenceAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Minh chứng của đợt theo thông tư trước, kèm gợi ý tiêu chí mới; người xem quyết định.",
        routes=(get("/schools/{school}/cycles/{cycle}/evidence-candidates"),),
        commands=("cycle candidates",),
    ),
    Operation(
        name="publish_report",
        request=PublishReport,
        answer=Done,
        roles=HEADS,
        scope=Scope.SCHOOL,
        summary="Hiệu trưởng ghi việc công bố kết quả tự đánh giá sau khi trình.",
        routes=(post("/schools/{school}/cycles/{cycle}/publication"),),
        commands=("cycle publish",),
        follows=("evidence",),
    ),
)
"""What may be asked, by whom."""
