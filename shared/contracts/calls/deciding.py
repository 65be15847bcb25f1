"""Calls of the assessment service about what a council decides: meetings, votes, approval, what is lacking, copies of a year, publication."""

from __future__ import annotations

from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
