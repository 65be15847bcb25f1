"""What else of a commune's year waits for a school: reports that are asked, targets, classes; each has its own page."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import msgspec

from services.portal.pages import formatting
from services.portal.pages.visits.recommendation_marks import StateMark, days_late
from services.portal.pages.year.school_reports import requests_to
from services.portal.web.context import call_service, may
from shared.clock import SystemClock, today
from shared.contracts.calls.year.reports import ReportRequestView
from shared.contracts.calls.year.targets import SchoolTarget, SchoolTargets, SchoolTargetsRequest
from shared.contracts.calls.year.training import TrainingsAnswer, TrainingsRequest, TrainingView
from shared.vocabulary.commune_year import HandedInState, TargetState
from shared.vocabulary.ids import SchoolCode
from shared.vocabulary.year_labels import REPORT_KIND_LABELS

_EXPECTED = frozenset({TargetState.ON_THE_WAY, TargetState.LATE})
_TO_SEND = frozenset({HandedInState.ASKED, HandedInState.OVERDUE, HandedInState.RETURNED})


class OtherLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits for the school, and where it is done; '' where there is nothing to do but to know it."""

    text: str
    mark: StateMark
    href: str = ""


class OtherWork(msgspec.Struct, frozen=True, kw_only=True):
    """Things of one kind under their heading; `none` says that there are none."""

    key: str
    title: str
    lines: list[OtherLine]
    none: str


def other_work(school: SchoolCode) -> list[OtherWork]:
    """Return what else waits for a school, each kind under its heading, what is overdue first."""
    day, found = today(SystemClock()), []
    if may("inspection.report_requests", school=school):
        found.append(_reports(school, day))
    if may("inspection.school_targets", school=school):
        found.append(_targets(school, day))
    if may("inspection.trainings", school=school):
        found.append(_classes(school, day))
    return found


def _reports(school: SchoolCode, day: dt.date) -> OtherWork:
    owed = [one for one in requests_to(school) if one.closed_on is None and _is_owed(one, school)]
    lines = [
        OtherLine(
            text=f"{REPORT_KIND_LABELS[one.kind]} {one.period}",
            mark=_mark(one.due, day),
            href=f"/truong/{quote(school)}/bao-cao/{quote(one.id)}",
        )
        for one in sorted(owed, key=lambda one: one.due)
    ]
    return OtherWork(key="bao-cao", title="Báo cáo xã hỏi", lines=lines, none="Không có báo cáo nào phải gửi.")


def _is_owed(request: ReportRequestView, school: SchoolCode) -> bool:
    return any(part.school == school and part.state in _TO_SEND for part in request.parts)


def _targets(school: SchoolCode, day: dt.date) -> OtherWork:
    found = call_service("inspection", "school_targets", SchoolTargetsRequest(school=school), SchoolTargets).targets
    waiting = [one for one in found if one.target.state in _EXPECTED]
    lines = [OtherLine(text=_target(one), mark=_mark(one.target.by, day)) for one in waiting]
    return OtherWork(key="chi-tieu", title="Chỉ tiêu xã đặt", lines=lines, none="Không có chỉ tiêu nào chưa đạt.")


def _target(one: SchoolTarget) -> str:
    return f"Tiêu chí {one.target.criterion} đạt Mức {one.target.level} (năm {one.year})"


def _classes(school: SchoolCode, day: dt.date) -> OtherWork:
    found = call_service("inspection", "trainings", TrainingsRequest(year=day.year), TrainingsAnswer).trainings
    ahead = [one for one in found if _is_ahead(one, school, day)]
    lines = [
        OtherLine(text=f"{one.title}, {one.place}".rstrip(", "), mark=_mark(one.days[0], day))
        for one in sorted(ahead, key=lambda one: one.days[0])
    ]
    return OtherWork(key="tap-huan", title="Lớp tập huấn sắp mở", lines=lines, none="Không có lớp nào sắp mở.")


def _is_ahead(one: TrainingView, school: SchoolCode, day: dt.date) -> bool:
    is_open = one.held_on is None and one.cancelled_on is None and max(one.days) >= day
    return is_open and (not one.schools or school in one.schools)


def _mark(due: dt.date, day: dt.date) -> StateMark:
    if due < day:
        return StateMark(sign="clock", css="no", text=f"quá hạn {days_late(due, day)} ngày", day=formatting.date(due))
    return StateMark(sign="clock", css="warn", text=formatting.date(due), day=formatting.days_left(due, day))
