"""Calls of the assessment service about writing a self-assessment: texts with codes, review, comments.

What is written on belongs to the assigned writer and group; a criterion assigned to nobody may be written by every member
of the council. While a cycle has no council, whoever has a role of the council may.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from shared.contracts.calls import Answer, Call, Done
from shared.contracts.operations import CLERKS_AND_COUNCIL, COUNCIL, READERS, Operation, Scope, get, post, put
from shared.vocabulary.ids import (
    BEGINNING,
    CommentId,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceCode,
    GroupId,
    MeetingId,
    PersonId,
    Position,
    SchoolCode,
)
from shared.vocabulary.roles import Role
from shared.vocabulary.self_assessment import CodeStanding, CriterionStep, WritingState

# --- texts


class WriteStatus(Call, frozen=True, kw_only=True):
    """Write how things stand (mô tả hiện trạng) at a level of a criterion; the text replaces what stands there.

    A blank line begins a paragraph. Each sentence carries the evidence codes that stand in it, as the circular writes them.
    `expected` is the position of the text the person saw (0: none); None: do not check. Where somebody wrote meanwhile, both
    texts are kept if they change different sentences; else both are answered (409).
    """

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int
    text: str
    expected: Position | None = None


class CodeInText(Answer, frozen=True, kw_only=True):
    """An evidence code that stands in a sentence; `document` and `title` are '' for one that was never issued."""

    code: EvidenceCode
    standing: CodeStanding
    document: DocumentId = DocumentId("")
    title: str = ""


class SentenceView(Answer, frozen=True, kw_only=True):
    """A sentence as it was typed, its codes in brackets. `number` counts from 1 within the level."""

    number: int
    text: str
    codes: list[CodeInText] = []
    starts_paragraph: bool = False


class DanglingCode(Answer, frozen=True, kw_only=True):
    """A code in a text that leads to no evidence of the criterion: never issued, or issued and not cited there."""

    level: int
    sentence: int
    code: EvidenceCode
    standing: CodeStanding


class WrittenStatus(Answer, frozen=True, kw_only=True):
    """The text that stands now. `unanchored` are the numbers of the sentences without any code.

    `merged`: another person's change of other sentences is in it beside the caller's.
    """

    position: Position
    criterion: CriterionCode
    level: int
    text: str
    sentences: list[SentenceView]
    unanchored: list[int] = []
    dangling: list[DanglingCode] = []
    merged: bool = False


class DescribeStandard(Call, frozen=True, kw_only=True):
    """Write strengths, limits and outlook of a standard (TT57/2026 Phụ lục V, Biểu 1 II); `standard` is its number.

    Where the circular has them at each criterion instead (2018), this is refused. `expected` as in `WriteStatus`.
    """

    school: SchoolCode
    cycle: CycleId
    standard: str
    strengths: str = ""
    limits: str = ""
    causes: str = ""
    trend: str = ""
    priorities: str = ""
    expected: Position | None = None


class WriteSection(Call, frozen=True, kw_only=True):
    """Write a part of the report that belongs to no criterion, by its key in `WorkBoard.sections`."""

    school: SchoolCode
    cycle: CycleId
    section: str
    text: str
    expected: Position | None = None


class KeepCopied(Call, frozen=True, kw_only=True):
    """Say that a text taken from a former cycle was read and stays as it is; level 0 is strengths and weaknesses."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    level: int


# --- from the writer to the reviewer


class HandIn(Call, frozen=True, kw_only=True):
    """Hand a criterion in for review. Refused while nothing is written, while a code dangles, while a copy is unread."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode


class TakeBack(Call, frozen=True, kw_only=True):
    """Take back a criterion that was handed in and not reviewed yet, to write on."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode


class ReviewCriterion(Call, frozen=True, kw_only=True):
    """Find a criterion that was handed in ready for the council. Nobody reviews what he wrote or handed in."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode


class RequestChanges(Call, frozen=True, kw_only=True):
    """Want a criterion changed, by `due` where a day is given."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    text: str
    due: dt.date | None = None


# --- comments


class CommentPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a comment is on: the criterion, a level, one of its sentences (from 1), or a box on a page of a document.

    `box` is left, top, right, bottom as shares (0–1) of the page.
    """

    level: int = 0
    sentence: int = 0
    document: DocumentId = DocumentId("")
    page: int = 0
    box: tuple[float, float, float, float] | None = None


class AddComment(Call, frozen=True, kw_only=True):
    """Comment on a criterion; `answers` is the comment that it replies to."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    text: str
    place: CommentPlace = CommentPlace()
    answers: CommentId = CommentId("")


class CommentMade(Answer, frozen=True, kw_only=True):
    """A comment was kept."""

    comment: CommentId
    position: Position


