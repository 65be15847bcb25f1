"""Calls of the inspection service about needs of schools, money and works."""

from __future__ import annotations

from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
