"""Use cases about writing a self-assessment: how things stand at each level, copied texts, the rest of the report."""

from __future__ import annotations

from typing import Any

import msgspec

from services.assessment import work_presenters
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.reviewing import require_member, require_not_awaiting, require_writer
from services.assessment.domain.rulebook_lookup import criterion_of
from services.assessment.domain.school import School
from services.assessment.domain.sentences import sentences_of
from services.assessment.domain.streams import council_stream
from services.assessment.domain.work import SelfAssessmentWork
from services.assessment.domain.writing import (
    Codes,
    TypedStatus,
    check_copied,
    check_level,
    codes_at,
    require_unchanged,
    section_of,
    sentences_at,
    standard_of,
    text_to_write,
)
from services.assessment.use_cases.council import work_of
from services.assessment.use_cases.schools import SchoolRepository
from shared.contracts.calls import Done
from shared.contracts.calls.writing import DescribeStandard, KeepCopied, WriteSection, WriteStatus, WrittenStatus
from shared.eventlog.facts import EventMetadata
from shared.eventlog.log import RecordedEvent
from shared.identity.call_context import CallContext
from shared.typed_texts import typed_text
from shared.vocabulary.ids import BEGINNING, Position


class Writing:
    """Takes what the council of a school writes."""

    def __init__(self, schools: SchoolRepository) -> None:
        self._schools = schools

    def write_status(self, acting: CallContext, request: WriteStatus) -> WrittenStatus:
        """Write how things stand at a level, and return what stands now; the same text again does nothing.

        Where somebody else changed other sentences since `expected`, both changes are kept. Raises ChangedMeanwhile with
        both texts, AwaitingReview, NotYourDuty, NoSuchCriterion, BadRequest, NoSuchSchool, NoSuchCycle, AlreadySubmitted,
        DateRefused.
        """
        meta, _ = self._schools.metadata_on(acting)
        typed = typed_text(request.text, "hiện trạng")

        def decide(school: School) -> tuple[TypedStatus, Codes, Position | None]:
            """Return the text, the codes that it is read by, and where it stands already when it is no news."""
            assessed = self._schools.as_known_now(school.code, request.cycle)
            rulebook, work = assessed.rulebook, work_of(assessed, school.code).work
            check_level(rulebook, request.criterion, request.level)
            own, codes = work.seen(request.criterion), codes_at(assessed, request.criterion)
            standing = _position(own.texts.get(request.level))
            if school.has_processed(meta.command):
                return TypedStatus(sentences_at(own, request.level), news=False), codes, standing
            require_writer(work, request.criterion, acting.actor)
            require_not_awaiting(work, request.criterion)
            mine = sentences_of(typed, rulebook)
            text = text_to_write(self._schools.history(school.code), own, request.level, mine, request.expected)
            if not text.news:
                return text, codes, standing
            written = sf.StatusWritten(
                school=school.code,
                cycle=request.cycle,
                criterion=request.criterion,
                level=request.level,
                sentences=text.sentences,
            )
            school.add_work(written, meta, council_stream(school.code, request.cycle))
            return text, codes, None

        (text, codes, standing), position = self._schools.change(request.school, decide)
        at = position if standing is None else standing
        return work_presenters.written_status(request.criterion, request.level, text, at, codes)

    def keep_copied(self, acting: CallContext, request: KeepCopied) -> Done:
        """Say that a copied text was read and stays; a repeat does nothing.

        Raises NothingCopied, AwaitingReview, NotYourDuty, NoSuchCriterion, NoSuchSchool, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            work = work_of(assessed, school.code).work
            criterion_of(assessed.rulebook, request.criterion)
            if request.level:
                check_level(assessed.rulebook, request.criterion, request.level)
            require_writer(work, request.criterion, acting.actor)
            if not check_copied(work.seen(request.criterion), request.criterion, request.level):
                return
            require_not_awaiting(work, request.criterion)
            kept = sf.CopiedTextKept(
                school=school.code, cycle=request.cycle, criterion=request.criterion, level=request.level
            )
            school.add_work(kept, meta, council_stream(school.code, request.cycle))

        return self._schools.done(request.school, decide)

    def describe_standard(self, acting: CallContext, request: DescribeStandard) -> Done:
        """Write strengths, limits and outlook of a standard; the same again does nothing.

        Raises WrittenElsewhere, ChangedMeanwhile, NotYourDuty, NoSuchCriterion, BadRequest, NoSuchSchool, NoSuchCycle,
        AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)
        texts = {
            "strengths": typed_text(request.strengths, "điểm mạnh"),
            "limits": typed_text(request.limits, "hạn chế"),
            "causes": typed_text(request.causes, "nguyên nhân"),
            "trend": typed_text(request.trend, "xu hướng"),
            "priorities": typed_text(request.priorities, "vấn đề ưu tiên"),
        }
        described = sf.StandardDescribed(school=request.school, cycle=request.cycle, standard=request.standard, **texts)

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            work = work_of(assessed, school.code).work
            standard_of(assessed.rulebook, request.standard)
            standing = work.standards.get(request.standard)
            _write_apart(school, work, described, meta, standing=standing, expected=request.expected, texts=texts)

        return self._schools.done(request.school, decide)

    def write_section(self, acting: CallContext, request: WriteSection) -> Done:
        """Write a part of the report that belongs to no criterion; the same again does nothing.

        Raises NoSuchSection, ChangedMeanwhile, NotYourDuty, BadRequest, NoSuchSchool, NoSuchCycle, AlreadySubmitted.
        """
        meta, _ = self._schools.metadata_on(acting)
        text = typed_text(request.text, "phần này của báo cáo")
        written = sf.ReportSectionWritten(school=request.school, cycle=request.cycle, section=request.section, text=text)

        def decide(school: School) -> None:
            assessed = self._schools.as_known_now(school.code, request.cycle)
            work = work_of(assessed, school.code).work
            section_of(assessed.rulebook, request.section)
            standing = work.sections.get(request.section)
            _write_apart(school, work, written, meta, standing=standing, expected=request.expected, texts={"text": text})

        return self._schools.done(request.school, decide)


def _write_apart(
    school: School,
    work: SelfAssessmentWork,
    fact: sf.StandardDescribed | sf.ReportSectionWritten,
    meta: EventMetadata,
    *,
    standing: RecordedEvent | None,
    expected: Position | None,
    texts: dict[str, str],
) -> None:
    """Record what belongs to no criterion, unless it stands so. Raises NotYourDuty, ChangedMeanwhile, AlreadySubmitted."""
    if school.has_processed(meta.command):
        return
    require_member(work, meta.actor)
    present: Any = standing.entry.fact if standing else None
    if present is not None and msgspec.structs.replace(present, cycle=fact.cycle) == fact:
        return
    require_unchanged(standing, expected, texts)
    school.add_work(fact, meta, council_stream(school.code, fact.cycle))


def _position(logged: RecordedEvent | None) -> Position:
    return logged.position if logged else BEGINNING
