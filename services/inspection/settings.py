"""What an installation sets for the inspection service: the route of a registration, and the public holidays."""

from __future__ import annotations

import msgspec

from shared.rulebook.working_days import HolidayTable
from shared.vocabulary.inspection import RouteStation

FULL_ROUTE = (RouteStation.SCHOOL, RouteStation.COMMUNE, RouteStation.DEPARTMENT)
"""From the school by the commune to the department: a convention, for no article since 01/7/2025 is known that says it."""


class InspectionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one installation; a `route` begins with the school and ends with the department."""

    route: tuple[RouteStation, ...] = FULL_ROUTE
    holidays: HolidayTable = HolidayTable()

    @property
    def by_commune(self) -> bool:
        """Say whether the commune checks and forwards a registration."""
        return RouteStation.COMMUNE in self.route
