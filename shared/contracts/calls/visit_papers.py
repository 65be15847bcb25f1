"""Calls of the inspection service about papers of visits, registrations and decisions: which, and what one says."""

from __future__ import annotations

import datetime as dt

from shared.contracts.calls import Answer, Call, Nothing
from shared.contracts.calls.papers import ComposedPaper, PaperGround, PaperKindsAnswer
from shared.contracts.operations import READERS, Operation, Scope
from shared.vocabulary.ids import BEGINNING, CycleId, InspectionId, Position, SchoolCode
from shared.vocabulary.inspection import VisitPaperKind
from shared.vocabulary.self_assessment import PaperFormat


class VisitPaperQuestion(Call, frozen=True, kw_only=True):
    """Name a paper and a moment: `known_at` is a log position (0: now), `valid_at` a day (none: today).

    Without an `inspection` it is about the last visit that has such a paper; without a `cycle` about that of the visit.
    """

    school: SchoolCode
    kind: VisitPaperKind
    inspection: InspectionId = InspectionId("")
    cycle: CycleId = CycleId("")
    valid_at: dt.date | None = None
    known_at: Position = BEGINNING


class VisitPaperMoment(Answer, frozen=True, kw_only=True):
    """What a paper is about, and the last day and position that it rests on.

    `known_until` is when the next event about it was recorded, null while there is none: what other services knew before
    then belongs on the paper.
    """

    inspection: InspectionId
    cycle: CycleId
    valid_at: dt.date
    known_at: Position
    known_until: dt.datetime | None = None


class ComposeVisitPaper(VisitPaperQuestion, frozen=True, kw_only=True):
    """Ask what a paper says at a moment, on what the assessment service told for it."""

    ground: PaperGround


class VisitPapersRequest(Call, frozen=True, kw_only=True):
    """Ask which papers can be printed now about a visit; without one: about the school's registration and decisions."""

    school: SchoolCode
    inspection: InspectionId = InspectionId("")
    ground: PaperGround


class VisitPaperView(Answer, frozen=True, kw_only=True):
    """A paper that can be printed, as a draft or not; or `because` says what is to be done first."""

    kind: VisitPaperKind
    title: str
    formats: list[PaperFormat]
    draft: bool = False
    because: str = ""


class VisitPapersAnswer(Answer, frozen=True, kw_only=True):
    """Papers in the order of the way, those alone that the caller may print."""

    papers: list[VisitPaperView]


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="visit_paper_kinds",
        request=Nothing,
        answer=PaperKindsAnswer,
        roles=READERS,
        scope=Scope.NARROWED,
        summary="Các loại giấy của đoàn, của hồ sơ đăng ký và của quyết định in được.",
    ),
    Operation(
        name="visit_papers",
        request=VisitPapersRequest,
        answer=VisitPapersAnswer,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Giấy nào của một đợt hay của hồ sơ in được lúc này, giấy nào còn chờ việc gì.",
        timeout_s=30,
    ),
    Operation(
        name="visit_paper_moment",
        request=VisitPaperQuestion,
        answer=VisitPaperMoment,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Một giấy của đoàn hay của hồ sơ nói về đợt nào, theo nhật ký đến đâu.",
    ),
    Operation(
        name="compose_visit_paper",
        request=ComposeVisitPaper,
        answer=ComposedPaper,
        roles=READERS,
        scope=Scope.SCHOOL,
        summary="Nội dung một giấy của đoàn hay của hồ sơ ở một thời điểm, chưa điền tên người.",
        timeout_s=30,
    ),
)
"""What may be asked, by whom."""
