"""At which moment a paper of a commune's year tells what, and the year as it was then: replayed only where it has to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from services.inspection import views
from services.inspection.papers.year_material import YearPaperType
from services.inspection.use_cases.past import PaperMoment, PastHistory, VisitsOfDay
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.use_cases.year.schools_at import YearOnPaper, schools_at
from services.inspection.views.told import About, News, news_of
from services.inspection.views.year.commune_streams import streams_telling
from shared.contracts.calls.year.papers import ComposeYearPaper
from shared.contracts.problems import NotYetKnown
from shared.eventlog.log import Log, microseconds, moment
from shared.vocabulary.ids import BEGINNING, Position, leaf_of, next_position

_NAMES = frozenset({About.COMMUNE, About.SCHOOL})
_ONE_US = dt.timedelta(microseconds=1)

Answered = tuple[YearOnPaper, PaperMoment, dt.datetime | None]
"""The year, the last day and position that it tells of, and when the next event was recorded, None while none is."""


def recorded_at(log: Log, position: Position) -> dt.datetime:
    """Return when the event at a position was recorded."""
    return moment(log.tables.recorded_at_us(leaf_of(position)))


class PaperQuestion:
    """A paper that is asked for: of what it tells, how much was there at the moment.

    A log position cuts the own log. What other services told is cut by the time at which that position was recorded, which
    never changes; a question about now sees all of it. `newest_news` is then set to when the last of it was recorded, if
    that was after every event of the own log, so that no position of it tells the same.
    """

    def __init__(self, year: YearRepository, conn: Connection, paper: YearPaperType, request: ComposeYearPaper) -> None:
        self._year, self._paper, self._commune = year, paper, request.commune
        head = year.log.head()
        if not BEGINNING <= request.known_at <= head:
            raise NotYetKnown(
                f"Nhật ký mới đến số {head}, chưa có số {request.known_at}. Chọn số từ 1 đến {head}.", head=head
            )
        self.asked = PaperMoment(request.valid_at or year.today, request.known_at or head)
        self.newest_news: dt.datetime | None = None
        self._streams = streams_telling(conn, request.commune, request.year, paper.tells)
        self._news = news_of(conn, request.commune, *(_NAMES | paper.hears))
        self._heard_by = microseconds(recorded_at(year.log, request.known_at)) if request.known_at else None

    @contextmanager
    def answered(self) -> Iterator[Answered]:
        """Give the year at the moment: from the read models of now if they tell nothing else, replayed otherwise."""
        at = schools_at(self._commune, self._news, self._sees)
        if self._is_about_now():
            days = [one.last_day for one in self._streams]
            last = max((one.last_position for one in self._streams), default=self.asked.known_at)
            told = self._with_news(PaperMoment(max(days, default=self.asked.valid_at), last))
            yield (
                YearOnPaper(VisitsOfDay(self._year.visits, self._year.views, told.valid_at), self._year.known, at),
                told,
                None,
            )
            return
        history = PastHistory(self._year.visits, [one.stream for one in self._streams])
        own, until = history.last(self.asked)
        told = self._with_news(own)
        with history.at(told, views.project_of_year) as past:
            with past.views.writing() as conn:
                for one in self._news:
                    if one.about is About.AWARD and self._sees(one):
                        views.project_foreign(conn, one.event)
            yield YearOnPaper(past, past.views, at), told, until

    def _sees(self, news: News) -> bool:
        return news.day <= self.asked.valid_at and (self._heard_by is None or news.recorded_us <= self._heard_by)

    def _is_about_now(self) -> bool:
        """Say whether the moment sees all that the paper tells of and that the read models hold."""
        own = all(one.last_position <= self.asked.known_at and one.last_day <= self.asked.valid_at for one in self._streams)
        return own and all(self._sees(one) for one in self._news if one.about is About.AWARD)

    def _with_news(self, own: PaperMoment) -> PaperMoment:
        """Return the moment, with what other services told: the first position by which it had been told, and its day."""
        seen = [one for one in self._news if one.about in self._paper.hears and self._sees(one)]
        if not seen:
            return own
        newest, log = max(one.recorded_us for one in seen), self._year.log
        position = own.known_at
        if position == BEGINNING or newest > microseconds(recorded_at(log, position)):
            position = next_position(log.position_at(moment(newest) - _ONE_US))
            if position > self.asked.known_at:
                position, self.newest_news = own.known_at, moment(newest)
        return PaperMoment(max(own.valid_at, *(one.day for one in seen)), position)
