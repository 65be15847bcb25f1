"""What schools need for a criterion, as a forecast reads it: there by the end of the last year whose money it has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from services.inspection.domain.year.target_forecast import PendingStep
from services.inspection.views.year.needs_rows import ALLOCATIONS, NEEDS
from shared.vocabulary.commune_year import NeedState
from shared.vocabulary.ids import CriterionCode, SchoolCode

NO_MONEY = "chưa bố trí nguồn vốn"


class OpenNeed(NamedTuple):
    """A need about a criterion that was not handed over, refused or withdrawn; `money_year` is None without money."""

    school: SchoolCode
    criterion: CriterionCode
    money_year: int | None


_OVER = (NeedState.REFUSED, NeedState.WITHDRAWN, NeedState.HANDED_OVER)


def needs_about(conn: Connection, schools: Collection[SchoolCode]) -> Iterable[OpenNeed]:
    """Return the open needs of some schools that name a criterion."""
    n, a = NEEDS.c, ALLOCATIONS.c
    query = (
        select(n.school, n.criterion, func.max(a.money_year))
        .outerjoin(ALLOCATIONS, a.need == n.need)
        .where(n.school.in_(sorted(schools)), n.criterion != "", n.state.not_in(_OVER))
        .group_by(n.need, n.school, n.criterion)
        .order_by(n.need)
    )
    return [OpenNeed(*row) for row in conn.execute(query)]


def need_step(need: OpenNeed) -> PendingStep:
    """Return a need as something under way."""
    if need.money_year is None:
        return PendingStep(what="Nhu cầu", by=None, why=NO_MONEY)
    return PendingStep(what="Nhu cầu", by=dt.date(need.money_year, 12, 31))
