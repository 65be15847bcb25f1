"""Calls of the assessment service about the self-assessment council: members, groups, assignments, plan, facets."""

from __future__ import annotations

from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
