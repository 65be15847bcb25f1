"""Calls of the assessment service about writing a self-assessment: texts with codes, review, comments."""

from __future__ import annotations

from shared.contracts.operations import Operation

OPERATIONS: tuple[Operation, ...] = ()
"""What may be asked, by whom."""
