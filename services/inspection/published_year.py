"""Which public event each fact of a commune's year becomes: the one of its topic."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import ModuleType

from services.inspection.domain.year import YEAR_FACTS
from shared.contracts.events import (
    year_difficulties,
    year_needs,
    year_plan,
    year_reports,
    year_targets,
    year_tasks,
    year_training,
)
from shared.contracts.events.base import PublicEvent
from shared.eventlog.facts import Fact

_MODULES: tuple[ModuleType, ...] = (
    year_plan,
    year_targets,
    year_tasks,
    year_training,
    year_difficulties,
    year_needs,
    year_reports,
)


def year_events() -> Mapping[type[Fact], type[PublicEvent]]:
    """Return the public event of each fact of a year; it takes those fields of the fact that it names.

    Raises KeyError for a fact of whose topic ("inspection.task-given") no public event tells.
    """
    by_topic = {
        f"{kind.SERVICE}.{kind.FACT}": kind
        for module in _MODULES
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, PublicEvent) and kind.__module__ == module.__name__
    }
    return {fact: by_topic[fact.TOPIC] for fact in YEAR_FACTS}
