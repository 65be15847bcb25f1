"""What schools need for a criterion, as a forecast reads it: there by the end of the last year whose money it has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from services.inspection.domain.year.target_forecast import PendingStep
from shared.vocabulary.ids import CriterionCode, SchoolCode

NO_MONEY = "chưa bố trí nguồn vốn"


class OpenNeed(NamedTuple):
    """A need about a criterion that was not handed over, refused or withdrawn; `money_year` is None without money."""

    school: SchoolCode
    criterion: CriterionCode
    money_year: int | None


def needs_about(_: Connection, __: Collection[SchoolCode]) -> Iterable[OpenNeed]:
    """Return the open needs of some schools that name a criterion; none while this service keeps no needs."""
    return ()


def need_step(need: OpenNeed) -> PendingStep:
    """Return a need as something under way."""
    if need.money_year is None:
        return PendingStep(what="Nhu cầu", by=None, why=NO_MONEY)
    return PendingStep(what="Nhu cầu", by=dt.date(need.money_year, 12, 31))
