"""Papers of a commune's year: training, publicity and public notices."""

from __future__ import annotations

from services.inspection.papers.year_material import YearPaperType

PAPERS: tuple[YearPaperType, ...] = ()
"""The papers of this part of the year, in its order."""
