"""Questions about difficulties: one, those of a school, all that the caller reaches."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from services.inspection.domain.year.difficulty import no_difficulty
from services.inspection.presenters.year_difficulties import difficulty_view, is_overdue, state_of
from services.inspection.use_cases.year.common import stream_of
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year import difficulties_rows as rows
from services.inspection.views.year.difficulties_rows import DifficultyRow
from shared.contracts.calls.year.difficulties import (
    DifficultiesAnswer,
    DifficultiesRequest,
    DifficultyRequest,
    DifficultyView,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import may, reaches_school
from shared.paging import page_of
from shared.vocabulary.commune_year import DifficultyState
from shared.vocabulary.ids import CommuneCode, DifficultyId, SchoolCode

MOST_DIFFICULTIES = 500
_LATE_LAST = dt.date.max
_ORDER = (
    DifficultyState.RAISED,
    DifficultyState.TAKEN,
    DifficultyState.FORWARDED,
    DifficultyState.DECIDED,
    DifficultyState.ANSWERED,
    DifficultyState.CLOSED,
)
"""What waits for somebody first, what is closed last."""


class DifficultyViews:
    """Difficulties as they stand, for use cases and papers."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def one(self, number: DifficultyId) -> DifficultyView:
        """Return one difficulty; raises DifficultyUnknown."""
        with self._year.views.reading() as conn:
            row = rows.difficulty(conn, number)
            if row is None:
                raise no_difficulty()
            return self._shown(conn, [row])[0]

    def listed(
        self, commune: CommuneCode = CommuneCode(""), year: int = 0, school: SchoolCode = SchoolCode("")
    ) -> list[DifficultyView]:
        """Return difficulties, of a commune, a year or a school where named: overdue first, then by what waits, by day."""
        with self._year.views.reading() as conn:
            found = rows.difficulties(conn, commune=commune, year=year, school=school)
            return self._shown(conn, self._urgent_first(conn, found))

    def _shown(self, conn: Connection, found: Sequence[DifficultyRow]) -> list[DifficultyView]:
        others = _others(conn, found)
        acts = rows.acts_of(conn, [*(row.difficulty for row in found), *others])
        merged = rows.merged_with(conn, [row.difficulty for row in found])
        return [difficulty_view(row, acts, others, merged.get(row.difficulty, []), self._year.today) for row in found]

    def _urgent_first(self, conn: Connection, found: Sequence[DifficultyRow]) -> list[DifficultyRow]:
        others, today = _others(conn, found), self._year.today

        def urgency(row: DifficultyRow) -> tuple[bool, int, dt.date, int]:
            state = state_of(row, others)
            return not is_overdue(row, state, today), _ORDER.index(state), row.due or _LATE_LAST, row.position

        return sorted(found, key=urgency)


class DifficultyQueries:
    """Answers questions about difficulties; records nothing."""

    def __init__(self, year: YearRepository) -> None:
        self._views = DifficultyViews(year)

    def difficulty(self, acting: CallContext, request: DifficultyRequest) -> DifficultyView:
        """Return one difficulty; raises DifficultyUnknown, whether there is none or the caller may not know of it."""
        found = self._views.one(DifficultyId(str(stream_of(request.difficulty, no_difficulty))))
        if not may(acting, "inspection.difficulty", school=found.school):
            raise no_difficulty()
        return found

    def difficulties(self, acting: CallContext, request: DifficultiesRequest) -> DifficultiesAnswer:
        """Return one page of the difficulties that the caller reaches, what is overdue first; raises BadRequest."""
        listed = self._views.listed(request.commune, request.year, request.school or SchoolCode(""))
        mine = [one for one in listed if reaches_school(acting, "inspection.difficulties", one.school)]
        counted = Counter(one.state for one in mine)
        wanted = [one for one in mine if request.state in {None, one.state}]
        page = page_of(wanted, request.after, request.limit, most=MOST_DIFFICULTIES, what="khó khăn")
        counts = {state.value: counted[state] for state in DifficultyState}
        return DifficultiesAnswer(difficulties=list(page), total=len(wanted), counts=counts)


def _others(conn: Connection, found: Sequence[DifficultyRow]) -> Mapping[DifficultyId, DifficultyRow]:
    """Return those that some of these are merged into."""
    wanted = {row.merged_into for row in found if row.merged_into}
    present = {row.difficulty: row for row in found if row.difficulty in wanted}
    others = {number: rows.difficulty(conn, number) for number in wanted - present.keys()}
    return present | {number: row for number, row in others.items() if row is not None}
