"""Questions about needs: one with its history, those that the caller reaches, sums of the money planned for them."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.inspection.presenters.needs import history, need_view, unfunded_vnd
from services.inspection.use_cases.year.need_store import NeedStore, need_stream, reaches
from services.inspection.use_cases.year.need_sums import summed
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year.needs_rows import AllocationRow, NeedRow, allocations, needs
from shared.contracts.calls.year.need_views import NeedsAnswer, NeedsRequest, NeedSumsAnswer, NeedSumsRequest, NeedView
from shared.contracts.calls.year.needs import NeedRequest
from shared.identity.call_context import CallContext
from shared.problems import BadRequest
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import NeedState
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
            through = functools.cache(lambda commune, school: reaches(acting, "needs", commune, school))
            rows = [row for row in rows if through(row.commune, row.school)]
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
        with self._year.views.reading() as conn:
            return summed(conn, request, lambda commune, school: reaches(acting, "need_sums", commune, school))

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
