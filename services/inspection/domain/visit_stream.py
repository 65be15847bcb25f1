"""What every deed on a visit rests on: its plan as it stands, its day, whether it was concluded."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from services.inspection.domain import facts as f
from services.inspection.domain import team_facts as tf
from services.inspection.errors import Concluded, NoSuchInspection, VisitDateRefused
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata
from shared.rulebook import Rulebook
from shared.rulebook.problems import NoSuchCriterion, NotApplicableRefused
from shared.text import format_date
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode, CycleId, InspectionId, SchoolCode, Sha256

Key = tuple[CriterionCode, int, str]
"""An indicator: criterion, level, letter."""


class VisitStream(Aggregate):
    """The stream of one visit, as far as its plan goes.

    `planned` is the plan as it stands: a visit that was planned without a cycle has the one there that it joined since.
    """

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.planned: f.InspectionPlanned | None = None
        self.concluded: f.InspectionConcluded | None = None
        self.moved: f.InspectionRescheduled | None = None

    @property
    def planned_on(self) -> dt.date:
        """Return the day of the visit as it stands."""
        assert self.planned is not None
        return self.moved.planned_on if self.moved else self.planned.planned_on

    def plan(self, planned: f.InspectionPlanned, meta: EventMetadata) -> None:
        """Plan the visit; a repeat does nothing."""
        if self.planned is None:
            self.record(planned, meta)

    def of_school(self, school: SchoolCode) -> f.InspectionPlanned:
        """Return the plan when the visit is to this school; raises NoSuchInspection."""
        if self.planned is None or self.planned.school != school:
            raise NoSuchInspection("Trường này không có đợt kiểm tra ấy. Chọn trong danh sách.")
        return self.planned

    def join(self, cycle: CycleId, digest: Sha256, recheck_of: InspectionId, meta: EventMetadata) -> None:
        """Let a visit without a cycle belong to one; one that has a cycle keeps it."""
        planned = self.planned
        assert planned is not None
        if planned.cycle:
            return
        joined = tf.VisitJoinedCycle(
            inspection=planned.inspection,
            school=planned.school,
            layer=planned.layer,
            cycle=cycle,
            digest=digest,
            recheck_of=recheck_of or msgspec.UNSET,
        )
        self.record(joined, meta)

    def _joined(self, fact: tf.VisitJoinedCycle) -> None:
        if self.planned is None:
            return  # replayed up to a day before the plan was written down: there is no visit yet
        recheck_of = fact.recheck_of or self.planned.recheck_of
        self.planned = msgspec.structs.replace(self.planned, cycle=fact.cycle, digest=fact.digest, recheck_of=recheck_of)

    def _named(self) -> dict[str, Any]:
        """Return what every fact of the visit begins with."""
        planned = self.planned
        assert planned is not None
        return {name: getattr(planned, name) for name in ("inspection", "school", "cycle", "layer")}

    def _require_open(self, planned: f.InspectionPlanned) -> None:
        if self.concluded is not None:
            raise Concluded(
                f"Đợt kiểm tra đã kết luận ngày {format_date(self.concluded.concluded_on)}. Chưa ghi gì. "
                "Lập đợt mới để ghi thêm.",
                inspection=planned.inspection,
            )

    def _require_begun(self, on: dt.date) -> None:
        if on < self.planned_on:
            raise VisitDateRefused(
                f"Đợt hẹn ngày {format_date(self.planned_on)}, ngày {format_date(on)} sớm hơn. Chưa ghi gì. "
                "Nếu đoàn đến sớm, người lập đợt dời ngày của đợt (nêu lý do), rồi ghi lại."
            )


def require_indicator(rulebook: Rulebook, key: Key, result: Result) -> None:
    """Do nothing when the rulebook has the indicator and lets it be judged so.

    Raises NoSuchCriterion, NotApplicableRefused.
    """
    code, number, letter = key
    criterion = rulebook.criteria.get(code)
    level = criterion.levels.get(number) if criterion else None
    indicators = level.indicators if level else ()
    indicator = next((candidate for candidate in indicators if candidate.code == letter), None)
    where = f"tiêu chí {code} Mức\u00a0{number} chỉ báo {letter}"
    if indicator is None:
        raise NoSuchCriterion(
            f"{rulebook.circular} không có {where}. Chưa ghi gì. Chọn trong danh sách.",
            criterion=code,
            level=number,
            indicator=letter,
            rulebook=rulebook.id,
        )
    if result is Result.NOT_APPLICABLE and not indicator.optional:
        raise NotApplicableRefused(
            f"{rulebook.circular}: {where} không ghi “nếu có”. Chọn Đạt, Không đạt hoặc Chưa đánh giá.",
            criterion=code,
            level=number,
            indicator=letter,
        )
