"""Every operation of the inspection service: of visits and what follows from them, and of a commune's year."""

from __future__ import annotations

from shared.contracts.calls import inspection, recommendations, teams, titles, visit_requests, year
from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *inspection.OPERATIONS,
    *visit_requests.OPERATIONS,
    *recommendations.OPERATIONS,
    *teams.OPERATIONS,
    *titles.OPERATIONS,
    *year.OPERATIONS,
)
"""What the service does for its callers; what every service answers for itself is not repeated here."""
