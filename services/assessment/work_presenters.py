"""Turns the replayed work of a self-assessment into the answers of the service: texts with their codes, steps, comments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.commenting import Comment, comments_of
from services.assessment.domain.council import assignment_of, groups_of
from services.assessment.domain.replay import CycleState
from services.assessment.domain.report_sections import report_sections, standards_are_described
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.sentences import text_of
from services.assessment.domain.work import DESCRIPTION, CriterionWork, SelfAssessmentWork
from services.assessment.domain.writing import (
    Codes,
    Dangling,
    TypedStatus,
    codes_at,
    dangling_codes,
    issued_codes,
    sentences_at,
    unanchored,
    writing_state,
)
from shared.contracts.calls.writing import (
    AssignedTo,
    ChangeRequest,
    CodeInText,
    CommentPlace,
    CommentView,
    CriterionProgress,
    CriterionVote,
    CriterionWorkView,
    DanglingCode,
    DescribedStandard,
    SectionText,
    SentenceView,
    WorkBoard,
    WrittenLevel,
    WrittenStatus,
)
from shared.rulebook import Criterion
from shared.vocabulary.ids import BEGINNING, CriterionCode, DocumentId, EvidenceCode, Position
from shared.vocabulary.self_assessment import CriterionStep

_WAITS_FOR_ITS_WRITER = frozenset({CriterionStep.NOT_STARTED, CriterionStep.WRITING, CriterionStep.CHANGES_REQUESTED})


# --- texts


def written_status(
    criterion: CriterionCode, level: int, text: TypedStatus, position: Position, codes: Codes
) -> WrittenStatus:
    """Return the text that stands at a level after somebody wrote it."""
    return WrittenStatus(
        position=position,
        criterion=criterion,
        level=level,
        text=text_of(text.sentences),
        sentences=_sentences(text.sentences, codes),
        unanchored=unanchored(text.sentences),
        dangling=_dangling(codes.dangling(level, text.sentences)),
        merged=text.merged,
    )


def _sentences(sentences: Sequence[sf.Sentence], codes: Codes) -> list[SentenceView]:
    return [
        SentenceView(
            number=number,
            text=sentence.text,
            codes=[_code(code, codes) for code in sentence.codes],
            starts_paragraph=sentence.starts_paragraph,
        )
        for number, sentence in enumerate(sentences, start=1)
    ]


def _code(code: EvidenceCode, codes: Codes) -> CodeInText:
    coded = codes.coded(code)
    return CodeInText(
        code=code,
        standing=codes.standing(code),
        document=coded.document if coded else DocumentId(""),
        title=coded.title if coded else "",
    )


def _dangling(found: list[Dangling]) -> list[DanglingCode]:
    return [DanglingCode(**one._asdict()) for one in found]


# --- one criterion


def criterion_work(
    assessed: SchoolAssessment, cycle: CycleState, criterion: Criterion, codes: Codes, may: list[str]
) -> CriterionWorkView:
    """Return everything that a page about writing a criterion shows."""
    assert cycle.opened is not None
    own = cycle.work.seen(criterion.code)
    described = criterion.code in cycle.descriptions
    return CriterionWorkView(
        school=cycle.opened.school,
        cycle=cycle.opened.cycle,
        criterion=criterion.code,
        title=criterion.title,
        step=own.step,
        by=own.by,
        since=own.since,
        position=own.at,
        fell_from=own.fell_from,
        changed=own.changed,
        changed_by=own.changed_by,
        assigned=_assigned(cycle.work, own),
        levels=[_level(own, level, codes) for level in sorted(criterion.levels)],
        description=writing_state(own, DESCRIPTION, written=described),
        unread=sorted(own.unread),
        dangling=_dangling(dangling_codes(codes, own)),
        request=_request(own),
        comments=[comment(one) for one in comments_of(own)],
        vote=_vote(own),
        may=may,
        known_at=assessed.state.known_at,
    )


def comment(one: Comment) -> CommentView:
    """Return a comment as a reader sees it."""
    fact, place, meta = one.fact, one.fact.place, one.made.entry.meta
    return CommentView(
        comment=fact.comment,
        criterion=fact.criterion,
        place=CommentPlace(
            level=place.level, sentence=place.sentence, document=place.document, page=place.page, box=place.box
        ),
        text=fact.text,
        by=meta.actor,
        at=meta.occurred,
        position=one.made.position,
        answers=fact.answers,
        resolved=one.resolved,
        resolved_by=one.marked.entry.meta.actor if one.marked and one.resolved else "",
    )


def _level(own: CriterionWork, level: int, codes: Codes) -> WrittenLevel:
    logged, sentences = own.texts.get(level), sentences_at(own, level)
    return WrittenLevel(
        level=level,
        state=writing_state(own, level, written=bool(sentences)),
        text=text_of(sentences),
        position=logged.position if logged else BEGINNING,
        by=logged.entry.meta.actor if logged else "",
        at=logged.entry.meta.occurred if logged else None,
        sentences=_sentences(sentences, codes),
        unanchored=unanchored(sentences),
    )


def _assigned(work: SelfAssessmentWork, own: CriterionWork) -> AssignedTo:
    assignment = assignment_of(own)
    if assignment is None:
        return AssignedTo()
    group = groups_of(work).get(assignment.group)
    return AssignedTo(
        group=assignment.group,
        group_name=group.name if group else "",
        writer=assignment.writer,
        reviewer=assignment.reviewer,
        due=assignment.due,
    )


def _request(own: CriterionWork) -> ChangeRequest | None:
    logged = own.request
    fact = logged.entry.fact if logged else None
    if logged is None or not isinstance(fact, sf.ChangesRequested):
        return None
    meta = logged.entry.meta
    return ChangeRequest(text=fact.text, by=meta.actor, at=meta.occurred, position=logged.position, due=fact.due)


def _vote(own: CriterionWork) -> CriterionVote | None:
    logged = own.vote
    fact = logged.entry.fact if logged else None
    if logged is None or not isinstance(fact, sf.CriterionVoted):
        return None
    return CriterionVote(
        meeting=fact.meeting,
        votes_for=fact.votes_for,
        votes_against=fact.votes_against,
        abstentions=fact.abstentions,
        passed=fact.passed,
        of=fact.of,
        position=logged.position,
        opinions=list(fact.opinions),
    )


# --- all criteria


def work_board(assessed: SchoolAssessment, cycle: CycleState) -> WorkBoard:
    """Return a line for each criterion, and what is written of the standards and the rest of the report."""
    assert cycle.opened is not None
    rulebook, issued = assessed.rulebook, issued_codes(assessed)
    described = standards_are_described(rulebook)
    return WorkBoard(
        school=cycle.opened.school,
        cycle=cycle.opened.cycle,
        rulebook=rulebook.id,
        criteria=[
            _progress(cycle, criterion, codes_at(assessed, criterion.code, issued), assessed.state.valid_at)
            for criterion in rulebook.criteria.values()
        ],
        standards=[
            _standard(str(standard.number), standard.title, cycle.work, asked=described) for standard in rulebook.standards
        ],
        sections=[_section(section.key, section.title, cycle.work) for section in report_sections(rulebook)],
        known_at=assessed.state.known_at,
    )


def _progress(cycle: CycleState, criterion: Criterion, codes: Codes, today: dt.date) -> CriterionProgress:
    own = cycle.work.seen(criterion.code)
    assigned = _assigned(cycle.work, own)
    described = cycle.descriptions.get(criterion.code)
    words = described.entry.fact if described else None
    texts = [sentences_at(own, level) for level in sorted(own.texts)]
    return CriterionProgress(
        criterion=criterion.code,
        title=criterion.title,
        standard=criterion.standard,
        step=own.step,
        assigned=assigned,
        overdue=assigned.due is not None and assigned.due < today and own.step in _WAITS_FOR_ITS_WRITER,
        since=own.since,
        fell_from=own.fell_from,
        last_change=own.changed_at,
        last_change_by=own.changed_by,
        sentences=sum(map(len, texts)),
        unanchored=sum(len(unanchored(sentences)) for sentences in texts),
        dangling=len(dangling_codes(codes, own)),
        unread=len(own.unread),
        open_comments=sum(not one.resolved for one in comments_of(own)),
        weaknesses=words.weaknesses if isinstance(words, f.CriterionDescribed) else "",
    )


def _standard(number: str, title: str, work: SelfAssessmentWork, *, asked: bool) -> DescribedStandard:
    logged = work.standards.get(number)
    fact = logged.entry.fact if logged else None
    if logged is None or not isinstance(fact, sf.StandardDescribed):
        return DescribedStandard(standard=number, title=title, asked=asked)
    return DescribedStandard(
        standard=number,
        title=title,
        asked=asked,
        strengths=fact.strengths,
        limits=fact.limits,
        causes=fact.causes,
        trend=fact.trend,
        priorities=fact.priorities,
        position=logged.position,
        by=logged.entry.meta.actor,
    )


def _section(key: str, title: str, work: SelfAssessmentWork) -> SectionText:
    logged = work.sections.get(key)
    fact = logged.entry.fact if logged else None
    if logged is None or not isinstance(fact, sf.ReportSectionWritten):
        return SectionText(section=key, title=title)
    return SectionText(section=key, title=title, text=fact.text, position=logged.position, by=logged.entry.meta.actor)
