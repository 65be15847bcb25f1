"""The stream of one inspection: planned once, findings until it is concluded, then answers; the later finding holds."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from services.inspection.domain import facts as f
from services.inspection.domain.team_work import IndicatorFound, TeamWork
from services.inspection.domain.visit_stream import Key, require_indicator
from services.inspection.errors import Concluded, NoSuchFinding, VisitDateRefused, VisitNotConcluded
from shared.eventlog.facts import EventMetadata, Fact
from shared.ids import natural_id
from shared.problems import BadRequest
from shared.rulebook import Rulebook
from shared.text import format_date
from shared.typed_texts import FEWEST_LETTERS, says_something
from shared.vocabulary.assessment import Layer, Result
from shared.vocabulary.ids import CriterionCode, CycleId, DocumentId, SchoolCode
from shared.vocabulary.inspection import VisitConclusion


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


class Inspection(TeamWork):
    """One visit."""

    def __init__(self, stream_id: uuid.UUID) -> None:
        super().__init__(stream_id)
        self.answers: dict[Key, list[tuple[f.FindingAnswered, int]]] = {}

    def reschedule(self, school: SchoolCode, on: dt.date, reason: str, meta: EventMetadata) -> None:
        """Move the day of the visit; the same day does nothing. Raises NoSuchInspection, Concluded, VisitDateRefused."""
        planned = self.of_school(school)
        if on == self.planned_on:
            return
        self._require_open(planned)
        self._require_before_what_was_found(on)
        self.record(f.InspectionRescheduled(**self._named(), planned_on=on, reason=reason), meta)

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

        Raises NoSuchInspection, Concluded, TeamMustAgree, NoSuchCriterion, NotApplicableRefused, VisitDateRefused.
        """
        planned = self.of_school(school)
        if self.has_processed(meta.command):
            return
        self._require_open(planned)
        self.require_no_team()
        self._require_begun(on)
        for finding in findings:
            require_indicator(rulebook, (finding.criterion, finding.level, finding.indicator), finding.result)
            self._check_answer_by(finding, on, today)
        for finding in findings:
            found = msgspec.structs.asdict(finding) | {"found_on": on}
            present = self.findings.get((finding.criterion, finding.level, finding.indicator))
            if present is None or present[0] != IndicatorFound(**found):
                self.record(f.FindingRecorded(**self._named(), **found), meta)

    def conclude(
        self,
        school: SchoolCode,
        summary: str,
        on: dt.date,
        meta: EventMetadata,
        conclusion: VisitConclusion | None = None,
    ) -> None:
        """Close the visit; the same summary and conclusion again do nothing. `conclusion` is one of the commune's team.

        Raises NoSuchInspection, VisitDateRefused, BadRequest, and Concluded for another conclusion than the one that stands.
        """
        planned = self.of_school(school)
        if self.has_processed(meta.command):
            return
        concluded = f.InspectionConcluded(
            **self._named(), concluded_on=on, summary=summary, conclusion=conclusion or msgspec.UNSET
        )
        if self.concluded is not None:
            self._require_same_conclusion(self.concluded, concluded)
            return
        _require_of_the_commune(planned.layer, conclusion)
        self._require_begun(on)
        self._require_after_findings(on)
        if not self.findings and not says_something(summary):
            raise BadRequest(
                f"Đợt chưa ghi phát hiện nào. Ghi phát hiện, hoặc nêu trong kết luận vì sao không có "
                f"(ít nhất {FEWEST_LETTERS} chữ cái). Chưa kết luận.",
                path="$.summary",
            )
        self.record(concluded, meta)

    def answer_finding(
        self, school: SchoolCode, key: Key, text: str, documents: tuple[DocumentId, ...], on: dt.date, meta: EventMetadata
    ) -> None:
        """Answer a finding; a repeat does nothing. Raises NoSuchInspection, VisitNotConcluded, NoSuchFinding."""
        self.of_school(school)
        if self.has_processed(meta.command):
            return
        if self.concluded is None:
            raise VisitNotConcluded("Đoàn chưa kết luận, phát hiện còn là dự thảo. Chờ kết luận rồi trả lời.")
        if key not in self.findings:
            raise NoSuchFinding("Đợt này không có phát hiện ấy. Chọn trong danh sách kiến nghị của đoàn.")
        criterion, level, indicator = key
        answer = f.FindingAnswered(
            **self._named(),
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

    def _require_same_conclusion(self, stands: f.InspectionConcluded, sent: f.InspectionConcluded) -> None:
        if (stands.summary, stands.conclusion) != (sent.summary, sent.conclusion):
            raise Concluded(
                f"Đợt kiểm tra đã kết luận ngày {format_date(stands.concluded_on)}, khác kết luận vừa gửi. Chưa ghi gì. "
                "Kết luận ấy giữ nguyên; cần kết luận khác thì lập đợt mới.",
                inspection=stands.inspection,
            )

    def _require_before_what_was_found(self, on: dt.date) -> None:
        days = [finding.found_on for finding, _ in self.findings.values()] + self.opinions.days
        first = min(days, default=on)
        if first < on:
            raise VisitDateRefused(
                f"Đợt đã có phát hiện ghi ngày {format_date(first)}. Chưa dời gì. Dời đến ngày ấy hoặc sớm hơn."
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
                self.findings[fact.criterion, fact.level, fact.indicator] = (_found(fact), version)
            case f.InspectionPlanned():
                self.planned = fact
            case f.InspectionRescheduled():
                self.moved = fact
            case f.FindingAnswered():
                self.answers.setdefault((fact.criterion, fact.level, fact.indicator), []).append((fact, version))
            case f.InspectionConcluded():
                self.concluded = fact
            case _:
                self._apply_of_team(fact, meta, version)


def _found(fact: f.FindingRecorded) -> IndicatorFound:
    return IndicatorFound(**{name: getattr(fact, name) for name in IndicatorFound.__struct_fields__})


def _require_of_the_commune(layer: Layer, conclusion: VisitConclusion | None) -> None:
    if conclusion is not None and layer is not Layer.COMMUNE:
        raise BadRequest(
            "“Đủ điều kiện” là kết luận của đoàn xã; đoàn của Sở kết luận bằng lời và quyết định. Chưa kết luận. "
            "Bỏ mục ấy rồi gửi lại.",
            path="$.conclusion",
        )
