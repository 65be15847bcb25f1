"""How far the school is with a self-assessment: council, plan, texts, review, votes and improvement of one cycle, folded.

A criterion goes from the first word to the council's vote: viết → chờ soát → (yêu cầu sửa →) đã soát → Hội đồng thông qua.
Each step names the log position at which it was taken. What is changed later does not hide behind the step: from a vote
the criterion falls back to reviewed, from a review to handed in, and in a version that was opened again to being written.
Before and after are those of the log, also where the change is told for an earlier day: nobody had seen it yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from services.assessment.domain import facts as f
from services.assessment.domain import self_assessment_facts as sf
from shared.eventlog.facts import Fact
from shared.eventlog.log import RecordedEvent
from shared.vocabulary.assessment import Layer
from shared.vocabulary.ids import BEGINNING, CommentId, CriterionCode, GroupId, ImprovementId, MeetingId, Position
from shared.vocabulary.self_assessment import CriterionStep

DESCRIPTION = 0
"""In place of a level: the strengths and weaknesses of a criterion."""


class CriterionWork:
    """The work on one criterion. `step` is where it stands; `by` who took it there, `at` at which position, `since` when.

    `decided` is the position of the last step that somebody decided on, or the beginning while only changes led here.
    `changed` is the position of the last change of its content (`changed_by`, `changed_at`), `fell_from` the step that this
    change took it back from.
    `inherited`: the step was reached in the version that this one reopens.
    """

    __slots__ = (
        "assignment",
        "at",
        "by",
        "changed",
        "changed_at",
        "changed_by",
        "comments",
        "decided",
        "facets",
        "fell_from",
        "handed_in",
        "inherited",
        "request",
        "resolved",
        "since",
        "step",
        "texts",
        "unread",
        "vote",
        "writers",
    )

    def __init__(self) -> None:
        self.step = CriterionStep.NOT_STARTED
        self.at: Position = BEGINNING
        self.by = ""
        self.since: dt.datetime | None = None
        self.decided: Position = BEGINNING
        self.changed: Position = BEGINNING
        self.changed_by = ""
        self.changed_at: dt.datetime | None = None
        self.fell_from: CriterionStep | None = None
        self.inherited = False
        self.assignment: RecordedEvent | None = None
        self.texts: dict[int, RecordedEvent] = {}
        """Level → what was written of it last."""
        self.facets: dict[tuple[int, str], RecordedEvent] = {}
        self.unread: set[int] = set()
        """Levels (0 the description) whose text was taken from a former cycle and not read again yet."""
        self.handed_in: RecordedEvent | None = None
        """How it was handed in last."""
        self.request: RecordedEvent | None = None
        """The changes that were requested last, and not handed in since."""
        self.vote: RecordedEvent | None = None
        self.comments: dict[CommentId, RecordedEvent] = {}
        self.resolved: dict[CommentId, RecordedEvent] = {}
        self.writers: set[str] = set()
        """Accounts that wrote a text of it in this cycle."""

    def taken_over(self) -> CriterionWork:
        """Return what a version that reopens the cycle begins with: the same, also the step until somebody changes it."""
        own = CriterionWork()
        own.step, own.at, own.by, own.since, own.decided = self.step, self.at, self.by, self.since, self.decided
        own.changed, own.changed_by, own.changed_at = self.changed, self.changed_by, self.changed_at
        own.fell_from = self.fell_from
        own.inherited = True
        own.assignment, own.request, own.vote = self.assignment, self.request, self.vote
        own.handed_in = self.handed_in
        own.texts, own.facets = dict(self.texts), dict(self.facets)
        own.unread, own.writers = set(self.unread), set(self.writers)
        own.comments, own.resolved = dict(self.comments), dict(self.resolved)
        return own

    def copied(self, *, described: bool) -> CriterionWork:
        """Return what the cycle of a later year begins with: the texts, each to be read again."""
        own = CriterionWork()
        own.texts, own.facets = dict(self.texts), dict(self.facets)
        own.unread = set(self.texts) | ({DESCRIPTION} if described else set())
        return own

    def touched(self, logged: RecordedEvent) -> None:
        """Note a change of the content: it takes the criterion back from a step that was taken on another content."""
        meta = logged.entry.meta
        if logged.position > self.changed:
            self.changed, self.changed_by, self.changed_at = logged.position, meta.actor, meta.occurred
        # Of an earlier position and a later day: whoever took the step had seen it.
        if logged.position > self.decided:
            self._fall(logged.position, meta.actor, meta.occurred)

    def stepped(self, step: CriterionStep, logged: RecordedEvent) -> None:
        """Take a step that somebody decided on; of two told in another order than decided, the one decided later stands."""
        if logged.position < self.decided:
            return
        meta = logged.entry.meta
        self.step, self.at, self.by, self.since = step, logged.position, meta.actor, meta.occurred
        self.decided = logged.position
        self.fell_from = None
        self.inherited = False
        if self.changed > logged.position:
            self._fall(self.changed, self.changed_by, self.changed_at)

    def _fall(self, at: Position, by: str, since: dt.datetime | None) -> None:
        after = self._after_a_change()
        if after is not self.step:
            before = self.step
            self.step, self.at, self.by, self.since = after, at, by, since
            self.fell_from = before if before in _TAKEN_BACK_BY_CHANGES or self.inherited else None
            self.inherited = False

    def _after_a_change(self) -> CriterionStep:
        if self.inherited and self.step is not CriterionStep.NOT_STARTED:
            return CriterionStep.WRITING
        # Reviewed after a vote is where the vote led back to: it falls once.
        if self.fell_from is CriterionStep.PASSED:
            return self.step
        return _AFTER_A_CHANGE.get(self.step, self.step)


_TAKEN_BACK_BY_CHANGES = frozenset({CriterionStep.REVIEWED, CriterionStep.PASSED})

_AFTER_A_CHANGE = {
    CriterionStep.NOT_STARTED: CriterionStep.WRITING,
    CriterionStep.CHANGES_REQUESTED: CriterionStep.WRITING,
    CriterionStep.REVIEWED: CriterionStep.HANDED_IN,
    CriterionStep.PASSED: CriterionStep.REVIEWED,
}
"""Step → the step that a change of the content leads to; the others stay."""


class SelfAssessmentWork:
    """The work of one cycle; the values are log entries, so that every answer can name its positions."""

    __slots__ = (
        "approval",
        "council",
        "criteria",
        "groups",
        "improvements",
        "meetings",
        "plan",
        "plan_approval",
        "publication",
        "reviews",
        "sections",
        "standards",
    )

    def __init__(self) -> None:
        self.council: RecordedEvent | None = None
        self.groups: dict[GroupId, RecordedEvent] = {}
        self.plan: RecordedEvent | None = None
        self.plan_approval: RecordedEvent | None = None
        self.criteria: dict[CriterionCode, CriterionWork] = {}
        self.standards: dict[str, RecordedEvent] = {}
        self.sections: dict[str, RecordedEvent] = {}
        self.meetings: dict[MeetingId, RecordedEvent] = {}
        self.approval: RecordedEvent | None = None
        self.publication: RecordedEvent | None = None
        self.improvements: dict[ImprovementId, RecordedEvent] = {}
        self.reviews: dict[ImprovementId, list[RecordedEvent]] = {}

    def criterion(self, code: CriterionCode) -> CriterionWork:
        """Return the work on a criterion, begun when there is none."""
        found = self.criteria.get(code)
        if found is None:
            found = self.criteria[code] = CriterionWork()
        return found

    def seen(self, code: CriterionCode) -> CriterionWork:
        """Return the work on a criterion without beginning it."""
        return self.criteria.get(code) or CriterionWork()

    def take_over(self, former: SelfAssessmentWork) -> None:
        """Begin where the version that is opened again ended; what was approved and published was that version."""
        self.council, self.plan, self.plan_approval = former.council, former.plan, former.plan_approval
        self.groups, self.meetings = dict(former.groups), dict(former.meetings)
        self.standards, self.sections = dict(former.standards), dict(former.sections)
        self.improvements = dict(former.improvements)
        self.reviews = {item: list(reviews) for item, reviews in former.reviews.items()}
        self.criteria = {code: work.taken_over() for code, work in former.criteria.items()}

    def copy_texts(self, former: SelfAssessmentWork, described: set[CriterionCode]) -> None:
        """Begin the cycle of a later year with the texts of a former one; `described`: the criteria with a description."""
        self.standards, self.sections = dict(former.standards), dict(former.sections)
        for code in {*former.criteria, *described}:
            self.criteria[code] = former.seen(code).copied(described=code in described)

    def apply(self, fact: Fact, logged: RecordedEvent) -> None:
        """Fold a fact of `self_assessment_facts`, or one that changes a criterion's content; others are passed over."""
        if type(fact) in _OF_CYCLE:
            _OF_CYCLE[type(fact)](self, fact, logged)
        elif type(fact) in _OF_CRITERION:
            work = self.criterion(fact.criterion)  # type: ignore[attr-defined]  # each of these facts has one
            _OF_CRITERION[type(fact)](work, fact, logged)


