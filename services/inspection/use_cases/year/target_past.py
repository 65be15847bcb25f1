"""A commune's targets as known at an earlier moment: by the own log, and what the assessment service had told by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from services.inspection import views
from services.inspection.domain.year.needs_facts import NeedRaised
from services.inspection.domain.year.targets_facts import CriterionTargetSet
from services.inspection.use_cases.past import PaperMoment, PastHistory
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views import told
from services.inspection.views.year.commune_streams import Telling, streams_telling
from services.inspection.views.year.targets_rows import targets_in
from shared.clock import vietnam_date
from shared.vocabulary.ids import CommuneCode, Position


@contextmanager
def past_targets(
    year: YearRepository, commune: CommuneCode, of_year: int, known_at: Position, moment: dt.datetime
) -> Iterator[YearRepository]:
    """Give what the targets of a year stand on, as known at a position of the own log that was reached at a moment (aware).

    That is the targets, what is under way for them (needs of every year, visits), and what was judged of their criteria.
    Schools that came to the commune later are not in it.
    """
    with year.views.reading() as conn:
        schools = views.schools_of(conn, commune)
        telling = streams_telling(conn, commune, of_year, [Telling(CriterionTargetSet), Telling(NeedRaised, None)])
        streams = [*(one.stream for one in telling), *views.streams_of(conn, schools)]
    with PastHistory(year.visits, streams).at(PaperMoment(vietnam_date(moment), known_at)) as past:
        with past.views.reading() as conn:
            criteria = {row.criterion for row in targets_in(conn, commune, of_year)}
        with year.known.reading() as conn:
            heard = list(told.told_until(conn, schools, criteria, moment))
        with past.views.writing() as conn:
            for event in heard:
                views.project_foreign(conn, event)
        yield YearRepository(past)
