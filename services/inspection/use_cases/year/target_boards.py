"""Questions about targets: how they stand, what is missing, what was forecast and what came of it; records nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from services.inspection.domain.year.target import CriterionTarget, target_stream
from services.inspection.domain.year.target_forecast import forecast
from services.inspection.errors_year import TargetRefused
from services.inspection.presenters.year_targets import act_views, step_views, target_view
from services.inspection.use_cases.year.criterion_order import criterion_key
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.target_past import past_targets
from services.inspection.use_cases.year.target_situation import Situation, rulebook_of, situation
from services.inspection.views.known import KnownSchool
from services.inspection.views.known_cycles import newest_cycles
from services.inspection.views.year import targets_rows
from services.inspection.views.year.targets_rows import TargetRow
from shared.clock import vietnam_date
from shared.contracts.calls.year.targets import (
    PastForecast,
    SchoolTarget,
    SchoolTargets,
    SchoolTargetsRequest,
    TargetBacktest,
    TargetBacktestRequest,
    TargetBoard,
    TargetBoardRequest,
    TargetDetail,
    TargetRequest,
    TargetSchool,
    TargetView,
)
from shared.contracts.problems import NotYetKnown
from shared.rulebook import Rulebook
from shared.rulebook.problems import NoSuchCriterion
from shared.text import vietnamese_key
from shared.vocabulary.assessment import Layer
from shared.vocabulary.commune_year import TargetState
from shared.vocabulary.ids import BEGINNING, Position, SchoolCode

FEWEST_DAYS, MOST_DAYS = 1, 3660
_OPEN = frozenset({TargetState.ON_THE_WAY, TargetState.LATE})


class TargetBoards:
    """Answers questions about targets."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def target_board(self, request: TargetBoardRequest) -> TargetBoard:
        """Return the targets of a year, now or as they stood at a log position. Raises YearRefused, NotYetKnown."""
        self._year.require_year(request.year)
        if not request.known_at:
            return _board(self._year, request)
        head = self._year.log.head()
        if not BEGINNING <= request.known_at <= head:
            raise NotYetKnown(
                f"Nhật ký mới đến số {head}, chưa có số {request.known_at}. Chọn số từ 1 đến {head}.", head=head
            )
        recorded = self._year.log.read(Position(request.known_at - 1), 1)[0].recorded_at
        with past_targets(self._year, request.commune, request.year, request.known_at, recorded) as past:
            return _board(past, request)

    def target_backtest(self, request: TargetBacktestRequest) -> TargetBacktest:
        """Return what was forecast some days ago for what was open then, and what came of it.

        Raises YearRefused, TargetRefused.
        """
        self._year.require_year(request.year)
        if not FEWEST_DAYS <= request.days <= MOST_DAYS:
            raise TargetRefused(f"Nhìn lại từ {FEWEST_DAYS} đến {MOST_DAYS} ngày. Nhập lại.", path="$.days")
        then = self._year.clock.now() - dt.timedelta(days=request.days)
        with self._year.views.reading() as conn:
            met = {row.target: row.met_on for row in targets_rows.targets_in(conn, request.commune, request.year)}
        told: list[TargetView] = []
        known_at = self._year.log.position_at(then)
        with past_targets(self._year, request.commune, request.year, known_at, then) as past:
            with past.views.reading() as conn:
                rows = targets_rows.targets_in(conn, request.commune, request.year)
            for layer in sorted({row.layer for row in rows}):
                told += _views(past, [row for row in rows if row.layer is layer], layer)
        return TargetBacktest(
            day=vietnam_date(then),
            known_at=known_at,
            forecasts=[
                PastForecast(
                    school=view.school,
                    criterion=view.criterion,
                    level=view.level,
                    by=view.by,
                    earliest=view.earliest,
                    because=view.because,
                    met_on=met.get(view.id),
                )
                for view in sorted(told, key=lambda one: (one.school, criterion_key(one.criterion)))
                if view.state in _OPEN
            ],
        )

    def target(self, request: TargetRequest) -> TargetDetail:
        """Return one criterion of a school with its target. Raises SchoolElsewhere, SchoolUnknown, NoSuchCriterion."""
        self._year.require_year(request.year)
        school = self._year.school_of(request.commune, request.school)
        stream = target_stream(request.commune, request.year, request.school, request.criterion)
        stands, entries = self._year.load(CriterionTarget, stream), self._year.log.stream(stream)
        layer = request.layer or (stands.aim.layer if stands.aim else Layer.SCHOOL)
        with self._year.views.reading() as conn:
            rows = targets_rows.targets_in(conn, request.commune, request.year)
        row = next((one for one in rows if (one.school, one.criterion) == (request.school, request.criterion)), None)
        rulebook = _rulebook(self._year, school)
        if row is not None:
            rulebook = self._year.library.by_digest(row.digest)
        if request.criterion not in rulebook.criteria:
            raise NoSuchCriterion(f"{rulebook.circular} không có tiêu chí {request.criterion}. Chọn trong danh sách.")
        criterion = rulebook.criteria[request.criterion]
        seen = _situation(self._year, [request.school], layer)
        upto = row.level if row else max(criterion.levels)
        level = seen.level(request.school, request.criterion, rulebook.digest, upto)
        return TargetDetail(
            school=request.school,
            school_name=school.name,
            criterion=request.criterion,
            title=criterion.title,
            rulebook=rulebook.id,
            levels=list(criterion.levels),
            target=_after_closing(self._year, [_view(seen, row)])[0] if row else None,
            missing=list(seen.missing(request.school, request.criterion, rulebook.digest, upto, level)),
            steps=step_views(seen.steps.get((request.school, request.criterion), [])),
            acts=act_views(entries),
            version=stands.aim_version if stands.aim else 0,
        )

    def school_targets(self, request: SchoolTargetsRequest) -> SchoolTargets:
        """Return a school's targets as its own layer, or the one that counts, sees them: late first, then by day."""
        with self._year.views.reading() as conn:
            rows = [row for row in targets_rows.targets_of_school(conn, request.school) if request.year in {0, row.year}]
        told = []
        for layer in sorted({row.layer for row in rows}):
            of_layer = [row for row in rows if row.layer is layer]
            views = _views(self._year, of_layer, layer)
            told += [
                SchoolTarget(commune=row.commune, year=row.year, target=view)
                for row, view in zip(of_layer, views, strict=True)
            ]
        told.sort(key=lambda one: (one.target.state is not TargetState.LATE, one.target.by, one.target.criterion))
        return SchoolTargets(school=request.school, targets=told)


