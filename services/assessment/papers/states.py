"""Where each paper of a cycle stands, from the facts alone: có, nháp, thiếu, quá hạn.

A paper is overdue when its day has passed and it is not there yet; a draft of it does not help. Days come from the plan's
timetable and the assignments of the school, and from the deadlines of the rulebook; where none is known there is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from services.assessment.domain import self_assessment_facts as sf
from services.assessment.domain.replay import CycleState
from services.assessment.domain.school_assessment import SchoolAssessment
from services.assessment.domain.submission import last_day_of_submission
from services.assessment.domain.work import CriterionWork, SelfAssessmentWork
from services.assessment.papers.catalogue import PAPERS, has_form
from services.assessment.papers.criterion_sheet import is_beyond
from services.assessment.papers.material import fact_of, report_is_final
from shared.contracts.calls.papers import PaperView, UnprintedForm
from shared.rulebook import Criterion, Rulebook
from shared.text import format_date
from shared.vocabulary.ids import CriterionCode, DocumentId, MeetingId
from shared.vocabulary.self_assessment import CriterionStep, OwedPaperState, PaperKind

_ORDER = (OwedPaperState.OVERDUE, OwedPaperState.MISSING, OwedPaperState.DRAFT, OwedPaperState.PRESENT)


class _Paper(msgspec.Struct, frozen=True, kw_only=True):
    kind: PaperKind
    state: OwedPaperState
    due: dt.date | None = None
    because: str = ""
    document: DocumentId = DocumentId("")
    criterion: CriterionCode = CriterionCode("")
    meeting: MeetingId = MeetingId("")
    of: str = ""


def papers_of(assessed: SchoolAssessment, cycle: CycleState, today: dt.date) -> list[PaperView]:
    """Return the papers of a cycle, the overdue first, then those that are missing, drafts, and those that are there."""
    assert cycle.opened is not None
    found = [paper for paper in _owed(assessed, cycle) if has_form(PAPERS[paper.kind], assessed.rulebook)]
    views = [_view(paper, cycle.opened.cycle, today) for paper in found]
    # Sorting is stable: within a state the order of a year's work stays.
    return sorted(views, key=lambda view: _ORDER.index(view.state))


def unprinted_under(rulebook: Rulebook) -> list[UnprintedForm]:
    """Return the kinds of paper that a rulebook has no form for."""
    return [
        UnprintedForm(kind=paper.kind, title=paper.title, because=f"{rulebook.circular} không có mẫu này.")
        for paper in PAPERS.values()
        if not has_form(paper, rulebook)
    ]


def _view(paper: _Paper, cycle: str, today: dt.date) -> PaperView:
    late = paper.due is not None and paper.due < today and paper.state is not OwedPaperState.PRESENT
    subject = "/".join(part for part in (cycle, paper.criterion or paper.meeting) if part)
    return PaperView(
        kind=paper.kind,
        title=PAPERS[paper.kind].title + paper.of,
        subject=subject,
        state=OwedPaperState.OVERDUE if late else paper.state,
        due=paper.due,
        because=paper.because,
        document=paper.document,
        criterion=paper.criterion,
        meeting=paper.meeting,
    )


def _owed(assessed: SchoolAssessment, cycle: CycleState) -> Iterator[_Paper]:
    work, final = cycle.work, report_is_final(assessed)
    yield _decision(work)
    yield _plan(work)
    yield from _sheets(assessed.rulebook, work)
    yield _evidence(cycle)
    yield from _minutes(work)
    yield _report(assessed.rulebook, cycle, final=final)
    yield _improvement(work, final=final)
    yield _registration(cycle)
    yield _notice(cycle)


def _decision(work: SelfAssessmentWork) -> _Paper:
    council = fact_of(work.council, sf.CouncilSetUp)
    state = _missing_or(council is not None, done=bool(council and council.decision))
    return _Paper(kind=PaperKind.COUNCIL_DECISION, state=state)


def _plan(work: SelfAssessmentWork) -> _Paper:
    state = _missing_or(work.plan is not None, done=work.plan_approval is not None)
    return _Paper(kind=PaperKind.PLAN, state=state)


def _sheets(rulebook: Rulebook, work: SelfAssessmentWork) -> Iterator[_Paper]:
    owed = {code: criterion for code, criterion in rulebook.criteria.items() if _is_owed(criterion, work.seen(code))}
    for code, criterion in owed.items():
        done = work.seen(code)
        asked = sum(len(level.indicators) for level in criterion.levels.values())
        yield _Paper(
            kind=PaperKind.FACET_SHEET,
            state=_missing_or(bool(done.facets), done=len(done.facets) >= asked),
            criterion=code,
            of=f" {code}",
        )
    for code in owed:
        done = work.seen(code)
        assigned = fact_of(done.assignment, sf.CriterionAssigned)
        due = assigned.due if assigned else None
        yield _Paper(
            kind=PaperKind.CRITERION_SHEET,
            state=_missing_or(done.step is not CriterionStep.NOT_STARTED, done=done.step is CriterionStep.PASSED),
            due=due,
            because="Hạn trong phân công." if due else "",
            criterion=code,
            of=f" {code}",
        )


def _is_owed(criterion: Criterion, done: CriterionWork) -> bool:
    """Say whether a criterion has sheets: those of Mức 4 are owed once work on it has begun, for few schools aim at it."""
    return not is_beyond(criterion) or bool(done.facets) or done.step is not CriterionStep.NOT_STARTED


def _evidence(cycle: CycleState) -> _Paper:
    return _Paper(kind=PaperKind.EVIDENCE_LIST, state=_missing_or(bool(cycle.citations), done=cycle.submitted is not None))


def _minutes(work: SelfAssessmentWork) -> Iterator[_Paper]:
    for meeting, logged in work.meetings.items():
        met = fact_of(logged, sf.CouncilMet)
        assert met is not None
        yield _Paper(
            kind=PaperKind.MINUTES,
            state=OwedPaperState.PRESENT if met.document else OwedPaperState.DRAFT,
            document=met.document,
            meeting=meeting,
            of=f" ngày {format_date(met.met_on)}",
        )
    if not work.meetings:
        yield _Paper(kind=PaperKind.MINUTES, state=OwedPaperState.MISSING)


def _report(rulebook: Rulebook, cycle: CycleState, *, final: bool) -> _Paper:
    work = cycle.work
    started = any(criterion.step is not CriterionStep.NOT_STARTED for criterion in work.criteria.values())
    due, because = min(_report_days(rulebook, cycle), default=(None, ""))
    state = _missing_or(started, done=final)
    return _Paper(kind=PaperKind.REPORT, state=state, due=due, because=because)


def _report_days(rulebook: Rulebook, cycle: CycleState) -> Iterator[tuple[dt.date, str]]:
    """The days by which the report is to be there: the circular's, and the last of the school's own plan."""
    assert cycle.opened is not None
    last = last_day_of_submission(rulebook, cycle.opened.year)
    if last is not None:
        yield last, f"Hạn phê duyệt báo cáo theo {rulebook.circular}."
    planned = fact_of(cycle.work.plan, sf.SelfAssessmentPlanned)
    if planned is not None and planned.timetable:
        yield max(item.ends for item in planned.timetable), "Ngày cuối của kế hoạch tự đánh giá."


def _improvement(work: SelfAssessmentWork, *, final: bool) -> _Paper:
    """The plan rests on the report: it is there when both are."""
    return _Paper(kind=PaperKind.IMPROVEMENT_PLAN, state=_missing_or(bool(work.improvements), done=final))


def _registration(cycle: CycleState) -> _Paper:
    state = OwedPaperState.DRAFT if cycle.submitted is not None else OwedPaperState.MISSING
    return _Paper(kind=PaperKind.REGISTRATION_LETTER, state=state)


def _notice(cycle: CycleState) -> _Paper:
    published = fact_of(cycle.work.publication, sf.ReportPublished)
    return _Paper(
        kind=PaperKind.PUBLICATION_NOTICE,
        state=_missing_or(cycle.submitted is not None, done=published is not None),
        document=published.document if published else DocumentId(""),
    )


def _missing_or(begun: bool, *, done: bool) -> OwedPaperState:
    if not begun:
        return OwedPaperState.MISSING
    return OwedPaperState.PRESENT if done else OwedPaperState.DRAFT