class ResolveComment(Call, frozen=True, kw_only=True):
    """Mark a comment done, or take it up again (`resolved` false)."""

    school: SchoolCode
    cycle: CycleId
    comment: CommentId
    resolved: bool = True


class CommentsRequest(Call, frozen=True, kw_only=True):
    """Ask for the comments of a cycle, of one criterion if named; `open_only` leaves out what is done."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode = CriterionCode("")
    open_only: bool = False


class CommentView(Answer, frozen=True, kw_only=True):
    """A comment: who (an account), when, on what. `resolved_by` is '' while it is open."""

    comment: CommentId
    criterion: CriterionCode
    place: CommentPlace
    text: str
    by: str
    at: dt.datetime
    position: Position
    answers: CommentId = CommentId("")
    resolved: bool = False
    resolved_by: str = ""


class CommentsAnswer(Answer, frozen=True, kw_only=True):
    """Comments in the order in which they were made."""

    comments: list[CommentView]


# --- how far the work is


class CriterionWorkRequest(Call, frozen=True, kw_only=True):
    """Ask how far the school is with a criterion, at a past moment if wanted."""

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class AssignedTo(Answer, frozen=True, kw_only=True):
    """Whom a criterion is assigned to, by ids; everything '' where it is assigned to nobody."""

    group: GroupId = GroupId("")
    group_name: str = ""
    writer: PersonId = PersonId("")
    reviewer: PersonId = PersonId("")
    due: dt.date | None = None


class WrittenLevel(Answer, frozen=True, kw_only=True):
    """What is written at a level, by whom (an account) and when; `position` is what `expected` of the next text names."""

    level: int
    state: WritingState
    text: str = ""
    position: Position = BEGINNING
    by: str = ""
    at: dt.datetime | None = None
    sentences: list[SentenceView] = []
    unanchored: list[int] = []


class ChangeRequest(Answer, frozen=True, kw_only=True):
    """The changes that somebody (an account) wants."""

    text: str
    by: str
    at: dt.datetime
    position: Position
    due: dt.date | None = None


class CriterionVote(Answer, frozen=True, kw_only=True):
    """The council's last vote on a criterion, as it stood at the log position `of`; opinions without names."""

    meeting: MeetingId
    votes_for: int
    votes_against: int
    abstentions: int
    passed: bool
    of: Position
    position: Position
    opinions: list[str] = []


class CriterionWorkView(Answer, frozen=True, kw_only=True):
    """How far the school is with a criterion: everything that a page about writing it shows.

    `step` was reached at `since`, through `by` (an account); `fell_from` is the step that a later change took it back from.
    `description` is the state of strengths and weaknesses, `unread` the levels whose copied text nobody read yet (0: those).
    `may` is what the caller may do now: write, keep, hand_in, take_back, review, request_changes, comment. An external
    evaluator is told the texts and the vote, not what was said on the way there (`request`, `comments`).
    """

    school: SchoolCode
    cycle: CycleId
    criterion: CriterionCode
    title: str
    step: CriterionStep
    by: str = ""
    since: dt.datetime | None = None
    position: Position = BEGINNING
    fell_from: CriterionStep | None = None
    changed: Position = BEGINNING
    changed_by: str = ""
    assigned: AssignedTo = AssignedTo()
    levels: list[WrittenLevel] = []
    description: WritingState
    unread: list[int] = []
    dangling: list[DanglingCode] = []
    request: ChangeRequest | None = None
    comments: list[CommentView] = []
    vote: CriterionVote | None = None
    may: list[str] = []
    known_at: Position = BEGINNING


class WorkBoardRequest(Call, frozen=True, kw_only=True):
    """Ask how far the school is with each criterion of a cycle, at a past moment if wanted."""

    school: SchoolCode
    cycle: CycleId
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class CriterionProgress(Answer, frozen=True, kw_only=True):
    """One line of the board: the step, whom it waits for, what is still loose in its texts, and the weaknesses written."""

    criterion: CriterionCode
    title: str
    standard: int
    step: CriterionStep
    assigned: AssignedTo = AssignedTo()
    overdue: bool = False
    since: dt.datetime | None = None
    fell_from: CriterionStep | None = None
    last_change: dt.datetime | None = None
    last_change_by: str = ""
    sentences: int = 0
    unanchored: int = 0
    dangling: int = 0
    unread: int = 0
    open_comments: int = 0
    weaknesses: str = ""


class DescribedStandard(Answer, frozen=True, kw_only=True):
    """What is written of a standard; `asked`: whether the circular wants that at the standard."""

    standard: str
    title: str
    asked: bool
    strengths: str = ""
    limits: str = ""
    causes: str = ""
    trend: str = ""
    priorities: str = ""
    position: Position = BEGINNING
    by: str = ""


