"""Papers of a commune's year: the steering committee, directives and tasks."""

from __future__ import annotations

from services.inspection.papers.year_material import YearPaperType

PAPERS: tuple[YearPaperType, ...] = ()
"""The papers of this part of the year, in its order."""
