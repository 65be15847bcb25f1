"""Every operation of the inspection service about a commune's year, part by part."""

from __future__ import annotations

from shared.contracts.calls.year import (
    difficulties,
    needs,
    papers,
    plan,
    publicity,
    reports,
    syntheses,
    targets,
    tasks,
    training,
)
from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *plan.OPERATIONS,
    *targets.OPERATIONS,
    *tasks.OPERATIONS,
    *training.OPERATIONS,
    *publicity.OPERATIONS,
    *difficulties.OPERATIONS,
    *needs.OPERATIONS,
    *reports.OPERATIONS,
    *syntheses.OPERATIONS,
    *papers.OPERATIONS,
)
"""What the service does for a commune's year."""
