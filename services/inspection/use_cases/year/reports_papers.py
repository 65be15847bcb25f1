"""Papers of a commune's year: reports that syntheses make, printed from what was computed then."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from services.inspection.domain.year.reports_facts import SynthesisDrafted
from services.inspection.domain.year.syntheses import Synthesis
from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.papers.year_reports import SynthesisMaterial, report_paper
from services.inspection.use_cases.past import PaperMoment, day_of
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.told import About
from services.inspection.views.year import reports_rows as rows
from services.inspection.views.year.commune_streams import Telling
from shared.contracts.problems import PaperSubjectMissing
from shared.papers.model import Paper
from shared.vocabulary.commune_year import ReportKind, YearPaperKind
from shared.vocabulary.ids import SynthesisId, TreeSize
from shared.vocabulary.self_assessment import PaperFormat

_SHORT_ROOT = 8
_FORMATS = (PaperFormat.WORD, PaperFormat.PDF, PaperFormat.SHEET)
_TELLS = (Telling(SynthesisDrafted),)
_HEARS = frozenset[About]()
"""Nothing: the fact of a synthesis has the names by which it was computed."""


def _composer(*kinds: ReportKind) -> Callable[[YearRepository, YearMaterial], Paper]:
    """Return what composes the paper of the newest synthesis of these kinds, of the first of them that has one.

    It raises PaperSubjectMissing where there is none.
    """

    def compose(year: YearRepository, material: YearMaterial) -> Paper:
        with year.views.reading() as conn:
            there = rows.syntheses(conn, commune=material.commune, year=material.year)
        found = [
            row.drafted.synthesis
            for kind in kinds
            for row in there
            if row.drafted.kind is kind and material.subject in {"", row.drafted.synthesis}
        ]
        if not found:
            raise PaperSubjectMissing(
                "Chưa có bản tổng hợp nào loại này ở thời điểm ấy. Lập bản tổng hợp ở trang Báo cáo, rồi in."
            )
        return report_paper(material, _told(year, material, found[0]))

    return compose


def _told(year: YearRepository, material: YearMaterial, number: SynthesisId) -> SynthesisMaterial:
    """Return a synthesis at the moment, by the true positions of the log: those of the past are counted anew."""
    whole, moment = year.application.log, PaperMoment(material.valid_at, material.known_at)
    events = [logged for logged in whole.stream(uuid.UUID(number)) if moment.covers(logged)]
    synthesis = Synthesis(uuid.UUID(number)).replay(logged.entry for logged in events)
    drafted, last = synthesis.existing(), events[-1]
    return SynthesisMaterial(
        drafted=drafted,
        texts=synthesis.texts,
        sent=synthesis.sent,
        changed_on=max(day_of(logged) for logged in events),
        known_at=last.position,
        recorded_at=last.recorded_at,
        checkpoint=whole.root(TreeSize(last.position)).hex()[:_SHORT_ROOT],
    )


PAPERS: tuple[YearPaperType, ...] = (
    YearPaperType(
        kind=YearPaperKind.PROGRESS_REPORT,
        title="Báo cáo tiến độ",
        compose=_composer(ReportKind.PROGRESS, ReportKind.THEMATIC),
        tells=_TELLS,
        hears=_HEARS,
        formats=_FORMATS,
    ),
    YearPaperType(
        kind=YearPaperKind.MID_YEAR_REPORT,
        title="Báo cáo sơ kết",
        compose=_composer(ReportKind.MID_YEAR),
        tells=_TELLS,
        hears=_HEARS,
        formats=_FORMATS,
    ),
    YearPaperType(
        kind=YearPaperKind.FINAL_REPORT,
        title="Báo cáo tổng kết",
        compose=_composer(ReportKind.FINAL),
        tells=_TELLS,
        hears=_HEARS,
        formats=_FORMATS,
    ),
)
"""The papers of this part of the year, in its order."""
