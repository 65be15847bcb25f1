"""Training classes as callers see them."""

from __future__ import annotations

from collections.abc import Iterable

from services.inspection.views.year.training_rows import AttendanceRow, TrainingRow, WishRow
from shared.contracts.calls.year.training import AttendanceView, TrainingView, WishView


def training_view(row: TrainingRow, attendance: Iterable[AttendanceRow] = ()) -> TrainingView:
    """Return a class, with who was asked to it."""
    return TrainingView(
        id=row.training,
        commune=row.commune,
        year=row.year,
        topic=row.topic,
        title=row.title,
        days=row.days,
        place=row.place,
        schools=row.schools,
        budget_vnd=row.budget_vnd,
        held_on=row.held_on,
        present_count=row.present_count,
        asked_count=row.asked_count,
        materials=row.materials,
        cancelled_on=row.cancelled_on,
        reason=row.reason,
        version=row.version,
        position=row.position,
        attendance=[
            AttendanceView(person=one.person, school=one.school, present=one.present, result=one.result)
            for one in attendance
        ],
    )


def wish_view(row: WishRow) -> WishView:
    """Return a school's wish for a class."""
    return WishView(school=row.school, topic=row.topic, asked_on=row.asked_on, text=row.text, position=row.position)
