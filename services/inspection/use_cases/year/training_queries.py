"""Questions about training: classes, who attended; a school learns of classes for itself and of its own people."""

from __future__ import annotations

from sqlalchemy import Connection

from services.inspection import views
from services.inspection.domain.year.training import no_training
from services.inspection.presenters.year_training import training_view, wish_view
from services.inspection.use_cases.year.common import stream_of
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year import training_rows as rows
from services.inspection.views.year.training_rows import TrainingRow
from shared.contracts.calls.year.training import (
    AttendedAnswer,
    AttendedRequest,
    AttendedView,
    SentPersonView,
    TrainingRequest,
    TrainingsAnswer,
    TrainingsRequest,
    TrainingView,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import may, reaches_school
from shared.paging import page_of
from shared.vocabulary.ids import TrainingId

MOST_CLASSES = 500
MOST_ATTENDED = 2_000
_ONE, _LIST = "inspection.training", "inspection.trainings"


class TrainingQueries:
    """Answers questions about training; records nothing."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def training(self, acting: CallContext, request: TrainingRequest) -> TrainingView:
        """Return a class; raises TrainingUnknown, whether there is none or the caller may not know of it."""
        number = TrainingId(str(stream_of(request.training, no_training)))
        with self._year.views.reading() as conn:
            row = rows.training(conn, number)
            if row is None or not may_see(conn, acting, row, _ONE):
                raise no_training()
            attendance = rows.attendance(conn, number)
        if not may(acting, _ONE, commune=row.commune):
            attendance = [one for one in attendance if one.school and reaches_school(acting, _ONE, one.school)]
        return training_view(row, attendance)

    def trainings(self, acting: CallContext, request: TrainingsRequest) -> TrainingsAnswer:
        """Return one page of the classes that the caller may see, by day; raises BadRequest."""
        with self._year.views.reading() as conn:
            found = [
                row
                for row in rows.trainings(conn, request.commune, request.year)
                if request.topic in {None, row.topic} and may_see(conn, acting, row, _LIST)
            ]
            asked = rows.wishes(conn, request.commune, request.year) if request.commune and request.year else []
        page = page_of(found, request.after, request.limit, most=MOST_CLASSES, what="lớp")
        wishes = [wish_view(one) for one in asked if reaches_school(acting, _LIST, one.school)]
        return TrainingsAnswer(trainings=[training_view(row) for row in page], total=len(found), wishes=wishes)

    def attended_trainings(self, request: AttendedRequest) -> AttendedAnswer:
        """Return one page of who was present in a commune's classes, and of who was sent on visits to its schools.

        Raises BadRequest.
        """
        with self._year.views.reading() as conn:
            present = rows.attended(conn, commune=request.commune, topic=request.topic)
            sent = rows.sent_people(conn, views.schools_of(conn, request.commune))
        return AttendedAnswer(
            attended=[
                AttendedView(
                    person=one.person, topic=one.topic, school=one.school, training=one.training, held_on=one.held_on
                )
                for one in page_of(present, request.after, request.limit, most=MOST_ATTENDED, what="người")
            ],
            sent=[
                SentPersonView(person=person, school=school)
                for person, school in page_of(sent, request.after, request.limit, most=MOST_ATTENDED, what="người")
            ],
            total=max(len(present), len(sent)),
        )


def may_see(conn: Connection, acting: CallContext, row: TrainingRow, operation: str) -> bool:
    """Say whether a class is of a commune that the caller reads, or for a school that the caller reaches."""
    if may(acting, operation, commune=row.commune):
        return True
    return any(reaches_school(acting, operation, school) for school in row.schools or views.schools_of(conn, row.commune))
