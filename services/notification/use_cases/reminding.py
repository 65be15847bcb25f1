"""The use cases of reminders: telling everybody what is to be told, and the in-box in which a person finds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from services.notification import deadline_views
from services.notification.deadline_views import DeadlineQuery, Standing
from services.notification.domain.deadlines.reach import Audience
from services.notification.domain.deadlines.steps import step_of
from services.notification.errors import NoSuchReminder
from services.notification.reminder_store import Reminder, ReminderStore
from services.notification.use_cases.deadlines import EARLIEST, LATEST, Deadlines, commune_of_school
from shared.clock import Clock, today, vietnam_date
from shared.contracts.calls import Acknowledged, Nothing
from shared.contracts.calls.deadlines import (
    InboxAnswer,
    InboxLine,
    InboxRequest,
    RemindersTold,
    ReminderTold,
    RunReminders,
    SeeReminders,
    SnoozeReminder,
    UnseenAnswer,
)
from shared.eventlog.read_model import ReadModel
from shared.identity.call_context import CallContext
from shared.paging import page_of
from shared.problems import BadRequest
from shared.vocabulary.ids import DeadlineId

MOST_SNOOZED_DAYS = 60
MOST_LINES = 500


class Reminding:
    """Tells people what is due, each step once."""

    def __init__(self, views: ReadModel, store: ReminderStore, deadlines: Deadlines, clock: Clock) -> None:
        self._views = views
        self._store = store
        self._deadlines = deadlines
        self._clock = clock

    def run_reminders(self, acting: CallContext, request: RunReminders) -> RemindersTold:
        """Tell everybody what is to be told by a moment; return what was new. Raises BadRequest, RemindersForgotten."""
        at = request.at or self._clock.now()
        if at.tzinfo is None:
            raise BadRequest("Lúc nhắc cần có múi giờ, như 2026-11-30T07:00:00+07:00.", path="$.at")
        if not EARLIEST.year <= at.year <= LATEST.year:
            raise BadRequest(f"Chọn lúc nhắc từ năm {EARLIEST.year} đến năm {LATEST.year}.", path="$.at")
        day = vietnam_date(at)
        self.forget_the_gone()
        told = self._store.tell(list(self._to_tell(day)), day)
        self._forget_the_old(day)
        lines = [ReminderTold(person=one.person, deadline=one.deadline, step=one.step) for one in told]
        return RemindersTold(on=day, reminders=lines)

    def _to_tell(self, day: dt.date) -> Iterator[Reminder]:
        """Return what is to be told and was not: of every open deadline its latest step, to everybody whom it matters to."""
        found, schools = self._deadlines.standing(DeadlineQuery())
        communes = commune_of_school(schools)
        with self._views.reading() as conn:
            audience = Audience(deadline_views.holders(conn), communes, deadline_views.closed_schools(conn))
        told, snoozed = self._store.told_keys(), self._store.snoozes()
        for one in found:
            step = self._step(one, day)
            if not step:
                continue
            for person in audience.of(one.deadline, day):
                until = snoozed.get((person, one.deadline.id))
                if (person, one.deadline.id, step) in told or (until is not None and day < until):
                    continue
                yield Reminder(person=person, deadline=one.deadline.id, step=step, told_on=day)

    def _step(self, one: Standing, day: dt.date) -> str:
        """Return the step of a deadline on a day, '' for none; once its day was moved the step says which day is meant."""
        due, settings = one.deadline.due, self._deadlines.settings
        if due is None or not one.is_owed:
            return ""
        lead = settings.lead
        step = step_of(due, day, lead.of(one.deadline.kind), lead.overdue_every, settings.quiet)
        return f"{step}@{due.isoformat()}" if step and due != one.first_due else step

    def _forget_the_old(self, day: dt.date) -> None:
        """Forget what was told so long ago that its step was followed by another, whatever the steps are set to.

        By the clock of this machine, even where somebody asks for a moment to come.
        """
        self._store.prune(min(day, today(self._clock)) - dt.timedelta(days=self._deadlines.settings.keep_days))

    def forget_the_gone(self) -> None:
        """Forget what is kept of people whose accounts were closed."""
        with self._views.reading() as conn:
            closed = deadline_views.closed_accounts(conn)
        for person in closed & self._store.persons() if closed else ():
            self._store.forget(person)

    # --- the in-box

    def inbox(self, acting: CallContext, request: InboxRequest) -> InboxAnswer:
        """Return one page of what the caller was told last of each open deadline: the most urgent first, put off last.

        Raises BadRequest.
        """
        lines = sorted(self._lines(acting), key=lambda line: line.snoozed_until is not None)
        return InboxAnswer(
            lines=list(page_of(lines, request.after, request.limit, most=MOST_LINES, what="lời nhắc")),
            total=len(lines),
            unseen=_unseen(lines),
            put_off=sum(line.snoozed_until is not None for line in lines),
        )

    def unseen(self, acting: CallContext, request: Nothing) -> UnseenAnswer:
        """Return how much is new in the caller's in-box."""
        if not any(not one.seen for one in self._store.told(acting.actor)):
            return UnseenAnswer(unseen=0)
        return UnseenAnswer(unseen=_unseen(self._lines(acting)))

    def _lines(self, acting: CallContext) -> list[InboxLine]:
        on, latest = today(self._clock), {one.deadline: one for one in self._store.told(acting.actor)}
        if not latest:
            return []
        found, schools = self._deadlines.standing(DeadlineQuery())
        mine = [one for one in found if one.deadline.id in latest and one.is_owed]
        snoozed = self._store.snoozes(acting.actor)
        ordered = self._deadlines.answer(on, self._deadlines.views_of(acting, (mine, schools), on)).deadlines
        return [
            InboxLine(
                deadline=view,
                step=latest[view.id].step,
                told_on=latest[view.id].told_on,
                seen=latest[view.id].seen,
                snoozed_until=until if (until := snoozed.get((acting.actor, view.id))) and on < until else None,
            )
            for view in ordered
        ]

    def see_reminders(self, acting: CallContext, request: SeeReminders) -> Acknowledged:
        """Note that the caller has seen what was told of some deadlines, or of all."""
        told = {one.deadline for one in self._store.told(acting.actor)}
        self._store.see(acting.actor, told & set(request.deadlines) if request.deadlines else told)
        return Acknowledged()

    def snooze_reminder(self, acting: CallContext, request: SnoozeReminder) -> Acknowledged:
        """Put a deadline off. Raises BadRequest, NoSuchReminder."""
        day = today(self._clock)
        if not day < request.until <= day + dt.timedelta(days=MOST_SNOOZED_DAYS):
            raise BadRequest(f"Để lại từ ngày mai đến {MOST_SNOOZED_DAYS} ngày nữa. Chưa ghi gì.", path="$.until")
        self._require_told(acting, request.deadline)
        self._store.snooze(acting.actor, request.deadline, request.until)
        return Acknowledged()

    def _require_told(self, acting: CallContext, deadline: DeadlineId) -> None:
        if all(one.deadline != deadline for one in self._store.told(acting.actor)):
            raise NoSuchReminder("Hộp thư không có lời nhắc này. Tải lại trang rồi chọn trong danh sách. Chưa ghi gì.")


def _unseen(lines: Iterable[InboxLine]) -> int:
    return sum(not line.seen and line.snoozed_until is None for line in lines)
