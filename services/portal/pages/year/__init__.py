"""Pages of a commune's year: its plan, targets, tasks, training, difficulties, needs, reports and notices."""

from services.portal.pages.year import (
    directing,
    needs,
    one_need,
    one_task,
    school_needs,
    school_tasks,
    tasks,
    year_papers,
)

__all__ = [
    "directing",
    "needs",
    "one_need",
    "one_task",
    "school_needs",
    "school_tasks",
    "tasks",
    "year_papers",
]
