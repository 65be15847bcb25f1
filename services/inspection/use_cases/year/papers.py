"""Use cases about the papers of a commune's year: which there are, what one says at a moment."""

from __future__ import annotations

from collections.abc import Mapping

from services.inspection import views
from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.use_cases.past import PaperMoment, PastHistory
from services.inspection.use_cases.year import (
    difficulties_papers,
    needs_papers,
    plan_papers,
    reports_papers,
    targets_papers,
    tasks_papers,
    training_papers,
)
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year.commune_streams import streams_of_commune
from shared.contracts.calls.papers import ComposedPaper, PaperKindsAnswer, PaperKindView
from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.problems import NotYetKnown
from shared.papers.model import Paper, Table
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.ids import BEGINNING, CommuneCode, CycleId, TreeSize
from shared.vocabulary.self_assessment import PaperFormat

_SHORT_ROOT = 8

YEAR_PAPERS: Mapping[YearPaperKind, YearPaperType] = {
    paper.kind: paper
    for paper in (
        *plan_papers.PAPERS,
        *targets_papers.PAPERS,
        *tasks_papers.PAPERS,
        *training_papers.PAPERS,
        *difficulties_papers.PAPERS,
        *needs_papers.PAPERS,
        *reports_papers.PAPERS,
    )
}
"""The papers of a year; the order of `YearPaperKind` is that of the year."""


class YearPapers:
    """Composes papers. It records nothing: printing a paper moves no position of the log that it is printed from."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def year_paper_kinds(self) -> PaperKindsAnswer:
        """Return every kind of paper; each is a form of our own, so every rulebook has it."""
        regimes = [rulebook.id for rulebook in self._year.library]
        return PaperKindsAnswer(
            kinds=[
                PaperKindView(
                    kind=paper.kind.value, title=paper.title, regimes=regimes, formats=list(paper.formats), own_form=True
                )
                for paper in (YEAR_PAPERS[kind] for kind in YearPaperKind if kind in YEAR_PAPERS)
            ]
        )

    def compose_year_paper(self, request: ComposeYearPaper) -> ComposedPaper:
        """Return what a paper says at a moment. Raises YearRefused, NotYetKnown, PaperSubjectMissing."""
        self._year.require_year(request.year)
        paper = YEAR_PAPERS[request.kind]
        history = self._history(request.commune)
        asked = self._asked(request)
        moment, until = history.last(asked)
        told = asked.valid_at if paper.by_day else moment.valid_at
        with history.at(moment) as past:
            material = YearMaterial(
                kind=request.kind,
                commune=request.commune,
                commune_name=self._year.commune_name(request.commune),
                year=request.year,
                subject=request.subject,
                valid_at=told,
                known_at=moment.known_at,
                recorded_at=history.recorded_at(moment.known_at),
                checkpoint=self._year.log.root(TreeSize(moment.known_at)).hex()[:_SHORT_ROOT],
            )
            composed = paper.compose(YearRepository(past, known=self._year.known), material)
        return ComposedPaper(paper=composed, cycle=CycleId(""), formats=_formats(paper, composed), known_until=until)

    def _history(self, commune: CommuneCode) -> PastHistory:
        with self._year.views.reading() as conn:
            streams = [
                *streams_of_commune(conn, commune),
                *views.streams_of(conn, views.schools_of(conn, commune)),
            ]
        return PastHistory(self._year.visits, streams)

    def _asked(self, request: ComposeYearPaper) -> PaperMoment:
        head = self._year.log.head()
        if not BEGINNING <= request.known_at <= head:
            raise NotYetKnown(
                f"Nhật ký mới đến số {head}, chưa có số {request.known_at}. Chọn số từ 1 đến {head}.", head=head
            )
        return PaperMoment(request.valid_at or self._year.today, request.known_at or head)


def _formats(paper: YearPaperType, composed: Paper) -> list[PaperFormat]:
    """Return in which formats a paper is printed: as a sheet where one of its tables is one."""
    has_sheet = any(isinstance(block, Table) and block.sheet for block in composed.blocks)
    return [one for one in paper.formats if one is not PaperFormat.SHEET or has_sheet]
