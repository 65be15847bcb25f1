"""Use cases about papers of visits and registrations: which there are, what one is about, what it says at a moment."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from services.inspection import views
from services.inspection.errors import VisitNotConcluded
from services.inspection.papers.catalogue import VISIT_PAPERS, VisitPaperType
from services.inspection.papers.material import ProgrammeLine, VisitMaterial, usual_kind
from services.inspection.settings import InspectionSettings
from services.inspection.teams import reads_drafts
from services.inspection.use_cases.paper_sources import full_view, recommendations_to, registered_cycle, registration_of
from services.inspection.use_cases.past import PaperMoment, PastVisits, SchoolsHistory
from services.inspection.use_cases.texts import no_inspection, visit_stream
from services.inspection.use_cases.visits import VisitRepository
from shared.clock import today
from shared.contracts.calls.inspection import InspectionView
from shared.contracts.calls.papers import ComposedPaper, DecisionTaken, PaperKindsAnswer, PaperKindView
from shared.contracts.calls.visit_papers import (
    ComposeVisitPaper,
    VisitPaperMoment,
    VisitPaperQuestion,
    VisitPapersAnswer,
    VisitPapersRequest,
    VisitPaperView,
)
from shared.contracts.problems import NotYetKnown, PaperSubjectMissing
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.papers.model import Paper, Table
from shared.problems import NotAllowed
from shared.rulebook import Rulebook
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import BEGINNING, CycleId, InspectionId, SchoolCode, TreeSize
from shared.vocabulary.inspection import VisitPaperKind
from shared.vocabulary.self_assessment import PaperFormat

_SHORT_ROOT = 8
"""Hexadecimal digits of the Merkle root that a paper's foot shows: enough to look the checkpoint up, no proof by itself."""


