"""Every operation of every service, by service and by its full name ("assessment.judge")."""

from __future__ import annotations

from shared.contracts.calls import assessment, deadlines, evidence, identity, notification, visit_operations, years
from shared.contracts.operations import COMMON, Operation


def _with_common(own: tuple[Operation, ...]) -> dict[str, Operation]:
    """Return a service's operations by name; what it says itself replaces what every service answers."""
    return {operation.name: operation for operation in (*COMMON, *own)}


SERVICES: dict[str, dict[str, Operation]] = {
    "evidence": _with_common(evidence.OPERATIONS),
    "assessment": _with_common((*assessment.OPERATIONS, *years.OPERATIONS)),
    "inspection": _with_common(visit_operations.OPERATIONS),
    "notification": _with_common((*notification.OPERATIONS, *deadlines.OPERATIONS)),
    "identity": _with_common(identity.OPERATIONS),
}
"""Service → its operations by name."""

OPERATIONS: dict[str, Operation] = {
    f"{service}.{name}": operation for service, own in SERVICES.items() for name, operation in own.items()
}
"""Full name → operation."""
