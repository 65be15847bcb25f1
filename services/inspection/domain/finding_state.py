"""What a finding asks of the school: open, answered, or overdue on a day."""

from __future__ import annotations

import datetime as dt

from shared.vocabulary.assessment import Result

OPEN, ANSWERED, OVERDUE = "mo", "da_tra_loi", "qua_han"
STATES = (OVERDUE, OPEN, ANSWERED)
"""Every state, the most urgent first."""


def state_of(result: Result, answer_by: dt.date | None, *, answered: bool, today: dt.date) -> str:
    """Return the state of a finding of a concluded visit; '' for one that asks for nothing and got nothing."""
    if answered:
        return ANSWERED
    if answer_by is not None and answer_by < today:
        return OVERDUE
    return OPEN if answer_by is not None or result is Result.NOT_MET else ""
