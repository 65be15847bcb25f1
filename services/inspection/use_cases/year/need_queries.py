"""Questions about needs: one with its history, those that the caller reaches, sums of the money planned for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.inspection.presenters.needs import history, need_view, unfunded_vnd
from services.inspection.use_cases.year.need_store import NeedStore, need_stream, reaches
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year.needs_rows import AllocationRow, NeedRow, allocations, money, needs
from shared.contracts.calls.year.need_views import (
    FundedMoney,
    NeedsAnswer,
    NeedsRequest,
    NeedSumsAnswer,
    NeedSumsRequest,
    NeedView,
    SchoolMoney,
    SourceMoney,
    WantedMoney,
    YearMoney,
)
from shared.contracts.calls.year.needs import NeedRequest
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import FundingSource, NeedState
from shared.vocabulary.ids import NeedId, SchoolCode

MOST_NEEDS = 500


class NeedQueries:
    """Answers questions about needs; records nothing."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year
        self._store = NeedStore(year)

    def need(self, acting: CallContext, request: NeedRequest) -> NeedView:
        """Return one need with its history; raises NeedUnknown, whether there is none or it is not the caller's."""
        row = self._store.known(acting, request.need)
        with self._year.views.reading() as conn:
            planned = allocations(conn, [row.need]).get(row.need, [])
        return need_view(row, planned, history(self._year.log.stream(need_stream(row.need))))

    def needs(self, acting: CallContext, request: NeedsRequest) -> NeedsAnswer:
        """Return one page of needs, what lacks money first; raises BadRequest."""
        if not 1 <= request.limit <= MOST_NEEDS or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_NEEDS} nhu cầu.", path="$.limit")
        with self._year.views.reading() as conn:
            rows = needs(
                conn,
                commune=request.commune,
                school=request.school or SchoolCode(""),
                first=request.year,
                last=request.until or request.year,
            )
            rows = [row for row in rows if reaches(acting, "needs", row.commune, row.school)]
            planned = allocations(conn, [row.need for row in rows])
        wanted = [row for row in rows if _is_wanted(request, row, planned.get(row.need, []))]
        page = self._ordered(wanted, planned)[request.after : request.after + request.limit]
        counted = Counter(row.state for row in rows)
        return NeedsAnswer(
            needs=[need_view(row, planned.get(row.need, [])) for row in page],
            total=len(wanted),
            counts={state.value: counted[state] for state in NeedState},
        )

    def need_sums(self, acting: CallContext, request: NeedSumsRequest) -> NeedSumsAnswer:
        """Return sums of the money that is planned, each from a question of its own to the rows."""
        bounds: dict[str, Any] = {
            "commune": request.commune,
            "school": request.school or SchoolCode(""),
            "first": request.wanted_from,
            "last": request.wanted_until,
        }
        with self._year.views.reading() as conn:

            def told(*by: str) -> list[tuple[Any, ...]]:
                found = money(conn, by, money_year=request.year, **bounds)
                return [row for row in found if reaches(acting, "need_sums", row[1], row[0])]

            by_school, by_source, by_year = told(), told("source"), told("money_year")
            cells = told("source", "money_year")
            rows = [row for row in needs(conn, **bounds) if reaches(acting, "need_sums", row.commune, row.school)]
            planned = allocations(conn, [row.need for row in rows])
        return NeedSumsAnswer(
            by_school=[SchoolMoney(school=key, amount=total) for key, total in _summed(by_school, 0)],
            by_source=[SourceMoney(source=FundingSource(key), amount=total) for key, total in _summed(by_source, 2)],
            by_year=[YearMoney(year=key, amount=total) for key, total in _summed(by_year, 2)],
            cells=[
                FundedMoney(school=row[0], source=FundingSource(row[2]), money_year=row[3], amount_vnd=row[4])
                for row in cells
            ],
            wanted=_wanted(rows, planned),
        )

    def _ordered(self, rows: Iterable[NeedRow], planned: Mapping[NeedId, Sequence[AllocationRow]]) -> list[NeedRow]:
        """Return what lacks money first, then by year, name of the school and item."""
        listed = list(rows)
        names = {
            school.school: vietnamese_key(school.name)
            for commune in {row.commune for row in listed}
            for school in self._year.schools(commune)
        }

        def place(row: NeedRow) -> tuple[Any, ...]:
            lacks = unfunded_vnd(row, planned.get(row.need, [])) > 0 and row.state is not NeedState.HANDED_OVER
            return not lacks, row.year, names.get(row.school, ()), row.school, vietnamese_key(row.item), row.need

        return sorted(listed, key=place)


def _summed(rows: Iterable[tuple[Any, ...]], key: int) -> list[tuple[Any, int]]:
    """Return what groups of rows come to, by the value at `key`: rows are of a school each."""
    sums: dict[Any, int] = defaultdict(int)
    for row in rows:
        sums[row[key]] += row[-1]
    return sorted(sums.items())


def _is_wanted(request: NeedsRequest, row: NeedRow, planned: Sequence[AllocationRow]) -> bool:
    has_money = any(request.source in {None, one.source} and request.money_year in {0, one.money_year} for one in planned)
    asks_for_money = request.source is not None or request.money_year > 0
    gone = asks_for_money and row.state is NeedState.WITHDRAWN
    return (
        request.state in {None, row.state}
        and (has_money or not asks_for_money)
        and not gone
        and (not request.unfunded or unfunded_vnd(row, planned) > 0)
    )


def _wanted(rows: Iterable[NeedRow], planned: Mapping[NeedId, Sequence[AllocationRow]]) -> list[WantedMoney]:
    """Return what each school wants for each year, without what was withdrawn or found not founded."""
    groups: dict[tuple[SchoolCode, int], list[NeedRow]] = {}
    for row in rows:
        if row.state not in {NeedState.WITHDRAWN, NeedState.REFUSED}:
            groups.setdefault((row.school, row.year), []).append(row)

    def lacking(some: Iterable[NeedRow]) -> int:
        return sum(unfunded_vnd(row, planned.get(row.need, [])) for row in some)

    return [
        WantedMoney(
            school=school,
            year=year,
            needs=len(some),
            appraised_vnd=sum(row.appraised_vnd or 0 for row in some),
            unfunded_vnd=lacking(some),
            waiting_vnd=lacking(row for row in some if row.state is NeedState.RAISED),
            uncosted=sum(row.appraised_vnd is None and row.cost_vnd is None for row in some),
        )
        for (school, year), some in sorted(groups.items())
    ]
