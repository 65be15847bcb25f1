"""Pages of a commune's year: its plan, targets, tasks, training, difficulties, needs, reports and notices."""

from services.portal.pages.year import (
    difficulties,
    needs,
    notices,
    plan,
    public_notices,
    reports,
    school_difficulties,
    targets,
    tasks,
    training,
)

__all__ = [
    "difficulties",
    "needs",
    "notices",
    "plan",
    "public_notices",
    "reports",
    "school_difficulties",
    "targets",
    "tasks",
    "training",
]
