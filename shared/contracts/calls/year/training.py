"""Calls of the inspection service about training, publicity and public notices."""

from __future__ import annotations

from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
