"""Pages of a commune's year: its plan, targets, tasks, training, difficulties, needs, reports and notices."""

from services.portal.pages.year import (
    difficulties,
    directing,
    needs,
    notices,
    one_need,
    one_task,
    plan,
    plan_forms,
    public_notices,
    school_difficulties,
    school_needs,
    school_tasks,
    tasks,
    today,
    training,
    year_papers,
)

__all__ = [
    "difficulties",
    "directing",
    "needs",
    "notices",
    "one_need",
    "one_task",
    "plan",
    "plan_forms",
    "public_notices",
    "school_difficulties",
    "school_needs",
    "school_tasks",
    "tasks",
    "today",
    "training",
    "year_papers",
]
