"""Every operation of the inspection service: of visits, of what they ask for, and of what follows from them."""

from __future__ import annotations

from shared.contracts.calls import inspection, recommendations, teams, visit_requests
from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *inspection.OPERATIONS,
    *visit_requests.OPERATIONS,
    *recommendations.OPERATIONS,
    *teams.OPERATIONS,
)
"""What the service does for its callers; what every service answers for itself is not repeated here."""