class VisitPapers:
    """Composes papers. It records nothing: printing a paper moves no position of the log that it is printed from."""

    def __init__(self, visits: VisitRepository, settings: InspectionSettings) -> None:
        self._visits = visits
        self._settings = settings

    def visit_paper_kinds(self) -> PaperKindsAnswer:
        """Return every kind of paper; each is a form of our own, so every rulebook has it."""
        regimes = [rulebook.id for rulebook in self._visits.library]
        return PaperKindsAnswer(
            kinds=[
                PaperKindView(
                    kind=paper.kind.value, title=paper.title, regimes=regimes, formats=list(paper.formats), own_form=True
                )
                for paper in VISIT_PAPERS.values()
            ]
        )

    def visit_paper_moment(self, acting: CallContext, request: VisitPaperQuestion) -> VisitPaperMoment:
        """Return what a paper is about and the moment that it tells of.

        Raises NoSuchInspection, NotYetKnown, PaperSubjectMissing, NotAllowed, VisitNotConcluded.
        """
        history, moment, until = self._moment(acting, request)
        with history.at(moment) as past:
            visit, cycle = self._subject(acting, request, past)
        return VisitPaperMoment(
            inspection=visit.inspection if visit else InspectionId(""),
            cycle=cycle,
            valid_at=moment.valid_at,
            known_at=moment.known_at,
            known_until=until,
        )

    def compose_visit_paper(self, acting: CallContext, request: ComposeVisitPaper) -> ComposedPaper:
        """Return what a paper says at a moment. Raises as `visit_paper_moment`."""
        history, moment, until = self._moment(acting, request)
        with history.at(moment) as past:
            composed, cycle = self._composed(acting, request, past, moment, history)
        return ComposedPaper(
            paper=composed, cycle=cycle, formats=_formats(VISIT_PAPERS[request.kind], composed), known_until=until
        )

    def visit_papers(self, acting: CallContext, request: VisitPapersRequest) -> VisitPapersAnswer:
        """Return the papers about a visit, or about the registration, that the caller may print. Raises NoSuchInspection."""
        history = SchoolsHistory(self._visits, [request.school])
        moment, _ = history.last(PaperMoment(today(self._visits.clock), self._visits.log.head()))
        with history.at(moment) as past:
            layer = full_view(past, visit_stream(request.inspection)).layer if request.inspection else None
            wanted = [paper for paper in VISIT_PAPERS.values() if _is_offered(paper, layer)]
            found = [self._offered(acting, request, paper, past, moment, history) for paper in wanted]
        return VisitPapersAnswer(papers=[view for view in found if view is not None])

    def _offered(
        self,
        acting: CallContext,
        request: VisitPapersRequest,
        paper: VisitPaperType,
        past: PastVisits,
        moment: PaperMoment,
        history: SchoolsHistory,
    ) -> VisitPaperView | None:
        wanted = ComposeVisitPaper(
            school=request.school, kind=paper.kind, inspection=request.inspection, ground=request.ground
        )
        view = VisitPaperView(kind=paper.kind, title=paper.title, formats=list(paper.formats))
        try:
            composed, _ = self._composed(acting, wanted, past, moment, history)
        except NotAllowed:
            return None
        except (PaperSubjectMissing, VisitNotConcluded) as lacking:
            return msgspec.structs.replace(view, because=lacking.detail)
        return msgspec.structs.replace(view, draft=composed.draft, formats=_formats(paper, composed))

    def _composed(
        self,
        acting: CallContext,
        request: ComposeVisitPaper,
        past: PastVisits,
        moment: PaperMoment,
        history: SchoolsHistory,
    ) -> tuple[Paper, CycleId]:
        visit, cycle = self._subject(acting, request, past)
        material = VisitMaterial(
            kind=request.kind,
            ground=request.ground,
            rulebook=self._visits.library.by_digest(request.ground.digest),
            valid_at=moment.valid_at,
            known_at=moment.known_at,
            recorded_at=history.recorded_at(moment.known_at),
            checkpoint=self._visits.log.root(TreeSize(moment.known_at)).hex()[:_SHORT_ROOT],
            visit=visit,
            recommendations=tuple(recommendations_to(acting, past, request.school)),
            registration=registration_of(past, self._settings, request.school, cycle),
            programme=_programme(past, request, moment.valid_at) if _is_programme(request) else (),
            deciding=self._deciding(request.ground.decision),
        )
        return VISIT_PAPERS[request.kind].compose(material), cycle

    def _deciding(self, decision: DecisionTaken | None) -> Rulebook | None:
        return self._visits.library.by_digest(decision.digest) if decision and decision.digest else None

    # --- the moment and the subject

    def _moment(
        self, acting: CallContext, request: VisitPaperQuestion
    ) -> tuple[SchoolsHistory, PaperMoment, dt.datetime | None]:
        asked = self._asked(request)
        schools = self._commune_of(acting, request.school) if _is_programme(request) else [request.school]
        history = SchoolsHistory(self._visits, schools)
        moment, until = history.last(asked)
        # What depends on the day of the question, such as what is overdue, tells of that day.
        return history, msgspec.structs.replace(moment, valid_at=asked.valid_at) if _by_day(request) else moment, until

    def _asked(self, request: VisitPaperQuestion) -> PaperMoment:
        head = self._visits.log.head()
        if not BEGINNING <= request.known_at <= head:
            raise NotYetKnown(
                f"Nhật ký mới đến số {head}, chưa có số {request.known_at}. Chọn số từ 1 đến {head}.", head=head
            )
        return PaperMoment(request.valid_at or today(self._visits.clock), request.known_at or head)

    def _commune_of(self, acting: CallContext, school: SchoolCode) -> Sequence[SchoolCode]:
        """Return the schools of the commune that a school is in; raises NotAllowed for who does not reach them all."""
        with self._visits.views.reading() as conn:
            commune = views.commune_of(conn, school)
            schools = views.schools_of(conn, commune) if commune else [school]
        if not all(reaches_school(acting, "inspection.visits", one) for one in schools):
            raise NotAllowed(
                "Lịch kiểm tra của cả xã do cán bộ của xã hoặc của Sở in. Nêu một đợt để in kế hoạch của đợt ấy."
            )
        return schools

    def _subject(
        self, acting: CallContext, request: VisitPaperQuestion, past: PastVisits
    ) -> tuple[InspectionView | None, CycleId]:
        paper = VISIT_PAPERS[request.kind]
        visit = None if _is_programme(request) else _visit_of(paper, request, past)
        if not reads_drafts(acting, request.school):
            _require_open_to_school(paper, visit)
        return visit, request.cycle or (visit.cycle if visit else registered_cycle(past, request.school))


