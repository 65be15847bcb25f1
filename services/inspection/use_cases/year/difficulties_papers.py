"""Papers of a commune's year: difficulties of schools."""

from __future__ import annotations

from services.inspection.domain.year.difficulties_facts import DifficultyRaised
from services.inspection.papers.year_difficulties import synthesis
from services.inspection.papers.year_material import YearMaterial, YearPaperType
from services.inspection.use_cases.year.difficulty_views import DifficultyViews
from services.inspection.use_cases.year.schools_at import YearOnPaper
from services.inspection.views.year.commune_streams import Telling
from shared.papers.model import Paper
from shared.vocabulary.commune_year import YearPaperKind
from shared.vocabulary.self_assessment import PaperFormat


def difficulties_paper(year: YearOnPaper, material: YearMaterial) -> Paper:
    """Return the synthesis of the year's difficulties; one without any says so."""
    found = DifficultyViews(year).listed(material.commune, material.year)
    return synthesis(material, found, year.school_names)


PAPERS: tuple[YearPaperType, ...] = (
    YearPaperType(
        kind=YearPaperKind.DIFFICULTIES,
        title="Tổng hợp khó khăn của các trường",
        compose=difficulties_paper,
        tells=(Telling(DifficultyRaised),),
        formats=(PaperFormat.WORD, PaperFormat.PDF, PaperFormat.SHEET),
    ),
)
"""The papers of this part of the year, in its order."""
