"""A school's own pages: the dashboard with three layers side by side, now or at a moment of the past, and its documents."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import redirect, request
from werkzeug.wrappers import Response

from services.portal.pages import formatting, level_badges, page_review, todo_list
from services.portal.pages.as_of import PastMoment, requested_past
from services.portal.pages.registrations.strip import RegistrationStrip, registration_of, strip
from services.portal.pages.rulebook_labels import CriterionName, RulebookLabels, StandardName, law
from services.portal.pages.site import blueprint, keep, render
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls.assessment import ExplainAnswer, ExplainRequest, LevelView, Status, StatusRequest
from shared.contracts.calls.inspection import InspectionsAnswer, InspectionsRequest
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CriterionCode, CycleId, SchoolCode


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion in the matrix; without `href` there is nothing to be seen yet."""

    criterion: CriterionName
    href: str
    views: dict[Layer, LevelView | None]
    evidence: int
    disagree: bool
    must: bool

    @property
    def alert(self) -> bool:
        """Whether the tile asks for attention: layers disagree, or a mandatory criterion is not assessed."""
        mark = level_badges.level_badge(self.views[Layer.SCHOOL], self.criterion.steps)
        return self.disagree or (self.must and not mark.judged)


class MatrixRow(msgspec.Struct, frozen=True, kw_only=True):
    """One standard with its tiles."""

    standard: StandardName
    tiles: list[Tile]


class LayerSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One of the three summaries: how many criteria were judged, and the level that follows."""

    layer: Layer
    judged: int
    total: int
    level: LevelView | None
    notes: list[str]
    open: str = ""


def matrix(status: Status, labels: RulebookLabels, past: PastMoment | None) -> list[MatrixRow]:
    """Return the matrix: a row a standard, a tile a criterion."""
    telling = any(not c.mandatory for c in labels.criteria)
    return [
        MatrixRow(standard=s, tiles=[_tile(status, c, past, telling=telling) for c in s.criteria]) for s in labels.standards
    ]


def _tile(status: Status, criterion: CriterionName, past: PastMoment | None, *, telling: bool) -> Tile:
    views = todo_list.layer_views(status, criterion.code)
    return Tile(
        criterion=criterion,
        href=_tile_href(status, criterion, past),
        views=views,
        evidence=status.evidence_counts.get(criterion.code, 0),
        disagree=level_badges.disagree(views, criterion.steps),
        must=criterion.mandatory and telling,
    )


def _tile_href(status: Status, criterion: CriterionName, past: PastMoment | None) -> str:
    if status.cycle:
        return keep(todo_list.criterion_href(status, criterion.code), past)
    return todo_list.opening_href(status.school) if past is None and may_open(status.school) else ""


def may_open(school: SchoolCode) -> bool:
    """Say whether the caller may open a self-assessment cycle of a school."""
    return may("assessment.open_cycle", school=school)


def summaries(status: Status, rows: list[MatrixRow]) -> list[LayerSummary]:
    """Return the three layers side by side; they are never merged."""
    tiles = [tile for row in rows for tile in row.tiles]
    return [_summary(status, layer, tiles) for layer in Layer]


def _summary(status: Status, layer: Layer, tiles: list[Tile]) -> LayerSummary:
    judged = [t for t in tiles if level_badges.level_badge(t.views[layer], t.criterion.steps).judged]
    level = status.layer_levels.get(layer, status.school_level if layer is status.layer else None)
    notes = [_difference(t, layer) for t in tiles if t.disagree and layer is not Layer.SCHOOL and t in judged]
    return LayerSummary(
        layer=layer,
        judged=len(judged),
        total=len(tiles),
        level=level,
        notes=notes,
        open=_open(tiles, layer),
    )


def _open(tiles: list[Tile], layer: Layer) -> str:
    """Say how many criteria are not settled, mandatory ones first: "còn 1 tiêu chí bắt buộc chưa kết luận (4.2)"."""
    unsettled = [t for t in tiles if (view := t.views[layer]) is None or view.level is None]
    mandatory = [t.criterion.code for t in unsettled if t.must]
    codes, kind = (mandatory, "tiêu chí bắt buộc") if mandatory else ([t.criterion.code for t in unsettled], "tiêu chí")
    shown = ", ".join(codes[:4]) + ("…" if len(codes) > 4 else "")
    return f"còn {len(codes)} {kind} chưa kết luận ({shown})" if codes else ""


def _difference(tile: Tile, layer: Layer) -> str:
    own = level_badges.level_badge(tile.views[Layer.SCHOOL], tile.criterion.steps).spoken
    other = level_badges.level_badge(tile.views[layer], tile.criterion.steps).spoken
    return f"{tile.criterion.code}: {formatting.LAYER_LABELS[layer]} {other}, Trường {own}"


def counted(rows: list[MatrixRow]) -> str:
    """Return the school layer in one line: "8 Mức 2 · 4 Mức 1 · 1 chưa đánh giá"."""
    counts: dict[str, int] = {}
    for tile in (t for row in rows for t in row.tiles):
        mark = level_badges.level_badge(tile.views[Layer.SCHOOL], tile.criterion.steps)
        name = "chưa kết luận" if mark.css == "lq" else mark.spoken if mark.judged else "chưa đánh giá"
        counts[name] = counts.get(name, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (not item[0].startswith("Mức"), item[0]), reverse=False)
    levels = sorted((i for i in ordered if i[0].startswith("Mức")), reverse=True)
    return " · ".join(f"{n} {name}" for name, n in [*levels, *(i for i in ordered if not i[0].startswith("Mức"))])


@blueprint.get("/truong/<school>")
def dashboard(school: SchoolCode) -> str | Response:
    """Show a school: three layers, the matrix, what is missing, what is due; at a past moment read only."""
    past = requested_past()
    status = call_service("assessment", "status", status_request(school, past), Status)
    if past is not None and past.known_at == 0:
        return redirect(keep(request.path, PastMoment(valid_at=past.valid_at, known_at=status.known_at.position)))
    labels = law(status.rulebook)
    rows = matrix(status, labels, past)
    visits = (
        []
        if past or not may("inspection.inspections", school=school)
        else call_service("inspection", "inspections", InspectionsRequest(school=school), InspectionsAnswer).inspections
    )
    way = None if past else _way(school, status.cycle)
    asked = [] if past or not may("inspection.school_recommendations", school=school) else todo_list.asked_of(school)
    why = call_service("assessment", "explain", explain_request(status, past), ExplainAnswer)
    return render(
        "truong.html",
        active="tong-quan",
        school=school,
        past=past,
        known=status.known_at,
        status=status,
        law=labels,
        rows=rows,
        layers=summaries(status, rows),
        counted=counted(rows),
        opens=todo_list.opening_href(school) if may_open(school) else "",
        why=why,
        todo=[] if past else _todo(status, labels, why),
        differing=[] if past else todo_list.disagreements(status, labels),
        complete=not past and todo_list.is_complete(status, labels, why, visits, asked),
        due=[] if past else todo_list.due(status, visits, today(SystemClock()), way, asked),
        way=way,
    )


def _way(school: SchoolCode, newest: CycleId) -> RegistrationStrip | None:
    """Return how far the school's registration came; None for whoever may not see it, and where there is nothing to say."""
    view = registration_of(school, newest)
    found = strip(view, today(SystemClock())) if view is not None else None
    return found if found is not None and (found.view.history or (found.next and found.next.near)) else None


def _todo(status: Status, labels: RulebookLabels, why: ExplainAnswer) -> list[todo_list.TodoGroup]:
    unsure = todo_list.to_look_at(status.school, page_review.to_review(status.school))
    if not status.cycle:
        return [*todo_list.opening(status, may_open=may_open(status.school)), *unsure]
    return [*todo_list.todo(status, labels, why), *unsure]


def status_request(school: SchoolCode, past: PastMoment | None) -> StatusRequest:
    """Return the question for a school's status at a moment."""
    if past is None:
        return StatusRequest(school=school)
    return StatusRequest(school=school, valid_at=past.valid_at, known_at=past.known_at)


def explain_request(status: Status, past: PastMoment | None, criterion: CriterionCode = CriterionCode("")) -> ExplainRequest:
    """Return the question why, of the school or of one criterion, at a moment."""
    moment: dict[str, Any] = {"valid_at": past.valid_at, "known_at": past.known_at} if past else {}
    return ExplainRequest(school=status.school, cycle=status.cycle, criterion=criterion, **moment)