class SectionText(Answer, frozen=True, kw_only=True):
    """A part of the report that belongs to no criterion, by its key and heading in the circular's form."""

    section: str
    title: str
    text: str = ""
    position: Position = BEGINNING
    by: str = ""


class WorkBoard(Answer, frozen=True, kw_only=True):
    """How far the school is with its self-assessment, criterion by criterion in the rulebook's order."""

    school: SchoolCode
    cycle: CycleId
    rulebook: str
    criteria: list[CriterionProgress]
    standards: list[DescribedStandard]
    sections: list[SectionText]
    known_at: Position = BEGINNING


READERS_OF_DRAFTS = READERS - {Role.EXTERNAL_EVALUATOR}
"""What a council says among itself is no part of what it submits, which is all that evaluators read (TT17–19/2018 Đ28)."""

_CYCLE = "/schools/{school}/cycles/{cycle}"
_CRITERION = f"{_CYCLE}/criteria/{{criterion}}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="write_status",
        request=WriteStatus,
        answer=WrittenStatus,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Viết hiện trạng một mức của tiêu chí, mã minh chứng nằm trong từng câu.",
        routes=(put(f"{_CRITERION}/texts"),),
        commands=("criterion write",),
    ),
    Operation(
        name="keep_copied",
        request=KeepCopied,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Giữ nguyên phần chép từ đợt trước, sau khi xem lại.",
        routes=(post(f"{_CRITERION}/keep"),),
        commands=("criterion keep",),
    ),
    Operation(
        name="hand_in",
        request=HandIn,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Nộp tiêu chí để soát.",
        routes=(post(f"{_CRITERION}/hand-in"),),
        commands=("criterion hand-in",),
    ),
    Operation(
        name="take_back",
        request=TakeBack,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Lấy lại tiêu chí đã nộp mà chưa soát, để viết tiếp.",
        routes=(post(f"{_CRITERION}/take-back"),),
        commands=("criterion take-back",),
    ),
    Operation(
        name="review_criterion",
        request=ReviewCriterion,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Soát xong một tiêu chí; người viết không tự soát.",
        routes=(post(f"{_CRITERION}/review"),),
        commands=("criterion review",),
    ),
    Operation(
        name="request_changes",
        request=RequestChanges,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Yêu cầu sửa một tiêu chí, có hạn.",
        routes=(post(f"{_CRITERION}/change-requests"),),
        commands=("criterion request-changes",),
    ),
    Operation(
        name="criterion_work",
        request=CriterionWorkRequest,
        answer=CriterionWorkView,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Việc viết một tiêu chí: bước, người, câu và mã, yêu cầu sửa, góp ý, biểu quyết.",
        routes=(get(f"{_CRITERION}/work"),),
        commands=("criterion work",),
    ),
    Operation(
        name="work_board",
        request=WorkBoardRequest,
        answer=WorkBoard,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Tiến độ viết của cả đợt: mỗi tiêu chí một dòng, cùng phần chung của báo cáo.",
        routes=(get(f"{_CYCLE}/work"),),
        commands=("work board",),
    ),
    Operation(
        name="describe_standard",
        request=DescribeStandard,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Viết điểm mạnh, hạn chế, nguyên nhân, định hướng của một tiêu chuẩn.",
        routes=(put(f"{_CYCLE}/standards/{{standard}}"),),
        commands=("standard describe",),
    ),
    Operation(
        name="write_section",
        request=WriteSection,
        answer=Done,
        roles=COUNCIL,
        scope=Scope.SCHOOL,
        summary="Viết một phần chung của báo cáo tự đánh giá.",
        routes=(put(f"{_CYCLE}/sections/{{section}}"),),
        commands=("section write",),
    ),
    Operation(
        name="add_comment",
        request=AddComment,
        answer=CommentMade,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Góp ý ở tiêu chí, ở câu, hoặc ở một chỗ trên trang tài liệu.",
        routes=(post(f"{_CRITERION}/comments"),),
        commands=("comment add",),
        follows=("evidence",),
    ),
    Operation(
        name="resolve_comment",
        request=ResolveComment,
        answer=Done,
        roles=CLERKS_AND_COUNCIL,
        scope=Scope.SCHOOL,
        summary="Đánh dấu góp ý đã xử lý, hoặc mở lại.",
        routes=(put(f"{_CYCLE}/comments/{{comment}}"),),
        commands=("comment resolve",),
    ),
    Operation(
        name="comments",
        request=CommentsRequest,
        answer=CommentsAnswer,
        roles=READERS_OF_DRAFTS,
        scope=Scope.SCHOOL,
        summary="Góp ý của một đợt, hoặc của một tiêu chí.",
        routes=(get(f"{_CYCLE}/comments"),),
        commands=("comment list",),
    ),
)
"""What may be asked, by whom."""