# --- what each fact does to the work of a cycle


def _council(work: SelfAssessmentWork, _: sf.CouncilSetUp, logged: RecordedEvent) -> None:
    work.council = logged


def _group(work: SelfAssessmentWork, fact: sf.GroupFormed, logged: RecordedEvent) -> None:
    if fact.members:
        work.groups[fact.group] = logged
    else:
        work.groups.pop(fact.group, None)


def _planned(work: SelfAssessmentWork, _: sf.SelfAssessmentPlanned, logged: RecordedEvent) -> None:
    work.plan, work.plan_approval = logged, None


def _plan_approved(work: SelfAssessmentWork, _: sf.PlanApproved, logged: RecordedEvent) -> None:
    work.plan_approval = logged


def _standard(work: SelfAssessmentWork, fact: sf.StandardDescribed, logged: RecordedEvent) -> None:
    work.standards[fact.standard] = logged


def _section(work: SelfAssessmentWork, fact: sf.ReportSectionWritten, logged: RecordedEvent) -> None:
    work.sections[fact.section] = logged


def _met(work: SelfAssessmentWork, fact: sf.CouncilMet, logged: RecordedEvent) -> None:
    work.meetings[fact.meeting] = logged


def _approved(work: SelfAssessmentWork, _: sf.ReportApproved, logged: RecordedEvent) -> None:
    work.approval = logged


