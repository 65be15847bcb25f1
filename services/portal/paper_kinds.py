"""Every kind of paper that can be printed, whichever service composes it."""

from __future__ import annotations

from services.portal.web.context import call_service, may
from shared.contracts.calls import Nothing
from shared.contracts.calls.papers import PaperKindsAnswer


def paper_kinds(_: Nothing) -> PaperKindsAnswer:
    """Return the papers of a self-assessment in the order of a year's work, those of visits, those of a commune's year.

    The last are for who reads that year; a school has no part in them.
    """
    own = call_service("assessment", "paper_kinds", Nothing(), PaperKindsAnswer)
    later = call_service("inspection", "visit_paper_kinds", Nothing(), PaperKindsAnswer)
    if not may("inspection.year_paper_kinds"):
        return PaperKindsAnswer(kinds=[*own.kinds, *later.kinds])
    of_year = call_service("inspection", "year_paper_kinds", Nothing(), PaperKindsAnswer)
    return PaperKindsAnswer(kinds=[*own.kinds, *later.kinds, *of_year.kinds])
