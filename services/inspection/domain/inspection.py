"""The stream of one inspection: planned once, findings until it is concluded; the later finding on an indicator holds."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from services.inspection.domain import facts as f
from services.inspection.errors import Concluded, NoSuchCriterion, NoSuchInspection, NotApplicableRefused
from shared.contracts.calls.assessment import Result
from shared.contracts.calls.inspection import Finding
from shared.eventlog.facts import Fact, Meta
from shared.eventlog.stream import Stream
from shared.ids import natural_id
from shared.rulebook import Rulebook
from shared.text import format_date

Key = tuple[str, int, str]


def inspection_id(school: str, cycle: str, layer: str, planned_on: dt.date, title: str) -> uuid.UUID:
    """Return the id of a visit, which is its stream: the same plan sent twice is one visit."""
    return natural_id("inspection", school, cycle, layer, planned_on.isoformat(), title)


class Inspection(Stream):
    """One visit."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.planned: f.InspectionPlanned | None = None
        self.findings: dict[Key, tuple[f.FindingRecorded, int]] = {}
        self.concluded: f.InspectionConcluded | None = None

    def plan(self, planned: f.InspectionPlanned, meta: Meta) -> None:
        """Plan the visit; a repeat does nothing."""
        if self.planned is None:
            self.record(planned, meta)

    def of_school(self, school: str) -> f.InspectionPlanned:
        """Return the plan when the visit is to this school; raises NoSuchInspection."""
        if self.planned is None or self.planned.school != school:
            raise NoSuchInspection("Trường này không có đợt kiểm tra ấy. Chọn trong danh sách.")
        return self.planned

    def record_findings(self, school: str, findings: Sequence[Finding], on: dt.date, rulebook: Rulebook, meta: Meta) -> None:
        """Record findings, all or none; what is already found so on that day is not recorded again.

        Raises NoSuchInspection, Concluded, NoSuchCriterion, NotApplicableRefused.
        """
        planned = self.of_school(school)
        if self.did(meta.command):
            return
        if self.concluded is not None:
            raise Concluded(
                f"Đợt kiểm tra đã kết luận ngày {format_date(self.concluded.concluded_on)}. Chưa ghi gì. "
                "Lập đợt mới để ghi thêm.",
                inspection=planned.inspection,
            )
        for one in findings:
            _check(rulebook, one)
        for one in findings:
            found = f.FindingRecorded(
                inspection=planned.inspection,
                school=planned.school,
                cycle=planned.cycle,
                layer=planned.layer,
                criterion=one.criterion,
                level=one.level,
                indicator=one.indicator,
                result=one.result,
                found_on=on,
                note=one.note,
                answer_by=one.answer_by,
            )
            present = self.findings.get((one.criterion, one.level, one.indicator))
            if present is None or present[0] != found:
                self.record(found, meta)

    def conclude(self, school: str, summary: str, on: dt.date, meta: Meta) -> None:
        """Close the visit; a repeat does nothing. Raises NoSuchInspection."""
        planned = self.of_school(school)
        if self.concluded is None:
            self.record(
                f.InspectionConcluded(
                    inspection=planned.inspection,
                    school=planned.school,
                    cycle=planned.cycle,
                    layer=planned.layer,
                    concluded_on=on,
                    summary=summary,
                ),
                meta,
            )

    def evolve(self, fact: Fact, meta: Meta, version: int) -> None:
        match fact:
            case f.FindingRecorded():
                self.findings[fact.criterion, fact.level, fact.indicator] = (fact, version)
            case f.InspectionPlanned():
                self.planned = fact
            case _:
                assert isinstance(fact, f.InspectionConcluded)
                self.concluded = fact


def _check(rulebook: Rulebook, finding: Finding) -> None:
    """Do nothing when the rulebook has the indicator and lets it be judged so."""
    criterion = rulebook.criteria.get(finding.criterion)
    level = criterion.levels.get(finding.level) if criterion else None
    indicators = level.indicators if level else ()
    found = next((one for one in indicators if one.code == finding.indicator), None)
    where = f"tiêu chí {finding.criterion} Mức\u00a0{finding.level} chỉ báo {finding.indicator}"
    if found is None:
        raise NoSuchCriterion(
            f"{rulebook.circular} không có {where}. Chưa ghi gì. Chọn trong danh sách.",
            criterion=finding.criterion,
            level=finding.level,
            indicator=finding.indicator,
            rulebook=rulebook.id,
        )
    if finding.result is Result.NOT_APPLICABLE and not found.optional:
        raise NotApplicableRefused(
            f"{rulebook.circular}: {where} không ghi “nếu có”. Chọn Đạt, Không đạt hoặc Chưa đánh giá.",
            criterion=finding.criterion,
            level=finding.level,
            indicator=finding.indicator,
        )
