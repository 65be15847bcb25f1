"""Pages of a commune's year: its plan, targets, tasks, training, difficulties, needs, reports and notices."""

from services.portal.pages.year import (
    difficulties,
    directing,
    needs,
    one_task,
    plan,
    reports,
    school_tasks,
    targets,
    tasks,
    training,
    year_papers,
)

__all__ = [
    "difficulties",
    "directing",
    "needs",
    "one_task",
    "plan",
    "reports",
    "school_tasks",
    "targets",
    "tasks",
    "training",
    "year_papers",
]
