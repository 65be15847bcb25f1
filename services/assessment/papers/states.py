"""Where each paper of a cycle stands, from the facts alone: có, nháp, thiếu, quá hạn."""

from __future__ import annotations

import datetime as dt

from services.assessment.domain.replay import CycleState
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.papers.catalogue import PAPERS
from shared.contracts.calls.papers import PaperView, UnprintedForm
from shared.rulebook import Rulebook


def papers_of(assessed: SchoolAssessment, cycle: CycleState, today: dt.date) -> list[PaperView]:
    """Return the papers of a cycle, the overdue first, then those that are missing, drafts, and those that are there."""
    raise NotImplementedError


def unprinted_under(rulebook: Rulebook) -> list[UnprintedForm]:
    """Return the kinds of paper that a rulebook has no form for."""
    return [
        UnprintedForm(
            kind=paper.kind, title=paper.title, because=f"{rulebook.circular} không có mẫu này trong bộ tiêu chí đã nhập."
        )
        for paper in PAPERS.values()
        if paper.form and all(form.id != paper.form for form in rulebook.forms)
    ]
