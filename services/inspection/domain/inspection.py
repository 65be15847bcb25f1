"""The stream of one inspection: planned once, findings until it is concluded, then answers; the later finding holds."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from services.inspection.domain import facts as f
from services.inspection.errors import Concluded, NoSuchFinding, NoSuchInspection, VisitDateRefused, VisitNotConcluded
from shared.eventlog.aggregate import Aggregate
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.rulebook.problems import NoSuchCriterion, NotApplicableRefused
from shared.text import format_date
from shared.typed_texts import FEWEST_LETTERS, says_something
from shared.vocabulary.assessment import Result
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, SchoolCode

Key = tuple[CriterionCode, int, str]


def inspection_id(school: SchoolCode, cycle: CycleId, layer: str, planned_on: dt.date, title: str) -> uuid.UUID:
    """Return the id of a visit, which is its stream: the same plan sent twice is one visit."""
    return natural_id("inspection", school, cycle, layer, planned_on.isoformat(), title)


class IndicatorFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What the team found of one indicator; `answer_by` asks the school to answer by a day."""

    criterion: CriterionCode
    level: int
    indicator: str
    result: Result
    note: str
    answer_by: dt.date | None


class Inspection(Aggregate):
    """One visit."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.planned: f.InspectionPlanned | None = None
        self.findings: dict[Key, tuple[f.FindingRecorded, int]] = {}
        self.answers: dict[Key, list[tuple[f.FindingAnswered, int]]] = {}
        self.concluded: f.InspectionConcluded | None = None
        self.moved: f.InspectionRescheduled | None = None

    @property
    def team(self) -> tuple[str, ...]:
        """Return the ids of those who go; empty when none was named."""
        return (self.planned.team or ()) if self.planned else ()

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

    def reschedule(self, school: SchoolCode, on: dt.date, reason: str, meta: EventMetadata) -> None:
        """Move the day of the visit; the same day does nothing. Raises NoSuchInspection, Concluded, VisitDateRefused."""
        planned = self.of_school(school)
        if on == self.planned_on:
            return
        self._require_open(planned)
        first = min((finding.found_on for finding, _ in self.findings.values()), default=on)
        if first < on:
            raise VisitDateRefused(
                f"Đợt đã có phát hiện ghi ngày {format_date(first)}. Chưa dời gì. Dời đến ngày ấy hoặc sớm hơn."
            )
        self.record(
            f.InspectionRescheduled(
                inspection=planned.inspection,
                school=planned.school,
                cycle=planned.cycle,
                layer=planned.layer,
                planned_on=on,
                reason=reason,
            ),
            meta,
        )

    def record_findings(
        self,
        school: SchoolCode,
        findings: Sequence[IndicatorFinding],
        on: dt.date,
        today: dt.date,
        rulebook: Rulebook,
        meta: EventMetadata,
    ) -> None:
        """Record findings, all or none; what is already found so on that day is not recorded again.

        Raises NoSuchInspection, Concluded, NoSuchCriterion, NotApplicableRefused, VisitDateRefused.
        """
        planned = self.of_school(school)
        if self.has_processed(meta.command):
            return
        self._require_open(planned)
        self._require_begun(on)
        for finding in findings:
            _check(rulebook, finding)
            self._check_answer_by(finding, on, today)
        for finding in findings:
            fact = f.FindingRecorded(
                inspection=planned.inspection,
                school=planned.school,
                cycle=planned.cycle,
                layer=planned.layer,
                criterion=finding.criterion,
                level=finding.level,
                indicator=finding.indicator,
                result=finding.result,
                found_on=on,
                note=finding.note,
                answer_by=finding.answer_by,
            )
            present = self.findings.get((finding.criterion, finding.level, finding.indicator))
            if present is None or present[0] != fact:
                self.record(fact, meta)

    def conclude(self, school: SchoolCode, summary: str, on: dt.date, meta: EventMetadata) -> None:
        """Close the visit; a repeat does nothing. Raises NoSuchInspection, VisitDateRefused, BadRequest."""
        planned = self.of_school(school)
        if self.concluded is None:
            self._require_begun(on)
            self._require_after_findings(on)
            if not self.findings and not says_something(summary):
                raise BadRequest(
                    f"Đợt chưa ghi phát hiện nào. Ghi phát hiện, hoặc nêu trong kết luận vì sao không có "
                    f"(ít nhất {FEWEST_LETTERS} chữ cái). Chưa kết luận.",
                    path="$.summary",
                )
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

    def answer_finding(
        self, school: SchoolCode, key: Key, text: str, documents: tuple[DocumentId, ...], on: dt.date, meta: EventMetadata
    ) -> None:
        """Answer a finding; a repeat does nothing. Raises NoSuchInspection, VisitNotConcluded, NoSuchFinding."""
        planned = self.of_school(school)
        if self.has_processed(meta.command):
            return
        if self.concluded is None:
            raise VisitNotConcluded("Đoàn chưa kết luận, phát hiện còn là dự thảo. Chờ kết luận rồi trả lời.")
        if key not in self.findings:
            raise NoSuchFinding("Đợt này không có phát hiện ấy. Chọn trong danh sách kiến nghị của đoàn.")
        criterion, level, indicator = key
        answer = f.FindingAnswered(
            inspection=planned.inspection,
            school=planned.school,
            cycle=planned.cycle,
            layer=planned.layer,
            criterion=criterion,
            level=level,
            indicator=indicator,
            answered_on=on,
            text=text,
            documents=documents,
        )
        answers = self.answers.get(key, [])
        if not answers or answers[-1][0] != answer:
            self.record(answer, meta)

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

    def _require_after_findings(self, on: dt.date) -> None:
        last = max((finding.found_on for finding, _ in self.findings.values()), default=on)
        if on < last:
            raise VisitDateRefused(
                f"Phát hiện cuối ghi ngày {format_date(last)}, sau ngày {format_date(on)}. Chưa kết luận. "
                f"Kết luận từ ngày {format_date(last)}."
            )

    def _check_answer_by(self, finding: IndicatorFinding, on: dt.date, today: dt.date) -> None:
        """Refuse a day to answer by that has passed, unless it is the one asked for already."""
        present = self.findings.get((finding.criterion, finding.level, finding.indicator))
        if finding.answer_by is None or (present and present[0].answer_by == finding.answer_by):
            return
        if finding.answer_by < max(on, today):
            raise VisitDateRefused(
                f"Hạn trả lời {format_date(finding.answer_by)} của tiêu chí {finding.criterion} đã qua. Chưa ghi gì. "
                f"Chọn hạn từ ngày {format_date(max(on, today))}."
            )

    def apply(self, fact: Fact, meta: EventMetadata, version: int) -> None:
        match fact:
            case f.FindingRecorded():
                self.findings[fact.criterion, fact.level, fact.indicator] = (fact, version)
            case f.InspectionPlanned():
                self.planned = fact
            case f.InspectionRescheduled():
                self.moved = fact
            case f.FindingAnswered():
                self.answers.setdefault((fact.criterion, fact.level, fact.indicator), []).append((fact, version))
            case _:
                assert isinstance(fact, f.InspectionConcluded)
                self.concluded = fact


def _check(rulebook: Rulebook, finding: IndicatorFinding) -> None:
    """Do nothing when the rulebook has the indicator and lets it be judged so."""
    criterion = rulebook.criteria.get(finding.criterion)
    level = criterion.levels.get(finding.level) if criterion else None
    indicators = level.indicators if level else ()
    indicator = next((candidate for candidate in indicators if candidate.code == finding.indicator), None)
    where = f"tiêu chí {finding.criterion} Mức\u00a0{finding.level} chỉ báo {finding.indicator}"
    if indicator is None:
        raise NoSuchCriterion(
            f"{rulebook.circular} không có {where}. Chưa ghi gì. Chọn trong danh sách.",
            criterion=finding.criterion,
            level=finding.level,
            indicator=finding.indicator,
            rulebook=rulebook.id,
        )
    if finding.result is Result.NOT_APPLICABLE and not indicator.optional:
        raise NotApplicableRefused(
            f"{rulebook.circular}: {where} không ghi “nếu có”. Chọn Đạt, Không đạt hoặc Chưa đánh giá.",
            criterion=finding.criterion,
            level=finding.level,
            indicator=finding.indicator,
        )
