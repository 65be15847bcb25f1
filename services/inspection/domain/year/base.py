"""What every fact of a commune's year names."""

from __future__ import annotations

from shared.eventlog.facts import Fact
from shared.vocabulary.ids import CommuneCode


class YearFact(Fact, frozen=True, kw_only=True):
    """A fact of a commune's year: `year` is the calendar year of the plan that it belongs to."""

    commune: CommuneCode
    year: int
