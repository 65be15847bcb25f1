"""What if: a commune under another rulebook or a draft of one, a school with one criterion met. Nothing is ever kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import request

from services.portal.pages import formatting, query_params
from services.portal.pages.figures import number
from services.portal.pages.rulebook_labels import law
from services.portal.pages.school import explain_request, status_request
from services.portal.pages.site import blueprint, render
from services.portal.pages.todo_list import criterion_href, layer_views
from services.portal.web.context import call_service, directory, may
from shared.contracts.calls.assessment import ExplainAnswer, LevelView, SimulateAnswer, SimulateRequest, Status
from shared.problems import BadRequest, NotAllowed, NotFound, Problem
from shared.rulebook.evaluator import LevelBounds, school_result
from shared.rulebook.figure_schema import figure_schemas
from shared.rulebook.loader import load_library
from shared.rulebook.model import Criterion, Rulebook
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CommuneCode, CriterionCode, SchoolCode

THRESHOLDS = 3
"""How many thresholds one form may change."""
_DEMANDS = {
    "mandatory": "bắt buộc: đạt từ Mức",
    "others_at_least": "còn lại: ít nhất mấy tiêu chí",
    "others_at": "còn lại: các tiêu chí ấy đạt từ Mức",
    "rest": "còn lại: mọi tiêu chí từ Mức",
}


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """One threshold that a draft may change; `key` names it in the address."""

    key: str
    criterion: CriterionCode
    level: int
    indicator: str
    figure: str
    name: str


def thresholds(book: Rulebook) -> list[Threshold]:
    """Return the thresholds of a rulebook, each place once, in its order."""
    names = {figure: schema.name for figure, schema in figure_schemas(book).items()}
    by_key: dict[str, Threshold] = {}
    for code, criterion in book.criteria.items():
        for level, body in criterion.levels.items():
            for indicator in body.indicators:
                for threshold in indicator.thresholds:
                    key = f"{code}_{level}_{indicator.code}_{threshold.figure}"
                    place = f"{code} {formatting.level(level)}" + (f" {indicator.code}" if indicator.code != "-" else "")
                    name = f"{place}: {names.get(threshold.figure, threshold.figure)} ({threshold.unit})"
                    by_key[key] = Threshold(
                        key=key, criterion=code, level=level, indicator=indicator.code, figure=threshold.figure, name=name
                    )
    return list(by_key.values())


@blueprint.get("/xa/<commune>/thu-nghiem")
def simulation_page(commune: CommuneCode) -> str | tuple[str, int]:
    """Show which schools of a commune would change level under another rulebook or a draft, and by which criteria."""
    entry = directory().commune(commune)
    if entry is None:
        raise NotFound("Không có xã này. Xem lại địa chỉ.")
    if not may("assessment.simulate", commune=commune):
        raise NotAllowed("Xét thử dành cho Phòng VH-XH xã, Sở và kiểm toán. Xin quyền ở người quản trị.")
    library = load_library()
    chosen = query_params.text("bo")
    book, answer, problem, changes = None, None, None, {}
    try:
        if chosen:
            book = library.get(chosen)
            changes = draft_changes(book, request.args)
            layer = next((x for x in Layer if x == query_params.text("lop")), Layer.SCHOOL)
            simulate_request = SimulateRequest(commune=commune, rulebook=chosen, changes=changes, layer=layer)
            answer = call_service("assessment", "simulate", simulate_request, SimulateAnswer)
    except Problem as refusal:
        problem = refusal
    page = render(
        "thu-nghiem.html",
        active="truong",
        commune=entry,
        total=sum(may("assessment.status", school=s.code) for s in directory().schools(commune)),
        books=list(library),
        book=book,
        law=law(book.id) if book else None,
        thresholds=thresholds(book) if book else [],
        rows=range(THRESHOLDS),
        demands=_DEMANDS,
        changes=changes,
        answer=answer,
        problem=problem,
        steps_of=_steps,
    )
    return (page, problem.status) if problem else page


def _steps(rulebook: str) -> int:
    return law(rulebook).steps


def draft_changes(book: Rulebook, asked: Mapping[str, str]) -> dict[str, Any]:
    """Read the changes that a form asks for, only those that differ from the rulebook. Raises BadRequest."""
    drop, mandatory = [], {}
    for code, criterion in book.criteria.items():
        match asked.get(f"tc-{code}", ""):
            case "bo":
                drop.append(code)
            case "bat-buoc" if not criterion.mandatory:
                mandatory[code] = True
            case "khong" if criterion.mandatory:
                mandatory[code] = False
    levels = {str(n): demands for n in book.rules.school.levels if (demands := _demands(book, n, asked))}
    changes = {"drop": drop, "mandatory": mandatory, "school_levels": levels, "thresholds": _thresholds(book, asked)}
    return {name: value for name, value in changes.items() if value}


def _demands(book: Rulebook, level: int, asked: Mapping[str, str]) -> dict[str, int]:
    rule = book.rules.school.levels[level]
    demands = {}
    for name in _DEMANDS:
        text = asked.get(f"muc-{level}-{name}", "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdecimal() and len(text) <= 2):
            raise BadRequest(f"“{text[:20]}” không phải là số. Nhập một số từ 0 đến 99.", path=f"muc-{level}-{name}")
        if int(text) != getattr(rule, name):
            demands[name] = int(text)
    return demands


def _thresholds(book: Rulebook, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    known = {threshold.key: threshold for threshold in thresholds(book)}
    changes = []
    for row in range(THRESHOLDS):
        threshold, value = known.get(asked.get(f"nguong-{row}", "")), asked.get(f"gia-tri-{row}", "").strip()
        if threshold is None or not value:
            continue
        amount = number(value, f"gia-tri-{row}")
        changes.append(
            {
                "criterion": threshold.criterion,
                "level": threshold.level,
                "indicator": threshold.indicator,
                "figure": threshold.figure,
                "value": int(amount) if amount == amount.to_integral_value() else str(amount),
            }
        )
    return changes


class WhatIfResult(msgspec.Struct, frozen=True, kw_only=True):
    """A school's level as if criteria had reached a level; `because` is the rulebook's own reason."""

    level: LevelView
    because: list[str]


def trial(book: Rulebook, views: Mapping[str, LevelView | None], reached: Mapping[str, int]) -> WhatIfResult:
    """Compute a school's level as if each criterion in `reached` had reached a level, all else as it is."""
    reaches = [_reach(book, criterion, views.get(criterion.code), reached) for criterion, _ in book.spans]
    found = school_result(book, reaches)
    level = LevelView(level=found.level, floor=found.floor, ceiling=found.ceiling, final=found.final)
    return WhatIfResult(level=level, because=list(found.because))


