"""Use cases about the papers of a commune's year: which there are, what one says at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.use_cases.year import (
    difficulties_papers,
    needs_papers,
    plan_papers,
    reports_papers,
    targets_papers,
    tasks_papers,
    training_papers,
)
from services.inspection.use_cases.year.paper_moment import PaperQuestion, recorded_at
from services.inspection.use_cases.year.repository import YearRepository
from shared.clock import VIETNAM
from shared.contracts.calls.papers import ComposedPaper, PaperKindsAnswer, PaperKindView
from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.papers.model import Paper, Table
from shared.text import format_date, format_time
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.ids import CycleId, TreeSize
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
        # Whatever is read of the present is read of one present.
        with self._year.views.reading() as conn:
            question = PaperQuestion(self._year, conn, paper, request)
            with question.answered() as (year, moment, until):
                told = moment.known_at
                material = YearMaterial(
                    kind=request.kind,
                    commune=request.commune,
                    commune_name=year.commune_name(request.commune),
                    year=request.year,
                    subject=request.subject,
                    valid_at=question.asked.valid_at if paper.by_day else moment.valid_at,
                    known_at=told,
                    recorded_at=recorded_at(self._year.log, told) if told else None,
                    checkpoint=self._year.log.root(TreeSize(told)).hex()[:_SHORT_ROOT],
                )
                composed = paper.compose(year, material)
        if question.newest_news is not None:
            composed = msgspec.structs.replace(composed, notes=(*composed.notes, _as_told(question.newest_news)))
        return ComposedPaper(paper=composed, cycle=CycleId(""), formats=_formats(paper, composed), known_until=until)


def _formats(paper: YearPaperType, composed: Paper) -> list[PaperFormat]:
    """Return in which formats a paper is printed: as a sheet where one of its tables is one."""
    has_sheet = any(isinstance(block, Table) and block.sheet for block in composed.blocks)
    return [one for one in paper.formats if one is not PaperFormat.SHEET or has_sheet]


def _as_told(newest: dt.datetime) -> str:
    at = newest.astimezone(VIETNAM)
    return f"xã, trường theo tin ghi lúc {format_time(at)} ngày {format_date(at.date())}"
