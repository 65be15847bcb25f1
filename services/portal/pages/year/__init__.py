"""Pages of a commune's year: its plan, targets, tasks, training, difficulties, needs, reports and notices."""

from services.portal.pages.year import difficulties, needs, plan, reports, school_reports, targets, tasks, training

__all__ = ["difficulties", "needs", "plan", "reports", "school_reports", "targets", "tasks", "training"]
