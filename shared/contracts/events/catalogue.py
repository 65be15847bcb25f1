"""Every public event of every source."""

from __future__ import annotations

import importlib
import inspect

from shared.contracts.events.base import PublicEvent

MODULES = (
    *("evidence", "assessment", "self_assessment", "identity"),
    *("inspection", "visit_teams", "recommendations", "visit_requests", "registration", "maintenance"),
    *("year_plan", "year_targets", "year_tasks", "year_training", "year_difficulties", "year_needs", "year_reports"),
)
"""Modules of this package that hold public events."""


def public_events() -> list[type[PublicEvent]]:
    """Return every public event type, by type name."""
    kinds = []
    for name in MODULES:
        module = importlib.import_module(f"shared.contracts.events.{name}")
        kinds += [
            kind
            for _, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, PublicEvent) and kind is not PublicEvent and kind.__module__ == module.__name__
        ]
    return sorted(kinds, key=lambda kind: kind.type())
