"""Which stream of a commune or a school a fact is stored in."""

from __future__ import annotations

import enum


class StreamKind(enum.Enum):
    """Which stream a new fact goes to: people who work on different things write to different streams (ADR 19).

    A fact says it in `STREAM`. Verdicts of commune and department go to the cycle, though those of the school go to a sheet.
    """

    COMMUNE = "commune"
    SCHOOL = "school"
    CODES = "codes"
    CYCLE = "cycle"
    SHEET = "sheet"
    AWARDS = "awards"
    COUNCIL = "council"
    IMPROVEMENT = "improvement"
