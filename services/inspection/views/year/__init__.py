"""Read models of a commune's year, one module for each part of it."""

from __future__ import annotations

from services.inspection.views.year import (
    commune_streams,
    difficulties_rows,
    needs_rows,
    plan_rows,
    publicity_rows,
    reports_rows,
    targets_rows,
    tasks_rows,
    training_rows,
)

YEAR_ROWS = (
    plan_rows.project,
    targets_rows.project,
    tasks_rows.project,
    training_rows.project,
    publicity_rows.project,
    difficulties_rows.project,
    needs_rows.project,
    reports_rows.project,
)
"""What applies an event of the own log to each part."""

PROJECTIONS = (commune_streams.project, *YEAR_ROWS)
"""These, and what notes the streams of each commune."""
