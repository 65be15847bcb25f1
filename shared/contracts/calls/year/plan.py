"""Calls of the inspection service about the plan of a year and its list of schools."""

from __future__ import annotations

from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
