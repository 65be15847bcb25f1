"""Pages of a commune's year: its plan, targets, tasks, training, difficulties, needs, reports and notices."""

from services.portal.pages.year import difficulties, needs, plan, plan_forms, reports, targets, tasks, training

__all__ = ["difficulties", "needs", "plan", "plan_forms", "reports", "targets", "tasks", "training"]
