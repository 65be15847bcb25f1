"""Puts school years and what layers differed on into the words of the contracts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from services.assessment.domain import facts as f
from services.assessment.domain.replay import SchoolState
from services.assessment.domain.years import ComparedLevels, JudgedVersion, YearOfSchool, over_years
from services.assessment.presenters import certificate_view, level_view, recognition_view
from shared.contracts.calls.assessment import LevelView
from shared.contracts.calls.years import (
    ComparedYear,
    CriterionDivergence,
    CriterionOverYears,
    LayerYear,
    SchoolDivergence,
    SchoolYear,
    YearsAnswer,
)
from shared.rulebook import LevelResult, Rulebook
from shared.text import last_day_of_year, vietnamese_key
from shared.vocabulary.assessment import AwardKind, Layer
from shared.vocabulary.ids import CriterionCode, CycleId, SchoolCode


class SchoolOverYears(msgspec.Struct, frozen=True, kw_only=True):
    """A school with its years."""

    school: SchoolCode
    name: str
    years: list[YearOfSchool]


def years_answer(state: SchoolState, years: Iterable[YearOfSchool]) -> YearsAnswer:
    """Return a school's years, the earliest first."""
    assert state.school is not None
    return YearsAnswer(
        school=state.school.school,
        name=state.school.name,
        valid_at=state.valid_at,
        known_at=state.known_at,
        years=[_year(state, year) for year in years],
    )


def _year(state: SchoolState, year: YearOfSchool) -> SchoolYear:
    on = min(last_day_of_year(year.year), state.valid_at)
    newest = year.versions[0] if year.versions else None
    words = {layer: year.last_word(layer) for layer in Layer}
    held, certified = (state.awards.current(kind, on) for kind in (AwardKind.RECOGNITION, AwardKind.CERTIFICATE))
    return SchoolYear(
        year=year.year,
        on=on,
        cycle=newest.cycle if newest else CycleId(""),
        rulebook=newest.rulebook.id if newest else "",
        layers={layer.value: _layer(version, layer) for layer, version in words.items() if version is not None},
        submitted_on=_submitted_on(state, newest) if newest else None,
        recognition=recognition_view(held) if held else None,
        certificate=certificate_view(certified) if certified else None,
    )


def _layer(version: JudgedVersion, layer: Layer) -> LayerYear:
    evaluation = version.evaluations[layer]
    return LayerYear(
        cycle=version.cycle,
        level=level_view(evaluation.school),
        criteria={
            code: level_view(evaluation.criteria[code])
            for code in version.rulebook.criteria
            if code in version.judged[layer]
        },
    )


def _submitted_on(state: SchoolState, version: JudgedVersion) -> dt.date | None:
    submitted = state.cycles[version.cycle].submitted
    fact = submitted.entry.fact if submitted else None
    return fact.submitted_on if isinstance(fact, f.SelfAssessmentSubmitted) else None


def criteria_over_years(rulebook: Rulebook, years: Iterable[YearOfSchool], family: str) -> list[CriterionOverYears]:
    """Return every criterion of a rulebook with the years in which two layers of one school judged it."""
    found = over_years(years, family)
    return [
        CriterionOverYears(
            criterion=code,
            title=criterion.title,
            years=[_compared(one) for one in found.get(code, [])],
            differed=sum(one.differs for one in found.get(code, [])),
        )
        for code, criterion in rulebook.criteria.items()
    ]


def _compared(one: ComparedLevels) -> ComparedYear:
    return ComparedYear(year=one.year, cycle=one.cycle, levels=_levels(one.levels), differs=one.differs)


def criteria_across_schools(
    rulebook: Rulebook, schools: Iterable[SchoolOverYears], family: str
) -> list[CriterionDivergence]:
    """Return every criterion of a rulebook with how often layers differed; the schools behind it by name, then by year."""
    by_name = sorted(schools, key=lambda school: vietnamese_key(school.name))
    found = [(school, over_years(school.years, family)) for school in by_name]
    return [_across(code, criterion.title, found) for code, criterion in rulebook.criteria.items()]


def _across(
    code: CriterionCode, title: str, found: list[tuple[SchoolOverYears, dict[CriterionCode, list[ComparedLevels]]]]
) -> CriterionDivergence:
    pairs = [(school, one) for school, by_criterion in found for one in by_criterion.get(code, [])]
    differing = [(school, one) for school, one in pairs if one.differs]
    return CriterionDivergence(
        criterion=code,
        title=title,
        compared=len(pairs),
        differed=len(differing),
        schools=[
            SchoolDivergence(school=school.school, school_name=school.name, year=one.year, levels=_levels(one.levels))
            for school, one in differing
        ],
    )


def _levels(levels: dict[Layer, LevelResult]) -> dict[str, LevelView]:
    return {layer.value: level_view(level) for layer, level in levels.items()}
