"""Use cases of a commune's year: training classes are planned, held, cancelled, asked for."""

from __future__ import annotations

from collections.abc import Sequence

from services.inspection import views
from services.inspection.domain.year.training import (
    TrainingClass,
    TrainingWish,
    class_days,
    no_training,
    training_id,
    wish_id,
)
from services.inspection.domain.year.training_facts import Attended, TrainingAsked, TrainingHeld, TrainingPlanned
from services.inspection.errors_year import TrainingRefused
from services.inspection.presenters.year_training import training_view
from services.inspection.use_cases.texts import require_person_id
from services.inspection.use_cases.year.common import commune_of_open_school, require_vnd, short_line, stream_of
from services.inspection.use_cases.year.repository import YearRepository
from services.inspection.views.year import training_rows as rows
from shared.contracts.calls import Done
from shared.contracts.calls.year.training import (
    AskTraining,
    AttendedById,
    CancelTraining,
    HoldTraining,
    PlanTraining,
    TrainingPlannedAnswer,
    TrainingView,
)
from shared.identity import permissions
from shared.identity.call_context import CallContext
from shared.typed_texts import typed_reason, typed_text
from shared.vocabulary.ids import CommuneCode, SchoolCode, TrainingId

MOST_ATTENDING = 1_000
MOST_SCHOOLS = 500


