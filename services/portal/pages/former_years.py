"""Looking back: five school years of a school side by side, and where its layers differed; no order of merit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from flask import redirect, request
from werkzeug.wrappers import Response

from services.portal.pages import formatting, level_badges, query_params
from services.portal.pages.as_of import PastMoment, requested_past
from services.portal.pages.csv_export import csv_file
from services.portal.pages.offices import commune_office, department_office
from services.portal.pages.rulebook_labels import RulebookLabels, StandardName, law
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.assessment import LevelView
from shared.contracts.calls.identity import SchoolEntry
from shared.contracts.calls.maintenance import MaintenanceCheckView, MaintenanceRequest, MaintenanceView
from shared.contracts.calls.years import (
    MOST_SCHOOLS_COMPARED,
    DivergenceAnswer,
    DivergenceRequest,
    DivergencesAnswer,
    DivergencesRequest,
    SchoolYear,
    YearsAnswer,
    YearsRequest,
)
from shared.rulebook.loader import load_library
from shared.text import last_day_of_year
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, SchoolCode


class YearTable(msgspec.Struct, frozen=True, kw_only=True):
    """The criteria of one family of rulebooks, by the newest that the school was under, over five years.

    `years` are those whose cycle was under one of them; the others have nothing to say here. `standards` are the rows in
    groups, what stands outside the standards in the last.
    """

    law: RulebookLabels
    years: frozenset[str]
    standards: tuple[StandardName, ...]


@blueprint.get("/truong/<school>/nam-nam")
def five_years(school: SchoolCode) -> str | Response:
    """Show the last five school years of a school: awards, yearly checks, and each criterion in three layers."""
    past = requested_past()
    asked = YearsRequest(school=school, **_moment(past))
    five = call_service("assessment", "years", asked, YearsAnswer)
    if past is not None and past.known_at == 0:
        return redirect(keep(request.path, PastMoment(valid_at=past.valid_at, known_at=five.known_at)))
    return render(
        "nam-nam.html",
        active="lich-su",
        school=school,
        past=past,
        five=five,
        running=next((year for year in five.years if year.on < last_day_of_year(year.year)), None),
        tables=_tables(five.years),
        checks=_checks(school, past),
        levels_of=_levels_of,
        tabs_of_years=history_tabs(school),
    )


def _tables(years: list[SchoolYear]) -> list[YearTable]:
    """Return a table for each family of rulebooks, that of the newest year first: families never stand in one row."""
    by_family: dict[str, list[SchoolYear]] = {}
    for year in reversed(years):
        if year.rulebook:
            by_family.setdefault(load_library().get(year.rulebook).family, []).append(year)
    return [_table(law(of[0].rulebook), frozenset(year.year for year in of)) for of in by_family.values()]


def _table(labels: RulebookLabels, years: frozenset[str]) -> YearTable:
    beyond = (StandardName(number=0, title="Ngoài các tiêu chuẩn", criteria=labels.beyond),) if labels.beyond else ()
    return YearTable(law=labels, years=years, standards=labels.standards + beyond)


def _levels_of(year: SchoolYear, criterion: str = "") -> dict[str, LevelView]:
    """Return what each layer came to in a year for one criterion, or for the school; only layers that judged it."""
    if not criterion:
        return {layer: found.level for layer, found in year.layers.items()}
    return {layer: found.criteria[criterion] for layer, found in year.layers.items() if criterion in found.criteria}


def _checks(school: SchoolCode, past: PastMoment | None) -> dict[str, MaintenanceCheckView]:
    """Return school year → its check; of a moment of the past none, for the service is asked about now."""
    if past is not None or not may("inspection.maintenance", school=school):
        return {}
    found = call_service("inspection", "maintenance", MaintenanceRequest(school=school), MaintenanceView)
    return {check.year: check for check in found.checks}


class HistoryTab(msgspec.Struct, frozen=True, kw_only=True):
    """One of the pages that look back at a school."""

    key: str
    name: str
    href: str


def history_tabs(school: SchoolCode) -> list[HistoryTab]:
    """Return the pages that look back at a school, those that the caller may open."""
    offered = [
        ("lich-su", "Lịch sử", "assessment.history"),
        ("nam-nam", "Năm năm", "assessment.years"),
        ("chenh-lech", "Chênh lệch", "assessment.divergence"),
        ("duy-tri", "Duy trì", "inspection.maintenance"),
    ]
    base = f"/truong/{quote(school)}"
    return [
        HistoryTab(key=key, name=name, href=f"{base}/{key}")
        for key, name, operation in offered
        if may(operation, school=school)
    ]


# --- where layers differed


@blueprint.get("/truong/<school>/chenh-lech")
def school_divergence(school: SchoolCode) -> str | Response:
    """Show on which criteria the layers of a school differed, year by year."""
    past = requested_past()
    found = _divergence(school, past)
    return render(
        "chenh-lech.html",
        active="lich-su",
        school=school,
        past=past,
        found=found,
        law=law(found.rulebook),
        steps=_steps(law(found.rulebook)),
        tabs_of_years=history_tabs(school),
    )


@blueprint.get("/truong/<school>/chenh-lech.csv")
def school_divergence_file(school: SchoolCode) -> Response:
    """Give the sheet of a school as a table for a spreadsheet: a line for each criterion and year that two layers judged."""
    found = _divergence(school, requested_past())
    rows = [
        (row.criterion, row.title, year.year, *_level_words(year.levels), "có" if year.differs else "không")
        for row in found.criteria
        for year in row.years
    ]
    header = ("Tiêu chí", "Tên", "Năm học", *_LAYER_COLUMNS, "Khác nhau")
    return csv_file(f"chenh-lech-{school}.csv", header, rows)


@blueprint.get("/xa/<commune>/chenh-lech")
def commune_divergence(commune: CommuneCode) -> str:
    """Show on which criteria layers differed at the schools of a commune."""
    return _office_page(commune_office(commune).name, f"/xa/{quote(commune)}", commune)


@blueprint.get("/xa/<commune>/chenh-lech.csv")
def commune_divergence_file(commune: CommuneCode) -> Response:
    """Give the sheet of a commune as a table."""
    commune_office(commune)
    return _office_file(commune, f"chenh-lech-{commune}.csv")


@blueprint.get("/so/chenh-lech")
def department_divergence() -> str:
    """Show on which criteria layers differed, at the schools of the province or of one commune."""
    name = department_office().name
    by_commune = _only_by_commune()
    return _office_page(name, "/so", _commune_asked(by_commune), by_commune=by_commune)


@blueprint.get("/so/chenh-lech.csv")
def department_divergence_file() -> Response:
    """Give the sheet of the department as a table."""
    department_office()
    commune = _commune_asked(_only_by_commune())
    return _office_file(commune, f"chenh-lech-{commune}.csv" if commune else "chenh-lech.csv")


def _commune_asked(by_commune: bool) -> CommuneCode:
    """Return the commune that is asked for, '' for all; where one has to be, the first with a school stands in for none."""
    asked = CommuneCode(query_params.text("xa", 40))
    if asked or not by_commune:
        return asked
    with_schools = {school.commune for school in _compared_schools()}
    return next((commune.code for commune in directory().communes() if commune.code in with_schools), asked)


def _only_by_commune() -> bool:
    """Say whether the caller's schools are too many for one sheet."""
    return len(_compared_schools()) > MOST_SCHOOLS_COMPARED


