"""Sums of the money planned for needs, each from a question of its own to the rows, so that they can be held together."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from services.inspection.views.year.needs_rows import NeedMoneyRow, money, needs_with_money
from shared.contracts.calls.year.need_views import (
    FundedMoney,
    NeedSumsAnswer,
    NeedSumsRequest,
    SchoolMoney,
    SourceMoney,
    WantedMoney,
    YearMoney,
)
from shared.vocabulary.commune_year import FundingSource, NeedState
from shared.vocabulary.ids import CommuneCode, SchoolCode

_GIVEN_UP = frozenset({NeedState.WITHDRAWN, NeedState.REFUSED})


def summed(conn: Connection, request: NeedSumsRequest, reached: Callable[[CommuneCode, SchoolCode], bool]) -> NeedSumsAnswer:
    """Return the sums over the schools that `reached` lets through."""
    bounds: dict[str, Any] = {
        "commune": request.commune,
        "school": request.school or SchoolCode(""),
        "first": request.wanted_from,
        "last": request.wanted_until,
    }

    through = functools.cache(reached)

    def told(*by: str) -> list[tuple[Any, ...]]:
        found = money(conn, by, money_year=request.year, **bounds)
        return [row for row in found if through(row[1], row[0])]

    return NeedSumsAnswer(
        by_school=[SchoolMoney(school=key, amount=total) for key, total in _together(told(), 0)],
        by_source=[SourceMoney(source=FundingSource(key), amount=total) for key, total in _together(told("source"), 2)],
        by_year=[YearMoney(year=key, amount=total) for key, total in _together(told("money_year"), 2)],
        cells=[
            FundedMoney(school=school, source=FundingSource(source), money_year=year, amount_vnd=amount)
            for school, _, source, year, amount in told("source", "money_year")
        ],
        wanted=_wanted(row for row in needs_with_money(conn, **bounds) if through(row.commune, row.school)),
    )


def _together(rows: Iterable[tuple[Any, ...]], key: int) -> list[tuple[Any, int]]:
    """Return what rows, of a school each, come to by the value at `key`."""
    sums: dict[Any, int] = defaultdict(int)
    for row in rows:
        sums[row[key]] += row[-1]
    return sorted(sums.items())


def _wanted(rows: Iterable[NeedMoneyRow]) -> list[WantedMoney]:
    """Return what each school wants for each year, without what was withdrawn or found not founded."""
    groups: dict[tuple[SchoolCode, int], list[NeedMoneyRow]] = {}
    for row in rows:
        if row.state not in _GIVEN_UP:
            groups.setdefault((row.school, row.year), []).append(row)
    return [
        WantedMoney(
            school=school,
            year=year,
            needs=len(some),
            appraised_vnd=sum(row.appraised_vnd or 0 for row in some),
            unfunded_vnd=sum(row.unfunded_vnd for row in some),
            waiting_vnd=sum(row.unfunded_vnd for row in some if row.state == NeedState.RAISED),
            uncosted=sum(row.appraised_vnd is None and row.cost_vnd is None for row in some),
        )
        for (school, year), some in sorted(groups.items())
    ]
