"""Use cases of a commune's year, one module for each part of it, and how they answer the operations of its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.inspection.use_cases.year.difficulties import Difficulties
from services.inspection.use_cases.year.difficulty_views import DifficultyQueries
from services.inspection.use_cases.year.directing import Directing
from services.inspection.use_cases.year.need_queries import NeedQueries
from services.inspection.use_cases.year.need_works import NeedWorks
from services.inspection.use_cases.year.needs import Needs
from services.inspection.use_cases.year.papers import YearPapers
from services.inspection.use_cases.year.plan import Plans
from services.inspection.use_cases.year.plan_queries import PlanQueries
from services.inspection.use_cases.year.plan_taking import PlanTaking
from services.inspection.use_cases.year.publicity import Publicity
from services.inspection.use_cases.year.recurring import RecurringTasks
from services.inspection.use_cases.year.report_queries import ReportQueries
from services.inspection.use_cases.year.reports import Reports
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.syntheses import Syntheses
from services.inspection.use_cases.year.targets import Targets
from services.inspection.use_cases.year.task_queries import TaskQueries
from services.inspection.use_cases.year.tasks import Tasks
from services.inspection.use_cases.year.training import Trainings
from services.inspection.use_cases.year.training_queries import TrainingQueries
from shared.contracts.calls.year import OPERATIONS

_PARTS: tuple[Callable[[YearRepository], object], ...] = (
    Plans,
    PlanQueries,
    PlanTaking,
    Targets,
    Tasks,
    TaskQueries,
    RecurringTasks,
    Directing,
    Trainings,
    TrainingQueries,
    Publicity,
    Difficulties,
    DifficultyQueries,
    Needs,
    NeedWorks,
    NeedQueries,
    Reports,
    ReportQueries,
    Syntheses,
    YearPapers,
)


def answers_of(year: YearRepository) -> Mapping[str, Callable[..., Any]]:
    """Return what answers each operation of a year: the method of that name, of the one part that has it.

    Raises TypeError for an operation that no part or more than one answers.
    """
    parts = [part(year) for part in _PARTS]
    found = {operation.name: [p for p in parts if hasattr(p, operation.name)] for operation in OPERATIONS}
    wrong = sorted(name for name, having in found.items() if len(having) != 1)
    if wrong:
        raise TypeError(f"operations of a year answered by none or by more than one part: {wrong}")
    return {name: getattr(having[0], name) for name, having in found.items()}
