"""Calls of the inspection service about reports asked of schools, and syntheses."""

from __future__ import annotations

from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