def _visit_of(paper: VisitPaperType, request: VisitPaperQuestion, past: PastVisits) -> InspectionView | None:
    """Return the visit that a paper is about: the named one, else the last concluded one, else the last; None for none.

    A letter that is not about a visit tells of a concluded one only.
    """
    if request.inspection:
        named = full_view(past, visit_stream(request.inspection))
        if named.school != request.school:
            raise no_inspection(request.inspection)
        if named.layer in paper.layers:
            return named
        if paper.about_visit:
            of = "xã" if paper.layers == (Layer.COMMUNE,) else "Sở"
            raise PaperSubjectMissing(f"“{paper.title}” là giấy của đợt do {of} lập. Chọn đợt của {of}, rồi in.")
    if not paper.layers or (paper.of_all and not request.inspection):
        return None
    with past.views.reading() as conn:
        ids = views.inspections(conn, request.school)
    found = [full_view(past, uuid.UUID(one)) for one in ids]
    fitting = [one for one in found if one.layer in paper.layers]
    concluded = [one for one in fitting if one.concluded]
    if paper.about_visit:
        concluded = concluded or fitting
    return max(concluded, key=lambda one: (one.concluded_on or one.on, one.position), default=None)


def _formats(paper: VisitPaperType, composed: Paper) -> list[PaperFormat]:
    """Return in which formats a paper is printed: as a sheet where one of its tables is one."""
    has_sheet = any(isinstance(block, Table) and block.sheet for block in composed.blocks)
    return [one for one in paper.formats if one is not PaperFormat.SHEET or has_sheet]


def _is_offered(paper: VisitPaperType, layer: Layer | None) -> bool:
    """Say whether a paper belongs to a visit of a layer, or where none is named to the registration."""
    return layer in paper.layers if layer else not paper.about_visit


def _require_open_to_school(paper: VisitPaperType, visit: InspectionView | None) -> None:
    if paper.internal:
        raise NotAllowed(f"“{paper.title}” là giấy của đoàn và của cơ quan. Nhà trường nhận bản đã ký.")
    if paper.tells_findings and visit is not None and not visit.concluded:
        raise VisitNotConcluded("Đoàn chưa kết luận, kết quả còn là dự thảo. Chưa in gì. Chờ kết luận rồi in.")


def _is_programme(request: VisitPaperQuestion) -> bool:
    return request.kind is VisitPaperKind.VISIT_PLAN and not request.inspection


def _by_day(request: VisitPaperQuestion) -> bool:
    return VISIT_PAPERS[request.kind].by_day or _is_programme(request)


def _programme(past: PastVisits, request: ComposeVisitPaper, day: dt.date) -> tuple[ProgrammeLine, ...]:
    """Return the commune's visits of the calendar year of a day. Raises PaperSubjectMissing when none is planned."""
    with past.views.reading() as conn:
        rows = views.visits(conn, layer=Layer.COMMUNE.value)
    found = [full_view(past, uuid.UUID(row.inspection)) for row in rows if row.planned_on.year == day.year]
    if not found:
        raise PaperSubjectMissing(f"Năm {day.year} xã chưa lập đợt kiểm tra nào. Lập chương trình kiểm tra trước, rồi in.")
    names = request.ground.commune_schools
    return tuple(
        ProgrammeLine(
            school_name=names.get(one.school, one.school),
            on=one.on,
            title=one.title,
            kind=one.kind or usual_kind(one.layer),
            sites=tuple(one.sites),
            held=one.concluded,
        )
        for one in found
    )