def _board(year: YearRepository, request: TargetBoardRequest) -> TargetBoard:
    with year.views.reading() as conn:
        rows = targets_rows.targets_in(conn, request.commune, request.year)
    schools = {school.school: school for school in year.schools(request.commune)}
    order = {code: vietnamese_key(school.name) for code, school in schools.items()}
    views = _views(year, [row for row in rows if row.school in schools], request.layer)
    views.sort(key=lambda view: (order[view.school], view.school, criterion_key(view.criterion)))
    return TargetBoard(
        commune=request.commune,
        year=request.year,
        layer=request.layer,
        day=year.today,
        targets=views,
        schools=_schools(year, sorted(schools.values(), key=lambda one: (order[one.school], one.school)), views),
        counts=_counted(view.state for view in views),
    )


def _views(year: YearRepository, rows: Sequence[TargetRow], layer: Layer) -> list[TargetView]:
    seen = _situation(year, sorted({row.school for row in rows}), layer)
    return _after_closing(year, [_view(seen, row) for row in rows])


def _after_closing(year: YearRepository, views: Sequence[TargetView]) -> list[TargetView]:
    """Return targets as they stand when what a closed school has not met is expected of nobody."""
    closed = year.closed_schools()
    return [
        msgspec.structs.replace(view, state=TargetState.SCHOOL_CLOSED, earliest=None, because="Trường đã đóng.")
        if view.school in closed and view.state is not TargetState.MET
        else view
        for view in views
    ]


def _view(seen: Situation, row: TargetRow) -> TargetView:
    """Return a target as a layer sees it: what is recorded of its own layer, what is computed of another."""
    rulebook, met_on, level = seen.library.by_digest(row.digest).id, row.met_on, None
    if met_on is None or seen.layer is not row.layer:
        level = seen.level(row.school, row.criterion, row.digest, row.level)
    if seen.layer is not row.layer:
        met_on = level.judged_on if level is not None and level.floor >= row.level else None
    if met_on is not None:
        return target_view(row, rulebook, met_on, None, seen.day)
    missing = seen.missing(row.school, row.criterion, row.digest, row.level, level)
    told = forecast(missing, seen.steps.get((row.school, row.criterion), []), seen.day)
    return target_view(row, rulebook, None, told, seen.day)


def _situation(year: YearRepository, schools: Sequence[SchoolCode], layer: Layer) -> Situation:
    with year.views.reading() as own, year.known.reading() as known:
        return situation(own, known, library=year.library, day=year.today, layer=layer, schools=schools)


def _schools(year: YearRepository, schools: Sequence[KnownSchool], views: Iterable[TargetView]) -> list[TargetSchool]:
    with year.known.reading() as conn:
        newest = newest_cycles(conn, [school.school for school in schools])
    states: dict[SchoolCode, list[TargetState]] = {}
    for view in views:
        states.setdefault(view.school, []).append(view.state)
    told = []
    for school in schools:
        rulebook = rulebook_of(year.library, school, newest.get(school.school), year.today)
        closed_on = school.closed_on if school.closed_by(year.today) else None
        counts = _counted(states.get(school.school, []))
        told.append(
            TargetSchool(
                school=school.school,
                name=school.name,
                rulebook=rulebook.id,
                digest=rulebook.digest,
                counts=counts,
                closed_on=closed_on,
            )
        )
    return told


def _rulebook(year: YearRepository, school: KnownSchool) -> Rulebook:
    with year.known.reading() as conn:
        newest = newest_cycles(conn, [school.school]).get(school.school)
    return rulebook_of(year.library, school, newest, year.today)


def _counted(states: Iterable[TargetState]) -> dict[TargetState, int]:
    counted = Counter(states)
    return {state: counted[state] for state in (TargetState.LATE, TargetState.ON_THE_WAY, TargetState.MET)}
