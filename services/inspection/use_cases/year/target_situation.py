"""What targets are looked at against: what a layer judged, which rulebook a school has, what is under way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from services.inspection import views
from services.inspection.domain.planning import KnownCycle
from services.inspection.domain.year.criterion_results import CriterionLevel, level_of, missing_of_nothing
from services.inspection.domain.year.target_forecast import PendingStep
from services.inspection.use_cases.year.target_needs import need_step, needs_about
from services.inspection.views import known_results
from services.inspection.views.known import KnownSchool
from services.inspection.views.known_cycles import newest_cycles
from shared.rulebook import Library, Rulebook
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, SchoolCode, Sha256

NO_DATE = "chưa ghi ngày xong"


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What some schools' criteria are like in one layer, on the day that is asked about."""

    library: Library
    day: dt.date
    layer: Layer
    judged: known_results.PartsOfCriteria
    education_levels: Mapping[SchoolCode, list[str]]
    steps: Mapping[tuple[SchoolCode, CriterionCode], list[PendingStep]]

    def level(self, school: SchoolCode, criterion: CriterionCode, digest: Sha256, upto: int) -> CriterionLevel | None:
        """Return what the layer came to; None when it judged nothing of that rulebook's criterion."""
        parts = self.judged.get((school, criterion), [])
        return level_of(self.library, criterion, digest, parts, self.education_levels.get(school, ()), upto)

    def missing(
        self, school: SchoolCode, criterion: CriterionCode, digest: Sha256, upto: int, level: CriterionLevel | None
    ) -> Sequence[str]:
        """Return the indicators that are not met up to a level, all of them where nothing is judged."""
        if level is not None:
            return level.missing
        return missing_of_nothing(self.library.by_digest(digest), criterion, upto)


def situation(
    own: Connection, known: Connection, *, library: Library, day: dt.date, layer: Layer, schools: Collection[SchoolCode]
) -> Situation:
    """Read the situation of some schools: `own` tells of the own log, `known` of what other services told."""
    return Situation(
        library=library,
        day=day,
        layer=layer,
        judged=known_results.judged_of(known, layer, schools),
        education_levels=known_results.education_levels(known, schools),
        steps=_steps(own, known, schools, day),
    )


def rulebook_of(library: Library, school: KnownSchool, newest: KnownCycle | None, day: dt.date) -> Rulebook:
    """Return the rulebook of a school's newest cycle, else the one in force for its kind; raises UnknownRulebook."""
    return library.by_digest(newest.digest) if newest is not None else library.choose(school.kind.value, day).rulebook


def _steps(
    own: Connection, known: Connection, schools: Collection[SchoolCode], day: dt.date
) -> dict[tuple[SchoolCode, CriterionCode], list[PendingStep]]:
    found: dict[tuple[SchoolCode, CriterionCode], list[PendingStep]] = {}
    newest = newest_cycles(known, schools)
    for item in known_results.open_improvements(known, schools):
        current = newest.get(item.school)
        of_this_year = current is not None and current.year == item.year
        # What an earlier year left behind, past its day, nobody works on any more.
        if of_this_year or item.ends is None or item.ends >= day:
            step = PendingStep(what="Việc cải tiến", by=item.ends, why="" if item.ends else NO_DATE)
            found.setdefault((item.school, item.criterion), []).append(step)
    for made in views.open_about_criteria(own, schools):
        found.setdefault((made.school, made.criterion), []).append(PendingStep(what="Kiến nghị của đoàn", by=made.due))
    for need in needs_about(own, schools):
        found.setdefault((need.school, need.criterion), []).append(need_step(need))
    return found
