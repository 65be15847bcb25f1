"""The use cases of whoever wants to know what is due: their own, a commune's, a school's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from services.notification import deadline_views
from services.notification.deadline_views import DeadlineQuery, Standing
from services.notification.domain.deadlines import reach
from services.notification.domain.deadlines.addresses import address_of
from services.notification.domain.deadlines.model import NamedSchool
from services.notification.domain.deadlines.wording import act_of, label_of
from services.notification.settings import ReminderSettings
from shared.clock import Clock, today
from shared.contracts.calls.deadlines import DeadlinesAnswer, DeadlinesRequest, DeadlineView
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.paging import page_of
from shared.problems import BadRequest
from shared.rulebook.registration_deadlines import time_rule
from shared.text import vietnamese_key
from shared.vocabulary.commune_year import DeadlineState
from shared.vocabulary.ids import CommuneCode, SchoolCode
from shared.vocabulary.roles import SCHOOL_ROLES, ScopeKind

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2999, 12, 31)
MOST_DEADLINES = 1_000
_NEVER = dt.date.max


class Deadlines:
    """Answers what is due."""

    def __init__(self, views: ReadModel, clock: Clock, settings: ReminderSettings) -> None:
        self._views = views
        self._clock = clock
        self.settings = settings

    def deadlines(self, acting: CallContext, request: DeadlinesRequest) -> DeadlinesAnswer:
        """Return one page of the deadlines that the caller may see, the earliest first. Raises BadRequest."""
        on = request.on or today(self._clock)
        if not EARLIEST <= on <= LATEST:
            raise BadRequest("Chọn một ngày từ năm 2000 đến năm 2999.", path="$.on")
        wanted = DeadlineQuery(school=request.school, commune=request.commune, ended=request.ended)
        found = self.views_of(acting, self.standing(wanted), on)
        whole = self.answer(on, [view for view in found if view.mine or not request.mine])
        page = page_of(whole.deadlines, request.after, request.limit, most=MOST_DEADLINES, what="hạn")
        return msgspec.structs.replace(whole, deadlines=list(page))

    def answer(self, on: dt.date, found: Iterable[DeadlineView]) -> DeadlinesAnswer:
        """Return deadlines in order, with the days that are free."""
        ordered = sorted(found, key=lambda view: (view.due or _NEVER, vietnamese_key(view.label), view.id))
        return DeadlinesAnswer(
            on=on, deadlines=ordered, free_days=sorted(self.settings.quiet.days), total=len(ordered)
        )  # fmt: skip

    def standing(self, wanted: DeadlineQuery) -> tuple[list[Standing], dict[SchoolCode, NamedSchool]]:
        """Return deadlines with the days that are counted now, and the schools they may be of."""
        with self._views.reading() as conn:
            found, schools = deadline_views.standings(conn, wanted), deadline_views.schools(conn)
        return [self._counted(one) for one in found], schools

    def views_of(
        self, acting: CallContext, standing: tuple[list[Standing], dict[SchoolCode, NamedSchool]], on: dt.date
    ) -> list[DeadlineView]:
        """Return of some deadlines those that the caller may see, as they see them."""
        found, schools = standing
        communes = commune_of_school(schools)
        return [_view(acting, one, schools, communes, on) for one in found if reach.may_see(acting, one.deadline, communes)]

    def _counted(self, one: Standing) -> Standing:
        counted = one.deadline.counted
        if counted is None:
            return one
        due = time_rule(counted.regime, counted.step).due(counted.begun, self.settings.quiet)
        return msgspec.structs.replace(one, deadline=msgspec.structs.replace(one.deadline, due=due), first_due=due)


def commune_of_school(schools: dict[SchoolCode, NamedSchool]) -> reach.CommuneOf:
    """Return what tells the commune of a school."""

    def find(school: SchoolCode) -> CommuneCode:
        known = schools.get(school)
        return known.commune if known else CommuneCode("")

    return find


def state_of(one: Standing, on: dt.date) -> DeadlineState:
    """Return how a deadline stands on a day; what waits for somebody else is owed no more and not over yet."""
    if one.ended:
        return DeadlineState.DROPPED if one.ended == deadline_views.DROPPED else DeadlineState.DONE
    if one.waits_for:
        return DeadlineState.WAITING
    due = one.deadline.due
    if due is None or due > on:
        return DeadlineState.AHEAD
    return DeadlineState.TODAY if due == on else DeadlineState.OVERDUE


def _view(
    acting: CallContext, one: Standing, schools: dict[SchoolCode, NamedSchool], communes: reach.CommuneOf, on: dt.date
) -> DeadlineView:
    deadline, school = one.deadline, schools.get(one.deadline.school)
    commune = reach.commune_of(deadline, communes)
    name = school.name if school else deadline.school
    at_school = any(
        grant.scope_kind is ScopeKind.SCHOOL and grant.role in SCHOOL_ROLES for grant in acting.grants
    ) and not any(grant.scope_kind in {ScopeKind.COMMUNE, ScopeKind.DEPARTMENT} for grant in acting.grants)
    return DeadlineView(
        id=deadline.id,
        kind=deadline.kind,
        school=deadline.school,
        school_name=name,
        commune=commune,
        due=deadline.due,
        state=state_of(one, on),
        days_left=(deadline.due - on).days if deadline.due else None,
        who=sorted(deadline.who),
        waits_for=sorted(one.waits_for),
        since=one.waits_since or deadline.began,
        label=label_of(deadline, name),
        act=act_of(deadline, waiting=bool(one.waits_for)),
        href=address_of(deadline, commune, at_school=at_school),
        mine=acting.actor in deadline.persons
        or reach.has_role(acting, deadline, deadline.who | deadline.watch | one.waits_for, communes),
        my_turn=bool(one.waits_for) and reach.has_role(acting, deadline, one.waits_for, communes),
    )
