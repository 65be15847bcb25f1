"""Calls of the assessment service about papers of a self-assessment: which, where each stands, what it says."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec

from shared.contracts.calls import Answer, Call, Nothing
from shared.contracts.operations import READERS, Operation, Scope, get
from shared.papers.model import Paper
from shared.vocabulary.ids import (
    BEGINNING,
    CommuneCode,
    CriterionCode,
    CycleId,
    DocumentId,
    EvidenceCode,
    MeetingId,
    Position,
    SchoolCode,
    Sha256,
)
from shared.vocabulary.inspection import DecisionOutcome, VisitPaperKind
from shared.vocabulary.self_assessment import OwedPaperState, PaperFormat, PaperKind

PaperKindName = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [*PaperKind, *VisitPaperKind]})]
"""A kind of paper, whichever service composes it."""


class PaperKindView(Answer, frozen=True, kw_only=True):
    """A kind of paper. `regimes` are the rulebooks whose forms have it; `own_form`: the form is ours, for every regime."""

    kind: PaperKindName
    title: str
    regimes: list[str]
    formats: list[PaperFormat]
    own_form: bool = False


class PaperKindsAnswer(Answer, frozen=True, kw_only=True):
    """The kinds of papers, in the order of a year's work."""

    kinds: list[PaperKindView]


class PapersRequest(Call, frozen=True, kw_only=True):
    """List the papers that a school owes in a cycle, the newest by default."""

    school: SchoolCode
    cycle: CycleId = CycleId("")


class PaperView(Answer, frozen=True, kw_only=True):
    """A paper of a cycle. `subject` is the cycle, a criterion of it ("2026-2027/1.3") or a meeting; `criterion`, `meeting`

    take it apart. `due` is null where no day is set, `because` says whence the day comes. `document` is the kept signed or
    uploaded paper, '' for none.
    """

    kind: PaperKind
    title: str
    subject: str
    state: OwedPaperState
    due: dt.date | None = None
    because: str = ""
    document: DocumentId = DocumentId("")
    criterion: CriterionCode = CriterionCode("")
    meeting: MeetingId = MeetingId("")
    gaps: int = 0


class UnprintedForm(Answer, frozen=True, kw_only=True):
    """A kind of paper that is not printed under the rulebook of the cycle, and why."""

    kind: PaperKind
    title: str
    because: str


class PapersAnswer(Answer, frozen=True, kw_only=True):
    """The papers of a cycle, the overdue first, and the kinds that its rulebook has no form for."""

    cycle: CycleId
    papers: list[PaperView]
    unprinted: list[UnprintedForm]


class ComposePaper(Call, frozen=True, kw_only=True):
    """Ask what a paper says at a moment: `known_at` is a log position (0: now), `valid_at` a day (none: today)."""

    school: SchoolCode
    kind: PaperKind
    cycle: CycleId = CycleId("")
    criterion: CriterionCode = CriterionCode("")
    meeting: MeetingId = MeetingId("")
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class ComposedPaper(Answer, frozen=True, kw_only=True):
    """A paper with people and documents named by id; the gaps are counted where it is printed, when names are known.

    `known_until` is when the next event of the school was recorded, null while there is none: what the archive knew of a
    document before then belongs on the paper.
    """

    paper: Paper
    cycle: CycleId
    formats: list[PaperFormat]
    known_until: dt.datetime | None = None


class GroundRequest(Call, frozen=True, kw_only=True):
    """Ask what papers of other services rest on: a cycle, the newest by default, valid at a day, known at a time (now)."""

    school: SchoolCode
    cycle: CycleId = CycleId("")
    valid_at: dt.date | None = None
    known_at_time: dt.datetime | None = None


class DecisionTaken(Answer, frozen=True, kw_only=True):
    """The newest decision about a school. `expires_on` and degrees are those of a recognition.

    `digest` is that of the rulebook it was decided under, `decided_by` so or ubnd_tinh; '' where its rulebook alone says it.
    """

    outcome: DecisionOutcome
    number: str
    taken_on: dt.date
    degree: int = 0
    certificate_degree: int = 0
    expires_on: dt.date | None = None
    reason: str = ""
    digest: Sha256 = Sha256("")
    decided_by: str = ""


class PaperGround(Answer, frozen=True, kw_only=True):
    """What papers of other services rest on. `superior` is the body above the school, `place` the commune without its kind.

    `levels` are those that the school found in the cycle, null while not concluded; `codes` the evidence codes of its
    documents under the rulebook. Without any cycle `cycle` is '' and the rulebook is the one in force. `commune_schools` are
    the names of the schools of its commune, as they are called now.
    """

    school: SchoolCode
    school_name: str
    commune: CommuneCode
    commune_name: str
    superior: str
    place: str
    digest: Sha256
    cycle: CycleId = CycleId("")
    year: str = ""
    submitted_on: dt.date | None = None
    levels: dict[CriterionCode, int | None] = {}
    school_level: int | None = None
    codes: dict[DocumentId, EvidenceCode] = {}
    decision: DecisionTaken | None = None
    commune_schools: dict[SchoolCode, str] = {}


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="paper_kinds",
        request=Nothing,
        answer=PaperKindsAnswer,
        roles=READERS,
        scope=Scope.NARROWED,
        summary="Các loại giấy tờ in được, theo bộ tiêu chí.",
        routes=(get("/papers/kinds"),),
        commands=("paper kinds",),
    ),
    Operation(
        name="papers",
        request=PapersRequest,
        answer=PapersAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Giấy tờ của một đợt tự đánh giá: có, nháp, thiếu, quá hạn.",
        routes=(get("/schools/{school}/papers"),),
        commands=("paper list",),
    ),
    Operation(
        name="compose_paper",
        request=ComposePaper,
        answer=ComposedPaper,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Nội dung một giấy ở một thời điểm, chưa điền tên người.",
        routes=(get("/schools/{school}/papers/{kind}/content"),),
        commands=("paper print",),
        timeout_s=30,
    ),
    Operation(
        name="paper_ground",
        request=GroundRequest,
        answer=PaperGround,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Điều giấy tờ của đoàn và của Sở dựa vào: tên trường, mức tự đánh giá, mã minh chứng, quyết định mới nhất.",
        timeout_s=30,
    ),
)
"""What may be asked, by whom."""
