"""Canned answers that look back over five school years, as large as they get: 28 criteria, three layers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from shared.contracts.calls import assessment as a
from shared.contracts.calls import maintenance as m
from shared.contracts.calls import years as y
from shared.rulebook.loader import load_library
from shared.text import last_day_of_year, years_until
from shared.vocabulary.inspection import MaintenanceResult

HOSTILE = '<script>alert("x")</script>'
NEW, OLD = "v2026_tt57/pho_thong", "v2018_tt22/tieu_hoc"
YEARS = years_until("2026-2027", 5)


def _level(n: int) -> a.LevelView:
    return a.LevelView(level=n, floor=n, ceiling=n, final=True)


def _layers(rulebook: str, year: str) -> dict[str, y.LayerYear]:
    criteria = list(load_library().get(rulebook).criteria)
    return {
        layer: y.LayerYear(cycle=year, level=_level(1), criteria={code: _level(n % 3) for n, code in enumerate(criteria)})
        for layer in ("school", "commune", "department")
    }


def _year(year: str, recognition: a.RecognitionView) -> y.SchoolYear:
    rulebook = NEW if year == YEARS[-1] else OLD
    return y.SchoolYear(
        year=year,
        on=min(last_day_of_year(year), dt.date(2026, 11, 23)),
        cycle=year,
        rulebook=rulebook,
        layers=_layers(rulebook, year),
        submitted_on=last_day_of_year(year) if year != YEARS[-1] else None,
        recognition=recognition,
    )


def _divergence(family: str) -> tuple[str, list[tuple[str, str]]]:
    rulebook = OLD if family.startswith("2018") else NEW
    return rulebook, [(code, criterion.title) for code, criterion in load_library().get(rulebook).criteria.items()]


FAMILIES = [
    y.RulebookFamily(family="2026/pho_thong", rulebook=NEW, schools=1),
    y.RulebookFamily(family="2018/tieu_hoc", rulebook=OLD, schools=1),
]
LEVELS = {"school": _level(2), "commune": _level(1)}


def divergence(request: y.DivergenceRequest) -> y.DivergenceAnswer:
    rulebook, criteria = _divergence(request.family)
    compared = [y.ComparedYear(year=year, cycle=year, levels=LEVELS, differs=year == YEARS[-1]) for year in YEARS]
    return y.DivergenceAnswer(
        school=request.school,
        name="Trường Tiểu học Bản Chuông",
        family=request.family or "2026/pho_thong",
        rulebook=rulebook,
        years=YEARS,
        criteria=[
            y.CriterionOverYears(criterion=code, title=title, years=compared if n else [], differed=1 if n else 0)
            for n, (code, title) in enumerate(criteria)
        ],
        families=FAMILIES,
    )


def divergences(request: y.DivergencesRequest) -> y.DivergencesAnswer:
    rulebook, criteria = _divergence(request.family)
    behind = y.SchoolDivergence(school="TH-BC", school_name=f"Trường {HOSTILE}", year=YEARS[-1], levels=LEVELS)
    return y.DivergencesAnswer(
        family=request.family or "2026/pho_thong",
        rulebook=rulebook,
        years=YEARS,
        schools=9,
        criteria=[
            y.CriterionDivergence(criterion=code, title=title, compared=9, differed=1, schools=[behind])
            for code, title in criteria
        ],
        families=FAMILIES,
    )


def _check(year: str, result: MaintenanceResult) -> m.MaintenanceCheckView:
    return m.MaintenanceCheckView(
        year=year,
        result=result,
        note=f"Thiếu {HOSTILE}",
        checked_on=dt.date(2026, 11, 20),
        by="p-1",
        position=18000,
        inspection="kt-07",
    )


CHECKS = [_check(YEARS[-1], MaintenanceResult.NOT_KEPT), _check(YEARS[-2], MaintenanceResult.KEPT)]


def canned_years(recognition: a.RecognitionView) -> Mapping[str, Callable[[Any], Any]]:
    """Return the answers, of a school that holds this recognition."""
    return {
        "assessment.years": lambda r: y.YearsAnswer(
            school=r.school,
            name="Trường Tiểu học Bản Chuông",
            valid_at=r.valid_at or dt.date(2026, 11, 23),
            known_at=r.known_at or 18297,
            years=[_year(year, recognition) for year in YEARS],
        ),
        "assessment.divergence": divergence,
        "assessment.divergences": divergences,
        "inspection.maintenance": lambda r: m.MaintenanceView(school=r.school, checks=CHECKS),
        "inspection.maintenance_list": lambda r: m.MaintenanceListAnswer(
            checks=[m.MaintenanceLine(school="TH-BC", check=CHECKS[0])], total=1
        ),
        "inspection.check_maintenance": lambda _: CHECKS[0],
    }
