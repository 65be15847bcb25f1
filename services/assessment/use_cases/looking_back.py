"""Questions about the last five school years: what each layer came to, and where layers differed. Records nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from services.assessment import views, years_presenters
from services.assessment.domain.replay import SchoolState
from services.assessment.domain.years import COUNTED_YEARS, YearOfSchool, families_of, newest_of_family, years_of
from services.assessment.errors import DateRefused
from services.assessment.use_cases.schools import EARLIEST_DAY, AsOf, SchoolRepository
from services.assessment.use_cases.texts import no_school
from services.assessment.years_presenters import SchoolOverYears
from shared.contracts.calls.assessment import SchoolView
from shared.contracts.calls.years import (
    MOST_SCHOOLS_COMPARED,
    DivergenceAnswer,
    DivergenceRequest,
    DivergencesAnswer,
    DivergencesRequest,
    RulebookFamily,
    YearsAnswer,
    YearsRequest,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.text import format_date, school_year_of, years_until

LATEST_DAY = dt.date(2999, 12, 31)
"""Further ahead nobody asks what school years came to."""


class LookingBack:
    """Answers questions about former school years."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def years(self, request: YearsRequest) -> YearsAnswer:
        """Return the last five school years of a school at a moment. Raises NoSuchSchool, NotYetKnown."""
        state = self._state(request)
        return years_presenters.years_answer(state, self._years(state))

    def divergence(self, request: DivergenceRequest) -> DivergenceAnswer:
        """Return on which criteria the layers of one school differed. Raises NoSuchSchool, NotYetKnown, BadRequest."""
        state = self._state(request)
        years = self._years(state)
        own = families_of(years)
        assert state.school is not None
        in_force = self._schools.library.choose(state.school.kind, state.valid_at).rulebook.family
        rulebook = self._rulebook(request.family or (own[0] if own else in_force))
        return DivergenceAnswer(
            school=state.school.school,
            name=state.school.name,
            family=rulebook.family,
            rulebook=rulebook.id,
            years=[year.year for year in years],
            criteria=years_presenters.criteria_over_years(rulebook, years, rulebook.family),
            families=[self._family(family, 1) for family in own],
        )

    def divergences(self, acting: CallContext, request: DivergencesRequest) -> DivergencesAnswer:
        """Return how often layers differed by criterion, at the schools that the caller reaches. Raises BadRequest."""
        reached = self._reached(acting, request)
        if len(reached) > MOST_SCHOOLS_COMPARED:
            most = f"mỗi bảng nhiều nhất {MOST_SCHOOLS_COMPARED}"
            raise BadRequest(f"Có {len(reached)} trường, {most}. Chọn một xã.", path="$.commune")
        day = self._schools.today()
        as_of = AsOf(day, self._schools.log.head())
        schools = [self._over_years(school, as_of) for school in reached]
        families = Counter(family for school in schools for family in families_of(school.years))
        rulebook = self._rulebook(request.family or _usual(families) or self._in_force(reached))
        return DivergencesAnswer(
            family=rulebook.family,
            rulebook=rulebook.id,
            years=years_until(school_year_of(day), COUNTED_YEARS),
            schools=families[rulebook.family],
            criteria=years_presenters.criteria_across_schools(rulebook, schools, rulebook.family),
            families=[self._family(family, families[family]) for family in sorted(families)],
        )

    def _state(self, request: YearsRequest | DivergenceRequest) -> SchoolState:
        as_of = self._schools.as_of(request.valid_at, request.known_at)
        if not EARLIEST_DAY <= as_of.valid_at <= LATEST_DAY:
            raise DateRefused(f"Chọn ngày từ {format_date(EARLIEST_DAY)} đến {format_date(LATEST_DAY)}.")
        state = self._schools.history(request.school, as_of.known_at).at(*as_of)
        if state.school is None:
            raise no_school(request.school)
        return state

    def _years(self, state: SchoolState) -> list[YearOfSchool]:
        last = years_until(school_year_of(state.valid_at), COUNTED_YEARS)
        return years_of(state, self._schools.library, last)

    def _reached(self, acting: CallContext, request: DivergencesRequest) -> list[SchoolView]:
        with self._schools.views.reading() as conn:
            known = views.schools(conn, request.commune)
        return [school for school in known if reaches_school(acting, "assessment.divergences", school.code)]

    def _over_years(self, school: SchoolView, as_of: AsOf) -> SchoolOverYears:
        state = self._schools.history(school.code, as_of.known_at).at(*as_of)
        return SchoolOverYears(school=school.code, name=school.name, years=self._years(state))

    def _in_force(self, schools: list[SchoolView]) -> str:
        """Return the family that is in force today for the first school; of no school, the first there is."""
        if not schools:
            return next(iter(self._schools.library)).family
        return self._schools.library.choose(schools[0].kind, self._schools.today()).rulebook.family

    def _family(self, family: str, schools: int) -> RulebookFamily:
        return RulebookFamily(family=family, rulebook=self._rulebook(family).id, schools=schools)

    def _rulebook(self, family: str) -> Rulebook:
        """Return the newest rulebook of a family; raises BadRequest."""
        found = newest_of_family(self._schools.library, family)
        if found is None:
            raise BadRequest(f"Không có nhóm bộ tiêu chí “{family[:40]}”. Chọn trong danh sách.", path="$.family")
        return found


def _usual(families: Mapping[str, int]) -> str:
    """Return the family that most schools have; of equals the first by name, '' of none."""
    return min(families, key=lambda family: (-families[family], family), default="")
