"""A commune's year as it was known at an earlier moment: the own log, and what the assessment service had told by then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from services.inspection import views
from services.inspection.use_cases.past import PaperMoment, PastHistory
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views import known_results
from services.inspection.views.year.commune_streams import streams_of_commune
from shared.clock import vietnam_date
from shared.vocabulary.ids import CommuneCode, Position


@contextmanager
def past_year(
    year: YearRepository, commune: CommuneCode, known_at: Position, moment: dt.datetime
) -> Iterator[YearRepository]:
    """Give the year as everybody knew it at a position of the own log, which was reached at a moment (aware).

    Schools that came to the commune later are not in it.
    """
    with year.views.reading() as conn:
        schools = views.schools_of(conn, commune)
        streams = [*streams_of_commune(conn, commune), *views.streams_of(conn, schools)]
    with year.known.reading() as conn:
        told = list(known_results.told_until(conn, schools, moment))
    with PastHistory(year.visits, streams).at(PaperMoment(vietnam_date(moment), known_at)) as past:
        with past.views.writing() as conn:
            for event in told:
                views.project_foreign(conn, event)
        yield YearRepository(past)
