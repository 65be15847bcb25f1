"""On what a synthesis counts: public events as a stranger reads them, and the schools, awards, period and day of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from services.inspection.domain.known_awards import KnownAward
from shared.vocabulary.commune_year import PlanKind
from shared.vocabulary.ids import CommuneCode, SchoolCode

_OWN_DAYS = {
    "inspection-concluded": "concluded_on",
    "registration-opened": "opened_on",
    "training-held": "held_on",
    "publicity-done": "done_on",
    "notice-published": "published_on",
}
"""Events that say themselves on which day they were; all others hold on the day of their `time`."""


WITHOUT_A_DAY = frozenset({"report-asked", "report-handed-in", "report-returned"})
"""Events that count up to the position of the synthesis: schools report on a period after it has ended."""


OF_ONE_YEAR = frozenset(
    {
        *("plan-drafted", "plan-entry-set", "criterion-target-set", "task-given", "difficulty-raised"),
        *("report-asked", "report-handed-in"),
    }
)
"""Events with which something begins that counts only in the year that they name."""


class ToldEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One public event: its name without service and version ("task-given"), its data, and the day of its `time`."""

    what: str
    data: Mapping[str, Any]
    on: dt.date

    @property
    def day(self) -> dt.date:
        """The day on which it was: its own where it names one."""
        own = self.data.get(_OWN_DAYS.get(self.what, ""))
        return dt.date.fromisoformat(own) if isinstance(own, str) else own or self.on


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom and of when is counted: the commune, its schools and their awards; the plan's year, the period, the day.

    `closed` are those of its schools that were closed; what happened to them counts, they themselves do not.
    """

    commune: CommuneCode
    year: int
    schools: frozenset[SchoolCode]
    closed: frozenset[SchoolCode]
    awards: Mapping[SchoolCode, Sequence[KnownAward]]
    from_on: dt.date
    as_of: dt.date
    request: str = ""

    def in_period(self, day: dt.date) -> bool:
        """Say whether a day is one of the period, up to the day on which is counted."""
        return self.from_on <= day <= self.as_of


class CountedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a number counts: of which school ('' for the commune), which thing, on which day, how much of it."""

    school: SchoolCode
    thing: str
    on: dt.date | None = None
    amount: int = 1


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan wants of a school, and whether it is reached on the day of counting."""

    kind: PlanKind
    target_level: int
    target_degree: int
    reached: bool
