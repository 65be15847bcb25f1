"""Looks back over school years: what each layer came to in each, and where two layers cannot both be right.

A school year's cycle may have versions (a reopened one replaces the one before); each layer judged one of them. Layers are
compared within a version only: a school that mended its report after a visit does not differ from what the visit found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from services.assessment.domain.replay import CycleState, SchoolState
from services.assessment.domain.school_assessment import SchoolAssessment, assess
from shared.rulebook import Evaluation, LevelResult, Library, Rulebook
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode, CycleId

COUNTED_YEARS = 5
"""A recognition lasts five years; so far back everybody looks."""


class JudgedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a cycle, with what follows from it in every layer that judged anything of it.

    `judged`: layer → the criteria of which it judged at least one indicator.
    """

    cycle: CycleId
    rulebook: Rulebook
    evaluations: dict[Layer, Evaluation]
    judged: dict[Layer, frozenset[CriterionCode]]

    def levels(self, code: CriterionCode) -> dict[Layer, LevelResult]:
        """Return what the layers that judged a criterion came to."""
        return {
            layer: evaluation.criteria[code] for layer, evaluation in self.evaluations.items() if code in self.judged[layer]
        }


class YearOfSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A school year with the versions of its cycle, the newest first; none where the school opened none."""

    year: str
    versions: tuple[JudgedVersion, ...]

    def last_word(self, layer: Layer) -> JudgedVersion | None:
        """Return the newest version of which a layer judged anything."""
        return next((version for version in self.versions if layer in version.evaluations), None)

    def compared(self, family: str) -> dict[CriterionCode, ComparedLevels]:
        """Return each criterion that two layers judged in one version, by the newest such version of a rulebook family."""
        found: dict[CriterionCode, ComparedLevels] = {}
        for version in self.versions:
            for code in version.rulebook.criteria if version.rulebook.family == family else ():
                levels = version.levels(code)
                if len(levels) > 1:
                    found.setdefault(code, ComparedLevels(year=self.year, cycle=version.cycle, levels=levels))
        return found


class ComparedLevels(msgspec.Struct, frozen=True, kw_only=True):
    """What at least two layers came to for one criterion of one version."""

    year: str
    cycle: CycleId
    levels: dict[Layer, LevelResult]

    @property
    def differs(self) -> bool:
        """Whether two of the layers cannot both be right: what one reaches at best is below what another surely reaches."""
        return any(a.ceiling < b.floor for a in self.levels.values() for b in self.levels.values())


def years_of(state: SchoolState, library: Library, years: Iterable[str]) -> list[YearOfSchool]:
    """Return school years of a school as it stood, in the order given."""
    cycles = state.opened_cycles()
    return [
        YearOfSchool(year=year, versions=tuple(_version(state, library, cycle) for cycle in cycles if _is_of(cycle, year)))
        for year in years
    ]


def families_of(years: Iterable[YearOfSchool]) -> list[str]:
    """Return the rulebook families of the cycles of some years, that of the newest cycle first."""
    newest_first = sorted(years, key=lambda one: one.year, reverse=True)
    return list(dict.fromkeys(version.rulebook.family for year in newest_first for version in year.versions))


def newest_of_family(library: Library, family: str) -> Rulebook | None:
    """Return the rulebook of a family that came into force last; None where there is no such family."""
    related = [rulebook for rulebook in library if rulebook.family == family]
    return max(related, key=lambda rulebook: rulebook.in_force.start, default=None)


def over_years(years: Iterable[YearOfSchool], family: str) -> dict[CriterionCode, list[ComparedLevels]]:
    """Return criterion → what layers came to, year by year, where at least two judged it."""
    found: dict[CriterionCode, list[ComparedLevels]] = {}
    for year in years:
        for code, levels in year.compared(family).items():
            found.setdefault(code, []).append(levels)
    return found


def _is_of(cycle: CycleState, year: str) -> bool:
    return cycle.opened is not None and cycle.opened.year == year


def _version(state: SchoolState, library: Library, cycle: CycleState) -> JudgedVersion:
    assert cycle.opened is not None
    assessed = assess(state, library, cycle=cycle.opened.cycle)
    judged = {layer: _criteria_of(assessed, layer) for layer in Layer}
    return JudgedVersion(
        cycle=cycle.opened.cycle,
        rulebook=assessed.rulebook,
        evaluations={layer: assessed.evaluation(layer) for layer in Layer if judged[layer]},
        judged=_told(judged),
    )


def _criteria_of(assessed: SchoolAssessment, layer: Layer) -> frozenset[CriterionCode]:
    results = assessed.results[layer].items()
    known = assessed.rulebook.criteria
    return frozenset(
        key.criterion for key, result in results if result is not Result.NOT_ASSESSED and key.criterion in known
    )


def _told(judged: Mapping[Layer, frozenset[CriterionCode]]) -> dict[Layer, frozenset[CriterionCode]]:
    return {layer: codes for layer, codes in judged.items() if codes}