def _reach(book: Rulebook, criterion: Criterion, view: LevelView | None, reached: Mapping[str, int]) -> LevelBounds:
    floor, ceiling = (view.floor, view.ceiling) if view else (0, max(criterion.levels))
    wanted = reached.get(criterion.code, 0)
    return LevelBounds(*(_carries(book, criterion, max(n, wanted)) for n in (floor, ceiling)))


def _carries(book: Rulebook, criterion: Criterion, level: int) -> int:
    """Say how far a criterion at a level carries the school: levels that it does not have ask nothing (Điều 6)."""
    following = [n for n in criterion.levels if n > level]
    return min(following) - 1 if following else book.highest_level


@blueprint.get("/truong/<school>/thu")
def try_page(school: SchoolCode) -> str:
    """Show the shortest list to the next level, and what one criterion would change. Computed for this page only."""
    status = call_service("assessment", "status", status_request(school, None), Status)
    why = call_service("assessment", "explain", explain_request(status, None), ExplainAnswer)
    book = load_library().by_digest(status.digest)
    labels = law(status.rulebook)
    code = CriterionCode(query_params.text("neu"))
    chosen = book.criteria.get(code)
    if code and chosen is None:
        raise BadRequest(f"{labels.circular} không có tiêu chí {code[:20]}. Chọn trong danh sách.", path="neu")
    views = {c.code: layer_views(status, c.code)[Layer.SCHOOL] for c in (*labels.criteria, *labels.beyond)}
    level = query_params.number("muc", high=9) or (why.next_level or labels.steps)
    steps = [n for n in (chosen.levels if chosen else ()) if n <= level] if chosen else []
    reached = max(steps, default=0) or (min(chosen.levels) if chosen else 0)
    return render(
        "thu.html",
        active="tong-quan",
        school=school,
        status=status,
        law=labels,
        why=why,
        chosen=chosen,
        level=reached,
        now=views.get(code),
        trial=trial(book, views, {code: reached}) if chosen else None,
        missing=[(entry, criterion_href(status, entry.split()[0])) for entry in why.missing],
    )