class Trainings:
    """Keeps training classes."""

    def __init__(self, year: YearRepository) -> None:
        self._year = year

    def plan_training(self, acting: CallContext, request: PlanTraining) -> TrainingPlannedAnswer:
        """Plan a class; the same title on the same days is the same class, and what else is told of it then holds.

        Raises YearRefused, TrainingRefused, SchoolElsewhere, SchoolUnknown, SchoolIsClosed, TrainingCancelledAlready,
        TrainingHeldAlready.
        """
        self._year.require_year(request.year)
        title = short_line(request.title, "tên lớp", path="$.title", refusal=TrainingRefused)
        days = class_days(request.days, request.year)
        require_vnd(request.budget_vnd, "kinh phí", path="$.budget_vnd", refusal=TrainingRefused)
        stream = training_id(request.commune, request.year, request.topic, title, days)
        planned = TrainingPlanned(
            commune=request.commune,
            year=request.year,
            training=TrainingId(str(stream)),
            topic=request.topic,
            title=title,
            days=days,
            first_day=days[0],
            last_day=days[-1],
            place=short_line(request.place, "nơi mở lớp", path="$.place", refusal=TrainingRefused),
            schools=self._open_schools(request.commune, request.schools),
            budget_vnd=request.budget_vnd,
        )
        meta, _ = self._year.metadata_on(acting)
        position = self._year.change(TrainingClass, stream, lambda one: one.plan(planned, meta))
        return TrainingPlannedAnswer(id=planned.training, position=position)

    def hold_training(self, acting: CallContext, request: HoldTraining) -> TrainingView:
        """Write down that a class was held, or correct it by who has seen what stands.

        Raises TrainingUnknown, NotAllowed, VisitDateRefused, TrainingRefused, SchoolElsewhere, SchoolUnknown, BadRequest,
        TrainingCancelledAlready, TrainingHeldAlready.
        """
        planned = self._planned(acting, "inspection.hold_training", request.training)
        meta, on = self._year.metadata_on(acting, request.held_on)
        attendance = self._attendance(planned.commune, request.attendance)
        held = TrainingHeld(
            commune=planned.commune,
            year=planned.year,
            training=planned.training,
            topic=planned.topic,
            held_on=on,
            attendance=attendance,
            present_count=sum(one.present for one in attendance),
            asked_count=len(attendance),
            materials=typed_text(request.materials, "tài liệu"),
            reason=typed_reason(request.reason, "lý do mở vào ngày khác") if request.reason.strip() else "",
        )
        stream = stream_of(request.training, no_training)
        self._year.change(TrainingClass, stream, lambda one: one.hold(held, request.seen, meta))
        return self._view(planned.training)

    def cancel_training(self, acting: CallContext, request: CancelTraining) -> TrainingView:
        """Cancel a class. Raises TrainingUnknown, NotAllowed, TrainingHeldAlready, BadRequest."""
        planned = self._planned(acting, "inspection.cancel_training", request.training)
        reason = typed_reason(request.reason, "lý do hủy lớp")
        meta, on = self._year.metadata_on(acting)
        stream = stream_of(request.training, no_training)
        self._year.change(TrainingClass, stream, lambda one: one.cancel(reason, on, meta))
        return self._view(planned.training)

    def ask_training(self, acting: CallContext, request: AskTraining) -> Done:
        """Ask for a class, for a school; asked once a year, it is asked.

        Raises SchoolUnknown, SchoolIsClosed, YearRefused, BadRequest.
        """
        commune = commune_of_open_school(self._year, request.school)
        year = request.year or self._year.today.year
        self._year.require_year(year)
        meta, on = self._year.metadata_on(acting)
        text = typed_text(request.text, "đề nghị")
        asked = TrainingAsked(commune=commune, year=year, school=request.school, topic=request.topic, asked_on=on, text=text)
        stream = wish_id(commune, year, request.school, request.topic)
        return Done(position=self._year.change(TrainingWish, stream, lambda wish: wish.ask(asked, meta)))

    def _planned(self, acting: CallContext, operation: str, number: str) -> TrainingPlanned:
        """Return how a class was planned; raises TrainingUnknown, and NotAllowed in another commune."""
        planned = self._year.load(TrainingClass, stream_of(number, no_training)).of_commune()
        permissions.require(acting, operation, commune=planned.commune)
        return planned

    def _view(self, number: TrainingId) -> TrainingView:
        with self._year.views.reading() as conn:
            row = rows.training(conn, number)
            assert row is not None
            return training_view(row, rows.attendance(conn, number))

    def _open_schools(self, commune: CommuneCode, given: Sequence[SchoolCode]) -> tuple[SchoolCode, ...]:
        wanted = self._schools(commune, given)
        self._year.open_schools_named(commune, wanted)
        return wanted

    def _schools(self, commune: CommuneCode, given: Sequence[SchoolCode]) -> tuple[SchoolCode, ...]:
        wanted = tuple(dict.fromkeys(given))
        if len(wanted) > MOST_SCHOOLS:
            raise TrainingRefused(f"Một lớp mời nhiều nhất {MOST_SCHOOLS} trường. Chưa ghi gì.", path="$.schools")
        here = {one.school for one in self._year.schools(commune)} if wanted else set()
        for school in wanted:
            if school not in here:
                self._year.school_of(commune, school)
        return wanted

    def _attendance(self, commune: CommuneCode, given: Sequence[AttendedById]) -> tuple[Attended, ...]:
        if len(given) > MOST_ATTENDING:
            raise TrainingRefused(f"Một lớp nhiều nhất {MOST_ATTENDING} người. Chưa ghi gì.", path="$.attendance")
        people = [one.person for one in given]
        twice = next((person for person in people if people.count(person) > 1), None)
        if twice:
            raise TrainingRefused(
                f"Người thứ {people.index(twice) + 1} được điểm danh hai lần. Chưa ghi gì. Ghi mỗi người một lần.",
                path="$.attendance",
            )
        self._schools(commune, [one.school for one in given if one.school])
        with self._year.known.reading() as conn:
            for number, one in enumerate(given):
                if views.holder(conn, one.person) is None:
                    require_person_id(one.person, f"$.attendance[{number}].person")
        return tuple(
            Attended(
                person=one.person,
                school=one.school,
                present=one.present,
                result=short_line(
                    one.result,
                    f"kết quả của người thứ {number + 1}",
                    path=f"$.attendance[{number}].result",
                    refusal=TrainingRefused,
                    needed=False,
                ),
            )
            for number, one in enumerate(given)
        )
