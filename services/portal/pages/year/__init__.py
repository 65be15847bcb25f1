"""Pages of a commune's year: its plan, targets, tasks, training, difficulties, needs, reports and notices."""

from services.portal.pages.year import (
    difficulties,
    needs,
    one_need,
    plan,
    reports,
    school_needs,
    targets,
    tasks,
    training,
)

__all__ = ["difficulties", "needs", "one_need", "plan", "reports", "school_needs", "targets", "tasks", "training"]
