"""Which roles answer calls under eventlet: read before anything is imported that eventlet must patch."""

from __future__ import annotations

EVENTLET_ROLES = frozenset({"evidence-api", "assessment-api", "inspection-api", "notification-api", "identity-api"})
"""Names of the roles that are patched (nameko needs eventlet); all others are plain processes."""
