"""Calls of the inspection service about difficulties of schools."""

from __future__ import annotations

from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
