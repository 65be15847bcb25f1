"""Use cases about the years after a recognition: whether a school keeps its standard is checked, and asked about."""

from __future__ import annotations

import datetime as dt

import msgspec

from services.inspection import views
from services.inspection.domain.known_awards import any_valid_award
from services.inspection.domain.maintenance import SchoolMaintenance, maintenance_stream, require_begun_year
from services.inspection.domain.maintenance_facts import MaintenanceChecked
from services.inspection.errors import NotRecognised
from services.inspection.use_cases.visits import VisitRepository
from shared.contracts.calls.maintenance import (
    CheckMaintenance,
    MaintenanceCheckView,
    MaintenanceLine,
    MaintenanceListAnswer,
    MaintenanceListRequest,
    MaintenanceRequest,
    MaintenanceView,
)
from shared.identity.call_context import CallContext
from shared.identity.permissions import reaches_school
from shared.problems import BadRequest
from shared.text import format_date, is_school_year
from shared.typed_texts import typed_text
from shared.vocabulary.ids import SchoolCode

MOST_CHECKS = 2000


class Maintaining:
    """Takes the yearly checks of recognised schools, and answers questions about them."""

    def __init__(self, visits: VisitRepository) -> None:
        self._visits = visits

    def check_maintenance(self, acting: CallContext, request: CheckMaintenance) -> MaintenanceCheckView:
        """Record a check; the answer is what holds of the year, which is this one unless a later day was told before.

        Raises SchoolYearRefused, VisitDateRefused, NotRecognised, NoSuchInspection, VisitNotConcluded, BadRequest.
        """
        note = typed_text(request.note, "ghi chú")
        meta, on = self._visits.metadata_on(acting, request.on)
        require_begun_year(request.year, on)
        self._require_recognised(request.school, on)
        if request.inspection:
            self._visits.require_concluded(request.school, request.inspection, on)
        checked = MaintenanceChecked(
            school=request.school,
            year=request.year,
            result=request.result,
            checked_on=on,
            note=note,
            inspection=request.inspection or msgspec.UNSET,
        )
        stream = maintenance_stream(request.school)
        self._visits.application.change(SchoolMaintenance, stream, lambda school: school.check(checked, meta))
        return next(one for one in self._checks(request.school) if one.year == request.year)

    def maintenance(self, request: MaintenanceRequest) -> MaintenanceView:
        """Return a school's checks, the newest year first."""
        return MaintenanceView(school=request.school, checks=self._checks(request.school))

    def maintenance_list(self, acting: CallContext, request: MaintenanceListRequest) -> MaintenanceListAnswer:
        """Return the checks of a school year of the schools that the caller reaches, by school code; raises BadRequest."""
        if not is_school_year(request.year):
            raise BadRequest(f"Năm học “{request.year}” không đúng. Ghi như 2026-2027.", path="$.year")
        if not 1 <= request.limit <= MOST_CHECKS or request.after < 0:
            raise BadRequest(f"Mỗi lần xem từ 1 đến {MOST_CHECKS} trường.", path="$.limit")
        with self._visits.views.reading() as conn:
            rows = views.maintenance_in(conn, request.year, request.commune)
        mine = [row for row in rows if reaches_school(acting, "inspection.maintenance_list", row.school)]
        page = mine[request.after : request.after + request.limit]
        return MaintenanceListAnswer(
            checks=[MaintenanceLine(school=row.school, check=_view(row)) for row in page], total=len(mine)
        )

    def _checks(self, school: SchoolCode) -> list[MaintenanceCheckView]:
        with self._visits.views.reading() as conn:
            return [_view(row) for row in views.maintenance_of(conn, school)]

    def _require_recognised(self, school: SchoolCode, on: dt.date) -> None:
        """Raise NotRecognised unless the school held a valid recognition or certificate on a day."""
        with self._visits.views.reading() as conn:
            known = views.awards(conn, school)
        if any_valid_award(known, on) is None:
            raise NotRecognised(
                f"Ngày {format_date(on)} trường không có Bằng hay Chứng nhận còn hiệu lực. Chưa ghi gì. "
                "Chọn ngày khác; nếu Sở vừa ghi quyết định, thử lại sau vài giây.",
                school=school,
            ).awaiting_news()


def _view(row: views.MaintenanceRow) -> MaintenanceCheckView:
    return MaintenanceCheckView(
        year=row.year,
        result=row.result,
        note=row.note,
        checked_on=row.checked_on,
        by=row.by,
        position=row.position,
        inspection=row.inspection,
    )
