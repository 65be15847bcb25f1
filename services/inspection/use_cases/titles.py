"""The question what things are called that other services know by id alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from sqlalchemy import Connection

from services.inspection import views
from services.inspection.use_cases.recommendation_queries import may_see as may_see_recommendation
from services.inspection.use_cases.visits import VisitRepository
from services.inspection.use_cases.year.report_queries import schools_reached
from services.inspection.use_cases.year.task_rights import may_see as may_see_task
from services.inspection.use_cases.year.training_queries import may_see as may_see_training
from services.inspection.views.year import difficulties_rows, reports_rows, tasks_rows, training_rows
from shared.contracts.calls.titles import LONGEST_TITLE, MOST_TITLES, TitlesAnswer, TitlesRequest
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.problems import BadRequest


class Titles:
    """Tells the beginnings of texts to who may read them; records nothing."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def titles(self, acting: CallContext, request: TitlesRequest) -> TitlesAnswer:
        """Return the titles of what the caller may read, each kind by the rule for reading one; raises BadRequest."""
        if sum(len(getattr(request, name)) for name in TitlesRequest.__struct_fields__) > MOST_TITLES:
            raise BadRequest(f"Mỗi lần hỏi nhiều nhất {MOST_TITLES} tên việc.")
        with self._visits.views.reading() as conn:
            found = itertools.chain(
                _of_tasks(conn, acting, request),
                _of_difficulties(conn, acting, request),
                _of_trainings(conn, acting, request),
                _of_reports(conn, acting, request),
                _of_recommendations(conn, acting, request),
            )
            return TitlesAnswer(titles={number: title for number, text in found if (title := title_of(text))})


def title_of(text: str) -> str:
    """Return the beginning of a text on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_TITLE:
        return line
    kept = line[:LONGEST_TITLE]
    return (kept.rpartition(" ")[0] or kept[:-1]) + "…"


def _of_tasks(conn: Connection, acting: CallContext, request: TitlesRequest) -> Iterator[tuple[str, str]]:
    for row in tasks_rows.tasks_named(conn, request.tasks):
        if may_see_task(acting, row):
            yield row.task, row.text


def _of_difficulties(conn: Connection, acting: CallContext, request: TitlesRequest) -> Iterator[tuple[str, str]]:
    for row in difficulties_rows.difficulties_named(conn, request.difficulties):
        if reaches_school(acting, "inspection.difficulty", row.school):
            yield row.difficulty, row.text


def _of_trainings(conn: Connection, acting: CallContext, request: TitlesRequest) -> Iterator[tuple[str, str]]:
    for row in training_rows.trainings_named(conn, request.trainings):
        if may_see_training(conn, acting, row, "inspection.training"):
            yield row.training, row.title


def _of_reports(conn: Connection, acting: CallContext, request: TitlesRequest) -> Iterator[tuple[str, str]]:
    for row in reports_rows.report_requests_named(conn, request.reports):
        if schools_reached(acting, "inspection.report_request", row.asked):
            yield row.asked.request, ": ".join(filter(None, (row.asked.period, row.asked.text)))


def _of_recommendations(conn: Connection, acting: CallContext, request: TitlesRequest) -> Iterator[tuple[str, str]]:
    for row in views.recommendations_named(conn, request.recommendations):
        if may_see_recommendation(acting, "inspection.recommendation", row):
            yield row.recommendation, row.text
