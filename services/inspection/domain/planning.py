"""When a visit may be planned: what the cycle must be like on the day, as the two layers need it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable

import msgspec

from services.inspection.errors import NoCycleYet, NotTheNewest, SubmissionMissing, VisitDateRefused
from shared.problems import Problem
from shared.text import format_date
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import CycleId, Sha256

FURTHEST_DAYS = 366
"""A plan is made for the year to come."""

_VERSION = re.compile(r"\.(\d+)\Z")


class KnownCycle(msgspec.Struct, frozen=True, kw_only=True):
    """A cycle of a school as the assessment service told of it; `submitted_on` is None until the head submitted it."""

    cycle: CycleId
    year: str
    digest: Sha256
    opened_on: dt.date
    submitted_on: dt.date | None = None

    @property
    def age(self) -> tuple[str, int]:
        """Return what newer cycles have more of: the school year, and the version within it."""
        version = _VERSION.search(self.cycle)
        return self.year, int(version[1]) if version else 1


def require_day(on: dt.date, cycle: KnownCycle, today: dt.date) -> None:
    """Raise VisitDateRefused for a day before the cycle was opened, or more than a year ahead."""
    if on < cycle.opened_on:
        raise VisitDateRefused(
            f"Ngày {format_date(on)} trước ngày trường mở đợt tự đánh giá, {format_date(cycle.opened_on)}."
        )
    require_near(on, today)


def require_near(on: dt.date, today: dt.date) -> None:
    """Raise VisitDateRefused for a day more than a year ahead."""
    furthest = today + dt.timedelta(days=FURTHEST_DAYS)
    if on > furthest:
        raise VisitDateRefused(f"Ngày {format_date(on)} quá xa. Chọn ngày đến {format_date(furthest)}.")


def cycle_to_visit(layer: Layer, cycles: Collection[KnownCycle], on: dt.date, today: dt.date) -> KnownCycle:
    """Return the newest cycle of a school that the layer may visit on a day.

    Raises NoCycleYet, and where none may be visited what speaks against the newest: VisitDateRefused, SubmissionMissing.
    """
    refused: Problem = NoCycleYet(
        "Trường chưa mở đợt tự đánh giá nào, nên chưa có gì để ghi vào. Chưa ghi gì. Chờ trường mở đợt; "
        "nếu vừa mở, thử lại sau vài giây."
    )
    for number, cycle in enumerate(sorted(cycles, key=lambda known: known.age, reverse=True)):
        try:
            require_day(on, cycle, today)
            require_visitable(layer, cycle, cycles, on)
        except Problem as problem:
            refused = refused if number else problem
        else:
            return cycle
    raise refused


def require_visitable(layer: Layer, cycle: KnownCycle, cycles: Iterable[KnownCycle], on: dt.date) -> None:
    """Raise unless the cycle is one that the layer visits on a day.

    The department evaluates what was submitted, and not before the day it was (TT17–19/2018 Đ28; TT57/2026 Đ17): raises
    SubmissionMissing. The commune helps the school with what it works on: raises NotTheNewest.
    """
    if layer is Layer.DEPARTMENT:
        _require_submitted(cycle, on)
        return
    newer = [other for other in cycles if other.age > cycle.age and other.opened_on <= on]
    if newer:
        newest = max(newer, key=lambda other: other.age)
        raise NotTheNewest(
            f"Trường đã mở đợt {newest.cycle} ngày {format_date(newest.opened_on)}. Chưa lập. "
            f"Lập đợt kiểm tra cho đợt {newest.cycle}.",
            newest=newest.cycle,
        )


def _require_submitted(cycle: KnownCycle, on: dt.date) -> None:
    if cycle.submitted_on is None:
        raise SubmissionMissing(
            f"Đợt {cycle.cycle} chưa trình. Chưa lập gì. Hiệu trưởng trình báo cáo tự đánh giá trước; "
            "nếu vừa trình, thử lại sau vài giây."
        )
    if on < cycle.submitted_on:
        raise SubmissionMissing(
            f"Trường trình ngày {format_date(cycle.submitted_on)}, sau ngày {format_date(on)}. Chưa lập gì. "
            f"Chọn ngày từ {format_date(cycle.submitted_on)}."
        )
