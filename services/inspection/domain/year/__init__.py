"""A commune's year: one stream for each plan, target, task, class, difficulty, need and report."""

from __future__ import annotations

from services.inspection.domain.year import (
    difficulties_facts,
    needs_facts,
    plan_facts,
    publicity_facts,
    reports_facts,
    targets_facts,
    tasks_facts,
    training_facts,
)
from shared.eventlog.facts import Fact

YEAR_FACTS: tuple[type[Fact], ...] = (
    *plan_facts.FACTS,
    *targets_facts.FACTS,
    *tasks_facts.FACTS,
    *training_facts.FACTS,
    *publicity_facts.FACTS,
    *difficulties_facts.FACTS,
    *needs_facts.FACTS,
    *reports_facts.FACTS,
)
"""Every fact of a commune's year."""