def _compared_schools() -> list[SchoolEntry]:
    return [school for school in directory().schools() if may("assessment.divergences", school=school.code)]


def _divergence(school: SchoolCode, past: PastMoment | None) -> DivergenceAnswer:
    asked = DivergenceRequest(school=school, family=query_params.text("bo", 40), **_moment(past))
    return call_service("assessment", "divergence", asked, DivergenceAnswer)


def _office_page(name: str, base: str, commune: CommuneCode, *, by_commune: bool = False) -> str:
    found = _divergences(commune)
    labels = law(found.rulebook)
    return render(
        "chenh-lech-co-quan.html",
        active="duy-tri",
        name=name,
        base=base,
        commune=commune,
        communes=directory().communes() if base == "/so" else [],
        by_commune=by_commune,
        most=MOST_SCHOOLS_COMPARED,
        found=found,
        law=labels,
        steps=_steps(labels),
        differing=[row for row in found.criteria if row.differed],
    )


def _office_file(commune: CommuneCode, name: str) -> Response:
    """Give the sheet of an office: a line a criterion with its counts, and a line for each school behind it, by name."""
    rows: list[tuple[str, ...]] = []
    for row in _divergences(commune).criteria:
        rows.append((row.criterion, row.title, str(row.compared), str(row.differed), "", "", "", "", ""))
        rows += [
            (row.criterion, row.title, "", "", one.school_name, one.year, *_level_words(one.levels)) for one in row.schools
        ]
    header = ("Tiêu chí", "Tên", "Số lần so", "Số lần khác", "Trường khác (theo tên)", "Năm học", *_LAYER_COLUMNS)
    return csv_file(name, header, rows)


def _divergences(commune: CommuneCode) -> DivergencesAnswer:
    asked = DivergencesRequest(commune=commune, family=query_params.text("bo", 40))
    return call_service("assessment", "divergences", asked, DivergencesAnswer)


def _moment(past: PastMoment | None) -> dict[str, Any]:
    return {"valid_at": past.valid_at, "known_at": past.known_at} if past else {}


def _steps(labels: RulebookLabels) -> dict[str, int]:
    """Return criterion → how many levels it has."""
    return {criterion.code: criterion.steps for criterion in (*labels.criteria, *labels.beyond)}


_LAYER_COLUMNS = tuple(formatting.LAYER_LABELS[layer] for layer in Layer)


def _level_words(levels: Mapping[str, LevelView]) -> tuple[str, ...]:
    """Return what each layer came to, in words; empty where it judged nothing."""
    return tuple(_words(levels.get(layer)) for layer in Layer)


def _words(view: LevelView | None) -> str:
    if view is None:
        return ""
    return level_badges.level_badge(view, view.ceiling, touched=True).spoken.replace(formatting.NBSP, " ")