def _published(work: SelfAssessmentWork, _: sf.ReportPublished, logged: RecordedEvent) -> None:
    work.publication = logged


def _improvement(work: SelfAssessmentWork, fact: sf.ImprovementItemSet, logged: RecordedEvent) -> None:
    work.improvements[fact.item] = logged


def _improvement_reviewed(work: SelfAssessmentWork, fact: sf.ImprovementReviewed, logged: RecordedEvent) -> None:
    work.reviews.setdefault(fact.item, []).append(logged)


_OF_CYCLE: dict[type[Fact], Callable[[SelfAssessmentWork, Any, RecordedEvent], None]] = {
    sf.CouncilSetUp: _council,
    sf.GroupFormed: _group,
    sf.SelfAssessmentPlanned: _planned,
    sf.PlanApproved: _plan_approved,
    sf.StandardDescribed: _standard,
    sf.ReportSectionWritten: _section,
    sf.CouncilMet: _met,
    sf.ReportApproved: _approved,
    sf.ReportPublished: _published,
    sf.ImprovementItemSet: _improvement,
    sf.ImprovementReviewed: _improvement_reviewed,
}


# --- what each fact does to the work on a criterion


def _assigned(work: CriterionWork, _: sf.CriterionAssigned, logged: RecordedEvent) -> None:
    work.assignment = logged


def _facets(work: CriterionWork, fact: sf.FacetsDefined, logged: RecordedEvent) -> None:
    work.facets[fact.level, fact.indicator] = logged


def _written(work: CriterionWork, fact: sf.StatusWritten, logged: RecordedEvent) -> None:
    work.texts[fact.level] = logged
    work.unread.discard(fact.level)
    work.writers.add(logged.entry.meta.actor)
    work.touched(logged)


def _kept(work: CriterionWork, fact: sf.CopiedTextKept, logged: RecordedEvent) -> None:
    work.unread.discard(fact.level)
    work.touched(logged)


def _described(work: CriterionWork, _: f.CriterionDescribed, logged: RecordedEvent) -> None:
    work.unread.discard(DESCRIPTION)
    work.writers.add(logged.entry.meta.actor)
    work.touched(logged)


def _handed_in(work: CriterionWork, _: sf.CriterionHandedIn, logged: RecordedEvent) -> None:
    work.request, work.handed_in = None, logged
    work.stepped(CriterionStep.HANDED_IN, logged)


def _taken_back(work: CriterionWork, _: sf.CriterionTakenBack, logged: RecordedEvent) -> None:
    work.stepped(CriterionStep.WRITING, logged)


def _changes_requested(work: CriterionWork, _: sf.ChangesRequested, logged: RecordedEvent) -> None:
    work.request = logged
    work.stepped(CriterionStep.CHANGES_REQUESTED, logged)


def _reviewed(work: CriterionWork, _: sf.CriterionReviewed, logged: RecordedEvent) -> None:
    work.stepped(CriterionStep.REVIEWED, logged)


def _voted(work: CriterionWork, fact: sf.CriterionVoted, logged: RecordedEvent) -> None:
    work.vote = logged
    if fact.passed:
        work.stepped(CriterionStep.PASSED, logged)


def _commented(work: CriterionWork, fact: sf.CommentAdded, logged: RecordedEvent) -> None:
    work.comments[fact.comment] = logged


def _comment_resolved(work: CriterionWork, fact: sf.CommentResolved, logged: RecordedEvent) -> None:
    work.resolved[fact.comment] = logged


def _judged(work: CriterionWork, fact: f.IndicatorJudged, logged: RecordedEvent) -> None:
    if fact.layer is Layer.SCHOOL:
        work.touched(logged)


def _changed(work: CriterionWork, _: Fact, logged: RecordedEvent) -> None:
    work.touched(logged)


_OF_CRITERION: dict[type[Fact], Callable[[CriterionWork, Any, RecordedEvent], None]] = {
    sf.CriterionAssigned: _assigned,
    sf.FacetsDefined: _facets,
    sf.StatusWritten: _written,
    sf.CopiedTextKept: _kept,
    sf.CriterionHandedIn: _handed_in,
    sf.CriterionTakenBack: _taken_back,
    sf.ChangesRequested: _changes_requested,
    sf.CriterionReviewed: _reviewed,
    sf.CriterionVoted: _voted,
    sf.CommentAdded: _commented,
    sf.CommentResolved: _comment_resolved,
    f.IndicatorJudged: _judged,
    f.PartJudged: _judged,
    f.CriterionDescribed: _described,
    f.EvidenceLinked: _changed,
    f.EvidenceUnlinked: _changed,
}
